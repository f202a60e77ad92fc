// SPDX-License-Identifier: GPL-2.0-or-later
/// @file One walker for every type-length-value list we speak.
#pragma once
#include <type_traits>
#include "wire/bytes.hpp"

namespace ppp::wire {

struct TlvFormat {
    std::size_t type_octets;
    std::size_t length_octets;
    bool length_counts_header;
};
inline constexpr TlvFormat kPppOption{1, 1, true};        // RFC 1661 section 6
inline constexpr TlvFormat kPppoeTag{2, 2, false};        // RFC 2516 section 4
inline constexpr TlvFormat kRadiusAttribute{1, 1, true};  // RFC 2865 section 5

struct Tlv {
    std::uint16_t type;
    ByteView value;
    ByteView raw;  ///< header included; what a Configure-Ack or -Reject echoes verbatim
};

/// for (TlvCursor<kPppOption> c{options}; c.next();) use(c.tlv()); then check malformed().
template <TlvFormat F>
class TlvCursor {
public:
    explicit TlvCursor(ByteView list) : rest_(list) {}
    bool next() {
        if (rest_.empty()) return false;
        constexpr auto header = F.type_octets + F.length_octets;
        Reader r{rest_};
        std::uint16_t type = F.type_octets == 1 ? r.u8() : r.u16();
        std::size_t length = F.length_octets == 1 ? r.u8() : r.u16();
        if (F.length_counts_header) {
            if (length < header) return reject();
            length -= header;
        }
        auto value = r.take(length);
        if (!r.ok()) return reject();
        tlv_ = {type, value, rest_.first(header + length)};
        rest_ = r.rest();
        return true;
    }
    [[nodiscard]] const Tlv& tlv() const { return tlv_; }
    [[nodiscard]] bool malformed() const { return malformed_; }

private:
    bool reject() {
        malformed_ = true;
        rest_ = {};
        return false;
    }
    ByteView rest_;
    Tlv tlv_{};
    bool malformed_ = false;
};

/// Appends one element whose value `fill(Writer&)` writes in place.
template <TlvFormat F, class Fill>
requires std::is_invocable_v<Fill&, Writer&>
void put_tlv(Writer& w, std::uint16_t type, Fill fill) {
    auto start = w.size();
    F.type_octets == 1 ? w.u8(static_cast<std::uint8_t>(type)) : w.u16(type);
    auto length = w.reserve(F.length_octets);
    auto from = F.length_counts_header ? start : w.size();
    fill(w);
    w.fill_length(length, from);
}
template <TlvFormat F>
void put_tlv(Writer& w, std::uint16_t type, ByteView value) {
    put_tlv<F>(w, type, [value](Writer& v) { v.bytes(value); });
}

}  // namespace ppp::wire
