// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl(1) and docs/pppctl.md against the command's own verbs and options.
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include "support/run_program.hpp"

using namespace ppp::test;

namespace {

std::string file(const char* path) {
    std::ifstream in(std::filesystem::path(TEST_ROOT) / ".." / path);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The first words of what may come next.
std::set<std::string> candidates(std::vector<std::string> words) {
    words.insert(words.begin(), {PPPCTL_PATH, "__complete"});
    const auto finished = Program(std::move(words)).finish();
    CHECK(finished.status == 0);
    std::set<std::string> out;
    const std::regex line("(?:^|\n)([^\t\n]+)");
    for (std::sregex_iterator it(finished.out.begin(), finished.out.end(), line), end; it != end; ++it)
        out.insert((*it)[1]);
    return out;
}

/// The bold words of the headings in the section VERBS.
std::set<std::string> documented_verbs(const std::string& page) {
    const auto begin = page.find("\n.SH VERBS\n");
    REQUIRE(begin != std::string::npos);
    const auto section = page.substr(begin, page.find("\n.SH ", begin + 1) - begin);
    std::set<std::string> out;
    const std::regex heading("\\.TP\n\\.B[RI]* ([^\n]*)"), word("^([a-z]+)|\", \" ([a-z]+)");
    for (std::sregex_iterator it(section.begin(), section.end(), heading), end; it != end; ++it) {
        const std::string line = (*it)[1];
        for (std::sregex_iterator w(line.begin(), line.end(), word); w != end; ++w)
            out.insert((*w)[1].matched ? (*w)[1] : (*w)[2]);
    }
    return out;
}

}  // namespace

TEST_CASE("pppctl(1) has every verb, and none that does not exist") {
    const auto verbs = candidates({""});
    CHECK(verbs.size() >= 20);
    CHECK(documented_verbs(file("packaging/man/pppctl.1")) == verbs);
}

TEST_CASE("docs/pppctl.md names every verb") {
    const auto page = file("docs/pppctl.md");
    for (const auto& verb : candidates({""})) {
        CAPTURE(verb);
        CHECK(std::regex_search(page, std::regex("`" + verb + "[` ]")));
    }
}

TEST_CASE("pppctl(1) has every option") {
    const auto page = file("packaging/man/pppctl.1");
    auto options = candidates({"--"});
    for (const auto& verb : candidates({""})) options.merge(candidates({verb, "--"}));
    CHECK(options.size() >= 10);
    for (const auto& option : options) {
        if (option == "--no-colour") continue;  // a second spelling
        CAPTURE(option);
        const bool there = page.find(std::regex_replace(option, std::regex("-"), "\\-")) != std::string::npos;
        CHECK(there);
    }
}

TEST_CASE("help fits a terminal of 80 columns") {
    auto verbs = candidates({""});
    verbs.insert("");
    for (const auto& verb : verbs) {
        auto words = std::vector<std::string>{PPPCTL_PATH};
        if (!verb.empty()) words.push_back(verb);
        words.emplace_back("--help");
        const auto help = Program(std::move(words)).finish().out;
        const std::regex line("[^\n]+");
        for (std::sregex_iterator it(help.begin(), help.end(), line), end; it != end; ++it) {
            CAPTURE(it->str());
            CHECK(it->str().size() <= 80);
        }
    }
}
