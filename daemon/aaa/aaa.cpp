// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What every implementation of the Aaa port shares: names and the way to MPPE keys.
#include "aaa/aaa.hpp"

namespace ppp::aaa {

std::string_view to_string(Service service) {
    switch (service) {
        case Service::any:
            return "any";
        case Service::pppoe:
            return "pppoe";
        case Service::pptp:
            return "pptp";
        case Service::ppp:
            return "ppp";
        case Service::other:
            return "other";
    }
    return "";
}

Service parse_service(std::string_view text) {
    if (text == "any") return Service::any;
    if (text == "pppoe") return Service::pppoe;
    if (text == "pptp") return Service::pptp;
    if (text == "ppp" || text == "async") return Service::ppp;
    return Service::other;
}

std::string_view to_string(RefusalReason reason) {
    switch (reason) {
        case RefusalReason::unknown_user:
            return "unknown-user";
        case RefusalReason::wrong_password:
            return "wrong-password";
        case RefusalReason::disabled:
            return "disabled";
        case RefusalReason::wrong_service:
            return "wrong-service";
        case RefusalReason::wrong_caller:
            return "wrong-caller";
        case RefusalReason::method_unusable:
            return "method-unusable";
    }
    return "";
}

std::optional<crypto::MppeStartKeys> start_keys(const MppeKeying& keying, crypto::MppeEnd end) {
    if (const auto* v1 = std::get_if<MsChap1Keying>(&keying))
        return crypto::mschap1_start_keys(v1->hash_hash, v1->challenge);
    if (const auto* v2 = std::get_if<MsChap2Keying>(&keying))
        return crypto::mschap2_start_keys(v2->hash_hash, v2->nt_response, end);
    if (const auto* keys = std::get_if<crypto::MppeStartKeys>(&keying)) return *keys;
    return std::nullopt;
}

}  // namespace ppp::aaa
