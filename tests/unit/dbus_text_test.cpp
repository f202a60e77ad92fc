// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Text on the bus: nothing a peer sends can make a message unsendable.
#include <doctest/doctest.h>
#include <string>
#include "dbus/bus_error.hpp"
#include "dbus/bus_text.hpp"

using namespace ppp;
using namespace ppp::dbus;
using namespace std::string_literals;

TEST_CASE("an object path escapes what D-Bus does not allow in one") {
    CHECK(object_path("client", "wan") == "/org/pppmanager1/client/wan");
    CHECK(object_path("client", "pppoe-out1") == "/org/pppmanager1/client/pppoe_2dout1");
    CHECK(object_path("server", "1st floor") == "/org/pppmanager1/server/_31st_20floor");
    CHECK(object_path("server", "") == "/org/pppmanager1/server/_");
}

TEST_CASE("UTF-8 passes unchanged and other octets are escaped") {
    CHECK(bus_text("Zürich ☃ 🛰") == "Zürich ☃ 🛰");
    CHECK(bus_text("") == "");
    CHECK(bus_text("a\xff"
                   "b") == "a\\xffb");
    CHECK(bus_text("nul\0!"s) == "nul\\x00!");
    CHECK(bus_text("cut \xe2\x98") == "cut \\xe2\\x98");
}

TEST_CASE("overlong forms, surrogates and values past the last plane are not UTF-8") {
    CHECK_FALSE(is_bus_text("\xc0\x80"));
    CHECK_FALSE(is_bus_text("\xe0\x80\x80"));
    CHECK_FALSE(is_bus_text("\xed\xa0\x80"));
    CHECK_FALSE(is_bus_text("\xf0\x80\x80\x80"));
    CHECK_FALSE(is_bus_text("\xf4\x90\x80\x80"));
    CHECK(is_bus_text("\xf4\x8f\xbf\xbf"));
    CHECK(is_bus_text("\xed\x9f\xbf"));
}

TEST_CASE("each kind of failure has its name on the bus") {
    CHECK(to_bus({Errc::not_found, 0, "x"}).getName() == "org.pppmanager1.Error.NotFound");
    CHECK(to_bus({Errc::refused, 0, "x"}).getName() == "org.pppmanager1.Error.Refused");
    CHECK(to_bus({Errc::malformed, 0, "x"}).getName() == "org.pppmanager1.Error.InvalidArgument");
    CHECK(to_bus({Errc::config, 0, "x"}).getName() == "org.pppmanager1.Error.InvalidConfiguration");
    CHECK(to_bus({Errc::timeout, 0, "x"}).getName() == "org.pppmanager1.Error.TimedOut");
    CHECK(to_bus({Errc::cancelled, 0, "x"}).getName() == "org.pppmanager1.Error.Cancelled");
    CHECK(to_bus({Errc::system, 0, "x"}).getName() == "org.pppmanager1.Error.Failed");
    CHECK(to_bus({Errc::protocol, 0, "x"}).getName() == "org.pppmanager1.Error.Failed");
}

TEST_CASE("an error names its object once") {
    CHECK(to_bus({Errc::refused, 0, "it is disabled"}, "client", "wan1").getMessage() ==
          "client 'wan1': it is disabled");
    CHECK(to_bus({Errc::refused, 0, "client 'wan1' is disabled"}, "client", "wan1").getMessage() ==
          "client 'wan1' is disabled");
}
