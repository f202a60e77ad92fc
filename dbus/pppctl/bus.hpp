// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Bus: the command's connection to the daemon.
#pragma once
#include <sdbus-c++/sdbus-c++.h>
#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include "dbus/compat.hpp"
#include "dbus/pppctl/outcome.hpp"

namespace ppp::ctl {

inline constexpr const char* kBusName = "org.pppmanager1";
inline constexpr const char* kRoot = "/org/pppmanager1";
inline constexpr const char* kManager = "org.pppmanager1.Manager";
inline constexpr const char* kClient = "org.pppmanager1.Client";
inline constexpr const char* kServer = "org.pppmanager1.Server";
inline constexpr const char* kProperties = "org.freedesktop.DBus.Properties";
inline constexpr const char* kObjectManager = "org.freedesktop.DBus.ObjectManager";

using Dictionary = std::map<std::string, sdbus::Variant>;

/// What a failed call means for the person: exit status and sentence.
[[nodiscard]] Problem explain(const sdbus::Error& error);

class Bus {
public:
    /// @param address of the bus; "" is the system bus.
    static Outcome<Bus> connect(const std::string& address);

    [[nodiscard]] sdbus::IConnection& connection() { return *connection_; }
    [[nodiscard]] std::unique_ptr<sdbus::IProxy> proxy(const std::string& path);

    /// A call that waits for its answer.
    template <class T, class... A>
    Outcome<T> ask(const std::string& path, const char* interface, const char* method,
                   const A&... arguments) {
        try {
            T result{};
            auto object = proxy(path);
            object->callMethod(method)
                .onInterface(interface)
                .withArguments(arguments...)
                .storeResultsTo(result);
            return result;
        } catch (const sdbus::Error& e) {
            return ppp::detail::unexpected<Problem>(explain(e));
        }
    }
    /// The same for a method without results.
    template <class... A>
    Outcome<> tell(const std::string& path, const char* interface, const char* method,
                   const A&... arguments) {
        try {
            auto object = proxy(path);
            object->callMethod(method).onInterface(interface).withArguments(arguments...);
            return {};
        } catch (const sdbus::Error& e) {
            return ppp::detail::unexpected<Problem>(explain(e));
        }
    }

    /// All rows of a listing of the Manager, which comes in pages.
    /// @param which the listing's first argument: ListSessions takes a filter, List a kind.
    template <class Which>
    Outcome<std::vector<Dictionary>> ask_all(const char* listing, const Which& which) {
        constexpr std::uint32_t page_size = 250;
        std::vector<Dictionary> all;
        for (std::uint32_t offset = 0;; offset += page_size) {
            auto page = ask<std::vector<Dictionary>>(kRoot, kManager, listing, which, offset, page_size);
            if (!page) return page;
            const bool last = page->size() < page_size;
            std::ranges::move(*page, std::back_inserter(all));
            if (last) return all;
        }
    }

private:
    explicit Bus(std::unique_ptr<sdbus::IConnection> c) : connection_(std::move(c)) {}
    std::unique_ptr<sdbus::IConnection> connection_;
};

}  // namespace ppp::ctl
