// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/control_packet.hpp"
#include <fmt/format.h>
#include <iterator>
#include "wire/auth_packets.hpp"
#include "wire/ccp_options.hpp"
#include "wire/lcp_options.hpp"
#include "wire/ncp_options.hpp"

namespace ppp::wire {
namespace {

constexpr std::size_t kDumped = 64;  ///< octets of a hexadecimal dump; the rest reads "..."

/// Appends to one string in pppd's notation.
class Text {
public:
    template <class... A>
    Text& put(fmt::format_string<A...> format, A&&... args) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<A>(args)...);
        return *this;
    }
    /// Every octet with a space before it.
    Text& hex(ByteView octets) {
        for (auto b : octets.first(std::min(octets.size(), kDumped))) put(" {:02x}", b);
        return octets.size() > kDumped ? put(" ...") : *this;
    }
    Text& quoted(std::string_view s) {
        out_ += '"';
        for (char c : s) {
            const auto u = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\')
                put("\\{}", c);
            else if (c == '\n')
                put("\\n");
            else if (c == '\r')
                put("\\r");
            else if (c == '\t')
                put("\\t");
            else if (u < 0x20 || u > 0x7e)
                put("\\{:03o}", u);
            else
                out_ += c;
        }
        out_ += '"';
        return *this;
    }
    Text& address(std::uint32_t a) {
        return put("{}.{}.{}.{}", a >> 24, a >> 16 & 0xff, a >> 8 & 0xff, a & 0xff);
    }
    [[nodiscard]] std::string take() && { return std::move(out_); }

private:
    std::string out_;
};

struct OptionText {
    Text& out;

    void operator()(const lcp::Mru& o) const { out.put("mru {}", o.octets); }
    void operator()(const lcp::AsyncMap& o) const { out.put("asyncmap 0x{:x}", o.accm); }
    void operator()(const lcp::AuthProtocol& o) const {
        switch (static_cast<Protocol>(o.protocol)) {
            case Protocol::pap:
                out.put("auth pap");
                return;
            case Protocol::eap:
                out.put("auth eap");
                return;
            case Protocol::chap:
                out.put("auth chap ");
                break;
            default:
                out.put("auth 0x{:x}", o.protocol);
                return;
        }
        switch (const auto algorithm = o.algorithm.value_or(0)) {
            case 5:
                out.put("MD5");
                return;
            case 0x80:
                out.put("MS");
                return;
            case 0x81:
                out.put("MS-v2");
                return;
            default:
                out.put("0x{:x}", algorithm);
        }
    }
    void operator()(const lcp::MagicNumber& o) const { out.put("magic 0x{:x}", o.value); }
    void operator()(const lcp::ProtocolFieldCompression&) const { out.put("pcomp"); }
    void operator()(const lcp::AddressControlCompression&) const { out.put("accomp"); }

    void operator()(const ipcp::Addresses& o) const {
        out.put("addrs ").address(o.source).put(" ").address(o.destination);
    }
    void operator()(const ipcp::Compression& o) const {
        if (o.protocol == static_cast<std::uint16_t>(Protocol::vj_compressed))
            out.put("compress VJ").hex(o.parameters);
        else
            out.put("compress 0x{:x}", o.protocol).hex(o.parameters);
    }
    void operator()(const ipcp::Address& o) const { out.put("addr ").address(o.address); }
    void operator()(const ipcp::NameServer& o) const {
        switch (o.kind) {
            case ipcp::NameServer::dns1:
                out.put("ms-dns1 ");
                break;
            case ipcp::NameServer::dns2:
                out.put("ms-dns2 ");
                break;
            case ipcp::NameServer::nbns1:
                out.put("ms-wins1 ");
                break;
            case ipcp::NameServer::nbns2:
                out.put("ms-wins2 ");
                break;
        }
        out.address(o.address);
    }

    void operator()(const ipv6cp::InterfaceIdentifier& o) const {
        out.put("addr fe80::{:04x}:{:04x}:{:04x}:{:04x}", o.value >> 48, o.value >> 32 & 0xffff,
                o.value >> 16 & 0xffff, o.value & 0xffff);
    }
    void operator()(const ipv6cp::Compression& o) const {
        out.put("compress 0x{:x}", o.protocol).hex(o.parameters);
    }

    void operator()(const ccp::Mppe& o) const {
        auto sign = [&](std::uint32_t bit) { return o.bits & bit ? '+' : '-'; };
        out.put("mppe {}H {}M {}S {}L {}D {}C", sign(ccp::Mppe::kStateless), sign(ccp::Mppe::kBits56),
                sign(ccp::Mppe::kBits128), sign(ccp::Mppe::kBits40), sign(ccp::Mppe::kObsolete),
                sign(ccp::Mppe::kMppc));
    }
    void operator()(const ccp::Deflate& o) const {
        out.put("deflate{} {}", o.kind == ccp::Deflate::draft ? "(old#)" : "", o.window);
    }
    void operator()(const ccp::BsdCompress& o) const { out.put("bsd v{} {}", o.version, o.bits); }
};

void put_option(Text& out, Protocol protocol, const Tlv& tlv) {
    auto known = [&](const auto& option) {
        if (option) std::visit(OptionText{out}, *option);
        return option.has_value();
    };
    out.put(" <");
    bool done = false;
    if (protocol == Protocol::lcp) done = known(lcp::decode(tlv));
    if (protocol == Protocol::ipcp) done = known(ipcp::decode(tlv));
    if (protocol == Protocol::ipv6cp) done = known(ipv6cp::decode(tlv));
    if (protocol == Protocol::ccp || protocol == Protocol::link_ccp) done = known(ccp::decode(tlv));
    if (!done) out.hex(tlv.raw);
    out.put(">");
}

std::string_view code_name(Code code) {
    switch (code) {
        case Code::configure_request:
            return "ConfReq";
        case Code::configure_ack:
            return "ConfAck";
        case Code::configure_nak:
            return "ConfNak";
        case Code::configure_reject:
            return "ConfRej";
        case Code::terminate_request:
            return "TermReq";
        case Code::terminate_ack:
            return "TermAck";
        case Code::code_reject:
            return "CodeRej";
        case Code::protocol_reject:
            return "ProtRej";
        case Code::echo_request:
            return "EchoReq";
        case Code::echo_reply:
            return "EchoRep";
        case Code::discard_request:
            return "DiscReq";
        case Code::identification:
            return "Ident";
        case Code::time_remaining:
            return "TimeRem";
        case Code::reset_request:
            return "ResetReq";
        case Code::reset_ack:
            return "ResetAck";
    }
    return {};
}

/// Codes 8 to 13 mean something in LCP only, 14 and 15 in CCP only.
bool has_code(Protocol protocol, Code code) {
    if (code <= Code::code_reject) return code >= Code::configure_request;
    if (code <= Code::time_remaining) return protocol == Protocol::lcp;
    return code <= Code::reset_ack && (protocol == Protocol::ccp || protocol == Protocol::link_ccp);
}

/// Whether packets of this protocol are not to be dumped.
bool has_secrets(Protocol protocol, Proofs proofs) {
    if (protocol == Protocol::pap) return true;
    return proofs == Proofs::hidden && (protocol == Protocol::chap || protocol == Protocol::eap);
}

/// @return false when the data cannot be what the code says.
bool put_data(Text& out, Protocol protocol, const ControlPacket& p, Proofs proofs) {
    switch (p.code) {
        case Code::configure_request:
        case Code::configure_ack:
        case Code::configure_nak:
        case Code::configure_reject: {
            TlvCursor<kPppOption> c{p.data};
            while (c.next()) put_option(out, protocol, c.tlv());
            return !c.malformed();
        }
        case Code::terminate_request:
        case Code::terminate_ack:
            if (!p.data.empty()) out.put(" ").quoted(chars(p.data));
            return true;
        case Code::protocol_reject: {
            // A rejected PAP request still carries its password.
            Reader r{p.data};
            const auto rejected = static_cast<Protocol>(r.u16());
            if (!r.ok()) return false;
            if (has_secrets(rejected, proofs))
                out.hex(p.data.first(2)).put(" <hidden>");
            else
                out.hex(p.data);
            return true;
        }
        case Code::echo_request:
        case Code::echo_reply:
        case Code::discard_request:
        case Code::identification:
        case Code::time_remaining: {
            Reader r{p.data};
            const auto magic = r.u32();
            if (!r.ok()) return false;
            out.put(" magic=0x{:x}", magic);
            if (p.code == Code::identification)
                out.put(" ").quoted(chars(r.rest()));
            else
                out.hex(r.rest());
            return true;
        }
        case Code::code_reject:
        case Code::reset_request:
        case Code::reset_ack:
            break;
    }
    out.hex(p.data);
    return true;
}

std::optional<std::string> describe_control(const Frame& frame, Proofs proofs) {
    const auto p = decode_control(frame.packet);
    if (!p) return std::nullopt;
    Text out;
    out.put("[{} ", name(frame.protocol));
    if (!has_code(frame.protocol, p->code)) {
        out.put("code=0x{:x} id=0x{:x}", static_cast<unsigned>(p->code), p->id).hex(p->data).put("]");
        return std::move(out).take();
    }
    out.put("{} id=0x{:x}", code_name(p->code), p->id);
    if (!put_data(out, frame.protocol, *p, proofs)) return std::nullopt;
    out.put("]");
    return std::move(out).take();
}

std::string describe_pap(ByteView packet) {
    Text out;
    const auto pap = decode_pap(packet);
    if (!pap) return fmt::format("[PAP malformed <hidden, {} octets>]", packet.size());
    if (const auto* request = std::get_if<PapRequest>(&*pap))
        out.put("[PAP AuthReq id=0x{:x} user=", request->id)
            .quoted(request->peer_id)
            .put(" password=<hidden>");
    else if (const auto* reply = std::get_if<PapReply>(&*pap))
        out.put("[PAP {} id=0x{:x} ", reply->ack ? "AuthAck" : "AuthNak", reply->id).quoted(reply->message);
    out.put("]");
    return std::move(out).take();
}

/// The message of a Success or Failure without what MS-CHAP puts into it for the other end's arithmetic: the
/// authenticator's response "S=" and the next challenge "C=".
std::string without_proofs(std::string_view message) {
    std::string out;
    for (std::size_t i = 0; i < message.size();) {
        out += message[i++];
        const auto key = std::string_view(out);
        const bool begins = key.size() < 3 || key[key.size() - 3] == ' ';
        if (!begins || !(key.ends_with("S=") || key.ends_with("C="))) continue;
        out += "<hidden>";
        i = std::min(message.find(' ', i), message.size());
    }
    return out;
}

std::optional<std::string> describe_chap(ByteView packet, Proofs proofs) {
    Text out;
    const auto chap = decode_chap(packet);
    const bool hidden = proofs == Proofs::hidden;
    if (!chap && hidden)
        return std::move(out.put("[CHAP malformed <hidden, {} octets>]", packet.size())).take();
    if (!chap) return std::nullopt;
    if (const auto* value = std::get_if<ChapValue>(&*chap)) {
        out.put("[CHAP {} id=0x{:x} <", value->is_response ? "Response" : "Challenge", value->id);
        if (hidden)
            out.put("hidden");
        else
            for (auto b : value->value) out.put("{:02x}", b);
        out.put(">, name = ").quoted(value->name);
    } else if (const auto* reply = std::get_if<ChapReply>(&*chap)) {
        out.put("[CHAP {} id=0x{:x} ", reply->success ? "Success" : "Failure", reply->id)
            .quoted(hidden ? without_proofs(reply->message) : std::string(reply->message));
    }
    out.put("]");
    return std::move(out).take();
}

}  // namespace

std::optional<ControlPacket> decode_control(ByteView packet) {
    Reader r{packet};
    const auto code = static_cast<Code>(r.u8());
    const auto id = r.u8();
    const std::size_t length = r.u16();
    if (!r.ok() || length < kControlHeader) return std::nullopt;
    const auto data = r.take(length - kControlHeader);
    if (!r.ok()) return std::nullopt;
    return ControlPacket{code, id, data, packet.first(length)};
}

void put_control(Writer& out, Protocol protocol, Code code, std::uint8_t id, ByteView data) {
    assert(data.size() <= 0xffff - kControlHeader);
    out.u16(static_cast<std::uint16_t>(protocol)).u8(static_cast<std::uint8_t>(code)).u8(id);
    out.u16(static_cast<std::uint16_t>(kControlHeader + data.size())).bytes(data);
}

std::string describe(ByteView octets, Proofs proofs) {
    const auto frame = decode_frame(octets);
    if (!frame) return std::move(Text{}.put("[malformed").hex(octets).put("]")).take();
    std::optional<std::string> text;
    switch (frame->protocol) {
        case Protocol::lcp:
        case Protocol::ipcp:
        case Protocol::ipv6cp:
        case Protocol::bcp:
        case Protocol::link_ccp:
        case Protocol::ccp:
        case Protocol::mplscp:
            text = describe_control(*frame, proofs);
            break;
        case Protocol::pap:
            return describe_pap(frame->packet);
        case Protocol::chap:
            text = describe_chap(frame->packet, proofs);
            break;
        default: {
            const auto number = static_cast<std::uint16_t>(frame->protocol);
            if (has_secrets(frame->protocol, proofs))
                return fmt::format("[proto=0x{:x} <hidden, {} octets>]", number, frame->packet.size());
            return std::move(Text{}.put("[proto=0x{:x}", number).hex(frame->packet).put("]")).take();
        }
    }
    if (text) return *std::move(text);
    Text out;
    out.put("[{} malformed", name(frame->protocol));
    // A Protocol-Reject may return a password.
    const bool rejects = frame->protocol == Protocol::lcp && !frame->packet.empty() &&
                         frame->packet[0] == static_cast<std::uint8_t>(Code::protocol_reject);
    constexpr auto shown = kControlHeader + 2;
    if (rejects && frame->packet.size() > shown)
        out.hex(frame->packet.first(shown)).put(" <hidden>");
    else
        out.hex(frame->packet);
    return std::move(out.put("]")).take();
}

}  // namespace ppp::wire
