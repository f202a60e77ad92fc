// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Daemons and a real keeper: what is kept, what comes back, what happens when one of them dies.
#include "support/keeper_process.hpp"

using namespace ppp;
using namespace ppp::keeper;
using namespace ppp::test;
using namespace std::chrono_literals;

namespace {

/// As proc(5) has it: 'S' sleeps.
char state_of(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string number, name;
    char state = 0;
    stat >> number >> name >> state;
    return state;
}

}  // namespace

TEST_CASE_FIXTURE(KeeperBench, "what a killed daemon gave comes back to the next one, as the same files") {
    const auto keeper = start();
    const int a = file(), b = file(), c = file();
    daemon_that_dies([&](Daemon& d) {
        d.link->keep("one", {a, b});
        d.link->keep("two", {c});
        return d.kept.empty() && d.link->flush(kPatience);
    });
    for (int round = 0; round < 2; ++round) {
        const auto again = daemon();
        CHECK(again.link->connected());
        CHECK(inodes(again.kept) ==
              std::map<std::string, std::vector<ino_t>>{{"one", {inode(a), inode(b)}}, {"two", {inode(c)}}});
        for (const auto& [key, kept_files] : again.kept)
            for (const auto& kept_file : kept_files)
                CHECK((::fcntl(kept_file.get(), F_GETFD) & FD_CLOEXEC) != 0);
    }
}

TEST_CASE_FIXTURE(KeeperBench, "without flush() what was said travels at the end of the loop's turn") {
    const auto keeper = start();
    auto first = daemon();
    const auto before = count_files(keeper->pid());
    first.link->keep("one", {file(), file()});
    first.link->keep("two", {file()});
    until([&] { return count_files(keeper->pid()) == before + 3; });
    first.link->drop("one");
    until([&] { return count_files(keeper->pid()) == before + 1; });
}

TEST_CASE_FIXTURE(KeeperBench, "the last word about a key counts") {
    const auto keeper = start();
    auto first = daemon();
    const auto before = count_files(keeper->pid());
    const int a = file(), b = file(), c = file();
    first.link->keep("replaced", {a, b});
    first.link->keep("dropped", {a});
    first.link->keep("back", {a});
    REQUIRE(first.link->flush(kPatience));
    first.link->keep("replaced", {c});
    first.link->drop("dropped");
    first.link->drop("back");
    first.link->keep("back", {b});
    first.link->keep("never", {a});
    first.link->drop("never");
    REQUIRE(first.link->flush(kPatience));
    until([&] { return count_files(keeper->pid()) == before + 2; });
    first.link.reset();
    CHECK(inodes(daemon().kept) ==
          std::map<std::string, std::vector<ino_t>>{{"back", {inode(b)}}, {"replaced", {inode(c)}}});
}

TEST_CASE_FIXTURE(KeeperBench, "keys that came back are dropped like others") {
    const auto keeper = start();
    auto first = daemon();
    first.link->keep("one", {file()});
    first.link->keep("two", {file()});
    REQUIRE(first.link->flush(kPatience));
    first.link.reset();
    auto second = daemon();
    second.link->keep("one", {second.kept.at("one").at(0).get()});
    second.link->drop("two");
    REQUIRE(second.link->flush(kPatience));
    second.link.reset();
    const auto third = daemon();
    CHECK(third.kept.size() == 1);
    CHECK(third.kept.contains("one"));
}

TEST_CASE_FIXTURE(KeeperBench, "a killed keeper is filled again, with what there is by then and no more") {
    auto keeper = start();
    auto first = daemon();
    const int a = file(), b = file();
    first.link->keep("one", {a});
    first.link->keep("gone", {b});
    REQUIRE(first.link->flush(kPatience));
    keeper->kill();
    until([&] { return !first.link->connected(); });
    first.link->drop("gone");
    first.link->keep("two", {b});
    CHECK(log.has("the keeper is gone"));
    CHECK_FALSE(first.link->flush(1ms));
    keeper = start();
    until([&] { return log.has("the keeper is there and holds the files of 2 sessions"); });
    keeper->kill();
    keeper = start();
    until([&] { return count_files(keeper->pid()) > 0 && first.link->flush(kPatience); });
    first.link.reset();
    CHECK(inodes(daemon().kept) ==
          std::map<std::string, std::vector<ino_t>>{{"one", {inode(a)}}, {"two", {inode(b)}}});
}

TEST_CASE_FIXTURE(KeeperBench, "without a keeper the daemon begins at once, and fills the one that comes") {
    const auto begin = Clock::now();
    auto first = daemon();
    CHECK(Clock::now() - begin < 5s);
    CHECK(first.kept.empty());
    CHECK_FALSE(first.link->connected());
    CHECK(log.has("no keeper at " + socket));
    const int a = file();
    first.link->keep("one", {a});
    CHECK_FALSE(first.link->flush(kPatience));
    const auto keeper = start();
    until([&] { return log.has("the keeper is there and holds the files of 1 sessions"); });
    CHECK(first.link->flush(kPatience));
    first.link.reset();
    CHECK(inodes(daemon().kept) == std::map<std::string, std::vector<ino_t>>{{"one", {inode(a)}}});
}

TEST_CASE_FIXTURE(KeeperBench, "a keeper that is being restarted is waited for") {
    start()->kill();
    REQUIRE(std::filesystem::exists(socket));
    const pid_t starter = ::fork();  // opens while the test's own thread waits in open()
    if (starter == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        while (state_of(::getppid()) != 'S') ::usleep(1000);
        ::execl(KEEPER_PATH, KEEPER_PATH, "--socket", socket.c_str(), nullptr);
        ::_exit(1);
    }
    CHECK(daemon().link->connected());
    ::kill(starter, SIGTERM);
    int status = 0;
    ::waitpid(starter, &status, 0);
    CHECK(WIFEXITED(status));
}

TEST_CASE_FIXTURE(KeeperBench, "a socket that nobody comes back to is given up after the patience") {
    start()->kill();
    auto opened = KeeperLink::open(*loop, socket, Log(log), 50ms);
    REQUIRE(opened.has_value());
    CHECK_FALSE(opened->first->connected());
    CHECK(opened->second.empty());
}

TEST_CASE_FIXTURE(KeeperBench, "a keeper that does not answer is an error after the patience") {
    const auto keeper = start();
    keeper->signal(SIGSTOP);
    const auto opened = KeeperLink::open(*loop, socket, Log(log), 50ms);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().code == Errc::timeout);
    CHECK(opened.error().what.find("does not answer") != std::string::npos);
}

TEST_CASE_FIXTURE(KeeperBench, "a second daemon is refused as long as the first is connected") {
    const auto keeper = start();
    auto first = daemon();
    first.link->keep("one", {file()});
    const auto second = KeeperLink::open(*loop, socket, Log(log), kPatience);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == Errc::refused);
    CHECK(second.error().what == "another pppmanagerd is running");
    CHECK(first.link->flush(kPatience));
    first.link.reset();
    CHECK(daemon().kept.size() == 1);
}

TEST_CASE_FIXTURE(KeeperBench, "flush() says no to a keeper that does not take it in") {
    const auto keeper = start();
    auto first = daemon();
    keeper->signal(SIGSTOP);
    first.link->keep("one", {file()});
    CHECK_FALSE(first.link->flush(50ms));
    keeper->signal(SIGCONT);
    CHECK(first.link->flush(kPatience));
}

TEST_CASE_FIXTURE(KeeperBench, "more than the socket takes waits, and nothing is lost or sent twice") {
    const auto keeper = start();
    auto first = daemon();
    const auto before = count_files(keeper->pid());
    keeper->signal(SIGSTOP);
    const int a = file();
    constexpr int kMany = 3800;
    for (int i = 0; i < kMany; ++i) first.link->keep(long_key(i), {a});
    CHECK_FALSE(first.link->flush(1ms));
    // What is said while nothing can be sent.
    first.link->drop(long_key(kMany - 1));
    first.link->drop(long_key(0));
    keeper->signal(SIGCONT);
    until([&] { return count_files(keeper->pid()) == before + kMany - 2; });
    first.link.reset();
    const auto kept = daemon().kept;
    CHECK(kept.size() == kMany - 2);
    CHECK_FALSE(kept.contains(long_key(0)));
}

TEST_CASE_FIXTURE(KeeperBench, "a file that was closed too early costs its own key only") {
    log.expect("a file of 'bad' was closed before it was taken out of custody");
    const auto keeper = start();
    auto first = daemon();
    Fd early = new_file();
    first.link->keep("bad", {file(), early.get()});
    first.link->keep("good", {file()});
    early.reset();
    REQUIRE(first.link->flush(kPatience));
    first.link.reset();
    const auto kept = daemon().kept;
    CHECK(kept.size() == 1);
    CHECK(kept.contains("good"));
}

TEST_CASE_FIXTURE(KeeperBench, "neither side leaks a descriptor") {
    const auto keeper = start();
    const int a = file();
    const auto ours = count_files(::getpid()), theirs = count_files(keeper->pid());
    for (int round = 0; round < 20; ++round) {
        auto it = daemon();
        CHECK(it.kept.size() == (round == 0 ? 0 : 1));
        for (const auto* key : {"one", "two", "three"}) it.link->keep(key, {a, a});
        REQUIRE(it.link->flush(kPatience));
        it.link->drop("one");
        it.link->drop("two");
        REQUIRE(it.link->flush(kPatience));
    }
    CHECK(count_files(::getpid()) == ours);
    until([&] { return count_files(keeper->pid()) == theirs + 2; });
}
