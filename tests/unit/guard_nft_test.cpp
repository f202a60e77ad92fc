// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The guard's rules, and that what is asked for is there before anybody is told.
#include <doctest/doctest.h>
#include <optional>
#include <set>
#include <string>
#include <vector>
#include "guard/nft_guard.hpp"
#include "guard/nft_text.hpp"
#include "support/log_capture.hpp"
#include "support/turn_until.hpp"

using namespace ppp;
using namespace ppp::guard;
using namespace ppp::test;

namespace {

PppoeSession session(std::uint16_t id, const char* parent = "eth0") {
    return {.parent = parent, .peer_mac = {2, 0, 0, 0, 0, 1}, .session_id = id};
}
bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// The guard with a runner that writes down what it is told, and keeps the ids that are guarded.
struct Desk {
    Desk() {
        loop = *EventLoop::create();
        worker = *WorkerPool::create(*loop, 1, "guard");
        guard = std::make_unique<NftGuard>(
            *loop, *worker,
            [this](const std::string& commands) -> Result<> {
                ran.push_back(commands);
                const bool adds_only = !has(commands, "delete table");
                if ((!refused.empty() && has(commands, refused)) || (stiff && adds_only))
                    return fail(Errc::system, "nf_tables: no");
                apply(commands);
                if (!kept.empty() && !guarded.contains(kept)) ++unguarded;
                return {};
            },
            Log(log));
    }
    void apply(std::string_view commands) {
        if (has(std::string(commands), "delete table")) {
            guarded.clear();
            stiff = false;
        }
        for (auto at = commands.find(" . 0x"); at != commands.npos; at = commands.find(" . 0x", at + 1)) {
            const auto begin = commands.rfind('\n', at) + 1;
            const auto id = std::string(commands.substr(at + 3, 6));
            if (commands.substr(begin).starts_with("delete"))
                guarded.erase(id);
            else
                guarded.insert(id);
        }
    }
    std::unique_ptr<PlaintextGuard::Hold> protect(Link link) {
        ++asked;
        return guard->protect(std::move(link), [this](const Result<>& result) {
            answers.push_back(result ? "" : result.error().what);
        });
    }
    void settle() {
        turn_until(*loop, [this] { return answers.size() == asked && worker->backlog() == 0; });
    }
    /// Until that many transactions were made.
    void transactions(std::size_t count) {
        turn_until(*loop, [this, count] { return ran.size() >= count && worker->backlog() == 0; });
    }

    LogCapture log;
    std::vector<std::string> ran, answers;
    std::string refused;
    std::set<std::string> guarded;
    std::string kept;    // an id that must never be without its guard
    int unguarded = 0;   // transactions after which it was
    bool stiff = false;  // what stands cannot be added to
    std::size_t asked = 0;
    std::unique_ptr<EventLoop> loop;
    std::unique_ptr<WorkerPool> worker;
    std::unique_ptr<NftGuard> guard;
};

}  // namespace

TEST_CASE("a PPPoE session is guarded on its parent, by peer and session id") {
    const Link link = session(0x0102);
    CHECK(guard_text({&link, 1}) ==
          "add table netdev pppmanager\n"
          "add set netdev pppmanager pppoe-eth0 { typeof ether daddr . @nh,16,16; }\n"
          "add chain netdev pppmanager pppoe-eth0 { type filter hook egress device \"eth0\" priority 0; }\n"
          "flush chain netdev pppmanager pppoe-eth0\n"
          "add rule netdev pppmanager pppoe-eth0 ether type 0x8864 ether daddr . @nh,16,16 @pppoe-eth0 "
          "@nh,48,16 < 0x8000 @nh,48,16 != 0x00fd counter drop\n"
          "add element netdev pppmanager pppoe-eth0 { 02:00:00:00:00:01 . 0x0102 }\n");
    CHECK(release_text(link) ==
          "delete element netdev pppmanager pppoe-eth0 { 02:00:00:00:00:01 . 0x0102 }\n");
}

TEST_CASE("a PPTP call is guarded by peer and call id, with and without an acknowledgement in front") {
    const Link link = PptpCall{.peer = 0xc0000201, .call_id = 0x1234};
    const auto text = guard_text({&link, 1});
    CHECK(has(text, "type filter hook output priority 0;"));
    CHECK(has(text, "@th,8,8 & 0x80 == 0x80 @th,144,16 < 0x8000 @th,144,16 != 0x00fd counter drop"));
    CHECK(has(text, "@th,8,8 & 0x80 == 0 @th,112,16 < 0x8000 @th,112,16 != 0x00fd counter drop"));
    CHECK(has(text, "add element ip pppmanager pptp { 192.0.2.1 . 0x1234 }\n"));
    CHECK(release_text(link) == "delete element ip pppmanager pptp { 192.0.2.1 . 0x1234 }\n");
}

TEST_CASE("many sessions of one parent have one chain, and parents of any name have their own") {
    const std::vector<Link> links{session(1), session(2), session(1, "vlan@7 x")};
    const auto text = guard_text(links);
    CHECK(text.find("add chain netdev pppmanager pppoe-eth0 ") ==
          text.rfind("add chain netdev pppmanager pppoe-eth0 "));
    CHECK(has(text, "pppoe-vlan_407_20x { type filter hook egress device \"vlan@7 x\""));
    CHECK(speakable("eth0.7"));
    for (const auto* name : {"", "a\"b", "a b", "a*", "a\\"}) CHECK_FALSE(speakable(name));
}

TEST_CASE("what is asked for in one turn is one transaction, which replaces what was there before") {
    Desk desk;
    auto one = desk.protect(session(1)), two = desk.protect(session(2));
    desk.settle();
    REQUIRE(desk.ran.size() == 1);
    CHECK(desk.ran[0].starts_with(remove_text()));
    CHECK(has(desk.ran[0], "0x0001"));
    CHECK(has(desk.ran[0], "0x0002"));
    CHECK(desk.answers == std::vector<std::string>{"", ""});
    // The next one adds to it; with the last one everything goes.
    auto three = desk.protect(session(3));
    desk.settle();
    REQUIRE(desk.ran.size() == 2);
    CHECK_FALSE(has(desk.ran[1], "delete"));
    two.reset();
    desk.transactions(3);
    CHECK(desk.ran[2] == release_text(session(2)));
    one.reset();
    three.reset();
    desk.transactions(4);
    CHECK(desk.ran[3] == remove_text());
}

TEST_CASE("one that cannot be guarded does not take the others with it") {
    Desk desk;
    desk.refused = "0x0002";
    auto one = desk.protect(session(1)), two = desk.protect(session(2)),
         odd = desk.protect(session(3, "a\"b"));
    desk.settle();
    REQUIRE(desk.answers.size() == 3);
    CHECK(std::ranges::count(desk.answers, "") == 1);
    CHECK(std::ranges::count(desk.answers, "nf_tables: no") == 1);
}

TEST_CASE("what goes on stays guarded while one that cannot be is told from the others") {
    Desk desk;
    // The rules of an earlier process: of sessions 1 and 9, the second of which does not go on.
    desk.guarded = {"0x0001", "0x0009"};
    desk.kept = "0x0001";
    desk.refused = "0x0002";
    auto one = desk.protect(session(1)), two = desk.protect(session(2)), three = desk.protect(session(3));
    desk.settle();
    CHECK(std::ranges::count(desk.answers, "") == 2);
    CHECK(desk.unguarded == 0);
    CHECK(desk.guarded == std::set<std::string>{"0x0001", "0x0003"});
    // It is known to be clean: what follows is added, and nothing is replaced.
    const auto before = desk.ran.size();
    auto four = desk.protect(session(4));
    desk.settle();
    REQUIRE(desk.ran.size() == before + 1);
    CHECK_FALSE(has(desk.ran.back(), "delete"));
}

TEST_CASE(
    "leftovers that could not be replaced are replaced by the next transaction, which keeps what stands") {
    Desk desk;
    desk.guarded = {"0x0001", "0x0009"};
    desk.kept = "0x0001";
    desk.refused = "delete table";
    auto one = desk.protect(session(1));
    desk.settle();
    CHECK(desk.answers == std::vector<std::string>{""});
    CHECK(desk.guarded == std::set<std::string>{"0x0001", "0x0009"});
    desk.refused.clear();
    auto two = desk.protect(session(2));
    desk.settle();
    CHECK(desk.answers.back().empty());
    CHECK(desk.guarded == std::set<std::string>{"0x0001", "0x0002"});
    CHECK(desk.unguarded == 0);
}

TEST_CASE("leftovers that nothing can be added to make way") {
    Desk desk;
    desk.guarded = {"0x0009"};
    desk.stiff = true;
    desk.refused = "0x0002";
    auto one = desk.protect(session(1)), two = desk.protect(session(2));
    desk.settle();
    CHECK(std::ranges::count(desk.answers, "") == 1);
    CHECK(desk.guarded == std::set<std::string>{"0x0001"});
}

TEST_CASE("without nf_tables there is one warning, and every request fails") {
    Desk desk;
    desk.refused = "table";
    desk.log.expect("sessions that require encryption are refused");
    for (int i = 0; i < 2; ++i) {
        auto hold = desk.protect(session(1));
        desk.settle();
        CHECK(desk.answers.back() == "nf_tables: no");
    }
    CHECK(std::ranges::count_if(desk.log.lines, [](const auto& l) { return l.first == Level::warning; }) ==
          1);
}

TEST_CASE("what an earlier process has left is removed when nothing of it goes on") {
    Desk desk;
    desk.guard->settle();
    desk.transactions(1);
    CHECK(desk.ran[0] == remove_text());

    Desk inherited;
    auto hold = inherited.protect(session(1));
    inherited.guard->settle();
    inherited.settle();
    REQUIRE(inherited.ran.size() == 1);
    CHECK(has(inherited.ran[0], "0x0001"));
}

TEST_CASE("the end of the guard takes the rules along, unless sessions outlive it") {
    Desk desk;
    auto hold = desk.protect(session(1));
    desk.settle();
    hold.reset();
    desk.guard.reset();
    desk.worker.reset();
    REQUIRE(desk.ran.size() == 2);
    CHECK(desk.ran[1] == remove_text());
}
