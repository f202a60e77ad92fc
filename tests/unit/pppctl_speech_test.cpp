// SPDX-License-Identifier: GPL-2.0-or-later
/// @file RouterOS commands of pppctl that show or end something, over the bus, against a fake service.
#include <doctest/doctest.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include "dbus/pppctl/journal.hpp"
#include "dbus/pppctl/view.hpp"
#include "support/has.hpp"
#include "support/private_bus.hpp"
#include "support/run_program.hpp"
#include "support/scratch_directory.hpp"

using namespace ppp;
using namespace ppp::test;
using nlohmann::json;

namespace {

struct SpeechBench : BusBench {
    SpeechBench() {
        serve();
        service.open_session("ann", [](auto& row) {
            row.interface = "ppp0";
            row.mtu = 1492;
            row.traffic.octets_out = 4711;
        });
        service.open_session("bob", [](auto& row) { row.interface = "ppp1"; });
    }
    Finished pppctl(const std::vector<std::string>& arguments, const std::string& input = {}) {
        std::vector<std::string> words{"/bin/sh", "-c", R"(printf '%s' "$0" | exec "$@")", input,
                                       PPPCTL_PATH};
        words.insert(words.end(), arguments.begin(), arguments.end());
        return run([&] { return Program(words).finish(); });
    }
    [[nodiscard]] std::string data(std::vector<std::string> words) {
        words.insert(words.begin(), "--json");
        return json::parse(pppctl(words).out)["commands"][0]["data"].dump();
    }
};

/// A program `ping` that comes before that of the host.
struct FakePing {
    explicit FakePing(const std::string& script) : before(::getenv("PATH")) {
        const auto path = directory.path() / "ping";
        std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
        std::filesystem::permissions(path, std::filesystem::perms(0755));
        ::setenv("PATH", (directory.path().string() + ":" + before).c_str(), 1);
    }
    FakePing(const FakePing&) = delete;
    ~FakePing() { ::setenv("PATH", before.c_str(), 1); }
    ScratchDirectory directory;
    std::string before;
};

}  // namespace

TEST_CASE_FIXTURE(SpeechBench, "an import that is tried or refused ends no session") {
    const std::string all = "/ppp active remove [find]\n";
    const auto dry = pppctl({"import", "-", "--dry-run"}, all);
    CHECK(dry.status == 0);
    CHECK(has(dry.out, "would end: session 1 of 'ann'\nwould end: session 2 of 'bob'\n"));
    CHECK(service.session_count() == 2);
    const auto refused = pppctl({"import", "-"}, all + "/ip pool add name=b rnges=1\n");
    CHECK(refused.status == 1);
    CHECK(has(refused.err, "no session ended"));
    CHECK(service.session_count() == 2);
    const auto invalid = pppctl({"import", "-"}, all + "/ip pool add name=b ranges=everything\n");
    CHECK(invalid.status == 1);
    CHECK(service.session_count() == 2);
    const auto done = json::parse(pppctl({"import", "-", "--json"}, all + all).out);
    CHECK(done["kicks"].size() == 2);
    CHECK(done["kicks"][0]["user"] == "ann");
    CHECK(service.session_count() == 0);
}

TEST_CASE_FIXTURE(SpeechBench, "a session is ended by its place in the list; an unknown user is named") {
    CHECK(pppctl({"/ppp", "active", "remove", "0"}).status == 0);
    CHECK(service.session_count() == 1);
    const auto none = pppctl({"/ppp", "active", "remove", "eve"});
    CHECK(none.status == 1);
    CHECK(has(none.err, "there is no session 'eve'"));
    CHECK(pppctl({"/ppp", "active", "remove", "bob"}).status == 0);
    CHECK(service.session_count() == 0);
}

TEST_CASE_FIXTURE(SpeechBench, "several that are monitored are a list in JSON") {
    for (const auto* name : {"wan1", "wan2"}) {
        CHECK(pppctl({"add", "pppoe-client", name, "interface=eth1"}).status == 0);
        service.add_client(name);
    }
    const auto two = json::parse(data({"/interface", "pppoe-client", "monitor", "wan1,wan2", "once"}));
    REQUIRE(two.size() == 2);
    CHECK(two[1]["name"] == "wan2");
    CHECK(json::parse(data({"/interface", "pppoe-client", "monitor", "wan1"}))["name"] == "wan1");
}

TEST_CASE_FIXTURE(SpeechBench, "a client is monitored as long as was asked for") {
    CHECK(pppctl({"add", "pppoe-client", "wan1", "interface=eth1"}).status == 0);
    service.add_client("wan1");
    const auto r = pppctl({"/interface", "pppoe-client", "monitor", "wan1", "duration=1s", "interval=1"});
    CHECK(r.status == 0);
    REQUIRE(r.out.size() > 8);
    CHECK(r.out.substr(2, 1) + r.out.substr(5, 1) == "::");  // what follows changes begins with a time
    CHECK(has(r.out, "\nleft out: interval"));
}

TEST_CASE_FIXTURE(SpeechBench, "a property of an interface is that of its session") {
    CHECK(pppctl({"/interface", "get", "ppp0", "tx-byte"}).out == "4711\n");
    CHECK(pppctl({"/interface", "get", "ppp0", "mtu"}).out == "1492\n");
    CHECK(data({"/interface", "get", "ppp0", "running"}) == "\"yes\"");
    CHECK(has(pppctl({"/interface", "get", "ppp0", "colour"}).err, "no property 'colour'"));
    CHECK(has(pppctl({"/interface", "get", "ppp7", "mtu"}).err, "no interface 'ppp7'"));
    CHECK(pppctl({"/ppp", "profile", "get", "default", "name"}).out == "default\n");
    CHECK(has(pppctl({"/ppp", "profile", "get", "default", "colour"}).err, "no property 'colour'"));
}

TEST_CASE_FIXTURE(SpeechBench,
                  "an export has the kinds of its menu, passwords when asked, and says what it leaves out") {
    CHECK(pppctl({"add", "pool", "homes", "ranges=10.0.0.2"}).status == 0);
    CHECK(pppctl({"add", "secret", "bob", "password"}, "hunter2\n").status == 0);
    const auto plain = pppctl({"/ppp", "secret", "export"}).out;
    CHECK(has(plain, "add name=bob"));
    CHECK_FALSE(has(plain, "homes"));
    CHECK_FALSE(has(plain, "hunter2"));
    CHECK(has(pppctl({"/ppp", "secret", "export", "show-sensitive"}).out, "password=hunter2"));
    CHECK(has(pppctl({"/export", "file=foo"}).out, "\n# left out: file, "));
    CHECK(has(pppctl({"/ip", "pool", "print", "interval=1"}).out, "homes"));
    CHECK(has(pppctl({"/ip", "pool", "print", "interval=1"}).out, "\nleft out: interval, "));
}

TEST_CASE_FIXTURE(SpeechBench, "what ping refuses is told in its words, and its times are seconds") {
    const auto ping = [&](std::vector<std::string> words) {
        words.insert(words.begin(), "/ping");
        return pppctl({"import", "-"}, words[0] + " " + words[1] + " " + words[2]).out;
    };
    {
        const FakePing fake("echo \"$*\"");
        CHECK(has(ping({"10.0.0.1", "interval=200ms"}), "-i 0.200 --"));
        CHECK(has(ping({"10.0.0.1", "count=0"}), "-c 4 --"));
        CHECK(has(ping({"10.0.0.1", "interval=soon"}), "interval: expected a time"));
    }
    {
        const FakePing fake("echo 'ping: size too big' >&2; exit 2");
        CHECK(has(ping({"10.0.0.1", "size=9"}), "ping cannot do this: ping: size too big"));
    }
    const FakePing fake("echo 'PING 10.0.0.1'; exit 1");
    CHECK(has(ping({"10.0.0.1", "size=9"}), "10.0.0.1 does not answer"));
}

TEST_CASE("times of RouterOS in seconds") {
    CHECK(ctl::fraction_of("2") == "2");
    CHECK(ctl::fraction_of("0.2") == "0.2");
    CHECK(ctl::fraction_of("1s500ms") == "1.500");
    CHECK(ctl::fraction_of("00:01:30") == "90");
    CHECK(ctl::fraction_of("ms").empty());
    CHECK(ctl::fraction_of("x5ms").empty());
}

TEST_CASE("of the journal only the daemon's lines are taken, and none of the past when none is wanted") {
    const std::string remote = "/lib/systemd/systemd-journal-remote";
    REQUIRE(std::filesystem::exists(remote));
    const ScratchDirectory directory;
    std::ofstream source(directory.path() / "entries");
    int number = 0;
    for (const auto* writer : {"_UID=0", "_UID=1000", "_UID=64123\n_SYSTEMD_UNIT=pppmanager.service"}) {
        ++number;
        source << "__REALTIME_TIMESTAMP=170000000" << number << "000000\n__MONOTONIC_TIMESTAMP=" << number
               << "\n_BOOT_ID=0123456789abcdef0123456789abcdef\nSYSLOG_IDENTIFIER=pppmanagerd\nMESSAGE="
               << number << "\n"
               << writer << "\n\n";
    }
    source.close();
    const auto journal = (directory.path() / "test.journal").string();
    REQUIRE(Program({remote, "-o", journal, (directory.path() / "entries").string()}).finish().status == 0);
    const auto messages = [&](ctl::JournalQuery query) {
        query.file = journal;
        auto opened = ctl::Journal::open(query);
        REQUIRE(opened);
        std::string out;
        for (;;) {
            auto entry = opened->next();
            REQUIRE(entry);
            if (!*entry) return out;
            out += (*entry)->message;
        }
    };
    ctl::JournalQuery query;
    CHECK(messages(query) == "13");
    query.lines = 1;
    CHECK(messages(query) == "3");
    query.lines = 0;
    CHECK(messages(query).empty());
    query.trusted = false;
    query.lines = 2;
    CHECK(messages(query) == "23");
}
