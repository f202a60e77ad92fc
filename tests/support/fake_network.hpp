// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakeNetwork: a Network that behaves like the kernel's, in virtual time, and can fail at any step.
#pragma once
#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>
#include "base/scheduler.hpp"
#include "netlink/network.hpp"

namespace ppp::test {

class FakeNetwork final : public net::Network {
public:
    struct LinkState {
        bool up = false;
        std::uint32_t mtu = 1500, group = 0;
        std::string alias{};
        net::AddrGenMode addr_gen_mode = net::AddrGenMode::eui64;
        friend bool operator==(const LinkState&, const LinkState&) = default;
    };
    /// All that steps can change: comparing two of them shows whether an undo was complete.
    struct Snapshot {
        std::map<unsigned, LinkState> links;
        std::set<net::Address> addresses;
        std::set<net::Route> routes;
        friend bool operator==(const Snapshot&, const Snapshot&) = default;
    };

    explicit FakeNetwork(Scheduler& time) : time_(time) {}

    Pending submit(std::vector<net::Step> batch, Done done) override {
        auto [pending, ticket] = Pending::make();
        later([this, steps = std::move(batch), call = std::move(done), t = ticket]() mutable {
            // A withdrawn batch happens all the same: the harsher of the two things the port allows.
            auto outcome = carry_out(steps);
            if (t.settle()) call(std::move(outcome));
        });
        ++batches_;
        return std::move(pending);
    }
    Pending list_addresses(unsigned ifindex, Addresses done) override {
        return answer<net::Address>(std::move(done), [this, ifindex](std::vector<net::Address>& found) {
            for (const auto& a : state_.addresses)
                if (ifindex == 0 || a.ifindex == ifindex) found.push_back(a);
        });
    }
    Pending list_default_routes(Routes done) override {
        return answer<net::Route>(std::move(done), [this](std::vector<net::Route>& found) {
            for (const auto& r : state_.routes)
                if (r.destination.length == 0 && r.table == net::kMainTable) found.push_back(r);
        });
    }
    Pending list_routes(std::uint8_t protocol, std::uint32_t table, Routes done) override {
        return answer<net::Route>(std::move(done), [=, this](std::vector<net::Route>& found) {
            for (const auto& r : state_.routes)
                if (r.protocol == protocol && r.table == table) found.push_back(r);
        });
    }
    /// The default route of the lowest metric, where there is one; else `to` is on the first link.
    Pending find_route(net::IpAddress to, RouteDone done) override {
        auto [pending, ticket] = Pending::make();
        later([this, to, call = std::move(done), t = ticket]() mutable {
            if (!t.settle()) return;
            if (state_.links.empty()) return call(fail(Errc::not_found, "no route to " + to_string(to)));
            const net::Route* best = nullptr;
            for (const auto& r : state_.routes)
                if (r.destination.length == 0 && (!best || r.metric < best->metric)) best = &r;
            call(net::Route{.destination = {.address = to, .length = 32},
                            .ifindex = best ? best->ifindex : state_.links.begin()->first,
                            .gateway = best ? best->gateway : std::nullopt});
        });
        return std::move(pending);
    }
    net::LinkView& links() override { return table_; }

    /// Makes a link and reports it. `link.ifindex` must be new.
    void add_link(net::Link link) {
        assert(link.ifindex != 0 && !state_.links.contains(link.ifindex));
        state_.links[link.ifindex] = {.up = link.up, .mtu = link.mtu, .group = link.group};
        table_.update(std::move(link));
    }
    /// A link that the real observer would hide: steps find it, links() does not.
    void add_hidden_link(unsigned ifindex, std::uint32_t mtu = 1500) { state_.links[ifindex] = {.mtu = mtu}; }
    /// The link goes away with its addresses and routes.
    void remove_link(unsigned ifindex) {
        state_.links.erase(ifindex);
        std::erase_if(state_.addresses, [&](const auto& a) { return a.ifindex == ifindex; });
        std::erase_if(state_.routes, [&](const auto& r) { return r.ifindex == ifindex; });
        table_.erase(ifindex);
    }
    /// The link as the observer would tell of it.
    void update_link(net::Link link) { table_.update(std::move(link)); }
    void set_carrier(unsigned ifindex, bool carrier) {
        auto link = *table_.find(ifindex);
        link.carrier = carrier;
        table_.update(std::move(link));
    }

    /// The n-th step from now (1 is the next one) is refused.
    void fail_nth(unsigned n, int sys) { faults_[steps_ + n] = sys; }
    /// The n-th step from now takes effect, but its answer is lost.
    void lose_nth(unsigned n) { faults_[steps_ + n] = 0; }
    /// The next request takes this long, and those after it wait for it.
    void stall_next(Duration d) { stall_ = d; }

    [[nodiscard]] const Snapshot& state() const { return state_; }
    /// Somebody else takes the route away.
    void lose(const net::Route& route) { state_.routes.erase(route); }
    [[nodiscard]] unsigned batches() const { return batches_; }
    [[nodiscard]] std::uint64_t steps() const { return steps_; }

private:
    struct Refusal {
        int sys = 0;
        std::string text{};
    };

    /// Completions run from the scheduler, in the order of the requests.
    void later(Callback<void()> fn) {
        queue_.emplace_back(time_.now() + std::exchange(stall_, Duration::zero()), std::move(fn));
        arm();
    }
    void arm() {
        if (queue_.empty() || timer_.armed()) return;
        timer_ = time_.after(std::max(queue_.front().first - time_.now(), Duration::zero()), [this] {
            auto next = std::move(queue_.front().second);
            queue_.pop_front();
            next();
            arm();
        });
    }
    template <class T, class Fill>
    Pending answer(Callback<void(Result<std::vector<T>>)> done, Fill fill) {
        auto [pending, ticket] = Pending::make();
        later([call = std::move(done), fill, t = ticket]() mutable {
            std::vector<T> found;
            fill(found);
            if (t.settle()) call(std::move(found));
        });
        return std::move(pending);
    }

    net::Outcome carry_out(const std::vector<net::Step>& steps) {
        assert(!steps.empty() && steps.size() <= net::kMaxSteps);
        net::Outcome outcome;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const auto fault = faults_.extract(++steps_);
            const bool lost = fault && fault.mapped() == 0;
            const auto refusal = fault && !lost ? Refusal{fault.mapped(), "told to fail"} : apply(steps[i]);
            if (refusal.sys == 0) outcome.touched |= std::uint64_t{1} << i;
            if ((refusal.sys == 0 && !lost) || outcome.error) continue;
            outcome.failed_step = i;
            const auto* link = table_.find(net::ifindex_of(steps[i]));
            const auto what = describe(steps[i], link ? link->name : std::string());
            if (lost)
                outcome.error = Error{Errc::timeout, ETIMEDOUT, what + ": no answer from the kernel"};
            else
                outcome.error = Error{Errc::system, refusal.sys,
                                      what + ": " + std::strerror(refusal.sys) +
                                          (refusal.text.empty() ? "" : " (" + refusal.text + ")")};
        }
        return outcome;
    }

    Refusal apply(const net::Step& step) {
        if (const auto* c = std::get_if<net::LinkChange>(&step.object)) return apply(*c);
        if (const auto* g = std::get_if<net::LinkGroup>(&step.object)) return apply(*g);
        if (const auto* a = std::get_if<net::Address>(&step.object)) return apply(step.verb, *a);
        return apply(step.verb, std::get<net::Route>(step.object));
    }
    Refusal apply(const net::LinkChange& c) {
        const auto it = state_.links.find(c.ifindex);
        if (it == state_.links.end()) return {ENODEV};
        auto& s = it->second;
        if (c.alias && c.alias->size() > 255) return {ERANGE};
        if (c.mtu) s.mtu = *c.mtu;
        if (c.group) s.group = *c.group;
        if (c.alias) s.alias = *c.alias;
        if (c.addr_gen_mode) s.addr_gen_mode = *c.addr_gen_mode;
        if (c.up && *c.up != s.up) {
            s.up = *c.up;
            if (!s.up) drop_with_link(c.ifindex);
        }
        if (const auto* seen = table_.find(c.ifindex)) {
            auto link = *seen;
            link.up = s.up;
            link.carrier = s.up && (link.carrier || (c.up && *c.up));
            link.mtu = s.mtu;
            link.group = s.group;
            table_.update(std::move(link));
        }
        return {};
    }
    /// Going down takes all routes over the link and its IPv6 addresses, as in the kernel.
    void drop_with_link(unsigned ifindex) {
        std::erase_if(state_.routes, [&](const auto& r) { return r.ifindex == ifindex; });
        std::erase_if(state_.addresses,
                      [&](const auto& a) { return a.ifindex == ifindex && a.local.address.v6; });
    }
    Refusal apply(const net::LinkGroup& g) {
        if (g.group == 0) return {EPERM};
        std::vector<unsigned> gone;
        for (const auto& [ifindex, link] : state_.links)
            if (link.group == g.group) gone.push_back(ifindex);
        if (gone.empty()) return {ENODEV};
        for (auto ifindex : gone) remove_link(ifindex);
        return {};
    }
    Refusal apply(net::Verb verb, const net::Address& a) {
        if (!state_.links.contains(a.ifindex)) return {ENODEV};
        if (verb == net::Verb::remove) return state_.addresses.erase(a) ? Refusal{} : Refusal{EADDRNOTAVAIL};
        const bool taken = std::ranges::any_of(state_.addresses, [&](const net::Address& o) {
            return o.ifindex == a.ifindex && o.local.address == a.local.address && o.peer == a.peer;
        });
        if (taken) return {EEXIST, "Address already assigned"};
        state_.addresses.insert(a);
        return {};
    }
    Refusal apply(net::Verb verb, net::Route r) {
        if (verb == net::Verb::remove) {
            const auto it = std::ranges::find_if(state_.routes, [&](net::Route o) {
                if (r.metric == 0) o.metric = 0;
                return o == r;
            });
            if (it == state_.routes.end()) return {r.ifindex == 0 ? ENODEV : ESRCH};
            state_.routes.erase(it);
            return {};
        }
        const auto link = state_.links.find(r.ifindex);
        if (link == state_.links.end()) return {ENODEV};
        if (!link->second.up) return {ENETDOWN, "Device for nexthop is not up"};
        if (r.destination.address.v6 && r.metric == 0) r.metric = 1024;
        const bool taken = std::ranges::any_of(state_.routes, [&](const net::Route& o) {
            return o.destination == r.destination && o.metric == r.metric && o.table == r.table;
        });
        if (taken) return {EEXIST};
        state_.routes.insert(r);
        return {};
    }

    Scheduler& time_;
    net::LinkTable table_;
    Snapshot state_;
    std::map<std::uint64_t, int> faults_;
    std::uint64_t steps_ = 0;
    unsigned batches_ = 0;
    std::deque<std::pair<TimePoint, Callback<void()>>> queue_;  // not before when, and what
    Duration stall_{};
    Timer timer_;
};

}  // namespace ppp::test
