// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The journal's catalogue and the table of message ids name the same events.
#include <doctest/doctest.h>
#include <fstream>
#include <set>
#include <string>
#include <vector>
#include "base/message_ids.hpp"

using namespace ppp;

namespace {

const std::string kEntry = "-- ";

/// The entries' ids, in the order of the file; what follows an entry's id must be its subject.
std::vector<std::string> catalogue() {
    std::ifstream in(TEST_ROOT "/../units/pppmanager.catalog");
    REQUIRE(in);
    std::vector<std::string> ids;
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(kEntry)) continue;
        ids.push_back(line.substr(kEntry.size()));
        std::getline(in, line);
        CHECK_MESSAGE(line.starts_with("Subject: "), ids.back() << " has no subject but: " << line);
    }
    return ids;
}

}  // namespace

TEST_CASE("each message id has one entry in the catalogue, and each entry an id") {
    const auto entries = catalogue();
    const std::set<std::string> known(message_id::kAll.begin(), message_id::kAll.end());
    CHECK(known.size() == message_id::kAll.size());
    CHECK(std::set<std::string>(entries.begin(), entries.end()) == known);
    CHECK(entries.size() == known.size());
}

TEST_CASE("a message id is 128 bits as journald takes them: 32 small hexadecimal digits") {
    for (const auto id : message_id::kAll) {
        CHECK(id.size() == 32);
        CHECK(id.find_first_not_of("0123456789abcdef") == std::string_view::npos);
    }
}
