// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include "config/diff.hpp"
#include "config/property.hpp"
#include "support/random_config.hpp"

using namespace ppp;
using namespace ppp::config;

TEST_CASE("equal Configs differ in nothing") {
    std::mt19937 random(7);
    const Config config = random_config(random, 200);
    CHECK(diff(config, config).empty());
}

TEST_CASE("objects are added, removed and changed by name, and only those") {
    Config before = default_config();
    before.pppoe_client["a"].interface = "eth1";
    before.pppoe_client["b"].interface = "eth2";
    before.secret["bob"].password = Secret("old");
    before.pool["p"].ranges = "10.0.0.1";
    Config after = before;
    after.pppoe_client.erase("a");
    after.pppoe_client["c"].interface = "eth1";
    after.pppoe_client["b"].max_mtu = 1400;
    after.pppoe_client["b"].disabled = false;
    after.secret["bob"].password = Secret("new");

    const auto changes = diff(before, after);
    REQUIRE(changes.size() == 2);
    CHECK(changes[0] == KindDiff{.kind = "pppoe-client",
                                 .added = {"c"},
                                 .removed = {"a"},
                                 .changed = {{"b", {"max-mtu", "disabled"}}}});
    CHECK(changes[1] ==
          KindDiff{.kind = "secret", .added = {}, .removed = {}, .changed = {{"bob", {"password"}}}});
    CHECK(diff(before, after, "secret") == changes[1]);
    CHECK(diff(before, after, "pool").empty());
    CHECK(diff(before, after, "no such kind").empty());
}

TEST_CASE("a diff of random Configs names exactly the objects that are not equal") {
    for (unsigned seed = 0; seed < 20; ++seed) {
        std::mt19937 random(seed);
        const Config a = random_config(random, 80);
        const Config b = random_config(random, 80);
        Config c = a;
        for (const auto& part : diff(a, b)) {
            const Kind& kind = *find_kind(part.kind);
            for (const auto& name : part.removed) kind.remove(c, name);
            for (const auto& name : part.added) kind.add(c, name);
            for (const auto& name : part.added)
                for (const auto& p : kind.properties)
                    REQUIRE(p.parse(kind.find(c, name), p.print(kind.find_const(b, name))));
            for (const auto& [name, properties] : part.changed)
                for (const auto property : properties) {
                    const auto* p = find_property(kind, property);
                    REQUIRE(p->parse(kind.find(c, name), p->print(kind.find_const(b, name))));
                }
        }
        CHECK(c == b);
    }
}
