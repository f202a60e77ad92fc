// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The engine: what happens to options, to nonsense and to ends that never agree.
#include <doctest/doctest.h>
#include "ppp/control_protocol.hpp"
#include "support/control_endpoint.hpp"
#include "support/hex.hpp"

using namespace ppp;
using namespace ppp::test;

TEST_CASE("a repeated Configure-Request does not count towards Max-Failure") {
    ControlEndpoint end;
    end.cp.open();
    end.cp.up();
    for (int i = 0; i < 10; ++i) {
        end.peer_requests(1, 1);
        CHECK(end.last().code == Code::configure_nak);
    }
}

TEST_CASE("a Nak moves the request to the suggested value") {
    ControlEndpoint end;
    end.cp.open();
    end.cp.up();
    end.peer(Code::configure_nak, end.request_id(), number(12));
    CHECK(hex(end.last().data) == hex(number(12)));
}

TEST_CASE("a Nak with an option that we did not list is given to the policy") {
    ControlEndpoint end;
    end.policy.list = false;
    end.cp.open();
    end.cp.up();
    end.peer(Code::configure_nak, end.request_id(), number(12));
    CHECK(end.policy.naks == 1);
}

TEST_CASE("a Reject of an option that we did not send is ignored") {
    ControlEndpoint end;
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
    ControlEndpoint end;
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
            ControlEndpoint end;
            end.enter(static_cast<State>(s));
            end.cp.receive(b);
            // In Closed, Closing and Stopping a request's options are not looked at; they are still checked.
            CHECK(end.cp.counters().malformed == 1);
            CHECK(end.cp.state() == static_cast<State>(s));
            CHECK(end.owner.trace.empty());
        }
    }
}

TEST_CASE("octets behind the length are padding") {
    ControlEndpoint end;
    end.cp.open();
    end.cp.up();
    auto p = packet(Code::configure_request, 1, number(7));
    p.insert(p.end(), {1, 2, 3});
    end.cp.receive(p);
    CHECK(end.last().code == Code::configure_ack);
    CHECK(hex(end.last().data) == hex(number(7)));
}

TEST_CASE("an unknown option is rejected as it came, and wins over a Nak of another one") {
    ControlEndpoint end;
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
    ControlEndpoint end;
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
    ControlEndpoint end;
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
    ControlEndpoint end;
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
        ControlEndpoint end;
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
        ControlEndpoint end;
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
        ControlEndpoint end;
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
    ControlEndpoint end;
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
    ControlEndpoint end;
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
        ControlEndpoint end;
        end.negotiate();
        end.peer(Code::code_reject, 1, {static_cast<std::uint8_t>(code)});
        const bool fatal = code >= 1 && code <= 7;
        CHECK(end.cp.opened() == !fatal);
        if (fatal) CHECK(end.cp.end() == ControlEnd::not_spoken);
    }
}

TEST_CASE("a Protocol-Reject of the protocol finishes it") {
    ControlEndpoint end;
    end.cp.open();
    end.cp.up();
    end.cp.protocol_rejected();
    CHECK(end.owner.finished == 1);
    CHECK(end.owner.end == ControlEnd::not_spoken);
    CHECK(end.cp.state() == State::stopped);
}

TEST_CASE("each negotiation begins with a fresh policy, before the first option is judged") {
    ControlEndpoint end;
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
