// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <fstream>
#include <random>
#include "session/state_journal.hpp"
#include "support/scratch_directory.hpp"

using namespace ppp;
using session::StateJournal;

namespace {

wire::Bytes words(std::string_view text) { return {text.begin(), text.end()}; }

struct Place {
    test::ScratchDirectory directory;
    std::string path = (directory.path() / "state").string();

    StateJournal::Entries read() {
        StateJournal::Entries found;
        const auto journal = StateJournal::open(path, found);
        REQUIRE_MESSAGE(journal, journal.error().what);
        CHECK(journal->size() == found.size());
        return found;
    }
    StateJournal open() {
        StateJournal::Entries found;
        auto journal = StateJournal::open(path, found);
        REQUIRE(journal);
        return std::move(*journal);
    }
    std::string content() {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void write(std::string_view text) { std::ofstream(path, std::ios::trunc) << text; }
};

}  // namespace

TEST_CASE("what was put is read again, what was erased is not, the last word counts") {
    Place place;
    auto journal = place.open();
    REQUIRE(journal.put(1, words("one")));
    REQUIRE(journal.put(2, words("two")));
    REQUIRE(journal.put(1, words("uno")));
    REQUIRE(journal.put(3, words("")));
    REQUIRE(journal.erase(2));
    REQUIRE(journal.erase(99));
    CHECK(place.read() == StateJournal::Entries{{1, words("uno")}, {3, {}}});
    struct stat info {};
    REQUIRE(::stat(place.path.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("a file cut anywhere gives what was whole, and goes on to be written") {
    Place place;
    {
        auto journal = place.open();
        for (std::uint64_t n = 1; n <= 5; ++n) REQUIRE(journal.put(n, words("entry " + std::to_string(n))));
    }
    const auto whole = place.content();
    for (std::size_t n = whole.size(); n-- > 19;) {
        place.write(whole.substr(0, n));
        const auto found = place.read();
        CHECK(found.size() <= 5);
        for (const auto& [number, octets] : found) CHECK(octets == words("entry " + std::to_string(number)));
        {
            auto journal = place.open();
            REQUIRE(journal.put(9, words("after")));
        }
        CHECK(place.read().at(9) == words("after"));
    }
}

TEST_CASE("damage hides what comes behind it and nothing before") {
    Place place;
    {
        auto journal = place.open();
        for (std::uint64_t n = 1; n <= 5; ++n) REQUIRE(journal.put(n, words("entry " + std::to_string(n))));
    }
    auto text = place.content();
    text[text.find("entry 3")] = 'X';
    place.write(text);
    CHECK(place.read() == StateJournal::Entries{{1, words("entry 1")}, {2, words("entry 2")}});
}

TEST_CASE("a file of another kind or version is refused, and left as it is") {
    Place place;
    place.write("pppmanager state 9\nwho knows");
    StateJournal::Entries found;
    const auto journal = StateJournal::open(place.path, found);
    REQUIRE_FALSE(journal);
    CHECK(journal.error().what.find(place.path) != std::string::npos);
    CHECK(place.content() == "pppmanager state 9\nwho knows");
    CHECK_FALSE(StateJournal::open(place.directory.path(), found));
    CHECK_FALSE(StateJournal::open("/nowhere/state", found));
}

TEST_CASE("however much comes and goes, the file stays in proportion to what counts") {
    Place place;
    std::mt19937 random(7);
    StateJournal::Entries expected;
    auto journal = place.open();
    for (int i = 0; i < 20000; ++i) {
        const std::uint64_t number = random() % 50;
        if (random() % 3 == 0) {
            expected.erase(number);
            REQUIRE(journal.erase(number));
        } else {
            expected[number] = wire::Bytes(random() % 600, static_cast<std::uint8_t>(i));
            REQUIRE(journal.put(number, expected[number]));
        }
        CHECK(journal.length() < 300UL * 1024);
    }
    CHECK(place.read() == expected);
}

TEST_CASE("an entry that is too large is refused and changes nothing") {
    Place place;
    auto journal = place.open();
    REQUIRE(journal.put(1, words("one")));
    CHECK_FALSE(journal.put(1, wire::Bytes(StateJournal::kMaxEntry + 1)));
    CHECK(place.read() == StateJournal::Entries{{1, words("one")}});
}
