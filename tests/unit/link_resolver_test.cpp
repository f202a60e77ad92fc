// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Names that resolve do not wait for those that do not.
#include <doctest/doctest.h>
#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include "link/resolver.hpp"
#include "support/turn_until.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace ppp::test;

namespace {

/// What the threads ask: names that begin with "dead" do not resolve, and those in `silent` not even that.
class NameServer {
public:
    Resolver::Answer ask(const std::string& host) {
        std::unique_lock lock(mutex_);
        ++asked_[host];
        const bool dead = host.starts_with("dead");
        if (dead) busy_ = std::max(busy_, ++running_);
        changed_.wait(lock, [&] { return !silent_.contains(host); });
        if (!dead) return std::vector<std::uint32_t>{1};
        --running_;
        return fail(Errc::not_found, host + " does not resolve");
    }
    void silence(const std::set<std::string>& hosts) {
        const std::lock_guard lock(mutex_);
        silent_ = hosts;
        busy_ = running_;
        changed_.notify_all();
    }
    int asked(const std::string& host) {
        const std::lock_guard lock(mutex_);
        return asked_[host];
    }
    /// The most threads that asked for dead names at a time since silence().
    int busy() {
        const std::lock_guard lock(mutex_);
        return busy_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<std::string> silent_;
    std::map<std::string, int> asked_;
    int running_ = 0, busy_ = 0;
};

/// A resolver on a real loop, and what it answered, in that order.
struct Names {
    ~Names() { server->silence({}); }
    Pending ask(const std::string& host) {
        return resolver->resolve(host, [this, host](const Resolver::Answer& found) {
            answers.push_back(host + (found ? " resolves" : " does not"));
        });
    }
    void wait_for(std::size_t count) {
        turn_until(*loop, [&] { return answers.size() >= count; });
    }
    std::shared_ptr<NameServer> server = std::make_shared<NameServer>();
    std::unique_ptr<EventLoop> loop = EventLoop::create().value();
    std::unique_ptr<SystemResolver> resolver =
        SystemResolver::create(*loop, [s = server](const std::string& host) { return s->ask(host); }).value();
    std::vector<std::string> answers;
};

}  // namespace

TEST_CASE("a name is looked up once for all who ask meanwhile, and anew for who asks later") {
    Names names;
    names.server->silence({"vpn"});
    const auto first = names.ask("vpn"), second = names.ask("vpn");
    { const auto withdrawn = names.ask("vpn"); }
    names.server->silence({});
    names.wait_for(2);
    CHECK(names.answers == std::vector<std::string>(2, "vpn resolves"));
    CHECK(names.server->asked("vpn") == 1);
    const auto third = names.ask("vpn");
    names.wait_for(3);
    CHECK(names.server->asked("vpn") == 2);
}

TEST_CASE("names whose name server is dead wait for each other, and nobody waits for them") {
    Names names;
    std::vector<Pending> asked;
    std::set<std::string> dead;
    for (int i = 0; i < 9; ++i) dead.insert("dead" + std::to_string(i));
    for (const auto& host : dead) asked.push_back(names.ask(host));
    names.wait_for(dead.size());
    names.answers.clear();

    names.server->silence(dead);
    for (const auto& host : dead) asked.push_back(names.ask(host));
    asked.push_back(names.ask("vpn"));
    asked.push_back(names.ask("office"));
    names.wait_for(2);
    std::ranges::sort(names.answers);
    CHECK(names.answers == std::vector<std::string>{"office resolves", "vpn resolves"});
    names.server->silence({});
    names.wait_for(2 + dead.size());
    CHECK(names.server->busy() == 1);
    std::vector<std::string> in_order;
    for (const auto& host : dead) in_order.push_back(host + " does not");
    CHECK(std::vector(names.answers.begin() + 2, names.answers.end()) == in_order);
}

TEST_CASE("a name gets out of doubt even if who asked has given up before its turn") {
    Names names;
    const auto first = names.ask("dead"), failed = names.ask("dead again");
    names.wait_for(2);
    names.server->silence({"dead", "dead again"});
    const auto doubted = names.ask("dead");
    { const auto withdrawn = names.ask("dead again"); }
    CHECK(names.server->asked("dead again") == 1);
    names.server->silence({"dead again"});
    names.wait_for(3);
    turn_until(*names.loop, [&] { return names.server->asked("dead again") == 2; });
    CHECK(names.answers.back() == "dead does not");
    const auto joined = names.ask("dead again");
    names.server->silence({});
    names.wait_for(4);
    CHECK(names.server->asked("dead again") == 2);
}
