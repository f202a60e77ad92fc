// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Every request to the kernel in the life of two machines fails, is late or is lost, one in each life.
///
/// A provider and a home, whole managers with faulty ports. After each step of the life the line must be up
/// again by itself, with exactly what belongs to one session on either host; at the end nothing may be left.
#include <fmt/format.h>
#include <cstring>
#include <filesystem>
#include <optional>
#include "support/faulty_ports.hpp"
#include "support/managed_host.hpp"
#include "support/sanitized.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;
using config::Edit;
using session::ClientState;

namespace {

constexpr auto kStopPatience = 4s;
constexpr auto kKernelPatience = 20s;  // of a session
// The longest way back: a request that hangs until its deadline, a pause, a server that keeps the old session
// until its echoes have been unanswered for long enough.
constexpr auto kRecovery = 90s;

std::size_t open_files() {
    const std::filesystem::directory_iterator files("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

Edit edit(Edit::Verb verb, std::string kind, std::string name,
          std::vector<std::pair<std::string, std::string>> properties) {
    return {verb, std::move(kind), std::move(name), std::move(properties)};
}

class Life {
public:
    explicit Life(FaultPlan& plan) : plan_(plan) {
        for (const auto* ordinary : {"wan: lost-carrier: ", "wan: peer-terminated: "})
            w_.home.log.expect(ordinary);
        // What a fault makes them tell is judged at the end.
        if (plan.nth != 0)
            for (auto* log : {&w_.isp.log, &w_.home.log}) log->expect("");
        plan.when_struck = [this] { struck_in_ = step_; };
        w_.home.network.update_link({.ifindex = 1, .name = "eth1", .mac = kHomeMac, .mtu = 1500});
        isp_.emplace(w_, isp_ports_.ports, isp_ports_.pppoe, w_.isp.secrets);
        home_.emplace(w_, home_ports_.ports, home_ports_.pppoe, w_.home.secrets);
    }

    /// @param hasty stops the service on both hosts as soon as the fault has struck.
    void live(bool hasty) {
        hasty_ = hasty;
        struct Step {
            const char* name;
            void (Life::*make)();
        };
        constexpr Step steps[]{{"configured", &Life::configure},     {"watched", &Life::look},
                               {"renegotiated", &Life::renegotiate}, {"changed", &Life::change},
                               {"cable pulled", &Life::pull_cable},  {"kicked", &Life::kick},
                               {"down and up", &Life::down_and_up}};
        for (const auto& step : steps) {
            INFO("step: " << std::string(step.name));
            step_ = step.make;
            (this->*step.make)();
            if (over() || !settle()) break;
        }
        stop(*home_);
        stop(*isp_);
        nothing_left();
        tell_once(w_.isp.log);
        tell_once(w_.home.log);
        home_.reset();
        isp_.reset();
        CHECK(w_.isp.ether.open_ports() + w_.home.ether.open_ports() == 0);
    }

private:
    void configure() {
        for (const auto& e :
             {edit(Edit::Verb::add, "pool", "homes", {{"ranges", "10.0.0.2-10.0.0.9"}}),
              edit(Edit::Verb::add, "profile", "homes",
                   {{"local-address", "10.0.0.1"}, {"remote-address", "homes"}}),
              edit(Edit::Verb::add, "secret", "bob", {{"password", "b"}, {"profile", "homes"}}),
              edit(Edit::Verb::add, "pppoe-server", "fibre",
                   {{"interface", "eth0"}, {"keepalive-timeout", "5"}, {"disabled", "no"}})})
            (void)isp_->change(e);
        (void)home_->change(edit(Edit::Verb::add, "pppoe-client", "wan",
                                 {{"interface", "eth1"},
                                  {"user", "bob"},
                                  {"password", "b"},
                                  {"keepalive-timeout", "5"},
                                  {"add-default-route", "yes"},
                                  {"disabled", "no"}}));
    }

    void look() {
        for (auto& unit : {w_.kernel.find("wan"), w_.kernel.find("ppp0")})
            if (unit) unit->idle = {.sent = 100s, .received = 100s};  // so that the peer is asked
        for (auto* host : {&*isp_, &*home_}) {
            answers_ = 0;
            host->manager.list_sessions({}, 0, 0, [this](const auto&) { ++answers_; });
            pass(15s);
            if (!over()) CHECK(answers_ == 1);
        }
    }
    void renegotiate() {
        const std::vector<std::uint8_t> request{0xc0, 0x21, 1, 77, 0, 8, 1, 4, 0x05, 0x78};  // MRU 1400
        w_.kernel.inject(w_.keys.at(home_->manager.client("wan")->session_id).second, request);
        pass(1s);
    }
    void change() {
        (void)home_->change(edit(Edit::Verb::set, "pppoe-client", "wan", {{"default-route-distance", "7"}}));
        pass(1s);
    }
    void pull_cable() {
        w_.home.network.set_carrier(1, false);
        pass(7s);
        w_.home.network.set_carrier(1, true);
        pass(1s);
    }
    void kick() {
        // Whoever kicks has looked at the list, and looks again when there was none.
        rows_.clear();
        for (int tries = 0; rows_.empty() && tries < 3 && !over(); ++tries) {
            isp_->manager.list_sessions({}, 0, 0, [this](const auto& rows) {
                if (rows) rows_ = *rows;
            });
            pass(15s);
        }
        if (over()) return;
        for (const auto& row : rows_) CHECK(isp_->manager.disconnect_session(row.id));
        pass(1s);
    }
    void down_and_up() {
        REQUIRE(home_->manager.disconnect_client("wan"));
        pass(20s);
        if (over()) return;
        CHECK(home_->manager.client("wan")->state == ClientState::stopped);
        REQUIRE(home_->manager.connect_client("wan"));
        pass(1s);
    }

    [[nodiscard]] bool over() const { return hasty_ && !plan_.struck().empty(); }
    void pass(Duration d) {
        for (const auto end = w_.time.now() + d; w_.time.now() < end && !over();) {
            w_.time.advance(100ms);
            for (auto* host : {&*isp_, &*home_}) remember(*host);
        }
    }
    /// A host forgets those that ended long ago.
    void remember(ManagedHost& host) {
        for (auto& session : host.manager.list_ended({}, 0, 0))
            ended_.try_emplace({&host, session.row.id}, std::move(session));
    }
    /// What a line that is up looks like from outside.
    [[nodiscard]] std::string amiss() const {
        const auto& isp = w_.isp.network.state();
        const auto& home = w_.home.network.state();
        const auto provider = isp_->manager.statistics();
        if (home_->manager.client("wan")->state != ClientState::connected)
            return "the client is not connected";
        if (provider.servers.up != 1 || provider.servers.starting != 0)
            return "the server has not one session";
        if (provider.pools.at("homes").used != 1) return "not one lease";
        if (w_.kernel.live_channels() != 2) return "not two channels";
        if (w_.kernel.live_units() != 2 || w_.kernel.interfaces() != 2) return "not two units";
        if (isp.addresses.size() != 2 || !isp.routes.empty()) return "not two addresses at the provider";
        if (home.addresses.size() != 2 || home.routes.size() != 1) return "not two addresses and a route";
        return "";
    }
    /// @return whether the line is up again.
    bool settle() {
        for (const auto end = w_.time.now() + kRecovery; w_.time.now() < end && !amiss().empty() && !over();)
            pass(1s);
        const auto wrong = over() ? "" : amiss();
        CHECK(wrong == "");
        return wrong.empty();
    }
    void stop(ManagedHost& host) {
        std::optional<Duration> took;
        host.manager.stop(kStopPatience, [&, begin = w_.time.now()] { took = w_.time.now() - begin; });
        w_.time.advance(20s);
        REQUIRE(took);
        CHECK(*took <= kStopPatience + 100ms);
        remember(host);
        judge(host);
    }
    /// Each session is over once, for one reason and with one sentence.
    void judge(ManagedHost& host) {
        const auto sums = host.manager.statistics();
        CHECK(sums.clients.up + sums.clients.starting + sums.servers.up + sums.servers.starting == 0);
        CHECK(sums.clients.opened + sums.servers.opened == host.closed.size());
        std::size_t ended = 0;
        for (const auto& known : ended_) {
            if (known.first.first != &host) continue;
            ++ended;
            const auto& detail = known.second.detail;
            CHECK(known.second.reason != EndReason::none);
            CHECK(!detail.empty());
            CHECK(detail.find('\n') == std::string::npos);
            if (known.second.reason != EndReason::kernel_error) continue;
            ++kernel_errors_;
            const auto why = plan_.fault == Fault::fail ? std::strerror(plan_.struck_error())
                                                        : std::string("the kernel has not");
            CHECK_MESSAGE(detail.find(why) != std::string::npos, detail);
        }
        CHECK(ended == sums.clients.attempts + sums.servers.attempts);
    }
    void nothing_left() {
        CHECK(kernel_errors_ <= attempts_in_vain());
        // What is to authenticate itself anew must not pass packets meanwhile.
        if (struck_in_ == &Life::renegotiate && plan_.struck() == "block") CHECK(kernel_errors_ == 1);
        CHECK(w_.kernel.live_channels() == 0);
        CHECK(w_.kernel.live_units() == 0);
        CHECK(w_.kernel.interfaces() == 0);
        CHECK(w_.kernel.open_calls() <= (plan_.fault == Fault::lost ? 1U : 0U));
        CHECK(w_.home.ether.open_ports() == 0);
        for (const auto* host : {&w_.isp, &w_.home}) {
            CHECK(host->network.state().addresses.empty());
            CHECK(host->network.state().routes.empty());
        }
        CHECK(isp_->manager.statistics().pools.at("homes").used == 0);
    }
    /// A kernel that hangs for long fails one attempt after the other.
    [[nodiscard]] std::size_t attempts_in_vain() const {
        return 1 + static_cast<std::size_t>(plan_.delay / kKernelPatience);
    }
    void tell_once(const LogCapture& log) const {
        std::set<std::string> told;
        const auto error = plan_.struck_error() ? std::strerror(plan_.struck_error()) : std::string();
        std::size_t told_errors = 0;
        for (const auto& line : log.lines) {
            if (line.first > Level::notice) continue;
            if (line.first <= Level::warning && attempts_in_vain() == 1)
                CHECK_MESSAGE(told.insert(line.second).second, "told twice: " << line.second);
            if (!error.empty() && line.second.find(error) != std::string::npos) ++told_errors;
        }
        CHECK(told_errors <= 1);
    }

    FaultPlan& plan_;
    SessionWorld w_;
    FaultyHost isp_ports_{w_, w_.isp, plan_}, home_ports_{w_, w_.home, plan_};
    std::optional<ManagedHost> isp_, home_;
    bool hasty_ = false;
    void (Life::*step_)() = nullptr;
    void (Life::*struck_in_)() = nullptr;
    std::map<std::pair<const ManagedHost*, std::uint64_t>, session::EndedSession> ended_;
    std::size_t kernel_errors_ = 0;
    int answers_ = 0;
    std::vector<session::SessionRow> rows_;
};

struct Kind {
    Fault fault;
    std::size_t choice = 0;
    Duration delay{};
    bool hasty = false;
};

/// With sanitizers every fourth request is enough: all are struck without.
constexpr std::size_t kStep = kNative ? 1 : 4;

/// As many lives as there are requests, each with another one struck.
void live_with_each(const Kind& kind) {
    std::size_t requests = 0;
    for (std::size_t nth = 0; nth <= requests; nth += nth == 0 ? 1 : kStep) {
        const auto files = open_files();
        FaultPlan plan;
        plan.fault = kind.fault;
        plan.choice = kind.choice;
        plan.delay = kind.delay;
        plan.nth = nth;
        INFO("request " << nth << " of " << requests << ": " << plan.struck());
        Life(plan).live(kind.hasty);
        CHECK(plan.struck().empty() == (nth == 0));
        CHECK(open_files() == files);
        if (nth == 0) requests = plan.requests();
    }
    MESSAGE(requests << " requests");
    CHECK(requests > 20);
}

}  // namespace

TEST_CASE("any request to the kernel may fail: the line is up again by itself and nothing is left of it") {
    for (std::size_t choice = 0; choice < 3; ++choice) {
        CAPTURE(choice);
        live_with_each({.fault = Fault::fail, .choice = choice});
    }
}

TEST_CASE("any request to the kernel may be late, by less than a session waits and by more") {
    for (const Duration delay : {Duration(3s), Duration(45s)}) {
        CAPTURE(delay.count());
        live_with_each({.fault = Fault::late, .delay = delay});
    }
}

TEST_CASE("any request to the kernel may go unanswered for ever") { live_with_each({.fault = Fault::lost}); }

TEST_CASE("a service that is told to stop when a request hangs, is late or has failed stops all the same") {
    for (const auto fault : {Fault::fail, Fault::late, Fault::lost}) {
        CAPTURE(static_cast<int>(fault));
        live_with_each({.fault = fault, .delay = 3s, .hasty = true});
    }
}
