// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/chat.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include "wire/text.hpp"

namespace ppp::link {
namespace {
using namespace std::chrono_literals;

// A modem that is asked whether it is there answers at once; one that looks for its network takes longer.
constexpr Duration kCommand = 10s;
constexpr Duration kCall = 60s;
// V.250 section 6.3.8 gives a caller as long by default (S7).
constexpr Duration kAnswer = 60s;
// A telephone rings every four to six seconds.
constexpr Duration kRing = 10s;
// For each step: what a modem says of itself is a handful of lines, and the rest is a flood.
constexpr std::uint32_t kMaxLogged = 20;
constexpr std::size_t kMaxHeard = 8;
constexpr std::string_view kMask = "****";

struct Abort {
    std::string_view line;
    ChatEnd end;
};
constexpr std::array<Abort, 10> kAborts{{{"BUSY", ChatEnd::busy},
                                         {"NO CARRIER", ChatEnd::no_carrier},
                                         {"NO DIALTONE", ChatEnd::no_dialtone},
                                         {"NO DIAL TONE", ChatEnd::no_dialtone},
                                         {"NO ANSWER", ChatEnd::no_answer},
                                         {"ERROR", ChatEnd::refused},
                                         {"+CME ERROR", ChatEnd::refused},
                                         {"+CMS ERROR", ChatEnd::refused},
                                         {"DELAYED", ChatEnd::refused},
                                         {"BLACKLISTED", ChatEnd::refused}}};

/// "OK" is not the beginning of "OKAY", but "CONNECT" is that of "CONNECT 115200" and "+CPIN" of "+CPIN: X".
bool begins(std::string_view line, std::string_view word) {
    if (!line.starts_with(word)) return false;
    line.remove_prefix(word.size());
    return line.empty() || line[0] == ' ' || line[0] == ':' || line[0] == '/';
}

std::optional<ChatEnd> abort_of(std::string_view line) {
    for (const auto& abort : kAborts)
        if (begins(line, abort.line)) return abort.end;
    return std::nullopt;
}

}  // namespace

std::string Chat::masked(std::string_view text) const {
    std::string out(text);
    for (const auto& step : steps_) {
        if (step.mask.empty()) continue;
        for (auto at = out.find(step.mask); at != std::string::npos;
             at = out.find(step.mask, at + kMask.size()))
            out.replace(at, step.mask.size(), kMask);
    }
    return wire::escape(out);
}

std::string Chat::doing() const {
    if (at_ >= steps_.size()) return {};
    return step().say.empty() ? "waiting for " + step().until : masked(step().say);
}

void Chat::start() {
    if (steps_.empty()) return over(ChatEnd::done, "");
    begin();
}

void Chat::begin() {
    said_ = count_ = 0;
    logged_ = 0;
    heard_.clear();
    say();
}

void Chat::say() {
    await();
    if (step().say.empty()) return;
    ++said_;
    owner_.chat_line(true, masked(step().say));
    const auto text = step().say + '\r';
    owner_.chat_send(wire::octets(text));
}

void Chat::await() {
    patience_ = {};
    const bool counting = step().times > 1 && count_ == 0;
    if (step().patience > 0s && !counting) patience_ = time_.after(step().patience, [this] { silent(); });
}

void Chat::silent() {
    if (step().times > 1) {  // whoever rang has given up
        count_ = 0;
        return;
    }
    if (said_ < step().tries) return say();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(step().patience * step().tries);
    over(ChatEnd::silence, fmt::format("the modem did not answer {} to {} within {} s", step().until, doing(),
                                       seconds.count()));
}

void Chat::receive(wire::ByteView octets) {
    for (const auto octet : octets) {
        if (over_) return;
        const auto c = static_cast<char>(octet);
        if (c != '\r' && c != '\n') {
            if (line_.size() < kMaxLine) line_.push_back(c);
        } else if (!line_.empty() && !line()) {
            return;  // it is over, and this object may be gone
        }
    }
}

/// @return false when that was the last one.
bool Chat::line() {
    auto text = std::exchange(line_, {});
    if (logged_++ < kMaxLogged) owner_.chat_line(false, masked(text));
    if (text == step().say) return true;  // the echo
    if (begins(text, step().until)) return arrived(text);
    if (heard_.size() < kMaxHeard) heard_.push_back(text);
    const auto abort = abort_of(text);
    if (!abort) return true;
    if (step().say.empty()) {  // a call that was not taken yet is no failure
        count_ = 0;
        return true;
    }
    const bool meant = *abort == ChatEnd::refused && !step().refusal.empty();
    over(*abort, fmt::format("the modem answered {} to {}{}", masked(text), doing(),
                             meant ? ": " + step().refusal : std::string()));
    return false;
}

/// @return false when the chat is over.
bool Chat::arrived(const std::string& line) {
    if (++count_ < step().times) {
        await();
        return true;
    }
    const auto heard = [this](const std::string& word) {
        return std::ranges::any_of(heard_, [&](const auto& l) { return begins(l, word); });
    };
    do {
        ++at_;
    } while (at_ < steps_.size() && !step().only_after.empty() && !heard(step().only_after));
    if (at_ < steps_.size()) {
        begin();
        return true;
    }
    over(ChatEnd::done, masked(line));
    return false;
}

void Chat::over(ChatEnd end, std::string detail) {
    over_ = true;
    patience_ = {};
    owner_.chat_over(end, std::move(detail));  // may destroy this
}

namespace {

/// What a modem takes for the end of a command would let the rest be another one.
std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) out.push_back(c);
    return out;
}

std::string quoted(std::string_view text) {
    auto out = one_line(text);
    std::erase(out, '"');
    return '"' + out + '"';
}

}  // namespace

std::vector<ChatStep> ready_steps(const std::string& init) {
    // Results as words. A modem that was turned on just now may not hear the first try.
    std::vector<ChatStep> steps{{.say = "ATQ0V1", .until = "OK", .patience = 2s, .tries = 3}};
    if (!init.empty()) steps.push_back({.say = one_line(init), .until = "OK", .patience = kCommand});
    return steps;
}

std::vector<ChatStep> dial_steps(const DialPlan& plan) {
    auto steps = ready_steps(plan.init);
    if (!plan.pin.empty()) {
        // A PIN that is given without need, or twice, may lock the card.
        steps.push_back({.say = "AT+CPIN?", .until = "OK", .patience = kCommand});
        steps.push_back({.say = "AT+CPIN=" + quoted(plan.pin),
                         .mask = one_line(plan.pin),
                         .until = "OK",
                         .patience = kCall,
                         .only_after = "+CPIN: SIM PIN",
                         .refusal = "is the pin right?"});
    }
    if (!plan.apn.empty())
        steps.push_back({.say = "AT+CGDCONT=1,\"IP\"," + quoted(plan.apn),
                         .until = "OK",
                         .patience = kCommand,
                         .refusal = "does it know access point names?"});
    const auto phone = plan.phone.empty() && !plan.apn.empty() ? "*99***1#" : one_line(plan.phone);
    steps.push_back({.say = one_line(plan.command) + phone, .until = "CONNECT", .patience = kCall});
    return steps;
}

std::vector<ChatStep> answer_steps(std::uint8_t rings) {
    const auto times = std::max<std::uint8_t>(rings, 1);
    return {{.say = "", .until = "RING", .patience = times > 1 ? kRing : Duration{}, .times = times},
            {.say = "ATA", .until = "CONNECT", .patience = kAnswer}};
}

std::uint32_t connect_rate(std::string_view line) {
    constexpr std::string_view kWord = "CONNECT ";
    if (!line.starts_with(kWord)) return 0;
    line.remove_prefix(kWord.size());
    std::uint32_t rate = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), rate);
    return error == std::errc{} ? rate : 0;
}

}  // namespace ppp::link
