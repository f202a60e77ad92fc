// SPDX-License-Identifier: GPL-2.0-or-later
/// @file A keeper that replaces its program in place.
#include "support/keeper_process.hpp"

using namespace ppp;
using namespace ppp::keeper;
using namespace ppp::test;
using namespace std::chrono_literals;

namespace {

struct Upgrade : KeeperBench {
    std::filesystem::path program = directory.path() / "pppmanager-keeper";

    Upgrade() {
        std::filesystem::copy_file(KEEPER_PATH, program);
        setting.program = program;
    }
    /// As a package manager does it: a new file under the old name.
    void install() const {
        const auto beside = directory.path() / "new";
        std::filesystem::copy_file(KEEPER_PATH, beside);
        std::filesystem::rename(beside, program);
    }
    [[nodiscard]] static std::string runs(const KeeperProcess& keeper) {
        return std::filesystem::read_symlink("/proc/" + std::to_string(keeper.pid()) + "/exe").string();
    }
};

}  // namespace

TEST_CASE_FIXTURE(Upgrade, "the program under the same path takes over: files and connection stay") {
    const auto keeper = start();
    auto d = daemon();
    const int a = file(), b = file(), c = file();
    d.link->keep("one", {a, b});
    d.link->keep("two", {c});
    REQUIRE(d.link->flush(kPatience));
    const auto before = count_files(keeper->pid());
    install();
    CHECK(runs(*keeper) != program.string());  // it has been deleted
    keeper->signal(SIGHUP);
    until([&] { return keeper->said("replaced in place, with the files of 2 sessions"); });
    CHECK(runs(*keeper) == program.string());
    // What is said meanwhile is heard later.
    d.link->drop("two");
    d.link->keep("three", {a});
    CHECK(d.link->flush(kPatience));
    CHECK(d.link->connected());
    CHECK_FALSE(log.has("the keeper is gone"));
    until([&] { return count_files(keeper->pid()) == before; });
    d.link.reset();
    CHECK(inodes(daemon().kept) ==
          std::map<std::string, std::vector<ino_t>>{{"one", {inode(a), inode(b)}}, {"three", {inode(a)}}});
}

TEST_CASE_FIXTURE(Upgrade, "it can be done again and again, also without a daemon") {
    const auto keeper = start();
    const int a = file();
    const auto before = count_files(keeper->pid()) + 1;
    daemon_that_dies([a](Daemon& d) {
        d.link->keep("one", {a});
        return d.link->flush(kPatience);
    });
    for (int round = 0; round < 5; ++round) {
        keeper->signal(SIGHUP);
        CHECK(daemon().kept.size() == 1);
    }
    until([&] { return count_files(keeper->pid()) == before; });
}

TEST_CASE_FIXTURE(Upgrade, "if the new program cannot be executed the old one goes on and says why") {
    const auto keeper = start();
    auto d = daemon();
    d.link->keep("one", {file()});
    REQUIRE(d.link->flush(kPatience));
    const auto before = count_files(keeper->pid());
    std::filesystem::remove(program);
    keeper->signal(SIGHUP);
    until([&] {
        return keeper->said("the keeper goes on as it is: cannot execute " + program.string() +
                            ": No such file or directory");
    });
    d.link->keep("two", {file()});
    CHECK(d.link->flush(kPatience));
    until([&] { return count_files(keeper->pid()) == before + 1; });
    // Nothing stays open for programs that it might run: the next attempt finds what it left.
    std::filesystem::copy_file(KEEPER_PATH, program);
    keeper->signal(SIGHUP);
    until([&] { return keeper->said("replaced in place, with the files of 2 sessions"); });
    CHECK(d.link->flush(kPatience));
}

TEST_CASE_FIXTURE(Upgrade, "a daemon that is being answered is answered to the end") {
    const auto keeper = start();
    const int a = file();
    constexpr int kMany = 3800;  // with the longest keys more than a socket takes, and fewer than any limit
    {
        auto d = daemon();
        for (int i = 0; i < kMany; ++i) d.link->keep(long_key(i), {a});
        REQUIRE(d.link->flush(kPatience));
    }
    // By hand, so that the signal comes while the answer is half out.
    const auto address = address_of(socket).value();
    const Fd fd{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
    REQUIRE(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(send(fd.get(), encode(Hello{})) == Sent::yes);
    REQUIRE(send(fd.get(), encode(Take{})) == Sent::yes);
    int came = 0;
    bool ended = false;
    until([&] {
        Parcel parcel;
        const auto mail = receive(fd.get(), parcel).value();
        REQUIRE(mail != Mail::end);
        if (mail == Mail::nothing) return ended;
        if (std::holds_alternative<Hello>(parcel.message)) keeper->signal(SIGHUP);
        if (const auto* keep = std::get_if<Keep>(&parcel.message))
            came += static_cast<int>(keep->items.size());
        ended = std::holds_alternative<End>(parcel.message);
        return false;
    });
    CHECK(came == kMany);
    until([&] { return keeper->said("replaced in place"); });
}

TEST_CASE_FIXTURE(Upgrade, "PID 1's copy is replaced by the new program, which may then be killed as well") {
    FakePid1 pid1(*loop, directory.path() / "notify");
    setting.manager = &pid1;
    auto keeper = start();
    auto d = daemon();
    REQUIRE(d.link->flush(kPatience));
    const auto before = count_files(keeper->pid());
    const int a = file();
    d.link->keep("one", {a});
    REQUIRE(d.link->flush(kPatience));
    until([&] { return pid1.stored().size() == 1; });
    keeper->signal(SIGHUP);
    until([&] { return pid1.pushes == 2 && pid1.stored().size() == 1; });
    CHECK(pid1.stored()[0].first == "vault-2");
    CHECK(pid1.has_been_told("RELOADING=1"));
    CHECK(pid1.ready == 2);
    // The file, a shelf and a box: nothing of the earlier program is left over.
    until([&] { return count_files(keeper->pid()) == before + 3; });
    d.link.reset();
    keeper->kill();
    keeper = start();
    CHECK(inodes(daemon().kept) == std::map<std::string, std::vector<ino_t>>{{"one", {inode(a)}}});
}
