// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What RouterOS commands come down to: edits, actions, answers, and mistakes that say what is right.
#include <doctest/doctest.h>
#include <random>
#include <string>
#include "config/property.hpp"
#include "dbus/pppctl/routeros/elsewhere.hpp"
#include "dbus/pppctl/routeros/export.hpp"
#include "dbus/pppctl/routeros/session.hpp"
#include "support/has.hpp"
#include "support/ros_backend.hpp"

using namespace ppp;
using namespace ppp::ctl::ros;
using ppp::test::has;
using ppp::test::MemoryBackend;
using Kind = Report::Kind;
using Strings = std::vector<std::string>;

namespace {

struct RouterosTranslateBench {
    MemoryBackend backend;
    Interpreter interpreter{backend};

    Report run(std::string_view text) {
        const auto outcome = interpreter.run(text);
        REQUIRE(outcome.reports.size() == 1);
        return outcome.reports[0];
    }
    /// The message of a command that changes nothing.
    std::string refused(std::string_view text) {
        const auto before = backend.edits.size();
        const auto report = run(text);
        CAPTURE(report.message);
        CHECK(to_string(report.kind) == "failed");
        CHECK(backend.edits.size() == before);
        return report.message;
    }
    Edit edit(std::string_view text) {
        const auto report = run(text);
        CAPTURE(report.message);
        REQUIRE(to_string(report.kind) == "changed");
        return backend.edits.back();
    }
    Action action(std::string_view text) {
        const auto report = run(text);
        CAPTURE(report.message);
        REQUIRE(to_string(report.kind) == "done");
        return backend.actions.back();
    }
    std::string answer(std::string_view text) {
        const auto report = run(text);
        CAPTURE(report.message);
        REQUIRE(to_string(report.kind) == "answer");
        return report.message;
    }
};

}  // namespace

TEST_CASE("a menu and its verb may be parted by blanks, by slashes, by lines") {
    for (const auto* text :
         {"/ip pool add name=p ranges=10.0.0.2", "/ip/pool/add name=p ranges=10.0.0.2",
          "/ip/pool add name=p ranges=10.0.0.2", "/ip pool\nadd name=p ranges=10.0.0.2",
          "/ip\npool\nadd name=p ranges=10.0.0.2", "/ppp\n/ip\n.. ip pool add name=p ranges=10.0.0.2"}) {
        CAPTURE(text);
        MemoryBackend backend;
        const auto outcome = Interpreter(backend).run(text);
        CHECK_FALSE(outcome.failed());
        REQUIRE(backend.edits.size() == 1);
        CHECK(backend.edits[0] == Edit{Edit::Verb::add, "pool", "p", {{"ranges", "10.0.0.2"}}});
    }
}

TEST_CASE("the menu stays until another line changes it, and absolute commands do not") {
    RouterosTranslateBench b;
    b.run("/interface pppoe-server");
    CHECK(b.interpreter.menu() == "interface pppoe-server");
    CHECK(b.edit("server add interface=eth0").kind == "pppoe-server");
    CHECK(b.edit("/ip pool add ranges=10.0.0.2").name == "pool1");
    CHECK(b.edit("add user=ann").kind == "pppoe-server-entry");
    b.run("/");
    CHECK(b.interpreter.menu().empty());
}

TEST_CASE("a missing name is the first free one of its kind") {
    RouterosTranslateBench b;
    CHECK(b.edit("/interface pppoe-client add interface=eth0").name == "pppoe-out1");
    CHECK(b.edit("/interface pppoe-client add name=pppoe-out3 interface=eth0").name == "pppoe-out3");
    CHECK(b.edit("/interface pppoe-client add interface=eth0").name == "pppoe-out2");
    CHECK(b.edit("/interface pppoe-client add interface=eth0").name == "pppoe-out4");
    CHECK(b.edit("/interface pptp-client add connect-to=10.0.0.1").name == "pptp-out1");
    CHECK(b.edit("/interface ppp-client add port=usb1").name == "ppp-out1");
    CHECK(b.edit("/interface ppp-server add port=usb1").name == "ppp-in1");
    CHECK(b.edit("/ppp profile add").name == "profile1");
    CHECK(has(b.refused("/ppp secret add password=hunter2"), "needs a name"));
}

TEST_CASE("targets are names, numbers, lists and conditions") {
    RouterosTranslateBench b;
    for (const auto* name : {"a", "b", "1", "x,y"})
        b.edit(std::string("/ppp secret add name=\"") + name +
               "\" profile=" + (*name == 'b' ? "gold" : "default"));
    const auto names = [&](std::string_view text) {
        const auto before = b.backend.edits.size();
        b.run(text);
        Strings out;
        for (auto i = before; i < b.backend.edits.size(); ++i) out.push_back(b.backend.edits[i].name);
        return out;
    };
    CHECK(names("/ppp secret set a comment=x") == Strings{"a"});
    CHECK(names("/ppp secret set 1 comment=x") == Strings{"1"});
    CHECK(names("/ppp secret set 2,0 comment=x") == Strings{"b", "1"});
    CHECK(names("/ppp secret set numbers=a,b comment=x") == Strings{"a", "b"});
    CHECK(names("/ppp secret set a b comment=x") == Strings{"a", "b"});
    CHECK(names("/ppp secret set \"x,y\" comment=x") == Strings{"x,y"});
    CHECK(names("/ppp secret set [find profile=gold] comment=x") == Strings{"b"});
    CHECK(names("/ppp secret set [find name~\"^[ab]\\$\"] comment=x") == Strings{"a", "b"});
    CHECK(names("/ppp secret set [find] comment=x").size() == 4);
    CHECK(names("/ppp secret disable [find where profile=gold or name=a]") == Strings{"a", "b"});
    CHECK(b.backend.value("secret", "b", "disabled") == "yes");
    CHECK(has(b.answer("/ppp secret set [find profile=silver] comment=x"), "nothing changed"));
    CHECK(has(b.refused("/ppp secret set 4 comment=x"), "counted from 0 and there are 4"));
    CHECK(has(b.refused("/ppp secret set comment=x"), "expected which secret"));
    CHECK(has(b.refused("/ppp secret remove [find name~\"(\"]"), "no regular expression"));
    CHECK(names("/ppp secret remove a,b") == Strings{"a", "b"});
}

TEST_CASE("a mistyped property, object or menu is named with the one that was meant") {
    RouterosTranslateBench b;
    b.edit("/interface pppoe-client add name=pppoe-out1 interface=eth0");
    CHECK(has(b.refused("/interface pppoe-client set pppoe-out1 max-mut=1492"),
              "a pppoe-client has no property 'max-mut'; did you mean 'max-mtu'?"));
    CHECK(has(b.refused("/interface pppoe-client set pppoe-out max-mtu=1492"), "did you mean 'pppoe-out1'?"));
    CHECK(has(b.refused("/interface ppoe-client print"), "did you mean 'pppoe-client'?"));
    CHECK(has(b.refused("/interfase pppoe-client print"), "did you mean 'interface'?"));
    CHECK(has(b.refused("/interface pppoe-client frob x"), "'frob' in /interface pppoe-client"));
    CHECK(has(b.refused("/ppp add name=x"), "/ppp has no command 'add'"));
    CHECK(has(b.refused("/interface pppoe-client name=x"), "expected a command such as add"));
    CHECK(has(b.refused("/interface pppoe-client add user=a user=b"), "'user' is given twice"));
    CHECK(has(b.refused("/interface pppoe-client add interface=[/x get a]"), "'interface' is an expression"));
    CHECK(has(b.refused("/interface pppoe-client add interface=[find]"), "takes a value"));
    CHECK(has(b.refused("/interface pppoe-client add name=pppoe-out1"), "already; use set"));
    CHECK(has(b.refused("/interface pppoe-client set pppoe-out1 name=wan"), "keep their names"));
    CHECK(has(b.refused("/interface pppoe-client set pppoe-out1"), "expected name=value"));
    CHECK(has(b.refused("/interface pppoe-client remove pppoe-out1 where name=x"), "takes [find ...]"));
    CHECK(has(b.refused("/ip pool enable pool1"), "always in force"));
    CHECK(has(b.refused("/interface pppoe-server add name=x user=a interface=eth0"), "one by one"));
    CHECK(has(b.refused("/ppp aaa add"), "always one aaa"));
}

TEST_CASE("properties without a counterpart are left out by name") {
    RouterosTranslateBench b;
    const auto report = b.run("/ppp profile add name=p bridge-learning=default rate-limit=1M");
    CHECK(to_string(report.kind) == "changed");
    CHECK(has(report.message, "added profile 'p'; bridge-learning is left out: sessions are not bridged"));
    CHECK(b.backend.edits.back().properties == Properties{{"rate-limit", "1M"}});
    CHECK(has(b.answer("/ppp profile set p use-upnp=no"), "use-upnp is left out"));
}

TEST_CASE("other spellings reach the property that they mean") {
    RouterosTranslateBench b;
    CHECK(b.edit("/interface ppp-client add port=usb1 authentication=chap").properties.at("allow") == "chap");
    CHECK(b.edit("/interface ppp-client set [find allow=chap] !apn").properties.at("apn").empty());
    CHECK(b.edit("/interface ppp-client set [find authentication=chap] comment=x").name == "ppp-out1");
    CHECK(b.edit("/interface ppp-client unset ppp-out1 value-name=comment").properties.at("comment").empty());
    CHECK(b.edit("/interface ppp-client comment ppp-out1 \"the modem\"").properties.at("comment") ==
          "the modem");
    CHECK(b.edit("/interface enable ppp-out1").kind == "ppp-client");
    CHECK(b.edit("/ppp profile set *FFFFFFFE use-encryption=require").name == "default-encryption");
    CHECK(b.edit("/ppp profile set [ find default=yes name=default ] only-one=yes").name == "default");
    CHECK(b.edit("/interface pptp-server server set enabled=yes").name == "server");
    CHECK(b.edit("/ppp aaa set use-radius=yes").name == "aaa");
    b.backend.kinds["aaa"].clear();
    CHECK(b.edit("/ppp aaa set use-radius=yes").verb == Edit::Verb::add);
    CHECK(b.edit("/ppp aaa set use-radius=no").verb == Edit::Verb::set);
}

TEST_CASE("interfaces are renamed as the options say") {
    MemoryBackend backend;
    Interpreter(backend, {.replace = false, .interfaces = {{"ether1", "eth0"}, {"usb1", "/dev/ttyUSB0"}}})
        .run(
            "/interface pppoe-client add interface=ether1 user=ether1\n/interface ppp-client add port=usb1\n"
            "/interface pppoe-client scan ether1");
    CHECK(backend.value("pppoe-client", "pppoe-out1", "interface") == "eth0");
    CHECK(backend.value("pppoe-client", "pppoe-out1", "user") == "ether1");
    CHECK(backend.value("ppp-client", "ppp-out1", "port") == "/dev/ttyUSB0");
    CHECK(backend.actions.at(0).arguments.at("interface") == "eth0");
}

TEST_CASE("listings carry their form, their targets and their condition") {
    RouterosTranslateBench b;
    b.edit("/ppp secret add name=ann");
    const auto a = b.action("/ppp secret print detail without-paging where service=pppoe");
    CHECK(a.what == Action::What::list);
    CHECK(a.kind == "secret");
    CHECK(a.arguments == Properties{{"form", "detail"}});
    CHECK(a.where.terms.size() == 1);
    CHECK(b.action("/ppp secret print count-only").arguments.at("form") == "count-only");
    CHECK(b.action("/ppp secret print 0").names == Strings{"ann"});
    CHECK(b.action("/ppp secret find service=pppoe disabled=no").where.terms.size() == 3);
    const auto got = b.action("/ppp secret get ann value-name=profile");
    CHECK(got.what == Action::What::get);
    CHECK(got.names == Strings{"ann"});
    CHECK(got.arguments.at("property") == "profile");
    CHECK(b.action("/interface get pppoe-out1 tx-byte").arguments.at("property") == "tx-byte");
    CHECK(has(b.refused("/ppp secret get ann password"), "passwords are not shown"));
    CHECK(b.action("/log print where topics~\"ppp\"").instead == "journalctl -u pppmanager");
    CHECK(b.action("/export").names.size() == menus().size());
    CHECK(b.action("/ppp export show-sensitive").names == Strings{"profile", "secret", "aaa"});
    CHECK(has(b.refused("/ppp active print where name~\"(\""), "regular expression"));
    CHECK(b.action("/ping address=10.0.0.1 interface=\"a b\" count=3").instead ==
          "ping -I 'a b' -c 3 -- 10.0.0.1");
}

TEST_CASE("sessions are ended by user, by number, by condition") {
    RouterosTranslateBench b;
    b.backend.kinds["active"] = {{"17", {{"name", "ann"}, {"service", "pppoe"}}},
                                 {"18", {{"name", "ann"}, {"service", "pptp"}}},
                                 {"19", {{"name", "bob"}, {"service", "pppoe"}}}};
    CHECK(b.action("/ppp active remove ann").names == Strings{"17", "18"});
    CHECK(b.action("/ppp active remove [find name=bob]").names == Strings{"19"});
    CHECK(b.action("/ppp active remove [find service=pppoe]").names == Strings{"17", "19"});
    CHECK(b.action("/ppp active remove 1").names == Strings{"18"});
    CHECK(has(b.refused("/ppp active remove [find name=eve]"), "no session"));
    CHECK(has(b.refused("/ppp active remove"), "expected a session"));
}

TEST_CASE("what another tool does is answered with that tool, and nothing of the input steers a shell") {
    RouterosTranslateBench b;
    CHECK(has(b.answer("/ip firewall filter add chain=input action=drop"), "nft: "));
    CHECK(has(b.answer("/system reboot"), "systemctl: systemctl reboot"));
    CHECK(has(b.answer("/tool fetch url=http://x/y"), "curl: curl -O http://x/y"));
    CHECK(
        has(b.answer("/interface bridge add name=\"x; rm -rf /\""), "ip link add 'x; rm -rf /' type bridge"));
    CHECK(has(b.answer("/radius incoming set accept=yes"), "pppctl kick"));
    CHECK(has(b.answer(":put [/x get a]"), "sh: "));
    CHECK(has(b.answer("/tool e-mail send to=a@b subject=S body=\"it's\""), "'it'\\''s'"));
    CHECK(has(b.answer("/tool fetch url=https://u:hunter2@host/x"), "curl -O 'https://***@host/x'"));
    CHECK_FALSE(has(b.answer("/system scheduler add name=x on-event=\"/x pw=hunter2\""), "hunter2"));
    CHECK(to_string(b.run("/ip firewall nat").kind) == "menu");
    CHECK(has(b.answer("add chain=srcnat action=masquerade out-interface=ppp1"), "oifname ppp1 masquerade"));
}

TEST_CASE("a refusal of the daemon is the command's report; the rest goes on") {
    RouterosTranslateBench b;
    b.backend.refuse = true;
    const auto outcome = b.interpreter.run("/ip pool add ranges=10.0.0.2\n/system resource print");
    REQUIRE(outcome.reports.size() == 2);
    CHECK(outcome.reports[0].message == "not permitted");
    CHECK(outcome.failed());
    CHECK(outcome.count(Kind::answer) == 1);
    CHECK(outcome.reports[1].line == 2);
}

TEST_CASE("menus know each property that the daemon knows, and no other") {
    for (const auto& kind : config::kinds()) {
        CAPTURE(kind.name);
        const auto* menu = menu_of(kind.name);
        REQUIRE(menu != nullptr);
        for (const auto& property : kind.properties) {
            CAPTURE(property.name);
            CHECK_FALSE(menu->canonical(property.name).empty());
        }
        for (const auto property : menu->properties) {
            CAPTURE(property);
            CHECK(config::find_property(kind, property) != nullptr);
        }
    }
}

TEST_CASE("random objects, exported and read again, are made by equal edits") {
    std::mt19937 random(4711);
    const auto below = [&](std::size_t n) { return random() % n; };
    const auto text = [&] {
        static constexpr std::string_view alphabet =
            "abcXYZ019-_.,:/ \"\\$[]{}()#;=~<>!*?\t\n\r\x01\x7f\xc3\xa4'@";
        std::string out;
        for (auto n = below(12); n > 0; --n) out += alphabet[below(alphabet.size())];
        return out;
    };
    for (int round = 0; round < 300; ++round) {
        std::vector<Edit> expected;
        std::vector<Exported> kinds;
        for (const auto& menu : menus()) {
            kinds.push_back({std::string(menu.kind), {}});
            for (auto n = below(4); n > 0; --n) {
                Object object;
                object.name = menu.only.empty() ? text() + std::to_string(n) : std::string(menu.only);
                for (const auto key : menu.properties)
                    if (below(2) == 0) object.properties[std::string(key)] = text();
                if (menu.only.empty()) {
                    expected.push_back(
                        {Edit::Verb::add, std::string(menu.kind), object.name, object.properties});
                } else if (!object.properties.empty()) {
                    expected.push_back(
                        {Edit::Verb::set, std::string(menu.kind), object.name, object.properties});
                }
                kinds.back().objects.push_back(std::move(object));
                if (!menu.only.empty()) break;
            }
        }
        MemoryBackend backend;
        const auto script = export_text(kinds);
        const auto outcome = Interpreter(backend).run(script);
        CAPTURE(script);
        REQUIRE_FALSE(outcome.failed());
        REQUIRE(backend.edits == expected);
    }
}

TEST_CASE("an export names what it leaves out") {
    const auto text = export_text(
        std::vector<Exported>{{"profile", {{"default", {}}, {"default-encryption", {{"only-one", "yes"}}}}},
                              {"pool", {{"p", {{"frobnicate", "secret text"}, {"ranges", "10.0.0.2"}}}}},
                              {"tunnel", {{"t", {}}}}});
    CHECK(text ==
          "/ip pool\n# left out of 'p': 'frobnicate'\nadd name=p ranges=10.0.0.2\n"
          "/ppp profile\nset default-encryption only-one=yes\n"
          "# left out: objects of the kind 'tunnel'\n");
}
