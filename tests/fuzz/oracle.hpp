// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What fuzz targets judge by, without the code under test: require(), and text that is fit to be
/// shown.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include "base/log.hpp"

namespace ppp::test {

/// Ends the run as a finding, and says where.
inline void require(bool held, int line = __builtin_LINE()) {
    if (held) return;
    std::fprintf(stderr, "oracle: line %d\n", line);
    std::abort();
}

/// Well-formed UTF-8 (RFC 3629) without the controls of ASCII and Latin-1.
[[nodiscard]] inline bool is_plain(std::string_view text) {
    constexpr std::uint32_t kLeast[]{0, 0x80, 0x800, 0x10000};
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<std::uint8_t>(text[i++]);
        int more = 0;
        std::uint32_t point = lead;
        if (lead >= 0xf0) {
            more = 3;
            point = lead & 0x0fU;
        } else if (lead >= 0xe0) {
            more = 2;
            point = lead & 0x1fU;
        } else if (lead >= 0xc0) {
            more = 1;
            point = lead & 0x3fU;
        } else if (lead >= 0x80) {
            return false;
        }
        for (int n = 0; n < more; ++n) {
            if (i == text.size() || (static_cast<std::uint8_t>(text[i]) & 0xc0U) != 0x80) return false;
            point = point << 6U | (static_cast<std::uint8_t>(text[i++]) & 0x3fU);
        }
        if (lead >= 0xf8 || point < kLeast[more] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
            return false;
        if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return false;
    }
    return true;
}

/// Reads along and keeps nothing: what is logged is made of what strangers sent.
struct PlainSink final : LogSink {
    bool debug = true;
    [[nodiscard]] bool enabled(Level level) const override { return debug || level < Level::debug; }
    void write(Level, std::string_view message, const std::vector<Field>& fields) override {
        require(is_plain(message));
        for (const auto& field : fields) require(is_plain(field.value));
    }
};

}  // namespace ppp::test
