// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppd's files as our objects.
#include <doctest/doctest.h>
#include <map>
#include "config/values.hpp"
#include "dbus/pppctl/importers/format.hpp"
#include "dbus/pppctl/importers/peers.hpp"
#include "dbus/pppctl/importers/pppd_options.hpp"
#include "dbus/pppctl/importers/secrets.hpp"
#include "dbus/pppctl/importers/words.hpp"
#include "support/config_backend.hpp"
#include "support/has.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace ppp::ctl::importers;

namespace {

using Files = std::map<std::string, std::string>;
using Strings = std::vector<std::string>;

Reader reader_of(const Files& files) {
    return [files](const std::string& path) -> std::optional<std::string> {
        const auto at = files.find(path);
        if (at == files.end()) return {};
        return at->second;
    };
}

/// "7 lcp-echo-failure 4: taken: keepalive-timeout=40s" for each note.
Strings notes_of(const Imported& imported) {
    Strings out;
    for (const auto& note : imported.notes)
        out.push_back(std::to_string(note.line) + ' ' + note.text + ": " +
                      std::string(to_string(note.verdict)) + ": " + note.message);
    return out;
}

config::Config applied(const Imported& imported, config::Config before = config::default_config()) {
    ConfigBackend backend(std::move(before));
    for (const auto& edit : imported.edits) {
        auto settled = settle(backend, edit, false);
        REQUIRE(settled.has_value());
        REQUIRE(backend.edit(*settled).has_value());
    }
    auto out = backend.applied();
    CAPTURE((out ? std::string() : out.error().what));
    REQUIRE(out.has_value());
    return *std::move(out);
}

Imported peers(const std::string& text, const Files& files = {}, const std::string& secrets = {}) {
    PeersInput input{.source = {"/etc/ppp/peers/dsl", text}, .options = {}, .secrets = {}};
    if (!secrets.empty()) input.secrets.push_back({"/etc/ppp/chap-secrets", secrets});
    return import_peers(input, reader_of(files));
}

Imported secrets(const std::string& text, std::vector<KnownClient> clients = {}, const Files& files = {}) {
    return import_secrets({.source = {"chap-secrets", text}, .clients = std::move(clients)},
                          reader_of(files));
}

}  // namespace

TEST_CASE("the words of pppd's files have quotes, backslashes and comments") {
    const auto words = [](std::string_view text) {
        Strings out;
        for (const auto& word : split_words(text)) out.push_back(word.text);
        return out;
    };
    CHECK(words("mtu 1492 # a comment\n  user \"bob smith\"") == Strings{"mtu", "1492", "user", "bob smith"});
    CHECK(words("a\"b c\"d 'e\"f' g\\ h i\\\nj") == Strings{"ab cd", "e\"f", "g h", "ij"});
    CHECK(words("a#b\n\"c#d\" \\#e") == Strings{"a", "c#d", "#e"});
    CHECK(words("\\x41\\102\\s\\n\\t \"\"  x") == Strings{"AB \n\t", "", "x"});
    CHECK(words("\"open") == Strings{"open"});
    CHECK(words("\\").empty());
    const auto lines = split_words("one two\n\n# no\nthree \\\nfour\n");
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].begins_line);
    CHECK_FALSE(lines[1].begins_line);
    CHECK((lines[2].line == 4 && lines[2].begins_line));
    CHECK((lines[3].line == 5 && !lines[3].begins_line));
    for (const auto* word : {"plain", "", "a b", "qu\"o\\te", "\x01\xff#'"})
        CHECK(words(spell(word)) == Strings{word});
}

TEST_CASE("a peers file of rp-pppoe becomes a pppoe-client, with a note on each option") {
    const auto imported = peers(
        "# the line\nplugin rp-pppoe.so\nnic-eth1\nuser \"bob@isp\"\n"
        "rp_pppoe_service inter\\ net\nlcp-echo-interval 20\nlcp-echo-failure 4\n"
        "defaultroute defaultroute-metric 7\nusepeerdns mtu 1492\nnoauth persist\nholdoff 5\n"
        "refuse-eap refuse-chap\nidle 600 noipv6\nusepeerdn\nxyzzy\n",
        {}, "# c s p\nbob@isp * geheim *\nann * other\n");
    const auto lines = notes_of(imported);
    CHECK(has(lines, "2 plugin rp-pppoe.so: taken: a pppoe-client"));
    CHECK(has(lines, "5 rp_pppoe_service \"inter net\": taken: service-name=inter net"));
    CHECK(has(lines, "7 lcp-echo-failure 4: taken: keepalive-timeout=40s"));
    CHECK(has(lines, "8 defaultroute-metric 7: taken: default-route-distance=7"));
    CHECK(has(lines, "10 noauth: not needed: "));
    CHECK(has(lines, "11 holdoff 5: not taken: "));
    CHECK(has(lines, "12 refuse-chap: taken: allow=mschap2,mschap1,pap"));
    CHECK(has(lines, "14 usepeerdn: not taken: pppd has no such option; is it 'usepeerdns'?"));
    CHECK(has(lines, "2 bob@isp * *** *: taken: the password of pppoe-client 'dsl'"));
    CHECK(has(lines, "3 ann * ***: not taken: "));
    CHECK_FALSE(has(lines, "geheim"));
    CHECK_FALSE(imported.failed());
}

TEST_CASE("what a peers file says is in force in the client that comes of it") {
    const auto config =
        applied(peers("plugin pppoe.so\neth1\nuser bob\npassword geheim\npppoe-ac tower\n"
                      "lcp-echo-interval 30 lcp-echo-failure 4 defaultroute usepeerdns\n"
                      "mtu 1480 mru 1470 demand idle 600 maxconnect 0x10 noipv6 -mschap\n"));
    const auto& client = config.pppoe_client.at("dsl");
    CHECK(client.interface == "eth1");
    CHECK(client.user == "bob");
    CHECK(client.password.reveal() == "geheim");
    CHECK(client.ac_name == "tower");
    CHECK(client.keepalive_timeout.count() == 60);
    CHECK(client.add_default_route);
    CHECK(client.use_peer_dns);
    CHECK(client.dial_on_demand);
    CHECK(client.max_mtu == 1480);
    CHECK(client.max_mru == 1470);
    CHECK(config::print_auth_methods(client.allow) == "mschap2,chap,pap");
    CHECK_FALSE(client.disabled);
    const auto& profile = config.profile.at(client.profile);
    CHECK(profile.idle_timeout == std::chrono::seconds(600));
    CHECK(profile.session_timeout == std::chrono::seconds(16));
    CHECK(profile.use_ipv6 == false);
}

TEST_CASE("pppoe in a pty, pptp and a modem become clients too") {
    const auto old = applied(peers("pty \"/usr/sbin/pppoe -I eth0 -T 80 -m 1452 -C tower\"\nuser bob\n"));
    CHECK(old.pppoe_client.at("dsl").interface == "eth0");
    CHECK(old.pppoe_client.at("dsl").ac_name == "tower");

    const auto vpn = applied(
        peers("pty \"pptp vpn.example.net --nolaunchpppd\"\nname me\nremotename VPN\nrequire-mppe-128\n", {},
              "me OTHER wrong *\nme VPN right *\nme * any *\n"));
    const auto& client = vpn.pptp_client.at("dsl");
    CHECK(client.connect_to == "vpn.example.net");
    CHECK(client.user == "me");
    CHECK(client.password.reveal() == "right");
    CHECK(vpn.profile.at(client.profile).use_encryption == config::Encryption::required);
    CHECK(
        applied(peers("plugin pptp.so\npptp_server 192.0.2.1\nuser me\n")).pptp_client.at("dsl").connect_to ==
        "192.0.2.1");

    const auto modem =
        applied(peers("connect \"/usr/sbin/chat -v -f /etc/chatscripts/umts\"\nttyUSB0 460800\n"
                      "crtscts :192.0.2.7\n",
                      {{"/etc/chatscripts/umts",
                        "'' ATZ OK AT+CGDCONT=1,\\\"IP\\\",\\\"web.apn\\\" OK ATDT*99# CONNECT"}}));
    const auto& mobile = modem.ppp_client.at("dsl");
    CHECK(mobile.port == "/dev/ttyUSB0");
    CHECK(mobile.baud_rate == 460800);
    CHECK(mobile.phone == "*99#");
    CHECK(mobile.dial_command == "ATDT");
    CHECK(mobile.apn == "web.apn");
    CHECK(mobile.remote_address == "192.0.2.7");
}

TEST_CASE("included files are read where they stand, and the last word counts") {
    const auto imported =
        peers("plugin rp-pppoe.so eth0 user one\ncall common\nmtu 1400\nfile /gone\ncall ../x\n",
              {{"/etc/ppp/peers/common", "mtu 1300\nuser two\ncall common\n"}});
    const auto lines = notes_of(imported);
    CHECK(has(lines, "2 call common: taken: its options follow"));
    CHECK(has(lines, "1 mtu 1300: not taken: line 3 of '/etc/ppp/peers/dsl' says it another time"));
    CHECK(has(lines, "4 file /gone: not taken: '/gone' cannot be read"));
    CHECK(has(lines, "5 call ../x: not taken: call takes the name of a file below /etc/ppp/peers"));
    CHECK(has(lines, "without end"));
    CHECK(applied(imported).pppoe_client.at("dsl").user == "two");
    CHECK(applied(imported).pppoe_client.at("dsl").max_mtu == 1400);
}

TEST_CASE("a peers file from which no client can be made says why") {
    CHECK(peers("mtu 1400\n").failed());
    CHECK(has(notes_of(peers("mtu 1400\n")), "nothing to dial"));
    CHECK(has(notes_of(peers("plugin pppol2tp.so\n")), "this kind of line is not built"));
    CHECK(has(notes_of(peers("plugin rp-pppoe.so\nuser bob\n")), "no interface is named"));
    CHECK(has(notes_of(peers("plugin rp-pppoe.so eth0\nuser")), "wrong: a value is missing behind it"));
    const auto nobody = peers("plugin rp-pppoe.so eth0\n");
    CHECK(has(notes_of(nobody), "no user is named"));
    CHECK(applied(nobody).pppoe_client.at("dsl").disabled);
}

TEST_CASE("no password is in a note, not even one behind a mistyped option") {
    const auto imported = peers(
        "plugin rp-pppoe.so eth0 user bob password geheim1 passwort geheim2\n"
        "connect \"chat '' ATDT1 ogin: bob word: geheim3\"\n",
        {}, "bob * geheim4 *\nbob isp geheim5\n");
    for (const auto& line : notes_of(imported)) CHECK(line.find("geheim") == std::string::npos);
}

TEST_CASE("what follows a word for a password, or a quote that nobody closed, is in no note") {
    for (const auto* text :
         {"plugin rp-pppoe.so\npass hunter5\nnic-eth0 user bob\n", "plugin rp-pppoe.so eth0 passwd hunter5\n",
          "plugin rp-pppoe.so eth0 pwd hunter5\n", "plugin rp-pppoe.so eth0\nxyzzy hunter5\n",
          "plugin rp-pppoe.so eth0\nuser \"bob\npassword hunter5\n",
          "\"plugin rp-pppoe.so\npassword hunter5\n"}) {
        CAPTURE(text);
        CHECK_FALSE(has(notes_of(peers(text)), "hunter5"));
    }
    const auto open = peers("plugin rp-pppoe.so eth0\nuser \"bob\npassword hunter5\n");
    CHECK(open.failed());
    CHECK(has(notes_of(open), "2 user ***: wrong: its value has a line break in it: a quote is not closed"));
}

TEST_CASE("no word of a broken line of secrets is shown that may be the secret or a part of it") {
    for (const auto* text :
         {"bob s3cret\n", "bob s3cret *\n", "bob s3cret 10.0.0.7\n", "bob s3cret - 10.0.0.7\n",
          "bob my host s3cret\n", "bob * my s3cret\n", "bob * my 10.0.0.7 s3cret -- s3cret\n",
          "\"bob * x\nann * s3cret\ncarl * s3cret *\n", "bob * \"x\nann * s3cret\ncarl * s3cret *\n",
          "bob \"* x\nann * s3cret\nal\" s3cret *\n", "\"bob * x\nann * s3cret\nal\" * s3cret *\n",
          "\"bob * s3cret"}) {
        CAPTURE(text);
        for (const auto& imported : {secrets(text), peers("plugin rp-pppoe.so eth0\nuser bob\n", {}, text)}) {
            CHECK_FALSE(has(notes_of(imported), "s3cret"));
            CHECK(has(notes_of(imported), "***"));
        }
    }
    const auto open = secrets("bob * \"x\nann * s3cret\n");
    CHECK(open.edits.empty());
    CHECK(
        has(notes_of(open), "1 bob * ***: not taken: a word has a line break in it: a quote is not closed"));
    const auto lines = notes_of(secrets("bob my x 10.0.0.7 !10.0.0.8 tail\n"));
    CHECK(has(lines,
              "1 bob my *** 10.0.0.7 !10.0.0.8 ***: taken: secret 'bob', for every server, not only 'my'"));
    CHECK(has(lines, "left out: '!10.0.0.8', ***"));
}

TEST_CASE("entries of chap-secrets become secrets of a server, or the password of a client that dials") {
    const auto imported = secrets(
        "# client server secret addresses\n"
        "alice\tpptpd\t\"first one\"\t10.0.0.7 10.0.0.0/24\n"
        "bob * @/etc/ppp/bob *\n"
        "carl isp third\n"
        "* * everybody *\n"
        "\"\" * nobody\n"
        "dora *\n"
        "emil * \"\" *\n"
        "fred * $6$salt$hash *\n"
        "alice * again\n"
        "gina * @/gone\n",
        {{"pppoe-client", "dsl", "carl"}}, {{"/etc/ppp/bob", "second\n"}});
    const auto lines = notes_of(imported);
    CHECK(has(lines,
              "2 alice pptpd *** 10.0.0.7 10.0.0.0/24: taken: secret 'alice', service=pptp, "
              "remote-address=10.0.0.7, left out: '10.0.0.0/24'"));
    CHECK(has(lines, "4 carl isp ***: taken: the password of pppoe-client 'dsl'"));
    CHECK(has(lines, "5 * * *** *: not taken: "));
    CHECK(has(lines, "7 dora *: not taken: an entry needs three words"));
    CHECK(has(lines, "8 emil * *** *: not taken: an empty secret"));
    CHECK(has(lines, "9 fred * *** *: not taken: it is a hash"));
    CHECK(has(lines, "10 alice * ***: not taken: line 2 has 'alice' already, with another password"));
    CHECK(has(lines, "11 gina * ***: not taken: the file '/gone' with the secret cannot be read"));
    CHECK(lines.size() == 10);
    auto before = config::default_config();
    before.pppoe_client["dsl"].interface = "eth0";
    before.pppoe_client["dsl"].user = "carl";
    const auto config = applied(imported, before);
    CHECK(config.secret.size() == 2);
    CHECK(config.secret.at("alice").password.reveal() == "first one");
    CHECK(config.secret.at("alice").service == "pptp");
    CHECK(config.secret.at("alice").remote_address == "10.0.0.7");
    CHECK(config.secret.at("bob").password.reveal() == "second");
    CHECK(config.pppoe_client.at("dsl").password.reveal() == "third");
}

TEST_CASE("the format of a file is recognised by its name and by its content") {
    CHECK(recognise("/etc/ppp/peers/dsl", "") == Format::peers);
    CHECK(recognise("/etc/ppp/chap-secrets", "") == Format::secrets);
    CHECK(recognise("/etc/accel-ppp.conf", "") == Format::accel_ppp);
    CHECK(recognise("x.rsc", "mtu 1492") == Format::rsc);
    CHECK(recognise("x", "# c\n\n[modules]\npppoe\n") == Format::accel_ppp);
    CHECK(recognise("x", "# c\n/interface pppoe-client\nadd name=x") == Format::rsc);
    CHECK(recognise("-", "add name=x interface=eth0") == Format::rsc);
    CHECK(recognise("x", "/dev/ttyS0 115200\nmodem") == Format::peers);
    CHECK(recognise("x", "plugin rp-pppoe.so\nnic-eth0") == Format::peers);
    CHECK(recognise("x", "bob * geheim *\n") == Format::secrets);
}

TEST_CASE("every option of the table has a reason where none of its words is taken") {
    CHECK(find_pppd_option("debug")->why == "what happens is in the journal: pppctl log");
    for (const auto name : pppd_option_names()) {
        const auto* option = find_pppd_option(name);
        REQUIRE(option != nullptr);
        CAPTURE(std::string(name));
        const bool said = option->effect == Effect::not_needed || option->effect == Effect::not_taken ||
                          option->effect == Effect::serial;
        if (said) CHECK_FALSE(option->why.empty());
    }
}
