// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <algorithm>
#include "dbus/dispatcher/programs.hpp"
#include "support/scripts.hpp"

using namespace ppp;
using namespace ppp::dispatcher;
using ppp::test::Scripts;
namespace fs = std::filesystem;

namespace {

constexpr uid_t kNobody = 65534;

std::string verdict(const std::string& path, const Trust& trust) {
    const auto checked = check_program(path, trust);
    return checked ? "trusted" : checked.error().what;
}

std::string value(const std::vector<std::string>& environment, const std::string& name) {
    for (const auto& entry : environment)
        if (entry.starts_with(name + "=")) return entry.substr(name.size() + 1);
    return "(none)";
}

Event event_of(bool up) {
    Event event;
    event.up = up;
    event.session = 7;
    event.interface = "ppp0";
    event.kind = "pppoe-server";
    event.object = "fibre";
    event.profile = "homes";
    event.user = "bob";
    event.service = "pppoe";
    event.caller_id = "02:00:00:00:00:07";
    event.local_address = "10.0.0.1";
    event.remote_address = "10.0.0.2";
    event.dns = {"10.0.0.53", "10.0.0.54"};
    event.mtu = 1492;
    event.reason = "peer-terminated";
    event.detail = "Terminate-Request";
    event.uptime = 12;
    event.octets_in = 300;
    event.octets_out = 400;
    return event;
}

}  // namespace

TEST_CASE("a program that only its owner may change is trusted, also through a link") {
    const Scripts scripts;
    const auto path = scripts.add("hook", "true");
    CHECK(verdict(path, scripts.trust()) == "trusted");
    fs::create_symlink("hook", scripts.at("link"));
    fs::create_directory(scripts.at("sub"));
    fs::create_symlink("../link", scripts.at("sub/second"));
    CHECK(verdict(scripts.at("sub/second").string(), scripts.trust()) == "trusted");
    CHECK(verdict(scripts.at("sub/../hook").string(), scripts.trust()) == "trusted");
    CHECK(verdict("/bin/true", {}) == "trusted");
}

TEST_CASE("a program that others may write, or whose directory they may write, is refused") {
    const Scripts scripts;
    const auto path = scripts.add("hook", "true", 0775);
    CHECK(verdict(path, scripts.trust()) == "'" + path + "' may be written by others than root: chmod go-w");
    scripts.add("hook", "true", 0757);
    CHECK(verdict(path, scripts.trust()).ends_with("may be written by others than root: chmod go-w"));
    fs::create_directory(scripts.at("open"));
    const auto inside = scripts.add("open/hook", "true");
    CHECK(verdict(inside, scripts.trust()) == "trusted");
    fs::permissions(scripts.at("open"), fs::perms(0777));
    CHECK(verdict(inside, scripts.trust()) ==
          "'" + scripts.at("open").string() + "' may be written by others than root: chmod go-w");
    // The way by a link is no better than the place.
    fs::create_symlink(inside, scripts.at("link"));
    CHECK(verdict(scripts.at("link").string(), scripts.trust())
              .starts_with("'" + scripts.at("open").string() + "' may be written"));
    fs::create_symlink(path, scripts.at("open/link"));
    scripts.add("hook", "true");
    CHECK(verdict(scripts.at("open/link").string(), scripts.trust())
              .starts_with("'" + scripts.at("open").string() + "' may be written"));
    // Nobody may replace what is root's in a sticky directory.
    fs::permissions(scripts.at("open"), fs::perms(01777));
    CHECK(verdict(inside, scripts.trust()) == "trusted");
}

TEST_CASE("a program of another user is refused") {
    const Scripts scripts;
    const auto path = scripts.add("hook", "true");
    if (::geteuid() != 0) {
        // Ours, and we are not root: what the service itself would say.
        CHECK(verdict(path, {}).ends_with("and must belong to root"));
        return;
    }
    REQUIRE(::chown(path.c_str(), kNobody, 0) == 0);
    CHECK(verdict(path, scripts.trust()) == "'" + path + "' belongs to user 65534 and must belong to root");
    REQUIRE(::chown(path.c_str(), 0, 0) == 0);
    fs::create_symlink(path, scripts.at("link"));
    REQUIRE(::lchown(scripts.at("link").c_str(), kNobody, 0) == 0);
    CHECK(verdict(scripts.at("link").string(), scripts.trust()).ends_with("and must belong to root"));
}

TEST_CASE("what is no program is refused by what it is") {
    const Scripts scripts;
    CHECK(verdict(scripts.at("none").string(), scripts.trust()) ==
          "there is no '" + scripts.at("none").string() + "'");
    CHECK(verdict(scripts.directory(), scripts.trust()) == "'" + scripts.directory() + "' is no file");
    const auto plain = scripts.add("plain", "true", 0644);
    CHECK(verdict(plain, scripts.trust()) == "'" + plain + "' is not executable: chmod u+x");
    fs::create_symlink("round", scripts.at("round"));
    CHECK(verdict(scripts.at("round").string(), scripts.trust()).ends_with("leads through too many links"));
}

TEST_CASE("the directory's executable files run in the order of their names, leftovers do not") {
    const Scripts scripts;
    CHECK(directory_programs("/nonexistent/dispatcher.d").empty());
    for (const auto* name :
         {"20-b", "10-a", "9-z", ".hidden", "10-a~", "10-a.dpkg-old", "10-a.rpmsave", "x.bak"})
        scripts.add(std::string("dispatcher.d/") + name, "true");
    scripts.add("dispatcher.d/30-plain", "true", 0644);
    fs::create_directory(scripts.at("dispatcher.d/40-directory"));
    const auto d = scripts.directory();
    CHECK(directory_programs(d) == std::vector<std::string>{d + "/10-a", d + "/20-b", d + "/9-z"});
}

TEST_CASE("an event runs the profile's command first, then the directory with up or down and the interface") {
    const Scripts scripts;
    scripts.add("dispatcher.d/10-a", "true");
    auto event = event_of(false);
    event.command = "/opt/hook \"two words\" x";
    std::vector<std::string> problems;
    const auto programs = programs_of(event, scripts.trust(), problems);
    CHECK(programs == std::vector<Arguments>{{"/opt/hook", "two words", "x"},
                                             {scripts.directory() + "/10-a", "down", "ppp0"}});
    CHECK(problems.empty());
    for (const auto* wrong : {"/opt/hook \"open", "hook", ":log info up"}) {
        event.command = wrong;
        CHECK(programs_of(event, scripts.trust(), problems).size() == 1);
    }
    CHECK(problems == std::vector<std::string>{"'/opt/hook \"open': the quote \" is not closed",
                                               "'hook' does not begin with the path of a program",
                                               "':log info up' does not begin with the path of a program"});
}

TEST_CASE("the environment has our names, and those that pppd gives its scripts") {
    const auto up = environment(event_of(true));
    const std::vector<std::pair<std::string, std::string>> both{{"PPP_SESSION", "7"},
                                                                {"PPP_KIND", "pppoe-server"},
                                                                {"PPP_OBJECT", "fibre"},
                                                                {"PPP_PROFILE", "homes"},
                                                                {"PPP_USER", "bob"},
                                                                {"PPP_INTERFACE", "ppp0"},
                                                                {"PPP_LOCAL_ADDRESS", "10.0.0.1"},
                                                                {"PPP_REMOTE_ADDRESS", "10.0.0.2"},
                                                                {"PPP_CALLER_ID", "02:00:00:00:00:07"},
                                                                {"PPP_SERVICE", "pppoe"},
                                                                {"PPP_MTU", "1492"},
                                                                {"PPP_DNS", "10.0.0.53 10.0.0.54"},
                                                                {"DNS1", "10.0.0.53"},
                                                                {"DNS2", "10.0.0.54"},
                                                                {"IFNAME", "ppp0"},
                                                                {"PPP_IFACE", "ppp0"},
                                                                {"IPLOCAL", "10.0.0.1"},
                                                                {"PPP_LOCAL", "10.0.0.1"},
                                                                {"IPREMOTE", "10.0.0.2"},
                                                                {"PPP_REMOTE", "10.0.0.2"},
                                                                {"PEERNAME", "bob"},
                                                                {"PPP_IPPARAM", "fibre"},
                                                                {"MACREMOTE", "02:00:00:00:00:07"},
                                                                {"CALL_FILE", "(none)"}};
    const auto down = environment(event_of(false));
    for (const auto& variable : both) {
        CAPTURE(variable.first);
        CHECK(value(up, variable.first) == variable.second);
        CHECK(value(down, variable.first) == variable.second);
    }
    CHECK(value(up, "PPP_EVENT") == "up");
    CHECK(value(up, "PPP_REASON") == "(none)");
    CHECK(value(up, "PATH").find("/usr/bin") != std::string::npos);
    const std::vector<std::pair<std::string, std::string>> last{{"PPP_EVENT", "down"},
                                                                {"PPP_REASON", "peer-terminated"},
                                                                {"PPP_DETAIL", "Terminate-Request"},
                                                                {"PPP_UPTIME", "12"},
                                                                {"CONNECT_TIME", "12"},
                                                                {"PPP_OCTETS_IN", "300"},
                                                                {"BYTES_RCVD", "300"},
                                                                {"PPP_OCTETS_OUT", "400"},
                                                                {"BYTES_SENT", "400"}};
    for (const auto& [name, wanted] : last) CHECK(value(down, name) == wanted);
    CHECK(down.size() == both.size() - 1 + last.size() + 1);
    auto dialled = event_of(true);
    dialled.kind = "pppoe-client";
    CHECK(value(environment(dialled), "CALL_FILE") == "fibre");
    CHECK(value(environment(dialled), "PEERNAME") == "(none)");
}

TEST_CASE("what a peer chose cannot break out of its variable, nor fill the environment") {
    auto event = event_of(true);
    event.user = "a\nPATH=/tmp\x1b[2J\x7f\xc3\xa4";
    event.detail = std::string(5000, 'x');
    event.up = false;
    const auto all = environment(event);
    CHECK(value(all, "PPP_USER") == "a\\x0aPATH=/tmp\\x1b[2J\\x7f\xc3\xa4");
    CHECK(value(all, "PPP_DETAIL").size() == 1024);
    CHECK(std::ranges::none_of(all, [](const auto& entry) { return entry.find('\n') != std::string::npos; }));
    // An escape is whole or not there.
    CHECK(cleaned("abc\n", 6) == "abc");
    CHECK(cleaned("abc\n", 7) == "abc\\x0a");
}
