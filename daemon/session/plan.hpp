// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Plan: what one network protocol of a session wants from the host, as steps that can be taken back.
#pragma once
#include <optional>
#include <vector>
#include "netlink/network.hpp"
#include "ppp/ipcp.hpp"
#include "ppp/ipv6cp.hpp"

namespace ppp::session {

/// What the configuration adds to what was negotiated.
struct HostWishes {
    bool default_route = false;
    std::uint32_t metric = 1;  ///< the default route's; "distance" in the configuration
    /// The far end of the tunnel, host order; 0: there is no tunnel.
    std::uint32_t tunnel_end = 0;
    std::uint32_t tunnel_gateway = 0;  ///< how it is reached: host order, 0 = on the link itself
    std::uint32_t tunnel_link = 0;     ///< ifindex; 0: not known
};

/// The link that a plan is for.
struct PlannedLink {
    unsigned index = 0;        ///< ifindex
    std::uint16_t mtu = 1500;  ///< octets; LCP may have agreed on another one than the unit was made with
};

/// fe80:: with this interface identifier.
[[nodiscard]] net::IpAddress link_local(std::uint64_t identifier);

/// Link up with its MTU, our address with the peer's, the default route where wanted; before that one, of a
/// tunnel, a route to its far end as it is reached now, which the tunnel would swallow otherwise. Pure.
[[nodiscard]] std::vector<net::Step> plan_ipv4(const PlannedLink& link, const IpcpResult& agreed,
                                               const HostWishes& wishes);
/// Link up with its MTU and our link-local address. The default route comes by Router Advertisement: one
/// without a global address would only send programs the wrong way.
[[nodiscard]] std::vector<net::Step> plan_ipv6(const PlannedLink& link, const Ipv6cpResult& agreed);
/// The step that takes `step` back; nullopt where the end of the unit does (link state).
[[nodiscard]] std::optional<net::Step> inverse(const net::Step& step);

/// Carries one plan out and can take it back. A failed plan is taken back by itself: exactly the steps that
/// may have changed something. Destroying an Applier leaves the host as it is: the end of the unit takes
/// everything along.
class Applier {
public:
    explicit Applier(net::Network& network) : network_(&network) {}
    /// @param done runs once, later, unless the Applier is destroyed or undone before.
    void apply(std::vector<net::Step> plan, Callback<void(Result<>)> done);
    /// In place of apply(): an earlier process has applied this plan.
    void resume(std::vector<net::Step> plan);
    /// Applies again those steps of an applied plan whose objects the host has not got. A link's own state is
    /// an administrator's business by now.
    void repair(const std::vector<net::Address>& addresses, const std::vector<net::Route>& routes);
    /// Takes back what was applied, last step first; a plan still under way is withdrawn and taken back too.
    /// @param failed runs, later, if something is still there; not once a new plan was taken back.
    void undo(Callback<void(const Error&)> failed);
    [[nodiscard]] bool applied() const { return applied_; }
    /// The kernel has not answered yet.
    [[nodiscard]] bool under_way() const { return pending_.open(); }

private:
    void take_back(std::uint64_t touched, Callback<void(const Error&)> failed);

    net::Network* network_;
    std::vector<net::Step> plan_;
    Pending pending_, undoing_, repairing_;
    bool applied_ = false;
};

}  // namespace ppp::session
