// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Addresses and ranges as people write them.
#include <doctest/doctest.h>
#include "aaa/address_range.hpp"

using namespace ppp;
using namespace ppp::aaa;

namespace {
std::string reformatted(std::string_view text) {
    const auto r = parse_ranges(text);
    return r ? format_ranges(*r) : "error: " + r.error().what;
}
}  // namespace

TEST_CASE("an IPv4 address is four decimal numbers and nothing else") {
    CHECK(parse_ipv4("10.0.0.1") == 0x0a000001);
    CHECK(parse_ipv4("255.255.255.255") == 0xffffffff);
    CHECK(parse_ipv4("0.0.0.0") == 0U);
    for (const auto* text :
         {"", "10", "10.0.0", "10.0.0.", "10.0.0.256", "10.0.0.1.", "10.0.0.1.2", " 10.0.0.1", "10.0.0.1 ",
          "10.0.0.-1", "10.0.0.+1", "10..0.1", "10.0.0.01", "0x0a.0.0.1", "10.0.0.99999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_ipv4(text));
    }
}

TEST_CASE("an address is written as it is read") {
    for (const auto* text : {"0.0.0.0", "10.0.0.1", "192.168.255.7", "255.255.255.255"}) {
        REQUIRE(parse_ipv4(text));
        CHECK(format_ipv4(*parse_ipv4(text)) == text);
    }
}

TEST_CASE("a list of ranges keeps its order and forgets its blanks") {
    CHECK(reformatted("10.0.0.2-10.0.0.5,10.0.1.9") == "10.0.0.2-10.0.0.5,10.0.1.9");
    CHECK(reformatted(" 10.0.9.1 - 10.0.9.2 ,\t10.0.0.1 ") == "10.0.9.1-10.0.9.2,10.0.0.1");
    CHECK(reformatted("10.0.0.7-10.0.0.7") == "10.0.0.7");
}

TEST_CASE("a prefix stands for its usable addresses") {
    CHECK(reformatted("10.0.0.0/24") == "10.0.0.1-10.0.0.254");
    CHECK(reformatted("10.0.0.0/30") == "10.0.0.1-10.0.0.2");
    CHECK(reformatted("10.0.0.0/31") == "10.0.0.0-10.0.0.1");
    CHECK(reformatted("10.0.0.5/32") == "10.0.0.5");
    CHECK(reformatted("10.0.0.0/8") == "10.0.0.1-10.255.255.254");
}

TEST_CASE("a wrong range is named with what would be right") {
    CHECK(reformatted("") == "error: an address, a range a-b or a prefix a/n is missing");
    CHECK(reformatted("10.0.0.1,") == "error: an address, a range a-b or a prefix a/n is missing");
    CHECK(reformatted("10.0.0.1,pool2") == "error: 'pool2' in 'pool2' is no IPv4 address");
    CHECK(reformatted("10.0.0.1-10.0.0") == "error: '10.0.0' in '10.0.0.1-10.0.0' is no IPv4 address");
    CHECK(
        reformatted("10.0.0.9-10.0.0.1") ==
        "error: '10.0.0.9-10.0.0.1': the last address is below the first; did you mean '10.0.0.1-10.0.0.9'?");
    CHECK(reformatted("10.0.0.1/24") == "error: '10.0.0.1/24' is no prefix; did you mean '10.0.0.0/24'?");
    CHECK(reformatted("10.0.0.0/33") == "error: '10.0.0.0/33': the prefix length is a number from 1 to 32");
    CHECK(reformatted("0.0.0.0/0") == "error: '0.0.0.0/0': the prefix length is a number from 1 to 32");
    CHECK(reformatted("10.0.0.1-10.0.0.9,10.0.0.5") == "error: '10.0.0.5' overlaps with '10.0.0.1-10.0.0.9'");
    for (const auto* text : {"127.0.0.1", "224.0.0.1", "255.255.255.255", "0.0.0.1", "126.0.0.0-128.0.0.0"}) {
        CAPTURE(text);
        CHECK(reformatted(text).ends_with("has addresses that no host may have"));
    }
}
