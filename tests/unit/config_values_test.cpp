// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <random>
#include "config/values.hpp"

using namespace ppp;
using namespace ppp::config;
using namespace std::chrono_literals;

TEST_CASE("a duration is read in every spelling that RouterOS has") {
    CHECK(parse_duration("0") == 0s);
    CHECK(parse_duration("90") == 90s);
    CHECK(parse_duration("30s") == 30s);
    CHECK(parse_duration("8h") == 8h);
    CHECK(parse_duration("1d2h3m4s") == 24h + 2h + 3min + 4s);
    CHECK(parse_duration("7h24m18s") == 7h + 24min + 18s);
    CHECK(parse_duration("00:10:00") == 10min);
    CHECK(parse_duration("1d00:10:00") == 24h + 10min);
    CHECK(parse_duration("2w") == 14 * 24h);
    CHECK(parse_duration("1w1s") == 7 * 24h + 1s);
}

TEST_CASE("what is no duration is refused") {
    for (const auto* text : {"",
                             "s",
                             "-1",
                             "+1",
                             " 1",
                             "1 ",
                             "1.5",
                             "1x",
                             "1s1s",
                             "1m1h",
                             "10:00",
                             "1:2:3",
                             "00:60:00",
                             "00:00:60",
                             "00:10:00s",
                             "1h00:10:00",
                             "00:010:00",
                             "99999999999999999999",
                             "99999999999w",
                             "0x10",
                             "1000000000001",
                             "1000000000000s1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("a printed duration is read back as the same") {
    CHECK(print_duration(0s) == "0s");
    CHECK(print_duration(60s) == "1m");
    CHECK(print_duration(7h + 24min + 18s) == "7h24m18s");
    CHECK(print_duration(24h) == "1d");
    std::mt19937_64 random(1);
    for (int i = 0; i < 5000; ++i) {
        const std::chrono::seconds value(random() >> (25 + random() % 39));
        CHECK(parse_duration(print_duration(value)) == value);
    }
}

TEST_CASE("milliseconds are plain numbers, or carry a unit") {
    CHECK(parse_milliseconds("250") == 250ms);
    CHECK(parse_milliseconds("250ms") == 250ms);
    CHECK(parse_milliseconds("1s") == 1000ms);
    CHECK_FALSE(parse_milliseconds("ms"));
    CHECK_FALSE(parse_milliseconds("-1"));
}

TEST_CASE("yes and no have one other spelling each") {
    CHECK(parse_yes_no("yes") == true);
    CHECK(parse_yes_no("true") == true);
    CHECK(parse_yes_no("no") == false);
    CHECK(parse_yes_no("false") == false);
    CHECK_FALSE(parse_yes_no("Yes"));
    CHECK_FALSE(parse_yes_no("1"));
    CHECK_FALSE(parse_yes_no(""));
}

TEST_CASE("authentication methods are a set") {
    AuthMethods two;
    two.add(AuthMethod::chap_md5);
    two.add(AuthMethod::mschap2);
    CHECK(parse_auth_methods("chap,mschap2") == two);
    CHECK(parse_auth_methods("mschap2, chap ,chap") == two);
    CHECK(print_auth_methods(two) == "mschap2,chap");
    CHECK(print_auth_methods(AuthMethods::all()) == "mschap2,mschap1,chap,pap");
    for (const auto* text : {"", ",", "chap,", "md5", "CHAP", "chap pap"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_auth_methods(text));
    }
}

TEST_CASE("an address source is an address, a range, or else the name of a pool") {
    using Kind = AddressSource::Kind;
    CHECK(parse_address_source("").kind == Kind::unset);
    const auto one = parse_address_source("10.0.0.1");
    CHECK(one.kind == Kind::address);
    CHECK(one.range == aaa::AddressRange{0x0A000001, 0x0A000001});
    const auto range = parse_address_source("10.0.0.1-10.0.0.9");
    CHECK(range.kind == Kind::range);
    CHECK(range.range == aaa::AddressRange{0x0A000001, 0x0A000009});
    for (const auto* text : {"lan", "10.0.0", "10.0.0.256", "10.0.0.9-10.0.0.1", "10.0.0.1-", "a-b"}) {
        CAPTURE(text);
        CHECK(parse_address_source(text).kind == Kind::pool);
        CHECK(parse_address_source(text).pool == text);
    }
}

TEST_CASE("no peer has an unspecified, a loopback, a multicast or a reserved address") {
    CHECK(usable_address(0x0A000001));
    CHECK(usable_address(0xDFFFFFFF));
    CHECK_FALSE(usable_address(0xF0000000));
    CHECK_FALSE(usable_address(0x00FFFFFF));
    CHECK_FALSE(usable_address(0));
    CHECK_FALSE(usable_address(0x7F000001));
    CHECK_FALSE(usable_address(0xE0000000));
    CHECK_FALSE(usable_address(0xEFFFFFFF));
    CHECK_FALSE(usable_address(0xFFFFFFFF));
    CHECK_FALSE(usable_range({0x7E000000, 0x80000000}));
}

TEST_CASE("a rate limit is one rate or two, and up to five more words") {
    const auto plain = parse_rate_limit("10M/5M");
    REQUIRE(plain);
    CHECK(plain->rate == RatePair{10'000'000, 5'000'000});
    CHECK_FALSE(plain->burst);
    CHECK(parse_rate_limit("64k")->rate == RatePair{64'000, 64'000});
    CHECK(parse_rate_limit("1G/0")->rate == RatePair{1'000'000'000, 0});
    CHECK(parse_rate_limit(" 1 ")->rate == RatePair{1, 1});
    const auto whole = parse_rate_limit("1M/2M 3M/4M 5M/6M 7/8 2 9k/10k");
    REQUIRE(whole);
    CHECK(whole->burst == RatePair{3'000'000, 4'000'000});
    CHECK(whole->threshold == RatePair{5'000'000, 6'000'000});
    CHECK(whole->time == RatePair{7, 8});
    CHECK(whole->priority == 2);
    CHECK(whole->minimum == RatePair{9'000, 10'000});
    for (const auto* text :
         {"", "M", "10MB", "10m", "10M/", "/5M", "10M/5M/1M", "-1", "1.5M", "1M 2M 3M 4 0", "1M 2M 3M 4 9",
          "1M 2M 3M x", "1M x", "1M 2M x", "1M 1M 1M 1 1 x", "1M 1M 1M 1 1 1 1", "99999999G"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_rate_limit(text));
    }
}

TEST_CASE("an interface name is what the kernel takes as it stands") {
    for (const auto* name : {"eth0", "eth0.7", "br-lan", "pppoe-out1", "a", "fifteen-octets!", "caf\xC3\xA9"})
        CHECK(valid_interface_name(name));
    for (const auto* name : {"", ".", "..", "a b", "a/b", "a:b", "ppp%d", "sixteen-octets!!", "all",
                             "default", "lo", "a\tb", "a\x7F", "\xC3\xA0"}) {
        CAPTURE(name);
        CHECK_FALSE(valid_interface_name(name));
    }
}

TEST_CASE("a MAC address becomes upper case with colons") {
    CHECK(parse_mac("aa-bb-cc-00-11-22") == "AA:BB:CC:00:11:22");
    CHECK(parse_mac("AA:BB:CC:00:11:22") == "AA:BB:CC:00:11:22");
    CHECK_FALSE(parse_mac("aa-bb:cc-00-11-22"));
    CHECK_FALSE(parse_mac("aabbcc001122"));
    CHECK_FALSE(parse_mac("gg:bb:cc:00:11:22"));
}

TEST_CASE("a quoted text is short, one line, and whole characters") {
    CHECK(quoted("a\"b\\c\nd") == R"("a\"b\\c\x0ad")");
    CHECK(quoted(std::string(100, 'x'), 8) == "\"xxxxxxxx...\"");
    CHECK(quoted("1234567\xC3\xA9xx", 8) == "\"1234567...\"");
    CHECK(quoted("") == "\"\"");
}

TEST_CASE("a host is an address or a name of labels") {
    for (const auto* right : {"10.0.0.1", "2001:db8::1", "::1", "isp", "isp.example.net", "GATEWAY_IP",
                              "a-1.b", "1a", "isp.example.net."}) {
        CAPTURE(right);
        CHECK(valid_host(right));
    }
    for (const auto* wrong : {"", "10.0.0.256", "10.0.0", "1", "2001:db8:::1", "fe80::1%eth0", "-a", "a-",
                              "a..b", ".a", "a-.b", "a b", "a/b", "\xC3\xBC"}) {
        CAPTURE(wrong);
        CHECK_FALSE(valid_host(wrong));
    }
    CHECK(valid_host(std::string(63, 'a')));
    CHECK_FALSE(valid_host(std::string(64, 'a')));
    CHECK_FALSE(valid_host(std::string_view("::1\0", 4)));
}

TEST_CASE("a route is a prefix, perhaps a gateway, perhaps a metric") {
    for (const auto* right : {"10.9.0.0/24", "10.9.0.1", "10.9.0.0/24 10.0.0.2", "0.0.0.0/0  10.0.0.2 255"})
        CHECK(valid_route(right));
    for (const auto* wrong : {"", "10.9.0.0/33", "10.9.0.0/", "10.9.0.0/24 x", "10.9.0.0/24 10.0.0.2 256",
                              "10.9.0.0/24 10.0.0.2 1 1", "lan"})
        CHECK_FALSE(valid_route(wrong));
}

TEST_CASE("UTF-8 is what RFC 3629 says") {
    for (const auto* right : {"", "abc", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                              "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
        CHECK(valid_utf8(right));
    for (const auto* wrong : {"\x80", "\xC1\x80", "\xC2",
                              "\xC2"
                              "a",
                              "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82", "\xF0\x8F\xBF\xBF",
                              "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"})
        CHECK_FALSE(valid_utf8(wrong));
}

TEST_CASE("what is quoted steers no terminal, not by the controls of Latin-1 either") {
    CHECK(quoted("a\x1b[31m") == R"("a\x1b[31m")");
    CHECK(quoted("a\xC2\x9B"
                 "31m") == R"("a\x9b31m")");
    CHECK(quoted("\xC2\xA0") == "\"\xC2\xA0\"");
}
