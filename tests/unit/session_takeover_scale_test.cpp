// SPDX-License-Identifier: GPL-2.0-or-later
// A server with thousands of sessions is served again soon after it was killed.
#include <fmt/format.h>
#include <ctime>
#include "support/edits.hpp"
#include "support/sanitized.hpp"
#include "support/surviving_host.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;

namespace {

// As many as the files that a process may have allow on most machines; ten thousand may take two seconds.
constexpr std::size_t kSessions = 2000;
constexpr double kBudget = 2.0 * kSessions / 10000;

double cpu_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

session::SessionRecord record_of(std::uint64_t id) {
    session::SessionRecord out;
    out.id = id;
    out.role = session::Role::server;
    out.object = "fibre";
    out.user = fmt::format("user{}", id);
    out.link.info = {
        .interface = "eth0",
        .service_name = "",
        .ac_name = "ac",
        .own_mac = kAcMac,
        .peer_mac = {2, 0, 1, 0, static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)},
        .session_id = static_cast<std::uint16_t>(id),
        .max_mru = 1492};
    out.lcp.agreed.own_magic = 1;
    out.lcp.agreed.peer_magic = 2;
    out.network.interface = fmt::format("in{}", id);
    out.network.profile = "homes";
    out.network.local_address = 0x0a000001;
    out.network.remote_address = 0x0a010000 + static_cast<std::uint32_t>(id);
    out.network.ipv6 = false;
    out.ipcp = {.agreed = {.own_address = 0x0a000001, .peer_address = out.network.remote_address, .dns = {}},
                .last_id = 3};
    return out;
}

}  // namespace

TEST_CASE("thousands of sessions are carried on within their share of two seconds for ten thousand") {
    SessionWorld w;
    SurvivingHost isp{w, w.isp};
    isp.change(add("pool", "homes", {{"ranges", "10.1.0.1-10.1.255.254"}}));
    isp.change(add("profile", "homes",
                   {{"local-address", "10.0.0.1"}, {"remote-address", "homes"}, {"use-ipv6", "no"}}));
    isp.change(add("pppoe-server", "fibre", {{"interface", "eth0"}, {"disabled", "no"}}));
    w.time.advance(1s);
    isp.kill();
    {
        session::StateJournal::Entries entries;
        auto journal = session::StateJournal::open(isp.journal(), entries);
        REQUIRE(journal);
        for (std::uint64_t id = 1; id <= kSessions; ++id) {
            auto record = record_of(id);
            const auto files = w.kernel.left_over(record.network.interface);
            record.index = files.index;
            REQUIRE(journal->put(id, encode(record)));
            isp.custody.keep(fmt::format("session/{}", id),
                             {files.socket.get(), files.channel.get(), files.unit.get()});
        }
    }
    const auto before = cpu_seconds();
    isp.start();
    const auto took = cpu_seconds() - before;
    MESSAGE(fmt::format("{} sessions carried on in {:.3f} s of CPU time: {:.2f} s for ten thousand",
                        kSessions, took, took * 10000 / kSessions));
    CHECK(isp.manager->session_count() == kSessions);
    CHECK(isp.manager->statistics().pools.at("homes").used == kSessions);
    CHECK((!kNative || took < kBudget));
    w.time.advance(1s);
    CHECK(isp.up().size() == kSessions);
}
