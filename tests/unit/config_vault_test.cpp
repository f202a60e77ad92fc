// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Passwords in their three forms: kept, converted, sealed, opened, and what each can serve.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <fstream>
#include <set>
#include "config/diff.hpp"
#include "config/dump.hpp"
#include "config/edit.hpp"
#include "config/store.hpp"
#include "config/validate.hpp"
#include "support/config_problems.hpp"
#include "support/has.hpp"
#include "support/scratch_directory.hpp"

using namespace ppp;
using namespace ppp::config;
using ppp::test::has;
using ppp::test::problems_of;

namespace {

// RFC 2759 section 9.2.
constexpr const char* kText = "clientPass";
constexpr const char* kHash = "44EBBA8D5312B8D611474411F56989AE";
const std::string kKey(32, 'k');

struct Bench {
    Bench() {
        REQUIRE(vault.use_key(kKey));
        config.pool["lan"].ranges = "10.0.0.2-10.0.0.9";
        auto& wan = config.pppoe_client["wan"];
        wan.interface = "eth1";
        wan.user = "bob";
        wan.password = Secret(kText);
        config.secret["bob"].password = Secret(kText);
        config.radius["one"].address = "10.0.0.1";
    }
    /// @return what is wrong, or "".
    std::string set(std::string kind, std::string name,
                    std::vector<std::pair<std::string, std::string>> values) {
        const Edit edit{.verb = Edit::Verb::set,
                        .kind = std::move(kind),
                        .name = std::move(name),
                        .properties = std::move(values)};
        std::vector<Problem> problems;
        auto done = apply(config, {&edit, 1}, problems, with_key ? &vault : nullptr);
        if (!done) return to_string(problems);
        config = *std::move(done);
        return "";
    }
    std::string keep(std::string name, std::string storage) {
        return set("secret", std::move(name), {{"password-storage", std::move(storage)}});
    }
    [[nodiscard]] const Password& bob() const { return config.secret.at("bob").password; }
    [[nodiscard]] std::string secrets() const { return std::string(dump_secrets(config).reveal()); }

    Vault vault;
    Config config = default_config();
    bool with_key = true;
};

}  // namespace

TEST_CASE_FIXTURE(Bench, "a password goes from plain to sealed and back, and to a hash from both") {
    CHECK(keep("bob", "sealed") == "");
    CHECK(bob().reveal() == kText);
    CHECK_FALSE(bob().seal().empty());
    CHECK(keep("bob", "plain") == "");
    CHECK(bob() == Password(Secret(kText)));
    CHECK(keep("bob", "sealed") == "");
    CHECK(keep("bob", "nt-hash") == "");
    REQUIRE(bob().hash());
    CHECK(bob().hash()->hex().reveal() == kHash);
    CHECK(bob().text() == nullptr);
    CHECK_FALSE(has(secrets(), R"("bob": {
            "password": "clientPass")"));
    for (const auto* storage : {"plain", "sealed"})
        CHECK(
            keep("bob", storage) ==
            "secrets.json: /secret/bob/password: is stored as an NT hash, and a hash cannot be turned back: "
            "give the password again");
    CHECK(set("secret", "bob", {{"password", "another"}, {"password-storage", "plain"}}) == "");
    CHECK(bob().reveal() == "another");
}

TEST_CASE_FIXTURE(Bench, "a new password is kept as the one before, whichever of the two words comes first") {
    CHECK(keep("bob", "nt-hash") == "");
    CHECK(set("secret", "bob", {{"password", "new"}}) == "");
    CHECK(bob().hash()->hex() == crypto::NtHash::of(Secret("new")).hex());
    CHECK(set("secret", "bob", {{"password-storage", "sealed"}, {"password", "newer"}}) == "");
    const auto seal = bob().seal();
    CHECK(bob().reveal() == "newer");
    CHECK(set("secret", "bob", {{"password", "newer"}, {"comment", "x"}}) == "");
    CHECK(bob().seal() == seal);  // the same password is not sealed again
    CHECK(set("secret", "bob", {{"password", "newest"}}) == "");
    CHECK(bob().seal() != seal);
    CHECK_FALSE(has(secrets(), "newest"));
}

TEST_CASE_FIXTURE(Bench, "a password in another form is the same: only its form changes") {
    const Config before = config;
    CHECK(keep("bob", "nt-hash") == "");
    CHECK(diff(before, config, "secret").changed ==
          std::vector<Changed>{{.name = "bob", .properties = {"password-storage"}}});
    CHECK_FALSE(before == config);
}

TEST_CASE_FIXTURE(Bench, "every form is written and read again, and a listing names it") {
    CHECK(keep("bob", "sealed") == "");
    CHECK(set("pppoe-client", "wan", {{"password-storage", "nt-hash"}}) == "");
    CHECK(set("radius", "one", {{"secret", "shared"}, {"password-storage", "sealed"}}) == "");
    const auto text = secrets();
    CHECK(has(text, R"("password": {"nt-hash": "44EBBA8D5312B8D611474411F56989AE"})"));
    CHECK(has(text, R"("password": {"sealed": "A)"));
    CHECK_FALSE(has(text, kText));
    CHECK_FALSE(has(text, "shared"));
    Config again;
    CHECK(to_string(validate(dump_config(config), text, again)) == "");
    CHECK(again.secret.at("bob").password.locked());
    CHECK(open_all(again, vault).empty());
    CHECK(again == config);
    CHECK(std::string(dump_secrets(again).reveal()) == text);
    for (const auto& shown : show(config, *find_kind("secret"), "bob", {}))
        if (shown.property->storage) CHECK(shown.text == "sealed");
}

TEST_CASE_FIXTURE(Bench, "a PIN is sealed with the password and stays plain beside a hash") {
    auto& stick = config.ppp_client["ppp-out1"];
    stick.pin = Secret("0000");
    stick.password = Secret("p");
    CHECK(set("ppp-client", "ppp-out1", {{"password-storage", "sealed"}}) == "");
    CHECK_FALSE(config.ppp_client.at("ppp-out1").pin.seal().empty());
    CHECK(set("ppp-client", "ppp-out1", {{"password-storage", "nt-hash"}}) == "");
    CHECK(config.ppp_client.at("ppp-out1").pin == Password(Secret("0000")));
    CHECK(config.ppp_client.at("ppp-out1").password.hash());
    CHECK(has(set("radius", "one", {{"password-storage", "nt-hash"}}), "is not plain or sealed"));
}

TEST_CASE_FIXTURE(Bench, "without a key nothing is sealed, and the sentence says how to make one") {
    with_key = false;
    const auto said = keep("bob", "sealed");
    CHECK(has(said, "secrets.json: /secret/bob/password: cannot be sealed: there is no key"));
    CHECK(has(said, "systemd-creds encrypt --name=pppmanager.key"));
    CHECK(has(said, "LoadCredentialEncrypted=pppmanager.key"));
    CHECK(bob() == Password(Secret(kText)));
}

TEST_CASE_FIXTURE(Bench, "a seal opens for its own object only, and not under another key") {
    const Secret password(kText);
    const Vault::Place place{"secret", "bob", "password"};
    const auto seal = vault.seal(place, password);
    REQUIRE(seal);
    CHECK(vault.open(place, *seal)->reveal() == kText);
    CHECK(*vault.seal(place, password) != *seal);  // a new nonce each time
    for (const Vault::Place& other : {Vault::Place{"secret", "bobby", "password"},
                                      {"pppoe-client", "bob", "password"},
                                      {"secret", "bob", "pin"},
                                      {"secretbob", "", "password"}})
        CHECK(vault.open(other, *seal).error().code == Errc::malformed);
    Vault stranger;
    REQUIRE(stranger.use_key(std::string(32, 'x')));
    CHECK(stranger.open(place, *seal).error().code == Errc::malformed);
    CHECK(Vault().open(place, *seal).error().code == Errc::refused);
    CHECK_FALSE(stranger.use_key(std::string(31, 'x')));
}

TEST_CASE_FIXTURE(Bench, "every length of password is sealed, and the length does not show below 64 octets") {
    std::set<std::size_t> short_ones;
    for (std::size_t size = 0; size <= 255; ++size) {
        const Secret password(std::string(size, 'p'));
        const auto seal = vault.seal({"secret", "a", "password"}, password);
        REQUIRE(seal);
        REQUIRE(Vault::well_formed(*seal));
        REQUIRE(vault.open({"secret", "a", "password"}, *seal)->reveal() == password.reveal());
        if (size < 64) short_ones.insert(seal->size());
    }
    CHECK(short_ones.size() == 1);
    CHECK_FALSE(vault.seal({"secret", "a", "password"}, Secret(std::string(256, 'p'))));
}

TEST_CASE("what is neither a text nor a form is refused, and never repeated") {
    const auto* config = R"({"secret": {"bob": {}}, "radius": {"one": {"address": "10.0.0.1"}}})";
    for (const auto* wrong :
         {R"({"nt-hash": "hunter2"})", R"({"nt-hash": 7})", R"({"sealed": "hunter2"})", R"({"sealed": ""})",
          "{}", R"({"plain": "hunter2"})", R"({"hunter2": "x"})", R"(["hunter2"])",
          R"({"nt-hash": "44EBBA8D5312B8D611474411F56989AE", "sealed": "x"})"}) {
        CAPTURE(wrong);
        const auto said =
            problems_of(config, R"({"secret": {"bob": {"password": )" + std::string(wrong) + "}}}");
        CHECK(said.starts_with("secrets.json: /secret/bob/password: is not a text"));
        CHECK_FALSE(has(said, "hunter2"));
    }
    CHECK(problems_of(
              config,
              R"({"secret": {"bob": {"password": {"nt-hash": "44EBBA8D5312B8D611474411F56989AE"}}}})") == "");
    CHECK(has(problems_of(config, R"({"secret": {"bob": {"password": ""}}, "radius": {"one":
        {"secret": {"nt-hash": "44EBBA8D5312B8D611474411F56989AE"}}}})"),
              "/radius/one/secret: is not a text of at most 255 octets nor {\"sealed\""));
    CHECK(has(problems_of(R"({"secret": {"bob": {"password-storage": "sealed"}}})", "{}"),
              "config.json: /secret/bob/password-storage: is no entry of a file"));
}

TEST_CASE("each form says how it can prove and judge") {
    const Password text{Secret(kText)};
    const auto hash = Password::hashed(*crypto::NtHash::parse(kHash));
    const auto locked = Password::locked_by("x");
    CHECK(text.proves() == AuthMethods::all());
    CHECK(text.judges() == AuthMethods::all());
    for (const auto m : {AuthMethod::mschap2, AuthMethod::mschap1}) {
        CHECK(hash.proves().has(m));
        CHECK(hash.judges().has(m));
    }
    CHECK_FALSE(hash.proves().has(AuthMethod::pap));
    CHECK(hash.judges().has(AuthMethod::pap));
    CHECK_FALSE(hash.proves().has(AuthMethod::chap_md5));
    CHECK_FALSE(hash.judges().has(AuthMethod::chap_md5));
    CHECK(locked.proves().empty());
    CHECK(locked.judges().empty());
    CHECK(text.same_as(hash));
    CHECK(hash.same_as(text));
    CHECK_FALSE(text.same_as(locked));
    CHECK(Password::hashed(crypto::NtHash::of(Secret())).empty());
    CHECK_FALSE(locked.empty());
}

TEST_CASE_FIXTURE(Bench,
                  "a hash that none of the allowed methods can use is a problem that names the object") {
    CHECK(set("pppoe-client", "wan", {{"allow", "pap,chap"}}) == "");
    CHECK(has(set("pppoe-client", "wan", {{"password-storage", "nt-hash"}}),
              "config.json: /pppoe-client/wan/allow: \"chap,pap\" cannot be served: the password is stored "
              "as an NT "
              "hash, which serves mschap2 and mschap1 only"));
    CHECK(set("pppoe-client", "wan", {{"password-storage", "nt-hash"}, {"allow", "mschap1,pap"}}) == "");
    CHECK(keep("bob", "nt-hash") == "");
    auto& server = config.pppoe_server["ac"];
    server.interface = "br0";
    CHECK(has(set("pppoe-server", "ac", {{"authentication", "chap"}, {"enabled", "yes"}}),
              "config.json: /secret/bob: could never log in: the password is stored as an NT hash"));
    CHECK(set("pppoe-server", "ac", {{"authentication", "chap,pap"}, {"enabled", "yes"}}) == "");
    const auto* files = R"({"pppoe-client": {"wan": {"interface": "eth0", "allow": "pap"}}})";
    CHECK(has(problems_of(files, R"({"pppoe-client": {"wan": {"password": {"nt-hash":
        "44EBBA8D5312B8D611474411F56989AE"}}}})"),
              "/pppoe-client/wan/allow"));
}

namespace {

struct Files : Bench {
    Files() {
        write("key", kKey);
        vault_file.load(scratch.path().c_str());
    }
    void write(const std::string& name, const std::string& text) const {
        const auto path = scratch.path() / (name == "key" ? "pppmanager.key" : name);
        std::ofstream(path) << text;
        REQUIRE(::chmod(path.c_str(), 0600) == 0);
    }
    test::ScratchDirectory scratch;
    Vault vault_file;
    std::vector<Problem> problems;
};

}  // namespace

TEST_CASE_FIXTURE(Files,
                  "a store opens what it sealed; with another key at the start only that object is closed") {
    REQUIRE(vault_file.has_key());
    CHECK(keep("bob", "sealed") == "");
    Store store(scratch.path(), 1, &vault_file);
    REQUIRE(store.load(problems));
    REQUIRE(store.save(config, store.revision()));
    auto loaded = store.load(problems);
    REQUIRE(loaded);
    CHECK(loaded->config == config);
    CHECK(loaded->locked.empty());

    Vault other;
    REQUIRE(other.use_key(std::string(40, 'o')));
    for (const auto* vault_now : {static_cast<const Vault*>(&other), static_cast<const Vault*>(nullptr)}) {
        Store closed(scratch.path(), 1, vault_now);
        auto started = closed.load(problems);
        REQUIRE(started);
        REQUIRE(started->locked.size() == 1);
        CHECK(started->locked.front().pointer == "/secret/bob/password");
        CHECK(started->config.secret.at("bob").password.locked());
        CHECK(started->config.pppoe_client.at("wan").password.reveal() == kText);
        // What was closed at the start stays so without a word, also over a change of something else.
        config = started->config;
        with_key = false;
        CHECK(set("secret", "bob", {{"comment", "x"}}) == "");
        REQUIRE(closed.save(config, closed.revision()));
        auto again = closed.load(problems, &config);
        REQUIRE(again);
        CHECK(again->config == config);
        CHECK(again->locked.empty());
        CHECK(has(keep("bob", "plain"), "is sealed, and the key that opens it is not there"));
        CHECK(set("secret", "bob", {{"comment", ""}}) == "");
        REQUIRE(closed.save(config, closed.revision()));
    }
}

TEST_CASE_FIXTURE(Files,
                  "a seal that was moved or spoiled by hand is a problem, and the running one goes on") {
    CHECK(keep("bob", "sealed") == "");
    write("config.json", dump_config(config));
    auto text = secrets();
    write("secrets.json", text);
    Store store(scratch.path(), 1, &vault_file);
    REQUIRE(store.load(problems));
    auto moved = config;
    moved.pppoe_client["wan"].password = Password::locked_by(bob().seal());
    write("secrets.json", std::string(dump_secrets(moved).reveal()));
    CHECK_FALSE(store.load(problems, &config));
    CHECK(
        has(to_string(problems),
            "secrets.json: /pppoe-client/wan/password: is sealed under another key, or for another object"));
}

TEST_CASE_FIXTURE(Files, "a key that is short or cannot be read is named, and there is none") {
    write("key", "short");
    Vault vault_now;
    vault_now.load(scratch.path().c_str());
    CHECK_FALSE(vault_now.has_key());
    CHECK(has(vault_now.missing(), "pppmanager.key is shorter than 32 octets"));
    Vault nowhere;
    nowhere.load(nullptr);
    nowhere.load("/nonexistent");
    CHECK_FALSE(nowhere.has_key());
    CHECK(has(nowhere.missing(), "there is no key to seal passwords with"));
}
