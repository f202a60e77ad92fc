// SPDX-License-Identifier: GPL-2.0-or-later
/// @file A keeper whose daemon talks nonsense, or is not one: a reason is logged, nothing kept is lost.
#include <poll.h>
#include "support/keeper_process.hpp"

using namespace ppp;
using namespace ppp::keeper;
using namespace ppp::test;
using namespace std::chrono_literals;

namespace {

/// A keeper that holds one session of a dead daemon, and somebody who speaks to it by hand.
struct Attack : KeeperBench {
    std::unique_ptr<KeeperProcess> keeper;
    std::size_t before = 0;

    Attack() : keeper(start()) {
        const int a = file();
        before = count_files(keeper->pid()) + 1;
        daemon_that_dies([a](Daemon& d) {
            d.link->keep("kept", {a});
            return d.link->flush(kPatience);
        });
        until([&] { return keeper->said("1 sessions wait") && count_files(keeper->pid()) == before; });
    }
    [[nodiscard]] Fd connect() const {
        const auto address = address_of(socket).value();
        Fd fd{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
        REQUIRE(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        return fd;
    }
    [[nodiscard]] Fd greet() const {
        Fd fd = connect();
        REQUIRE(send(fd.get(), encode(Hello{})) == Sent::yes);
        Parcel answer;
        REQUIRE(next(fd, answer) == Mail::parcel);
        REQUIRE(std::holds_alternative<Hello>(answer.message));
        return fd;
    }
    static Mail next(const Fd& fd, Parcel& into) {
        pollfd peer{.fd = fd.get(), .events = POLLIN, .revents = 0};
        REQUIRE(::poll(&peer, 1, 30000) == 1);
        return receive(fd.get(), into).value();
    }
    /// The connection is closed with that reason, everything that came is closed, what was kept is there.
    void expect_refusal(const Fd& fd, const std::string& reason) {
        Parcel last;
        while (next(fd, last) != Mail::end) {
        }
        until([&] { return keeper->said(reason); });
        until([&] { return count_files(keeper->pid()) == before; });
        CHECK(daemon().kept.size() == 1);
    }
};

std::vector<int> many(int fd, std::size_t n) { return std::vector<int>(n, fd); }

}  // namespace

TEST_CASE_FIXTURE(Attack, "a word before the greeting ends the connection") {
    const auto fd = connect();
    REQUIRE(send(fd.get(), encode(Take{})) == Sent::yes);
    expect_refusal(fd, "it did not begin with a greeting");
}

TEST_CASE_FIXTURE(Attack, "the version is named to the log and to the other side") {
    const auto fd = connect();
    REQUIRE(send(fd.get(), wire::Bytes{7, 0}) == Sent::yes);
    Parcel answer;
    REQUIRE(next(fd, answer) == Mail::parcel);
    CHECK(std::holds_alternative<Hello>(answer.message));
    expect_refusal(fd, "the other side speaks version 7, not 1");
}

TEST_CASE_FIXTURE(Attack, "more files than the message speaks of are closed with it") {
    const auto fd = greet();
    REQUIRE(send(fd.get(), encode(Keep{{{"new", 1}}}), many(file(), 200)) == Sent::yes);
    expect_refusal(fd, "is damaged or came with 200 files");
}

TEST_CASE_FIXTURE(Attack, "octets that are no message end the connection, and files come to nothing") {
    const auto fd = greet();
    REQUIRE(send(fd.get(), wire::Bytes(5000, 0xff), many(file(), 253)) == Sent::yes);
    expect_refusal(fd, "the other side speaks version 255");
}

TEST_CASE_FIXTURE(Attack, "a message that is too long is noticed") {
    const auto fd = greet();
    REQUIRE(send(fd.get(), wire::Bytes(kLongestMessage + 1, 1), many(file(), 3)) == Sent::yes);
    expect_refusal(fd, "a message that is too long");
}

TEST_CASE_FIXTURE(Attack, "what only a keeper says ends the connection") {
    const auto fd = greet();
    REQUIRE(send(fd.get(), encode(Synced{1})) == Sent::yes);
    expect_refusal(fd, "a message that only a keeper sends");
}

TEST_CASE_FIXTURE(Attack, "an empty message ends the connection") {
    const auto fd = greet();
    REQUIRE(::send(fd.get(), "", 0, 0) == 0);
    expect_refusal(fd, "1 sessions wait");
}

TEST_CASE_FIXTURE(Attack, "what a daemon said before it was killed counts, whatever it was waiting for") {
    {
        const auto fd = greet();
        // Nobody will read the answers.
        REQUIRE(send(fd.get(), encode(Take{})) == Sent::yes);
        for (int i = 0; i < 100; ++i) REQUIRE(send(fd.get(), encode(Sync{1})) == Sent::yes);
        REQUIRE(send(fd.get(), encode(Keep{{{"last", 1}}}), many(file(), 1)) == Sent::yes);
    }
    CHECK(daemon().kept.size() == 2);
}

TEST_CASE_FIXTURE(Attack, "what a daemon said last counts, though it left with an answer unread") {
    {
        const auto fd = greet();
        REQUIRE(send(fd.get(), encode(Sync{1})) == Sent::yes);
        pollfd answered{.fd = fd.get(), .events = POLLIN, .revents = 0};
        REQUIRE(::poll(&answered, 1, 30000) == 1);
        keeper->signal(SIGSTOP);
        int status = 0;
        REQUIRE(::waitpid(keeper->pid(), &status, WUNTRACED) == keeper->pid());
        REQUIRE(send(fd.get(), encode(Keep{{{"last", 1}}}), many(file(), 1)) == Sent::yes);
    }
    keeper->signal(SIGCONT);
    CHECK(daemon().kept.size() == 2);
}

TEST_CASE_FIXTURE(Attack, "silent connections are bounded and do not keep the daemon out") {
    std::vector<Fd> silent;
    for (int i = 0; i < 15; ++i) silent.push_back(connect());
    CHECK(daemon().kept.size() == 1);
    silent.push_back(connect());
    const auto refused = connect();
    Parcel none;
    CHECK(next(refused, none) == Mail::end);
    until([&] { return keeper->said("there are too many"); });
    // Each is closed in the end.
    for (const auto& fd : silent) CHECK(next(fd, none) == Mail::end);
    until([&] { return keeper->said("it did not say what it wants"); });
}

TEST_CASE_FIXTURE(KeeperBench, "a keeper without descriptors refuses files, and keeps what it has") {
    setting.files = 64;
    const auto keeper = start();
    {
        auto first = daemon();
        first.link->keep("one", {file()});
        REQUIRE(first.link->flush(kPatience));
        const int a = file();
        for (int i = 0; i < 20; ++i) first.link->keep("more " + std::to_string(i), many(a, 8));
        until([&] { return keeper->said("no descriptor is left"); });
    }
    CHECK(daemon().kept.contains("one"));
}

TEST_CASE_FIXTURE(KeeperBench, "a daemon without descriptors for what is kept is told so") {
    const auto keeper = start();
    const int a = file();
    daemon_that_dies([a](Daemon& d) {
        for (int i = 0; i < 200; ++i) d.link->keep(long_key(i), {a});
        return d.link->flush(kPatience);
    });
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit few{.rlim_cur = 100, .rlim_max = before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
    const auto opened = KeeperLink::open(*loop, socket, Log(log), kPatience);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().what.find("no descriptor is left") != std::string::npos);
    CHECK(daemon().kept.size() == 200);
}

TEST_CASE_FIXTURE(KeeperBench, "with too many files of the user under way, answers wait and are whole") {
    std::filesystem::permissions(directory.path(), std::filesystem::perms::all);
    setting.user = CrowdedUser::user();
    setting.files = CrowdedUser::kLimit;
    const auto keeper = start();
    const int a = file();
    daemon_that_dies([a](Daemon& d) {
        for (int i = 0; i < 100; ++i) d.link->keep("key " + std::to_string(i), {a});
        return d.link->flush(kPatience);
    });
    CrowdedUser crowd;
    std::optional<Daemon> next;
    const pid_t helper = ::fork();  // the answer is waited for here, so somebody else watches
    if (helper == 0) {
        while (!keeper->said("files wait: more are under way")) ::usleep(1000);
        ::kill(crowd.pid(), SIGKILL);
        ::_exit(0);
    }
    next = daemon();
    ::waitpid(helper, nullptr, 0);
    CHECK(next->kept.size() == 100);
}

TEST_CASE_FIXTURE(KeeperBench, "with too many files of the user under way, what is given waits") {
    std::filesystem::permissions(directory.path(), std::filesystem::perms::all);
    setting.user = CrowdedUser::user();
    const auto keeper = start();
    const int a = file();
    CrowdedUser crowd;
    const pid_t pid = ::fork();
    if (pid == 0) {
        const rlimit limit{.rlim_cur = CrowdedUser::kLimit, .rlim_max = CrowdedUser::kLimit};
        if (::setrlimit(RLIMIT_NOFILE, &limit) != 0 ||
            ::setresuid(setting.user, setting.user, setting.user) != 0)
            ::_exit(1);
        auto own = std::move(EventLoop::create().value());
        LogCapture quiet;
        quiet.expect("files wait on their way to the keeper");
        auto opened = KeeperLink::open(*own, socket, Log(quiet), kPatience);
        if (!opened) ::_exit(2);
        opened->first->keep("one", {a});
        if (opened->first->flush(50ms) || !quiet.has("files wait on their way to the keeper")) ::_exit(3);
        ::kill(crowd.pid(), SIGKILL);
        ::_exit(opened->first->flush(kPatience) ? 0 : 4);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    CHECK(WEXITSTATUS(status) == 0);
    CHECK(daemon().kept.size() == 1);
}

TEST_CASE_FIXTURE(KeeperBench, "a foreign user is refused") {
    if (::geteuid() != 0) return;  // who is not root cannot be somebody else
    std::filesystem::permissions(directory.path(), std::filesystem::perms::all);
    setting.user = 65534;
    const auto keeper = start();
    std::filesystem::permissions(socket, std::filesystem::perms::all);
    const auto as = [&](uid_t user) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            if (::setresuid(user, user, user) != 0) ::_exit(3);
            auto own = std::move(EventLoop::create().value());
            LogCapture quiet;
            const auto opened = KeeperLink::open(*own, socket, Log(quiet), 300ms);
            ::_exit(opened && opened->first->connected() ? 0 : 1);
        }
        int status = 0;
        ::waitpid(pid, &status, 0);
        return WEXITSTATUS(status);
    };
    CHECK(as(65534) == 0);
    CHECK(as(12345) == 1);
    until([&] { return keeper->said("a connection of user 12345"); });
    CHECK(as(0) == 0);
}

TEST_CASE_FIXTURE(KeeperBench, "a second keeper on the same socket is an error, and the first goes on") {
    const auto keeper = start();
    auto first = daemon();
    KeeperProcess second(setting);
    CHECK(second.wait() == 1);
    until([&] { return keeper->said("another keeper listens on " + socket); });
    first.link->keep("one", {file()});
    CHECK(first.link->flush(kPatience));
}

TEST_CASE_FIXTURE(KeeperBench, "told to end, it exits with 0 and leaves no socket behind") {
    const auto keeper = start();
    const auto first = daemon();
    keeper->signal(SIGTERM);
    CHECK(keeper->wait() == 0);
    CHECK_FALSE(std::filesystem::exists(socket));
    until([&] { return log.has("the keeper is gone"); });
}

TEST_CASE_FIXTURE(KeeperBench, "when nobody comes back everything is let go, and no sooner") {
    setting.words = {"--patience", "1"};
    const auto keeper = start();
    const auto before = count_files(keeper->pid());
    {
        auto first = daemon();
        first.link->keep("one", {file(), file()});
        REQUIRE(first.link->flush(kPatience));
        // A connected daemon may be silent for longer.
        const auto quiet = loop->now() + 1500ms;
        until([&] { return loop->now() > quiet; });
        CHECK(count_files(keeper->pid()) == before + 3);
    }
    const auto gone = loop->now();
    until([&] { return keeper->said("no daemon came in 1 s: 1 sessions were let go"); });
    CHECK(loop->now() - gone > 900ms);
    until([&] { return count_files(keeper->pid()) == before; });
    CHECK(daemon().kept.empty());
}
