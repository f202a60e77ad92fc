// SPDX-License-Identifier: GPL-2.0-or-later
// How a client goes on with the session that it had in an earlier process.
#include <fmt/format.h>
#include "base/digest.hpp"
#include "session/client.hpp"
#include "session/client_settings.hpp"
#include "wire/bytes.hpp"

namespace ppp::session {

/// Of everything that configure() ends a session for.
std::uint32_t Client::fingerprint() const {
    const auto wishes =
        fmt::format("{} {} {} {} {}", profile_.session_timeout.count(), profile_.idle_timeout.count(),
                    profile_.ipv6, static_cast<int>(profile_.encryption), profile_.compression);
    return fnv1a(wire::octets(wishes), session::fingerprint(name_, config_));
}

void Client::session_settled(Session& session) {
    if (!context_.ports.keeping) return;
    auto record = session.record();
    record.id = session_id_;
    record.fingerprint = fingerprint();
    context_.ports.keeping->keep(record, session.files());
}

Result<> Client::resume(Inherited& from) {
    const auto& record = from.record;
    session_id_ = record.id;
    auto session = std::make_unique<Session>(context_.ports, static_cast<Session::Owner&>(*this),
                                             session_settings(name_, config_),
                                             dialler_->resume(record.link, std::move(from.control)));
    PPP_CHECK(session->resume(record, std::move(from.files)));
    session_ = std::move(session);
    reported_connected_ = true;
    dialler_->watch(*this);
    // Its own time may have been over while nobody looked.
    if (session_->phase() != Phase::running) {
        context_.ports.keeping->forget(record.id);
        return {};
    }
    context_.ports.keeping->resumed(record.id, session_->files());
    set_state(ClientState::connected);
    since_ -= std::chrono::duration_cast<std::chrono::system_clock::duration>(session_->connected_for());
    if (record.fingerprint != fingerprint())
        session_->terminate(EndReason::config_changed, "the configuration of " + name_ + " changed");
    else if (auto obstacle = dialler_->obstacle())
        carrier_lost(std::move(*obstacle));
    return {};
}

void Client::leave() {
    if (session_ && session_->phase() != Phase::running)
        session_->abort(EndReason::shutdown, "the service is restarted");
}

}  // namespace ppp::session
