// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Words and tables of pppctl.
#include <doctest/doctest.h>
#include <string>
#include "dbus/pppctl/table.hpp"
#include "dbus/pppctl/text.hpp"

using namespace ppp::ctl;

TEST_CASE("nothing that a peer chose can steer the terminal") {
    CHECK(printable("plain ÄÖ ☃") == "plain ÄÖ ☃");
    CHECK(printable("\x1b[2J\r\n\t\x7f") == "\\x1b[2J\\x0d\\x0a\\x09\\x7f");
    CHECK(printable("\xc2\x9b"
                    "31m") == "\\u009b31m");  // CSI as one character
    CHECK(printable("a\xe2\x80\xae"
                    "b") == "a\\u202eb");                // right-to-left override
    CHECK(printable("\xe2\x81\xa6x") == "\\u2066x");     // isolate
    CHECK(printable("cut\xe2\x98") == "cut\\xe2\\x98");  // no UTF-8 at all
    CHECK(printable(std::string("\0", 1)) == "\\x00");
}

TEST_CASE("width counts columns, not octets") {
    CHECK(columns("abc") == 3);
    CHECK(columns("Zürich") == 6);
    CHECK(columns("漢字") == 4);
    CHECK(columns("e\xcc\x81") == 1);
    CHECK(shortened("abcdef", 6) == "abcdef");
    CHECK(shortened("abcdef", 5) == "abcd…");
    CHECK(shortened("漢字漢字", 4) == "漢…");
    CHECK(shortened("abc", 0).empty());
}

TEST_CASE("durations are spelled as in RouterOS") {
    CHECK(duration(0) == "0s");
    CHECK(duration(59) == "59s");
    CHECK(duration(3600) == "1h");
    CHECK(duration(93784) == "1d2h3m4s");
    CHECK(duration(604801) == "1w1s");
}

TEST_CASE("octets and round trips are short") {
    CHECK(octets(0) == "0");
    CHECK(octets(9999) == "9999");
    CHECK(octets(12345) == "12.1 KiB");
    CHECK(octets(1023 * 1024) == "1.00 MiB");
    CHECK(octets(5368709120) == "5.00 GiB");
    CHECK(octets(UINT64_MAX) == "16.0 EiB");
    CHECK(round_trip(-1) == "unknown");
    CHECK(round_trip(350) == "350 us");
    CHECK(round_trip(12345) == "12.3 ms");
}

TEST_CASE("D-Bus names become RouterOS names") {
    CHECK(kebab("LocalIpv6Address") == "local-ipv6-address");
    CHECK(kebab("Mtu") == "mtu");
    CHECK(kebab("AcName") == "ac-name");
}

TEST_CASE("a table is aligned by columns and keeps everything when there is no width") {
    Table table({"NAME", "N"});
    table.add({"Zürich", "1"});
    table.add({"a", ""});
    CHECK(table.text({}) == "NAME    N\nZürich  1\na\n");
    CHECK(table.text({.terminal = true, .colours = false, .width = 80, .height = 24}) ==
          "NAME    N\nZürich  1\na\n");
}

TEST_CASE("a table fits the terminal by cutting its widest column") {
    Table table({"NAME", "NOTE"});
    table.add({"wan1", "the Access-Concentrator refused the password of this user"});
    const auto text = table.text({.terminal = true, .colours = false, .width = 30, .height = 24});
    CHECK(text == "NAME  NOTE\nwan1  the Access-Concentrator…\n");
}

TEST_CASE("colours surround a line and change no width") {
    const Screen screen{.terminal = true, .colours = true, .width = 20, .height = 24};
    Table table({"A"});
    table.add({"x"}, Colour::good);
    CHECK(table.text(screen) == "\x1b[1mA\x1b[0m\n\x1b[32mx\x1b[0m\n");
}

TEST_CASE("properties stand below each other at their colons") {
    CHECK(property_list({{"status", "connected"}, {"mtu", "1492"}}, {}) ==
          "  status: connected\n     mtu: 1492\n");
    CHECK(property_list({{"note", "a rather long sentence"}},
                        {.terminal = true, .colours = false, .width = 20, .height = 24}) ==
          "  note: a rather lo…\n");
}
