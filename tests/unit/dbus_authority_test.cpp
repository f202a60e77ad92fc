// SPDX-License-Identifier: GPL-2.0-or-later
// Callers who flood polkit with questions, and those who leave before it has answered.
#include <doctest/doctest.h>
#include <poll.h>
#include <array>
#include "support/bus_client.hpp"
#include "support/fake_polkit.hpp"
#include "support/ordinary_user.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;

namespace {

struct AuthorityBench : BusBench {
    AuthorityBench() : BusBench(bus_for_others()) {
        for (const auto* name : {"wan", "other"})
            service.add_client(name, [](auto& s) { s.state = session::ClientState::stopped; });
        serve();
    }
    FakePolkit polkit{{"org.pppmanager1.control"}};
};

constexpr const char* kWanClient = "/org/pppmanager1/client/wan";

/// Sends calls of Connect without waiting for their answers.
struct Flood {
    Flood(sdbus::IConnection& b, int calls) : bus(b), wan(proxy(b, kWanClient)) {
        for (int i = 0; i < calls; ++i)
            wan->callMethodAsync("Connect").onInterface(kClient).uponReplyInvoke(
                [this](dbus::compat::ReplyError error) {
                    ++answers;
                    if (error &&
                        error->getMessage().find("too many calls wait for polkit") != std::string::npos)
                        ++refused;
                    else if (!error)
                        ++done;
                });
    }
    /// Handles what comes until there are so many answers.
    void until(int wanted) {
        while (answers < wanted) {
            while (bus.processPendingRequest()) {
            }
            const auto wait = bus.getEventLoopPollData();
            pollfd ready{wait.fd, wait.events, 0};
            if (answers < wanted) ::poll(&ready, 1, 100);
        }
    }
    sdbus::IConnection& bus;
    std::unique_ptr<sdbus::IProxy> wan;
    int answers = 0, refused = 0, done = 0;
};

}  // namespace

TEST_CASE_FIXTURE(AuthorityBench,
                  "one caller has 32 questions at polkit at most; the rest is refused at once, by name") {
    polkit.think();
    // The pipe tells this process when the refusals have come.
    std::array<int, 2> refused{};
    REQUIRE(::pipe(refused.data()) == 0);
    auto watch = loop->watch(refused[0], EPOLLIN, [&](std::uint32_t) {
        char octet = 0;
        REQUIRE(::read(refused[0], &octet, 1) == 1);
        polkit.decide();
    });
    REQUIRE(watch);
    const int allowed = as_nobody(*this, [&](sdbus::IConnection& bus) {
        Flood flood(bus, 72);
        flood.until(40);
        if (flood.refused != 40 || ::write(refused[1], "x", 1) != 1) return 100;
        flood.until(72);
        return flood.done;
    });
    CHECK(allowed == 32);
    CHECK(polkit.asked().size() == 32);
    ::close(refused[0]);
    ::close(refused[1]);
}

TEST_CASE_FIXTURE(AuthorityBench, "nothing is done for a caller that left while polkit thought") {
    polkit.think();
    std::array<int, 2> asked{};
    REQUIRE(::pipe(asked.data()) == 0);
    std::function<void()> look;
    Timer next;
    look = [&] {
        if (polkit.asked().empty())
            next = loop->after(5ms, look);
        else
            REQUIRE(::write(asked[1], "x", 1) == 1);
    };
    look();
    CHECK(as_nobody(*this, [&](sdbus::IConnection& bus) {
              Flood flood(bus, 1);
              while (bus.processPendingRequest()) {
              }
              char octet = 0;
              return static_cast<int>(::read(asked[0], &octet, 1));
          }) == 1);
    polkit.decide();
    // Polkit answers in order: when this one is through, the answer to the one before has come too.
    CHECK(as_nobody(*this, [](sdbus::IConnection& bus) {
              return static_cast<int>(call(bus, "/org/pppmanager1/client/other", kClient, "Connect").empty());
          }) == 1);
    CHECK(polkit.asked().size() == 2);
    CHECK(service.client("other")->state != session::ClientState::stopped);
    CHECK(service.client("wan")->state == session::ClientState::stopped);
    ::close(asked[0]);
    ::close(asked[1]);
}
