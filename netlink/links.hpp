// SPDX-License-Identifier: GPL-2.0-or-later
/// @file LinkView and LinkTable: the links of this network namespace and who wants to hear of them.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>
#include "base/callback.hpp"

namespace ppp::net {

struct Link {
    unsigned ifindex = 0;
    std::string name{};
    std::string kind{};                 ///< IFLA_INFO_KIND: "vlan", "veth", …; empty for hardware
    std::array<std::uint8_t, 6> mac{};  ///< zeros when the link has no Ethernet address
    std::uint16_t type = 0;             ///< ARPHRD_*
    std::uint32_t mtu = 0;              ///< octets
    std::uint32_t group = 0;
    unsigned parent = 0;   ///< IFLA_LINK: a VLAN's Ethernet link; 0 for none
    unsigned master = 0;   ///< bridge, bond or VRF; 0 for none
    bool up = false;       ///< administratively (IFF_UP)
    bool carrier = false;  ///< the cable is in and the link is up (IFF_LOWER_UP)
    friend bool operator==(const Link&, const Link&) = default;
};

struct LinkEvent {
    enum class Kind : std::uint8_t { added, changed, removed };
    Kind kind = Kind::changed;
    const Link& link;  ///< as it is now; for `removed` as it was
    const Link* before =
        nullptr;  ///< for `changed` only; equal to `link` in the report after a lost notification

    [[nodiscard]] bool carrier_changed() const { return before && before->carrier != link.carrier; }
    [[nodiscard]] bool renamed() const { return before && before->name != link.name; }
};

class LinkTable;

/// Keeps a handler subscribed; destroying it ends the calls at once, also from inside one. May outlive the
/// table.
class [[nodiscard]] LinkSubscription {
public:
    LinkSubscription() = default;
    LinkSubscription(LinkSubscription&& o) noexcept = default;
    LinkSubscription& operator=(LinkSubscription&& o) noexcept {
        if (this != &o) {
            cancel();
            handlers_ = std::move(o.handlers_);
            id_ = o.id_;
        }
        return *this;
    }
    ~LinkSubscription() { cancel(); }
    void cancel() noexcept;

private:
    friend class LinkTable;
    using Handlers = std::map<std::uint64_t, std::shared_ptr<Callback<void(const LinkEvent&)>>>;
    LinkSubscription(const std::shared_ptr<Handlers>& handlers, std::uint64_t id)
        : handlers_(handlers), id_(id) {}
    std::weak_ptr<Handlers> handlers_;
    std::uint64_t id_ = 0;
};

/// Read side. Links of the types that the owner was told to leave out are not in it.
class LinkView {
public:
    using Handler = Callback<void(const LinkEvent&)>;
    virtual ~LinkView() = default;
    /// @return nullptr when there is none; valid until the loop runs on.
    [[nodiscard]] virtual const Link* find(std::string_view name) const = 0;
    [[nodiscard]] virtual const Link* find(unsigned ifindex) const = 0;
    /// Ordered by ifindex.
    [[nodiscard]] virtual std::vector<Link> all() const = 0;
    /// `handler` is not told of links that exist already: ask find() or all(). After a lost notification
    /// every link is reported again as `changed`, so a handler that compares misses nothing.
    virtual LinkSubscription on_link(Handler handler) = 0;
};

/// The table itself, changed by its owner only (the observer, or a fake).
class LinkTable final : public LinkView {
public:
    [[nodiscard]] const Link* find(std::string_view name) const override;
    [[nodiscard]] const Link* find(unsigned ifindex) const override;
    [[nodiscard]] std::vector<Link> all() const override;
    LinkSubscription on_link(Handler handler) override;

    /// Adds or changes one link; silent when nothing changed.
    void update(Link link);
    /// Forgets one link; silent when it is unknown.
    void erase(unsigned ifindex);
    /// Takes `now` for the whole truth: reports removed, added, and all others as changed.
    void replace(std::vector<Link> now);

private:
    void put(Link link, bool report_equal);
    void report(const LinkEvent& event);

    std::unordered_map<unsigned, Link> links_;
    std::map<std::string, unsigned, std::less<>> names_;
    std::shared_ptr<LinkSubscription::Handlers> handlers_ = std::make_shared<LinkSubscription::Handlers>();
    std::uint64_t next_id_ = 1;
};

}  // namespace ppp::net
