// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/pptp_server.hpp"
#include <fmt/format.h>
#include <algorithm>
#include "aaa/address_range.hpp"
#include "link/pptp_call.hpp"

namespace ppp::link {
namespace {
using namespace std::chrono_literals;
using namespace wire::pptp;

// For the first call after the connection has begun, and for the next one after the last call.
constexpr Duration kIdlePatience = 10s;
// Whoever connects without end does not fill the journal.
constexpr TokenBucket::Rate kNotes{.burst = 32, .per_second = 1};
constexpr std::uint8_t kGeneralError = 2, kBusy = 4, kDoNotAccept = 7;
constexpr std::uint8_t kNoResource = 4;

}  // namespace

PptpServer::Peer::Peer(PptpServer& server, std::unique_ptr<TcpStream> stream)
    : server_(server),
      remote_(stream->remote()),
      control_(PptpControl::End::server, server.ports_, std::move(stream),
               static_cast<PptpControl::Owner&>(*this)) {}

PptpServer::Peer::~Peer() {
    for (auto& [id, call] : calls_) call->peer_ = nullptr;
}

void PptpServer::Peer::control_up() { await_call(); }

void PptpServer::Peer::await_call() {
    idle_ = server_.ports_.time.after(kIdlePatience, [this] {
        control_.close();
        server_.remove(*this);
    });
}

void PptpServer::Peer::control_message(const Message& message, wire::ByteView octets) {
    if (const auto* request = std::get_if<OutgoingCallRequest>(&message)) return called(*request, octets);
    if (const auto* clear = std::get_if<CallClearRequest>(&message))
        return cleared(clear->call_id, octets, "by Call-Clear-Request");
    if (const auto* over = std::get_if<CallDisconnectNotify>(&message))
        return cleared(over->call_id, octets, disconnect_result(over->result, over->error));
    if (std::holds_alternative<WanErrorNotify>(message)) ++server_.counters_.wan_errors;
    // Set-Link-Info changes nothing: the kernel sends no ACCM over GRE.
}

void PptpServer::Peer::called(const OutgoingCallRequest& request, wire::ByteView octets) {
    auto& server = server_;
    ++server.counters_.calls;
    const auto answer = [&](std::uint8_t result, std::uint8_t error = 0) {
        control_.send(OutgoingCallReply{.peer_call_id = request.call_id, .result = result, .error = error});
    };
    const auto refuse = [&](std::uint8_t result, std::uint8_t error = 0) {
        ++server.counters_.refused;
        answer(result, error);
    };
    if (!server.requests_.allow(remote_.address, server.ports_.time.now())) {
        ++server.counters_.rate_limited;
        return answer(kBusy);
    }
    if (server.in_use(remote_.address, request.call_id)) return refuse(kGeneralError, kNoResource);
    if (!server.listening()) return refuse(kDoNotAccept);
    if (calls_.size() >= server.limits_.calls || !server.acceptor_.admit(remote_.address))
        return refuse(kBusy);
    LinkInfo info;
    info.kind = LinkKind::pptp;
    info.own_address = control_.stream().local().address;
    info.peer_address = remote_.address;
    info.peer_call_id = request.call_id;
    info.max_mru = pptp_max_mru(control_.stream().path_mtu());
    auto socket = server.ports_.sockets.bind_any(server.ports_.rng, info.own_address);
    if (socket)
        if (auto connected =
                server.ports_.sockets.connect_call(socket->file, info.peer_address, info.peer_call_id);
            !connected) {
            server.ports_.sockets.close(std::move(socket->file));
            socket = fail(std::move(connected).error());
        }
    if (!socket) {
        server.note("a PPTP call was refused: " + socket.error().what);
        return refuse(kGeneralError, kNoResource);
    }
    info.session_id = socket->id;
    idle_ = {};
    had_call_ = true;
    auto call = std::make_unique<Call>(*this, std::move(info), std::move(socket->file));
    call->request_ = octets;
    auto* made = call.get();
    const auto id = made->info_.session_id;
    calls_.emplace(id, made);
    server.acceptor_.accept(std::move(call));
    if (const auto still = calls_.find(id); still != calls_.end()) still->second->request_ = {};
}

bool PptpServer::Peer::has_call(std::uint16_t peer_call_id) const {
    return std::ranges::any_of(
        calls_, [&](const auto& call) { return call.second->info_.peer_call_id == peer_call_id; });
}

void PptpServer::Peer::cleared(std::uint16_t peer_call_id, wire::ByteView octets, const std::string& how) {
    // The id is the one that the sender has given the call.
    const auto found = std::ranges::find_if(
        calls_, [&](const auto& call) { return call.second->info_.peer_call_id == peer_call_id; });
    if (found == calls_.end()) return;
    auto& call = *found->second;
    call.owner_->link_received(octets);
    call.end(
        EndReason::peer_terminated,
        fmt::format("{} ended call {}: {}", aaa::format_ipv4(remote_.address), call.info_.session_id, how));
}

void PptpServer::Peer::control_lost(EndReason reason, std::string detail) {
    if (!had_call_) {
        ++server_.counters_.turned_away;
        server_.note("a PPTP connection came to nothing: " + detail);
    }
    while (!calls_.empty()) calls_.begin()->second->lose(reason, detail);
    server_.remove(*this);
}

void PptpServer::Peer::leave(Call& call) {
    calls_.erase(call.info_.session_id);
    call.peer_ = nullptr;
    if (calls_.empty()) await_call();
}

PptpServer::Call::Call(Peer& peer, LinkInfo info, Fd socket)
    : peer_(&peer),
      sockets_(peer.server_.ports_.sockets),
      info_(std::move(info)),
      socket_(std::move(socket)) {}

PptpServer::Call::Call(Peer& peer, LinkInfo info) : Call(peer, std::move(info), Fd{}) { standing_ = true; }

PptpServer::Call::~Call() {
    owner_ = nullptr;  // it is being destroyed as well
    stop();
    sockets_.close(std::move(socket_));
}

void PptpServer::Call::start(Owner& owner) {
    owner_ = &owner;
    if (!request_.empty()) owner.link_received(request_);
    owner.link_ready(std::move(socket_));
}

void PptpServer::Call::attached() {
    if (!peer_ || standing_) return;
    standing_ = true;
    send(OutgoingCallReply{.call_id = info_.session_id,
                           .peer_call_id = info_.peer_call_id,
                           .result = 1,
                           .speed = 100'000'000,
                           .window = 64});
}

void PptpServer::Call::stop() {
    if (!peer_) return;
    constexpr std::uint8_t kAdminShutdown = 3;
    if (standing_) {
        send(CallDisconnectNotify{.call_id = info_.session_id, .result = kAdminShutdown});
    } else {
        ++peer_->server_.counters_.refused;
        send(OutgoingCallReply{
            .peer_call_id = info_.peer_call_id, .result = kGeneralError, .error = kNoResource});
    }
    peer_->leave(*this);
}

std::vector<int> PptpServer::Call::files() const {
    return peer_ ? std::vector{peer_->control_.stream().file()} : std::vector<int>{};
}

void PptpServer::Call::send(const Message& message) {
    peer_->control_.send(message);
    if (owner_) owner_->link_sent(encode(message));
}

void PptpServer::Call::end(EndReason reason, std::string detail) {
    constexpr std::uint8_t kRequest = 4;
    send(CallDisconnectNotify{.call_id = info_.session_id, .result = kRequest});
    lose(reason, std::move(detail));
}

void PptpServer::Call::lose(EndReason reason, std::string detail) {
    peer_->leave(*this);
    if (owner_) owner_->link_lost(reason, std::move(detail));  // may destroy this
}

PptpServer::PptpServer(const PptpPorts& ports, PptpAcceptor& acceptor, PptpServerLimits limits)
    : ports_(ports),
      acceptor_(acceptor),
      limits_(limits),
      requests_(limits.calls_of_host, limits.calls_of_all, ports.rng) {}

PptpServer::~PptpServer() = default;

Result<> PptpServer::listen(std::uint32_t address) {
    PPP_TRY(listener_, ports_.tcp.listen({.address = address, .port = kPort}, *this));
    return {};
}

void PptpServer::close() { listener_.reset(); }

void PptpServer::on_connection(std::unique_ptr<TcpStream> stream) {
    if (!make_room(stream->remote().address)) {
        ++counters_.turned_away;
        return;
    }
    ++counters_.connections;
    peers_.push_back(std::make_unique<Peer>(*this, std::move(stream)));
    peers_.back()->control_.start();
}

/// Whoever waits longest goes first; an address that has its share already gets no more.
bool PptpServer::make_room(std::uint32_t host) {
    std::size_t waiting = 0, of_host = 0;
    Peer* oldest = nullptr;
    for (const auto& peer : peers_) {
        if (!peer->calls_.empty()) continue;
        if (!oldest) oldest = peer.get();
        ++waiting;
        if (peer->remote_.address == host) ++of_host;
    }
    if (of_host >= limits_.waiting_of_host) return false;
    if (waiting >= limits_.waiting) {
        ++counters_.turned_away;
        remove(*oldest);
    }
    return true;
}

void PptpServer::note(const std::string& sentence) {
    if (ports_.log && notes_.take(kNotes, ports_.time.now())) ports_.log->info(sentence);
}

bool PptpServer::in_use(std::uint32_t host, std::uint16_t peer_call_id) const {
    return std::ranges::any_of(peers_, [&](const auto& peer) {
        return peer->remote_.address == host && peer->has_call(peer_call_id);
    });
}

void PptpServer::remove(Peer& peer) {
    const auto at = std::ranges::find_if(peers_, [&](const auto& other) { return other.get() == &peer; });
    if (at == peers_.end()) return;
    peer.control_.abandon();
    dead_.splice(dead_.end(), peers_, at);
    burial_ = ports_.time.after({}, [this] { dead_.clear(); });
}

Result<std::unique_ptr<Transport>> PptpServer::take_over(KeptLink link, Fd control) {
    PPP_TRY(auto stream, ports_.tcp.adopt(std::move(control)));
    const auto known =
        std::ranges::find_if(peers_, [&](const auto& peer) { return peer->remote_ == stream->remote(); });
    Peer* peer = known == peers_.end() ? nullptr : known->get();
    if (!peer) {
        peers_.push_back(std::make_unique<Peer>(*this, std::move(stream)));
        peer = peers_.back().get();
        peer->control_.resume();
    }
    const auto id = link.info.session_id;
    if (peer->calls_.contains(id)) return fail(Errc::refused, fmt::format("its PPTP call {} is in use", id));
    auto call = std::make_unique<Call>(*peer, std::move(link.info));
    peer->calls_.emplace(id, call.get());
    peer->idle_ = {};
    peer->had_call_ = true;
    return std::unique_ptr<Transport>(std::move(call));
}

}  // namespace ppp::link
