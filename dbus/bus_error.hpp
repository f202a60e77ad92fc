// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Errors as the bus names them, and the last line of every handler.
#pragma once
#include <sdbus-c++/Error.h>
#include <string>
#include <utility>
#include "base/result.hpp"

namespace ppp::dbus {

inline constexpr const char* kInvalidArgument = "org.pppmanager1.Error.InvalidArgument";

/// "org.pppmanager1.Error.NotFound" and its kin; documented in org.pppmanager1.Manager.xml.
[[nodiscard]] const char* error_name(Errc code);
[[nodiscard]] sdbus::Error to_bus(const Error& error);
/// The same with "client 'wan1': " before the sentence, unless the sentence has the name already.
[[nodiscard]] sdbus::Error to_bus(const Error& error, const std::string& kind, const std::string& name);
[[nodiscard]] sdbus::Error invalid_argument(const std::string& sentence);

/// Runs a handler. sdbus-c++ 1.2 lets only sdbus::Error through its C callbacks unharmed, so anything else
/// becomes one.
template <class F>
decltype(auto) guarded(F&& f) {
    try {
        return std::forward<F>(f)();
    } catch (const sdbus::Error&) {
        throw;
    } catch (const std::exception& e) {
        throw to_bus({Errc::system, 0, e.what()});
    }
}

}  // namespace ppp::dbus
