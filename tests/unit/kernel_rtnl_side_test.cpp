// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What is asked of rtnetlink for units, and what its refusals mean; over a socket pair that plays
/// kernel.
#include <doctest/doctest.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <array>
#include <optional>
#include <string>
#include <vector>
#include "kernel/rtnl_side.hpp"

using namespace ppp;
using namespace ppp::kernel;
using namespace std::chrono_literals;

namespace {
constexpr unsigned kFirstIndex = 0x2000'0000;

struct Heard {
    std::uint16_t type = 0, flags = 0;
    unsigned index = 0;
    std::string name, kind;
    std::optional<std::uint32_t> mtu, group, file;
};

/// The far end of the socket; its answers are queued before the request, as by the synchronous kernel.
class Kernel {
public:
    RtnlSide side(unsigned first_index = kFirstIndex) {
        auto socket = net::RequestSocket::create([this]() -> Result<Fd> { return open(); }, 1ms);
        REQUIRE(socket);
        return {*std::move(socket), first_index};
    }
    void answer(int error) {
        net::Batch batch;
        nlmsgerr body{};
        body.error = -error;
        batch.begin(NLMSG_ERROR, NLM_F_CAPPED).header(body);
        say(batch, ++sequence_);
    }
    void say(net::Batch& batch, std::uint32_t sequence) {
        for (std::size_t i = 0; i < batch.size(); ++i) batch.header(i)->nlmsg_seq = sequence;
        const auto octets = batch.octets(0, batch.size());
        REQUIRE(::send(far_.get(), octets.data(), octets.size(), 0) > 0);
    }
    /// The messages of the next datagram.
    std::vector<Heard> heard() {
        std::vector<std::byte> buffer(65536);
        const auto n = ::recv(far_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        std::vector<Heard> all;
        if (n <= 0) return all;
        net::Datagram datagram(net::Octets(buffer).first(static_cast<std::size_t>(n)));
        while (const auto m = datagram.next()) {
            const auto head = net::read_as<ifinfomsg>(m->payload).value();
            const auto attributes = m->attributes(sizeof(ifinfomsg));
            Heard h{.type = m->head.nlmsg_type,
                    .flags = m->head.nlmsg_flags,
                    .index = static_cast<unsigned>(head.ifi_index),
                    .name = {},
                    .kind = {},
                    .mtu = {},
                    .group = {},
                    .file = {}};
            CHECK(head.ifi_flags == 0);  // never brought up here
            if (auto a = attributes.find(IFLA_IFNAME)) h.name = a->text();
            if (auto a = attributes.find(IFLA_MTU)) h.mtu = a->u32();
            if (auto a = attributes.find(IFLA_GROUP)) h.group = a->u32();
            if (auto a = attributes.find(IFLA_LINKINFO)) {
                h.kind = a->nested().find(IFLA_INFO_KIND)->text();
                h.file = a->nested().find(IFLA_INFO_DATA)->nested().find(IFLA_PPP_DEV_FD)->u32();
            }
            all.push_back(std::move(h));
        }
        return all;
    }

private:
    Fd open() {
        std::array<int, 2> ends{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0);
        far_.reset(ends[1]);
        return Fd(ends[0]);
    }
    Fd far_;
    std::uint32_t sequence_ = 0;
};

std::vector<DeadUnit> dead(unsigned count) {
    std::vector<DeadUnit> all;
    for (unsigned i = 0; i < count; ++i) all.push_back({Fd{}, kFirstIndex + i, "x"});
    return all;
}
void put_stats(net::Batch& batch, unsigned index, std::uint64_t octets, std::size_t size) {
    auto m = batch.begin(RTM_NEWSTATS, NLM_F_MULTI);
    if_stats_msg head{};
    head.ifindex = index;
    m.header(head);
    rtnl_link_stats64 stats{};
    stats.rx_packets = 1;
    stats.tx_packets = 2;
    stats.rx_bytes = octets;
    stats.tx_bytes = 4;
    m.put(IFLA_STATS_LINK_64, &stats, size);
}
}  // namespace

TEST_CASE("one request makes an interface with its name, MTU, group, ifindex and file") {
    Kernel kernel;
    auto side = kernel.side();
    kernel.answer(0);
    const Fd file{::dup(0)};
    const auto index = side.make_interface({.name = "pppoe-out1", .mtu = 1480}, file);
    REQUIRE(index);
    CHECK(*index == kFirstIndex);
    const auto heard = kernel.heard();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].type == RTM_NEWLINK);
    CHECK((heard[0].flags & (NLM_F_CREATE | NLM_F_EXCL)) == (NLM_F_CREATE | NLM_F_EXCL));
    CHECK(heard[0].index == kFirstIndex);
    CHECK(heard[0].name == "pppoe-out1");
    CHECK(heard[0].mtu == 1480U);
    CHECK(heard[0].group == kUnitGroup);
    CHECK(heard[0].kind == "ppp");
    CHECK(heard[0].file == static_cast<std::uint32_t>(file.get()));
}

TEST_CASE("a busy /dev/ppp is asked again, each time with a fresh ifindex") {
    Kernel kernel;
    auto side = kernel.side();
    for (const int error : {EBUSY, EBUSY, EBUSY, 0}) kernel.answer(error);
    const auto index = side.make_interface({.name = "west"}, Fd{});
    REQUIRE(index);
    CHECK(*index == kFirstIndex + 3);
    for (unsigned i = 0; i < 4; ++i) CHECK(kernel.heard().at(0).index == kFirstIndex + i);
}

TEST_CASE("EEXIST is a taken name, unless it is the ifindex that is taken") {
    Kernel kernel;
    SUBCASE("the name") {
        auto side = kernel.side();
        kernel.answer(EEXIST);
        const auto index = side.make_interface({.name = "west"}, Fd{});
        REQUIRE_FALSE(index);
        CHECK(index.error().sys == EEXIST);
        CHECK(index.error().what == "cannot make interface west: File exists");
    }
    SUBCASE("the ifindex: the loopback interface has number 1") {
        auto side = kernel.side(1);
        kernel.answer(EEXIST);
        kernel.answer(0);
        const auto index = side.make_interface({.name = "west"}, Fd{});
        REQUIRE(index);
        CHECK(*index == 2);
    }
}

TEST_CASE("a missing capability is named") {
    Kernel kernel;
    auto side = kernel.side();
    kernel.answer(EPERM);
    const auto index = side.make_interface({.name = "west"}, Fd{});
    REQUIRE_FALSE(index);
    CHECK(index.error().what.find("CAP_NET_ADMIN") != std::string::npos);
}

TEST_CASE("a name the kernel cannot hold is refused by name before anything is made") {
    Kernel kernel;
    auto side = kernel.side();
    const auto made = side.make({.name = "sixteen-letters!"}, -1);
    REQUIRE_FALSE(made);
    CHECK(made.error().what.find("sixteen-letters!") != std::string::npos);
    CHECK(kernel.heard().empty());
}

TEST_CASE("one dead interface is deleted by its ifindex") {
    Kernel kernel;
    auto side = kernel.side();
    kernel.answer(0);
    side.remove(dead(1));
    const auto heard = kernel.heard();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].type == RTM_DELLINK);
    CHECK(heard[0].index == kFirstIndex);
    CHECK_FALSE(heard[0].group.has_value());
}

TEST_CASE("several dead interfaces are gathered in the dead group and deleted by one message") {
    Kernel kernel;
    auto side = kernel.side();
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    const Fd reader{pipe[0]};
    auto all = dead(3);
    all[1].file.reset(pipe[1]);
    side.remove(std::move(all));
    const auto heard = kernel.heard();
    REQUIRE(heard.size() == 4);
    for (unsigned i = 0; i < 3; ++i) {
        CHECK(heard[i].type == RTM_SETLINK);
        CHECK(heard[i].index == kFirstIndex + i);
        CHECK(heard[i].group == kDeadGroup);
    }
    CHECK(heard[3].type == RTM_DELLINK);
    CHECK(heard[3].index == 0);
    CHECK(heard[3].group == kDeadGroup);
    char nothing = 0;
    CHECK(::read(reader.get(), &nothing, 1) == 0);  // closed, though the kernel never answered
}

TEST_CASE("the sweep tells the counters of our interfaces only, of kernels older and newer") {
    Kernel kernel;
    auto side = kernel.side();
    for (int i = 0; i < 3; ++i) kernel.answer(0);
    for (int i = 0; i < 3; ++i) REQUIRE(side.make_interface({.name = "x"}, Fd{}));
    net::Batch batch;
    put_stats(batch, 1, 100, sizeof(rtnl_link_stats64));
    put_stats(batch, kFirstIndex, 200, sizeof(rtnl_link_stats64));
    put_stats(batch, kFirstIndex + 1, 300, 4 * sizeof(std::uint64_t));
    put_stats(batch, kFirstIndex + 3, 400, sizeof(rtnl_link_stats64));
    const std::int32_t status = 0;
    batch.begin(NLMSG_DONE, NLM_F_MULTI).header(status);
    kernel.say(batch, 4);
    const auto all = side.counters();
    REQUIRE_MESSAGE(all, all.error().what);
    REQUIRE(all->size() == 2);
    CHECK((*all)[0].index == kFirstIndex);
    CHECK((*all)[0].counters.octets_in == 200);
    CHECK((*all)[0].counters.octets_out == 4);
    CHECK((*all)[0].counters.packets_in == 1);
    CHECK((*all)[0].counters.packets_out == 2);
    CHECK((*all)[1].index == kFirstIndex + 1);
    CHECK((*all)[1].counters.octets_in == 300);
}
