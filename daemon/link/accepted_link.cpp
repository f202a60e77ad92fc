// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/accepted_link.hpp"
#include <fmt/format.h>
#include <algorithm>

namespace ppp::link {
namespace {
using wire::pppoe::Builder;
using wire::pppoe::Code;
using wire::pppoe::Tag;
constexpr int kMaxBusyIds = 16;
}  // namespace

AcceptedLink::AcceptedLink(PppoeServer& server, std::shared_ptr<PppoeServedService> service, LinkInfo info,
                           wire::Bytes answer, const AcCookie::Proof& proof, std::uint16_t granted)
    : server_(&server),
      service_(std::move(service)),
      info_(std::move(info)),
      answer_(std::move(answer)),
      proof_(proof),
      granted_(granted) {
    server_->enter(*this);
}

AcceptedLink::AcceptedLink(PppoeServer& server, std::shared_ptr<PppoeServedService> service, KeptLink link)
    : server_(&server), service_(std::move(service)), info_(std::move(link.info)), state_(State::standing) {
    server_->enter(*this);
}

AcceptedLink::~AcceptedLink() {
    owner_ = nullptr;  // it is being destroyed as well
    if (!server_ || state_ == State::ended) return;
    if (!standing()) refuse("the session was not accepted");
    server_->leave(*this);
}

void AcceptedLink::start(Owner& owner) {
    owner_ = &owner;
    if (!server_) return;
    if (!server_->accepting_.empty()) owner.link_received(server_->accepting_);
    Result<Fd> socket = fail(Errc::refused, "no session id");
    for (int i = 0; i < kMaxBusyIds; ++i) {
        socket = server_->ports_.pppox.connect_pppoe(info_.interface, info_.peer_mac, info_.session_id);
        // The id may belong to another program's session, or to one of ours that the kernel still takes down.
        if (socket || socket.error().sys != EALREADY || !server_->change_id(*this)) break;
    }
    if (socket) return owner.link_ready(*std::move(socket));
    refuse("the session cannot be made");
    failure_ = server_->ports_.time.after(
        {}, [this, what = std::move(socket).error().what] { end(EndReason::kernel_error, what); });
}

void AcceptedLink::attached() {
    if (!server_ || state_ != State::accepted || failure_.armed()) return;
    state_ = State::standing;
    send_pads();
    answer_ = {};
}

void AcceptedLink::stop() {
    if (!server_ || state_ == State::ended) return;
    if (standing())
        send_padt();
    else
        refuse("the session was ended before it began");
    failure_.cancel();
    state_ = State::ended;
    server_->leave(*this);
}

void AcceptedLink::send_pads() {
    Builder pads{info_.peer_mac, info_.own_mac, Code::pads, info_.session_id};
    pads.raw(answer_);
    ++service_->counters.pads;
    send(pads.frame());
}

void AcceptedLink::send_padt() {
    Builder padt{info_.peer_mac, info_.own_mac, Code::padt, info_.session_id};
    send(padt.frame());
}

void AcceptedLink::refuse(std::string_view text) {
    if (answer_.empty()) return;  // told already
    Builder pads{info_.peer_mac, info_.own_mac, Code::pads};
    pads.raw(answer_).tag(Tag::ac_system_error, text);
    answer_ = {};
    ++service_->counters.refused;
    send(pads.frame());
}

void AcceptedLink::send(wire::ByteView frame) {
    server_->send(frame);
    if (owner_) owner_->link_sent(frame);
}

void AcceptedLink::end(EndReason reason, std::string detail) {
    failure_.cancel();
    state_ = State::ended;
    server_->leave(*this);
    if (owner_) owner_->link_lost(reason, std::move(detail));  // may destroy this
}

std::unique_ptr<Transport> PppoeServer::take_over(const std::string& server, KeptLink link) {
    const auto service =
        std::ranges::find(services_, server, [](const auto& known) { return known->config.server; });
    if (service == services_.end() || !ids_.claim(link.info.peer_mac, link.info.session_id)) return nullptr;
    return std::make_unique<AcceptedLink>(*this, *service, std::move(link));
}

}  // namespace ppp::link
