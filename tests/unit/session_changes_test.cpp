// SPDX-License-Identifier: GPL-2.0-or-later
// Which sessions a change of the configuration ends: for every property of every kind, on both sides.
#include <algorithm>
#include <random>
#include "config/check.hpp"
#include "config/edit.hpp"
#include "session/client_config.hpp"
#include "support/edits.hpp"
#include "support/managed_host.hpp"
#include "support/random_config.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;
using config::Edit;

namespace {

/// A provider with two servers' worth of objects, and a home with two lines of different users and profiles.
struct Lines {
    SessionWorld w;
    ManagedHost isp{w, w.isp}, home{w, w.home};

    Lines() {
        // What a change leaves unchanged must not change by a pool's whim either: fixed addresses.
        for (const auto& edit :
             {add("pool", "spare", {{"ranges", "10.9.0.0/24"}}),
              add("profile", "homes", {{"local-address", "10.0.0.1"}}),
              add("profile", "lonely", {{"local-address", "10.0.0.1"}}),
              add("secret", "ann", {{"password", "a"}, {"profile", "homes"}, {"remote-address", "10.0.0.2"}}),
              add("secret", "bob",
                  {{"password", "b"}, {"profile", "lonely"}, {"remote-address", "10.0.0.3"}}),
              add("pppoe-server-entry", "ann-line", {{"user", "ann"}}),
              add("pppoe-server", "fibre",
                  {{"interface", "eth0"}, {"service-name", "fibre"}, {"disabled", "no"}}),
              add("pppoe-server", "copper",
                  {{"interface", "eth0"}, {"service-name", "copper"}, {"disabled", "no"}})})
            (void)isp.change(edit);
        for (const auto& edit : {add("profile", "homes", {}), add("profile", "lonely", {}),
                                 add("pppoe-client", "wan-ann",
                                     {{"interface", "eth1"},
                                      {"user", "ann"},
                                      {"password", "a"},
                                      {"service-name", "fibre"},
                                      {"profile", "homes"},
                                      {"disabled", "no"}}),
                                 add("pppoe-client", "wan-bob",
                                     {{"interface", "eth1"},
                                      {"user", "bob"},
                                      {"password", "b"},
                                      {"service-name", "copper"},
                                      {"profile", "lonely"},
                                      {"disabled", "no"}})})
            (void)home.change(edit);
        w.time.advance(5s);
        isp.closed.clear();
        home.closed.clear();
        REQUIRE(isp.up().size() == 2);
        REQUIRE(home.up().size() == 2);
    }
    ~Lines() {
        home.stop();
        isp.stop();
    }
};

/// A spelling that gives the property of this object another value and leaves the configuration without
/// problems.
std::optional<std::string> another_value(const config::Config& config, const config::Kind& kind,
                                         const std::string& name, const config::Property& property) {
    const auto before = property.print(kind.find_const(config, name));
    // A value that means the same as none would not show anything.
    static const std::map<std::string_view, std::string> telling{{"idle-timeout", "90"},
                                                                 {"session-timeout", "90"},
                                                                 {"use-encryption", "required"},
                                                                 {"use-ipv6", "no"},
                                                                 {"password-storage", "nt-hash"}};
    if (const auto chosen = telling.find(property.name); chosen != telling.end()) return chosen->second;
    for (const auto spelling : config::kSpellings) {
        // The other host has no such interface or profile, and this is not about missing things.
        if (property.name == "interface" && spelling != "eth0" && spelling != "wan") continue;
        auto changed = config;
        if (!property.parse(kind.find(changed, name), spelling)) continue;
        if (property.print(kind.find(changed, name)) == before) continue;
        config::Problems problems;
        config::check(changed, problems);
        if (problems.empty()) return std::string(spelling);
    }
    return std::nullopt;
}

/// Changes one property and compares who ended with what was announced.
/// @return the users whose sessions ended.
std::set<std::string> ended_by(ManagedHost& host, SessionWorld& w, const Edit& edit) {
    const auto before = host.up();
    const auto announced = host.change(edit, true);
    CHECK(host.closed.empty());
    CHECK(host.up() == before);  // asking changes nothing
    const auto report = host.change(edit);
    CHECK(report.dropped == announced.dropped);
    CHECK(report.sessions == 2);
    w.time.advance(1s);
    std::set<std::string> users;
    for (const auto& [id, reason] : host.closed) {
        CHECK(reason == EndReason::config_changed);
        users.insert(before.at(id));
    }
    CHECK(report.sessions_dropped == users.size());
    const auto after = host.up();
    for (const auto& session : before)
        if (!users.contains(session.second)) CHECK_MESSAGE(after.contains(session.first), session.second);
    return users;
}

/// What no session is made with, or what is looked up when a new one begins.
const std::set<std::string> kHarmless{
    "pppoe-client.comment", "pppoe-client.password-storage",
    // Of a client's profile: what is said by the far end, or is a server's to give.
    "profile.local-address", "profile.remote-address", "profile.dns-server", "profile.wins-server",
    "profile.only-one", "profile.rate-limit", "profile.change-tcp-mss", "profile.use-mpls",
    "profile.remote-ipv6-prefix-pool", "profile.dhcpv6-pd-pool", "profile.bridge", "profile.address-list",
    "profile.parent-queue", "profile.on-up", "profile.on-down", "profile.comment"};

}  // namespace

TEST_CASE("whatever property of one client or of its profile changes, no session of another client ends") {
    for (const auto* name : {"pppoe-client", "profile"}) {
        const auto& kind = *config::find_kind(name);
        for (const auto& property : kind.properties) {
            if (config::is_alias(property)) continue;
            const auto id = std::string(kind.name) + "." + std::string(property.name);
            CAPTURE(id);
            Lines lines;
            const std::string object = kind.name == "profile" ? "homes" : "wan-ann";
            const auto value = another_value(lines.home.manager.configuration(), kind, object, property);
            REQUIRE(value);
            lines.w.home.log.expect("wan-ann");  // what became of the changed line is not the matter here
            lines.w.home.log.expect("eth0");
            const auto ended = ended_by(
                lines.home, lines.w,
                {Edit::Verb::set, std::string(kind.name), object, {{std::string(property.name), *value}}});
            CHECK(ended == (kHarmless.contains(id) ? std::set<std::string>{} : std::set<std::string>{"ann"}));
        }
    }
}

TEST_CASE("a session of a client of any kind is good for no other value of a property, but for the comment") {
    const Properties made_with{{"interface", "eth0"},
                               {"connect-to", "192.0.2.1"},
                               {"port", "/dev/ttyUSB0"},
                               {"user", "ann"},
                               {"password", "a"}};
    for (const auto* name : {"pppoe-client", "pptp-client", "ppp-client"}) {
        const auto& kind = *config::find_kind(name);
        auto before = config::default_config();
        void* object = kind.add(before, "line");
        for (const auto& value : made_with)
            if (const auto* property = config::find_property(kind, value.first))
                REQUIRE(property->parse(object, value.second));
        for (const auto& property : kind.properties) {
            if (config::is_alias(property) || property.storage) continue;
            const auto id = std::string(kind.name) + "." + std::string(property.name);
            CAPTURE(id);
            const auto value = another_value(before, kind, "line", property);
            REQUIRE(value);
            auto after = before;
            REQUIRE(property.parse(kind.find(after, "line"), *value));
            const auto was = session::client_configs(before).at("line");
            const auto is = session::client_configs(after).at("line");
            const bool same = property.name == "comment";
            CHECK(session::same_session(was, is) == same);
            CHECK((session::fingerprint("line", was) == session::fingerprint("line", is)) == same);
        }
    }
}

TEST_CASE("whatever property of a server's objects changes, only the sessions of a server that is gone end") {
    const std::set<std::string> ends{"pppoe-server.interface", "pppoe-server.disabled"};
    const std::map<std::string, std::string> objects{{"pppoe-server", "fibre"},
                                                     {"profile", "homes"},
                                                     {"secret", "ann"},
                                                     {"pool", "spare"},
                                                     {"pppoe-server-entry", "ann-line"}};
    for (const auto& [kind_name, object] : objects) {
        const auto& kind = *config::find_kind(kind_name);
        for (const auto& property : kind.properties) {
            if (config::is_alias(property)) continue;
            const auto id = kind_name + "." + std::string(property.name);
            CAPTURE(id);
            Lines lines;
            if (property.name == "next-pool")
                (void)lines.isp.change(add("pool", "second", {{"ranges", "10.8.0.0/24"}}));
            const auto value = another_value(lines.isp.manager.configuration(), kind, object, property);
            REQUIRE(value);
            lines.w.home.log.expect("wan-ann");
            const auto ended =
                ended_by(lines.isp, lines.w,
                         {Edit::Verb::set, kind_name, object, {{std::string(property.name), *value}}});
            CHECK(ended == (ends.contains(id) ? std::set<std::string>{"ann"} : std::set<std::string>{}));
        }
    }
}

TEST_CASE("a kind that is kept only, and the way users are judged, end no session") {
    for (const auto& kind : config::kinds()) {
        if (kind.built && kind.name != "aaa") continue;
        CAPTURE(kind.name);
        Lines lines;
        std::mt19937 random(7);
        config::Config config;
        do config = config::random_config(random, 120);
        while (kind.names(config).empty());
        const auto name = kind.names(config).front();
        Properties properties;
        for (const auto& property : kind.properties)
            if (!config::is_alias(property) && property.reference == config::Reference::none)
                properties.emplace_back(property.name, property.print(kind.find_const(config, name)));
        const bool there = kind.only_name == name;
        CHECK(ended_by(lines.home, lines.w,
                       {there ? Edit::Verb::set : Edit::Verb::add, std::string(kind.name), name, properties})
                  .empty());
    }
}
