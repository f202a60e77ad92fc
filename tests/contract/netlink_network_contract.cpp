// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What every Network promises: the same text for FakeNetwork and for the kernel's, as root.
#include <doctest/doctest.h>
#include <optional>
#include "contract/netlink_hosts.hpp"

using namespace ppp;
using namespace ppp::net;
using test::FakeHost;
using test::RealHost;

namespace {

Address address(unsigned ifindex, IpAddress local, std::optional<IpAddress> peer = {},
                std::uint8_t length = 32) {
    return {.ifindex = ifindex, .local = {.address = local, .length = length}, .peer = peer};
}
Route default_route(unsigned ifindex, std::uint32_t metric = 5) {
    return {.destination = {}, .ifindex = ifindex, .gateway = {}, .metric = metric};
}
const auto kHere = IpAddress::v4(192, 0, 2, 1);
const auto kThere = IpAddress::v4(192, 0, 2, 254);
const auto kHere6 = *parse_ip_address("2001:db8::1");

/// Up, and without a link-local IPv6 address of the kernel's own making.
Step up(unsigned ifindex) {
    return change({.ifindex = ifindex, .up = true, .addr_gen_mode = AddrGenMode::none});
}

/// A host with one link that is up.
template <class Host>
struct Ready : Host {
    unsigned link = this->make_link("lan0");
    Ready() { REQUIRE(this->run({up(link)}).ok()); }
};

}  // namespace

#define HOSTS FakeHost, RealHost

TEST_CASE_TEMPLATE("a session's batch of up, address with peer and default route is one completion", Host,
                   HOSTS) {
    Host host;
    const auto link = host.make_link("lan0");
    const auto outcome =
        host.run({change({.ifindex = link, .up = true, .mtu = 1480, .addr_gen_mode = AddrGenMode::none}),
                  add(address(link, kHere, kThere)), add(default_route(link))});
    CHECK(outcome.ok());
    CHECK(outcome.touched == 0b111);
    CHECK(host.addresses(link) == std::vector{address(link, kHere, kThere)});
    CHECK(host.default_routes() == std::vector{default_route(link)});
    host.wait([&] { return host.network().links().find(link)->mtu == 1480; });
    CHECK(host.network().links().find("lan0")->up);
    CHECK(host.network().links().find("lan0")->carrier);
}

TEST_CASE_TEMPLATE("an address that is already there is refused with EEXIST", Host, HOSTS) {
    Ready<Host> host;
    REQUIRE(host.run({add(address(host.link, kHere, kThere))}).ok());
    const auto again = host.run({add(address(host.link, kHere, kThere))});
    REQUIRE_FALSE(again.ok());
    CHECK(again.error->sys == EEXIST);
    CHECK(again.error->what.starts_with("address 192.0.2.1 peer 192.0.2.254/32 dev lan0: File exists"));
    CHECK(again.touched == 0);
}

TEST_CASE_TEMPLATE("a second default route of the same metric is refused, one of another metric is not", Host,
                   HOSTS) {
    Ready<Host> host;
    const auto other = host.make_link("lan1");
    REQUIRE(host.run({up(other), add(default_route(host.link))}).ok());
    const auto again = host.run({add(default_route(other))});
    REQUIRE_FALSE(again.ok());
    CHECK(again.error->sys == EEXIST);
    CHECK(again.error->what == "route 0.0.0.0/0 dev lan1 metric 5: File exists");
    CHECK(host.run({add(default_route(other, 6))}).ok());
    CHECK(host.default_routes() == std::vector{default_route(host.link), default_route(other, 6)});
}

TEST_CASE_TEMPLATE("every step on an unknown link is refused with ENODEV and touches nothing", Host, HOSTS) {
    Host host;
    for (const unsigned ifindex : {0U, 4242U}) {
        const auto outcome = host.run({change({.ifindex = ifindex, .up = true, .group = 7}),
                                       add(address(ifindex, kHere)), add(default_route(ifindex))});
        REQUIRE_FALSE(outcome.ok());
        CHECK(outcome.failed_step == 0);
        CHECK(outcome.error->sys == ENODEV);
        CHECK(outcome.touched == 0);
        for (auto step : {change({.ifindex = ifindex, .mtu = 1400}), add(address(ifindex, kHere)),
                          add(default_route(ifindex))})
            CHECK(host.run({step}).error.value().sys == ENODEV);
    }
}

TEST_CASE_TEMPLATE("the kernel's own words are part of the error", Host, HOSTS) {
    Host host;
    const auto outcome = host.run({add(default_route(host.make_link("lan0")))});
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.error->sys == ENETDOWN);
    CHECK(outcome.error->what ==
          "route 0.0.0.0/0 dev lan0 metric 5: Network is down (Device for nexthop is not up)");
}

TEST_CASE_TEMPLATE("a failed step is named, and those before and behind it are told apart from it", Host,
                   HOSTS) {
    Ready<Host> host;
    const auto outcome = host.run({add(address(host.link, kHere)), remove(address(host.link, kThere)),
                                   add(default_route(host.link)), remove(default_route(host.link, 77))});
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.failed_step == 1);
    CHECK(outcome.error->sys == EADDRNOTAVAIL);
    CHECK(outcome.touched == 0b0101);
    CHECK(host.addresses(host.link) == std::vector{address(host.link, kHere)});
    CHECK(host.default_routes() == std::vector{default_route(host.link)});
}

TEST_CASE_TEMPLATE("undoing exactly the touched steps brings the old state back", Host, HOSTS) {
    Ready<Host> host;
    const auto outcome = host.run({add(address(host.link, kHere, kThere)), add(default_route(host.link)),
                                   add(default_route(host.link))});
    REQUIRE(outcome.touched == 0b011);
    CHECK(host.run({remove(default_route(host.link)), remove(address(host.link, kHere, kThere))}).ok());
    CHECK(host.addresses(host.link).empty());
    CHECK(host.default_routes().empty());
}

TEST_CASE_TEMPLATE("removing what is not there is an error with its own errno", Host, HOSTS) {
    Ready<Host> host;
    CHECK(host.run({remove(address(host.link, kHere))}).error.value().sys == EADDRNOTAVAIL);
    CHECK(host.run({remove(default_route(host.link))}).error.value().sys == ESRCH);
}

TEST_CASE_TEMPLATE("a route bears its metric, table and our protocol number", Host, HOSTS) {
    Ready<Host> host;
    const Route route{.destination = {IpAddress::v4(198, 51, 100, 0), 24},
                      .ifindex = host.link,
                      .gateway = {},
                      .metric = 42,
                      .table = 1000};
    REQUIRE(host.run({add(route)}).ok());
    CHECK(host.routes(kRouteProtocol, 1000) == std::vector{route});
    CHECK(host.routes(kRouteProtocol, kMainTable).empty());
    CHECK(host.routes(4, 1000).empty());
}

TEST_CASE_TEMPLATE("removing a route never takes another protocol's route away", Host, HOSTS) {
    Ready<Host> host;
    auto theirs = default_route(host.link);
    theirs.protocol = 4;
    REQUIRE(host.run({add(theirs)}).ok());
    CHECK(host.run({remove(default_route(host.link))}).error.value().sys == ESRCH);
    CHECK(host.default_routes() == std::vector{theirs});
}

TEST_CASE_TEMPLATE("metric 0 is the kernel's choice when adding and any metric when removing", Host, HOSTS) {
    Ready<Host> host;
    const Route v4 = default_route(host.link, 0);
    const Route v6{.destination = {*parse_ip_address("::"), 0}, .ifindex = host.link};
    auto chosen = v6;
    chosen.metric = 1024;
    REQUIRE(host.run({add(v4), add(v6)}).ok());
    CHECK(host.default_routes() == std::vector{v4, chosen});
    REQUIRE(host.run({remove(v4), remove(v6), add(default_route(host.link, 7))}).ok());
    CHECK(host.run({remove(v4)}).ok());
    CHECK(host.default_routes().empty());
}

TEST_CASE_TEMPLATE("a route with a gateway comes back with it", Host, HOSTS) {
    Ready<Host> host;
    auto route = default_route(host.link);
    route.gateway = kThere;
    REQUIRE(host.run({add(address(host.link, kHere, {}, 24)), add(route)}).ok());
    CHECK(host.default_routes() == std::vector{route});
    CHECK(host.run({remove(route)}).ok());
}

TEST_CASE_TEMPLATE("a table that does not exist has no routes", Host, HOSTS) {
    Host host;
    CHECK(host.routes(kRouteProtocol, 77777).empty());
}

TEST_CASE_TEMPLATE("IPv6 addresses and routes work as IPv4's do", Host, HOSTS) {
    Host host;
    const auto link = host.make_link("lan0");
    const auto here = address(link, kHere6, {}, 64);
    const auto far = address(link, kHere6, *parse_ip_address("2001:db8::ffff"), 128);
    const Route route{
        .destination = {*parse_ip_address("::"), 0}, .ifindex = link, .gateway = {}, .metric = 9};
    // Quiet before it goes up: no link-local address of the kernel's own making.
    REQUIRE(host.run({up(link), add(here), add(route)}).ok());
    CHECK(host.addresses(link) == std::vector{here});
    CHECK(host.default_routes() == std::vector{route});
    CHECK(host.run({add(here)}).error.value().sys == EEXIST);
    CHECK(host.run({remove(here), remove(route)}).ok());
    CHECK(host.addresses(link).empty());
    REQUIRE(host.run({add(far)}).ok());
    CHECK(host.addresses(link) == std::vector{far});
    CHECK(host.run({remove(far)}).ok());
}

TEST_CASE_TEMPLATE("a link that goes down loses its routes and keeps its IPv4 addresses", Host, HOSTS) {
    Ready<Host> host;
    REQUIRE(host.run({add(address(host.link, kHere)), add(default_route(host.link))}).ok());
    REQUIRE(host.run({change({.ifindex = host.link, .up = false})}).ok());
    CHECK(host.default_routes().empty());
    CHECK(host.addresses(host.link) == std::vector{address(host.link, kHere)});
    CHECK(host.run({add(default_route(host.link))}).error.value().sys == ENETDOWN);
}

TEST_CASE_TEMPLATE("one request deletes a whole group and leaves the other links", Host, HOSTS) {
    Host host;
    std::vector<unsigned> dead;
    for (int i = 0; i < 5; ++i) dead.push_back(host.make_link("dead" + std::to_string(i)));
    host.make_link("alive");
    for (const auto link : dead) REQUIRE(host.run({change({.ifindex = link, .group = 4711})}).ok());
    std::size_t removed = 0;
    const auto subscription = host.network().links().on_link(
        [&](const LinkEvent& e) { removed += e.kind == LinkEvent::Kind::removed ? 1 : 0; });
    REQUIRE(host.run({remove(LinkGroup{4711})}).ok());
    host.wait([&] { return removed == dead.size(); });
    CHECK(host.network().links().find("alive"));
    CHECK_FALSE(host.network().links().find("dead0"));
    CHECK(host.run({remove(LinkGroup{4711})}).error.value().sys == ENODEV);
}

TEST_CASE_TEMPLATE("batches are carried out and answered in the order they were submitted", Host, HOSTS) {
    Ready<Host> host;
    std::vector<int> answered;
    std::vector<Pending> held;
    for (int i = 0; i < 20; ++i) {
        const auto step = i % 2 == 0 ? add(default_route(host.link)) : remove(default_route(host.link));
        held.push_back(host.network().submit({step}, [&answered, i](Outcome outcome) {
            CHECK(outcome.ok());
            answered.push_back(i);
        }));
    }
    CHECK(answered.empty());
    host.wait([&] { return answered.size() == 20; });
    CHECK(std::ranges::is_sorted(answered));
    for (const auto& pending : held) CHECK_FALSE(pending.open());
}

TEST_CASE_TEMPLATE("a withdrawn batch is silent, and an undo after it is certain", Host, HOSTS) {
    Ready<Host> host;
    bool told = false;
    {
        const auto dropped =
            host.network().submit({add(default_route(host.link))}, [&](Outcome) { told = true; });
    }
    const auto undone = host.run({remove(default_route(host.link))});
    CHECK((undone.ok() || undone.error->sys == ESRCH));
    CHECK_FALSE(told);
    CHECK(host.default_routes().empty());
}

TEST_CASE_TEMPLATE("a completion may submit, withdraw and be dropped", Host, HOSTS) {
    Ready<Host> host;
    bool finished = false, silenced = true;
    Pending second, third;
    auto first = host.network().submit({add(address(host.link, kHere))}, [&](Outcome) {
        third.withdraw();
        second = host.network().submit({remove(address(host.link, kHere))}, [&](Outcome outcome) {
            finished = outcome.ok();
            second = {};
        });
    });
    third = host.network().submit({change({.ifindex = host.link, .mtu = 1400})},
                                  [&](Outcome) { silenced = false; });
    host.wait([&] { return finished; });
    CHECK(silenced);
}

TEST_CASE_TEMPLATE("links are reported when they come, change and go", Host, HOSTS) {
    Host host;
    std::vector<std::string> told;
    auto subscription = host.network().links().on_link([&](const LinkEvent& e) {
        if (e.kind == LinkEvent::Kind::added) told.push_back("+" + e.link.name);
        if (e.kind == LinkEvent::Kind::removed) told.push_back("-" + e.link.name);
        if (e.carrier_changed()) told.push_back((e.link.carrier ? "carrier " : "no carrier ") + e.link.name);
    });
    const auto link = host.make_link("lan0");
    CHECK_FALSE(host.network().links().find(link)->kind.empty());
    REQUIRE(host.run({change({.ifindex = link, .up = true, .group = 99})}).ok());
    REQUIRE(host.run({remove(LinkGroup{99})}).ok());
    host.wait([&] { return !told.empty() && told.back() == "-lan0"; });
    REQUIRE(told.size() >= 3);
    CHECK(told[0] == "+lan0");
    CHECK(told[1] == "carrier lan0");
    subscription = {};
    const auto before = told.size();
    host.make_link("lan1");
    CHECK(told.size() == before);
}

TEST_CASE_TEMPLATE("the convenience calls report a plain result", Host, HOSTS) {
    Ready<Host> host;
    std::optional<Result<>> good, bad, group;
    auto& network = host.network();
    const auto a = network.add(address(host.link, kHere), [&](Result<> r) { good = std::move(r); });
    const auto b = network.remove(default_route(host.link), [&](Result<> r) { bad = std::move(r); });
    const auto c = network.remove_links_in_group(31337, [&](Result<> r) { group = std::move(r); });
    host.wait([&] { return good && bad && group; });
    CHECK(good->has_value());
    REQUIRE_FALSE(bad->has_value());
    CHECK(bad->error().what.starts_with("route 0.0.0.0/0 dev lan0 metric 5: No such process"));
    CHECK(group->error().what.starts_with("links of group 31337: No such device"));
}
