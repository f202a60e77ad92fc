// SPDX-License-Identifier: GPL-2.0-or-later
/// @file LCP: what it asks, accepts and refuses; echoes, rejects, looped lines.
#include <doctest/doctest.h>
#include "ppp/lcp.hpp"
#include "support/hex.hpp"
#include "support/lcp_ends.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;
using fsm::State;
using wire::lcp::AddressControlCompression;
using wire::lcp::AsyncMap;
using wire::lcp::AuthProtocol;
using wire::lcp::MagicNumber;
using wire::lcp::Mru;
using wire::lcp::ProtocolFieldCompression;
using wire::lcp::to_option;

namespace {
AuthMethods methods(std::initializer_list<AuthMethod> list) {
    AuthMethods m;
    for (auto x : list) m.add(x);
    return m;
}
const auto kNoMagic = LcpConfig{.want_magic = false};
LcpConfig demanding(AuthMethods demand) { return {.demand = demand, .want_magic = false}; }
LcpConfig offering(AuthMethods offer) { return {.offer = offer, .want_magic = false}; }
bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("the MRU is asked for only when it is not the default") {
    LcpEndpoint plain{kNoMagic};
    plain.start();
    CHECK(plain.request_text() == "[LCP ConfReq id=0x1]");
    LcpEndpoint pppoe{{.mru = 1492, .want_magic = false}};
    pppoe.start();
    CHECK(pppoe.request_text() == "[LCP ConfReq id=0x1 <mru 1492>]");
    pppoe.ack();
    pppoe.request({});
    CHECK(pppoe.lcp.negotiated().own_mru == 1492);
}

TEST_CASE(
    "a peer's MRU below 128 gets a Nak, any other up to 65535 is accepted; we send no more than configured") {
    LcpEndpoint e{{.peer_mru_max = 1492, .want_magic = false}};
    e.start();
    CHECK(e.request({Mru{127}}) == "[LCP ConfNak id=0x1 <mru 128>]");
    CHECK(e.request({Mru{0}}) == "[LCP ConfNak id=0x1 <mru 128>]");
    e.ack();
    CHECK(e.request({Mru{65535}}) == "[LCP ConfAck id=0x1 <mru 65535>]");
    REQUIRE(e.owner.ups == 1);
    CHECK(e.lcp.negotiated().peer_mru == 65535);
    CHECK(e.lcp.negotiated().mtu == 1492);
    // Without the option its default holds again.
    e.request({Mru{1000}}, 2);
    e.request({}, 3);
    e.ack();
    CHECK(e.lcp.negotiated().peer_mru == 1500);
    e.request({Mru{1000}}, 4);
    e.ack();
    CHECK(e.lcp.negotiated().mtu == 1000);
}

TEST_CASE("a Nak lowers our MRU but never raises it, a Reject brings the default") {
    LcpEndpoint e{{.mru = 1492, .want_magic = false}};
    e.start();
    e.answer(Code::configure_nak, {Mru{1400}});
    CHECK(contains(e.request_text(), "<mru 1400>"));
    e.answer(Code::configure_nak, {Mru{9000}});
    CHECK(contains(e.request_text(), "<mru 1400>"));
    e.answer(Code::configure_nak, {Mru{60}});
    CHECK(contains(e.request_text(), "<mru 1400>"));
    e.answer(Code::configure_reject, {Mru{1400}});
    CHECK(!contains(e.request_text(), "mru"));
    e.ack();
    e.request({});
    CHECK(e.lcp.negotiated().own_mru == 1500);
}

TEST_CASE("a Nak may make us state an MRU that we had left out") {
    LcpEndpoint e{kNoMagic};
    e.start();
    e.answer(Code::configure_nak, {Mru{1492}});
    CHECK(contains(e.request_text(), "<mru 1492>"));
}

TEST_CASE("the strongest allowed authentication is demanded first") {
    using enum AuthMethod;
    for (auto [allowed, text] : {std::pair{methods({pap, chap_md5, mschap1, mschap2}), "<auth chap MS-v2>"},
                                 {methods({pap, chap_md5, mschap1}), "<auth chap MS>"},
                                 {methods({pap, chap_md5}), "<auth chap MD5>"},
                                 {methods({pap}), "<auth pap>"}}) {
        LcpEndpoint e{demanding(allowed)};
        e.start();
        CHECK(contains(e.request_text(), text));
    }
}

TEST_CASE("a Nak with another allowed method moves the demand to it") {
    using enum AuthMethod;
    LcpEndpoint e{demanding(methods({pap, chap_md5, mschap2}))};
    e.start();
    e.answer(Code::configure_nak, {to_option(pap)});
    CHECK(contains(e.request_text(), "<auth pap>"));
    e.ack();
    e.request({});
    CHECK(e.lcp.negotiated().auth_of_peer == pap);
    CHECK(!e.lcp.negotiated().auth_to_peer);
}

TEST_CASE(
    "a Nak with a method that is not allowed moves the demand to our next one, and then ends the link") {
    using enum AuthMethod;
    LcpEndpoint e{demanding(methods({pap, mschap2}))};
    e.start();
    e.answer(Code::configure_nak, {AuthProtocol{0xc227, std::nullopt}});
    CHECK(contains(e.request_text(), "<auth pap>"));
    e.answer(Code::configure_nak, {to_option(chap_md5)});
    CHECK(e.lcp.state() == State::closing);
    CHECK(e.lcp.end() == LcpEnd::no_common_auth);
    e.receive(Code::terminate_ack, 1);
    CHECK(e.owner.end == LcpEnd::no_common_auth);
    CHECK(e.owner.ups == 0);
}

TEST_CASE("a Reject of our demand ends the link: the peer refuses to authenticate") {
    LcpEndpoint e{demanding(AuthMethods::all())};
    e.start();
    e.answer(Code::configure_reject, {to_option(AuthMethod::mschap2)});
    CHECK(contains(e.last_text(), "TermReq"));
    e.time.advance(60s);
    CHECK(e.owner.finished == 1);
    CHECK(e.owner.end == LcpEnd::peer_refuses_auth);
    CHECK(sentence(e.owner.end) == "the peer refuses to authenticate");
}

TEST_CASE("nothing is negotiated without the authentication that we demand") {
    LcpEndpoint e{demanding(AuthMethods::all())};
    e.start();
    e.request({});
    e.receive(Code::configure_ack, e.request_id(), {});  // not what we asked
    CHECK(e.owner.ups == 0);
    CHECK(e.lcp.counters().malformed == 1);
}

TEST_CASE(
    "a demanded method that we offer is accepted, another one gets a Nak with our best, none at all a "
    "Reject") {
    using enum AuthMethod;
    LcpEndpoint some{offering(methods({pap, chap_md5}))};
    some.start();
    CHECK(some.request({to_option(mschap2)}) == "[LCP ConfNak id=0x1 <auth chap MD5>]");
    CHECK(some.request({AuthProtocol{0xc227, std::nullopt}}) == "[LCP ConfNak id=0x1 <auth chap MD5>]");
    CHECK(some.request({to_option(pap)}) == "[LCP ConfAck id=0x1 <auth pap>]");
    some.ack();
    CHECK(some.lcp.negotiated().auth_to_peer == pap);
    LcpEndpoint none{kNoMagic};
    none.start();
    CHECK(none.request({to_option(pap)}) == "[LCP ConfRej id=0x1 <auth pap>]");
}

TEST_CASE("on PPPoE and PPTP the options of asynchronous lines are rejected and never asked") {
    LcpEndpoint e{kNoMagic};
    e.start();
    CHECK(e.request_text() == "[LCP ConfReq id=0x1]");
    CHECK(e.request({AsyncMap{0}, ProtocolFieldCompression{}, AddressControlCompression{}, Mru{1492}}) ==
          "[LCP ConfRej id=0x1 <asyncmap 0x0> <pcomp> <accomp>]");
}

TEST_CASE("on an asynchronous line they are asked, accepted, merged and reported") {
    LcpEndpoint e{{.async = true, .accm = 0x000a0000, .want_magic = false}};
    e.start();
    CHECK(e.request_text() == "[LCP ConfReq id=0x1 <asyncmap 0xa0000> <pcomp> <accomp>]");
    e.answer(Code::configure_nak, {AsyncMap{1}});
    CHECK(contains(e.request_text(), "<asyncmap 0xa0001>"));
    e.answer(Code::configure_reject, {ProtocolFieldCompression{}});
    CHECK(contains(e.request_text(), "<asyncmap 0xa0001> <accomp>"));
    e.ack();
    e.request({AsyncMap{4}, ProtocolFieldCompression{}, AddressControlCompression{}});
    REQUIRE(e.owner.ups == 1);
    const auto& r = e.lcp.negotiated();
    CHECK(r.pfc);
    CHECK(r.acfc);
    CHECK(r.accm == 4);
    CHECK(r.own_accm == 0xa0001);
}

TEST_CASE("a magic number of zero gets a Nak with another one") {
    LcpEndpoint e;
    e.start();
    const auto text = e.request({MagicNumber{0}});
    CHECK(contains(text, "ConfNak"));
    CHECK(!contains(text, "<magic 0x0>"));
    e.ack();
    e.request({MagicNumber{77}});
    CHECK(e.lcp.negotiated().peer_magic == 77);
    CHECK(e.lcp.negotiated().own_magic != 0);
}

TEST_CASE("a Nak of our magic number brings a fresh one, a Reject none") {
    LcpEndpoint e;
    e.start();
    const auto first = e.request_text();
    e.answer(Code::configure_nak, {MagicNumber{99}});
    CHECK(e.request_text().substr(20) != first.substr(20));
    const auto request = e.our_request();
    e.receive(Code::configure_reject, request[3], wire::ByteView(request).subspan(6));
    CHECK(!contains(e.request_text(), "magic"));
    e.ack();
    e.request({});
    CHECK(e.lcp.negotiated().own_magic == 0);
}

TEST_CASE("a line that returns our own packets is found looped back within loop-limit requests") {
    LcpEndpoint e;
    e.owner.wire = [&](wire::ByteView frame) { e.lcp.receive(frame.subspan(2)); };
    e.start();
    e.time.advance(60s);
    CHECK(e.owner.ups == 0);
    CHECK(e.owner.finished == 1);
    CHECK(e.owner.end == LcpEnd::loopback);
}

TEST_CASE("one request with our magic number by chance is no loop") {
    LcpEndpoint e;
    e.start();
    const auto request = e.our_request();
    const auto own = wire::ByteView(request).subspan(6);
    for (std::uint8_t i = 0; i < 20; ++i) {
        e.receive(Code::configure_request, i, own);
        e.request({MagicNumber{0x01020304}}, i);
    }
    CHECK(e.owner.finished == 0);
}

TEST_CASE("an Echo-Request is answered in Opened only, with our magic number and its data") {
    LcpEndpoint e;
    e.start();
    const auto before = e.owner.frames.size();
    const auto echo = from_hex("00 00 00 4d 68 69");
    e.receive(Code::echo_request, 9, echo);
    CHECK(e.owner.frames.size() == before);
    e.ack();
    e.request({MagicNumber{77}});
    e.receive(Code::echo_request, 9, echo);
    CHECK(e.last().code == Code::echo_reply);
    CHECK(e.last().id == 9);
    wire::Reader r{e.last().data};
    CHECK(r.u32() == e.lcp.negotiated().own_magic);
    CHECK(hex(r.rest()) == "68 69");
}

TEST_CASE("a reply is no longer than the peer can receive") {
    LcpEndpoint e;
    e.negotiate({Mru{128}, MagicNumber{77}});
    e.receive(Code::echo_request, 9, wire::Bytes(1000));
    CHECK(e.last().packet.size() == 128);
}

TEST_CASE("echoes with our own magic number are a looped line after loop-limit of them in a row") {
    for (auto code : {Code::echo_request, Code::echo_reply, Code::discard_request}) {
        LcpEndpoint e;
        e.negotiate({MagicNumber{77}});
        wire::Writer own, other;
        own.u32(e.lcp.negotiated().own_magic);
        other.u32(77);
        const auto sent = e.owner.frames.size();
        for (int i = 0; i < 4; ++i) e.receive(code, 1, own.view());
        e.receive(Code::discard_request, 1, other.view());
        for (int i = 0; i < 4; ++i) e.receive(code, 1, own.view());
        CHECK(e.lcp.opened());
        CHECK(e.owner.frames.size() == sent);
        CHECK(e.owner.echoes.empty());
        e.receive(code, 1, own.view());
        CHECK(e.owner.downs == 1);
        CHECK(e.lcp.end() == LcpEnd::loopback);
    }
}

TEST_CASE("an Echo-Request of ours can have any size up to the MTU, and its answer is reported") {
    LcpEndpoint e;
    CHECK(!e.lcp.send_echo());
    e.negotiate({MagicNumber{77}});
    const auto id = e.lcp.send_echo();
    REQUIRE(id);
    CHECK(e.last().packet.size() == 8);
    CHECK(e.last().id == *id);
    e.lcp.send_echo(1492);
    CHECK(e.last().packet.size() == 1492);
    e.lcp.send_echo(9000);
    CHECK(e.last().packet.size() == 1500);
    e.lcp.send_echo(0);
    CHECK(e.last().packet.size() == 8);
    e.receive(Code::echo_reply, *id, from_hex("00 00 00 4d"));
    CHECK(e.owner.echo_id == id);
    CHECK(e.owner.echoes == std::vector<std::size_t>{8});
}

TEST_CASE("Identification, Time-Remaining and Discard-Request are understood; a truncated one is malformed") {
    LcpEndpoint e;
    e.negotiate({MagicNumber{77}});
    const auto sent = e.owner.frames.size();
    for (auto code : {Code::identification, Code::time_remaining, Code::discard_request})
        e.receive(code, 1, from_hex("00 00 00 4d 31 32 33 34"));
    CHECK(e.owner.frames.size() == sent);
    CHECK(e.lcp.counters().malformed == 0);
    e.receive(Code::echo_request, 1, from_hex("00 00 4d"));
    e.receive(Code::protocol_reject, 1, from_hex("80"));
    CHECK(e.owner.frames.size() == sent);
    CHECK(e.lcp.counters().malformed == 2);
    e.receive(static_cast<Code>(14), 1);
    CHECK(e.last().code == Code::code_reject);
}

TEST_CASE("a Protocol-Reject is told to the owner; LCP's own and the agreed authentication's end the link") {
    LcpEndpoint e{offering(AuthMethods::all())};
    e.negotiate({to_option(AuthMethod::pap)});
    REQUIRE(e.lcp.opened());
    e.receive(Code::protocol_reject, 1, from_hex("80 57 01 01 00 04"));
    e.receive(Code::protocol_reject, 1, from_hex("c2 23 01 01 00 04"));  // CHAP is not what we agreed on
    CHECK(e.owner.rejected == std::vector{Protocol::ipv6cp, Protocol::chap});
    CHECK(e.lcp.opened());
    SUBCASE("LCP") {
        e.receive(Code::protocol_reject, 1, from_hex("c0 21 09 01 00 08"));
        CHECK(e.lcp.end() == LcpEnd::not_spoken);
    }
    SUBCASE("PAP") {
        e.receive(Code::protocol_reject, 1, from_hex("c0 23 01 01 00 04"));
        CHECK(e.lcp.end() == LcpEnd::auth_rejected);
    }
    CHECK(e.owner.downs == 1);
    CHECK(e.owner.rejected.size() == 2);
    e.time.advance(60s);
    CHECK(e.owner.finished == 1);
}

TEST_CASE("a Protocol-Reject before Opened is ignored") {
    LcpEndpoint e;
    e.start();
    e.receive(Code::protocol_reject, 1, from_hex("c0 21 01 01 00 04"));
    CHECK(e.lcp.state() == State::req_sent);
    CHECK(e.owner.rejected.empty());
}

TEST_CASE(
    "a frame of an unknown protocol is rejected in Opened only, truncated to what the peer can receive") {
    LcpEndpoint e;
    const auto frame = from_hex("82 35 01 02 03");
    e.lcp.reject_protocol(frame);
    CHECK(e.owner.frames.empty());
    e.negotiate({Mru{128}, MagicNumber{77}});
    e.lcp.reject_protocol(frame);
    CHECK(e.last_text() == "[LCP ProtRej id=0x2 82 35 01 02 03]");
    wire::Bytes full(1500, 0xaa);
    full[0] = 0x2b;  // compressed to one octet: two in the reject
    e.lcp.reject_protocol(full);
    CHECK(e.last().packet.size() == 128);
    CHECK(hex(e.last().data.first(4)) == "00 2b aa aa");
    const auto sent = e.owner.frames.size();
    e.lcp.reject_protocol(from_hex("82"));
    e.lcp.reject_protocol(from_hex("c0 21 01"));
    CHECK(e.owner.frames.size() == sent);
}

TEST_CASE("every end has a sentence") {
    for (int i = 0; i <= static_cast<int>(LcpEnd::loopback); ++i)
        CHECK(!sentence(static_cast<LcpEnd>(i)).empty());
    for (int i = 0; i <= static_cast<int>(ControlEnd::refused); ++i)
        CHECK(!sentence(static_cast<ControlEnd>(i)).empty());
}
