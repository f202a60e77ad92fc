// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The frame check sequence against RFC 1662 appendix C.2.
#include <doctest/doctest.h>
#include "support/hex.hpp"
#include "wire/hdlc_fcs.hpp"

using namespace ppp;
using namespace ppp::wire;
using namespace ppp::test::literals;

TEST_CASE("the table is that of RFC 1662 appendix C.2") {
    CHECK(detail::kFcs16Table[0] == 0x0000);
    CHECK(detail::kFcs16Table[1] == 0x1189);
    CHECK(detail::kFcs16Table[128] == 0x8408);
    CHECK(detail::kFcs16Table[255] == 0x0f78);
}

TEST_CASE("no octets leave the initial value") { CHECK(fcs16(kInitFcs16, {}) == 0xffff); }

TEST_CASE("the check value of CRC-16/X-25 comes out") {
    CHECK(static_cast<std::uint16_t>(~fcs16(kInitFcs16, "31 32 33 34 35 36 37 38 39"_hex)) == 0x906e);
}

TEST_CASE("a frame with its complemented FCS, low octet first, sums to the good value") {
    // RFC 1662 appendix C.2, tryfcs16: trial = fcs ^ 0xffff, appended least significant octet first.
    auto frame = "ff 03 c0 21 01 01 00 04"_hex;
    const auto sum = static_cast<std::uint16_t>(~fcs16(kInitFcs16, frame));
    frame.push_back(static_cast<std::uint8_t>(sum & 0xff));
    frame.push_back(static_cast<std::uint8_t>(sum >> 8));
    CHECK(fcs16(kInitFcs16, frame) == kGoodFcs16);
    for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
        auto hurt = frame;
        hurt[bit / 8] = static_cast<std::uint8_t>(hurt[bit / 8] ^ 1U << bit % 8);
        CHECK(fcs16(kInitFcs16, hurt) != kGoodFcs16);
    }
}

TEST_CASE("a sum may be continued") {
    const auto all = "01 02 03 04"_hex;
    const ByteView view = all;
    CHECK(fcs16(fcs16(kInitFcs16, view.first(1)), view.subspan(1)) == fcs16(kInitFcs16, view));
}
