// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FaultyHost: the ports of one host of a SessionWorld, each around its fake, with one FaultPlan for
/// all.
#pragma once
#include <array>
#include <cerrno>
#include <cstring>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>
#include "support/fault_plan.hpp"
#include "support/session_world.hpp"

namespace ppp::test {

/// A request that hangs takes this long: longer than any test.
inline constexpr Duration kNever = std::chrono::hours(24 * 365);

/// Does what `real` does, or what the plan says instead.
template <class Real>
Result<> faulty_send(FaultPlan& plan, const char* request, std::initializer_list<int> errors, Real real) {
    if (!plan.strikes(FaultPlan::Kind::frame, request)) return real();
    if (plan.fault == Fault::lost) return {};
    return fail_errno(request, plan.error(errors));
}

class FaultyPpp final : public kernel::PppKernel {
public:
    FaultyPpp(FakePpp& fake, FaultyLane& rtnl, FaultPlan& plan) : fake_(fake), rtnl_(rtnl), plan_(plan) {}

    Pending attach(Fd socket, kernel::FrameHandler& handler, ChannelDone done) override {
        const auto usual = fake_.timing.attach;
        const bool struck = strike(FakePpp::Step::attach, "attach", {EMFILE, ENOMEM, ENXIO});
        fake_.timing.attach = struck ? duration(usual) : usual;
        auto wrapped = [this, done = std::move(done)](Result<std::unique_ptr<kernel::Channel>> made) mutable {
            if (!made) return done(std::move(made));
            done(std::unique_ptr<kernel::Channel>(std::make_unique<Channel>(plan_, *std::move(made))));
        };
        auto pending = fake_.attach(std::move(socket), handler, std::move(wrapped));
        fake_.timing.attach = usual;
        return pending;
    }
    Pending create_unit(kernel::UnitSpec spec, kernel::Channel& first, kernel::FrameHandler& handler,
                        UnitDone done) override {
        const auto usual = in_line(FakePpp::Step::create_unit, "create_unit", {EEXIST, ENOMEM, EBUSY});
        auto wrapped = [this, done = std::move(done)](Result<std::unique_ptr<kernel::Unit>> made) mutable {
            if (!made) return done(std::move(made));
            done(std::unique_ptr<kernel::Unit>(std::make_unique<Unit>(plan_, *std::move(made))));
        };
        auto pending = fake_.create_unit(std::move(spec), *static_cast<Channel&>(first).real, handler,
                                         std::move(wrapped));
        fake_.timing.create_unit = usual;
        return pending;
    }
    Pending all_counters(Callback<void(Result<std::vector<LinkCounters>>)> done) override {
        const auto usual = in_line(FakePpp::Step::all_counters, "all_counters", {ENOMEM, EINTR, EPERM});
        auto pending = fake_.all_counters(std::move(done));
        fake_.timing.create_unit = usual;
        return pending;
    }
    /// At the beginning of a life, before the requests that are counted.
    Result<Session> adopt(kernel::SessionFiles files, kernel::FrameHandler& handler) override {
        PPP_TRY(auto session, fake_.adopt(std::move(files), handler));
        return Session{.channel = std::make_unique<Channel>(plan_, std::move(session.channel)),
                       .unit = std::make_unique<Unit>(plan_, std::move(session.unit))};
    }
    void discard(kernel::SessionFiles files) override { fake_.discard(std::move(files)); }

private:
    struct Channel final : kernel::Channel {
        Channel(FaultPlan& p, std::unique_ptr<kernel::Channel> r) : plan(p), real(std::move(r)) {}
        Result<> send(wire::ByteView frame) override {
            return faulty_send(plan, "channel send", {EIO}, [&] { return real->send(frame); });
        }
        [[nodiscard]] std::array<int, 2> files() const override { return real->files(); }
        FaultPlan& plan;
        std::unique_ptr<kernel::Channel> real;
    };
    struct Unit final : kernel::Unit {
        Unit(FaultPlan& p, std::unique_ptr<kernel::Unit> r) : plan(p), real(std::move(r)) {}
        [[nodiscard]] int number() const override { return real->number(); }
        [[nodiscard]] const std::string& name() const override { return real->name(); }
        [[nodiscard]] unsigned index() const override { return real->index(); }
        Result<> send(wire::ByteView frame) override {
            return faulty_send(plan, "unit send", {EIO}, [&] { return real->send(frame); });
        }
        Result<> pass(kernel::NetworkProtocol protocol, bool enabled) override {
            const std::string request = enabled ? "pass" : "block";
            if (struck(request)) return fail_errno(request, plan.error({ENXIO, EINVAL, EFAULT}));
            return real->pass(protocol, enabled);
        }
        Result<> set_compressor(kernel::Flow flow, wire::ByteView method) override {
            if (struck("set_compressor")) return fail_errno("set_compressor", plan.error({ENOMEM, ENXIO}));
            return real->set_compressor(flow, method);
        }
        Result<> set_ccp(kernel::CcpStage stage) override {
            if (struck("set_ccp")) return fail_errno("set_ccp", plan.error({ENXIO, EFAULT}));
            return real->set_ccp(stage);
        }
        [[nodiscard]] kernel::CodingMethods methods() const override { return real->methods(); }
        [[nodiscard]] Result<kernel::Counters> counters() const override {
            if (struck("counters")) return fail_errno("counters", plan.error({ENOENT, EMFILE, EIO}));
            return real->counters();
        }
        [[nodiscard]] Result<Idle> idle() const override {
            if (struck("idle")) return fail_errno("idle", plan.error({ENXIO, EFAULT, EIO}));
            return real->idle();
        }
        [[nodiscard]] int file() const override { return real->file(); }
        [[nodiscard]] TimePoint made_at() const override { return real->made_at(); }
        [[nodiscard]] bool struck(const std::string& request) const {
            return plan.strikes(FaultPlan::Kind::quick, request);
        }
        FaultPlan& plan;
        std::unique_ptr<kernel::Unit> real;
    };

    bool strike(FakePpp::Step step, const char* request, std::initializer_list<int> errors) {
        const bool struck = plan_.strikes(FaultPlan::Kind::call, request);
        if (struck && plan_.fault == Fault::fail) fake_.fail_next(step, plan_.error(errors));
        return struck;
    }
    [[nodiscard]] Duration duration(Duration usual) const {
        if (plan_.fault == Fault::late) return usual + plan_.delay;
        return plan_.fault == Fault::lost ? kNever : usual;
    }
    /// Sets the time that the next request of the rtnl thread takes. @return the one to be set afterwards.
    Duration in_line(FakePpp::Step step, const char* request, std::initializer_list<int> errors) {
        const auto usual = fake_.timing.create_unit;
        const auto own = strike(step, request, errors) ? duration(usual) : usual;
        const bool late = own > usual && own != kNever;
        fake_.timing.create_unit =
            own == kNever ? kNever : rtnl_.take(usual, late ? plan_.delay : Duration{});
        return usual;
    }

    FakePpp& fake_;
    FaultyLane& rtnl_;
    FaultPlan& plan_;
};

/// Each step is a request. One that fails changes nothing and lets the others of its batch happen; one that
/// is lost happens, and nobody is told what became of the batch.
class FaultyNetwork final : public net::Network {
public:
    FaultyNetwork(FakeNetwork& fake, FaultyLane& rtnl, FaultPlan& plan)
        : fake_(fake), rtnl_(rtnl), plan_(plan) {}

    Pending submit(std::vector<net::Step> batch, Done done) override {
        std::optional<std::size_t> struck;
        for (std::size_t i = 0; i < batch.size(); ++i)
            if (plan_.strikes(FaultPlan::Kind::call, describe(batch[i], {}))) struck = i;
        const bool late = struck && plan_.fault == Fault::late;
        fake_.stall_next(rtnl_.take({}, late ? plan_.delay : Duration{}));
        if (!struck || late) return fake_.submit(std::move(batch), std::move(done));
        if (plan_.fault == Fault::lost) {
            (void)fake_.submit(std::move(batch), [](const net::Outcome&) {});
            auto [pending, ticket] = Pending::make();
            unanswered_.push_back(std::move(ticket));
            return std::move(pending);
        }
        const int sys = plan_.error({ENOMEM, EPERM, ENOBUFS});
        const Error error{Errc::system, sys, describe(batch[*struck], {}) + ": " + std::strerror(sys)};
        if (batch.size() > 1) {
            batch.erase(batch.begin() + static_cast<std::ptrdiff_t>(*struck));
            return fake_.submit(std::move(batch),
                                [at = *struck, error, done = std::move(done)](const net::Outcome& rest) {
                                    done(with(rest, at, error));
                                });
        }
        // The fake has nothing to do, and answers in its own time.
        return fake_.list_addresses(0, [error, done = std::move(done)](const auto&) {
            done({.error = error, .failed_step = 0, .touched = 0});
        });
    }
    Pending list_addresses(unsigned ifindex, Addresses done) override {
        return fake_.list_addresses(ifindex, std::move(done));
    }
    Pending list_default_routes(Routes done) override { return fake_.list_default_routes(std::move(done)); }
    Pending list_routes(std::uint8_t protocol, std::uint32_t table, Routes done) override {
        return fake_.list_routes(protocol, table, std::move(done));
    }
    Pending find_route(net::IpAddress to, RouteDone done) override {
        return fake_.find_route(to, std::move(done));
    }
    net::LinkView& links() override { return fake_.links(); }

private:
    /// The outcome of a batch whose step `at` failed, from that of the others.
    static net::Outcome with(const net::Outcome& rest, std::size_t at, const Error& error) {
        const auto below = (std::uint64_t{1} << at) - 1;
        net::Outcome out{.error = error, .failed_step = at, .touched = 0};
        out.touched = (rest.touched & below) | (rest.touched & ~below) << 1;
        if (rest.error && rest.failed_step < at) {
            out.error = rest.error;
            out.failed_step = rest.failed_step;
        }
        return out;
    }

    FakeNetwork& fake_;
    FaultyLane& rtnl_;
    FaultPlan& plan_;
    std::list<Pending::Ticket> unanswered_;
};

class FaultyEther final : public link::EtherPorts {
public:
    FaultyEther(FakeEtherPorts& fake, FaultPlan& plan) : fake_(fake), plan_(plan) {}
    Result<std::unique_ptr<link::EtherPort>> open(const std::string& interface,
                                                  const link::EtherFilter& filter,
                                                  link::EtherPort::Handler& handler) override {
        const auto request = "open " + interface;
        if (plan_.strikes(FaultPlan::Kind::quick, request))
            return fail_errno(request, plan_.error({EMFILE, EPERM, ENOBUFS}));
        PPP_TRY(auto made, fake_.open(interface, filter, handler));
        return std::make_unique<Port>(plan_, std::move(made));
    }

private:
    struct Port final : link::EtherPort {
        Port(FaultPlan& p, std::unique_ptr<link::EtherPort> r) : plan(p), real(std::move(r)) {}
        Result<> send(wire::ByteView frame) override {
            return faulty_send(plan, "ether send", {ENOBUFS}, [&] { return real->send(frame); });
        }
        [[nodiscard]] const std::string& interface() const override { return real->interface(); }
        [[nodiscard]] const link::MacAddress& own_mac() const override { return real->own_mac(); }
        [[nodiscard]] unsigned mtu() const override { return real->mtu(); }
        [[nodiscard]] unsigned index() const override { return real->index(); }
        [[nodiscard]] std::uint64_t dropped() const override { return real->dropped(); }
        FaultPlan& plan;
        std::unique_ptr<link::EtherPort> real;
    };
    FakeEtherPorts& fake_;
    FaultPlan& plan_;
};

class FaultyPppox final : public link::PppoxSockets {
public:
    FaultyPppox(FakePppox& fake, FaultPlan& plan) : fake_(fake), plan_(plan) {}
    Result<Fd> connect_pppoe(const std::string& interface, const link::MacAddress& peer,
                             std::uint16_t session_id) override {
        if (plan_.strikes(FaultPlan::Kind::quick, "connect_pppoe"))
            return fail_errno("connect_pppoe", plan_.error({ENOMEM, EALREADY, EMFILE}));
        return fake_.connect_pppoe(interface, peer, session_id);
    }

private:
    FakePppox& fake_;
    FaultPlan& plan_;
};

struct FaultyHost {
    FaultyHost(SessionWorld& w, SessionWorld::Host& host, FaultPlan& plan)
        : rtnl(w.time),
          kernel(w.kernel, rtnl, plan),
          network(host.network, rtnl, plan),
          ether(host.ether, plan),
          pppox(host.pppox, plan),
          ports{w.time, w.rng, kernel, network, host.secrets, Log(host.log)},
          pppoe{.time = w.time, .rng = w.rng, .ether = ether, .pppox = pppox} {}
    FaultyLane rtnl;
    FaultyPpp kernel;
    FaultyNetwork network;
    FaultyEther ether;
    FaultyPppox pppox;
    session::Ports ports;
    link::PppoePorts pppoe;
};

}  // namespace ppp::test
