// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/plan.hpp"
#include <algorithm>
#include <cerrno>

namespace ppp::session {
namespace {

net::IpAddress from_host_order(std::uint32_t v) {
    return net::IpAddress::v4(static_cast<std::uint8_t>(v >> 24), static_cast<std::uint8_t>(v >> 16),
                              static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v));
}

net::Route default_route(unsigned ifindex, std::uint32_t metric) {
    // A device route: two uplinks whose far ends have the same address do not get in each other's way.
    return {.destination = {.address = {}, .length = 0},
            .ifindex = ifindex,
            .gateway = std::nullopt,
            .metric = metric};
}

net::Route route_to_tunnel_end(unsigned ifindex, const HostWishes& wishes) {
    net::Route out;
    out.destination = {.address = from_host_order(wishes.tunnel_end), .length = 32};
    out.ifindex = wishes.tunnel_link;
    if (wishes.tunnel_gateway != 0) out.gateway = from_host_order(wishes.tunnel_gateway);
    // Each tunnel to this far end has a route of its own, and an administrator's goes before all of them.
    out.metric = ifindex;
    return out;
}

bool means_gone(int error) { return error == ENODEV || error == ESRCH || error == EADDRNOTAVAIL; }

net::Step link_up(const PlannedLink& link) {
    net::LinkChange up;
    up.ifindex = link.index;
    up.up = true;
    up.mtu = link.mtu;
    return net::change(std::move(up));
}

}  // namespace

net::IpAddress link_local(std::uint64_t identifier) {
    net::IpAddress out{.octets = {0xfe, 0x80}, .v6 = true};
    for (std::size_t i = 0; i < 8; ++i) out.octets[15 - i] = static_cast<std::uint8_t>(identifier >> (8 * i));
    return out;
}

std::vector<net::Step> plan_ipv4(const PlannedLink& link, const IpcpResult& agreed,
                                 const HostWishes& wishes) {
    std::vector<net::Step> plan;
    plan.reserve(4);
    plan.push_back(link_up(link));
    net::Address address{.ifindex = link.index,
                         .local = {.address = from_host_order(agreed.own_address), .length = 32},
                         .peer = std::nullopt};
    // A peer that calls itself by the tunnel's far end would draw the tunnel into itself.
    if (agreed.peer_address != 0 && agreed.peer_address != wishes.tunnel_end)
        address.peer = from_host_order(agreed.peer_address);
    plan.push_back(net::add(address));
    if (wishes.default_route && wishes.tunnel_link != 0)
        plan.push_back(net::add(route_to_tunnel_end(link.index, wishes)));
    if (wishes.default_route) plan.push_back(net::add(default_route(link.index, wishes.metric)));
    return plan;
}

std::vector<net::Step> plan_ipv6(const PlannedLink& link, const Ipv6cpResult& agreed) {
    std::vector<net::Step> plan;
    plan.reserve(2);
    plan.push_back(link_up(link));
    plan.push_back(
        net::add(net::Address{.ifindex = link.index,
                              .local = {.address = link_local(agreed.own_identifier), .length = 64},
                              .peer = std::nullopt}));
    return plan;
}

std::optional<net::Step> inverse(const net::Step& step) {
    if (step.verb != net::Verb::add) return std::nullopt;
    if (const auto* address = std::get_if<net::Address>(&step.object)) return net::remove(*address);
    if (const auto* route = std::get_if<net::Route>(&step.object)) return net::remove(*route);
    return std::nullopt;
}

void Applier::apply(std::vector<net::Step> plan, Callback<void(Result<>)> done) {
    plan_ = plan;
    pending_ = network_->submit(std::move(plan), [this, done = std::move(done)](net::Outcome outcome) {
        pending_ = {};
        if (!outcome.ok()) {
            take_back(outcome.touched, [](const Error&) {});  // the plan's own error says more
            done(fail(std::move(*outcome.error)));
            return;
        }
        applied_ = true;
        done(Result<>{});
    });
}

void Applier::resume(std::vector<net::Step> plan) {
    plan_ = std::move(plan);
    applied_ = true;
}

void Applier::repair(const std::vector<net::Address>& addresses, const std::vector<net::Route>& routes) {
    if (!applied_) return;
    std::vector<net::Step> missing;
    for (const auto& step : plan_) {
        const auto* address = std::get_if<net::Address>(&step.object);
        const auto* route = std::get_if<net::Route>(&step.object);
        if ((address && std::ranges::find(addresses, *address) == addresses.end()) ||
            (route && std::ranges::find(routes, *route) == routes.end()))
            missing.push_back(step);
    }
    // What cannot be repaired now is no reason to end a session that works.
    if (!missing.empty()) repairing_ = network_->submit(std::move(missing), [](const net::Outcome&) {});
}

void Applier::undo(Callback<void(const Error&)> failed) {
    repairing_ = {};
    const bool withdrawn = under_way();
    pending_ = {};
    if (applied_ || withdrawn) take_back(~std::uint64_t{0}, std::move(failed));
    applied_ = false;
}

void Applier::take_back(std::uint64_t touched, Callback<void(const Error&)> failed) {
    std::vector<net::Step> back;
    for (std::size_t i = plan_.size(); i-- > 0;)
        if ((touched >> i & 1U) != 0)
            if (auto step = inverse(plan_[i])) back.push_back(std::move(*step));
    plan_.clear();
    if (back.empty()) return;
    undoing_ = network_->submit(std::move(back), [failed = std::move(failed)](const net::Outcome& outcome) {
        // What is gone already (a route that left with its link) is what we want.
        if (outcome.error && !means_gone(outcome.error->sys)) failed(*outcome.error);
    });
}

}  // namespace ppp::session
