// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The shipped bus policy on a bus that denies as the system bus does: others read, root does.
#include <doctest/doctest.h>
#include <unistd.h>
#include "support/bus_client.hpp"
#include "support/fake_polkit.hpp"
#include "support/ordinary_user.hpp"
#include "support/private_bus.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kWanPath = "/org/pppmanager1/client/wan";
using Listing = std::vector<Dictionary>;

struct PolicyBench : BusBench {
    PolicyBench() : BusBench(bus_for_others()) {
        service.add_client("wan", [](auto& s) { s.state = session::ClientState::stopped; });
        service.scan_finds("eth1", {});
        service.scans_take(0s);
        service.open_session("ann");
    }
};

const std::string kDenied = "org.pppmanager1.Error.NotPermitted";

/// How many of the calls that steer sessions are permitted.
int control_allowed(sdbus::IConnection& bus) {
    int allowed = 0;
    allowed += !call(bus, kWanPath, kClient, "Connect").starts_with(kDenied);
    allowed += !call(bus, kWanPath, kClient, "Disconnect").starts_with(kDenied);
    allowed += !call(bus, kRoot, kManager, "Scan", std::string("eth1"), 1u).starts_with(kDenied);
    allowed += !call(bus, kRoot, kManager, "Disconnect", std::uint64_t{1}).starts_with(kDenied);
    allowed += !call(bus, kRoot, kManager, "Reload").starts_with(kDenied);
    return allowed;
}

/// How many of the calls that change the configuration are permitted.
int configure_allowed(sdbus::IConnection& bus) {
    using Edits = std::vector<sdbus::Struct<std::string, std::string, std::string, Dictionary>>;
    const std::string pool = "pool", name = "p";
    const Dictionary properties{{"name", sdbus::Variant{name}},
                                {"ranges", sdbus::Variant{std::string("10.0.0.2-10.0.0.9")}}};
    const Dictionary comment{{"comment", sdbus::Variant{std::string("spare")}}};
    int allowed = 0;
    allowed += !call(bus, kRoot, kManager, "Add", pool, properties).starts_with(kDenied);
    allowed += !call(bus, kRoot, kManager, "Set", pool, name, comment).starts_with(kDenied);
    allowed += !call(bus, kRoot, kManager, "Remove", pool, name).starts_with(kDenied);
    allowed += !call(bus, kRoot, kManager, "Edit", Edits{}, Dictionary{}).starts_with(kDenied);
    allowed += !call(bus, kRoot, kManager, "Commit", std::string("{}"), Dictionary{}).starts_with(kDenied);
    return allowed;
}

/// How many ways of reading work.
int reads_allowed(sdbus::IConnection& bus) {
    int allowed = 0;
    allowed += property<std::uint32_t>(bus, kRoot, kManager, "SessionCount") == 1;
    allowed += properties(bus, kWanPath, kClient).contains("State");
    allowed +=
        ask_for<Objects>(bus, kRoot, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects").size() == 1;
    allowed += !ask_for<std::string>(bus, kRoot, "org.freedesktop.DBus.Introspectable", "Introspect").empty();
    allowed += ask_for<Listing>(bus, kRoot, kManager, "ListSessions", Dictionary{}, 0u, 0u).size() == 1;
    allowed += ask_for<Listing>(bus, kRoot, kManager, "List", std::string(), 0u, 0u).size() == 2;
    allowed +=
        ask_for<Dictionary>(bus, kRoot, kManager, "Get", std::string("profile"), std::string("default"))
            .contains("use-ipv6");
    allowed += ask_for<Listing>(bus, kRoot, kManager, "Describe", std::string("pool")).size() == 3;
    allowed += call(bus, kRoot, kManager, "Subscribe").empty();
    allowed += call(bus, kRoot, kManager, "Unsubscribe").empty();
    return allowed;
}

}  // namespace

TEST_CASE_FIXTURE(PolicyBench, "root may own the name and call everything, others may only read") {
    if (::geteuid() != 0) {
        // The half of the promise that can be seen without being root.
        BusBench guarded("guarded_bus.conf");
        auto made = dbus::BusService::create(*guarded.loop, guarded.service, Log(guarded.log));
        REQUIRE_FALSE(made);
        CHECK(made.error().what.starts_with("cannot take the name org.pppmanager1 on the bus: "));
        return;
    }
    serve();
    const auto revision = service.revision();
    CHECK(as_nobody(*this, control_allowed) == 0);
    CHECK(as_nobody(*this, configure_allowed) == 0);
    CHECK(service.client("wan")->state == session::ClientState::stopped);
    CHECK(service.session_count() == 1);
    CHECK(service.revision() == revision);
    CHECK(as_nobody(*this, reads_allowed) == 10);
    CHECK(ask(control_allowed) == 5);
    CHECK(ask(configure_allowed) == 5);
}

TEST_CASE_FIXTURE(PolicyBench,
                  "others may do what polkit lets them, and polkit is asked who they are and what for") {
    FakePolkit polkit({"org.pppmanager1.control"});
    serve();
    CHECK(as_nobody(*this, control_allowed) == 5);
    CHECK(as_nobody(*this, configure_allowed) == 0);
    const auto asked = polkit.asked();
    REQUIRE(asked.size() == 10);
    CHECK(asked.front() == "system-bus-name org.pppmanager1.control");
    CHECK(asked.back() == "system-bus-name org.pppmanager1.configure");
    // Root needs no asking.
    if (::geteuid() != 0) return;
    CHECK(ask(configure_allowed) == 5);
    CHECK(polkit.asked().size() == 10);
}

namespace {

constexpr int kRefused = 1, kGiven = 2, kOther = 3;

/// What comes of asking for the password of the user "ann".
int secrets_given(sdbus::IConnection& bus) {
    const std::string kind = "secret", name = "ann";
    if (call(bus, kRoot, kManager, "GetSecrets", kind, name).starts_with(kDenied)) return kRefused;
    const auto secrets = ask_for<Dictionary>(bus, kRoot, kManager, "GetSecrets", kind, name);
    return secrets.at("password").get<std::string>() == "hunter2" ? kGiven : kOther;
}

void add_ann(PolicyBench& bench) {
    const Dictionary ann{{"name", sdbus::Variant{std::string("ann")}},
                         {"password", sdbus::Variant{std::string("hunter2")}}};
    const auto said = bench.ask([&](sdbus::IConnection& bus) {
        return call(bus, kRoot, kManager, "Add", std::string("secret"), ann);
    });
    REQUIRE(said.empty());
}

}  // namespace

TEST_CASE_FIXTURE(PolicyBench,
                  "passwords are given to root and to whom polkit lets read them, whatever else he may") {
    if (::geteuid() != 0) return;
    FakePolkit polkit({"org.pppmanager1.control", "org.pppmanager1.configure"});
    serve();
    add_ann(*this);
    CHECK(as_nobody(*this, secrets_given) == kRefused);
    CHECK(polkit.asked().back() == "system-bus-name org.pppmanager1.read-secrets");
    CHECK(ask(secrets_given) == kGiven);
}

TEST_CASE_FIXTURE(PolicyBench, "who may read passwords gets them, and a hash under a name of its own") {
    if (::geteuid() != 0) return;
    FakePolkit polkit({"org.pppmanager1.read-secrets"});
    serve();
    add_ann(*this);
    CHECK(as_nobody(*this, secrets_given) == kGiven);
    CHECK(as_nobody(*this, configure_allowed) == 0);
    ask([](sdbus::IConnection& bus) {
        const std::string kind = "secret", name = "ann";
        const Dictionary hashed{{"password-storage", sdbus::Variant{std::string("nt-hash")}}};
        CHECK(call(bus, kRoot, kManager, "Set", kind, name, hashed).empty());
        const auto secrets = ask_for<Dictionary>(bus, kRoot, kManager, "GetSecrets", kind, name);
        CHECK(secrets.size() == 1);
        CHECK(secrets.at("nt-hash").get<std::string>().size() == 32);
        const auto shown = ask_for<Dictionary>(bus, kRoot, kManager, "Get", kind, name);
        CHECK(shown.at("password").get<bool>());
        CHECK(shown.at("password-storage").get<std::string>() == "nt-hash");
        CHECK(shown.at("serves").get<std::vector<std::string>>() ==
              std::vector<std::string>{"mschap2", "mschap1", "pap"});
        CHECK(call(bus, kRoot, kManager, "GetSecrets", kind, std::string("eve"))
                  .starts_with("org.pppmanager1.Error.NotFound"));
        return 0;
    });
}
