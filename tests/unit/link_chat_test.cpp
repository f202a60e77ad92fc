// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Chats with modems: what is said when, what ends them, and what the log may know.
#include <doctest/doctest.h>
#include <algorithm>
#include <memory>
#include "support/chat_ends.hpp"
#include "support/virtual_time.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace std::chrono_literals;

namespace {

struct Line {
    explicit Line(std::vector<ChatStep> steps) : chat(time, ends, std::move(steps)) { chat.start(); }
    /// @return what is said next, without the carriage return.
    std::string answer(std::string_view text) {
        const auto before = ends.sent.size();
        chat.receive(wire::octets(text));
        return ends.sent.size() == before ? "" : last();
    }
    [[nodiscard]] std::string last() const {
        return ends.sent.back().ends_with('\r') ? ends.sent.back().substr(0, ends.sent.back().size() - 1)
                                                : "no carriage return";
    }
    [[nodiscard]] bool logged(std::string_view word) const {
        return std::ranges::any_of(ends.log,
                                   [&](const auto& line) { return line.find(word) != std::string::npos; });
    }
    test::VirtualTime time;
    test::ChatEnds ends;
    Chat chat;
};

const DialPlan kMobile{.init = "ATZ", .pin = "4711", .apn = "internet"};

}  // namespace

TEST_CASE("a mobile modem gets init string, PIN, APN and the number of its first context") {
    Line line(dial_steps(kMobile));
    CHECK(line.last() == "ATQ0V1");
    CHECK(line.answer("\r\nOK\r\n") == "ATZ");
    CHECK(line.answer("\r\nOK\r\n") == "AT+CPIN?");
    CHECK(line.answer("\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n") == "AT+CPIN=\"4711\"");
    CHECK(line.answer("\r\nOK\r\n") == "AT+CGDCONT=1,\"IP\",\"internet\"");
    CHECK(line.answer("\r\nOK\r\n") == "ATDT*99***1#");
    CHECK(line.ends.ends == 0);
    CHECK(line.answer("\r\nCONNECT 150000000\r\n").empty());
    CHECK(line.ends.end == ChatEnd::done);
    CHECK(line.ends.detail == "CONNECT 150000000");
    CHECK(line.time.idle());
}

TEST_CASE("a PIN is given only when the modem asks for it") {
    Line line(dial_steps(kMobile));
    line.answer("OK\r");
    line.answer("OK\r");
    CHECK(line.answer("+CPIN: READY\r\nOK\r\n") == "AT+CGDCONT=1,\"IP\",\"internet\"");
}

TEST_CASE("a PUK is no PIN") {
    Line line(dial_steps(kMobile));
    line.answer("OK\r");
    line.answer("OK\r");
    CHECK(line.answer("+CPIN: SIM PUK\r\nOK\r\n") == "AT+CGDCONT=1,\"IP\",\"internet\"");
}

TEST_CASE("no log line has the PIN, neither as it is said nor as it comes back") {
    Line line(dial_steps(kMobile));
    line.answer("OK\r");
    line.answer("OK\r");
    line.answer("+CPIN: SIM PIN\r\nOK\r\n");
    CHECK(line.chat.confides());
    CHECK(line.chat.doing() == "AT+CPIN=\\x22****\\x22");
    line.answer("AT+CPIN=\"4711\"\r\r\n4711 4711?\r\n+CME ERROR: 16\r\n");
    CHECK(line.ends.end == ChatEnd::refused);
    CHECK(line.ends.detail ==
          "the modem answered +CME ERROR: 16 to AT+CPIN=\\x22****\\x22: is the pin right?");
    CHECK_FALSE(line.logged("4711"));
    CHECK(line.logged("**** ****?"));
}

TEST_CASE("a telephone modem dials the number by the command that is configured") {
    Line line(dial_steps({.command = "ATDP", .phone = "0301234"}));
    CHECK(line.answer("OK\r") == "ATDP0301234");
    line.answer("CONNECT\r\n");
    CHECK(line.ends.end == ChatEnd::done);
}

TEST_CASE("each way in which a call fails has an end of its own") {
    struct Case {
        std::string_view answer;
        ChatEnd end;
        std::string_view detail;
    };
    for (const auto& failure :
         {Case{"BUSY", ChatEnd::busy, "the modem answered BUSY to ATDT1"},
          Case{"NO CARRIER", ChatEnd::no_carrier, "the modem answered NO CARRIER to ATDT1"},
          Case{"NO DIALTONE", ChatEnd::no_dialtone, "the modem answered NO DIALTONE to ATDT1"},
          Case{"NO DIAL TONE", ChatEnd::no_dialtone, "the modem answered NO DIAL TONE to ATDT1"},
          Case{"NO ANSWER", ChatEnd::no_answer, "the modem answered NO ANSWER to ATDT1"},
          Case{"ERROR", ChatEnd::refused, "the modem answered ERROR to ATDT1"},
          Case{"+CME ERROR: 30", ChatEnd::refused, "the modem answered +CME ERROR: 30 to ATDT1"},
          Case{"BLACKLISTED", ChatEnd::refused, "the modem answered BLACKLISTED to ATDT1"}}) {
        CAPTURE(failure.answer);
        Line line(dial_steps({.phone = "1"}));
        line.answer("OK\r\n");
        line.answer(std::string(failure.answer) + "\r\n");
        CHECK(line.ends.end == failure.end);
        CHECK(line.ends.detail == failure.detail);
        line.answer("CONNECT\r\n");
        line.time.advance(1h);
        CHECK(line.ends.ends == 1);
    }
}

TEST_CASE("a modem that says nothing is asked three times, and then it is over") {
    Line line(dial_steps({.phone = "1"}));
    line.time.advance(5s);
    CHECK(line.ends.sent.size() == 3);
    CHECK(line.ends.ends == 0);
    line.time.advance(1s);
    CHECK(line.ends.sent.size() == 3);
    CHECK(line.ends.end == ChatEnd::silence);
    CHECK(line.ends.detail == "the modem did not answer OK to ATQ0V1 within 6 s");
}

TEST_CASE("a call that nobody takes ends after a minute") {
    Line line(dial_steps({.phone = "1"}));
    line.answer("OK\r\n");
    line.time.advance(59s);
    CHECK(line.ends.ends == 0);
    line.time.advance(1s);
    CHECK(line.ends.end == ChatEnd::silence);
    CHECK(line.ends.detail == "the modem did not answer CONNECT to ATDT1 within 60 s");
}

TEST_CASE("the echo of what was said is no answer") {
    Line line(dial_steps({.apn = "ERROR", .phone = "1"}));
    line.answer("ATQ0V1\r\r\nOK\r\n");
    line.answer("AT+CGDCONT=1,\"IP\",\"ERROR\"\r\r\nOK\r\n");
    line.answer("ATDT1\r\r\nCONNECT 9600\r\n");
    CHECK(line.ends.end == ChatEnd::done);
}

TEST_CASE("a result is a whole line, and comes in any pieces") {
    Line line(dial_steps({.phone = "1"}));
    line.answer("OKAY\r\nNOT OK\r\n");
    CHECK(line.ends.sent.size() == 1);
    line.answer("\r\nO");
    line.answer("K");
    CHECK(line.ends.sent.size() == 1);
    CHECK(line.answer("\r") == "ATDT1");
    line.answer("CONNECTION LOST\r\nUNBUSY\r\n");
    CHECK(line.ends.ends == 0);
}

TEST_CASE("a flood of garbage is neither kept nor logged, and does not hold up the end") {
    Line line(dial_steps({.phone = "1"}));
    line.answer("OK\r\n");
    const auto before = line.ends.log.size();
    for (int i = 0; i < 200; ++i) {
        line.answer(std::string(5000, static_cast<char>(i)) + "\r\n");
        line.time.advance(300ms);
    }
    CHECK(line.ends.log.size() - before <= 21);
    CHECK(line.ends.end == ChatEnd::silence);
}

TEST_CASE("an endless line is cut, and the next one is heard") {
    Line line(dial_steps({.phone = "1"}));
    line.answer(std::string(1'000'000, 'x'));
    CHECK(line.answer("\r\nOK\r\n") == "ATDT1");
    CHECK(std::ranges::all_of(line.ends.log, [](const auto& l) { return l.size() <= Chat::kMaxLine + 2; }));
}

TEST_CASE("what a modem takes for an end of a command does not get into one") {
    Line line(dial_steps({.apn = "a\"\rATH\nb", .phone = "1\r\nATH"}));
    CHECK(line.answer("OK\r\n") == "AT+CGDCONT=1,\"IP\",\"aATHb\"");
    CHECK(line.answer("OK\r\n") == "ATDT1ATH");
}

TEST_CASE("a call is answered when it has rung as often as wanted") {
    Line line(answer_steps(3));
    CHECK(line.ends.sent.empty());
    line.time.advance(24h);
    line.answer("\r\nRING\r\n");
    line.time.advance(5s);
    line.answer("\r\nRING\r\n");
    CHECK(line.ends.sent.empty());
    line.time.advance(5s);
    CHECK(line.answer("\r\nRING\r\n") == "ATA");
    line.answer("\r\nCONNECT 33600\r\n");
    CHECK(line.ends.end == ChatEnd::done);
}

TEST_CASE("rings of two calls are not counted together") {
    Line line(answer_steps(2));
    line.answer("RING\r\n");
    SUBCASE("after a pause") { line.time.advance(11s); }
    SUBCASE("after the caller has hung up") { line.answer("NO CARRIER\r\n"); }
    line.answer("RING\r\n");
    CHECK(line.ends.sent.empty());
    CHECK(line.answer("RING\r\n") == "ATA");
    line.answer("NO CARRIER\r\n");
    CHECK(line.ends.end == ChatEnd::no_carrier);
}

TEST_CASE("a single ring is enough where one is wanted") {
    Line line(answer_steps(1));
    line.time.advance(24h);
    CHECK(line.ends.ends == 0);
    CHECK(line.answer("RING\r\n") == "ATA");
}

TEST_CASE("the rate is in the answer, or it is not known") {
    CHECK(connect_rate("CONNECT 115200") == 115200);
    CHECK(connect_rate("CONNECT 33600/ARQ/V34") == 33600);
    CHECK(connect_rate("CONNECT") == 0);
    CHECK(connect_rate("CONNECT fast") == 0);
}

TEST_CASE("a chat may be destroyed when it tells that it is over") {
    struct Owner final : Chat::Owner {
        void chat_send(wire::ByteView) override {}
        void chat_line(bool, const std::string&) override {}
        void chat_over(ChatEnd, std::string) override { chat.reset(); }
        std::unique_ptr<Chat> chat;
    };
    test::VirtualTime time;
    Owner owner;
    owner.chat = std::make_unique<Chat>(time, owner, dial_steps({.phone = "1"}));
    auto& chat = *owner.chat;
    chat.start();
    SUBCASE("by a line") { chat.receive(wire::octets("ERROR\r\nOK\r\n")); }
    SUBCASE("by time") { time.advance(1min); }
    CHECK_FALSE(owner.chat);
}
