// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What a session looks like to people: the texts of the journal and the fields of a status.
#pragma once
#include "session/service.hpp"
#include "session/session.hpp"

namespace ppp::session {

/// The kind of the object that has the session: "pppoe-client", "pptp-server".
[[nodiscard]] std::string kind_of(link::LinkKind link, Role role);
/// `"ac1" (02:00:00:00:00:01) on eth1, session 0x0007`
[[nodiscard]] std::string describe_link(const link::LinkInfo& link);
/// `10.0.0.2 peer 10.0.0.1, mtu 1492`
[[nodiscard]] std::string describe_addresses(const Session& session);
/// Fills everything of a client's status that the session knows.
void fill_status(const Session& session, ClientStatus& out);
/// Fills everything of a row that the session knows, but for its traffic.
void fill_row(const Session& session, SessionRow& out);
[[nodiscard]] Traffic to_traffic(const kernel::Counters& counters);
/// The journal's MESSAGE_ID of a session's end.
[[nodiscard]] std::string_view end_message_id(EndReason reason);
/// "192.0.2.1"; "" for 0. @param address host byte order.
[[nodiscard]] std::string ipv4_text(std::uint32_t address);

}  // namespace ppp::session
