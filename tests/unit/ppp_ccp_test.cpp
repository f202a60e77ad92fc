// SPDX-License-Identifier: GPL-2.0-or-later
/// @file CCP: which method each direction gets, and that it always comes to an end.
#include <doctest/doctest.h>
#include "ppp/ccp.hpp"
#include "support/hex.hpp"
#include "support/ncp_ends.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;
using wire::ccp::Mppe;

namespace {
constexpr auto kH = Mppe::kStateless, kS = Mppe::kBits128, kL = Mppe::kBits40, kM = Mppe::kBits56;

wire::Bytes mppe(std::uint32_t bits) {
    wire::Writer w;
    wire::ccp::encode(w, Mppe{bits});
    return std::move(w).take();
}
struct End {
    explicit End(const CcpConfig& c) : config(c) {}
    VirtualTime time;
    NcpOwner owner;
    CcpConfig config;
    Ccp ccp{time, owner, config};
    NcpPeer<Ccp> peer{ccp, owner};

    /// The bits in our last request; 0 when it lists no MPPE.
    [[nodiscard]] std::uint32_t asked() const {
        const auto frame = peer.our_request();
        return frame.size() == 12 ? wire::Reader(wire::ByteView(frame).last(4)).u32() : 0;
    }
};
/// Two ends that speak to each other.
struct CcpPair {
    CcpPair(const CcpConfig& l, const CcpConfig& r) : left(l), right(r) {
        left.owner.wire = [this](wire::ByteView frame) { right.ccp.receive(frame.subspan(2)); };
        right.owner.wire = [this](wire::ByteView frame) { left.ccp.receive(frame.subspan(2)); };
        for (auto* end : {&left, &right}) {
            end->ccp.open();
            end->ccp.up();
        }
        // The first request of one came before the other was up.
        for (auto* end : {&left, &right}) end->time.advance(3s);
    }
    End left, right;
};
}  // namespace

TEST_CASE("two ends with keys agree on 128 bits without state, both ways") {
    CcpPair p({.mppe = true}, {.mppe = true});
    CHECK(p.left.owner.ups == 1);
    CHECK(p.right.owner.ups == 1);
    for (const auto* end : {&p.left, &p.right}) {
        CHECK(encoding_text(end->ccp.negotiated()) == "MPPE128 stateless");
        CHECK(end->ccp.satisfied());
    }
}

TEST_CASE("we ask for all that the keys serve") {
    End strong({.mppe = true, .bits40 = false}), both({.mppe = true});
    strong.peer.start();
    both.peer.start();
    CHECK(strong.asked() == (kH | kS));
    CHECK(both.asked() == (kH | kS | kL));
}

TEST_CASE("a peer that can do 40 bits only gets 40 bits, unless the keys do not serve them") {
    End e({.mppe = true});
    e.peer.start();
    e.peer.answer(Code::configure_nak, mppe(kH | kL));
    CHECK(e.asked() == (kH | kL));
    e.peer.ack();
    CHECK(e.peer.request(mppe(kH | kL)) == "[CCP ConfAck id=0x1 <mppe +H -M -S +L -D -C>]");
    CHECK(encoding_text(e.ccp.negotiated()) == "MPPE40 stateless");

    End strong({.mppe = true, .required = true, .bits40 = false});
    strong.peer.start();
    strong.peer.answer(Code::configure_nak, mppe(kH | kL));
    strong.time.advance(60s);
    CHECK(strong.owner.end == ControlEnd::refused);
}

TEST_CASE("several strengths, 56 bits and MPPC get a Nak with one choice") {
    End e({.mppe = true});
    e.peer.start();
    std::uint8_t id = 0;
    for (const auto bits :
         {kH | kS | kL, kH | kM | kS | kL | Mppe::kMppc, kS | kL, kH | kS | Mppe::kObsolete})
        CHECK(e.peer.request(mppe(bits), ++id).ends_with("<mppe +H -M +S -L -D -C>]"));
    CHECK(e.owner.frames.back()[2] == 3);
    CHECK(e.peer.request(mppe(kH | kS), ++id) == "[CCP ConfAck id=0x5 <mppe +H -M +S -L -D -C>]");
}

TEST_CASE("56 bits alone are never agreed on") {
    End e({.mppe = true});
    e.peer.start();
    for (std::uint8_t id = 1; id < 20; ++id) {
        (void)e.peer.request(mppe(kH | kM), id);
        CHECK(e.owner.frames.back()[2] != 2);
    }
    e.peer.answer(Code::configure_nak, mppe(kH | kM));
    CHECK(e.asked() == 0);
}

TEST_CASE("stateful MPPE is agreed on when the peer insists") {
    End e({.mppe = true, .required = true});
    e.peer.start();
    CHECK(e.peer.request(mppe(kS), 1) == "[CCP ConfNak id=0x1 <mppe +H -M +S -L -D -C>]");
    CHECK(e.peer.request(mppe(kS), 2) == "[CCP ConfAck id=0x2 <mppe -H -M +S -L -D -C>]");
    e.peer.answer(Code::configure_nak, mppe(kS));
    CHECK(e.asked() == kS);
    e.peer.ack();
    CHECK(e.owner.ups == 1);
    CHECK(encoding_text(e.ccp.negotiated()) == "MPPE128 stateful");
    // A new negotiation begins with a new wish.
    CHECK(e.peer.request(mppe(kS), 3).starts_with("[CCP ConfNak"));
}

TEST_CASE("directions that differ are named one after the other") {
    End e({.mppe = true});
    e.peer.start();
    e.peer.answer(Code::configure_nak, mppe(kH | kL));
    e.peer.ack();
    (void)e.peer.request(mppe(kH | kS));
    CHECK(encoding_text(e.ccp.negotiated()) == "MPPE128 stateless/MPPE40 stateless");
    CHECK(encoding_text({.sent = std::nullopt, .received = Mppe{kH | kS}}) == "none/MPPE128 stateless");
    CHECK(encoding_text({}).empty());
}

TEST_CASE("an acknowledged choice means its strongest") {
    End e({.mppe = true});
    e.peer.start();
    e.peer.ack();
    (void)e.peer.request(mppe(kH | kS));
    CHECK(e.ccp.negotiated().received == wire::ccp::Option(Mppe{kH | kS}));
}

TEST_CASE("a peer without encryption: in the clear with yes, the end with required") {
    End yes({.mppe = true});
    yes.peer.start();
    yes.peer.answer(Code::configure_reject, mppe(kH | kS | kL));
    CHECK(yes.asked() == 0);
    yes.peer.ack();
    CHECK(yes.peer.request({}) == "[CCP ConfAck id=0x1]");
    CHECK(yes.owner.ups == 1);
    CHECK(encoding_text(yes.ccp.negotiated()).empty());

    End required({.mppe = true, .required = true});
    required.peer.start();
    required.peer.answer(Code::configure_reject, mppe(kH | kS | kL));
    required.time.advance(60s);
    CHECK(required.owner.ups == 0);
    CHECK(required.owner.end == ControlEnd::refused);
}

TEST_CASE("a peer that lists no MPPE is told of it, and what is agreed without is no encryption") {
    End e({.mppe = true, .required = true});
    e.peer.start();
    e.peer.ack();
    for (std::uint8_t id = 1; id <= 5; ++id)
        CHECK(e.peer.request({}, id).ends_with("<mppe +H -M +S -L -D -C>]"));
    (void)e.peer.request({}, 6);
    CHECK(e.owner.ups == 1);
    CHECK_FALSE(e.ccp.satisfied());

    End yes({.mppe = true});
    yes.peer.start();
    (void)yes.peer.request({}, 1);
    (void)yes.peer.request({}, 2);
    CHECK(yes.peer.request({}, 3) == "[CCP ConfAck id=0x3]");
}

TEST_CASE("without keys MPPE is rejected") {
    End e({.deflate = true});
    e.peer.start();
    CHECK(e.peer.request(mppe(kH | kS)).starts_with("[CCP ConfRej"));
}

TEST_CASE("compression is offered where MPPE is not, one method after the other") {
    End e({.mppe = true, .deflate = true, .bsd = true});
    e.peer.start();
    CHECK(e.asked() != 0);
    CHECK(e.peer.request(from_hex("1a 04 78 00"), 1).starts_with("[CCP ConfRej"));
    e.peer.answer(Code::configure_reject, mppe(kH | kS | kL));
    CHECK(e.peer.request_text().ends_with("<deflate 15>]"));
    CHECK(e.peer.request(from_hex("1a 04 78 00 18 04 78 00 15 03 2f"), 2) ==
          "[CCP ConfRej id=0x2 <deflate(old#) 15> <bsd v1 15>]");
    CHECK(e.peer.request(from_hex("1a 04 78 00"), 3) == "[CCP ConfAck id=0x3 <deflate 15>]");
    e.peer.answer(Code::configure_nak, from_hex("1a 04 48 00"));
    CHECK(e.peer.request_text().ends_with("<deflate 12>]"));
    e.peer.answer(Code::configure_reject, from_hex("1a 04 48 00"));
    CHECK(e.peer.request_text().ends_with("<bsd v1 15>]"));
    e.peer.ack();
    CHECK(e.owner.ups == 1);
    CHECK(encoding_text(e.ccp.negotiated()) == "deflate 15/bsd 15");
}

TEST_CASE("windows and codes beyond what the kernel can do are not agreed on") {
    End e({.deflate = true, .bsd = true});
    e.peer.start();
    CHECK(e.peer.request(from_hex("1a 04 08 00"), 1) == "[CCP ConfNak id=0x1 <deflate 15>]");
    CHECK(e.peer.request(from_hex("1a 04 f8 00"), 2) == "[CCP ConfNak id=0x2 <deflate 15>]");
    CHECK(e.peer.request(from_hex("15 03 30"), 3) == "[CCP ConfNak id=0x3 <bsd v1 15>]");
    CHECK(e.peer.request(from_hex("11 05 00 01 04"), 4).starts_with("[CCP ConfRej"));
    e.peer.answer(Code::configure_nak, from_hex("1a 04 08 00"));
    CHECK(e.peer.request_text().ends_with("<bsd v1 15>]"));
    e.peer.answer(Code::configure_nak, from_hex("15 03 30"));
    CHECK(e.peer.our_request().size() == 6);
}

TEST_CASE("a Configure-Request that comes again in Opened begins anew: the kernel has stopped at its sight") {
    CcpPair p({.mppe = true}, {.mppe = true});
    REQUIRE(p.left.owner.ups == 1);
    const auto request = p.right.peer.our_request();
    p.left.ccp.receive(wire::ByteView(request).subspan(2));
    CHECK(p.left.owner.downs == 1);
    CHECK(p.left.owner.ups == 2);
    CHECK(p.right.owner.ups == 2);
}

TEST_CASE("what another process agreed on is gone on with, silently") {
    End e({.mppe = true, .required = true});
    const CcpResult agreed{.sent = Mppe{kH | kS}, .received = Mppe{kS}};
    e.ccp.resume(agreed, 7);
    CHECK(e.ccp.opened());
    CHECK(e.ccp.negotiated() == agreed);
    CHECK(e.ccp.satisfied());
    CHECK(e.owner.frames.empty());
    e.ccp.send_reset_request();
    CHECK(hex(e.owner.frames.back()) == "80 fd 0e 08 00 04");
    e.ccp.send_reset_ack(3);
    CHECK(hex(e.owner.frames.back()) == "80 fd 0f 03 00 04");
}
