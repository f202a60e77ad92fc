// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/session_record.hpp"
#include <doctest/doctest.h>
#include <fstream>
#include "support/hex.hpp"

using namespace ppp;
using namespace ppp::session;
using namespace std::chrono_literals;

namespace {

/// One in which no two fields have the same value, and none its default.
SessionRecord full() {
    SessionRecord out;
    out.id = 0x0102030405060708;
    out.role = Role::server;
    out.object = "fibre";
    out.link.info = {.interface = "eth0",
                     .service_name = "internet",
                     .ac_name = "ac1",
                     .own_mac = {2, 0, 0, 0, 0, 1},
                     .peer_mac = {2, 0, 0, 0, 0, 2},
                     .session_id = 0xabcd,
                     .max_mru = 1500};
    out.link.host_uniq = {1, 2, 3, 4, 5, 6, 7, 8};
    out.link.tags = {0x01, 0x04, 0x00, 0x01, 0x99};
    out.user = "bob";
    out.lcp.last_id = 7;
    out.lcp.agreed = {.own_mru = 1492,
                      .peer_mru = 1480,
                      .mtu = 1470,
                      .auth_to_peer = AuthMethod::mschap2,
                      .auth_of_peer = AuthMethod::pap,
                      .own_magic = 0x11111111,
                      .peer_magic = 0x22222222,
                      .pfc = true,
                      .acfc = false,
                      .accm = 0x33333333,
                      .own_accm = 0x44444444};
    out.ipcp = {.agreed = {.own_address = 0x0a000001, .peer_address = 0x0a000002, .dns = {1, 2}},
                .last_id = 8};
    out.ipv6cp = {.agreed = {.own_identifier = 0x5555, .peer_identifier = 0x6666}, .last_id = 9};
    out.ccp = OpenedCcp{
        .agreed = {.sent = wire::ccp::Mppe{0x01000040}, .received = wire::ccp::Mppe{0x40}},
        .last_id = 10,
        .config = {.mppe = true, .required = true, .bits40 = false, .deflate = true, .bsd = false},
        .keys = {.send = Secret("0123456789abcdef"), .receive = Secret("fedcba9876543210"), .bits40 = true}};
    out.network.encryption = config::Encryption::required;
    out.network.compression = true;
    out.network.interface = "ppp-bob";
    out.network.profile = "homes";
    out.network.hooks =
        std::make_shared<const config::Hooks>(config::Hooks{.on_up = "/bin/up", .on_down = "/bin/down x"});
    out.network.local_address = 0x0a000001;
    out.network.remote_address = 0x0a000002;
    out.network.dns = {3, 4};
    out.network.nbns = {5, 6};
    out.network.want_dns = true;
    out.network.ipv6 = false;
    out.network.host = {.default_route = true, .metric = 77};
    out.network.session_timeout = 100s;
    out.network.idle_timeout = 200s;
    out.unit = "ppp7";
    out.index = 0x10000005;
    out.unit_made = TimePoint(1234567891ns);
    out.begun = TimePoint(1000000001ns);
    out.connected = TimePoint(2000000002ns);
    out.malformed = 12;
    out.local_lease = true;
    out.fingerprint = 0xdeadbeef;
    return out;
}

/// Everything that a record says, as text.
std::string told(const SessionRecord& r) { return test::hex(encode(r)); }

}  // namespace

TEST_CASE("a record comes back as it was, every field of it") {
    const auto before = full();
    const auto after = decode_record(encode(before));
    REQUIRE_MESSAGE(after, after.error().what);
    CHECK(told(*after) == told(before));
    CHECK(after->id == before.id);
    CHECK(after->link.info.session_id == 0xabcd);
    CHECK(after->lcp.agreed.auth_to_peer == AuthMethod::mschap2);
    CHECK(after->lcp.agreed.auth_of_peer == AuthMethod::pap);
    CHECK(after->lcp.agreed.pfc);
    CHECK_FALSE(after->lcp.agreed.acfc);
    CHECK(after->ipcp->agreed.dns[1] == 2);
    CHECK(after->ipv6cp->agreed.peer_identifier == 0x6666);
    REQUIRE(after->ccp);
    CHECK(after->ccp->agreed == before.ccp->agreed);
    CHECK(after->ccp->last_id == 10);
    CHECK(after->ccp->config == before.ccp->config);
    CHECK(after->ccp->keys.send == before.ccp->keys.send);
    CHECK(after->ccp->keys.receive == before.ccp->keys.receive);
    CHECK(after->ccp->keys.bits40);
    CHECK(after->network.encryption == config::Encryption::required);
    CHECK(after->network.compression);
    CHECK(after->network.hooks->on_down == "/bin/down x");
    CHECK(after->network.host.metric == 77);
    CHECK(after->network.host.default_route);
    CHECK(after->network.want_dns);
    CHECK_FALSE(after->network.ipv6);
    CHECK(after->connected == before.connected);
    CHECK(after->unit_made == before.unit_made);
}

TEST_CASE("what is not open is not in the record") {
    auto record = full();
    record.ipcp.reset();
    record.ipv6cp.reset();
    record.ccp.reset();
    record.network.hooks = nullptr;
    record.lcp.agreed.auth_to_peer.reset();
    const auto after = decode_record(encode(record));
    REQUIRE(after);
    CHECK_FALSE(after->ipcp);
    CHECK_FALSE(after->ipv6cp);
    CHECK_FALSE(after->ccp);
    CHECK_FALSE(after->network.hooks);
    CHECK_FALSE(after->lcp.agreed.auth_to_peer);
}

TEST_CASE("a record of the format before is read, and what it lacks is made up for") {
    std::ifstream file(std::string(TEST_ROOT) + "/data/session_record_1.hex");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    REQUIRE_FALSE(text.empty());
    const auto after = decode_record(test::from_hex(text));
    REQUIRE_MESSAGE(after, after.error().what);
    auto expected = full();
    expected.ccp.reset();
    expected.network.encryption = config::Encryption::no;
    expected.network.compression = false;
    expected.unit.clear();
    expected.unit_made = expected.connected;
    CHECK(told(*after) == told(expected));
}

TEST_CASE("a field that a later version has added is skipped") {
    auto octets = encode(full());
    constexpr std::array<std::uint8_t, 6> kNewer{200, 0, 3, 1, 2, 3};
    octets.insert(octets.end(), kNewer.begin(), kNewer.end());
    const auto after = decode_record(octets);
    REQUIRE(after);
    CHECK(told(*after) == told(full()));
}

TEST_CASE("a format that is not known, and a record cut anywhere, are refused with a reason") {
    auto octets = encode(full());
    octets[0] = 99;
    CHECK(decode_record(octets).error().what.find("format 99") != std::string::npos);
    octets = encode(full());
    std::size_t whole = 0;
    for (std::size_t n = 0; n < octets.size(); ++n) {
        const auto cut = decode_record(wire::ByteView(octets).first(n));
        // Between two fields a cut is seen only while something that must be there is missing.
        if (cut)
            ++whole;
        else
            CHECK_FALSE(cut.error().what.empty());
    }
    CHECK(whole < 20);
    CHECK_FALSE(decode_record({}));
}
