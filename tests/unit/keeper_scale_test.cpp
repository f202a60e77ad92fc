// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Ten thousand sessions, or as many as files may be open, and what they cost.
#include <array>
#include "support/keeper_process.hpp"

using namespace ppp;
using namespace ppp::keeper;
using namespace ppp::test;
using namespace std::chrono_literals;

namespace {

/// Root may open more files than the limit it was started with; others test with as many as they may.
std::size_t possible_sessions() {
    constexpr rlim_t kWanted = 40000;
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    if (limit.rlim_max < kWanted) {
        const rlimit more{.rlim_cur = kWanted, .rlim_max = kWanted};
        if (::setrlimit(RLIMIT_NOFILE, &more) == 0) limit = more;
    }
    limit.rlim_cur = limit.rlim_max;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
    return std::min<std::size_t>(10000, (limit.rlim_max - 1000) / 3);
}

/// CPU time of a process that runs.
double seconds_of(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text{std::istreambuf_iterator<char>(stat), {}};
    std::istringstream rest(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i) rest >> skipped;
    double user = 0, system = 0;
    rest >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}
double own_seconds() {
    timespec t{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

struct Crowd : KeeperBench {
    FakePid1 pid1{*loop, directory.path() / "notify"};
    std::size_t sessions = possible_sessions();
    std::array<int, 300> pool{};
    std::unique_ptr<KeeperProcess> keeper;
    double ours = 0, theirs = 0;

    Crowd() {
        for (int& fd : pool) fd = file();
        setting.manager = &pid1;
        keeper = start();
    }
    static std::string key(std::size_t i) { return "session-with-a-long-key-" + std::to_string(i); }
    [[nodiscard]] std::vector<int> files_of_session(std::size_t i) const {
        return {pool[i % 300], pool[i * 7 % 300], pool[i * 11 % 300]};
    }
    void begin_count() {
        ours = own_seconds();
        theirs = seconds_of(keeper->pid());
    }
    void say(const std::string& what) const {
        MESSAGE(sessions << " sessions " << what << ": " << (own_seconds() - ours) * 1000
                         << " ms of the daemon's CPU, " << (seconds_of(keeper->pid()) - theirs) * 1000
                         << " ms of the keeper's");
    }
    void check(const Kept& kept) const {
        REQUIRE(kept.size() == sessions);
        std::map<int, ino_t> expected;
        for (const int fd : pool) expected[fd] = inode(fd);
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < sessions; ++i) {
            const auto& got = kept.at(key(i));
            const auto sent = files_of_session(i);
            for (std::size_t n = 0; n < 3; ++n)
                if (got.size() != 3 || inode(got[n]) != expected.at(sent[n])) ++wrong;
        }
        CHECK(wrong == 0);
    }
};

}  // namespace

TEST_CASE_FIXTURE(Crowd,
                  "thousands of sessions come back from the keeper, and from PID 1 when both are dead") {
    auto d = daemon();
    begin_count();
    for (std::size_t i = 0; i < sessions; ++i) d.link->keep(key(i), files_of_session(i));
    REQUIRE(d.link->flush(kPatience));
    say("given");
    until([&] { return pid1.stored().size() == 1; });
    say("given and in the vault");
    d.link.reset();

    begin_count();
    d = daemon();
    say("taken");
    check(d.kept);
    d.kept.clear();

    begin_count();
    const auto pushes = pid1.pushes;
    d.link->keep(key(sessions / 2), {pool[1]});
    d.link->keep(key(sessions / 2), files_of_session(sessions / 2));
    until([&] { return pid1.stored().size() == 1 && pid1.pushes > pushes; });
    say("in the vault, one of them changed");

    d.link.reset();
    keeper->signal(SIGHUP);
    until([&] { return pid1.ready == 2 && pid1.pushes_since_ready > 0 && pid1.stored().size() == 1; });
    say("handed over to the next program");
    keeper->kill();
    keeper = start();
    theirs = 0;
    ours = own_seconds();
    say("out of the vault");
    d = daemon();
    check(d.kept);
}
