// SPDX-License-Identifier: GPL-2.0-or-later
// The network phase of a Session: unit, NCPs and the host's part.
#include <fmt/format.h>
#include "session/protocol_configs.hpp"
#include "session/session.hpp"

namespace ppp::session {
namespace {
using namespace std::chrono_literals;

// What the kernel is asked for takes milliseconds, and seconds while others hold its locks. One that says
// nothing for so long hangs: the session would wait for ever, and no end of its peer's would help it.
constexpr Duration kKernelPatience = 20s;

/// Besides what LCP hears of by itself. A peer that rejects one of these does not want it; one that rejects
/// another has made that of our packets.
constexpr bool sends(Protocol protocol) {
    return protocol == Protocol::ipcp || protocol == Protocol::ipv6cp || protocol == Protocol::ipv4 ||
           protocol == Protocol::ipv6;
}
}  // namespace

IpcpConfig ipcp_config(const NetworkSettings& network, Role role) {
    IpcpConfig config;
    config.own_address = network.local_address;
    config.accept_own = role == Role::client;
    config.peer_address = network.remote_address;
    config.accept_peer = role == Role::client;  // a server gives what it promised and nothing else
    config.dns = network.dns;
    config.nbns = network.nbns;
    config.want_dns = network.want_dns;
    return config;
}

void Session::begin_network() {
    // After a renegotiation of LCP the session keeps what it was given, and its unit.
    if (!granted_) {
        auto settings = owner_.session_authenticated(*this);
        if (!settings) return terminate(EndReason::limit_reached, settings.error().what);
        network_ = std::move(*settings);
        granted_ = true;
    }
    if (!begin_encryption()) return;
    set_phase(Phase::network);
    // The NCPs run over the channel while the unit is made: nothing that the peer says meanwhile is lost.
    if (!unit_ && !making_.open()) {
        making_ =
            ports_.kernel.create_unit({.name = network_.interface, .mtu = mtu(), .coding = wants_coding()},
                                      *channel_, *this, [this](auto unit) { unit_made(std::move(unit)); });
        await_kernel();
    }
    if (unit_) start_coding();
    ipcp_over_ = ipv6cp_over_ = false;
    if (ipcp_) malformed_ += ipcp_->counters().malformed;
    if (ipv6cp_) malformed_ += ipv6cp_->counters().malformed;
    auto& owner = static_cast<ControlProtocol::Owner&>(*this);
    ipcp_.emplace(ports_.time, owner, ipcp_config(network_, settings_->role));
    ipcp_->open();
    ipcp_->up();
    if (!network_.ipv6) {
        ipv6cp_over_ = true;
        return;
    }
    ipv6cp_.emplace(ports_.time, ports_.rng, owner, Ipv6cpConfig{});
    ipv6cp_->open();
    ipv6cp_->up();
}

void Session::unit_made(Result<std::unique_ptr<kernel::Unit>> unit) {
    making_ = {};
    kernel_limit_ = {};
    if (!unit) return terminate(EndReason::kernel_error, unit.error().what);
    unit_ = std::move(*unit);
    methods_ = unit_->methods();
    start_coding();
    apply_ipv4();
    apply_ipv6();
}

void Session::layer_up(Protocol protocol) {
    (protocol == Protocol::ipcp ? ipcp_over_ : ipv6cp_over_) = false;
    if (protocol == Protocol::ipcp)
        apply_ipv4();
    else
        apply_ipv6();
}

void Session::apply_ipv4() {
    if (!ipcp_ || !ipcp_->opened()) return;
    const auto& agreed = ipcp_->negotiated();
    peer_address_ = agreed.peer_address;
    own_address_ = agreed.own_address;
    dns_ = settings_->role == Role::client ? agreed.dns : network_.dns;
    if (!unit_ || !data_may_pass()) return;
    unit_mtu_ = mtu();
    ipv4_plan_.apply(plan_ipv4({.index = unit_->index(), .mtu = mtu()}, ipcp_->negotiated(), network_.host),
                     [this](const Result<>& result) { plan_done(kernel::NetworkProtocol::ipv4, result); });
    await_kernel();
}

void Session::apply_ipv6() {
    if (!unit_ || !ipv6cp_ || !ipv6cp_->opened() || !data_may_pass()) return;
    unit_mtu_ = mtu();
    ipv6_plan_.apply(plan_ipv6({.index = unit_->index(), .mtu = mtu()}, ipv6cp_->negotiated()),
                     [this](const Result<>& result) { plan_done(kernel::NetworkProtocol::ipv6, result); });
    await_kernel();
}

void Session::plan_done(kernel::NetworkProtocol protocol, const Result<>& result) {
    if (!ipv4_plan_.under_way() && !ipv6_plan_.under_way()) kernel_limit_ = {};
    if (!result) return terminate(EndReason::kernel_error, result.error().what);
    // Where coding is held just now, coding_settled() lets it pass.
    if (auto passed = data_may_pass() ? unit_->pass(protocol, true) : Result<>{}; !passed)
        return terminate(EndReason::kernel_error, passed.error().what);
    if (phase_ == Phase::running) return owner_.session_settled(*this);
    if (ipv4_plan_.applied() || (ipv6_plan_.applied() && ipcp_over_)) running();
}

void Session::await_kernel() {
    kernel_limit_ = ports_.time.after(kKernelPatience, [this] { kernel_silent(); });
}

void Session::kernel_silent() {
    const bool waiting = making_.open() || ipv4_plan_.under_way() || ipv6_plan_.under_way();
    if (!waiting) return;  // an NCP went down and took its plan back
    const auto what = !channel_ ? std::string("made a channel of the link")
                      : !unit_  ? std::string("made the interface")
                                : "set up interface " + unit_->name();
    terminate(EndReason::kernel_error,
              fmt::format("the kernel has not {} within {} s", what,
                          std::chrono::duration_cast<std::chrono::seconds>(kKernelPatience).count()));
}

/// What belongs to nobody any more goes with the interface, so the interface goes.
void Session::not_taken_back(const Error& error) {
    if (reason_ == EndReason::none) terminate(EndReason::kernel_error, error.what);
}

void Session::running() {
    if (phase_ != Phase::network || !data_may_pass()) return;
    // Counted from the first time: whoever renegotiates LCP does not get a longer session by it.
    const bool first = !connected_at_;
    if (first) connected_at_ = ports_.time.now();
    if (first) limit_length();
    watch_idle();
    set_phase(Phase::running);
    if (phase_ == Phase::running) owner_.session_settled(*this);
}

void Session::limit_length() {
    limit_ = {};
    if (network_.session_timeout <= 0s) return;
    limit_ = ports_.time.after(std::max<Duration>(network_.session_timeout - connected_for(), 0s), [this] {
        terminate(EndReason::session_timeout,
                  fmt::format("the session-timeout of {} s is over", network_.session_timeout.count()));
    });
}

void Session::watch_idle() {
    if (network_.idle_timeout <= 0s) return;
    const auto idle = unit_->idle();
    const auto quiet = idle ? std::min(idle->sent, idle->received) : 0s;
    if (quiet >= network_.idle_timeout)
        return terminate(EndReason::idle_timeout, fmt::format("no traffic for {} s", quiet.count()));
    idle_limit_ = ports_.time.after(network_.idle_timeout - quiet, [this] { watch_idle(); });
}

void Session::layer_down(Protocol protocol) {
    const bool ipv4 = protocol == Protocol::ipcp;
    (ipv4 ? ipv4_plan_ : ipv6_plan_).undo([this](const Error& error) { not_taken_back(error); });
    if (!unit_) return;
    const auto protocol_of_data = ipv4 ? kernel::NetworkProtocol::ipv4 : kernel::NetworkProtocol::ipv6;
    if (auto blocked = unit_->pass(protocol_of_data, false); !blocked) not_taken_back(blocked.error());
    if (phase_ == Phase::running) owner_.session_settled(*this);
}

void Session::layer_finished(Protocol protocol, ControlEnd why) { ncp_over(protocol, why); }

void Session::protocol_rejected(Protocol protocol) {
    if (protocol == Protocol::ipcp && ipcp_) ipcp_->protocol_rejected();
    if (protocol == Protocol::ipv6cp && ipv6cp_) ipv6cp_->protocol_rejected();
    if (!coding_) return;
    if (protocol == Protocol::ccp)
        coding_->rejected();
    else if (!sends(protocol))
        coding_->noise_there();
}

void Session::ncp_over(Protocol protocol, ControlEnd why) {
    if (phase_ != Phase::network && phase_ != Phase::running) return;
    (protocol == Protocol::ipcp ? ipcp_over_ : ipv6cp_over_) = true;
    if (ipcp_over_ && ipv6cp_over_)
        return terminate(EndReason::no_address, fmt::format("no network protocol could be opened: {}: {}",
                                                            wire::name(protocol), sentence(why)));
    if (ipcp_over_ && ipv6_plan_.applied()) running();
}

std::size_t Session::peer_mru() const { return lcp_ ? lcp_->negotiated().peer_mru : 1500; }

void Session::echo_replied(std::uint8_t id, std::size_t) { keepalive_.echo_replied(id); }

void Session::close_network() {
    idle_limit_ = {};
    // A lower layer that is down takes the NCPs down without a word; their plans are undone in layer_down().
    if (ipcp_) ipcp_->down();
    if (ipv6cp_) ipv6cp_->down();
    if (coding_) coding_->down();
    early_ccp_.clear();
}

}  // namespace ppp::session
