// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Pairs of ends over a link that loses, duplicates and reorders: they agree, and on the same values.
///
/// SEED=n repeats one seed. The faults last a minute; what has given up by then is opened again, as a
/// session's supervisor does, and the quiet link must bring both ends to Opened.
#include <doctest/doctest.h>
#include "ppp/ccp.hpp"
#include "ppp/ipcp.hpp"
#include "ppp/ipv6cp.hpp"
#include "ppp/lcp.hpp"
#include "support/lcp_ends.hpp"
#include "support/memory_link.hpp"
#include "support/ncp_ends.hpp"
#include "support/option_policies.hpp"
#include "support/seeds.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;

namespace {
constexpr std::uint32_t kSeeds = 2000;

MemoryLink::Faults faults(std::uint32_t seed) {
    return {.loss = 0.05 * (seed % 7),
            .duplicate = 0.05 * (seed % 5),
            .reorder = 0.05 * (seed % 11),
            .seed = seed};
}

template <class Protocol>
void join(MemoryLink& link, Protocol& left, Protocol& right) {
    link.left = [&left](wire::ByteView frame) { left.receive(frame.subspan(2)); };
    link.right = [&right](wire::ByteView frame) { right.receive(frame.subspan(2)); };
}

/// @return whether both were Opened before the faults ended.
template <class Protocol>
bool converge(VirtualTime& time, MemoryLink& link, Protocol& left, Protocol& right, std::uint32_t seed) {
    link.set_faults(faults(seed));
    for (auto* end : {&left, &right}) {
        end->open();
        end->up();
    }
    time.advance(60s);
    const bool early = left.opened() && right.opened();
    link.set_faults({});
    for (auto* end : {&left, &right})
        if (!end->opened()) {
            end->down();
            end->open();
            end->up();
        }
    time.advance(60s);
    REQUIRE(left.opened());
    REQUIRE(right.opened());
    return early;
}

/// Most pairs must not have needed help.
struct Early {
    int count = 0, of = 0;
    void add(bool early) {
        count += early ? 1 : 0;
        ++of;
    }
    ~Early() {
        if (of == static_cast<int>(kSeeds)) CHECK(count > of * 98 / 100);
    }
};
}  // namespace

TEST_CASE("property: two engines converge over any bad link, each with what the other accepts") {
    Early early;
    for_seeds(kSeeds, [&](std::uint32_t seed) {
        CAPTURE(seed);
        VirtualTime time;
        MemoryLink link{time};
        NumberPolicy pa{2, 0}, pb{7, 5};
        TracingOwner oa, ob;
        oa.wire = [&](wire::ByteView f) { link.send_left(f); };
        ob.wire = [&](wire::ByteView f) { link.send_right(f); };
        ControlProtocol a{time, Protocol::lcp, pa, oa, {}}, b{time, Protocol::lcp, pb, ob, {}};
        join(link, a, b);
        early.add(converge(time, link, a, b, seed));
        CHECK(pa.agreed == 7);
        CHECK(pb.agreed == 5);
        CHECK(oa.ups - oa.downs == 1);
        CHECK(ob.ups - ob.downs == 1);
        CHECK(a.counters().malformed + b.counters().malformed == 0);
    });
}

TEST_CASE("property: two LCPs converge over any bad link on MRU, authentication and magic numbers") {
    Early early;
    for_seeds(kSeeds, [&](std::uint32_t seed) {
        CAPTURE(seed);
        using enum AuthMethod;
        VirtualTime time;
        MemoryLink link{time};
        SeededRng rng{seed};
        LcpOwner oc, os;
        oc.wire = [&](wire::ByteView f) { link.send_left(f); };
        os.wire = [&](wire::ByteView f) { link.send_right(f); };
        LcpConfig client{.mru = 1492, .peer_mru_max = 1492}, server{.mru = 1480, .peer_mru_max = 1400};
        client.offer.add(pap);
        client.offer.add(chap_md5);
        server.demand = AuthMethods::all();
        Lcp c{time, rng, oc, client}, s{time, rng, os, server};
        join(link, c, s);
        early.add(converge(time, link, c, s, seed));
        const auto &rc = c.negotiated(), &rs = s.negotiated();
        CHECK(rs.auth_of_peer == chap_md5);
        CHECK(rc.auth_to_peer == chap_md5);
        CHECK(!rc.auth_of_peer);
        CHECK(rc.mtu == 1480);
        CHECK(rs.mtu == 1400);
        CHECK(rc.own_magic == rs.peer_magic);
        CHECK(rs.own_magic == rc.peer_magic);
        CHECK(rc.own_magic != rs.own_magic);
    });
}

TEST_CASE("property: two CCPs converge over any bad link on MPPE with what both can do") {
    for_seeds(kSeeds, [&](std::uint32_t seed) {
        CAPTURE(seed);
        VirtualTime time;
        MemoryLink link{time};
        NcpOwner oc, os;
        oc.wire = [&](wire::ByteView f) { link.send_left(f); };
        os.wire = [&](wire::ByteView f) { link.send_right(f); };
        const bool weak = seed % 2 == 0;
        Ccp c{time, oc, {.mppe = true, .required = true, .bits40 = weak}};
        Ccp s{time, os, {.mppe = true, .bits40 = !weak, .deflate = true}};
        join(link, c, s);
        // A link that repeats begins negotiations anew: see Ccp::tolerates_repeats().
        (void)converge(time, link, c, s, seed);
        for (const auto* end : {&c, &s}) {
            CHECK(encoding_text(end->negotiated()) == "MPPE128 stateless");
            CHECK(end->satisfied());
        }
    });
}

TEST_CASE("property: two IPCPs converge over any bad link on addresses and name servers") {
    Early early;
    for_seeds(kSeeds, [&](std::uint32_t seed) {
        CAPTURE(seed);
        VirtualTime time;
        MemoryLink link{time};
        NcpOwner oc, os;
        oc.wire = [&](wire::ByteView f) { link.send_left(f); };
        os.wire = [&](wire::ByteView f) { link.send_right(f); };
        Ipcp c{time, oc, {.want_dns = true}};
        Ipcp s{time,
               os,
               {.own_address = 0x0a000001,
                .accept_own = false,
                .peer_address = 0x0a000002,
                .accept_peer = false,
                .dns = {0x08080808, 0x08080404}}};
        join(link, c, s);
        early.add(converge(time, link, c, s, seed));
        CHECK(c.negotiated().own_address == 0x0a000002);
        CHECK(c.negotiated().peer_address == 0x0a000001);
        CHECK(c.negotiated().dns == std::array{0x08080808U, 0x08080404U});
        CHECK(s.negotiated().peer_address == 0x0a000002);
    });
}

TEST_CASE(
    "property: two IPV6CPs converge over any bad link on two identifiers, though both begin with the same") {
    Early early;
    for_seeds(kSeeds, [&](std::uint32_t seed) {
        CAPTURE(seed);
        VirtualTime time;
        MemoryLink link{time};
        SeededRng rng{seed};
        NcpOwner ol, orr;
        ol.wire = [&](wire::ByteView f) { link.send_left(f); };
        orr.wire = [&](wire::ByteView f) { link.send_right(f); };
        Ipv6cp l{time, rng, ol, {.own_identifier = 1}}, r{time, rng, orr, {.own_identifier = 1}};
        join(link, l, r);
        early.add(converge(time, link, l, r, seed));
        CHECK(l.negotiated().own_identifier == r.negotiated().peer_identifier);
        CHECK(r.negotiated().own_identifier == l.negotiated().peer_identifier);
        CHECK(l.negotiated().own_identifier != r.negotiated().own_identifier);
    });
}

TEST_CASE("property: whenever one end closes over a bad link, both finish") {
    for_seeds(kSeeds, [&](std::uint32_t seed) {
        CAPTURE(seed);
        VirtualTime time;
        MemoryLink link{time};
        NumberPolicy pa{10, 0}, pb{7, 5};
        TracingOwner oa, ob;
        oa.wire = [&](wire::ByteView f) { link.send_left(f); };
        ob.wire = [&](wire::ByteView f) { link.send_right(f); };
        ControlProtocol a{time, Protocol::lcp, pa, oa, {}}, b{time, Protocol::lcp, pb, ob, {}};
        join(link, a, b);
        for (auto* end : {&a, &b}) {
            end->open();
            end->up();
        }
        link.set_faults(faults(seed));
        time.advance(std::chrono::milliseconds(seed * 7 % 20000));
        a.close();
        time.advance(120s);
        CHECK(a.state() == fsm::State::closed);
        CHECK(oa.ups == oa.downs);
        if (!b.opened()) CHECK(ob.ups == ob.downs);  // else the Terminate-Requests were lost: the echo's task
    });
}
