// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The verbs of pppctl that look at and change the configuration, against a fake service.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include "support/has.hpp"
#include "support/private_bus.hpp"
#include "support/run_program.hpp"

using namespace ppp;
using namespace ppp::test;
using nlohmann::json;

namespace {

struct ChangeBench : BusBench {
    ChangeBench() {
        serve();
        pppctl({"add", "pool", "homes", "ranges=10.0.0.2-10.0.0.9", "comment=for homes"});
    }
    /// @param input what the program reads from standard input.
    Finished pppctl(const std::vector<std::string>& arguments, const std::string& input = {}) {
        std::vector<std::string> words{"/bin/sh", "-c", R"(printf '%s' "$0" | exec "$@")", input,
                                       PPPCTL_PATH};
        words.insert(words.end(), arguments.begin(), arguments.end());
        return run([&] { return Program(words).finish(); });
    }
    [[nodiscard]] const config::Config& config() const { return service.configuration(); }
};

}  // namespace

TEST_CASE_FIXTURE(ChangeBench, "an object is added, shown, set, listed and removed") {
    REQUIRE(config().pool.contains("homes"));
    CHECK(config().pool.at("homes").comment == "for homes");
    const auto shown = pppctl({"show", "homes"});
    CHECK(shown.status == 0);
    CHECK(has(shown.out, "ranges: 10.0.0.2-10.0.0.9\n"));
    CHECK(has(shown.out, "comment: for homes\n"));
    CHECK(pppctl({"set", "homes", "ranges=10.0.1.0/24"}).status == 0);
    CHECK(config().pool.at("homes").ranges == "10.0.1.0/24");
    CHECK(has(pppctl({"list", "pool"}).out, "ranges=10.0.1.0/24"));
    CHECK(pppctl({"set", "pool", "homes", "!comment"}).status == 0);
    CHECK(config().pool.at("homes").comment.empty());
    CHECK(pppctl({"remove", "pool", "homes"}).status == 0);
    CHECK(config().pool.empty());
}

TEST_CASE_FIXTURE(ChangeBench, "JSON has typed values, and no password") {
    CHECK(pppctl({"add", "secret", "bob", "password"}, "hunter2\n").status == 0);
    CHECK(config().secret.at("bob").password.reveal() == "hunter2");
    const auto one = json::parse(pppctl({"show", "secret", "bob", "--json"}).out);
    CHECK(one["kind"] == "secret");
    CHECK(one["name"] == "bob");
    CHECK(one["password"] == true);
    CHECK(one["disabled"] == false);
    CHECK(json::parse(pppctl({"list", "secret", "--json"}).out).size() == 1);
    CHECK_FALSE(has(pppctl({"show", "secret", "bob"}).out, "hunter2"));
    CHECK(has(pppctl({"list", "secret"}).out, "password=(set)"));
}

TEST_CASE_FIXTURE(ChangeBench, "a password among the arguments is refused, unless that is asked for") {
    const auto refused = pppctl({"add", "secret", "bob", "password=hunter2"});
    CHECK(refused.status == 2);
    CHECK_FALSE(has(refused.err, "hunter2"));
    CHECK(config().secret.empty());
    CHECK(pppctl({"add", "secret", "bob", "password=hunter2", "--password-in-arguments"}).status == 0);
    CHECK(config().secret.at("bob").password.reveal() == "hunter2");
    CHECK(pppctl({"set", "secret", "bob", "password"}).status == 2);  // standard input was empty
}

TEST_CASE_FIXTURE(ChangeBench, "the kind may come first, also behind options") {
    CHECK(pppctl({"secret", "add", "bob", "password"}, "hunter2\n").status == 0);
    CHECK(config().secret.at("bob").password.reveal() == "hunter2");
    CHECK(pppctl({"secret", "set", "bob", "comment=x"}).status == 0);
    CHECK(config().secret.at("bob").comment == "x");
    CHECK(pppctl({"secret", "disable", "bob"}).status == 0);
    CHECK(config().secret.at("bob").disabled);
    CHECK(pppctl({"secret", "enable", "bob"}).status == 0);
    CHECK(has(pppctl({"secret", "show", "bob"}).out, "comment: x"));
    CHECK(json::parse(pppctl({"--json", "secret", "list"}).out).size() == 1);
    CHECK(pppctl({"secret", "remove", "bob"}).status == 0);
    CHECK(config().secret.empty());
    CHECK(pppctl({"secret", "frobnicate", "bob"}).status == 2);
}

TEST_CASE_FIXTURE(ChangeBench,
                  "a user is not added without a password by mistake, and a script does not hang on it") {
    const auto r = pppctl({"add", "secret", "bob", "service=pppoe"}, "hunter2\n");
    CHECK(r.status == 2);
    CHECK(has(r.err, "secret 'bob' needs a password: write the word password"));
    CHECK(config().secret.empty());
    CHECK(pppctl({"add", "secret", "bob", "disabled=yes"}).status == 0);
}

TEST_CASE_FIXTURE(ChangeBench,
                  "show says how a password is kept and what it serves; only when asked what it is") {
    CHECK(pppctl({"add", "secret", "bob", "password"}, "hunter2\n").status == 0);
    CHECK(has(pppctl({"show", "secret", "bob"}).out, "serves: mschap2,mschap1,chap,pap\n"));
    CHECK(has(pppctl({"show", "secret", "bob", "--show-secrets"}).out, "password: hunter2\n"));
    CHECK(json::parse(pppctl({"show", "secret", "bob", "--show-secrets", "--json"}).out)["password"] ==
          "hunter2");
    CHECK(has(pppctl({"export", "--show-secrets"}).out, "password=hunter2"));
    CHECK_FALSE(has(pppctl({"export"}).out, "hunter2"));
    CHECK(pppctl({"set", "secret", "bob", "password-storage=nt-hash"}).status == 0);
    const auto shown = pppctl({"show", "secret", "bob", "--show-secrets"}).out;
    CHECK(has(shown, "password-storage: nt-hash\n"));
    CHECK(has(shown, "serves: mschap2,mschap1,pap\n"));
    CHECK(has(shown, "password: (NT hash "));
    CHECK(has(pppctl({"export"}).out, "password-storage=nt-hash"));
    const auto back = pppctl({"set", "secret", "bob", "password-storage=plain"});
    CHECK(back.status == 1);
    CHECK(has(back.err, "a hash cannot be turned back: give the password again"));
    const auto sealed = pppctl({"set", "secret", "bob", "password-storage=sealed", "password"}, "hunter2\n");
    CHECK(sealed.status == 1);
    CHECK(has(sealed.err, "there is no key to seal passwords with"));
    CHECK_FALSE(has(sealed.err, "hunter2"));
}

TEST_CASE_FIXTURE(ChangeBench, "a dry run says what would change and changes nothing") {
    const auto before = service.revision();
    const auto r = pppctl({"set", "homes", "comment=x", "--dry-run"});
    CHECK(r.status == 0);
    CHECK(has(r.out, "would be: pool"));
    CHECK(service.revision() == before);
    CHECK(pppctl({"set", "homes", "comment=for homes"}).out == "nothing changes\n");
    CHECK(pppctl({"set", "homes", "comment=x", "--revision", "1"}).status == 1);
    CHECK(service.revision() == before);
}

TEST_CASE_FIXTURE(ChangeBench, "what is wrong is named: object, kind, property, value") {
    const auto none = pppctl({"show", "nothing"});
    CHECK(none.status == 4);
    CHECK(has(none.err, "there is no object 'nothing'"));
    CHECK(pppctl({"add", "poool", "x"}).status == 4);
    const auto property = pppctl({"set", "homes", "rnges=10.0.0.0/24"});
    CHECK(property.status == 1);
    CHECK(has(property.err, "ranges"));
    const auto value = pppctl({"set", "homes", "ranges=everything"});
    CHECK(value.status == 1);
    CHECK(has(value.err, "pool 'homes': ranges: "));
    CHECK(pppctl({"set", "homes", "ranges"}).status == 2);
    CHECK(pppctl({"set", "homes"}).status == 2);
}

TEST_CASE_FIXTURE(ChangeBench, "enable and disable, and a name that is made up") {
    CHECK(pppctl({"add", "pppoe-client", "interface=eth1", "user=u"}).status == 0);
    REQUIRE(config().pppoe_client.contains("pppoe-out1"));
    CHECK(config().pppoe_client.at("pppoe-out1").disabled);
    CHECK(pppctl({"enable", "pppoe-out1"}).status == 0);
    CHECK_FALSE(config().pppoe_client.at("pppoe-out1").disabled);
    CHECK(pppctl({"disable", "pppoe-client", "pppoe-out1"}).status == 0);
    CHECK(config().pppoe_client.at("pppoe-out1").disabled);
}

TEST_CASE_FIXTURE(ChangeBench, "a name that two kinds have needs its kind") {
    CHECK(pppctl({"add", "profile", "homes", "local-address=10.0.0.1"}).status == 0);
    const auto r = pppctl({"show", "homes"});
    CHECK(r.status == 2);
    CHECK(has(r.err, "profile, pool"));
    CHECK(pppctl({"show", "profile", "homes"}).status == 0);
}

TEST_CASE_FIXTURE(ChangeBench, "kinds and properties are explained, and what is only kept says so") {
    CHECK(has(pppctl({"list"}).out, "pppoe-client"));
    CHECK(has(pppctl({"list", "kinds"}).out, "(kept, does nothing yet)"));
    const auto rows = json::parse(pppctl({"explain", "pool", "--json"}).out);
    CHECK(rows[0]["name"] == "ranges");
    CHECK(rows[0]["required"] == true);
    CHECK(has(pppctl({"explain", "pppoe-client"}).out, "keepalive-timeout"));
    CHECK(pppctl({"add", "vlan", "isp", "interface=eth0", "vlan-id=35"}).status == 0);
    CHECK(has(pppctl({"list", "vlan"}).out, "not built yet"));
    CHECK(pppctl({"explain", "carrots"}).status == 4);
}

TEST_CASE_FIXTURE(ChangeBench, "check says what a file would change, or all that is wrong with it") {
    const auto good = pppctl({"check", "-"}, R"({"pool": {"homes": {"ranges": "10.0.0.2-10.0.0.9"}}})");
    CHECK(good.status == 0);
    const auto bad = pppctl({"check", "-"}, R"({"pool": {"homes": {"ranges": 7, "x": 1}}})");
    CHECK(bad.status == 1);
    CHECK(has(bad.err, "/pool/homes/ranges"));
    CHECK(has(bad.err, "/pool/homes/x"));
    CHECK(pppctl({"check", "/nonexistent/file"}).status == 1);
    // A user who stays keeps his password; a new one has none, which must be somebody's wish.
    CHECK(pppctl({"add", "secret", "bob", "password"}, "hunter2\n").status == 0);
    CHECK(pppctl({"check", "-"}, R"({"secret": {"bob": {"comment": "x"}}})").status == 0);
    const auto eve = pppctl({"check", "-"}, R"({"secret": {"bob": {}, "eve": {}}})");
    CHECK(eve.status == 1);
    CHECK(has(eve.err, "/secret/eve/password"));
    CHECK_FALSE(has(eve.err, "/secret/bob"));
}

TEST_CASE_FIXTURE(ChangeBench, "a RouterOS command is understood as it stands") {
    CHECK(pppctl({"/ip", "pool", "add", "name=more", "ranges=10.1.0.2-10.1.0.9"}).status == 0);
    CHECK(config().pool.at("more").ranges == "10.1.0.2-10.1.0.9");
    CHECK(pppctl({"/interface", "pppoe-client", "add", "interface=eth1", "user=me", "password=hunter2",
                  "comment=Main ISP connection", "disabled=no"})
              .status == 0);
    REQUIRE(config().pppoe_client.contains("pppoe-out1"));
    CHECK(config().pppoe_client.at("pppoe-out1").comment == "Main ISP connection");
    CHECK(config().pppoe_client.at("pppoe-out1").password.reveal() == "hunter2");
    CHECK(has(pppctl({"/ip", "pool", "print"}).out, "1  more"));
    CHECK(has(pppctl({"/ip", "pool", "print", "detail"}).out, "1 name=more ranges=10.1.0.2-10.1.0.9\n"));
    const std::string address = ::getenv("DBUS_SYSTEM_BUS_ADDRESS");
    CHECK(has(pppctl({"--no-color", "--address", address, "/ip", "pool", "print"}).out, "1  more"));
    const auto answer = pppctl({"/snmp", "set", "enabled=yes"});
    CHECK(answer.status == 0);
    CHECK(has(answer.out, "snmpd"));
    const auto wrong = pppctl({"/ip", "pool", "add", "name=x", "rnges=10.1.0.2"});
    CHECK(wrong.status == 1);
    CHECK(wrong.out.empty());
    CHECK(has(wrong.err, "ranges"));
    CHECK(pppctl({"/interface", "pppoe-client", "set", "pppoe-out1", "service-name=internet"}).status == 0);
    CHECK(config().pppoe_client.at("pppoe-out1").service_name == "internet");
}

TEST_CASE_FIXTURE(ChangeBench, "what a RouterOS command changed is told once, by the daemon") {
    CHECK(pppctl({"/ip", "pool", "add", "name=more", "ranges=10.1.0.2"}).out ==
          "pool\n");  // the fake's whole report
    CHECK(pppctl({"/ip", "pool", "set", "more", "ranges=10.1.0.2"}).out == "nothing changes\n");
    const auto made = pppctl({"/interface", "pppoe-server", "server", "set", "enabled=yes"});
    CHECK(has(made.out, "pppoe-server\nthere was no server, so pppoe-server1 was made"));
    const auto refused = pppctl({"/ip", "pool", "set", "more", "ranges=x"});
    CHECK(refused.status == 1);
    CHECK(refused.out.empty());
    CHECK(refused.err.starts_with("pppctl: pool 'more': ranges: "));
}

TEST_CASE_FIXTURE(ChangeBench, "the only object of a kind is made by the command that sets something first") {
    CHECK(pppctl({"/interface", "pptp-server", "server", "set", "enabled=yes"}).status == 0);
    CHECK(config().pptp_server.contains("server"));
    CHECK(pppctl({"/interface", "pptp-server", "server", "set", "enabled=no"}).status == 0);
    CHECK(has(pppctl({"/ppp", "aaa", "print", "detail"}).out, "use-radius=no"));
}

TEST_CASE_FIXTURE(ChangeBench, "what RouterOS commands show is one JSON document with the data in it") {
    CHECK(pppctl({"add", "pppoe-client", "wan1", "interface=eth1"}).status == 0);
    service.add_client("wan1", [](auto& s) { s.state = session::ClientState::connected; });
    service.open_session("ann", [](auto& row) {
        row.interface = "ppp0";
        row.server = "lan";
        row.traffic.octets_in = 4711;
    });
    const auto data = [&](std::vector<std::string> words) {
        words.insert(words.begin(), "--json");
        const auto r = pppctl(words);
        CHECK(r.status == 0);
        return json::parse(r.out)["commands"][0]["data"];
    };
    CHECK(data({"/ppp", "active", "print"})[0]["name"] == "ann");
    CHECK(data({"/ppp", "active", "print", "where", "name=bob"}).empty());
    CHECK(data({"/interface", "pppoe-client", "monitor", "wan1", "once"})["state"] == "connected");
    CHECK(data({"/interface", "print", "stats"})[0]["rx-byte"] == "4711");
    CHECK(data({"/interface", "monitor-traffic", "ppp0"})[0]["rx-bits-per-second"] == 0);
    CHECK(data({"/ip", "pool", "print"})[0]["ranges"] == "10.0.0.2-10.0.0.9");
    CHECK(data({"/ip", "pool", "get", "homes", "ranges"}) == "10.0.0.2-10.0.0.9");
    CHECK(data({"/ip", "pool", "print", "count-only"}) == 1);
}

TEST_CASE_FIXTURE(ChangeBench, "a kind that is only kept says so when it is listed") {
    CHECK(pppctl({"/interface", "vlan", "add", "name=vlan35", "vlan-id=35", "interface=eth1"}).status == 0);
    CHECK(has(pppctl({"/interface", "vlan", "print"}).out, "I - inactive"));
}

TEST_CASE_FIXTURE(ChangeBench, "an import is one transaction, and what is exported imports to the same") {
    const std::string text =
        "/ppp profile\nadd name=isp local-address=10.0.0.1 remote-address=homes\n"
        "/ppp secret add name=bob password=pw profile=isp\n/snmp set enabled=yes\n";
    const auto dry = pppctl({"import", "-", "--dry-run"}, text);
    CHECK(dry.status == 0);
    CHECK_FALSE(config().profile.contains("isp"));
    const auto r = pppctl({"import", "-"}, text);
    CHECK(r.status == 0);
    CHECK(has(r.out, "line 2: changed: "));
    CHECK(has(r.out, "line 4: answer: "));
    CHECK_FALSE(has(r.out, "password=pw"));
    CHECK(config().secret.at("bob").profile == "isp");
    const auto before = service.revision();
    const auto bad =
        pppctl({"import", "-"}, "/ip pool add name=a ranges=10.9.0.1\n/ip pool add name=b rnges=1\n");
    CHECK(bad.status == 1);
    CHECK(service.revision() == before);

    const auto listed = pppctl({"import", "-", "--dry-run"},
                               "/ppp secret add name=eve password=hunter2\n/ppp secret print\n");
    CHECK(listed.status == 0);
    CHECK(has(listed.out, "name=eve"));
    CHECK_FALSE(has(listed.out, "hunter2"));
    const auto as_json =
        json::parse(pppctl({"import", "-", "--json"}, "/ip pool add name=c ranges=10.8.0.1\n").out);
    CHECK(as_json["commands"][0]["result"] == "changed");
    CHECK(as_json["report"]["revision"] == service.revision());

    const auto exported = pppctl({"export"}).out;
    CHECK(has(exported, "add name=homes"));
    CHECK_FALSE(has(exported, "pw"));
    const auto again = pppctl({"import", "-", "--json"}, exported);
    CHECK_FALSE(json::parse(again.out).contains("report"));
    CHECK(again.status == 1);  // all of it is there already: an add of the same is refused, not merged
}

TEST_CASE_FIXTURE(ChangeBench, "files of other programs are imported, and what exists only with --replace") {
    const std::string peers = "plugin rp-pppoe.so nosuch0\nuser bob password geheim\nmtu 1480\nxyzzy\n";
    const std::vector<std::string> import{"import", "-", "--format", "peers"};
    const auto r = pppctl(import, peers);
    CHECK(r.status == 0);
    CHECK(has(r.out, "-:3  mtu 1480  taken: max-mtu=1480\n"));
    CHECK(has(r.out, "-:4  xyzzy  not taken: pppd has no such option\n"));
    CHECK(has(r.out, "-:2  password ***  taken: password (not shown)\n"));
    CHECK(has(r.out, "warning: pppoe-client 'isp': there is no interface 'nosuch0' on this machine"));
    CHECK_FALSE(has(r.out + r.err, "geheim"));
    REQUIRE(config().pppoe_client.contains("isp"));
    CHECK(config().pppoe_client.at("isp").max_mtu == 1480);
    const auto refused = pppctl(import, peers);
    CHECK(refused.status == 1);
    CHECK(has(refused.err, "there is a pppoe-client 'isp' already"));
    CHECK(has(refused.err, "--replace"));

    const auto replaced = pppctl({"import", "-", "--replace", "--json", "--interface", "wan=eth0"},
                                 "/interface pppoe-client add name=isp interface=wan user=ann\n");
    CHECK(replaced.err.empty());
    CHECK(json::parse(replaced.out)["commands"][0]["result"] == "changed");
    const auto& client = config().pppoe_client.at("isp");
    CHECK(client.interface == "eth0");
    CHECK(client.user == "ann");
    CHECK_FALSE(client.max_mtu.has_value());
    CHECK(client.password.reveal() == "geheim");
    CHECK(pppctl({"import", "-", "--interface", "wan"}, "").status == 2);
}

TEST_CASE_FIXTURE(ChangeBench, "secrets are imported, for a client that dials as its password") {
    pppctl({"add", "pppoe-client", "isp", "interface=eth0", "user=carl"});
    const auto r = json::parse(pppctl({"import", "-", "--json"}, "alice * geheim *\ncarl * other *\n").out);
    CHECK(r["commands"][0]["command"] == "alice * *** *");
    CHECK(r["commands"][0]["result"] == "taken");
    CHECK(config().secret.at("alice").password.reveal() == "geheim");
    CHECK_FALSE(config().secret.contains("carl"));
    CHECK(config().pppoe_client.at("isp").password.reveal() == "other");
}

TEST_CASE_FIXTURE(ChangeBench,
                  "a file that is not UTF-8 is refused with the line, before anything is changed") {
    const auto before = service.revision();
    const std::string text = "/ip pool add name=a ranges=10.9.0.1\n/system identity set name=\"B\xfcro\"\n";
    for (const auto& arguments : {std::vector<std::string>{"import", "-", "--json"}, {"import", "-"}}) {
        const auto r = pppctl(arguments, text);
        CHECK(r.status == 1);
        CHECK(has(r.err, "line 2 of - is not UTF-8: nothing was changed"));
        CHECK(has(r.err, "iconv -f latin1 -t utf-8"));
    }
    CHECK(service.revision() == before);
    // A command line is not refused for it: what became of the command is said.
    const auto said = pppctl({"--json", "/system identity set name=B\xfcro"});
    CHECK(has(json::parse(said.out)["commands"][0]["message"].get<std::string>(), "hostnamectl"));
}

TEST_CASE_FIXTURE(ChangeBench, "a directory in the place of a file is refused with a sentence") {
    for (const auto* verb : {"import", "check"}) {
        const auto r = pppctl({verb, "/tmp"});
        CHECK(r.status == 1);
        CHECK(has(r.err, "/tmp is a directory; name a file in it"));
    }
}
