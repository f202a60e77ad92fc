// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The engine: the automaton's cells driven by real packets, timers, identifiers, late packets.
#include <doctest/doctest.h>
#include "ppp/control_protocol.hpp"
#include "support/control_endpoint.hpp"
#include "support/hex.hpp"
#include "support/rfc1661_table.hpp"

using namespace ppp;
using namespace ppp::test;

static_assert(sizeof(ControlProtocol) <= 250);

namespace {
/// What of a cell can be seen from outside: irc and zrc are silent.
std::string visible(const std::string& cell) {
    std::string out, word;
    for (const char c : cell.substr(0, cell.rfind('/')) + ",") {
        if (c != ',') {
            word += c;
            continue;
        }
        if (word != "irc" && word != "zrc" && !word.empty()) out += (out.empty() ? "" : ",") + word;
        word.clear();
    }
    return cell.find('/') == std::string::npos ? "" : out;
}
}  // namespace

TEST_CASE(
    "driven by packets, timers and the owner, every cell acts as RFC 1661 section 4.1 says, in its order") {
    const auto rows = rfc1661_rows();
    int checked = 0;
    for (std::size_t e = 0; e < fsm::kEvents; ++e) {
        for (std::size_t s = 0; s < fsm::kStates; ++s) {
            const auto& cell = rows[e][s];
            const auto event = static_cast<fsm::Event>(e);
            const auto state = static_cast<State>(s);
            if (cell == "-") continue;
            // An Ack that repeats the one we have is a duplicate; see the test about late packets.
            if (event == fsm::Event::rca && (state == State::ack_rcvd || state == State::opened)) continue;
            // Counter exhausted right after a timeout: seen as the end of a long silence instead.
            if (event == fsm::Event::timeout_giveup) continue;
            // With its counter zeroed by the Terminate-Request, Stopping has nothing left to retry.
            if (event == fsm::Event::timeout_retry && state == State::stopping) continue;
            CAPTURE(e);
            CAPTURE(s);
            ControlEndpoint end;
            end.enter(state);
            end.raise(event, state);
            CHECK(end.owner.trace == visible(cell));
            CHECK(static_cast<int>(end.cp.state()) == std::stoi(cell.substr(cell.find('/') + 1)));
            ++checked;
        }
    }
    CHECK(checked == 112);
}

TEST_CASE("no timer is armed in a state that has nothing to wait for") {
    for (std::size_t s = 0; s < fsm::kStates; ++s) {
        CAPTURE(s);
        ControlEndpoint end;
        end.enter(static_cast<State>(s));
        CHECK(end.time.idle() == !fsm::timer_runs(static_cast<State>(s)));
    }
}

TEST_CASE(
    "a silent peer gets ten Configure-Requests, three seconds apart, all with one identifier, then "
    "Finished") {
    ControlEndpoint end;
    end.cp.open();
    end.cp.up();
    for (int i = 1; i <= 10; ++i) {
        CHECK(end.owner.frames.size() == static_cast<std::size_t>(i));
        CHECK(end.owner.finished == 0);
        end.time.advance(3s);
    }
    CHECK(end.owner.frames.size() == 10);
    for (const auto& f : end.owner.frames) CHECK(f == end.owner.frames.front());
    CHECK(end.owner.finished == 1);
    CHECK(end.owner.end == ControlEnd::no_answer);
    CHECK(end.cp.state() == State::stopped);
}

TEST_CASE("the tunables are obeyed") {
    VirtualTime time;
    TracingOwner owner;
    NumberPolicy policy{10, 5};
    ControlProtocol cp{
        time, Protocol::ipcp, policy, owner, {.restart = 1s, .max_configure = 3, .max_terminate = 4}};
    cp.open();
    cp.up();
    time.advance(2999ms);
    CHECK(owner.trace == "tls,scr,scr,scr");
    time.advance(1ms);
    CHECK(owner.trace == "tls,scr,scr,scr,tlf");
    CHECK(wire::decode_frame(owner.frames[0])->protocol == Protocol::ipcp);
    // A request of the peer revives it; then our Close goes unanswered.
    cp.receive(packet(Code::configure_request, 1, number(7)));
    owner.trace.clear();
    cp.close();
    time.advance(10s);
    CHECK(owner.trace == "str,str,str,str,tlf");
    CHECK(owner.end == ControlEnd::closed);
}

TEST_CASE("an unanswered Terminate-Request is sent twice, then the protocol is Closed") {
    ControlEndpoint end;
    end.negotiate();
    end.owner.trace.clear();
    end.cp.close();
    CHECK(end.owner.trace == "tld,str");
    end.time.advance(60s);
    CHECK(end.owner.trace == "tld,str,str,tlf");
    CHECK(end.cp.state() == State::closed);
    CHECK(end.owner.end == ControlEnd::closed);
}

TEST_CASE(
    "after the peer's Terminate-Request one restart period passes, so that a lost Ack can be repeated") {
    ControlEndpoint end;
    end.negotiate();
    end.peer(Code::terminate_request, 42);
    CHECK(end.last().code == Code::terminate_ack);
    CHECK(end.last().id == 42);
    CHECK(end.cp.end() == ControlEnd::peer_terminated);
    end.time.advance(2999ms);
    CHECK(end.owner.finished == 0);
    end.time.advance(1ms);
    CHECK(end.owner.finished == 1);
    CHECK(end.owner.end == ControlEnd::peer_terminated);
}

TEST_CASE("a retransmission keeps the identifier, a changed request and one after an answer get a new one") {
    ControlEndpoint end;
    end.cp.open();
    end.cp.up();
    const auto first = end.last().id;
    end.time.advance(3s);
    CHECK(end.last().id == first);
    end.policy.asking = 11;
    end.time.advance(3s);
    const auto second = end.last().id;
    CHECK(second != first);
    end.peer(Code::configure_nak, second, number(11));
    CHECK(end.last().id != second);
    CHECK(end.last().code == Code::configure_request);
}

TEST_CASE("an answer to an earlier request is dropped") {
    ControlEndpoint end;
    end.cp.open();
    end.cp.up();
    const auto old = end.last().id;
    end.peer(Code::configure_nak, old, number(12));
    end.peer(Code::configure_ack, old, number(10));
    CHECK(end.cp.state() == State::req_sent);
    CHECK(end.cp.counters().stale == 1);
    end.peer_acks();
    CHECK(end.cp.state() == State::ack_rcvd);
}

TEST_CASE("a repeated Configure-Ack is a duplicate, in Ack-Rcvd and in Opened") {
    ControlEndpoint end;
    end.cp.open();
    end.cp.up();
    const auto request = end.last();
    const wire::Bytes options(request.data.begin(), request.data.end());
    const auto id = request.id;
    end.peer(Code::configure_ack, id, options);
    end.peer(Code::configure_ack, id, options);
    CHECK(end.cp.state() == State::ack_rcvd);
    end.peer_requests();
    end.peer(Code::configure_ack, id, options);
    CHECK(end.cp.opened());
    CHECK(end.owner.downs == 0);
    CHECK(end.cp.counters().stale == 2);
}

TEST_CASE("a Nak after an Ack of the same request is a crossed connection: counted, and negotiated again") {
    ControlEndpoint end;
    end.negotiate();
    end.peer(Code::configure_nak, end.request_id(), number(12));
    CHECK(end.cp.counters().crossed == 1);
    CHECK(end.cp.state() == State::req_sent);
    CHECK(end.owner.downs == 1);
    CHECK(end.policy.naks == 0);
}

TEST_CASE("a Configure-Request that comes again in Opened gets its Ack again; the layer stays up") {
    ControlEndpoint end;
    end.negotiate();
    end.peer_requests();
    CHECK(end.owner.trace == "tls,scr,sca,tlu,sca");
    CHECK(end.cp.opened());
    SUBCASE("but not for ever: then the peer has begun anew") {
        end.time.advance(9s);
        end.peer_requests();
        CHECK(end.owner.downs == 1);
        CHECK(end.cp.state() == State::ack_sent);
    }
    SUBCASE("another one is a new negotiation at once") {
        end.peer_requests(8, 2);
        CHECK(end.owner.downs == 1);
    }
}

TEST_CASE("a Configure-Request that a newer one has overtaken is not judged") {
    ControlEndpoint end;
    end.cp.open();
    end.cp.up();
    end.peer_requests(7, 1);
    end.peer_requests(8, 2);
    end.peer_requests(7, 1);
    CHECK(end.policy.agreed == 8);
    CHECK(end.cp.counters().stale == 1);
    end.peer_acks();
    end.peer_requests(7, 1);
    CHECK(end.cp.opened());
    // A new link has no past.
    end.cp.down();
    end.cp.up();
    end.peer_requests(7, 1);
    CHECK(end.policy.agreed == 7);
}

TEST_CASE("an Ack must repeat our request octet for octet") {
    ControlEndpoint end;
    end.cp.open();
    end.cp.up();
    end.peer(Code::configure_ack, end.request_id(), number(11));
    CHECK(end.cp.state() == State::req_sent);
    CHECK(end.cp.counters().malformed == 1);
}

TEST_CASE("packets before the lower layer is up are leftovers: dropped") {
    ControlEndpoint end;
    end.cp.open();
    end.peer_requests();
    CHECK(end.cp.state() == State::starting);
    CHECK(end.owner.frames.empty());
    CHECK(end.cp.counters().stale == 1);
}

TEST_CASE("what callbacks raise waits its turn") {
    SUBCASE("closing from inside This-Layer-Up") {
        ControlEndpoint end;
        end.owner.on_event = [&](std::string_view what) {
            if (what == "tlu") end.cp.close();
        };
        end.cp.open();
        end.cp.up();
        end.peer_acks();
        end.peer_requests();
        CHECK(end.owner.trace == "tls,scr,sca,tlu,tld,str");
        CHECK(end.cp.state() == State::closing);
    }
    SUBCASE("a peer that answers before send() has returned") {
        ControlEndpoint end;
        end.owner.on_event = [&](std::string_view what) {
            if (what == "scr") end.peer_acks();
            if (what == "scr") end.peer_requests();
        };
        end.cp.open();
        end.cp.up();
        CHECK(end.owner.trace == "tls,scr,sca,tlu");
        CHECK(end.cp.opened());
    }
    SUBCASE("a flood of packets from inside is bounded") {
        ControlEndpoint end;
        end.negotiate();
        bool once = true;
        end.owner.on_event = [&](std::string_view what) {
            if (what == "ser" && std::exchange(once, false))
                for (int i = 0; i < 1000; ++i) end.peer(Code::echo_request, 1, {0, 0, 0, 0});
        };
        end.owner.trace.clear();
        end.peer(Code::echo_request, 1, {0, 0, 0, 0});
        CHECK(end.owner.trace.size() == 17 * 4 - 1);
    }
}
