// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Objects as messages: round trips, and what must never reach the kernel.
#include <doctest/doctest.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/cache.h>
#include <netlink/msg.h>
#include <netlink/route/route.h>
#include <vector>
#include "netlink/codec.hpp"
#include "netlink/table_reader.hpp"

using namespace ppp::net;

namespace {

std::vector<Received> messages(const Batch& batch) {
    std::vector<Received> all;
    Datagram datagram(batch.octets(0, batch.size()));
    while (auto m = datagram.next()) all.push_back(*m);
    return all;
}
void parse_route(Batch& batch, std::vector<Route>& routes) {
    rtnl_route* object = nullptr;
    REQUIRE(rtnl_route_parse(batch.header(0), &object) == 0);
    append_routes(*object, routes);
    rtnl_route_put(object);
}
std::optional<Address> parse_address(Batch& batch) {
    std::optional<Address> found;
    auto* message = nlmsg_convert(batch.header(0));
    nlmsg_set_proto(message, NETLINK_ROUTE);
    nl_msg_parse(
        message,
        [](nl_object* object, void* into) {
            *static_cast<std::optional<Address>*>(into) = to_address(*reinterpret_cast<rtnl_addr*>(object));
        },
        &found);
    nlmsg_free(message);
    return found;
}
Address address(std::uint8_t length = 32) {
    return {
        .ifindex = 7, .local = {IpAddress::v4(192, 0, 2, 1), length}, .peer = IpAddress::v4(192, 0, 2, 9)};
}

}  // namespace

TEST_CASE("an address survives the way into a message and back") {
    auto v6 = address();
    v6.local = {*parse_ip_address("2001:db8::1"), 128};
    v6.peer = parse_ip_address("2001:db8::2");
    auto lone = address(24);
    lone.peer.reset();
    for (const auto& a : {address(), v6, lone}) {
        Batch batch;
        REQUIRE(encode(add(a), batch) == 0);
        CHECK(parse_address(batch) == a);
        CHECK((batch.header(0)->nlmsg_flags & NLM_F_EXCL) != 0);
    }
}

TEST_CASE("a route survives the way into a message and back") {
    const Route v4{.destination = {IpAddress::v4(10, 0, 0, 0), 8},
                   .ifindex = 3,
                   .gateway = IpAddress::v4(192, 0, 2, 9),
                   .metric = 4000000000U,
                   .table = 70000};
    const Route everything{.destination = {}, .ifindex = 3};
    const Route v6{.destination = {*parse_ip_address("::"), 0}, .ifindex = 3, .gateway = {}, .metric = 1};
    for (const auto& r : {v4, everything, v6}) {
        Batch batch;
        REQUIRE(encode(add(r), batch) == 0);
        std::vector<Route> back;
        parse_route(batch, back);
        CHECK(back == std::vector{r});
    }
}

TEST_CASE("a removal names the protocol, so that only our own route can match") {
    Batch batch;
    REQUIRE(encode(remove(Route{.destination = {}, .ifindex = 3}), batch) == 0);
    CHECK(batch.header(0)->nlmsg_type == RTM_DELROUTE);
    CHECK(read_as<rtmsg>(messages(batch)[0].payload)->rtm_protocol == kRouteProtocol);
}

TEST_CASE("a link change sends what is set and nothing else") {
    Batch batch;
    REQUIRE(encode(change({.ifindex = 5, .mtu = 1480}), batch) == 0);
    const auto m = messages(batch).at(0);
    const auto head = *read_as<ifinfomsg>(m.payload);
    CHECK(head.ifi_index == 5);
    CHECK(head.ifi_change == 0);
    const auto attributes = m.attributes(sizeof head);
    CHECK(attributes.find(IFLA_MTU)->u32() == 1480);
    for (const auto type : {IFLA_GROUP, IFLA_IFALIAS, IFLA_AF_SPEC})
        CHECK_FALSE(attributes.find(static_cast<std::uint16_t>(type)));
}

TEST_CASE("the address generation mode is a message of its own, ahead of going up") {
    Batch batch;
    REQUIRE(encode(change({.ifindex = 5, .up = true, .addr_gen_mode = AddrGenMode::none}), batch) == 0);
    const auto all = messages(batch);
    REQUIRE(all.size() == 2);
    CHECK(read_as<ifinfomsg>(all[0].payload)->ifi_change == 0);
    const auto mode = all[0].attributes(sizeof(ifinfomsg)).find(IFLA_AF_SPEC)->nested().find(AF_INET6);
    CHECK(mode->nested().find(IFLA_INET6_ADDR_GEN_MODE)->u8() == 1);
    CHECK(read_as<ifinfomsg>(all[1].payload)->ifi_change == IFF_UP);
    CHECK(read_as<ifinfomsg>(all[1].payload)->ifi_flags == IFF_UP);
    batch.clear();
    REQUIRE(encode(change({.ifindex = 5, .addr_gen_mode = AddrGenMode::eui64}), batch) == 0);
    CHECK(batch.size() == 1);
}

TEST_CASE("an empty alias is sent as no octets, which clears it") {
    Batch batch;
    REQUIRE(encode(change({.ifindex = 5, .alias = ""}), batch) == 0);
    const auto alias = messages(batch).at(0).attributes(sizeof(ifinfomsg)).find(IFLA_IFALIAS);
    REQUIRE(alias);
    CHECK(alias->value.empty());
}

TEST_CASE("a step that would mean something else to the kernel is refused here") {
    Batch batch;
    CHECK(encode(change({.ifindex = 0, .group = 3}), batch) == ENODEV);
    CHECK(encode(change({.ifindex = 1, .alias = std::string(256, 'x')}), batch) == ERANGE);
    auto a = address(33);
    CHECK(encode(add(a), batch) == EINVAL);
    a = address();
    a.peer = parse_ip_address("::1");
    CHECK(encode(add(a), batch) == EINVAL);
    CHECK(encode(remove(Route{.destination = {}, .ifindex = 0}), batch) == ENODEV);
    CHECK(encode(add(Route{.destination = {}, .ifindex = 1, .gateway = parse_ip_address("::1")}), batch) ==
          EINVAL);
    CHECK(encode(add(Route{.destination = {*parse_ip_address("::"), 129}, .ifindex = 1}), batch) == EINVAL);
    CHECK(batch.empty());
}

TEST_CASE("a link notification is read field by field") {
    Batch batch;
    ifinfomsg head{};
    head.ifi_index = 12;
    head.ifi_type = 1;
    head.ifi_flags = IFF_UP | IFF_LOWER_UP;
    auto m = batch.begin(RTM_NEWLINK, 0);
    m.header(head).put_string(IFLA_IFNAME, "eth0.35").put_u32(IFLA_MTU, 1508).put_u32(IFLA_GROUP, 4);
    m.put_u32(IFLA_LINK, 2).put_u32(IFLA_MASTER, 9).put(IFLA_ADDRESS, "\2\0\0\0\0\1", 6);
    {
        const auto info = m.nest(IFLA_LINKINFO);
        m.put_string(IFLA_INFO_KIND, "vlan");
    }
    CHECK(parse_link(messages(batch).at(0)) == Link{.ifindex = 12,
                                                    .name = "eth0.35",
                                                    .kind = "vlan",
                                                    .mac = {2, 0, 0, 0, 0, 1},
                                                    .type = 1,
                                                    .mtu = 1508,
                                                    .group = 4,
                                                    .parent = 2,
                                                    .master = 9,
                                                    .up = true,
                                                    .carrier = true});
}

TEST_CASE("a bridge's view of its port, a nameless link and a stump are no links") {
    Batch batch;
    ifinfomsg head{};
    head.ifi_index = 12;
    batch.begin(RTM_NEWLINK, 0).header(head);
    head.ifi_family = AF_BRIDGE;
    batch.begin(RTM_DELLINK, 0).header(head).put_string(IFLA_IFNAME, "eth0");
    batch.begin(RTM_NEWLINK, 0).put_u32(1, 1);
    batch.begin(RTM_NEWADDR, 0).header(head).put_string(IFLA_IFNAME, "eth0");
    for (const auto& m : messages(batch)) CHECK_FALSE(parse_link(m));
}

TEST_CASE("a multipath route is one route for each hop") {
    Batch batch;
    rtmsg head{};
    head.rtm_family = AF_INET;
    head.rtm_type = RTN_UNICAST;
    head.rtm_table = 254;
    struct {
        rtnexthop first{.rtnh_len = 16, .rtnh_flags = 0, .rtnh_hops = 0, .rtnh_ifindex = 3};
        nlattr gateway{.nla_len = 8, .nla_type = RTA_GATEWAY};
        std::array<std::uint8_t, 4> octets{192, 0, 2, 9};
        rtnexthop second{.rtnh_len = 8, .rtnh_flags = 0, .rtnh_hops = 0, .rtnh_ifindex = 4};
    } const hops;
    batch.begin(RTM_NEWROUTE, 0).header(head).put(RTA_MULTIPATH, &hops, sizeof hops);
    std::vector<Route> routes;
    parse_route(batch, routes);
    REQUIRE(routes.size() == 2);
    CHECK(routes[0].ifindex == 3);
    CHECK(routes[0].gateway == IpAddress::v4(192, 0, 2, 9));
    CHECK(routes[1].ifindex == 4);
    CHECK_FALSE(routes[1].gateway);
}

TEST_CASE("objects are described as an operator would type them") {
    CHECK(describe(add(address()), "ppp0") == "address 192.0.2.1 peer 192.0.2.9/32 dev ppp0");
    CHECK(describe(change({.ifindex = 5}), "") == "link #5");
    CHECK(describe(remove(LinkGroup{9}), "") == "links of group 9");
    const Route route{.destination = {*parse_ip_address("2001:db8::"), 32},
                      .ifindex = 1,
                      .gateway = parse_ip_address("fe80::1"),
                      .metric = 7,
                      .table = 100};
    CHECK(describe(add(route), "ppp1") == "route 2001:db8::/32 via fe80::1 dev ppp1 metric 7 table 100");
}

TEST_CASE("text that is no address is none") {
    for (const auto* text : {"", "192.0.2", "192.0.2.256", "2001:db8::g", "192.0.2.1 ", "eth0"})
        CHECK_FALSE(parse_ip_address(text));
    CHECK_FALSE(parse_ip_address(std::string_view("1.2.3.4\0x", 9)));
    CHECK(to_string(*parse_ip_address("2001:DB8:0::1")) == "2001:db8::1");
}
