// SPDX-License-Identifier: GPL-2.0-or-later
/// @file random_config(): Configs without problems, made by the property table, so new properties join by
/// themselves.
#pragma once
#include <array>
#include <random>
#include <string_view>
#include "config/check.hpp"
#include "config/property.hpp"

namespace ppp::config {

/// One spelling at least for every value type; a property takes those that it can read.
inline constexpr std::array<std::string_view, 68> kSpellings{"",
                                                             "yes",
                                                             "no",
                                                             "default",
                                                             "required",
                                                             "auto",
                                                             "disabled",
                                                             "0",
                                                             "1",
                                                             "68",
                                                             "512",
                                                             "1480",
                                                             "1492",
                                                             "65535",
                                                             "90",
                                                             "8h",
                                                             "1d2h3m4s",
                                                             "00:10:00",
                                                             "250ms",
                                                             "eth0",
                                                             "eth1.7",
                                                             "br-lan",
                                                             "wan",
                                                             "bob",
                                                             "alice@isp.example",
                                                             "default-encryption",
                                                             "gold",
                                                             "silver",
                                                             "lan pool",
                                                             "second",
                                                             "10.0.0.1",
                                                             "10.0.0.2-10.0.0.9",
                                                             "10.1.0.0/24",
                                                             "10.2.0.0/16,10.3.0.1",
                                                             "192.168.7.0/30",
                                                             "1.1.1.1,9.9.9.9",
                                                             "mschap2,chap",
                                                             "pap",
                                                             "mschap2,mschap1",
                                                             "10M/5M",
                                                             "64k",
                                                             "1M/2M 2M/4M 512k/1M 8/8 4 64k/64k",
                                                             "any",
                                                             "pppoe",
                                                             "pptp",
                                                             "ppp",
                                                             "sstp",
                                                             "aa-bb-cc-dd-ee-ff",
                                                             "a \"quoted\" \\ ~ / text",
                                                             "\xC3\xBC\x6E\xC3\xAF \xE2\x82\xAC",
                                                             "line\nand\ttab",
                                                             "x",
                                                             "service/1",
                                                             "internet",
                                                             "0123456789abcdef",
                                                             "ppp-in1",
                                                             "aaa",
                                                             "203.0.113.7",
                                                             "isp.example.net",
                                                             "2001:db8::1",
                                                             "10.9.0.0/24 10.0.0.2 1,10.8.0.0/16",
                                                             "ppp,login",
                                                             "login",
                                                             "/dev/ttyUSB0",
                                                             "4094",
                                                             "plain",
                                                             "sealed",
                                                             ":log info \"up\";\n:beep"};

inline constexpr std::array<std::string_view, 13> kNames{
    "aaa",    "vlan7",   "pppoe-out1", "bob",   "gold",         "silver", "lan pool",
    "second", "ppp-in1", "wan",        "a/b~c", "\xC3\xA9\"\\", "server"};

/// Every random step that leaves the Config without problems is kept.
inline Config random_config(std::mt19937& random, int steps) {
    const auto pick = [&](const auto& from) -> const auto& {
        return *(std::begin(from) + static_cast<std::ptrdiff_t>(random() % std::size(from)));
    };
    const auto fine = [](const Config& config) {
        Problems problems;
        check(config, problems);
        return problems.empty();
    };
    Config config = default_config();
    for (int i = 0; i < steps; ++i) {
        const Kind& kind = pick(kinds());
        const std::string_view name = pick(kNames);
        if (kind.names_interfaces && name.find('/') != std::string_view::npos) continue;
        if (kind.names_interfaces && name.find(' ') != std::string_view::npos) continue;
        Config next = config;
        const bool fresh = kind.find(next, name) == nullptr;
        void* object = kind.add(next, name);
        for (const auto& property : kind.properties)
            if (fresh && property.required != Required::no)
                for (int tries = 0; tries < 200 && property.print(object).empty(); ++tries)
                    (void)property.parse(object, pick(kSpellings));
        if (fresh && fine(next)) config = next;
        // How a password is kept is no value of its own: a conversion is another test's matter.
        if (const auto& property = pick(kind.properties); !property.storage)
            (void)property.parse(object, pick(kSpellings));
        if (fine(next)) config = std::move(next);
    }
    return config;
}

}  // namespace ppp::config
