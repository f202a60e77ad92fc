// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What RouterOS' print shows of objects, and durations as its commands write them.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include "dbus/pppctl/listing.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/view.hpp"

using namespace ppp::ctl;

namespace {

Listing two_clients() {
    Listing listing{
        {"interface", "user", "mrru", "disabled", "comment"}, {{"mrru", "disabled"}, {"disabled", "no"}}, {}};
    listing.entries.push_back({.object = {"wan1",
                                          {{"interface", "ether1"},
                                           {"user", "bob"},
                                           {"mrru", "disabled"},
                                           {"disabled", "no"},
                                           {"comment", ""}}},
                               .running = true});
    listing.entries.push_back({.object = {"wan2",
                                          {{"interface", "ether2"},
                                           {"user", ""},
                                           {"mrru", "disabled"},
                                           {"disabled", "yes"},
                                           {"comment", "a second\x1b way"}}},
                               .disabled = true});
    return listing;
}

std::string text(const std::string& form, const std::vector<std::string>& only = {}) {
    return print_listing(two_clients(), form, only, Screen{}, false).text;
}

}  // namespace

TEST_CASE("print is a table of what is not as it would be anyway, with flags that are explained") {
    CHECK(text("") ==
          "Flags: X - disabled, R - running\n"
          "#  F  NAME  INTERFACE  USER  COMMENT\n"
          "0  R  wan1  ether1     bob\n"
          "1  X  wan2  ether2           a second\\x1b way");
}

TEST_CASE("print detail has every value that is not empty, as RouterOS would read it") {
    CHECK(text("detail") ==
          "Flags: X - disabled, R - running\n"
          "0 R name=wan1 interface=ether1 user=bob mrru=disabled disabled=no\n"
          "1 X name=wan2 interface=ether2 mrru=disabled disabled=yes comment=\"a second\\1B way\"");
}

TEST_CASE("print detail is wrapped to the terminal") {
    const auto shown = print_listing(two_clients(), "detail", {}, Screen{true, false, 40, 0}, false).text;
    CHECK(shown.find("user=bob\n    mrru=disabled") != std::string::npos);
}

TEST_CASE("print has the properties that are asked for and no others") {
    CHECK(text("terse", {"interface"}) == "0 interface=ether1\n1 interface=ether2");
    CHECK(text("value-list", {"name", "user"}) == "  name: wan1\n  user: bob\n\n  name: wan2");
    CHECK(text("names") == "wan1\nwan2");
    CHECK(text("count-only") == "2");
}

TEST_CASE("print of nothing says so") {
    CHECK(print_listing({}, "", {}, Screen{}, false).text == "there is none");
    CHECK(print_listing({}, "", {}, Screen{}, true).data == "[]");
}

TEST_CASE("print is JSON for programs") {
    const auto shown = print_listing(two_clients(), "detail", {}, Screen{}, true);
    CHECK(shown.text.empty());
    const auto said = nlohmann::json::parse(shown.data);
    REQUIRE(said.size() == 2);
    CHECK(said[0]["name"] == "wan1");
    CHECK(said[0]["running"] == true);
    CHECK(said[1]["number"] == 1);
    CHECK(said[1]["comment"] == "a second\x1b way");
    CHECK(print_listing(two_clients(), "count-only", {}, Screen{}, true).data == "2");
}

TEST_CASE("durations are read as RouterOS writes them") {
    CHECK(seconds_of("60") == 60);
    CHECK(seconds_of("90s") == 90);
    CHECK(seconds_of("1m30s") == 90);
    CHECK(seconds_of("1d2h") == 93600);
    CHECK(seconds_of("00:01:30") == 90);
    for (const auto* wrong : {"", "x", "s", "5x", "-1", "99999999999"}) CHECK(seconds_of(wrong) == 0);
}

TEST_CASE("what is printed while a capture lives is its own, and the outer one's afterwards") {
    const Capture outer;
    put("a");
    {
        const Capture inner;
        put("b");
        CHECK(inner.text() == "b");
    }
    put("c");
    CHECK(outer.text() == "ac");
}
