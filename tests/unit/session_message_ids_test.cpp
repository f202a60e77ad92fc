// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The begin and the end of a session are events that the journal's catalogue knows.
#include <doctest/doctest.h>
#include "base/message_ids.hpp"
#include "support/session_world.hpp"

using namespace ppp;
using namespace std::chrono_literals;
using test::SessionWorld;

namespace {

/// The message ids of what is logged, in order.
struct Ids final : LogSink {
    [[nodiscard]] bool enabled(Level level) const override { return level <= Level::info; }
    void write(Level, std::string_view, const std::vector<Field>& fields) override {
        for (const auto& field : fields)
            if (field.name == "MESSAGE_ID") seen.push_back(field.value);
    }
    std::vector<std::string> seen;
};

struct Bench {
    Bench() {
        w.isp.ports.log = Log(server);
        w.home.ports.log = Log(client);
    }
    void run() {
        w.serve();
        w.dial();
        w.time.advance(5s);
    }
    Ids server, client;
    SessionWorld w;
};

std::vector<std::string> ids(std::initializer_list<std::string_view> list) {
    return {list.begin(), list.end()};
}

}  // namespace

TEST_CASE_FIXTURE(Bench, "both ends log that a session is up and that it has ended") {
    run();
    w.end();
    const auto expected = ids({message_id::kSessionUp, message_id::kSessionEnded});
    CHECK(client.seen == expected);
    CHECK(server.seen == expected);
}

TEST_CASE_FIXTURE(Bench, "both ends log a wrong password as that") {
    w.dialler.password = Secret("wrong");
    run();
    const auto expected = ids({message_id::kAuthenticationRefused});
    CHECK(client.seen == expected);
    CHECK(server.seen == expected);
    w.end();
}
