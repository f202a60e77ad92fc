// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/lcp_options.hpp"
#include "wire/ppp_frame.hpp"

namespace ppp::wire::lcp {
namespace {
constexpr auto kPap = static_cast<std::uint16_t>(Protocol::pap);
constexpr auto kChap = static_cast<std::uint16_t>(Protocol::chap);

struct Encoder {
    Writer& out;

    void operator()(const Mru& o) const {
        put_tlv<kPppOption>(out, 1, [&](Writer& v) { v.u16(o.octets); });
    }
    void operator()(const AsyncMap& o) const {
        put_tlv<kPppOption>(out, 2, [&](Writer& v) { v.u32(o.accm); });
    }
    void operator()(const AuthProtocol& o) const {
        put_tlv<kPppOption>(out, 3, [&](Writer& v) {
            v.u16(o.protocol);
            if (o.algorithm) v.u8(*o.algorithm);
        });
    }
    void operator()(const MagicNumber& o) const {
        put_tlv<kPppOption>(out, 5, [&](Writer& v) { v.u32(o.value); });
    }
    void operator()(const ProtocolFieldCompression&) const { put_tlv<kPppOption>(out, 7, ByteView{}); }
    void operator()(const AddressControlCompression&) const { put_tlv<kPppOption>(out, 8, ByteView{}); }
};
}  // namespace

std::optional<Option> decode(const Tlv& tlv) {
    Reader r{tlv.value};
    std::optional<Option> option;
    switch (tlv.type) {
        case 1:
            option = Mru{r.u16()};
            break;
        case 2:
            option = AsyncMap{r.u32()};
            break;
        case 3: {
            AuthProtocol auth{r.u16(), std::nullopt};
            if (auth.protocol == kChap) auth.algorithm = r.u8();
            option = auth;
            break;
        }
        case 5:
            option = MagicNumber{r.u32()};
            break;
        case 7:
            option = ProtocolFieldCompression{};
            break;
        case 8:
            option = AddressControlCompression{};
            break;
        default:
            return std::nullopt;
    }
    return r.finished() ? option : std::nullopt;  // one length check for all of them
}

void encode(Writer& out, const Option& option) { std::visit(Encoder{out}, option); }

AuthProtocol to_option(AuthMethod method) {
    switch (method) {
        case AuthMethod::pap:
            return {kPap, std::nullopt};
        case AuthMethod::chap_md5:
            return {kChap, 5};
        case AuthMethod::mschap1:
            return {kChap, 0x80};
        case AuthMethod::mschap2:
            return {kChap, 0x81};
    }
    return {};
}

std::optional<AuthMethod> to_method(const AuthProtocol& option) {
    for (auto m : {AuthMethod::pap, AuthMethod::chap_md5, AuthMethod::mschap1, AuthMethod::mschap2})
        if (to_option(m) == option) return m;
    return std::nullopt;
}

}  // namespace ppp::wire::lcp
