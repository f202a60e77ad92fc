// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Serial lines of an earlier process whose sessions do not go on.
#include <doctest/doctest.h>
#include <sys/mman.h>
#include "support/edits.hpp"
#include "support/serial_world.hpp"
#include "support/surviving_host.hpp"

using namespace ppp;
using namespace ppp::session;
using namespace std::chrono_literals;
using test::kHomePort;
using test::kIspPort;
using test::SerialWorld;

TEST_CASE("a line of an earlier process that nobody goes on with is closed as every other one is") {
    SerialWorld w;
    w.use_cable();
    w.serve_serial();
    w.time.advance(1s);
    Inherited from;
    from.record.object = "ppp-in1";
    from.record.link.info.kind = link::LinkKind::serial;
    from.record.link.info.interface = kHomePort;
    from.control = Fd{::memfd_create("tty", MFD_CLOEXEC)};
    const auto before = w.ttys.open_ports;
    SUBCASE("its server has moved") {
        CHECK(w.server->resume(from).error().what == "server 'ppp-in1' was removed, disabled or moved");
        CHECK(w.ttys.open_ports == before + 1);
    }
    SUBCASE("its server is not there any more") {
        test::SurvivingHost host{w, w.home, &w.home_lines};
        Inheritance inheritance;
        inheritance.sessions.push_back(std::move(from));
        host.manager->inherit(std::move(inheritance));
        host.change(test::add("pool", "homes", {{"ranges", "10.0.0.2-10.0.0.9"}}));
        CHECK(w.ttys.open_ports == before + 1);
        host.stop();
    }
    w.time.advance(100ms);
    CHECK(w.ttys.open_ports == before);
    w.end();
}

TEST_CASE("a port whose session of an earlier process cannot go on serves the next one") {
    for (const bool kernel_lost_it : {false, true}) {
        CAPTURE(kernel_lost_it);
        SerialWorld w;
        w.use_cable();
        Inherited from;
        from.record.object = "ppp-in1";
        from.record.user = "bob";
        from.record.link.info.kind = link::LinkKind::serial;
        from.record.link.info.interface = kIspPort;
        from.control = Fd{::memfd_create("tty", MFD_CLOEXEC)};
        if (kernel_lost_it) {
            from.files = w.kernel.left_over("ppp-in1");
            w.kernel.remove_interface("ppp-in1");
            w.time.advance(1ms);
        } else {
            // One address for both of its ends.
            w.config.pool["all"].ranges = "10.0.0.0/24";
            from.record.local_lease = true;
            from.record.network.local_address = from.record.network.remote_address = 0x0a000007;
        }
        w.serve_serial();
        CHECK_FALSE(w.server->resume(from));
        CHECK(w.server->session_count() == 0);
        w.dial_serial();
        w.time.advance(8s);
        CHECK(w.state() == ClientState::connected);
        w.end();
        CHECK(w.ttys.open_ports == 0);
    }
}
