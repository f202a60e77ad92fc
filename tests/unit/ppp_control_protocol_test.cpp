// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The engine: the automaton's cells driven by real packets, identifiers, counters, limits.
#include <doctest/doctest.h>
#include "ppp/control_protocol.hpp"
#include "support/hex.hpp"
#include "support/option_policies.hpp"
#include "support/rfc1661_table.hpp"
#include "support/virtual_time.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;
using fsm::State;

static_assert(sizeof(ControlProtocol) <= 250);

namespace {
wire::Bytes number(std::uint32_t value, std::uint8_t type = kNumber) {
    wire::Writer w;
    put_number(w, value, type);
    return std::move(w).take();
}

/// One engine against a scripted peer.
struct End {
    VirtualTime time;
    TracingOwner owner;
    NumberPolicy policy{10, 5};
    ControlProtocol cp{time, Protocol::lcp, policy, owner, {}};

    [[nodiscard]] wire::ControlPacket last() const {
        const auto frame = wire::decode_frame(owner.frames.back());
        return wire::decode_control(frame->packet).value();
    }
    /// Acts as the peer.
    void peer(Code code, std::uint8_t id, const wire::Bytes& data = {}) {
        cp.receive(packet(code, id, data));
    }
    void peer_requests(std::uint32_t value = 7, std::uint8_t id = 1) {
        peer(Code::configure_request, id, number(value));
    }
    /// Acknowledges our last Configure-Request.
    void peer_acks() {
        for (auto f = owner.frames.rbegin(); f != owner.frames.rend(); ++f)
            if ((*f)[2] == 1) return peer(Code::configure_ack, (*f)[3], {f->begin() + 6, f->end()});
    }
    void negotiate() {
        cp.open();
        cp.up();
        peer_acks();
        peer_requests();
        REQUIRE(cp.opened());
    }
    /// Takes the shortest way to a state.
    void enter(State s) {
        switch (s) {
            case State::initial:
                break;
            case State::starting:
                cp.open();
                break;
            case State::closed:
                cp.up();
                break;
            case State::stopped:
                cp.open();
                cp.up();
                time.advance(60s);
                break;
            case State::closing:
                cp.open();
                cp.up();
                cp.close();
                break;
            case State::stopping:
                negotiate();
                peer(Code::terminate_request, 9);
                break;
            case State::req_sent:
                cp.open();
                cp.up();
                break;
            case State::ack_rcvd:
                cp.open();
                cp.up();
                peer_acks();
                break;
            case State::ack_sent:
                cp.open();
                cp.up();
                peer_requests();
                break;
            case State::opened:
                negotiate();
                break;
        }
        REQUIRE(cp.state() == s);
        owner.trace.clear();
    }
    /// Raises an event as the world would.
    void raise(fsm::Event e, State s) {
        using fsm::Event;
        const auto id = request_id();
        switch (e) {
            case Event::up:
                return cp.up();
            case Event::down:
                return cp.down();
            case Event::open:
                return cp.open();
            case Event::close:
                return cp.close();
            case Event::timeout_retry:
                return time.advance(3s);
            case Event::timeout_giveup:
                return time.advance(60s);
            case Event::rcr_good:
                return peer_requests(7, 77);
            case Event::rcr_bad:
                return peer_requests(1, 77);
            case Event::rca:
                return peer(Code::configure_ack, id, number(10));
            case Event::rcn:
                // A Reject in Opened and Ack-Rcvd contradicts the Ack: a crossed connection.
                return peer(
                    s == State::opened || s == State::ack_rcvd ? Code::configure_reject : Code::configure_nak,
                    id, number(10));
            case Event::rtr:
                return peer(Code::terminate_request, 66);
            case Event::rta:
                return peer(Code::terminate_ack, 66);
            case Event::ruc:
                return peer(static_cast<Code>(99), 66);
            case Event::rxj_good:
                return peer(Code::code_reject, 66, {99});
            case Event::rxj_bad:
                return peer(Code::code_reject, 66, {1});
            case Event::rxr:
                return peer(Code::echo_request, 66, {0, 0, 0, 0});
        }
    }
    [[nodiscard]] std::uint8_t request_id() const {
        std::uint8_t id = 0;
        for (const auto& f : owner.frames)
            if (f[2] == 1) id = f[3];
        return id;
    }
};

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
            End end;
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
        End end;
        end.enter(static_cast<State>(s));
        CHECK(end.time.idle() == !fsm::timer_runs(static_cast<State>(s)));
    }
}

TEST_CASE(
    "a silent peer gets ten Configure-Requests, three seconds apart, all with one identifier, then "
    "Finished") {
    End end;
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
    End end;
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
    End end;
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
    End end;
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
    End end;
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
    End end;
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
    End end;
    end.negotiate();
    end.peer(Code::configure_nak, end.request_id(), number(12));
    CHECK(end.cp.counters().crossed == 1);
    CHECK(end.cp.state() == State::req_sent);
    CHECK(end.owner.downs == 1);
    CHECK(end.policy.naks == 0);
}

TEST_CASE("a Configure-Request that comes again in Opened gets its Ack again; the layer stays up") {
    End end;
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
    End end;
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

TEST_CASE("a repeated Configure-Request does not count towards Max-Failure") {
    End end;
    end.cp.open();
    end.cp.up();
    for (int i = 0; i < 10; ++i) {
        end.peer_requests(1, 1);
        CHECK(end.last().code == Code::configure_nak);
    }
}

TEST_CASE("an Ack must repeat our request octet for octet") {
    End end;
    end.cp.open();
    end.cp.up();
    end.peer(Code::configure_ack, end.request_id(), number(11));
    CHECK(end.cp.state() == State::req_sent);
    CHECK(end.cp.counters().malformed == 1);
}

TEST_CASE("a Nak moves the request to the suggested value") {
    End end;
    end.cp.open();
    end.cp.up();
    end.peer(Code::configure_nak, end.request_id(), number(12));
    CHECK(hex(end.last().data) == hex(number(12)));
}

TEST_CASE("a Nak with an option that we did not list is given to the policy") {
    End end;
    end.policy.list = false;
    end.cp.open();
    end.cp.up();
    end.peer(Code::configure_nak, end.request_id(), number(12));
    CHECK(end.policy.naks == 1);
}

TEST_CASE("a Reject of an option that we did not send is ignored") {
    End end;
    end.cp.open();
    end.cp.up();
    end.peer(Code::configure_reject, end.request_id(), number(11));
    CHECK(end.policy.rejects == 0);
    CHECK(end.cp.state() == State::req_sent);
    CHECK(end.owner.frames.size() == 1);
    CHECK(end.cp.counters().malformed == 1);
    // Together with one that we did send, only that one counts.
    auto both = number(11);
    const auto ours = number(10);
    both.insert(both.end(), ours.begin(), ours.end());
    end.peer(Code::configure_reject, end.request_id(), both);
    CHECK(end.policy.rejects == 1);
    CHECK(end.last().data.empty());
}

TEST_CASE("an empty Nak or Reject is malformed: it would be answered by the same request for ever") {
    End end;
    end.cp.open();
    end.cp.up();
    end.peer(Code::configure_nak, end.request_id());
    end.peer(Code::configure_reject, end.request_id());
    CHECK(end.owner.frames.size() == 1);
    CHECK(end.cp.counters().malformed == 2);
}

TEST_CASE("malformed packets are counted and change nothing") {
    const wire::Bytes broken[] = {
        {},
        {1},
        {1, 1, 0},
        {1, 1, 0, 3},              // length below the header
        {1, 1, 0, 5},              // length beyond the packet
        {1, 1, 0, 5, 5},           // half an option header
        {1, 1, 0, 6, 5, 1},        // an option shorter than its header
        {1, 1, 0, 6, 5, 0},        //
        {1, 1, 0, 8, 5, 6, 0, 0},  // an option longer than the packet
        {7, 1, 0, 4},              // Code-Reject of nothing
    };
    for (int s = 2; s < static_cast<int>(fsm::kStates); ++s) {
        for (const auto& b : broken) {
            CAPTURE(s);
            CAPTURE(hex(b));
            End end;
            end.enter(static_cast<State>(s));
            end.cp.receive(b);
            // In Closed, Closing and Stopping a request's options are not looked at; they are still checked.
            CHECK(end.cp.counters().malformed == 1);
            CHECK(end.cp.state() == static_cast<State>(s));
            CHECK(end.owner.trace.empty());
        }
    }
}

TEST_CASE("packets before the lower layer is up are leftovers: dropped") {
    End end;
    end.cp.open();
    end.peer_requests();
    CHECK(end.cp.state() == State::starting);
    CHECK(end.owner.frames.empty());
    CHECK(end.cp.counters().stale == 1);
}

TEST_CASE("octets behind the length are padding") {
    End end;
    end.cp.open();
    end.cp.up();
    auto p = packet(Code::configure_request, 1, number(7));
    p.insert(p.end(), {1, 2, 3});
    end.cp.receive(p);
    CHECK(end.last().code == Code::configure_ack);
    CHECK(hex(end.last().data) == hex(number(7)));
}

TEST_CASE("an unknown option is rejected as it came, and wins over a Nak of another one") {
    End end;
    end.cp.open();
    end.cp.up();
    auto options = number(1);
    const auto unknown = number(0xabcd, 200);
    options.insert(options.end(), unknown.begin(), unknown.end());
    end.peer(Code::configure_request, 8, options);
    CHECK(end.last().code == Code::configure_reject);
    CHECK(hex(end.last().data) == hex(unknown));
    end.peer(Code::configure_request, 9, number(1));
    CHECK(end.last().code == Code::configure_nak);
    CHECK(end.last().id == 9);
    CHECK(hex(end.last().data) == hex(number(5)));
}

TEST_CASE("an option listed twice is rejected the second time") {
    End end;
    end.cp.open();
    end.cp.up();
    auto options = number(7);
    const auto again = number(8);
    options.insert(options.end(), again.begin(), again.end());
    end.peer(Code::configure_request, 8, options);
    CHECK(end.last().code == Code::configure_reject);
    CHECK(hex(end.last().data) == hex(again));
}

TEST_CASE("an option that the peer should list is suggested by Nak, Max-Failure times") {
    End end;
    end.policy.demand = true;
    end.cp.open();
    end.cp.up();
    for (std::uint8_t id = 1; id <= 5; ++id) {
        end.peer(Code::configure_request, id);
        CHECK(end.last().code == Code::configure_nak);
        CHECK(hex(end.last().data) == hex(number(5)));
    }
    end.peer(Code::configure_request, 6);
    CHECK(end.last().code == Code::configure_ack);
}

TEST_CASE("after Max-Failure Naks a Nak becomes a Reject, and an Ack begins the count anew") {
    End end;
    end.cp.open();
    end.cp.up();
    for (std::uint8_t id = 1; id <= 5; ++id) {
        end.peer_requests(1, id);
        CHECK(end.last().code == Code::configure_nak);
    }
    end.peer_requests(1, 6);
    CHECK(end.last().code == Code::configure_reject);
    CHECK(hex(end.last().data) == hex(number(1)));
    end.peer_requests(7, 7);
    CHECK(end.last().code == Code::configure_ack);
    end.peer_requests(1, 8);
    CHECK(end.last().code == Code::configure_nak);
}

TEST_CASE("two ends that never agree are stopped, whoever does the refusing") {
    SUBCASE("the peer has ever new suggestions") {
        End end;
        end.cp.open();
        end.cp.up();
        std::uint32_t value = 100;
        int rounds = 0;
        while (end.owner.finished == 0 && ++rounds < 1000)
            end.peer(Code::configure_nak, end.request_id(), number(++value));
        CHECK(rounds <= 40);
        CHECK(end.owner.end == ControlEnd::no_convergence);
    }
    SUBCASE("the peer accepts all and insists on nonsense") {
        End end;
        end.cp.open();
        end.cp.up();
        int rounds = 0;
        while (end.owner.finished == 0 && ++rounds < 1000) {
            end.peer(Code::configure_ack, end.request_id(), number(10));
            end.peer(Code::configure_request, static_cast<std::uint8_t>(rounds), number(3, 99));
            end.time.advance(3s);
        }
        CHECK(rounds <= 40);
        CHECK(end.owner.end == ControlEnd::no_convergence);
    }
}

TEST_CASE("a policy that gives up closes the protocol") {
    for (auto code : {Code::configure_ack, Code::configure_nak, Code::configure_reject}) {
        End end;
        end.cp.open();
        end.cp.up();
        end.policy.content = false;
        end.peer(code, end.request_id(), number(10));
        CHECK(end.cp.state() == State::closing);
        CHECK(end.last().code == Code::terminate_request);
        end.peer(Code::terminate_ack, end.last().id);
        CHECK(end.owner.finished == 1);
        CHECK(end.owner.end == ControlEnd::refused);
    }
}

TEST_CASE("a Code-Reject returns the packet without its padding, truncated to the peer's MRU") {
    End end;
    end.negotiate();
    wire::Bytes strange{99, 1, 0, 10, 1, 2, 3, 4, 5, 6, 0xee, 0xee};
    end.cp.receive(strange);
    CHECK(end.last().code == Code::code_reject);
    CHECK(hex(end.last().data) == "63 01 00 0a 01 02 03 04 05 06");
    end.owner.mru = 12;
    end.cp.receive(strange);
    CHECK(end.last().packet.size() == 12);
    CHECK(hex(end.last().data) == "63 01 00 0a 01 02 03 04");
}

TEST_CASE("each Code-Reject has its own identifier, and our request stays answerable") {
    End end;
    end.cp.open();
    end.cp.up();
    const auto request = end.request_id();
    end.peer(static_cast<Code>(99), 1);
    const auto one = end.last().id;
    end.peer(static_cast<Code>(99), 1);
    CHECK(one != request);
    CHECK(end.last().id != one);
    end.peer(Code::configure_ack, request, number(10));
    CHECK(end.cp.state() == State::ack_rcvd);
}

TEST_CASE("rejecting one of the codes 1 to 7 is fatal, any other is not") {
    for (int code = 0; code < 256; ++code) {
        End end;
        end.negotiate();
        end.peer(Code::code_reject, 1, {static_cast<std::uint8_t>(code)});
        const bool fatal = code >= 1 && code <= 7;
        CHECK(end.cp.opened() == !fatal);
        if (fatal) CHECK(end.cp.end() == ControlEnd::not_spoken);
    }
}

TEST_CASE("a Protocol-Reject of the protocol finishes it") {
    End end;
    end.cp.open();
    end.cp.up();
    end.cp.protocol_rejected();
    CHECK(end.owner.finished == 1);
    CHECK(end.owner.end == ControlEnd::not_spoken);
    CHECK(end.cp.state() == State::stopped);
}

TEST_CASE("each negotiation begins with a fresh policy, before the first option is judged") {
    End end;
    end.negotiate();
    CHECK(end.policy.resets == 1);
    end.policy.asking = 99;
    end.peer_requests(7, 2);  // the peer begins anew
    CHECK(end.policy.resets == 2);
    CHECK(end.policy.agreed == 7);
    CHECK(end.owner.downs == 1);
    CHECK(end.cp.state() == State::ack_sent);
    end.cp.down();
    end.cp.up();
    CHECK(end.policy.resets == 3);
    CHECK(hex(end.last().data) == hex(number(10)));
}

TEST_CASE("what callbacks raise waits its turn") {
    SUBCASE("closing from inside This-Layer-Up") {
        End end;
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
        End end;
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
        End end;
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
