// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What only the kernel can show: lost notifications, the filter, gathering, a full answer queue. As
/// root.
#include <doctest/doctest.h>
#include <linux/if_arp.h>
#include <sys/socket.h>
#include <map>
#include <set>
#include "contract/netlink_hosts.hpp"

using namespace ppp;
using namespace ppp::net;
using test::RealHost;

namespace {

constexpr unsigned kLoopback = 1;

void bring_up(RealHost& host, unsigned ifindex) {
    ifinfomsg head{};
    head.ifi_index = static_cast<int>(ifindex);
    head.ifi_flags = head.ifi_change = 1;
    Batch batch;
    batch.begin(RTM_NEWLINK, 0).header(head);
    host.send(batch);
}

/// What the kernel itself says, by a fresh observer.
std::vector<Link> truth(RealHost& host) {
    auto pool = WorkerPool::create(host.loop(), 1, "truth");
    REQUIRE(pool);
    auto other = RtNetwork::create(host.loop(), **pool, {});
    REQUIRE(other);
    auto links = (*other)->links().all();
    other->reset();
    return links;
}

}  // namespace

TEST_CASE("lost notifications are noticed, and the picture is whole again with every link reported") {
    RealHost host({.notification_buffer = 1});
    std::map<std::string, LinkEvent::Kind> last;
    bool loopback_again = false;
    const auto subscription = host.network().links().on_link([&](const LinkEvent& e) {
        last[e.link.name] = e.kind;
        loopback_again |= e.link.ifindex == kLoopback && e.before && *e.before == e.link;
    });
    std::vector<unsigned> made;
    for (int i = 0; i < 60; ++i) made.push_back(host.make_link_unseen("lost" + std::to_string(i)));
    for (const auto link : made) bring_up(host, link);
    host.wait([&] { return host.network().links().all() == truth(host); });
    CHECK(host.network().counters().resyncs >= 1);
    CHECK(loopback_again);
    for (int i = 0; i < 60; ++i) CHECK(last.contains("lost" + std::to_string(i)));
    for (const auto link : made) {
        REQUIRE(host.network().links().find(link));
        CHECK(host.network().links().find(link)->up);
    }
}

TEST_CASE("links that went away while notifications were lost are reported as removed") {
    RealHost host({.notification_buffer = 1});
    std::vector<Step> mark;
    std::vector<unsigned> made;
    for (int i = 0; i < 50; ++i) made.push_back(host.make_link("gone" + std::to_string(i)));
    for (const auto link : made) mark.push_back(change({.ifindex = link, .group = 9}));
    REQUIRE(host.run(std::move(mark)).ok());
    std::set<unsigned> removed;
    const auto subscription = host.network().links().on_link([&](const LinkEvent& e) {
        if (e.kind == LinkEvent::Kind::removed) removed.insert(e.link.ifindex);
    });
    REQUIRE(host.run({remove(LinkGroup{9})}).ok());
    host.wait([&] { return removed.size() == made.size(); });
    CHECK(host.network().links().all() == truth(host));
}

TEST_CASE("what a session does to a hidden link never wakes the loop") {
    for (const bool hidden : {false, true}) {
        RealHost host({.hidden_link_type = hidden ? std::uint16_t{ARPHRD_ETHER} : std::uint16_t{0}});
        bool seen = false;
        const auto subscription =
            host.network().links().on_link([&](const LinkEvent& e) { seen |= e.link.type == ARPHRD_ETHER; });
        const auto link = host.make_link_unseen("session0");
        const Address address{
            .ifindex = link, .local = {IpAddress::v4(192, 0, 2, 1), 32}, .peer = IpAddress::v4(192, 0, 2, 2)};
        CHECK(host.run({change({.ifindex = link, .up = true, .mtu = 1480, .group = 7}), add(address),
                        add(Route{.destination = {}, .ifindex = link})})
                  .ok());
        CHECK(host.run({remove(LinkGroup{7})}).ok());
        // Loopback's notification comes after all of the above: once it is here, so is the rest.
        bring_up(host, kLoopback);
        host.wait([&] { return host.network().links().find(kLoopback)->up; });
        CHECK(seen == !hidden);
        CHECK((host.network().counters().wakeups == 1) == hidden);
        CHECK(host.network().counters().resyncs == 0);
    }
}

TEST_CASE("links that are there at the start are found at once, hidden ones are not") {
    RealHost host({.hidden_link_type = ARPHRD_ETHER});
    host.make_link_unseen("lan0");
    host.drop_network();
    for (const bool hidden : {true, false}) {
        auto pool = WorkerPool::create(host.loop(), 1, "rtnetlink");
        REQUIRE(pool);
        auto network =
            RtNetwork::create(host.loop(), **pool,
                              {.hidden_link_type = hidden ? std::uint16_t{ARPHRD_ETHER} : std::uint16_t{0}});
        REQUIRE(network);
        CHECK(((*network)->links().find("lan0") == nullptr) == hidden);
        CHECK((*network)->links().find("lo")->ifindex == kLoopback);
        network->reset();
    }
}

TEST_CASE("leaving a bridge is not the end of a link") {
    RealHost host;
    Batch batch;
    RealHost::begin_link(batch, "br0", 5000, "bridge");
    RealHost::begin_link(batch, "port0", 5001, "veth");
    host.send(batch);
    const auto set_master = [&](unsigned master) {
        ifinfomsg head{};
        head.ifi_index = 5001;
        Batch change;
        change.begin(RTM_NEWLINK, 0).header(head).put_u32(IFLA_MASTER, master);
        host.send(change);
    };
    bool removed = false;
    const auto subscription = host.network().links().on_link(
        [&](const LinkEvent& e) { removed |= e.kind == LinkEvent::Kind::removed && e.link.name == "port0"; });
    set_master(5000);
    host.wait(
        [&] { return host.network().links().find("port0") && host.network().links().find("port0")->master; });
    set_master(0);
    host.wait([&] { return host.network().links().find("port0")->master == 0; });
    CHECK_FALSE(removed);
}

TEST_CASE("a pulled cable shows as lost carrier on the other end, and as carrier again") {
    RealHost host;
    Batch batch;
    RealHost::begin_link(batch, "cable0", 6000, "veth");
    host.send(batch);
    host.wait([&] { return host.network().links().find("cable0") && host.network().links().find("veth0"); });
    const auto far = host.network().links().find("veth0")->ifindex;
    std::vector<bool> carrier;
    const auto subscription = host.network().links().on_link([&](const LinkEvent& e) {
        if (e.link.name == "cable0" && e.carrier_changed()) carrier.push_back(e.link.carrier);
    });
    REQUIRE(host.run({change({.ifindex = 6000, .up = true}), change({.ifindex = far, .up = true})}).ok());
    host.wait([&] { return carrier == std::vector{true}; });
    REQUIRE(host.run({change({.ifindex = far, .up = false})}).ok());
    host.wait([&] { return carrier == std::vector{true, false}; });
    CHECK(host.network().links().find("cable0")->up);
    REQUIRE(host.run({change({.ifindex = far, .up = true})}).ok());
    host.wait([&] { return carrier == std::vector{true, false, true}; });
}

TEST_CASE("batches that meet a busy thread gather: many submissions, few trips") {
    RealHost host;
    const auto link = host.make_link("lan0");
    int answered = 0;
    std::vector<Pending> held;
    for (int i = 0; i < 150; ++i)
        held.push_back(
            host.network().submit({change({.ifindex = link, .mtu = 1400 + static_cast<unsigned>(i)})},
                                  [&](Outcome o) { answered += o.ok() ? 1 : 0; }));
    host.wait([&] { return answered == 150; });
    CHECK(host.network().counters().batches == 150);
    CHECK(host.network().counters().trips == 2);
    host.wait([&] { return host.network().links().find(link)->mtu == 1549; });
}

TEST_CASE("a network that goes away leaves its open requests silent") {
    RealHost host;
    bool told = false;
    auto pending =
        host.network().submit({change({.ifindex = kLoopback, .up = true})}, [&](Outcome) { told = true; });
    auto listing = host.network().list_addresses(0, [&](Result<std::vector<Address>>) { told = true; });
    host.drop_network();
    bool later = false;
    const auto timer = host.loop().after(std::chrono::milliseconds(50), [&] { later = true; });
    host.wait([&] { return later; });
    CHECK_FALSE(told);
}

TEST_CASE("a completion may end the network, and those that came back with it stay silent") {
    RealHost host;
    bool told = false, other = false;
    auto& network = host.network();
    const auto step = change({.ifindex = kLoopback, .up = true});
    // The first leaves alone; the next two gather behind it and come back together.
    const auto alone = network.submit({step}, [](Outcome) {});
    const auto ending = network.submit({step}, [&](Outcome) {
        told = true;
        host.drop_network();
    });
    const auto silent = network.submit({step}, [&](Outcome) { other = true; });
    host.wait([&] { return told; });
    CHECK_FALSE(other);
}

TEST_CASE("a full answer queue never turns a refusal into a success, and the socket works on") {
    const test::NetworkNamespace somewhere;
    auto socket = RequestSocket::create(
        []() -> Result<Fd> {
            Fd fd{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)};
            const int tiny = 1;
            ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &tiny, sizeof tiny);
            return fd;
        },
        std::chrono::milliseconds(100));
    REQUIRE(socket);
    ifinfomsg head{};
    head.ifi_index = 4242;
    Batch batch;
    for (int i = 0; i < 200; ++i) batch.begin(RTM_NEWLINK, 0).header(head);
    std::vector<Answer> answers;
    socket->transact(batch, answers);
    std::size_t refused = 0, unanswered = 0;
    for (const auto& answer : answers) {
        CHECK(answer.kind != Answer::Kind::done);
        refused += answer.kind == Answer::Kind::refused ? 1 : 0;
        unanswered += answer.kind == Answer::Kind::unanswered ? 1 : 0;
    }
    CHECK(refused > 0);
    CHECK(unanswered > 0);
    batch.clear();
    batch.begin(RTM_NEWLINK, 0).header(head);
    CHECK(socket->transact_one(batch).sys == ENODEV);
}
