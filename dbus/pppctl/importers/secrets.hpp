// SPDX-License-Identifier: GPL-2.0-or-later
/// @file chap-secrets and pap-secrets: the users of a server, and the passwords of clients.
#pragma once
#include <string>
#include <utility>
#include <vector>
#include "dbus/pppctl/importers/imported.hpp"

namespace ppp::ctl::importers {

/// A client that is configured already: an entry for its user is its password.
struct KnownClient {
    std::string kind, name, user;
};

struct SecretsInput {
    Source source;
    std::vector<KnownClient> clients;
    /// accel-ppp's columns: the fourth may name a pool, a fifth is a rate as down/up in kbit/s.
    bool accel_ppp = false;
};

/// Every entry with the name of a client becomes a `secret`, or the password of the client in `clients` that
/// has this user.
[[nodiscard]] Imported import_secrets(const SecretsInput& input, const Reader& reader);

/// Who a client is when it looks for its password.
struct Login {
    std::string user;
    std::string server;      ///< what pppd calls the remotename; "" when nobody said
    std::string kind, name;  ///< the object that gets it, for the notes
};
/// Adds a note on every entry of the files. The entry with the fewest `*` counts, as for pppd.
/// @param given the password is known from elsewhere, so that none is looked for.
/// @return the password, or nullopt.
[[nodiscard]] std::optional<std::string> find_password(const std::vector<Source>& files, const Login& login,
                                                       bool given, const Reader& reader,
                                                       std::vector<Note>& notes);

}  // namespace ppp::ctl::importers
