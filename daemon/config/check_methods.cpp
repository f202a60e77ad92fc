// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/check.hpp"
#include "config/values.hpp"

namespace ppp::config {
namespace {

constexpr std::string_view kRemedy = "or give the password again with password-storage=plain";

bool share(AuthMethods a, AuthMethods b) {
    for (const auto m : {AuthMethod::mschap2, AuthMethod::mschap1, AuthMethod::chap_md5, AuthMethod::pap})
        if (a.has(m) && b.has(m)) return true;
    return false;
}

void complain(Problems& problems, const std::string& pointer, std::string text) {
    if (!problems.has(File::config, pointer)) problems.add(File::config, pointer, std::move(text));
}

template <class Map>
void clients(std::string_view kind, const Map& map, Problems& problems) {
    for (const auto& [name, client] : map)
        if (!client.password.locked() && !share(client.password.proves(), client.allow))
            complain(problems, pointer_to(kind, name, "allow"),
                     quoted(print_auth_methods(client.allow)) +
                         " cannot be served: the password is stored as an NT hash, which serves mschap2 and "
                         "mschap1 only; allow one of them, " +
                         std::string(kRemedy));
}

/// What the enabled servers of these services ask for, together. @return nullopt when there is none.
template <class Map>
void demanded(const Map& map, std::optional<AuthMethods>& out) {
    for (const auto& [name, server] : map) {
        if (server.disabled) continue;
        if (!out) out.emplace();
        for (const auto m : {AuthMethod::mschap2, AuthMethod::mschap1, AuthMethod::chap_md5, AuthMethod::pap})
            if (server.authentication.has(m)) out->add(m);
    }
}

}  // namespace

void check_methods(const Config& config, Problems& problems) {
    clients("pppoe-client", config.pppoe_client, problems);
    clients("pptp-client", config.pptp_client, problems);
    clients("ppp-client", config.ppp_client, problems);
    for (const auto& [name, secret] : config.secret) {
        if (secret.disabled || !secret.password.hash()) continue;
        const bool any = secret.service == "any";
        std::optional<AuthMethods> methods;
        if (any || secret.service == "pppoe") demanded(config.pppoe_server, methods);
        if (any || secret.service == "pptp") demanded(config.pptp_server, methods);
        if (any || secret.service == "ppp") demanded(config.ppp_server, methods);
        if (methods && !share(secret.password.judges(), *methods))
            complain(
                problems, pointer_to("secret", name),
                "could never log in: the password is stored as an NT hash, which serves mschap2, mschap1 and "
                "pap, and no server of this service has one of them in authentication; add one, " +
                    std::string(kRemedy));
    }
}

}  // namespace ppp::config
