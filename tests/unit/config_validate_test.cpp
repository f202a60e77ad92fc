// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include "config/validate.hpp"
#include "support/config_problems.hpp"

using namespace ppp;
using namespace ppp::config;
using ppp::test::problems_of;

namespace {

/// One property of an otherwise right client.
std::string client_with(const std::string& member) {
    return problems_of(R"({"pppoe-client": {"wan": {"interface": "eth1", )" + member + "}}}");
}
std::string profile_with(const std::string& member) {
    return problems_of(R"({"profile": {"p": {)" + member + "}}}");
}

std::string golden(const char* name) {
    std::ifstream in(std::filesystem::path(TEST_ROOT) / "golden" / name);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("an empty configuration has the two profiles that always exist") {
    Config out;
    CHECK(validate("{}", "{}", out).empty());
    REQUIRE(out.profile.size() == 2);
    const auto& usual = out.profile.at("default");
    CHECK(usual.only_one == false);
    CHECK(usual.change_tcp_mss == true);
    CHECK(usual.use_encryption == Encryption::no);
    CHECK(usual.use_compression == false);
    CHECK_FALSE(usual.use_ipv6);
    Profile encrypted;
    encrypted.use_encryption = Encryption::yes;
    CHECK(out.profile.at("default-encryption") == encrypted);
}

TEST_CASE("there is one aaa, and it is named so") {
    CHECK(problems_of(R"({"aaa": {"aaa": {"use-radius": true}}})").empty());
    CHECK(
        problems_of(R"({"aaa": {"radius": {}}})") ==
        "config.json: /aaa/radius: \"radius\" cannot be the name: there is one aaa, and it is named \"aaa\"");
    CHECK(problems_of(R"({"aaa": {"aaa": {"use-radios": true}}})").find("is no property of an aaa; did") !=
          std::string::npos);
}

TEST_CASE("what is wrong in a secret object names the secrets it can have") {
    const auto* config = R"({"radius": {"one": {"address": "10.0.0.1"}}, "ppp-client": {"ppp-out1": {}}})";
    CHECK(problems_of(config, R"({"radius": {"one": {"password": "x"}}})") ==
          "secrets.json: /radius/one: has a property other than \"secret\"");
    CHECK(problems_of(config, R"({"ppp-client": {"ppp-out1": 5}})") ==
          "secrets.json: /ppp-client/ppp-out1: is not an object that holds \"pin\" or \"password\"");
}

TEST_CASE("a PIN has 4 to 8 digits, or there is none") {
    const auto with = [](const std::string& pin) {
        return problems_of(R"({"ppp-client": {"ppp-out1": {}}})",
                           R"({"ppp-client": {"ppp-out1": {"pin": ")" + pin + R"("}}})");
    };
    for (const auto* right : {"", "0000", "12345678"}) CHECK(with(right) == "");
    for (const auto* wrong : {"123", "123456789", "12a4", " 1234", "12\\u00004"})
        CHECK(with(wrong) ==
              "secrets.json: /ppp-client/ppp-out1/pin: is not a number of 4 to 8 digits nor {\"sealed\": "
              "\"...\"} as the daemon wrote it");
}

TEST_CASE("a file with ten mistakes has ten problems") {
    Config out;
    const auto problems = validate(golden("config_ten_mistakes.json"), "{}", out);
    CHECK(problems.size() == 10);
    CHECK(to_string(problems) + "\n" == golden("config_ten_mistakes.txt"));
}

TEST_CASE("a value out of its range is told what would be right") {
    CHECK(client_with(R"("max-mtu": "abc")") ==
          "config.json: /pppoe-client/wan/max-mtu: \"abc\" is not a number from 68 to 65535 or auto");
    CHECK(client_with(R"("max-mtu": 67)").find("67 is not a number from 68") != std::string::npos);
    CHECK(client_with(R"("max-mtu": 65536)").find("65536 is not") != std::string::npos);
    CHECK(client_with(R"("max-mtu": -1)").find("-1 is not") != std::string::npos);
    CHECK(client_with(R"("max-mtu": 1492.0)").find("1492.0 is not") != std::string::npos);
    CHECK(client_with(R"("max-mtu": 99999999999999999999999)").find("is not a number") != std::string::npos);
    CHECK(client_with(R"("mrru": 511)").find("from 512 to 65535 or disabled") != std::string::npos);
    CHECK(client_with(R"("default-route-distance": 256)").find("from 0 to 255") != std::string::npos);
    CHECK(client_with(R"("max-mtu": 68, "max-mru": "65535", "mrru": "disabled")").empty());
}

TEST_CASE("a value of the wrong JSON type is a problem") {
    for (const auto* member :
         {R"("user": 5)", R"("user": null)", R"("user": ["bob"])", R"("disabled": 0)",
          R"("disabled": "maybe")", R"("max-mtu": true)", R"("allow": [1])", R"("allow": ["chap,pap"])",
          R"("allow": [])", R"("allow": {"chap": true})", R"("comment": {})", R"("keepalive-timeout": 1.5)",
          R"("keepalive-timeout": "2d")"}) {
        CAPTURE(member);
        const auto text = client_with(member);
        CHECK(text.find(" is not ") != std::string::npos);
        CHECK(text.find('\n') == std::string::npos);
    }
    CHECK(problems_of("[]") == "config.json: is not a JSON object {...}");
    CHECK(problems_of(R"({"profile": []})").find("/profile: [...] is not an object") != std::string::npos);
    CHECK(problems_of(R"({"profile": {"p": true}})").find("/profile/p: true is not an object") !=
          std::string::npos);
}

TEST_CASE("an unknown key is a problem that names the nearest known one") {
    CHECK(client_with(R"("max-mut": 1480)") ==
          "config.json: /pppoe-client/wan/max-mut: is no property of a pppoe-client; did you mean "
          "\"max-mtu\"?");
    CHECK(client_with(R"("frobnicate": 1)") ==
          "config.json: /pppoe-client/wan/frobnicate: is no property of a pppoe-client");
    CHECK(problems_of(R"({"pppoe-clients": {}})") ==
          "config.json: /pppoe-clients: is no kind of object; did you mean \"pppoe-client\"?");
    CHECK(problems_of(R"({"zzz": {}})").find("there are pppoe-client, ") != std::string::npos);
}

TEST_CASE("a mistyped key is one problem, not also a missing value or a broken reference") {
    const auto text = problems_of(R"({"pppoe-client": {"wan": {"interfase": "eth1"}},
        "pools": {"lan": {"ranges": "10.0.0.1"}}, "profile": {"p": {"remote-address": "lan"}}})");
    CHECK(text ==
          "config.json: /pppoe-client/wan/interfase: is no property of a pppoe-client; did you mean "
          "\"interface\"?\nconfig.json: /pools: is no kind of object; did you mean \"pool\"?");
}

TEST_CASE("a key given twice is a problem at its place") {
    CHECK(client_with(R"("user": "a", "user": "b")") ==
          "config.json: /pppoe-client/wan/user: is there twice; keep one of them");
    CHECK(problems_of(R"({"pool": {}, "pool": {}})") ==
          "config.json: /pool: is there twice; keep one of them");
    CHECK(problems_of("{}", R"({"secret": {}, "secret": {}})") ==
          "secrets.json: /secret: is there twice; keep one of them");
}

TEST_CASE("both spellings of one property contradict each other") {
    CHECK(client_with(R"("enabled": false, "disabled": true)").find("already under its other name") !=
          std::string::npos);
    Config out;
    CHECK(validate(R"({"pppoe-server": {"ac": {"interface": "e", "enabled": "yes"}}})", "{}", out).empty());
    CHECK_FALSE(out.pppoe_server.at("ac").disabled);
}

TEST_CASE("a pointer is escaped and harmless to a terminal") {
    CHECK(problems_of(R"({"profile": {"a/b~c": {"x": 1}}})").find("/profile/a~1b~0c/x: ") !=
          std::string::npos);
    CHECK(problems_of(R"({"profile": {"say \"hi\"\\": {"x": 1}}})").find(R"(/profile/say "hi"\/x: )") !=
          std::string::npos);
    const auto text = problems_of(R"({"profile": {"\u001b[31m": {}}})");
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("without control characters") != std::string::npos);
}

TEST_CASE("a syntax error has line and column") {
    CHECK(problems_of("{\n  \"pool\": {\n    \"a\": {}\n    \"b\": {}\n  }\n}") ==
          "config.json: line 4, column 5: is not valid JSON here: unexpected string literal; expected '}'");
    CHECK(problems_of("{\"pool\": }") ==
          "config.json: line 1, column 10: is not valid JSON here: unexpected '}'; expected '[', '{', or a "
          "literal");
    CHECK(problems_of("{").find("line 1, column 2: ") != std::string::npos);
    CHECK(problems_of("{\"a\": \"x\ny\"}").find("line 1, column 9: ") != std::string::npos);
    CHECK(problems_of("{} {}").find("line 1, column 4: ") != std::string::npos);
    CHECK(problems_of("{\"a\": \"\xFF\"}").find("invalid string") != std::string::npos);
    CHECK(problems_of("") == "config.json: is empty; an empty configuration is {}");
    CHECK(problems_of(" \n ") == "config.json: is empty; an empty configuration is {}");
}

TEST_CASE("both files are judged even if one cannot be read") {
    const auto text = problems_of("{", "[");
    CHECK(text.find("config.json: line 1") != std::string::npos);
    CHECK(text.find("secrets.json: line 1") != std::string::npos);
}

TEST_CASE("size, depth and number of values have limits") {
    CHECK(problems_of(std::string((16U << 20) + 1, ' ')) == "config.json: is larger than 16 MiB");
    std::string deep = "{\"a\": ";
    for (int i = 0; i < 100'000; ++i) deep += '[';
    CHECK(problems_of(deep).find("is nested more than 8 levels deep") != std::string::npos);
    std::string many = "{\"a\": [";
    for (int i = 0; i < 1'000'001; ++i) many += "1,";
    many += "1]}";
    CHECK(problems_of(many) == "config.json: has more than 1000000 values");
}

TEST_CASE("a million octets in one string are refused in a short sentence") {
    const auto text = client_with("\"user\": \"" + std::string(1'000'000, 'x') + "\"");
    CHECK(text.find("is not a text of at most 255 octets") != std::string::npos);
    CHECK(text.size() < 300);
    const auto key = client_with("\"" + std::string(1'000'000, 'x') + "\": 1");
    CHECK(key.size() < 400);
}

TEST_CASE("rubbish by the thousand is counted, not listed") {
    std::string text = "{\"profile\": {\"p\": {";
    for (int i = 0; i < 5000; ++i) text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\": 1";
    Config out;
    const auto problems = validate(text + "}}}", "{}", out);
    REQUIRE(problems.size() == 1001);
    CHECK(problems.back().text == "there are 4000 more problems");
}

TEST_CASE("a file with a problem leaves the Config as it was") {
    Config out;
    out.pool["kept"].ranges = "10.0.0.1";
    const Config before = out;
    CHECK_FALSE(validate(R"({"pool": {"a": {}}})", "{}", out).empty());
    CHECK(out == before);
}

TEST_CASE("lists of addresses hold at most two usable ones") {
    CHECK(profile_with(R"("dns-server": [])").empty());
    CHECK(profile_with(R"("dns-server": "1.1.1.1")").empty());
    for (const auto* member :
         {R"("dns-server": ["1.1.1.1", "2.2.2.2", "3.3.3.3"])", R"("dns-server": "1.1.1.1,,2.2.2.2")",
          R"("dns-server": "0.0.0.0")", R"("wins-server": "1.1.1")", R"("dns-server": "1.1.1.1 2.2.2.2")"}) {
        CAPTURE(member);
        CHECK(profile_with(member).find("is not a list of at most two IPv4 addresses") != std::string::npos);
    }
}

TEST_CASE("addresses are checked for use and for form") {
    CHECK(profile_with(R"("local-address": "10.0.0.1-10.0.0.5")").find("is not an IPv4 address or") !=
          std::string::npos);
    CHECK(profile_with(R"("local-address": "127.0.0.1")").find("is not an IPv4 address or") !=
          std::string::npos);
    CHECK(profile_with(R"("remote-address": "10.0.0.300")")
              .find("\"10.0.0.300\" is not an IPv4 address, a range a-b or the name of a pool") !=
          std::string::npos);
    CHECK(profile_with(R"("remote-address": "10.0.0.1-10.0.0.5")").empty());
    for (const auto* ranges : {"10.0.0.5-10.0.0.1", "10.0.0.1,", "10.0.0.1/33", "224.0.0.1", "lan"}) {
        CAPTURE(ranges);
        CHECK(problems_of(R"({"pool": {"a": {"ranges": ")" + std::string(ranges) + "\"}}}")
                  .find("is not a list of IPv4 ranges") != std::string::npos);
    }
}

TEST_CASE("a prefix with host bits is told which one was meant") {
    CHECK(problems_of(R"({"pool": {"a": {"ranges": ["10.0.0.1", "10.0.1.5/24"]}}})")
              .find(": '10.0.1.5/24' is no prefix; did you mean '10.0.1.0/24'?") != std::string::npos);
}

TEST_CASE("a password in config.json is a problem and is not shown") {
    const auto text = client_with(R"("password": "hunter2")");
    CHECK(text.find("belongs into secrets.json") != std::string::npos);
    CHECK(text.find("hunter2") == std::string::npos);
}

TEST_CASE("an enabled secret needs a password, if only an empty one") {
    const auto* config = R"({"secret": {"bob": {}, "eve": {"disabled": true}}})";
    CHECK(problems_of(config) ==
          "secrets.json: /secret/bob/password: is missing; the secret is enabled and needs one "
          "(\"\" lets everybody in)");
    CHECK(problems_of(config, R"({"secret": {"bob": {"password": ""}}})").empty());
    // A client of the same name has a password of its own.
    CHECK(problems_of(R"({"secret": {"bob": {}}, "pppoe-client": {"bob": {"interface": "e"}}})",
                      R"({"pppoe-client": {"bob": {"password": "x"}}})")
              .find("/secret/bob/password: is missing") != std::string::npos);
}

TEST_CASE("secrets.json names only what config.json has, and only passwords") {
    const auto* config = R"({"secret": {"bob": {}}})";
    CHECK(problems_of(config, R"({"secret": {"bbo": {"password": "x"}}})") ==
          "secrets.json: /secret/bbo: there is no such secret in config.json; did you mean \"bob\"?");
    CHECK(problems_of(config, R"({"secret": {"bob": {"password": "x", "service": "pppoe"}}})") ==
          "secrets.json: /secret/bob: has a property other than \"password\"");
    CHECK(problems_of("{}", R"({"pool": {}})") ==
          "secrets.json: /pool: has no passwords; pppoe-client, pptp-client, ppp-client, secret and radius "
          "have");
    CHECK(problems_of(config, R"({"secrets": {"bob": {"password": "x"}}})") ==
          "secrets.json: /secrets: has no passwords; pppoe-client, pptp-client, ppp-client, secret and "
          "radius have; did you mean \"secret\"?");
    CHECK(problems_of(config, R"({"secret": {"bob": {"password": 5}}})") ==
          "secrets.json: /secret/bob/password: is not a text of at most 255 octets nor {\"nt-hash\": \"32 "
          "hexadecimal digits\"} nor {\"sealed\": \"...\"} as the daemon wrote it");
}

TEST_CASE("a password that looks like the parser's own words is not shown either") {
    Config out;
    const auto problems = validate("{}", R"({"secret": {"bob": {"password": "; expected hunter2" )", out);
    REQUIRE_FALSE(problems.empty());
    for (const auto& problem : problems) CHECK(to_string(problem).find("hunter2") == std::string::npos);
    const auto unclosed = validate("{}", "{\"secret\": \"; expected hunter2", out);
    REQUIRE_FALSE(unclosed.empty());
    for (const auto& problem : unclosed) CHECK(to_string(problem).find("hunter2") == std::string::npos);
}

TEST_CASE("no problem shows a password, wherever secrets.json breaks off or goes wrong") {
    const std::string right =
        R"({"secret": {"bob": {"password": "XYZZY"}}, "pppoe-client": {"w": {"password": "XYZZY"}}})";
    const auto* config = R"({"secret": {"bob": {}}, "pppoe-client": {"w": {"interface": "e"}}})";
    CHECK(problems_of(config, right).empty());
    for (std::size_t length = 0; length < right.size(); ++length) {
        CAPTURE(length);
        CHECK(problems_of(config, right.substr(0, length)).find("XYZZY") == std::string::npos);
        for (const char c : {'\n', '"', '{', '[', ',', '\\', '\xFF', '\x01', '5'}) {
            std::string wrong = right;
            wrong[length] = c;
            CHECK(problems_of(config, wrong).find("XYZZY") == std::string::npos);
        }
    }
    for (const auto* wrong :
         {R"("XYZZY")", R"(["XYZZY"])", R"({"secret": "XYZZY"})", R"({"secret": {"bob": "XYZZY"}})",
          R"({"secret": {"bob": ["XYZZY"]}})", R"({"secret": {"bob": {"password": ["XYZZY"]}}})",
          R"({"secret": {"bob": {"XYZZY": ""}}})", R"({"secret": {"bob": {"password": "XYZZY" "x"}}})"}) {
        CAPTURE(wrong);
        const auto text = problems_of(config, wrong);
        CHECK_FALSE(text.empty());
        CHECK(text.find("XYZZY") == std::string::npos);
    }
}

TEST_CASE("a config.json alone keeps the passwords of the objects that stay") {
    Config before, after;
    REQUIRE(validate(R"({"secret": {"bob": {}, "ann": {"disabled": true}}})",
                     R"({"secret": {"bob": {"password": "XYZZY"}}})", before)
                .empty());
    CHECK(validate(R"({"secret": {"bob": {"comment": "x"}}})", before, after).empty());
    CHECK(after.secret.at("bob").password.reveal() == "XYZZY");
    CHECK(after.secret.at("bob").comment == "x");
    CHECK_FALSE(after.secret.contains("ann"));
    for (const auto* unproven : {R"({"secret": {"eve": {}}})", R"({"secret": {"ann": {}}})"}) {
        CAPTURE(unproven);
        CHECK(validate(unproven, before, after).size() == 1);
    }
}
