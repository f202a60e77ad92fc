// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Octets and time against a Chat: it ends once and in time, says only what it was told to, keeps and
/// logs little, and never logs the PIN.
///
/// Script: kind of chat, then (operation, length, octets)*.
#include "oracle.hpp"
#include "support/chat_ends.hpp"
#include "support/virtual_time.hpp"

using namespace ppp;
using namespace std::chrono_literals;
using test::require;

namespace {
// Nothing that a modem says by itself, nor the number of a command.
constexpr std::string_view kPin = "~7Q~";

std::vector<link::ChatStep> steps(unsigned kind) {
    const link::DialPlan plan{.init = "ATZ", .pin = std::string(kPin), .apn = "internet"};
    switch (kind % 3) {
        case 0:
            return link::dial_steps(plan);
        case 1:
            return link::ready_steps("ATS0=0");
        default:
            return link::answer_steps(static_cast<std::uint8_t>(kind));
    }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    wire::Reader in({data, size});
    const auto kind = in.u8();
    const auto plan = steps(kind);
    test::VirtualTime time;
    test::ChatEnds ends;
    link::Chat chat(time, ends, plan);
    chat.start();
    while (in.ok() && !in.empty()) {
        const auto op = in.u8();
        if (op < 0xf0)
            chat.receive(in.take(op));
        else
            time.advance((op - 0xef) * 1s);
        require(ends.ends <= 1);
    }
    // A modem that falls silent ends everything but the wait for a call.
    const bool waits = kind % 3 == 2 && ends.sent.empty();
    time.advance(10min);
    require(waits || ends.ends == 1);
    require(time.idle());
    require(ends.sent.size() <= plan.size() + 2);  // the first step has three tries
    for (const auto& said : ends.sent) {
        require(said.ends_with('\r') && said.find('\r') == said.size() - 1);
        require(std::ranges::any_of(plan, [&](const auto& step) { return step.say + '\r' == said; }));
    }
    require(ends.log.size() <= (plan.size() + 2) * 22);
    // A chat that has no PIN to say may hear the like from a modem.
    const bool knows_pin = kind % 3 == 0;
    for (const auto& line : ends.log) {
        require(line.size() <= 4 * link::Chat::kMaxLine + 2);
        require(!knows_pin || line.find(kPin) == std::string::npos);
    }
    require(!knows_pin || ends.detail.find(kPin) == std::string::npos);
    return 0;
}
