// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What is exported and imported again is the same configuration.
#include <doctest/doctest.h>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include "config/diff.hpp"
#include "dbus/pppctl/routeros/session.hpp"
#include "support/config_backend.hpp"
#include "support/random_config.hpp"

using namespace ppp;
using namespace ppp::test;
using ctl::ros::Interpreter;

namespace {

/// @return the Config after the import, or what refused it.
Result<config::Config> import(const config::Config& into, const std::string& text, bool replace = true) {
    ConfigBackend backend(into);
    const auto outcome = Interpreter(backend, {.replace = replace, .interfaces = {}}).run(text);
    std::string wrong;
    for (const auto& report : outcome.reports)
        if (report.kind == ctl::ros::Report::Kind::failed)
            wrong += report.command + ": " + report.message + "\n";
    if (!wrong.empty()) return fail(Errc::config, wrong);
    return backend.applied();
}

/// The only object of a kind is the same with its defaults as not at all, and an export does not name it.
config::Config normal(config::Config config) {
    std::erase_if(config.aaa, [](const auto& entry) { return entry.second == config::Aaa{}; });
    std::erase_if(config.pptp_server, [](const auto& e) { return e.second == config::PptpServer{}; });
    return config;
}

void check_equal(const Result<config::Config>& imported, const config::Config& exported) {
    CAPTURE((imported ? std::string() : imported.error().what));
    REQUIRE(imported.has_value());
    const auto got = normal(*imported), wanted = normal(exported);
    for (const auto& difference : config::diff(wanted, got)) {
        CAPTURE(difference.kind);
        CHECK(difference.kind.empty());
    }
    CHECK(got == wanted);
}

/// RouterOS speech cannot say that a value is empty whose default is not: an empty value is the default.
config::Config speakable(config::Config config) {
    for (const auto& kind : config::kinds()) {
        for (const auto& name : kind.names(config)) {
            config::Config scratch;
            const auto* standard = kind.add(scratch, name);
            auto* object = kind.find(config, name);
            for (const auto& property : kind.properties)
                if (!config::is_alias(property) && property.print(object).empty())
                    (void)property.parse(object, property.print(standard));
        }
    }
    return config;
}

/// The complete failover setup of the guides; what comes behind it is about another client.
std::string failover() {
    std::ifstream in(std::string(TEST_ROOT) + "/data/seed-commands.rsc");
    std::stringstream text;
    text << in.rdbuf();
    const auto all = text.str();
    const auto begin = all.find("/interface pppoe-client add name=pppoe-primary interface=vlan-isp");
    REQUIRE(begin != std::string::npos);
    const auto end = all.find("/interface pppoe-client set pppoe-out1", begin);
    return "/interface vlan add name=vlan-isp vlan-id=35 interface=ether1\n" + all.substr(begin, end - begin);
}

}  // namespace

TEST_CASE("the complete failover setup of the guides survives import, export and import") {
    const auto text = failover();
    const auto first = import(config::default_config(), text);
    CAPTURE((first ? std::string() : first.error().what));
    REQUIRE(first.has_value());
    CHECK(first->pppoe_client.contains("pppoe-primary"));
    CHECK(first->pppoe_client.contains("pppoe-backup"));
    CHECK(first->watch.size() == 1);
    const auto exported = export_of(*first, true);
    check_equal(import(config::default_config(), exported, false), *first);
    check_equal(import(*first, exported), *first);
    check_equal(import(*first, export_of(*first)), *first);
}

TEST_CASE("any configuration is the same after export and import, into an empty one and into itself") {
    const auto* given = std::getenv("SEED");
    const auto seed = given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : 20110U;
    for (unsigned i = 0; i < 60; ++i) {
        CAPTURE(seed + i);
        std::mt19937 random(seed + i);
        const auto config = speakable(config::random_config(random, 150));
        const auto whole = export_of(config, true), plain = export_of(config);
        CAPTURE(whole);
        check_equal(import(config::default_config(), whole), config);
        check_equal(import(config, whole), config);
        check_equal(import(config, plain), config);
        CHECK(export_of(*import(config, plain)) == plain);
    }
}

TEST_CASE("an import with --replace gives what is in the file its values and leaves the rest") {
    auto before = import(config::default_config(),
                         "/ppp profile add name=homes rate-limit=1M/1M comment=old\n"
                         "/ppp profile set default change-tcp-mss=no only-one=yes\n"
                         "/ppp secret add name=bob password=first profile=homes routes=10.9.0.0/24\n"
                         "/ppp secret add name=ann password=second\n");
    REQUIRE(before.has_value());
    const auto* file =
        "/ppp profile set default only-one=no\n"
        "/ppp profile add name=homes comment=new\n"
        "/ppp secret add name=bob service=pppoe\n"
        "/ppp secret add name=carl password=third\n";
    const auto refused = import(*before, file, false);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().what.find("there is a secret 'bob' already") != std::string::npos);
    CHECK(refused.error().what.find("--replace") != std::string::npos);

    const auto after = import(*before, file);
    CAPTURE((after ? std::string() : after.error().what));
    REQUIRE(after.has_value());
    CHECK(after->profile.at("homes").comment == "new");
    CHECK(after->profile.at("homes").rate_limit.empty());
    CHECK(after->profile.at("default").only_one == false);
    CHECK(after->profile.at("default").change_tcp_mss == config::base_profile("default").change_tcp_mss);
    const auto& bob = after->secret.at("bob");
    CHECK(bob.password.reveal() == "first");
    CHECK(bob.service == "pppoe");
    CHECK(bob.profile == "default");
    CHECK(bob.routes.empty());
    CHECK(after->secret.at("ann") == before->secret.at("ann"));
    CHECK(after->secret.contains("carl"));
}
