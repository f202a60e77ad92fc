// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <array>
#include "config/property.hpp"
#include "config/property_types_text.hpp"
#include "config/resolve.hpp"

using namespace ppp;
using namespace ppp::config;

namespace {

constexpr std::uint32_t kOne = 0x01010101, kTwo = 0x02020202, kThree = 0x03030303;

Profile full(const std::string& address, seconds time, bool flag, Encryption encryption) {
    Profile out;
    out.local_address = out.remote_address = address;
    out.dns_server = out.wins_server = {address};
    out.idle_timeout = out.session_timeout = time;
    out.use_encryption = encryption;
    out.only_one = out.change_tcp_mss = out.use_compression = out.use_ipv6 = flag;
    out.rate_limit = std::to_string(time.count()) + "k";
    return out;
}

void check_full(const Effective& e, std::uint32_t address, seconds time, bool flag, Encryption encryption) {
    CHECK(e.local_address.range.first == address);
    CHECK(e.remote_address.range.first == address);
    CHECK(e.dns == std::array<std::uint32_t, 2>{address, 0});
    CHECK(e.wins == std::array<std::uint32_t, 2>{address, 0});
    CHECK(e.idle_timeout == time);
    CHECK(e.session_timeout == time);
    CHECK(e.encryption == encryption);
    CHECK(e.only_one == flag);
    CHECK(e.change_tcp_mss == flag);
    CHECK(e.use_compression == flag);
    CHECK(e.use_ipv6 == flag);
    CHECK(e.rate_limit.rate.rx == static_cast<std::uint64_t>(time.count()) * 1000);
}

}  // namespace

TEST_CASE("with nothing set a session has the values of the built-in profiles") {
    const Config config = default_config();
    const auto usual = resolve(config, "default", {});
    CHECK(usual == Effective{});
    CHECK(usual.local_address.kind == AddressSource::Kind::unset);
    CHECK(usual.change_tcp_mss);
    CHECK(usual.use_ipv6);
    CHECK(usual.idle_timeout == seconds(0));
    CHECK(usual.rate_limit.rate == RatePair{});
    auto encrypted = usual;
    encrypted.encryption = Encryption::yes;
    CHECK(resolve(config, "default-encryption", {}) == encrypted);
}

TEST_CASE("every property of the session's profile wins over the profile default") {
    Config config = default_config();
    config.profile["default"] = full("1.1.1.1", seconds(1), true, Encryption::yes);
    config.profile["gold"] = full("2.2.2.2", seconds(2), false, Encryption::required);
    check_full(resolve(config, "gold", {}), kTwo, seconds(2), false, Encryption::required);
}

TEST_CASE("every property that the session's profile leaves unset comes from the profile default") {
    Config config = default_config();
    config.profile["default"] = full("1.1.1.1", seconds(1), true, Encryption::yes);
    config.profile["gold"] = Profile{};
    check_full(resolve(config, "gold", {}), kOne, seconds(1), true, Encryption::yes);
    config.profile["default"] = full("3.3.3.3", seconds(3), false, Encryption::no);
    check_full(resolve(config, "gold", {}), kThree, seconds(3), false, Encryption::no);
}

TEST_CASE("each property of a profile answers its own question and no other") {
    const auto with = [](std::string_view property, std::string_view text) {
        Config config = default_config();
        REQUIRE(find_property(*find_kind("profile"), property)->parse(&config.profile["gold"], text));
        return resolve(config, "gold", {});
    };
    std::vector<Effective> wanted(12);
    wanted[0].local_address = parse_address_source("1.1.1.1");
    CHECK(with("local-address", "1.1.1.1") == wanted[0]);
    wanted[1].remote_address = parse_address_source("1.1.1.1-1.1.1.5");
    CHECK(with("remote-address", "1.1.1.1-1.1.1.5") == wanted[1]);
    wanted[2].dns = {kOne, kTwo};
    CHECK(with("dns-server", "1.1.1.1,2.2.2.2") == wanted[2]);
    wanted[3].wins = {kThree, 0};
    CHECK(with("wins-server", "3.3.3.3") == wanted[3]);
    wanted[4].idle_timeout = seconds(7);
    CHECK(with("idle-timeout", "7") == wanted[4]);
    wanted[5].session_timeout = seconds(8);
    CHECK(with("session-timeout", "8") == wanted[5]);
    wanted[6].encryption = Encryption::required;
    CHECK(with("use-encryption", "required") == wanted[6]);
    wanted[7].only_one = true;
    CHECK(with("only-one", "yes") == wanted[7]);
    wanted[8].change_tcp_mss = false;
    CHECK(with("change-tcp-mss", "no") == wanted[8]);
    wanted[9].use_compression = true;
    CHECK(with("use-compression", "yes") == wanted[9]);
    wanted[10].use_ipv6 = false;
    CHECK(with("use-ipv6", "no") == wanted[10]);
    wanted[11].rate_limit.rate = {1000, 2000};
    CHECK(with("rate-limit", "1k/2k") == wanted[11]);
    CHECK(with("comment", "x") == Effective{});
    // on-up and on-down are resolve_hooks()'s.
    CHECK(with("on-up", "/bin/x/y") == Effective{});
    CHECK(with("on-down", "/bin/x/y") == Effective{});
    // Kept, but no question of a session yet.
    const std::array kept{
        "use-mpls", "remote-ipv6-prefix-pool", "dhcpv6-pd-pool", "bridge", "address-list", "parent-queue"};
    for (const auto* property : kept) CHECK(with(property, property == kept[0] ? "yes" : "x") == Effective{});
    // A new property of profiles needs a line above.
    CHECK(find_kind("profile")->properties.size() == wanted.size() + 3 + kept.size());
}

TEST_CASE("a command whose quotes do not match is a mistake, a RouterOS script of any kind is none") {
    CHECK(types::Hook::parse("/usr/bin/up 'a b'") == "/usr/bin/up 'a b'");
    CHECK_FALSE(types::Hook::parse("/usr/bin/up 'a b"));
    CHECK(types::Hook::parse(":log info \"up") == ":log info \"up");
    CHECK_FALSE(types::Hook::parse(std::string(65537, 'x')));
}

TEST_CASE("hooks fall through to the profile default, and a RouterOS script hides its command") {
    Config config = default_config();
    CHECK(resolve_hooks(config, "gold") == nullptr);
    config.profile["default"].on_up = "/usr/bin/up default";
    config.profile["default"].on_down = "/usr/bin/down";
    config.profile["gold"].on_up = "/usr/bin/up gold";
    CHECK(resolve_hooks(config, "gold")->on_up == "/usr/bin/up gold");
    CHECK(resolve_hooks(config, "gold")->on_down == "/usr/bin/down");
    CHECK(resolve_hooks(config, "none")->on_up == "/usr/bin/up default");
    CHECK(hooks_not_run(config).empty());
    config.profile["gold"].on_up = ":log info up";
    config.profile["gold"].on_down = "/ip route print";
    CHECK(resolve_hooks(config, "gold") == nullptr);
    CHECK(hooks_not_run(config) ==
          std::vector<std::string>{
              "profile 'gold': on-up is not run: RouterOS script; the path of a program would be",
              "profile 'gold': on-down is not run: RouterOS script; the path of a program would be"});
}

TEST_CASE("what a secret sets wins over every profile") {
    Config config = default_config();
    config.profile["default"] = full("1.1.1.1", seconds(1), true, Encryption::yes);
    config.profile["gold"] = full("2.2.2.2", seconds(2), false, Encryption::no);
    PppSecret secret;
    secret.profile = "gold";
    check_full(resolve(config, secret), kTwo, seconds(2), false, Encryption::no);
    secret.local_address = "3.3.3.3";
    auto effective = resolve(config, secret);
    CHECK(effective.local_address.range.first == kThree);
    CHECK(effective.remote_address.range.first == kTwo);
    secret.remote_address = "lan";
    secret.rate_limit = "3M";
    effective = resolve(config, secret);
    CHECK(effective.remote_address.kind == AddressSource::Kind::pool);
    CHECK(effective.remote_address.pool == "lan");
    CHECK(effective.rate_limit.rate == RatePair{3'000'000, 3'000'000});
    CHECK(effective.dns[0] == kTwo);
}

TEST_CASE("timeouts known of the user alone win over every profile, also when they are never") {
    Config config = default_config();
    config.profile["default"] = full("1.1.1.1", seconds(1), true, Encryption::yes);
    const auto effective = resolve(config, "default",
                                   {.local_address = {},
                                    .remote_address = {},
                                    .rate_limit = {},
                                    .idle_timeout = seconds(0),
                                    .session_timeout = seconds(9)});
    CHECK(effective.idle_timeout == seconds(0));
    CHECK(effective.session_timeout == seconds(9));
}

TEST_CASE("0s in a profile is a value: never, whatever the profile default says") {
    Config config = default_config();
    config.profile["default"].idle_timeout = seconds(60);
    config.profile["gold"].idle_timeout = seconds(0);
    CHECK(resolve(config, "gold", {}).idle_timeout == seconds(0));
}

TEST_CASE("a profile that does not exist counts as default") {
    Config config = default_config();
    config.profile["default"] = full("1.1.1.1", seconds(1), true, Encryption::yes);
    CHECK(resolve(config, "gone", {}) == resolve(config, "default", {}));
    CHECK(resolve(Config{}, "gone", {}) == Effective{});
}

TEST_CASE("a client's session has its profile") {
    Config config = default_config();
    config.profile["gold"] = full("2.2.2.2", seconds(2), false, Encryption::required);
    PppoeClient client;
    client.profile = "gold";
    CHECK(resolve(config, client) == resolve(config, "gold", {}));
}
