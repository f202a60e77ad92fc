// SPDX-License-Identifier: GPL-2.0-or-later
/// @file An accel-ppp.conf as our servers.
#include <doctest/doctest.h>
#include <map>
#include "config/values.hpp"
#include "dbus/pppctl/importers/accel_ppp.hpp"
#include "support/config_backend.hpp"
#include "support/has.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace ppp::ctl::importers;

namespace {

constexpr const char* kFile = R"([modules]
log_file
pppoe
pptp
auth_mschap_v2
auth_pap
ippool
chap-secrets
radius
nonsense

[ppp]
verbose=1
mtu=1492
mru=1492
mtu=1400
lcp-echo-interval=20
lcp-echo-failure=3
mppe=prefer
ipv6=deny
single-session=replace

[pppoe]
interface=eth1,padi-limit=10
interface=eth2
interface=re:vlan[0-9]+
ac-name=tower
service-name=internet
pado-delay=100,200:50,-1:500
ip-pool=homes

[pptp]
mppe=require

[ip-pool]
gw-ip-address=10.0.0.1
10.1.0.2-255
10.2.0.0/24,name=homes,next=spare
10.3.0.2-255,name=spare
what

[dns]
dns1=10.0.0.53
dns2=10.0.0.54

[radius]
server=192.0.2.1,topsecret,auth-port=1645,acct-port=1646,weight=1
auth-server=192.0.2.2:1812,otherone
dae-server=127.0.0.1:3799,daesecret
timeout=3
acct-interim-interval=60
nas-identifier=bras

[chap-secrets]
chap-secrets=/etc/accel/secrets

[cli]
password=clisecret
tcp=127.0.0.1:2001

[shaper]
rate-limit=2048/1024

[wireguard]
key=1
)";

Reader reader() {
    return [](const std::string& path) -> std::optional<std::string> {
        if (path != "/etc/accel/secrets") return {};
        return "user1 * password1 10.9.0.9 20480/10240\nuser2 * password2 homes\nuser3 * password3 *\n";
    };
}

std::vector<std::string> lines_of(const Imported& imported) {
    std::vector<std::string> out;
    for (const auto& note : imported.notes)
        out.push_back(std::to_string(note.line) + ' ' + note.text + ": " +
                      std::string(to_string(note.verdict)) + ": " + note.message);
    return out;
}

}  // namespace

TEST_CASE("an accel-ppp.conf becomes servers, profiles, pools, RADIUS servers and secrets") {
    const auto imported = import_accel_ppp({"accel-ppp.conf", kFile}, reader());
    ConfigBackend backend(config::default_config());
    for (const auto& edit : imported.edits) {
        auto settled = settle(backend, edit, false);
        REQUIRE(settled.has_value());
        REQUIRE(backend.edit(*settled).has_value());
    }
    const auto config = backend.applied();
    CAPTURE((config ? std::string() : config.error().what));
    REQUIRE(config.has_value());
    CHECK(config->pppoe_server.size() == 2);
    const auto& server = config->pppoe_server.at("pppoe-eth1");
    CHECK(server.interface == "eth1");
    CHECK(server.ac_name == "tower");
    CHECK(server.service_name == "internet");
    CHECK(server.pado_delay.count() == 100);
    CHECK(server.max_mtu == 1492);
    CHECK(server.keepalive_timeout.count() == 30);
    CHECK(config::print_auth_methods(server.authentication) == "mschap2,pap");
    CHECK_FALSE(server.disabled);
    const auto& profile = config->profile.at(server.default_profile);
    CHECK(profile.local_address == "10.0.0.1");
    CHECK(profile.remote_address == "homes");
    CHECK(profile.dns_server == std::vector<std::string>{"10.0.0.53", "10.0.0.54"});
    CHECK(profile.use_ipv6 == false);
    CHECK(profile.only_one == true);
    CHECK(profile.use_encryption == config::Encryption::yes);
    const auto& pptp = config->profile.at(config->pptp_server.at("server").default_profile);
    CHECK(pptp.use_encryption == config::Encryption::required);
    CHECK(pptp.remote_address == "accel-ppp");
    CHECK(config->pool.at("accel-ppp").ranges == "10.1.0.2-10.1.0.255");
    CHECK(config->pool.at("homes").next_pool == "spare");
    CHECK(config->radius.size() == 2);
    const auto& radius = config->radius.at("radius1");
    CHECK(radius.address == "192.0.2.1");
    CHECK(radius.secret.reveal() == "topsecret");
    CHECK(radius.authentication_port == 1645);
    CHECK(radius.incoming);
    CHECK(radius.timeout.count() == 3000);
    CHECK(config->aaa.at("aaa").use_radius);
    CHECK(config->aaa.at("aaa").interim_update.count() == 60);
    CHECK(config->secret.at("user1").remote_address == "10.9.0.9");
    CHECK(config->secret.at("user1").rate_limit == "10240k/20480k");
    CHECK(config->secret.at("user2").remote_address == "homes");
}

TEST_CASE("each line of an accel-ppp.conf has its note, and no note a secret") {
    const auto lines = lines_of(import_accel_ppp({"accel-ppp.conf", kFile}, reader()));
    CHECK(has(lines, "2 log_file: not taken: what happens is in the journal"));
    CHECK(has(lines, "10 nonsense: not taken: this module is not known"));
    CHECK(has(lines, "14 mtu=1492: taken: max-mtu=1492"));
    CHECK(has(lines, "16 mtu=1400: not taken: line 14 says it first"));
    CHECK(has(lines,
              "interface=eth1,padi-limit=10: taken: pppoe-server 'pppoe-eth1', interface=eth1; left out: "
              "padi-limit=10"));
    CHECK(has(lines, "interface=re:vlan[0-9]+: not taken: a pattern"));
    CHECK(has(lines, "what: not taken: expected addresses"));
    CHECK(has(lines, "server=192.0.2.1,***: taken: radius 'radius1', address=192.0.2.1; left out: weight=1"));
    CHECK(has(lines, "nas-identifier=bras: not taken: "));
    CHECK(has(lines, "password=***: not taken: "));
    CHECK(has(lines, "rate-limit=2048/1024: not taken: the module shaper is not loaded"));
    CHECK(has(lines, "[wireguard]: not taken: accel-ppp has no such section"));
    for (const auto& line : lines)
        for (const auto* secret :
             {"topsecret", "otherone", "daesecret", "clisecret", "password1", "password2"})
            CHECK(line.find(secret) == std::string::npos);
}

TEST_CASE("a password is hidden in mistyped lines and sections of an accel-ppp.conf as well") {
    for (const auto* text :
         {"[radius]\nserver 1.2.3.4,hunter3\n", "[radius]\nserver 1.2.3.4 hunter3\n",
          "[radius]\nserver=1.2.3.4 hunter3\n", "[radius]\nserver=1.2.3.4,begin,hunter3\n",
          "[radius]\nserver=1.2.3.4,begin,weight=1,hunter3\n", "[radius]\n1.2.3.4,hunter3\n",
          "[Radius]\nserver=1.2.3.4,hunter3\n", "[radiuss]\nAuth-Server=1.2.3.4,hunter3,weight=1\n",
          "[cli]\npassword hunter3\n", "[cli]\nPassword=hunter3\n", "[pppoe]\nServer=1.2.3.4,a,hunter3\n"}) {
        CAPTURE(text);
        const auto lines =
            lines_of(import_accel_ppp({"x.conf", std::string("[modules]\nradius\npppoe\n") + text}, {}));
        CHECK_FALSE(has(lines, "hunter3"));
        CHECK(has(lines, "***"));
    }
    const auto file = "[modules]\nchap-secrets\n[chap-secrets]\nchap-secrets=/x\n";
    const Reader read = [](const std::string&) { return "bob * one homes 2048/1024 tail\n"; };
    CHECK(has(lines_of(import_accel_ppp({"x.conf", file}, read)), "1 bob * *** homes 2048/1024 ***: taken"));
    CHECK(has(lines_of(import_accel_ppp({"x.conf", file}, read)), "4 chap-secrets=/x: taken"));
}

TEST_CASE("an accel-ppp.conf without a server, or with a line before its sections, is refused") {
    const auto none = import_accel_ppp({"x.conf", "[modules]\nl2tp\n[pppoe]\ninterface=eth0\n"}, {});
    CHECK(none.failed());
    CHECK(has(lines_of(none), "interface=eth0: not taken: the module pppoe is not loaded"));
    CHECK(has(lines_of(none), "there is no server in it"));
    CHECK(has(lines_of(import_accel_ppp({"x.conf", "pppoe\n"}, {})), "1 pppoe: wrong: it stands before"));
}
