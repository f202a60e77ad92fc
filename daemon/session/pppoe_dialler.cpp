// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/pppoe_dialler.hpp"
#include <fmt/format.h>
#include <algorithm>
#include "session/farewell.hpp"

namespace ppp::session {
namespace {
using namespace std::chrono_literals;

// A parent that was asked to go up and neither did nor said why not is asked again after this.
constexpr Duration kRaiseAgain = 10s;

}  // namespace

PppoeDialler::PppoeDialler(std::string name, config::PppoeClient config, Ports& ports, link::PppoePorts pppoe,
                           LastSessions& memory)
    : name_(std::move(name)), config_(std::move(config)), ports_(ports), pppoe_(pppoe), memory_(memory) {}

void PppoeDialler::watch(Owner& owner) {
    owner_ = &owner;
    parent_ = ports_.network.links().on_link([this](const net::LinkEvent& event) {
        const bool ours =
            event.link.name == config_.interface || (event.before && event.before->name == config_.interface);
        if (ours) owner_->obstacle_changed();
    });
}

std::optional<Dialler::Obstacle> PppoeDialler::obstacle() {
    const auto& interface = config_.interface;
    const auto* parent = ports_.network.links().find(interface);
    if (!parent)
        return Obstacle{.sentence = fmt::format("interface {} does not exist", interface), .gone = true};
    if (!parent->up) {
        if (raised_ifindex_ != parent->ifindex) raise_parent(*parent);
        return Obstacle{
            .sentence = fmt::format("interface {} is down: ip link set {} up", interface, interface),
            .reason = EndReason::lost_carrier};
    }
    raised_ifindex_ = parent->ifindex;
    raise_again_ = {};
    if (!parent->carrier)
        return Obstacle{.sentence = fmt::format("interface {} has no carrier: is the cable in?", interface),
                        .reason = EndReason::lost_carrier};
    return std::nullopt;
}

void PppoeDialler::raise_parent(const net::Link& parent) {
    raised_ifindex_ = parent.ifindex;
    net::LinkChange up;
    up.ifindex = parent.ifindex;
    up.up = true;
    // That it worked is told by the link event. Then an administrator may set it down for good.
    raise_again_ = ports_.time.after(kRaiseAgain, [this] {
        raised_ifindex_ = 0;
        if (owner_) owner_->obstacle_changed();
    });
    raising_ = ports_.network.change(std::move(up), [this](const Result<>& result) {
        if (result) raise_again_ = {};
    });
}

link::PppoeClientConfig PppoeDialler::discovery() const {
    // More than fits plain PPPoE is asked for by RFC 4638, which the transport offers only where the parent
    // has room.
    constexpr std::uint16_t kEthernetPayload = 1500;
    link::PppoeClientConfig out;
    out.interface = config_.interface;
    out.service_name = config_.service_name;
    out.ac_name = config_.ac_name;
    out.max_mru =
        std::max(config_.max_mru.value_or(kEthernetPayload), config_.max_mtu.value_or(kEthernetPayload));
    return out;
}

std::unique_ptr<link::Transport> PppoeDialler::dial() {
    clear_remembered();
    return std::make_unique<link::PppoeClient>(discovery(), pppoe_);
}

std::unique_ptr<link::Transport> PppoeDialler::resume(const link::KeptLink& link, Fd) {
    return std::make_unique<link::PppoeClient>(discovery(), pppoe_, link);
}

bool PppoeDialler::made(const link::LinkInfo& link) const {
    return link.kind == link::LinkKind::pppoe && link.interface == config_.interface;
}

void PppoeDialler::clear_remembered() {
    const auto last = memory_.recall(name_);
    if (!last) return;
    link::LinkInfo link;
    link.interface = config_.interface;
    link.own_mac = last->own_mac;
    link.peer_mac = last->ac_mac;
    link.session_id = last->session_id;
    if (Farewells(pppoe_).send(link)) {
        ports_.log.with("PPP_OBJECT", name_)
            .info(fmt::format("{}: ended session {} of an earlier run at {}", name_, last->session_id,
                              link::to_string(last->ac_mac)));
        memory_.forget(name_);
    }
}

Result<> PppoeDialler::remember(const link::LinkInfo& link) {
    return memory_.remember(name_, {link.own_mac, link.peer_mac, link.session_id});
}

}  // namespace ppp::session
