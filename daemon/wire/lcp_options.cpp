// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/lcp_options.hpp"

namespace ppp::wire::lcp {
namespace {
constexpr std::uint16_t kChap = 0xc223;
template <class... F>
struct Overload : F... {
    using F::operator()...;
};
template <class... F>
Overload(F...) -> Overload<F...>;
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

void encode(Writer& out, const Option& option) {
    Writer v;
    auto type = std::visit(Overload{
                               [&](const Mru& o) {
                                   v.u16(o.octets);
                                   return 1;
                               },
                               [&](const AsyncMap& o) {
                                   v.u32(o.accm);
                                   return 2;
                               },
                               [&](const AuthProtocol& o) {
                                   v.u16(o.protocol);
                                   if (o.algorithm) v.u8(*o.algorithm);
                                   return 3;
                               },
                               [&](const MagicNumber& o) {
                                   v.u32(o.value);
                                   return 5;
                               },
                               [&](const ProtocolFieldCompression&) { return 7; },
                               [&](const AddressControlCompression&) { return 8; },
                           },
                           option);
    put_tlv<kPppOption>(out, static_cast<std::uint16_t>(type), v.view());
}

}  // namespace ppp::wire::lcp
