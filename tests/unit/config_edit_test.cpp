// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include "config/check.hpp"
#include "config/diff.hpp"
#include "config/dump.hpp"
#include "config/edit.hpp"
#include "config/validate.hpp"
#include "config/values.hpp"
#include "support/random_config.hpp"
#include "support/seeds.hpp"

using namespace ppp;
using namespace ppp::config;

namespace {

using Values = std::vector<std::pair<std::string, std::string>>;

Edit add(std::string kind, std::string name, Values values = {}) {
    return {.verb = Edit::Verb::add,
            .kind = std::move(kind),
            .name = std::move(name),
            .properties = std::move(values)};
}
Edit set(std::string kind, std::string name, Values values, std::vector<std::string> unset = {}) {
    return {.verb = Edit::Verb::set,
            .kind = std::move(kind),
            .name = std::move(name),
            .properties = std::move(values),
            .unset = std::move(unset)};
}
Edit remove(std::string kind, std::string name) {
    return {.verb = Edit::Verb::remove, .kind = std::move(kind), .name = std::move(name)};
}

/// A client, a profile with a pool, and a user.
Config home() {
    Config config = default_config();
    config.pool["lan"].ranges = "10.0.0.2-10.0.0.9";
    config.profile["gold"].remote_address = "lan";
    PppoeClient& fibre = config.pppoe_client["fibre"];
    fibre.interface = "eth1";
    fibre.user = "bob";
    fibre.profile = "gold";
    config.secret["bob"].password = Secret("hunter2");
    return config;
}

Config after(const Config& before, const std::vector<Edit>& edits) {
    std::vector<Problem> problems;
    auto result = apply(before, edits, problems);
    INFO(to_string(problems));
    REQUIRE(result);
    CHECK(problems.empty());
    return *std::move(result);
}

std::string refused(const Config& before, const std::vector<Edit>& edits, Errc code = Errc::config) {
    std::vector<Problem> problems;
    const auto result = apply(before, edits, problems);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == code);
    CHECK(result.error().what == to_string(problems));
    return to_string(problems);
}

}  // namespace

TEST_CASE("edits add, set, unset and remove, each after those before it") {
    const Config before = home();
    const Config now =
        after(before,
              {add("profile", "silver", {{"only-one", "yes"}, {"rate-limit", "10M/5M"}}),
               set("pppoe-client", "fibre", {{"profile", "silver"}, {"max-mtu", "1492"}, {"enabled", "yes"}}),
               add("secret", "eve", {{"password", "p"}, {"service", "async"}}),
               set("secret", "eve", {{"comment", "c"}}, {"service"}), remove("profile", "gold"),
               remove("pool", "lan")});
    Config wanted = before;
    wanted.pool.clear();
    wanted.profile.erase("gold");
    wanted.profile["silver"].only_one = true;
    wanted.profile["silver"].rate_limit = "10M/5M";
    PppoeClient& fibre = wanted.pppoe_client["fibre"];
    fibre.profile = "silver";
    fibre.max_mtu = 1492;
    fibre.disabled = false;
    wanted.secret["eve"].password = Secret("p");
    wanted.secret["eve"].comment = "c";
    CHECK(now == wanted);
    CHECK(after(before, {}) == before);
}

TEST_CASE("what is unset gets its default, also under its other name and in a built-in profile") {
    Config before = home();
    before.pppoe_client["fibre"].disabled = false;
    before.pppoe_client["fibre"].keepalive_timeout = seconds(1);
    before.profile["default-encryption"].use_encryption = Encryption::required;
    Config now =
        after(before, {set("pppoe-client", "fibre", {}, {"enabled", "keepalive-timeout", "password"}),
                       set("profile", "default-encryption", {}, {"use-encryption"})});
    CHECK(now == home());
}

TEST_CASE("a name that is not given is made up where a number will do, and is free") {
    Config config = home();
    config = after(config, {add("pppoe-client", "", {{"interface", "eth1"}}), add("ppp-client", ""),
                            add("ppp-client", ""), add("pptp-client", ""), add("ppp-server", ""),
                            add("vlan", "pptp-out2", {{"vlan-id", "7"}, {"interface", "eth0"}}),
                            add("pptp-client", "")});
    CHECK(config.pppoe_client.contains("pppoe-out1"));
    CHECK(config.ppp_client.contains("ppp-out1"));
    CHECK(config.ppp_client.contains("ppp-out2"));
    CHECK(config.ppp_server.contains("ppp-in1"));
    CHECK(config.pptp_client.contains("pptp-out3"));
    CHECK(free_name(config, *find_kind("pptp-client")) == "pptp-out4");
    CHECK(free_name(config, *find_kind("vlan")).empty());
    CHECK(refused(config, {add("profile", "")}) ==
          "config.json: /profile/: needs a name: it cannot be made up for a profile");
}

TEST_CASE("the one aaa can be set without a name and without having been added") {
    const Config config = after(default_config(), {set("aaa", "", {{"use-radius", "yes"}})});
    CHECK(config.aaa.at("aaa").use_radius);
    CHECK(after(config, {remove("aaa", "")}) == default_config());
    CHECK(refused(config, {add("aaa", "radius")}).find("there is one aaa, and it is named \"aaa\"") !=
          std::string::npos);
    CHECK(refused(config, {set("aaa", "radius", {})}, Errc::not_found).find("did you mean") ==
          std::string::npos);
}

TEST_CASE("unknown kinds, objects and properties are told the closest one") {
    const Config config = home();
    CHECK(refused(config, {add("pppoe-clint", "x")}) ==
          "config.json: /pppoe-clint: is no kind of object; did you mean \"pppoe-client\"?");
    CHECK(refused(config, {add("zzz", "x")}).find("there are pppoe-client, ") != std::string::npos);
    CHECK(refused(config, {set("pppoe-client", "fibr", {{"disabled", "no"}})}, Errc::not_found) ==
          "config.json: /pppoe-client/fibr: there is no pppoe-client \"fibr\"; did you mean \"fibre\"?");
    CHECK(refused(config, {remove("pool", "zzz")}, Errc::not_found) ==
          "config.json: /pool/zzz: there is no pool \"zzz\"");
    CHECK(refused(config, {set("pppoe-client", "fibre", {{"max-mut", "1400"}})}) ==
          "config.json: /pppoe-client/fibre/max-mut: is no property of a pppoe-client; did you mean "
          "\"max-mtu\"?");
    CHECK(refused(config, {set("pppoe-client", "fibre", {}, {"passwordt"})})
              .find("did you mean \"password\"?") != std::string::npos);
    CHECK(refused(config, {set("pppoe-client", "fibre", {{"name", "cable"}})})
              .find("add it under the new name") != std::string::npos);
    CHECK(
        refused(config, {remove("pool", "zzz"), set("pppoe-client", "fibre", {{"mrru", "1"}})}).find("zzz") !=
        std::string::npos);
}

TEST_CASE("a mistake in an object to be added is one problem, not also what follows from it") {
    CHECK(refused(home(), {add("pppoe-client", "a b", {{"interface", "eth1"}}),
                           set("pppoe-client", "a b", {{"disabled", "no"}})}) ==
          "config.json: /pppoe-client/a b: \"a b\" cannot be the name of an interface: at most 15 octets, no "
          "blanks, none of / : %");
    CHECK(refused(home(), {add("pppoe-client", "wan", {{"interfase", "eth1"}})}) ==
          "config.json: /pppoe-client/wan/interfase: is no property of a pppoe-client; did you mean "
          "\"interface\"?");
    CHECK(refused(home(), {add("pppoe-client", "wan", {{"interface", "eth/1"}})}).find('\n') ==
          std::string::npos);
}

TEST_CASE("all problems of all edits are told, with what would be right") {
    CHECK(refused(home(), {set("pppoe-client", "fibre", {{"max-mtu", "abc"}, {"allow", "pap,eap"}}),
                           add("pool", "x", {{"ranges", "10.0.1.5/24"}}), add("profile", "gold"),
                           add("profile", "default"), add("pppoe-client", "wan"),
                           set("secret", "bob", {{"profile", "gild"}})}) ==
          "config.json: /pppoe-client/fibre/max-mtu: \"abc\" is not a number from 68 to 65535 or auto\n"
          "config.json: /pppoe-client/fibre/allow: \"pap,eap\" is not a list of mschap2, mschap1, chap and "
          "pap\n"
          "config.json: /pool/x/ranges: \"10.0.1.5/24\" is not a list of IPv4 ranges such as "
          "10.0.0.2-10.0.0.99 "
          "or 10.0.1.0/24: '10.0.1.5/24' is no prefix; did you mean '10.0.1.0/24'?\n"
          "config.json: /profile/gold: exists already; set its values, or add it under another name\n"
          "config.json: /profile/default: exists always; set its values instead of adding it\n"
          "config.json: /pppoe-client/wan/interface: is missing; it has to be an interface name (at most 15 "
          "octets, no blanks, none of / : %)\n"
          "config.json: /secret/bob/profile: there is no profile \"gild\"; did you mean \"gold\"?");
}

TEST_CASE("one property is changed once in an edit") {
    for (const auto& edit : {set("pppoe-client", "fibre", {{"enabled", "yes"}, {"disabled", "no"}}),
                             set("pppoe-client", "fibre", {{"user", "a"}, {"user", "b"}}),
                             set("pppoe-client", "fibre", {{"user", "a"}}, {"user"}),
                             set("pppoe-client", "fibre", {}, {"user", "user"})})
        CHECK(refused(home(), {edit}).find("is given twice, or under both of its names") !=
              std::string::npos);
    Edit both = remove("pppoe-client", "fibre");
    both.unset = {"user"};
    CHECK(refused(home(), {both}).find("is to be removed") != std::string::npos);
}

TEST_CASE("what is named by others is not removed, and the sentence says who names it") {
    Config config = home();
    CHECK(refused(config, {remove("profile", "gold")}) ==
          "config.json: /profile/gold: is still needed, it is the profile of pppoe-client \"fibre\"; give it "
          "another first");
    CHECK(refused(config, {remove("pool", "lan")}) ==
          "config.json: /pool/lan: is still needed, it is the remote-address of profile \"gold\"; give it "
          "another "
          "first");
    for (int i = 0; i < 10; ++i) config.secret["u" + std::to_string(i)].profile = "gold";
    CHECK(refused(config, {remove("profile", "gold")}) ==
          "config.json: /profile/gold: is still needed, it is the profile of pppoe-client \"fibre\", profile "
          "of "
          "secret \"u0\", profile of secret \"u1\" and 8 more; give them another first");
    CHECK(refused(config, {remove("profile", "default")}).find("exists always and cannot be removed") !=
          std::string::npos);
    // One that comes again under the same name was never gone.
    CHECK(after(home(), {remove("profile", "gold"), add("profile", "gold")}).profile.at("gold") == Profile{});
}

TEST_CASE("an enabled secret gets its password with the edit that adds or enables it, if only an empty one") {
    const std::string missing =
        "secrets.json: /secret/eve/password: is missing; the secret is enabled and needs one (\"\" lets "
        "everybody "
        "in)";
    const Config config = home();
    CHECK(refused(config, {add("secret", "eve")}) == missing);
    CHECK(after(config, {add("secret", "eve", {{"password", ""}})}).secret.contains("eve"));
    const Config waiting = after(config, {add("secret", "eve", {{"disabled", "yes"}})});
    CHECK(refused(waiting, {set("secret", "eve", {{"disabled", "no"}})}) == missing);
    CHECK_FALSE(after(waiting, {set("secret", "eve", {{"enabled", "yes"}, {"password", "x"}})})
                    .secret.at("eve")
                    .disabled);
    CHECK(
        refused(config, {set("secret", "bob", {}, {"password"})}).find("/secret/bob/password: is missing") !=
        std::string::npos);
    // Whoever wanted none once need not say so again.
    const Config open = after(config, {set("secret", "bob", {{"password", ""}})});
    CHECK(after(open, {set("secret", "bob", {{"comment", "free"}})}).secret.at("bob").comment == "free");
    CHECK(after(config, {add("secret", "eve"), remove("secret", "eve")}) == config);
}

TEST_CASE("no problem shows a secret value") {
    const std::string long_secret = "XYZZY" + std::string(300, 'x');
    for (const auto& edit :
         {set("pppoe-client", "fibre", {{"password", long_secret}}),
          set("secret", "bob", {{"password", long_secret}}),
          set("secret", "bob", {{"password", "XYZZY\xFF"}}), set("secret", "bob", {{"passwordt", "XYZZY"}}),
          add("radius", "r", {{"address", "10.0.0.1"}, {"secret", long_secret}}),
          add("ppp-client", "p", {{"pin", long_secret}}),
          add("ppp-client", "p", {{"pin", "XYZZY"}, {"pin", "XYZZY"}}),
          add("secret", "a\x01", {{"password", "XYZZY"}}), add("secrets", "a", {{"password", "XYZZY"}})}) {
        const auto text = refused(home(), {edit});
        CHECK_FALSE(text.empty());
        CHECK(text.find("XYZZY") == std::string::npos);
    }
}

TEST_CASE("what is no UTF-8 is refused wherever it stands, without being repeated") {
    for (const auto& edit :
         {add("\xFF", "x"), add("profile", "\xFF"), set("profile", "gold", {{"\xFF", "x"}}),
          set("profile", "gold", {{"comment", "\xFF"}}), set("profile", "gold", {}, {"\xFF"}),
          remove("profile", "\xC2")})
        CHECK(valid_utf8(refused(home(), {edit})));
}

TEST_CASE("edits that were used are wiped") {
    Edit edit = set("secret", "bob", {{"password", "hunter2"}});
    wipe(edit);
    CHECK(edit.properties.front().second.empty());
}

TEST_CASE("edits that turn one random Config into another do, and leave what the files can hold") {
    std::size_t edits_made = 0;
    test::for_seeds(30, [&](std::uint32_t seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const Config from = random_config(random, 80);
        const Config to = random_config(random, 80);
        std::vector<Edit> edits;
        for (const auto& part : diff(from, to)) {
            const Kind& kind = *find_kind(part.kind);
            for (const auto& name : part.removed) edits.push_back(remove(std::string(part.kind), name));
            for (const auto& name : part.added) {
                Edit edit = add(std::string(part.kind), name);
                for (const auto& p : kind.properties)
                    if (!is_alias(p))
                        edit.properties.emplace_back(p.name, p.print(kind.find_const(to, name)));
                edits.push_back(std::move(edit));
            }
            for (const auto& [name, properties] : part.changed) {
                Edit edit = set(std::string(part.kind), name, {});
                Config scratch;
                const void* base = kind.add(scratch, name);
                for (const auto property : properties) {
                    const auto* p = find_property(kind, property);
                    const auto text = p->print(kind.find_const(to, name));
                    if (text == p->print(base) && !p->secret)
                        edit.unset.emplace_back(property);
                    else
                        edit.properties.emplace_back(property, text);
                }
                if (kind.name == "secret" && to.secret.at(name).password.empty() &&
                    from.secret.at(name).password.empty())
                    edit.properties.emplace_back("password", "");
                edits.push_back(std::move(edit));
            }
        }
        edits_made += edits.size();
        const Config now = after(from, edits);
        REQUIRE(now == to);
        Config again;
        REQUIRE(validate(dump_config(now), dump_secrets(now).reveal(), again).empty());
        REQUIRE(again == now);
    });
    CHECK(edits_made > 200);
}
