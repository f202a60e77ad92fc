// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/ccp_options.hpp"

namespace ppp::wire::ccp {
namespace {

constexpr std::uint8_t kMppe = 18, kBsdCompress = 21;
/// RFC 1979 section 2.1 counts windows from 2 to the power of 8.
constexpr std::uint8_t kSmallestWindow = 8;

struct Encoder {
    Writer& out;

    void operator()(const Mppe& o) const {
        put_tlv<kPppOption>(out, kMppe, [&](Writer& v) { v.u32(o.bits); });
    }
    void operator()(const Deflate& o) const {
        const auto packed = (o.window - kSmallestWindow) << 4 | (o.method & 0x0f);
        put_tlv<kPppOption>(out, o.kind,
                            [&](Writer& v) { v.u8(static_cast<std::uint8_t>(packed)).u8(o.check); });
    }
    void operator()(const BsdCompress& o) const {
        const auto packed = o.version << 5 | (o.bits & 0x1f);
        put_tlv<kPppOption>(out, kBsdCompress, [&](Writer& v) { v.u8(static_cast<std::uint8_t>(packed)); });
    }
};

}  // namespace

std::optional<Option> decode(const Tlv& tlv) {
    Reader r{tlv.value};
    std::optional<Option> option;
    switch (tlv.type) {
        case kMppe:
            option = Mppe{r.u32()};
            break;
        case Deflate::draft:
        case Deflate::rfc1979: {
            const auto packed = r.u8();
            option = Deflate{static_cast<Deflate::Kind>(tlv.type),
                             static_cast<std::uint8_t>(kSmallestWindow + (packed >> 4)),
                             static_cast<std::uint8_t>(packed & 0x0f), r.u8()};
            break;
        }
        case kBsdCompress: {
            const auto packed = r.u8();
            option =
                BsdCompress{static_cast<std::uint8_t>(packed >> 5), static_cast<std::uint8_t>(packed & 0x1f)};
            break;
        }
        default:
            return std::nullopt;
    }
    return r.finished() ? option : std::nullopt;
}

void encode(Writer& out, const Option& option) { std::visit(Encoder{out}, option); }

}  // namespace ppp::wire::ccp
