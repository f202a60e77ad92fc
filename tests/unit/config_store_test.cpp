// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include "config/property.hpp"
#include "config/store.hpp"

using namespace ppp;
using namespace ppp::config;
namespace fs = std::filesystem;

namespace {

struct Directory {
    fs::path path;
    Directory() {
        std::string name = (fs::temp_directory_path() / "pppmanager-store-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Directory() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    void write(const char* name, std::string_view text, mode_t mode = 0600) const {
        std::ofstream(path / name) << text;
        REQUIRE(::chmod((path / name).c_str(), mode) == 0);
    }
    [[nodiscard]] std::string read(const char* name) const {
        std::ifstream in(path / name);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    [[nodiscard]] mode_t mode(const char* name) const {
        struct stat info {};
        REQUIRE(::stat((path / name).c_str(), &info) == 0);
        return info.st_mode & 07777U;
    }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(path), fs::directory_iterator()));
    }
};

Config with_client() {
    Config config = default_config();
    config.pppoe_client["wan"].interface = "eth1";
    config.pppoe_client["wan"].password = Secret("hunter2");
    return config;
}

}  // namespace

TEST_CASE("files that are missing count as empty and are named") {
    const Directory directory;
    Store store(directory.path);
    std::vector<Problem> problems;
    const auto loaded = store.load(problems);
    REQUIRE(loaded);
    CHECK(problems.empty());
    CHECK(loaded->config == default_config());
    CHECK(loaded->missing == std::vector<std::string>{(directory.path / "config.json").string(),
                                                      (directory.path / "secrets.json").string()});
    CHECK(loaded->revision == 1);
    CHECK(directory.files() == 0);
}

TEST_CASE("a missing directory is an empty configuration that cannot be saved") {
    Store store("/nonexistent/pppmanager");
    std::vector<Problem> problems;
    REQUIRE(store.load(problems));
    const auto saved = store.save(with_client(), 1);
    REQUIRE_FALSE(saved);
    CHECK(saved.error().sys == ENOENT);
    CHECK(saved.error().what.find("/nonexistent/pppmanager/secrets.json.new") != std::string::npos);
}

TEST_CASE("what was saved is loaded as the same, with the rights that each file needs") {
    const Directory directory;
    Store store(directory.path);
    std::vector<Problem> problems;
    REQUIRE(store.load(problems));
    const mode_t old = ::umask(0077);
    const auto saved = store.save(with_client(), 1);
    ::umask(old);
    REQUIRE(saved);
    CHECK(*saved == 2);
    CHECK(directory.mode("config.json") == 0640);
    CHECK(directory.mode("secrets.json") == 0600);
    CHECK(directory.files() == 2);
    CHECK(directory.read("config.json").find("hunter2") == std::string::npos);

    const auto same = store.load(problems);
    REQUIRE(same);
    CHECK(same->config == with_client());
    CHECK(same->revision == 2);
    CHECK(same->missing.empty());
    Store other(directory.path, 100);
    const auto loaded = other.load(problems);
    REQUIRE(loaded);
    CHECK(loaded->config == with_client());
    CHECK(loaded->revision == 100);
}

TEST_CASE("the revision grows when the content of a file is another, not when it is only read again") {
    const Directory directory;
    directory.write("config.json", "{}");
    Store store(directory.path);
    std::vector<Problem> problems;
    CHECK(store.load(problems)->revision == 1);
    CHECK(store.load(problems)->revision == 1);
    directory.write("config.json", R"({"pool": {"a": {"ranges": "10.0.0.1"}}})");
    CHECK(store.load(problems)->revision == 2);
    directory.write("config.json", "{}");
    CHECK(store.load(problems)->revision == 3);
}

TEST_CASE("a change made from an old revision is refused") {
    const Directory directory;
    Store store(directory.path);
    std::vector<Problem> problems;
    CHECK_FALSE(store.save(with_client(), 1));  // never loaded
    REQUIRE(store.load(problems));
    REQUIRE(store.save(with_client(), 1));
    const auto late = store.save(default_config(), 1);
    REQUIRE_FALSE(late);
    CHECK(late.error().code == Errc::refused);
    CHECK(late.error().what == "the configuration has changed: revision 1 is not the current 2");
    CHECK(store.load(problems)->config == with_client());
}

TEST_CASE("a file edited by hand is not overwritten unread") {
    const Directory directory;
    Store store(directory.path);
    std::vector<Problem> problems;
    REQUIRE(store.load(problems));
    directory.write("config.json", R"({"pool": {"a": {"ranges": "10.0.0.1"}}})");
    const auto saved = store.save(with_client(), 1);
    REQUIRE_FALSE(saved);
    CHECK(saved.error().code == Errc::refused);
    CHECK(directory.read("config.json").find("10.0.0.1") != std::string::npos);
    CHECK(directory.files() == 1);
}

TEST_CASE("a bad file gives all problems and no Config") {
    const Directory directory;
    directory.write("config.json", R"({"pool": {"a": {}}, "frob": {}})");
    directory.write("secrets.json", "[");
    Store store(directory.path);
    std::vector<Problem> problems;
    const auto loaded = store.load(problems);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().code == Errc::config);
    CHECK(problems.size() == 3);
    CHECK(loaded.error().what == to_string(problems));
}

TEST_CASE("a secrets.json that others can read is a problem that names the command") {
    const Directory directory;
    directory.write("secrets.json", "{}", 0640);
    Store store(directory.path);
    std::vector<Problem> problems;
    REQUIRE_FALSE(store.load(problems));
    REQUIRE(problems.size() == 1);
    CHECK(to_string(problems) == "secrets.json: others can read or write it; run: chmod 600 " +
                                     (directory.path / "secrets.json").string());
    directory.write("secrets.json", "{}", 0400);
    CHECK(store.load(problems));
}

TEST_CASE("what stands in a file's place but is none is named, and nobody waits for it") {
    const Directory directory;
    REQUIRE(::mkfifo((directory.path / "config.json").c_str(), 0600) == 0);
    Store store(directory.path);
    std::vector<Problem> problems;
    REQUIRE_FALSE(store.load(problems));
    CHECK(problems.at(0).text == (directory.path / "config.json").string() + " is not a file");
    fs::remove(directory.path / "config.json");
    fs::create_directory(directory.path / "secrets.json");
    REQUIRE_FALSE(store.load(problems));
    CHECK(problems.at(0).file == File::secrets);
}

TEST_CASE("a file that cannot be replaced leaves both as they were") {
    const Directory directory;
    Store store(directory.path);
    std::vector<Problem> problems;
    REQUIRE(store.load(problems));
    REQUIRE(store.save(with_client(), 1));
    const auto config = directory.read("config.json");
    const auto secrets = directory.read("secrets.json");
    SUBCASE("the second file cannot be written") {
        fs::create_directories(directory.path / "config.json.new" / "x");
    }
    SUBCASE("the first file cannot be written") {
        fs::create_directories(directory.path / "secrets.json.new" / "x");
    }
    CHECK_FALSE(store.save(default_config(), 2));
    CHECK(directory.read("config.json") == config);
    CHECK(directory.read("secrets.json") == secrets);
    CHECK(store.revision() == 2);
}

TEST_CASE("a Config that could not be read again is not written") {
    const Directory directory;
    Store store(directory.path);
    std::vector<Problem> problems;
    REQUIRE(store.load(problems));
    Config config = default_config();
    config.pppoe_client["wan"];
    const auto saved = store.save(config, 1);
    REQUIRE_FALSE(saved);
    CHECK(saved.error().code == Errc::config);
    CHECK(saved.error().what.find("/pppoe-client/wan/interface: is missing") != std::string::npos);
    config = with_client();
    config.pppoe_client["wan"].password = Secret("\xFF");
    CHECK_FALSE(store.save(config, 1));
    CHECK(directory.files() == 0);
}

TEST_CASE("a commit that died is finished when it was made, and forgotten when it was not") {
    const Directory directory;
    directory.write("config.json", "{}");
    directory.write("secrets.json", "{}");
    std::vector<Problem> problems;
    SUBCASE("after the first rename: finished") {
        directory.write("secrets.json", R"({"secret": {"bob": {"password": "x"}}})");
        directory.write("config.json.new", R"({"secret": {"bob": {}}})");
        CHECK(Store(directory.path).load(problems)->config.secret.contains("bob"));
        CHECK(directory.files() == 2);
    }
    SUBCASE("with both new files there: forgotten") {
        directory.write("secrets.json.new", R"({"secret": {"bob": {"pass)");
        directory.write("config.json.new", R"({"secret": {"bo)");
        CHECK(Store(directory.path).load(problems)->config == default_config());
    }
    SUBCASE("with the first new file alone: forgotten") {
        directory.write("secrets.json.new", R"({"secret": {"bob": {"pass)");
        Store store(directory.path);
        CHECK(store.load(problems)->config == default_config());
        CHECK(store.save(with_client(), 1));
        CHECK(directory.files() == 2);
    }
}
