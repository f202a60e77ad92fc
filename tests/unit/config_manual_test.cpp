// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppmanager.json(5) against the property table.
#include <doctest/doctest.h>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>
#include "config/property.hpp"
#include "config/validate.hpp"

using namespace ppp;
using namespace ppp::config;

namespace {

std::string manual() {
    std::ifstream in(std::filesystem::path(TEST_ROOT) / "../packaging/man/pppmanager.json.5");
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A line as man(7) wants it.
std::string roff(std::string_view text, bool sentence = false) {
    std::string out;
    for (const char c : text) {
        if (c == '-' || c == '\\') out += '\\';
        out += c == '\\' ? 'e' : c;
    }
    if (sentence && !out.empty())
        out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
    return out;
}

/// What the page has to say of one kind.
std::string manual_section(const Kind& kind) {
    Config config;
    const void* object = kind.add(config, "untouched");
    std::string out = ".SS " + roff(kind.name) + "\n" + roff(kind.meaning, true) + ".\n", aliases;
    for (const auto& p : kind.properties) {
        const std::string value = p.print(object);
        if (is_alias(p)) {
            const bool same = value == find_property(kind, p.alias_of)->print(object);
            aliases += ".PP\n" + roff(p.name) + " is another name of " + roff(p.alias_of) +
                       (same ? "" : " with the opposite value") + ".\n";
            continue;
        }
        out += ".TP\n.B " + roff(p.name) + "\n" + roff(p.meaning, true) +
               (p.secret ? "; in secrets.json" : "") + ".\n.br\nTakes " + roff(p.expected()) + ".\n" +
               (p.required == Required::always ? "Required"
                : value.empty()                ? "Unset when not given"
                                               : "Default: " + roff(value)) +
               ".\n";
    }
    return out + aliases;
}

/// The blocks between .nf and .fi, as they were before they became a manual page.
std::vector<std::string> examples(const std::string& page) {
    std::vector<std::string> out;
    const std::string open = ".nf\n", close = ".fi\n";
    for (auto at = page.find(open); at != std::string::npos; at = page.find(open, at)) {
        at += open.size();
        auto text = page.substr(at, page.find(close, at) - at);
        for (auto dash = text.find("\\-"); dash != std::string::npos; dash = text.find("\\-"))
            text.erase(dash, 1);
        out.push_back(std::move(text));
    }
    return out;
}

}  // namespace

TEST_CASE("the manual page of the files has every kind and property as the table has them, and no others") {
    const auto page = manual();
    std::string wanted;
    for (const auto& kind : kinds()) wanted += manual_section(kind);
    const std::string heading = ".SH KINDS OF OBJECTS\n";
    const auto begin = page.find(heading);
    REQUIRE(begin != std::string::npos);
    const auto found =
        page.substr(begin + heading.size(), page.find("\n.SH ", begin + 1) + 1 - begin - heading.size());
    const auto apart = std::mismatch(found.begin(), found.end(), wanted.begin(), wanted.end());
    const auto at = static_cast<std::size_t>(apart.first - found.begin());
    INFO("the page goes on: ", found.substr(at, 200));
    INFO("the table: ", wanted.substr(at, 200));
    CHECK(found.size() == wanted.size());
    CHECK(at == wanted.size());
}

TEST_CASE("the manual page names the kinds that nothing acts on yet") {
    const auto page = manual();
    std::string names;
    std::vector<std::string> quiet;
    for (const auto& kind : kinds())
        if (!kind.built) quiet.push_back(roff(kind.name));
    for (std::size_t i = 0; i < quiet.size(); ++i)
        names += (i == 0 ? "" : i + 1 == quiet.size() ? " and " : ", ") + quiet[i];
    CHECK(page.find("does nothing with them:\n" + names + ".\n") != std::string::npos);
}

TEST_CASE("the examples of the manual page have no problem: a line at home, and a small provider") {
    const auto files = examples(manual());
    REQUIRE(files.size() == 4);
    Config home, provider;
    CHECK(to_string(validate(files[0], files[1], home)) == "");
    CHECK(home.pppoe_client.size() == 1);
    CHECK(to_string(validate(files[2], files[3], provider)) == "");
    CHECK(provider.pppoe_server.size() == 1);
    CHECK(provider.secret.size() >= 2);
}
