// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Short calls to a bus for tests, as any other program would make them.
#pragma once
#include <sdbus-c++/sdbus-c++.h>
#include <map>
#include <string>
#include <vector>

namespace ppp::test {

inline constexpr const char* kManager = "org.pppmanager1.Manager";
inline constexpr const char* kClient = "org.pppmanager1.Client";
inline constexpr const char* kServer = "org.pppmanager1.Server";
inline constexpr const char* kRoot = "/org/pppmanager1";
using Dictionary = std::map<std::string, sdbus::Variant>;
using Objects = std::map<sdbus::ObjectPath, std::map<std::string, Dictionary>>;

inline std::unique_ptr<sdbus::IProxy> proxy(sdbus::IConnection& bus, const std::string& path) {
    return sdbus::createProxy(bus, "org.pppmanager1", path);
}
/// A call without results. @return "" or the error's name and text.
template <class... A>
std::string call(sdbus::IConnection& bus, const std::string& path, const char* interface, const char* method,
                 const A&... args) {
    try {
        auto p = proxy(bus, path);
        auto message = p->createMethodCall(interface, method);
        (void)(message << ... << args);
        p->callMethod(message);
        return {};
    } catch (const sdbus::Error& e) {
        return e.getName() + ": " + e.getMessage();
    }
}
/// A call with one result; throws sdbus::Error.
template <class T, class... A>
T ask_for(sdbus::IConnection& bus, const std::string& path, const char* interface, const char* method,
          const A&... args) {
    auto p = proxy(bus, path);
    T result{};
    p->callMethod(method).onInterface(interface).withArguments(args...).storeResultsTo(result);
    return result;
}
template <class T>
T property(sdbus::IConnection& bus, const std::string& path, const char* interface, const char* name) {
    return proxy(bus, path)->getProperty(name).onInterface(interface).template get<T>();
}
inline Dictionary properties(sdbus::IConnection& bus, const std::string& path, const std::string& interface) {
    return ask_for<Dictionary>(bus, path, "org.freedesktop.DBus.Properties", "GetAll", interface);
}

}  // namespace ppp::test
