// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Network: what a session asks of rtnetlink, in whole objects; the port knows no PPP.
///
/// A batch of steps costs one completion. Observation covers links only; addresses and routes are listed on
/// demand, because a subscription to them would wake the daemon several times for each of its own sessions.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>
#include "base/callback.hpp"
#include "base/pending.hpp"
#include "base/result.hpp"
#include "netlink/links.hpp"

namespace ppp::net {

/// The number in /proc and `ip route` ("proto 80") by which our routes are told from everybody else's; the
/// kernel keeps 0 to 4 for itself, the rest is convention (include/uapi/linux/rtnetlink.h, RTPROT_*).
inline constexpr std::uint8_t kRouteProtocol = 0x50;
inline constexpr std::uint32_t kMainTable = 254;  ///< RT_TABLE_MAIN

struct IpAddress {
    std::array<std::uint8_t, 16> octets{};  ///< network order; IPv4 in the first four
    bool v6 = false;
    friend bool operator==(const IpAddress&, const IpAddress&) = default;
    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;  // NOLINT(modernize-use-nullptr)
    static constexpr IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
        return {.octets = {a, b, c, d}, .v6 = false};
    }
    /// Octets an address of this family has: 4 or 16.
    [[nodiscard]] constexpr std::size_t size() const { return v6 ? 16 : 4; }
};

/// An address and the number of its leading bits that count; 0.0.0.0/0 and ::/0 mean everything.
struct Prefix {
    IpAddress address{};
    std::uint8_t length = 0;
    friend bool operator==(const Prefix&, const Prefix&) = default;
    friend auto operator<=>(const Prefix&, const Prefix&) = default;  // NOLINT(modernize-use-nullptr)
};

/// An address of a link. With a peer, `local.length` is the length of the peer's prefix (32 or 128 as a
/// rule).
struct Address {
    unsigned ifindex = 0;
    Prefix local{};
    std::optional<IpAddress> peer{};
    friend bool operator==(const Address&, const Address&) = default;
    friend auto operator<=>(const Address&, const Address&) = default;  // NOLINT(modernize-use-nullptr)
};

/// A unicast route. Removing matches every field that is not 0, so a route of another protocol number is
/// never taken away; metric 0 matches a route of any metric.
struct Route {
    Prefix destination{};
    unsigned ifindex = 0;
    std::optional<IpAddress> gateway{};
    std::uint32_t metric = 0;  ///< 0: the kernel's choice (IPv4: 0, IPv6: 1024)
    std::uint32_t table = kMainTable;
    std::uint8_t protocol = kRouteProtocol;
    friend bool operator==(const Route&, const Route&) = default;
    friend auto operator<=>(const Route&, const Route&) = default;  // NOLINT(modernize-use-nullptr)
};

/// How the kernel makes a link's own IPv6 link-local address (IN6_ADDR_GEN_MODE_*).
enum class AddrGenMode : std::uint8_t { eui64 = 0, none = 1, stable_privacy = 2, random = 3 };

/// Only what is set is changed. The generation mode is in force before the link goes up, whatever the order
/// of the kernel's own processing is.
struct LinkChange {
    unsigned ifindex = 0;
    std::optional<bool> up{};
    std::optional<std::uint32_t> mtu{};  ///< octets
    std::optional<std::uint32_t> group{};
    std::optional<AddrGenMode> addr_gen_mode{};
    std::optional<std::string> alias{};  ///< at most 255 octets; empty clears it
    friend bool operator==(const LinkChange&, const LinkChange&) = default;
};

/// All links of one group. Deleting ten thousand of them holds the kernel's rtnl lock for seconds: keep
/// groups to about a hundred.
struct LinkGroup {
    std::uint32_t group = 0;
    friend bool operator==(const LinkGroup&, const LinkGroup&) = default;
};

enum class Verb : std::uint8_t { add, remove, change };

/// One wanted change. Make it by add(), remove() or change(): other pairs of verb and object do not exist.
struct Step {
    Verb verb = Verb::change;
    std::variant<LinkChange, Address, Route, LinkGroup> object{};
    friend bool operator==(const Step&, const Step&) = default;
};
[[nodiscard]] inline Step add(Address a) { return {Verb::add, a}; }
[[nodiscard]] inline Step add(Route r) { return {Verb::add, r}; }
[[nodiscard]] inline Step remove(Address a) { return {Verb::remove, a}; }
[[nodiscard]] inline Step remove(Route r) { return {Verb::remove, r}; }
[[nodiscard]] inline Step remove(LinkGroup g) { return {Verb::remove, g}; }
[[nodiscard]] inline Step change(LinkChange c) { return {Verb::change, std::move(c)}; }

/// What became of a batch. The kernel has no transactions: every step is tried, whatever became of those
/// before.
struct Outcome {
    std::optional<Error> error{};  ///< of the first step that failed; `sys` is the kernel's errno
    std::size_t failed_step = 0;
    /// Bit i is clear only if step i certainly changed nothing: exactly the set bits are to be undone.
    std::uint64_t touched = 0;

    [[nodiscard]] bool ok() const { return !error; }
    [[nodiscard]] bool is_touched(std::size_t step) const { return ((touched >> step) & 1U) != 0; }
};
inline constexpr std::size_t kMaxSteps = 64;  ///< in one batch

class Network {
public:
    using Done = Callback<void(Outcome)>;
    using Simple = Callback<void(Result<>)>;
    using Addresses = Callback<void(Result<std::vector<Address>>)>;
    using Routes = Callback<void(Result<std::vector<Route>>)>;
    virtual ~Network() = default;

    /// Carries out 1 to kMaxSteps steps in order; `done` runs once, later, on the loop: with success, the
    /// kernel's errno and text, or Errc::timeout when the kernel gave no answer. Batches do not overtake each
    /// other. Dropping the Pending guarantees silence; whether the steps happen is then unknown, so an undo
    /// submitted afterwards is the way to be sure that they did not.
    virtual Pending submit(std::vector<Step> batch, Done done) = 0;

    /// Addresses of one link, or of all links with ifindex 0. Reads the kernel's table at every call.
    virtual Pending list_addresses(unsigned ifindex, Addresses done) = 0;
    /// Default routes of the main table, whoever made them: what `status` and `doctor` look at.
    virtual Pending list_default_routes(Routes done) = 0;
    /// Routes of one table that bear `protocol`: what a restarted daemon finds of its own.
    virtual Pending list_routes(std::uint8_t protocol, std::uint32_t table, Routes done) = 0;

    using RouteDone = Callback<void(Result<Route>)>;
    /// The route that packets of ours to this address take now; its destination is that address alone.
    /// Errc::not_found when there is none.
    virtual Pending find_route(IpAddress to, RouteDone done) = 0;

    /// The observed links; lives as long as the Network.
    virtual LinkView& links() = 0;

    Pending change(LinkChange c, Simple done) { return one(net::change(std::move(c)), std::move(done)); }
    Pending add(Address a, Simple done) { return one(net::add(a), std::move(done)); }
    Pending add(Route r, Simple done) { return one(net::add(r), std::move(done)); }
    Pending remove(Address a, Simple done) { return one(net::remove(a), std::move(done)); }
    Pending remove(Route r, Simple done) { return one(net::remove(r), std::move(done)); }
    /// Deletes every link of the group by one request: one wait of the kernel instead of one a link.
    Pending remove_links_in_group(std::uint32_t group, Simple done) {
        return one(net::remove(LinkGroup{group}), std::move(done));
    }

private:
    Pending one(Step step, Simple done);
};

/// "192.0.2.1", "2001:db8::1".
std::string to_string(const IpAddress& address);
/// "192.0.2.0/24".
std::string to_string(const Prefix& prefix);
/// @return nothing when `text` is not an address of either family.
std::optional<IpAddress> parse_ip_address(std::string_view text);
/// The object a step is about, for error texts: "route 0.0.0.0/0 dev ppp0 metric 1".
/// @param link the link's name; when empty, its index is shown.
std::string describe(const Step& step, std::string_view link);
/// The link a step is about; 0 for a group.
unsigned ifindex_of(const Step& step);

}  // namespace ppp::net
