// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PAP, CHAP and MS-CHAP: octets <-> values.
#include "wire/auth_packets.hpp"
#include <charconv>
#include "wire/control_packet.hpp"

namespace ppp::wire {
namespace {

enum class PapCode : std::uint8_t { authenticate_request = 1, authenticate_ack, authenticate_nak };
enum class ChapCode : std::uint8_t { challenge = 1, response, success, failure };

struct Packet {
    std::uint8_t code, id;
    ByteView data;
};

std::optional<Packet> decode_header(ByteView packet) {
    Reader r{packet};
    const auto code = r.u8();
    const auto id = r.u8();
    const std::size_t length = r.u16();
    if (length < kControlHeader) return std::nullopt;
    const auto data = r.take(length - kControlHeader);
    if (!r.ok()) return std::nullopt;
    return Packet{code, id, data};
}

std::string_view short_text(Reader& r) { return chars(r.take(r.u8())); }

template <class Code>
Bytes encode_packet(Code code, std::uint8_t id, std::size_t size, const auto& body) {
    Writer w{kControlHeader + size};
    w.u8(static_cast<std::uint8_t>(code)).u8(id);
    const auto length = w.reserve(2);
    body(w);
    w.fill_length(length, 0);
    return std::move(w).take();
}

void put_short_text(Writer& w, std::string_view text) {
    text = text.substr(0, 255);
    w.u8(static_cast<std::uint8_t>(text.size())).text(text);
}

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

void put_hex(std::string& out, ByteView octets) {
    for (const auto o : octets) {
        out += kHexDigits[o >> 4];
        out += kHexDigits[o & 0xf];
    }
}

std::optional<Bytes> parse_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes out;
    for (; !text.empty(); text.remove_prefix(2)) {
        std::uint8_t octet = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + 2, octet, 16);
        if (error != std::errc{} || end != text.data() + 2) return std::nullopt;
        out.push_back(octet);
    }
    return out;
}

std::optional<std::uint32_t> parse_number(std::string_view text) {
    std::uint32_t value = 0;
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    if (error != std::errc{} || end != last) return std::nullopt;
    return value;
}

}  // namespace

std::optional<PapPacket> decode_pap(ByteView packet) {
    const auto header = decode_header(packet);
    if (!header) return std::nullopt;
    Reader r{header->data};
    switch (static_cast<PapCode>(header->code)) {
        case PapCode::authenticate_request: {
            const auto peer_id = short_text(r);
            const auto password = short_text(r);
            if (!r.finished()) return std::nullopt;
            return PapRequest{header->id, peer_id, password};
        }
        case PapCode::authenticate_ack:
        case PapCode::authenticate_nak: {
            const auto message = r.empty() ? std::string_view{} : short_text(r);
            if (!r.finished()) return std::nullopt;
            const bool ack = static_cast<PapCode>(header->code) == PapCode::authenticate_ack;
            return PapReply{header->id, ack, message};
        }
    }
    return std::nullopt;
}

std::optional<ChapPacket> decode_chap(ByteView packet) {
    const auto header = decode_header(packet);
    if (!header) return std::nullopt;
    Reader r{header->data};
    switch (const auto code = static_cast<ChapCode>(header->code)) {
        case ChapCode::challenge:
        case ChapCode::response: {
            const auto value = r.take(r.u8());
            if (!r.ok() || value.empty()) return std::nullopt;
            return ChapValue{header->id, code == ChapCode::response, value, chars(r.rest())};
        }
        case ChapCode::success:
        case ChapCode::failure:
            return ChapReply{header->id, code == ChapCode::success, chars(r.rest())};
    }
    return std::nullopt;
}

Bytes encode(const PapRequest& packet) {
    return encode_packet(PapCode::authenticate_request, packet.id,
                         2 + packet.peer_id.size() + packet.password.size(), [&](Writer& w) {
                             put_short_text(w, packet.peer_id);
                             put_short_text(w, packet.password);
                         });
}

Bytes encode(const PapReply& packet) {
    return encode_packet(packet.ack ? PapCode::authenticate_ack : PapCode::authenticate_nak, packet.id,
                         1 + packet.message.size(), [&](Writer& w) { put_short_text(w, packet.message); });
}

Bytes encode(const ChapValue& packet) {
    assert(!packet.value.empty() && packet.value.size() <= 255);
    const auto name = packet.name.substr(0, 0xffff - kControlHeader - 1 - packet.value.size());
    return encode_packet(packet.is_response ? ChapCode::response : ChapCode::challenge, packet.id,
                         1 + packet.value.size() + name.size(), [&](Writer& w) {
                             w.u8(static_cast<std::uint8_t>(packet.value.size())).bytes(packet.value);
                             w.text(name);
                         });
}

Bytes encode(const ChapReply& packet) {
    const auto message = packet.message.substr(0, 0xffff - kControlHeader);
    return encode_packet(packet.success ? ChapCode::success : ChapCode::failure, packet.id, message.size(),
                         [&](Writer& w) { w.text(message); });
}

std::optional<MsChap1Value> decode_mschap1(ByteView value) {
    Reader r{value};
    MsChap1Value v{r.array<24>(), r.array<24>(), r.u8()};
    return r.finished() ? std::optional(v) : std::nullopt;
}

std::optional<MsChap2Value> decode_mschap2(ByteView value) {
    Reader r{value};
    MsChap2Value v{r.array<16>(), r.array<8>(), r.array<24>(), r.u8()};
    return r.finished() ? std::optional(v) : std::nullopt;
}

std::array<std::uint8_t, kMsChapResponseSize> encode(const MsChap1Value& value) {
    std::array<std::uint8_t, kMsChapResponseSize> out{};
    std::ranges::copy(value.lm_response, out.begin());
    std::ranges::copy(value.nt_response, out.begin() + 24);
    out.back() = value.use_nt;
    return out;
}

std::array<std::uint8_t, kMsChapResponseSize> encode(const MsChap2Value& value) {
    std::array<std::uint8_t, kMsChapResponseSize> out{};
    std::ranges::copy(value.peer_challenge, out.begin());
    std::ranges::copy(value.reserved, out.begin() + 16);
    std::ranges::copy(value.nt_response, out.begin() + 24);
    out.back() = value.flags;
    return out;
}

std::optional<MsChapFailure> parse_mschap_failure(std::string_view message) {
    MsChapFailure out;
    bool has_error = false;
    while (!message.empty()) {
        if (message.starts_with("M=")) {
            out.message = message.substr(2);
            break;
        }
        const auto field = message.substr(0, message.find(' '));
        message.remove_prefix(std::min(field.size() + 1, message.size()));
        if (field.empty()) continue;
        if (field.size() < 2 || field[1] != '=') return std::nullopt;
        const auto value = field.substr(2);
        if (field[0] == 'C') {
            auto challenge = parse_hex(value);
            if (!challenge) return std::nullopt;
            out.challenge = *std::move(challenge);
        } else if (field[0] == 'E' || field[0] == 'R' || field[0] == 'V') {
            const auto number = parse_number(value);
            if (!number) return std::nullopt;
            if (field[0] == 'E') {
                out.error = *number;
                has_error = true;
            } else if (field[0] == 'R') {
                out.retry = *number != 0;
            } else {
                out.version = *number;
            }
        }
    }
    return has_error ? std::optional(std::move(out)) : std::nullopt;
}

std::string format(const MsChapFailure& failure) {
    std::string out = "E=" + std::to_string(failure.error) + (failure.retry ? " R=1" : " R=0");
    if (!failure.challenge.empty()) {
        out += " C=";
        put_hex(out, failure.challenge);
    }
    if (failure.version != 0) out += " V=" + std::to_string(failure.version);
    return out + " M=" + failure.message;
}

std::string_view mschap_error_text(std::uint32_t error) {
    switch (error) {
        case 646:
            return "not allowed at this hour";
        case 647:
            return "the account is disabled";
        case 648:
            return "the password has expired";
        case 649:
            return "no permission to dial in";
        case 691:
            return "wrong name or password";
        case 709:
            return "the password could not be changed";
        default:
            return "unknown error";
    }
}

std::string format_mschap2_success(const std::array<std::uint8_t, 20>& response) {
    std::string out = "S=";
    put_hex(out, response);
    return out;
}

std::optional<std::array<std::uint8_t, 20>> parse_mschap2_success(std::string_view message) {
    std::array<std::uint8_t, 20> out{};
    constexpr std::size_t digits = 2 * out.size();
    // Whatever follows must be a further field: 42 digits are not a proof with something behind it.
    if (!message.starts_with("S=") || (message.size() > 2 + digits && message[2 + digits] != ' '))
        return std::nullopt;
    const auto octets = parse_hex(message.substr(2, digits));
    if (!octets || octets->size() != out.size()) return std::nullopt;
    std::ranges::copy(*octets, out.begin());
    return out;
}

}  // namespace ppp::wire
