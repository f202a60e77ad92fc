// SPDX-License-Identifier: GPL-2.0-or-later
/// @file LastSessions: remembers on disk which session a client had, so that a crash leaves none behind.
///
/// Access-Concentrators that still hold a line's old session refuse the new one for minutes. A PADT for the
/// remembered session before the first PADI spares that wait.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include "base/result.hpp"
#include "link/transport.hpp"

namespace ppp::session {

struct LastSession {
    link::MacAddress own_mac{}, ac_mac{};
    std::uint16_t session_id = 0;  ///< host order
    friend bool operator==(const LastSession&, const LastSession&) = default;
};

/// The text of a file: "020000000001 020000000002 00a7", our MAC, the Access-Concentrator's and the session
/// id.
[[nodiscard]] std::string format_last_session(const LastSession& session);
/// Takes exactly what format_last_session() writes.
[[nodiscard]] std::optional<LastSession> parse_last_session(std::string_view text);

class LastSessions {
public:
    /// @param directory made when missing; one file a client lives in it.
    explicit LastSessions(std::filesystem::path directory) : directory_(std::move(directory)) {}
    Result<> remember(const std::string& client, const LastSession& session);
    /// A session that ended with a word to the peer is nothing to remember.
    void forget(const std::string& client);
    /// nullopt when there is none, or when the file is not one of ours.
    [[nodiscard]] std::optional<LastSession> recall(const std::string& client) const;

private:
    [[nodiscard]] std::filesystem::path file(const std::string& client) const;
    std::filesystem::path directory_;
};

}  // namespace ppp::session
