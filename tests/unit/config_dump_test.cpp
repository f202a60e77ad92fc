// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include "config/diff.hpp"
#include "config/dump.hpp"
#include "config/validate.hpp"
#include "support/random_config.hpp"
#include "support/seeds.hpp"

using namespace ppp;
using namespace ppp::config;

TEST_CASE("an empty configuration is an empty object") {
    CHECK(dump_config(default_config()) == "{}\n");
    CHECK(dump_secrets(default_config()).reveal() == "{}\n");
}

TEST_CASE("only what differs from the defaults is written, in the form that JSON has for it") {
    Config config = default_config();
    PppoeClient& client = config.pppoe_client["wan"];
    client.interface = "eth1";
    client.user = "bob \"the\" builder";
    client.password = Secret("hunter2");
    client.allow.remove(AuthMethod::pap);
    client.max_mtu = 1492;
    client.keepalive_timeout = seconds(90);
    client.disabled = false;
    config.profile["default"].use_encryption = Encryption::required;
    CHECK(dump_config(config) == R"({
    "pppoe-client": {
        "wan": {
            "interface": "eth1",
            "user": "bob \"the\" builder",
            "allow": ["mschap2", "mschap1", "chap"],
            "keepalive-timeout": "1m30s",
            "max-mtu": 1492,
            "disabled": false
        }
    },
    "profile": {
        "default": {
            "use-encryption": "required"
        }
    }
}
)");
    CHECK(dump_secrets(config).reveal() ==
          "{\n    \"pppoe-client\": {\n        \"wan\": {\n            \"password\": \"hunter2\"\n"
          "        }\n    }\n}\n");
}

TEST_CASE("what was dumped is read back as the same, for random Configs") {
    std::size_t objects = 0, configs = 0;
    test::for_seeds(60, [&](std::uint32_t seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const Config config = random_config(random, 150);
        ++configs;
        for (const auto& kind : kinds()) objects += kind.names(config).size();
        Config again;
        const auto problems = validate(dump_config(config), dump_secrets(config).reveal(), again);
        REQUIRE(to_string(problems) == "");
        REQUIRE(again == config);
        REQUIRE(dump_config(again) == dump_config(config));
        REQUIRE(diff(again, config).empty());
    });
    CHECK(objects > configs * 8);  // the random Configs are no empty ones
}

TEST_CASE("a value of a built-in profile that was taken away stays away") {
    Config config = default_config();
    config.profile["default"].change_tcp_mss.reset();
    config.profile["default-encryption"].use_encryption.reset();
    Config again;
    CHECK(validate(dump_config(config), "{}", again).empty());
    CHECK(again == config);
}

TEST_CASE("a listing has each property once, no secret, and the defaults only when asked") {
    Config config = default_config();
    const Kind& clients = *find_kind("pppoe-client");
    PppoeClient& wan = config.pppoe_client["wan"];
    wan.interface = "eth1";
    wan.keepalive_timeout = seconds(90);
    wan.password = Secret("hunter2");
    const auto line = [](const ShownProperty& p) {
        return std::string(p.property->name) + "=" + p.text + (p.is_default ? " (default)" : "");
    };
    std::vector<std::string> lines;
    for (const auto& shown : show(config, clients, "wan", {})) lines.push_back(line(shown));
    CHECK(lines == std::vector<std::string>{"interface=eth1", "password=", "keepalive-timeout=1m30s"});
    const auto all = show(config, clients, "wan", {.defaults = true});
    CHECK(all.size() == clients.properties.size() - 2);  // two are second spellings
    lines.clear();
    for (const auto& shown : all) lines.push_back(line(shown));
    CHECK(lines[1] == "user= (default)");
    CHECK(lines[3] == "password-storage=plain (default)");
    CHECK(lines[13] == "max-mtu=auto (default)");
    for (const auto& text : lines) CHECK(text.find("hunter2") == std::string::npos);
    wan.password = Secret();
    CHECK(show(config, clients, "wan", {}).size() == 2);
    CHECK(show(config, clients, "lan", {.defaults = true}).empty());
    // The default of a built-in profile is what it has anyway.
    CHECK(show(config, *find_kind("profile"), "default", {}).empty());
}

TEST_CASE("what a listing shows makes the object again, for random Configs") {
    test::for_seeds(20, [&](std::uint32_t seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const Config config = random_config(random, 150);
        for (const bool defaults : {false, true}) {
            Config again = default_config();
            for (const auto& kind : kinds())
                for (const auto& name : kind.names(config)) {
                    void* object = kind.add(again, name);
                    for (const auto& shown : show(config, kind, name, {.defaults = defaults})) {
                        const auto text = shown.property->secret
                                              ? shown.property->print(kind.find_const(config, name))
                                              : shown.text;
                        REQUIRE(shown.property->parse(object, text));
                    }
                }
            REQUIRE(again == config);
        }
    });
}
