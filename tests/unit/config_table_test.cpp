// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include "config/property.hpp"
#include "config/validate.hpp"
#include "support/random_config.hpp"

using namespace ppp;
using namespace ppp::config;

namespace {

/// The object of this kind that nobody has touched.
const void* untouched(Config& config, const Kind& kind) { return kind.add(config, "untouched"); }

std::string documentation() {
    const auto root = std::filesystem::path(TEST_ROOT).parent_path();
    std::ifstream in(root / "docs" / "configuration.md");
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The part of the page that describes one kind, as it has to be.
std::string section(const Kind& kind) {
    Config config;
    const void* object = untouched(config, kind);
    std::string out = "### " + std::string(kind.name) + "\n\n" + std::string(kind.meaning) +
                      ".\n\n| property | values | default | meaning |\n|---|---|---|---|\n";
    std::string aliases;
    for (const auto& p : kind.properties) {
        if (is_alias(p)) {
            aliases += "`" + std::string(p.name) + "` is another name of `" + std::string(p.alias_of) + "`" +
                       (p.print(object) == find_property(kind, p.alias_of)->print(object)
                            ? ""
                            : " with the opposite value") +
                       ".\n";
            continue;
        }
        const std::string value = p.print(object);
        const std::string shown = p.required == Required::always ? "required"
                                  : value.empty()                ? "unset"
                                                                 : "`" + value + "`";
        out += "| `" + std::string(p.name) + "`" + (p.secret ? " (in secrets.json)" : "") + " | " +
               p.expected() + " | " + shown + " | " + std::string(p.meaning) + " |\n";
    }
    return out + (aliases.empty() ? "" : "\n" + aliases);
}

}  // namespace

TEST_CASE("names of kinds and of their properties are unique") {
    std::set<std::string_view> kind_names;
    for (const auto& kind : kinds()) {
        CHECK(kind_names.insert(kind.name).second);
        CHECK(find_kind(kind.name) == &kind);
        std::set<std::string_view> names;
        for (const auto& p : kind.properties) {
            CAPTURE(p.name);
            CHECK(names.insert(p.name).second);
            CHECK(find_property(kind, p.name) == &p);
        }
    }
    CHECK(find_kind("pppoe") == nullptr);
    CHECK(find_property(kinds().front(), "frobnicate") == nullptr);
}

TEST_CASE("a second spelling belongs to a property that is there, and is no second spelling itself") {
    for (const auto& kind : kinds())
        for (const auto& p : kind.properties)
            if (is_alias(p)) {
                const auto* real = find_property(kind, p.alias_of);
                REQUIRE(real);
                CHECK_FALSE(is_alias(*real));
            }
}

TEST_CASE("the printed default of every property is one of its spellings") {
    for (const auto& kind : kinds())
        for (const auto& p : kind.properties) {
            CAPTURE(kind.name);
            CAPTURE(p.name);
            Config config;
            void* object = kind.add(config, "untouched");
            const Config before = config;
            REQUIRE(p.parse(object, p.print(object)));
            CHECK(config == before);
        }
}

TEST_CASE("every property takes some spelling, prints it so that it is read again, and refuses rubbish") {
    const std::string rubbish(3000, '\x01');
    for (const auto& kind : kinds())
        for (const auto& p : kind.properties) {
            CAPTURE(kind.name);
            CAPTURE(p.name);
            std::set<std::string> values;
            for (const auto spelling : kSpellings) {
                Config config;
                void* object = kind.add(config, "x");
                if (!p.parse(object, spelling)) continue;
                values.insert(p.print(object));
                Config again;
                void* other = kind.add(again, "x");
                REQUIRE(p.parse(other, p.print(object)));
                REQUIRE(again == config);
            }
            CHECK(values.size() >= 2);
            Config config;
            void* object = kind.add(config, "x");
            const Config before = config;
            CHECK_FALSE(p.parse(object, rubbish));
            CHECK(config == before);
        }
}

TEST_CASE("passwords, PINs and the secrets of RADIUS servers are the secret properties") {
    std::set<std::string> found;
    for (const auto& kind : kinds())
        for (const auto& p : kind.properties)
            if (p.secret) found.insert(std::string(kind.name) + "/" + std::string(p.name));
    CHECK(found == std::set<std::string>{"pppoe-client/password", "pptp-client/password",
                                         "ppp-client/password", "ppp-client/pin", "secret/password",
                                         "radius/secret"});
}

TEST_CASE("the kinds that nothing acts on yet are named as such, here and on the page for administrators") {
    std::string sentence = "* whole kinds:";
    std::vector<std::string> wanted;
    for (const auto& kind : kinds())
        if (!kind.built) wanted.push_back("`" + std::string(kind.name) + "`");
    REQUIRE(wanted.size() == 4);
    for (std::size_t i = 0; i < wanted.size(); ++i)
        sentence += (i == 0 ? " " : i + 1 == wanted.size() ? " and " : ", ") + wanted[i];
    CHECK(documentation().find(sentence + ";") != std::string::npos);
    for (const auto* name :
         {"pppoe-client", "pppoe-server", "pppoe-server-entry", "profile", "secret", "pool"})
        CHECK(find_kind(name)->built);
}

TEST_CASE("a built-in profile comes back with its own values when it is removed") {
    Config config = default_config();
    const Kind& profiles = *find_kind("profile");
    config.profile["default"].only_one = true;
    CHECK(profiles.remove(config, "default"));
    CHECK(config == default_config());
    CHECK_FALSE(profiles.remove(config, "gold"));
    profiles.add(config, "gold");
    CHECK(profiles.remove(config, "gold"));
    CHECK(config == default_config());
}

TEST_CASE("the page for administrators lists every kind and property as the table has them") {
    const std::string page = documentation();
    for (const auto& kind : kinds()) {
        const std::string wanted = section(kind);
        CAPTURE(wanted);
        const bool found = page.find(wanted) != std::string::npos;
        CHECK(found);
    }
}

TEST_CASE("the examples of the page for administrators have no problem") {
    const std::string page = documentation();
    std::vector<std::string> blocks;
    const std::string open = "```json\n";
    for (auto at = page.find(open); at != std::string::npos; at = page.find(open, at)) {
        at += open.size();
        blocks.push_back(page.substr(at, page.find("```", at) - at));
    }
    REQUIRE(blocks.size() == 4);
    for (std::size_t i = 0; i < blocks.size(); i += 2) {
        Config config;
        CHECK(to_string(validate(blocks[i], blocks[i + 1], config)) == "");
        CHECK_FALSE(config == Config{});
    }
}
