// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The automaton against RFC 1661 section 4.1, cell by cell, in the RFC's own notation.
#include <doctest/doctest.h>
#include <sstream>
#include <string>
#include "ppp/fsm_table.hpp"
#include "support/rfc1661_table.hpp"

using namespace ppp;

namespace {
/// A cell as the RFC writes it: actions in the order in which they are carried out, then the next state.
std::string notation(const fsm::Step& step) {
    static constexpr const char* kNames[] = {"tld", "irc", "zrc", "scr", "str", "sca", "scn",
                                             "sta", "scj", "ser", "tlu", "tls", "tlf"};
    if (!step.legal) return "-";
    std::string text;
    for (unsigned i = 0; i < std::size(kNames); ++i) {
        if ((step.actions >> i & 1) == 0) continue;
        if (!text.empty()) text += ',';
        text += kNames[i];
    }
    if (!text.empty()) text += '/';
    return text + std::to_string(static_cast<int>(step.next));
}
}  // namespace

TEST_CASE("all 160 cells are those of RFC 1661 section 4.1, actions in the RFC's order") {
    const auto rows = test::rfc1661_rows();
    REQUIRE(rows.size() == fsm::kEvents);
    for (std::size_t event = 0; event < fsm::kEvents; ++event) {
        REQUIRE(rows[event].size() == fsm::kStates);
        for (std::size_t state = 0; state < fsm::kStates; ++state) {
            CAPTURE(event);
            CAPTURE(state);
            CHECK(notation(fsm::kTable[event][state]) == rows[event][state]);
        }
    }
}

TEST_CASE("the restart timer runs from Closing to Ack-Sent and nowhere else") {
    for (std::size_t s = 0; s < fsm::kStates; ++s)
        CHECK(fsm::timer_runs(static_cast<fsm::State>(s)) == (s >= 4 && s <= 8));
}
