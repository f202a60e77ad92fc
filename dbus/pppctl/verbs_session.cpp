// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The verbs that steer and watch what runs.
#include <CLI/CLI.hpp>
#include "dbus/pppctl/verbs.hpp"

namespace ppp::ctl {

void add_session_verbs(const Verbs& verbs) {
    auto& a = verbs.arguments;
    const auto add_waiting = [&](CLI::App* sub) {
        sub->add_option("CLIENT", a.name, "a client")->required();
        sub->add_flag("--no-wait", a.no_wait, "do not wait for the result");
        sub->add_option("--timeout", a.timeout, "how long to wait for the result (60)")
            ->type_name("SECONDS")
            ->check(CLI::Range(1, 86400));
    };
    add_waiting(verbs.add("up", "connect a client now and wait until it is connected",
                          "  pppctl up pppoe-out1\n  pppctl up pppoe-out1 --timeout 10 || echo still down",
                          [&](Context& c) {
                              return up(c, {a.name, !a.no_wait, a.timeout});
                          }));
    add_waiting(verbs.add("down", "disconnect a client and keep it down until `up`",
                          "  pppctl down pppoe-out1\n  pppctl down pppoe-out1 --no-wait", [&](Context& c) {
                              return down(c, {a.name, !a.no_wait, a.timeout});
                          }));
    auto* scanner = verbs.add("scan", "which PPPoE services are there on an interface",
                              "  pppctl scan eth1\n  pppctl scan eth1 --seconds 20 --json",
                              [&](Context& c) { return scan(c, a.interface, a.seconds); });
    scanner->add_option("INTERFACE", a.interface, "an Ethernet-like interface")->required();
    scanner->add_option("--seconds", a.seconds, "how long to listen, 1 to 60 (5)")
        ->type_name("N")
        ->check(CLI::Range(1, 60));
    verbs
        .add("monitor", "one client or server, live, until Ctrl-C",
             "  pppctl monitor pppoe-out1\n  pppctl monitor pppoe-out1 --json | jq -c 'select(.state)'",
             [&](Context& c) { return monitor(c, a.name); })
        ->add_option("NAME", a.name, "a client or server")
        ->required();
    verbs
        .add("kick", "end one session",
             "  pppctl kick 4711\n  pppctl kick $(pppctl active name=ann --json | jq '.[0].id')",
             [&](Context& c) { return kick(c, a.session); })
        ->add_option("SESSION", a.session, "its ID in `pppctl active`")
        ->required();
}

}  // namespace ppp::ctl
