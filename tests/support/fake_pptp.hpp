// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakePptp: the kernel's table of PPTP calls, which is one for the whole machine, and a Resolver.
#pragma once
#include <sys/eventfd.h>
#include <functional>
#include <map>
#include <set>
#include <string>
#include "link/pptp_sockets.hpp"
#include "link/resolver.hpp"

namespace ppp::test {

class FakePptp final : public link::PptpSockets {
public:
    /// Ids that somebody has; a socket that is closed keeps its own.
    std::set<std::uint16_t> bound;
    /// Where GRE to the id taken last goes.
    std::uint32_t own_address = 0;
    std::set<std::pair<std::uint32_t, std::uint16_t>> connected;
    /// The next `n` ids that are asked for belong to others.
    int busy = 0;
    /// Sockets that were given to close().
    int closed = 0;

    Result<Fd> bind_call(std::uint32_t own, std::uint16_t call_id) override {
        if (busy > 0 || bound.contains(call_id)) {
            busy = std::max(0, busy - 1);
            return fail({Errc::refused, EBUSY,
                         "PPTP call " + std::to_string(call_id) + ": the id is already in use"});
        }
        bound.insert(call_id);
        own_address = own;
        return Fd{::eventfd(0, EFD_CLOEXEC)};
    }
    Result<> connect_call(const Fd&, std::uint32_t peer, std::uint16_t peer_call_id) override {
        if (!connected.emplace(peer, peer_call_id).second)
            return fail({Errc::refused, EALREADY, "PPTP call: the id is already in use"});
        return {};
    }
    void close(Fd call) override { closed += call ? 1 : 0; }
};

class FakeResolver final : public link::Resolver {
public:
    explicit FakeResolver(Scheduler& time) : time_(time) {}
    /// What is not in it does not resolve; an empty list is never answered.
    std::map<std::string, std::vector<std::uint32_t>> names;

    Pending resolve(std::string host, Done done) override {
        auto [pending, ticket] = Pending::make();
        timer_ = time_.after(
            std::chrono::milliseconds(5),
            [this, host = std::move(host), done = std::move(done), ticket = ticket]() mutable {
                const auto found = names.find(host);
                if (found != names.end() && found->second.empty()) return;
                if (!ticket.settle()) return;
                if (found == names.end())
                    return done(fail(Errc::not_found, "the name \"" + host + "\" does not resolve: unknown"));
                done(found->second);
            });
        return std::move(pending);
    }

private:
    Scheduler& time_;
    Timer timer_;
};

}  // namespace ppp::test
