// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Both daemon and keeper are killed: what PID 1 holds brings everything back.
#include "support/keeper_process.hpp"

using namespace ppp;
using namespace ppp::keeper;
using namespace ppp::test;
using namespace std::chrono_literals;

namespace {

using Inodes = std::map<std::string, std::vector<ino_t>>;

struct Machine : KeeperBench {
    FakePid1 pid1{*loop, directory.path() / "notify"};
    std::unique_ptr<KeeperProcess> keeper;

    Machine() {
        setting.manager = &pid1;
        keeper = start();
    }
    /// What was said to the keeper is with PID 1.
    void settle(const Daemon& d, const std::string& box) const {
        REQUIRE(d.link->flush(kPatience));
        until([&] { return pid1.stored().size() == 1 && pid1.stored()[0].first == box; });
    }
    void settle_empty(const Daemon& d) const {
        REQUIRE(d.link->flush(kPatience));
        until([&] { return pid1.stored().empty(); });
    }
    /// A moment of power, for both.
    void kill_both(Daemon& d) {
        // To the keeper a daemon that is gone is one that was killed.
        d.link.reset();
        d.kept.clear();
        keeper->kill();
        keeper = start();
    }
};

}  // namespace

TEST_CASE_FIXTURE(Machine, "what daemon and keeper held comes back after both were killed, again and again") {
    auto d = daemon();
    const int a = file(), b = file(), c = file();
    d.link->keep("one", {a, b});
    d.link->keep("two", {c});
    settle(d, "vault-1");
    const Inodes all{{"one", {inode(a), inode(b)}}, {"two", {inode(c)}}};
    for (int round = 0; round < 3; ++round) {
        kill_both(d);
        CHECK(keeper->said("the files of 2 sessions came back out of vault-1"));
        d = daemon();
        CHECK(inodes(d.kept) == all);
    }
    CHECK(pid1.pushes == 1);
}

TEST_CASE_FIXTURE(Machine, "the files live in nothing but the vault meanwhile") {
    int pair[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    const Fd here(pair[0]);
    Fd there(pair[1]);
    auto d = daemon();
    d.link->keep("one", {there.get()});
    settle(d, "vault-1");
    there.reset();
    d.link.reset();
    keeper->kill();
    CHECK(::send(here.get(), "x", 1, MSG_NOSIGNAL) == 1);  // somebody holds the other end
    keeper = start();
    d = daemon();
    char octet = 0;
    REQUIRE(d.kept.contains("one"));
    CHECK(::recv(d.kept.at("one").at(0).get(), &octet, 1, MSG_DONTWAIT) == 1);
    d.kept.clear();
    d.link->drop("one");
    settle_empty(d);
    until([&] { return ::send(here.get(), "x", 1, MSG_NOSIGNAL) < 0; });  // and now nobody
}

TEST_CASE_FIXTURE(Machine, "changes replace the box: what is dropped is gone, what is new is there") {
    auto d = daemon();
    const int a = file(), b = file(), c = file();
    d.link->keep("one", {a});
    d.link->keep("two", {b});
    settle(d, "vault-1");
    d.link->drop("one");
    d.link->keep("two", {c});
    d.link->keep("three", {a});
    settle(d, "vault-2");
    kill_both(d);
    d = daemon();
    CHECK(inodes(d.kept) == Inodes{{"two", {inode(c)}}, {"three", {inode(a)}}});
    // The names go on after a restart, else a new box could be taken for the old one.
    d.link->keep("four", {b});
    settle(d, "vault-3");
    kill_both(d);
    CHECK(daemon().kept.size() == 3);
}

TEST_CASE_FIXTURE(Machine, "full shelves that did not change are shared by the next box") {
    auto d = daemon();
    const int a = file();
    for (int i = 0; i < 1000; ++i) d.link->keep("key " + std::to_string(i), {a, a, a});
    settle(d, "vault-1");
    const auto before = count_files(keeper->pid());
    for (int round = 2; round < 30; ++round) {
        d.link->keep("more " + std::to_string(round), {a, a, a});
        d.link->drop("key " + std::to_string(round * 30));
        settle(d, "vault-" + std::to_string(round));
        CHECK(count_files(keeper->pid()) <= before + 3);
    }
    kill_both(d);
    CHECK(daemon().kept.size() == 1000);
}

TEST_CASE_FIXTURE(Machine, "many small changes do not make the vault grow") {
    auto d = daemon();
    const int a = file();
    const auto before = count_files(keeper->pid());
    for (int round = 1; round <= 40; ++round) {
        d.link->keep("key " + std::to_string(round), {a});
        settle(d, "vault-" + std::to_string(round));
    }
    // A file each, one shelf, one box.
    until([&] { return count_files(keeper->pid()) == before + 40 + 2; });
}

TEST_CASE_FIXTURE(Machine, "changes within 50 ms cost one box") {
    auto d = daemon();
    const int a = file();
    for (int i = 0; i < 20; ++i) {
        d.link->keep("key " + std::to_string(i), {a});
        REQUIRE(d.link->flush(kPatience));
    }
    until([&] { return pid1.stored().size() == 1; });
    // A slow machine may need a second one.
    CHECK(pid1.pushes <= 2);
}

TEST_CASE_FIXTURE(Machine, "changes that never end wait half a second at most") {
    auto d = daemon();
    const int a = file();
    const auto begin = loop->now();
    int i = 0;
    until([&] {
        d.link->keep("key " + std::to_string(++i % 5), {a});
        return pid1.pushes > 0;
    });
    CHECK(loop->now() - begin > 300ms);
    CHECK(loop->now() - begin < 5s);
}

TEST_CASE_FIXTURE(Machine, "between the new box and the removal of the old one, the new one counts") {
    pid1.answers_barriers = false;
    auto d = daemon();
    const int a = file(), b = file();
    d.link->keep("one", {a});
    REQUIRE(d.link->flush(kPatience));
    until([&] { return pid1.stored().size() == 1; });
    kill_both(d);  // the first box was never confirmed
    d = daemon();
    d.link->keep("two", {b});
    REQUIRE(d.link->flush(kPatience));
    until([&] { return pid1.stored().size() == 2; });
    kill_both(d);
    until([&] { return pid1.stored().size() == 1; });
    CHECK(pid1.stored()[0].first == "vault-2");
    CHECK(inodes(daemon().kept) == Inodes{{"one", {inode(a)}}, {"two", {inode(b)}}});
}

TEST_CASE_FIXTURE(Machine, "a box that is not whole is passed over, and anything else is left alone") {
    auto d = daemon();
    d.link->keep("one", {file()});
    settle(d, "vault-1");
    const Fd whole(::fcntl(pid1.stored()[0].second.get(), F_DUPFD_CLOEXEC, 0));
    d.link->keep("two", {file()});
    settle(d, "vault-2");
    d.link.reset();
    // The first was drained when it was removed.
    pid1.give("vault-1", Fd(::fcntl(whole.get(), F_DUPFD_CLOEXEC, 0)));
    pid1.give("vault-9", new_file());
    pid1.give("else", new_file());
    keeper->kill();
    keeper = start();
    CHECK(keeper->said("vault-1 is not whole: it has no index"));
    CHECK(keeper->said("vault-9 is not whole"));
    CHECK(keeper->said("the files of 2 sessions came back out of vault-2"));
    until([&] { return pid1.stored().size() == 2; });
    CHECK(daemon().kept.size() == 2);
}

TEST_CASE_FIXTURE(Machine, "what was let go or given up is not with PID 1 any more") {
    setting.words = {"--patience", "1"};
    keeper->kill();
    keeper = start();
    {
        auto d = daemon();
        d.link->keep("one", {file()});
        settle(d, "vault-1");
    }
    until([&] { return pid1.stored().empty(); });
    auto d = daemon();
    d.link->keep("two", {file()});
    settle(d, "vault-2");
    keeper->signal(SIGTERM);
    CHECK(keeper->wait() == 0);
    until([&] { return pid1.stored().empty(); });
}

TEST_CASE_FIXTURE(Machine, "a limit on files under way costs the vault and nothing else") {
    keeper->kill();
    std::filesystem::permissions(directory.path(), std::filesystem::perms::all);
    std::filesystem::permissions(pid1.path(), std::filesystem::perms::all);
    setting.user = CrowdedUser::user();
    setting.files = CrowdedUser::kLimit;
    keeper = start();
    CrowdedUser crowd;
    auto d = daemon();
    const int a = file();
    for (int round = 0; round < 3; ++round) {
        d.link->keep("key " + std::to_string(round), {a});
        REQUIRE(d.link->flush(kPatience));
    }
    until([&] { return keeper->said("PID 1 keeps no copy of the sessions' files for now: too many files"); });
    CHECK(pid1.stored().empty());
    crowd.leave();
    d.link.reset();
    CHECK(daemon().kept.size() == 3);
}
