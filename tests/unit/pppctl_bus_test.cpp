// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include "dbus/compat.hpp"
#include "dbus/pppctl/bus.hpp"

using namespace ppp;

TEST_CASE("a service that nobody can start does not run, whoever says so") {
    for (const char* name : {"org.freedesktop.DBus.Error.ServiceUnknown",
                             "org.freedesktop.systemd1.NoSuchUnit", "org.freedesktop.systemd1.UnitMasked"}) {
        const auto problem = ctl::explain(dbus::compat::make_error(name, "no such thing"));
        CHECK(problem.status == ctl::Exit::not_running);
        CHECK(problem.text.find("systemctl start pppmanager") != std::string::npos);
    }
    CHECK(ctl::explain(dbus::compat::make_error("org.freedesktop.Else", "why")).status == ctl::Exit::failed);
}
