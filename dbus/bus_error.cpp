// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/bus_error.hpp"
#include "base/quoted.hpp"
#include "dbus/bus_text.hpp"
#include "dbus/compat.hpp"

namespace ppp::dbus {

const char* error_name(Errc code) {
    switch (code) {
        case Errc::not_found:
            return "org.pppmanager1.Error.NotFound";
        case Errc::refused:
            return "org.pppmanager1.Error.Refused";
        case Errc::malformed:
            return kInvalidArgument;
        case Errc::config:
            return "org.pppmanager1.Error.InvalidConfiguration";
        case Errc::timeout:
            return "org.pppmanager1.Error.TimedOut";
        case Errc::cancelled:
            return "org.pppmanager1.Error.Cancelled";
        case Errc::system:
        case Errc::protocol:
            break;
    }
    return "org.pppmanager1.Error.Failed";
}

sdbus::Error to_bus(const Error& error) {
    return compat::make_error(error_name(error.code), bus_text(error.what));
}

sdbus::Error to_bus(const Error& error, const std::string& kind, const std::string& name) {
    if (error.what.find(name) != std::string::npos) return to_bus(error);
    return to_bus({error.code, error.sys, kind + " " + quoted(name) + ": " + error.what});
}

sdbus::Error invalid_argument(const std::string& sentence) {
    return compat::make_error(kInvalidArgument, sentence);
}

}  // namespace ppp::dbus
