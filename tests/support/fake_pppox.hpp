// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakePppox: connects sockets as the kernel's PPPoE table does: one (interface, peer, id) once at a
/// time.
#pragma once
#include <sys/eventfd.h>
#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>
#include "link/pppox.hpp"

namespace ppp::test {

class FakePppox final : public link::PppoxSockets {
public:
    struct Session {
        std::string interface;
        link::MacAddress peer{};
        std::uint16_t session_id = 0;
        friend bool operator==(const Session&, const Session&) = default;
    };
    /// Makes the descriptor; an eventfd where nobody says otherwise.
    std::function<Fd(const Session&)> make = [](const Session&) { return Fd{::eventfd(0, EFD_CLOEXEC)}; };
    /// Connected since the beginning; erase one to let its key be used again.
    std::vector<Session> sessions;
    void fail_next(Error error) { fail_ = std::move(error); }
    /// The next `n` connects find their session id in use.
    int busy = 0;

    Result<Fd> connect_pppoe(const std::string& interface, const link::MacAddress& peer,
                             std::uint16_t session_id) override {
        if (fail_) return fail(*std::exchange(fail_, std::nullopt));
        Session session{interface, peer, session_id};
        if (busy > 0 || std::ranges::find(sessions, session) != sessions.end()) {
            busy = std::max(0, busy - 1);
            return fail({Errc::refused, EALREADY,
                         "PPPoE session " + std::to_string(session_id) + " with " + link::to_string(peer) +
                             " on " + interface + ": the session id is already in use"});
        }
        sessions.push_back(session);
        return make(session);
    }

private:
    std::optional<Error> fail_;
};

}  // namespace ppp::test
