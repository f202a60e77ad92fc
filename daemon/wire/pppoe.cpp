// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/pppoe.hpp"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>

namespace ppp::wire::pppoe {
namespace {
constexpr std::uint8_t kVersionType = 0x11;
constexpr std::size_t kTagHeader = 4;
constexpr std::size_t kShownOctets = 64;  // of one value, in describe()

std::optional<Code> to_code(std::uint8_t value) {
    switch (static_cast<Code>(value)) {
        case Code::pado:
        case Code::padi:
        case Code::padr:
        case Code::pads:
        case Code::padt:
            return static_cast<Code>(value);
    }
    return std::nullopt;
}

/// Whether a packet of this code may carry the tag once at most (RFC 2516 section 5 and appendix A).
bool only_once(Tag type, Code code) {
    switch (type) {
        case Tag::service_name:
            return code == Code::padi || code == Code::padr || code == Code::pads;
        case Tag::ac_name:
        case Tag::host_uniq:
        case Tag::ac_cookie:
        case Tag::relay_session_id:
        case Tag::ppp_max_payload:
            return true;
        case Tag::end_of_list:
        case Tag::vendor_specific:
        case Tag::service_name_error:
        case Tag::ac_system_error:
        case Tag::generic_error:
            return false;
    }
    return false;
}

/// A bit for each tag of only_once(), so that a repetition is found in one pass.
std::uint8_t once_bit(Tag type) {
    return static_cast<std::uint8_t>(type == Tag::service_name       ? 1
                                     : type == Tag::ac_name          ? 2
                                     : type == Tag::host_uniq        ? 4
                                     : type == Tag::ac_cookie        ? 8
                                     : type == Tag::relay_session_id ? 16
                                                                     : 32);
}

/// @return what is wrong with the list, or nullptr. Cuts `tags` before End-Of-List.
const char* check_tags(ByteView& tags, Code code) {
    std::uint8_t seen = 0;
    std::size_t number = 0, length = 0;
    TlvCursor<kPppoeTag> cursor{tags};
    while (cursor.next()) {
        const auto type = static_cast<Tag>(cursor.tlv().type);
        if (type == Tag::end_of_list) {
            if (!cursor.tlv().value.empty()) return "End-Of-List with data";
            tags = tags.first(length);
            return nullptr;
        }
        if (++number > kMaxTags) return "too many tags";
        if (only_once(type, code)) {
            if (seen & once_bit(type)) return "a tag that may occur once occurs twice";
            seen = static_cast<std::uint8_t>(seen | once_bit(type));
        }
        length += cursor.tlv().raw.size();
    }
    return cursor.malformed() ? "a tag is longer than the packet" : nullptr;
}

bool is_station(const Mac& mac) { return (mac[0] & 1) == 0 && mac != Mac{}; }

Writer& put_header(Writer& out, const Mac& destination, const Mac& source, Code code,
                   std::uint16_t session_id) {
    return out.bytes(destination)
        .bytes(source)
        .u16(kDiscoveryEtherType)
        .u8(kVersionType)
        .u8(static_cast<std::uint8_t>(code))
        .u16(session_id);
}

std::string_view tag_name(Tag type) {
    switch (type) {
        case Tag::end_of_list:
            return "End-Of-List";
        case Tag::service_name:
            return "Service-Name";
        case Tag::ac_name:
            return "AC-Name";
        case Tag::host_uniq:
            return "Host-Uniq";
        case Tag::ac_cookie:
            return "AC-Cookie";
        case Tag::vendor_specific:
            return "Vendor-Specific";
        case Tag::relay_session_id:
            return "Relay-Session-Id";
        case Tag::ppp_max_payload:
            return "PPP-Max-Payload";
        case Tag::service_name_error:
            return "Service-Name-Error";
        case Tag::ac_system_error:
            return "AC-System-Error";
        case Tag::generic_error:
            return "Generic-Error";
    }
    return {};
}

bool is_text(Tag type) {
    return type == Tag::service_name || type == Tag::ac_name || type == Tag::service_name_error ||
           type == Tag::ac_system_error || type == Tag::generic_error;
}

using Out = std::back_insert_iterator<std::string>;

void put_hex(Out out, ByteView value) {
    fmt::format_to(out, "0x");
    for (auto octet : value.first(std::min(value.size(), kShownOctets))) fmt::format_to(out, "{:02x}", octet);
    if (value.size() > kShownOctets) fmt::format_to(out, "...");
}
}  // namespace

std::string_view code_name(Code code) {
    switch (code) {
        case Code::pado:
            return "PADO";
        case Code::padi:
            return "PADI";
        case Code::padr:
            return "PADR";
        case Code::pads:
            return "PADS";
        case Code::padt:
            return "PADT";
    }
    return "?";
}

std::optional<ByteView> Discovery::find(Tag type) const {
    for (TlvCursor<kPppoeTag> c{tags}; c.next();)
        if (c.tlv().type == static_cast<std::uint16_t>(type)) return c.tlv().value;
    return std::nullopt;
}

std::size_t Discovery::count(Tag type) const {
    std::size_t n = 0;
    for (TlvCursor<kPppoeTag> c{tags}; c.next();) n += c.tlv().type == static_cast<std::uint16_t>(type);
    return n;
}

bool Discovery::has(Tag type, ByteView value) const {
    for (TlvCursor<kPppoeTag> c{tags}; c.next();)
        if (c.tlv().type == static_cast<std::uint16_t>(type) && std::ranges::equal(c.tlv().value, value))
            return true;
    return false;
}

std::optional<std::uint16_t> Discovery::max_payload() const {
    const auto value = find(Tag::ppp_max_payload);
    if (!value) return std::nullopt;
    Reader r{*value};
    const auto octets = r.u16();
    return r.finished() ? std::optional(octets) : std::nullopt;
}

std::optional<Discovery::Failure> Discovery::failure() const {
    for (auto type : {Tag::service_name_error, Tag::ac_system_error, Tag::generic_error})
        if (auto text = find(type)) return Failure{type, *text};
    return std::nullopt;
}

std::optional<Discovery> decode(ByteView frame, std::string_view* why) {
    const auto malformed = [&](std::string_view reason) {
        if (why) *why = reason;
        return std::nullopt;
    };
    Reader r{frame};
    Discovery d;
    d.destination = r.array<6>();
    d.source = r.array<6>();
    const auto ether_type = r.u16();
    const auto version_type = r.u8();
    const auto code = to_code(r.u8());
    d.session_id = r.u16();
    const auto length = r.u16();
    if (!r.ok()) return malformed("shorter than its headers");
    if (ether_type != kDiscoveryEtherType) return malformed("not the EtherType of PPPoE discovery");
    if (version_type != kVersionType) return malformed("not version 1 and type 1");
    if (!code) return malformed("unknown code");
    d.code = *code;
    if (!is_station(d.source)) return malformed("the source is no station's address");
    if (d.code == Code::padt ? d.session_id == 0 : d.code != Code::pads && d.session_id != 0)
        return malformed("impossible session id");
    d.tags = r.take(length);
    if (!r.ok()) return malformed("its length is longer than the frame");
    if (const auto* wrong = check_tags(d.tags, d.code)) return malformed(wrong);
    return d;
}

Builder::Builder(const Mac& destination, const Mac& source, Code code, std::uint16_t session_id)
    : length_(put_header(out_, destination, source, code, session_id).reserve(2)) {}

Builder& Builder::tag(Tag type, ByteView value) {
    if (out_.size() + kTagHeader + value.size() > kEtherHeader + kMaxPacket) {
        full_ = true;
        return *this;
    }
    put_tlv<kPppoeTag>(out_, static_cast<std::uint16_t>(type), value);
    return *this;
}

Builder& Builder::tag(Tag type, std::string_view value) { return tag(type, octets(value)); }

Builder& Builder::max_payload(std::uint16_t octets) {
    const std::array<std::uint8_t, 2> value{static_cast<std::uint8_t>(octets >> 8),
                                            static_cast<std::uint8_t>(octets & 0xff)};
    return tag(Tag::ppp_max_payload, ByteView{value});
}

Builder& Builder::echo(Tag type, const Discovery& from) {
    if (auto value = from.find(type)) tag(type, *value);
    return *this;
}

Builder& Builder::raw(ByteView tags) {
    for (TlvCursor<kPppoeTag> c{tags}; c.next();) tag(static_cast<Tag>(c.tlv().type), c.tlv().value);
    return *this;
}

ByteView Builder::frame() {
    out_.fill_length(length_, length_.at + length_.width);
    return out_.view();
}

Bytes Builder::take() && {
    (void)frame();
    return std::move(out_).take();
}

Bytes encode(const Discovery& d) {
    Writer out;
    put_header(out, d.destination, d.source, d.code, d.session_id);
    out.u16(static_cast<std::uint16_t>(d.tags.size())).bytes(d.tags);
    return std::move(out).take();
}

std::optional<SessionFrame> decode_session(ByteView frame) {
    Reader r{frame};
    SessionFrame s;
    s.destination = r.array<6>();
    s.source = r.array<6>();
    const bool ours = r.u16() == kSessionEtherType && r.u8() == kVersionType;
    const bool data = r.u8() == 0;
    s.session_id = r.u16();
    s.frame = r.take(r.u16());
    if (!r.ok() || !ours || !data || s.frame.size() < 2) return std::nullopt;
    return s;
}

std::string describe(const Discovery& d) {
    std::string text;
    Out out{text};
    fmt::format_to(out, "[{} PPPoE v1t1 code=0x{:02x} sid=0x{:x}", code_name(d.code),
                   static_cast<unsigned>(d.code), d.session_id);
    for (TlvCursor<kPppoeTag> c{d.tags}; c.next();) {
        const auto type = static_cast<Tag>(c.tlv().type);
        const auto name = tag_name(type);
        if (name.empty())
            fmt::format_to(out, " <0x{:04x}", c.tlv().type);
        else
            fmt::format_to(out, " <{}", name);
        if (is_text(type)) {
            fmt::format_to(out, " \"{}\"", escape(c.tlv().value, kShownOctets));
        } else if (type == Tag::ppp_max_payload && c.tlv().value.size() == 2) {
            fmt::format_to(out, " {}", Reader{c.tlv().value}.u16());
        } else if (!c.tlv().value.empty()) {
            fmt::format_to(out, " ");
            put_hex(out, c.tlv().value);
        }
        fmt::format_to(out, ">");
    }
    fmt::format_to(out, "]");
    return text;
}

std::string describe_cut(ByteView frame, std::size_t length, bool sent) {
    Bytes copy(frame.begin(), frame.end());
    const auto missing = length > frame.size() ? length - frame.size() : 0;
    constexpr auto headers = kEtherHeader + kPppoeHeader;
    if (missing > 0 && copy.size() >= headers) {
        // Shortened to its last whole tag it reads like a packet of its own.
        std::size_t whole = 0;
        for (TlvCursor<kPppoeTag> c{ByteView{copy}.subspan(headers)}; c.next();) whole += c.tlv().raw.size();
        copy[headers - 2] = static_cast<std::uint8_t>(whole >> 8);
        copy[headers - 1] = static_cast<std::uint8_t>(whole);
        copy.resize(headers + whole);
    }
    std::string_view why;
    const auto packet = decode(copy, &why);
    if (!packet) return describe_malformed(frame, why);
    const auto& peer = sent ? packet->destination : packet->source;
    auto text = describe(*packet) + fmt::format(" {} {:02X}", sent ? "to" : "from", fmt::join(peer, ":"));
    return missing > 0 ? text + fmt::format(" and {} octets more", missing) : text;
}

std::string describe_malformed(ByteView frame, std::string_view why) {
    std::string text;
    Out out{text};
    fmt::format_to(out, "[malformed PPPoE ({}), {} octets: ", why, frame.size());
    put_hex(out, frame);
    fmt::format_to(out, "]");
    return text;
}

}  // namespace ppp::wire::pppoe
