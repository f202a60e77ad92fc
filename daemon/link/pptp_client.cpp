// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/pptp_client.hpp"
#include <fmt/format.h>
#include <algorithm>
#include "aaa/address_range.hpp"

namespace ppp::link {
namespace {
using namespace std::chrono_literals;
using namespace wire::pptp;

constexpr Duration kResolvePatience = 10s, kConnectPatience = 10s, kCallPatience = 30s;
constexpr std::uint8_t kConnected = 1;
// What pptp-linux and Windows say as well: nobody limits a tunnel by them.
constexpr std::uint32_t kMinBps = 2400, kMaxBps = 1'000'000'000;
constexpr std::uint16_t kWindow = 64;

net::IpAddress ip(std::uint32_t v) {
    return net::IpAddress::v4(static_cast<std::uint8_t>(v >> 24), static_cast<std::uint8_t>(v >> 16),
                              static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v));
}
std::uint32_t number(const net::IpAddress& address) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < 4; ++i) out = out << 8 | address.octets[i];
    return out;
}

}  // namespace

PptpClient::PptpClient(PptpClientConfig config, const PptpPorts& ports)
    : config_(std::move(config)), ports_(ports) {
    info_.kind = LinkKind::pptp;
    info_.interface = config_.server;
    info_.max_mru = pptp_max_mru(1500);
}

PptpClient::PptpClient(PptpClientConfig config, const PptpPorts& ports, KeptLink link, Fd control)
    : PptpClient(std::move(config), ports) {
    info_ = std::move(link.info);
    adopted_ = std::move(control);
}

PptpClient::~PptpClient() { ports_.sockets.close(std::move(call_.file)); }

std::string PptpClient::server() const {
    const auto address = aaa::format_ipv4(info_.peer_address);
    return config_.server == address ? address : fmt::format("{} ({})", config_.server, address);
}

void PptpClient::start(Owner& owner) {
    owner_ = &owner;
    state_ = State::resolving;
    if (const auto address = aaa::parse_ipv4(config_.server)) {
        timer_ = ports_.time.after({}, [this, address] { resolved(std::vector{*address}); });
        return;
    }
    timer_ = ports_.time.after(kResolvePatience, [this] {
        end(EndReason::no_answer, fmt::format("the name {} was not resolved within 10 s", config_.server));
    });
    asking_ = ports_.resolver.resolve(config_.server, [this](auto found) { resolved(std::move(found)); });
}

void PptpClient::resolved(Result<std::vector<std::uint32_t>> addresses) {
    asking_ = {};
    timer_ = {};
    if (!addresses) return end(EndReason::no_answer, std::move(addresses).error().what);
    addresses_ = std::move(*addresses);
    std::ranges::reverse(addresses_);
    connect_next();
}

void PptpClient::connect_next() {
    control_.reset();
    while (!addresses_.empty()) {
        state_ = State::connecting;
        info_.peer_address = addresses_.back();
        addresses_.pop_back();
        auto stream = ports_.tcp.connect({.address = info_.peer_address, .port = kPort}, config_.source);
        if (!stream && stream.error().code == Errc::not_found)
            return end(EndReason::parent_missing, std::move(stream).error().what);
        if (!stream) {
            failure_ = fmt::format("{}: {}", server(), stream.error().what);
            continue;
        }
        timer_ = ports_.time.after(kConnectPatience, [this] {
            failure_ = fmt::format("{} does not answer on TCP port {}", server(), kPort);
            connect_next();
        });
        control_ = std::make_unique<PptpControl>(PptpControl::End::client, ports_, std::move(*stream),
                                                 static_cast<PptpControl::Owner&>(*this));
        return control_->start();
    }
    end(EndReason::no_answer, failure_);
}

void PptpClient::control_up() {
    state_ = State::calling;
    const auto& stream = control_->stream();
    info_.own_address = stream.local().address;
    info_.max_mru = pptp_max_mru(stream.path_mtu());
    timer_ = ports_.time.after(kCallPatience, [this] {
        end(EndReason::no_answer, fmt::format("{} did not answer Outgoing-Call-Request", server()));
    });
    auto call = ports_.sockets.bind_any(ports_.rng, info_.own_address);
    if (!call) return end_later(EndReason::kernel_error, std::move(call).error().what);
    call_ = std::move(*call);
    info_.session_id = call_.id;
    control_->send(OutgoingCallRequest{.call_id = call_.id,
                                       .serial = static_cast<std::uint16_t>(ports_.rng.u32()),
                                       .min_bps = kMinBps,
                                       .max_bps = kMaxBps,
                                       .window = kWindow});
}

void PptpClient::control_message(const Message& message, wire::ByteView octets) {
    owner_->link_received(octets);
    if (const auto* reply = std::get_if<OutgoingCallReply>(&message)) return called(*reply);
    if (const auto* over = std::get_if<CallDisconnectNotify>(&message); over && state_ == State::standing)
        return end(EndReason::peer_terminated, fmt::format("{} ended call {}: {}", server(), info_.session_id,
                                                           disconnect_result(over->result, over->error)));
    // Set-Link-Info and WAN-Error-Notify change nothing: the kernel sends no ACCM over GRE.
    if (const auto* request = std::get_if<OutgoingCallRequest>(&message)) {
        constexpr std::uint8_t kDoNotAccept = 7;
        control_->send(OutgoingCallReply{.peer_call_id = request->call_id, .result = kDoNotAccept});
    }
}

void PptpClient::called(const OutgoingCallReply& reply) {
    if (state_ != State::calling || reply.peer_call_id != call_.id || !call_.file) return;
    if (reply.result != kConnected) {
        state_ = State::connecting;  // there is no call to be cleared
        return end(EndReason::service_refused, fmt::format("{} refused the call: {}", server(),
                                                           outgoing_result(reply.result, reply.error)));
    }
    info_.peer_call_id = reply.call_id;
    // Before the host's routes change: how the server is reached then would be through the tunnel.
    asking_ = ports_.network.find_route(ip(info_.peer_address), [this](const Result<net::Route>& route) {
        asking_ = {};
        if (route)
            info_.way = {.gateway = route->gateway ? number(*route->gateway) : 0, .ifindex = route->ifindex};
        connect_call();
    });
}

void PptpClient::connect_call() {
    if (auto connected = ports_.sockets.connect_call(call_.file, info_.peer_address, info_.peer_call_id);
        !connected)
        return end(EndReason::kernel_error, std::move(connected).error().what);
    timer_ = {};
    state_ = State::standing;
    owner_->link_ready(std::move(call_.file));
}

void PptpClient::resume(Owner& owner) {
    owner_ = &owner;
    state_ = State::standing;
    auto stream = ports_.tcp.adopt(std::move(adopted_));
    if (!stream) return end_later(EndReason::peer_terminated, std::move(stream).error().what);
    control_ = std::make_unique<PptpControl>(PptpControl::End::client, ports_, std::move(*stream),
                                             static_cast<PptpControl::Owner&>(*this));
    control_->resume();
}

std::vector<int> PptpClient::files() const {
    return control_ ? std::vector{control_->stream().file()} : std::vector<int>{};
}

void PptpClient::stop() {
    const bool standing = state_ == State::standing || state_ == State::calling;
    state_ = State::ended;
    timer_ = {};
    asking_ = {};
    ports_.sockets.close(std::move(call_.file));
    if (!control_) return;
    if (standing) control_->send(CallClearRequest{.call_id = info_.session_id});
    if (control_->up()) control_->close();
    control_.reset();
}

void PptpClient::control_lost(EndReason reason, std::string detail) {
    if (state_ != State::connecting) return end(reason, std::move(detail));
    failure_ = fmt::format("{}: {}", server(), detail);
    if (reason == EndReason::no_answer && !addresses_.empty()) return connect_next();
    end(reason, failure_);
}

void PptpClient::end(EndReason reason, std::string detail) {
    stop();
    owner_->link_lost(reason, std::move(detail));  // may destroy this
}

void PptpClient::end_later(EndReason reason, std::string detail) {
    timer_ = ports_.time.after({}, [this, reason, text = std::move(detail)] { end(reason, text); });
}

}  // namespace ppp::link
