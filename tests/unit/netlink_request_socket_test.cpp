// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Answers find their requests: order, refusals, silence, strangers; over a socket pair that plays
/// kernel.
#include <doctest/doctest.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <array>
#include <functional>
#include <limits>
#include <optional>
#include "netlink/request_socket.hpp"

using namespace ppp;
using namespace ppp::net;
using namespace std::chrono_literals;

namespace {

/// The far end of the socket. What it will say is queued before the request is made, as by the synchronous
/// kernel.
class Kernel {
public:
    RequestSocket socket(std::chrono::milliseconds timeout = 1ms) {
        auto made = RequestSocket::create([this] { return open(); }, timeout);
        REQUIRE(made);
        return std::move(*made);
    }
    void say(std::uint32_t sequence, int error, std::string_view text = {}) {
        Batch batch;
        nlmsgerr body{};
        body.error = -error;
        auto m = batch.begin(NLMSG_ERROR, NLM_F_CAPPED | (text.empty() ? 0 : NLM_F_ACK_TLVS));
        m.header(body);
        if (!text.empty()) m.put_string(NLMSGERR_ATTR_MSG, text);
        batch.header(0)->nlmsg_seq = sequence;
        say(batch.octets(0, 1));
    }
    void say(Octets octets) {
        REQUIRE(::send(far_.get(), octets.data(), octets.size(), 0) == static_cast<ssize_t>(octets.size()));
    }
    /// The next datagram that was sent, as (sequence, asks for an acknowledgement).
    std::vector<std::pair<std::uint32_t, bool>> heard() {
        std::array<std::byte, 65536> buffer{};
        const auto n = ::recv(far_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        std::vector<std::pair<std::uint32_t, bool>> messages;
        if (n <= 0) return messages;
        Datagram datagram(Octets(buffer).first(static_cast<std::size_t>(n)));
        while (const auto m = datagram.next())
            messages.emplace_back(m->head.nlmsg_seq, (m->head.nlmsg_flags & NLM_F_ACK) != 0);
        return messages;
    }
    void hang_up() { far_.reset(); }
    std::function<void()> on_open;
    int refuse_open = 0;

private:
    Result<Fd> open() {
        if (refuse_open != 0) return fail_errno("netlink socket", refuse_open);
        std::array<int, 2> ends{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0);
        far_.reset(ends[1]);
        if (on_open) on_open();
        return Fd(ends[0]);
    }
    Fd far_;
};

Batch requests(int count) {
    Batch batch;
    for (int i = 0; i < count; ++i) batch.begin(RTM_NEWADDR, 0).put_u32(1, static_cast<std::uint32_t>(i));
    return batch;
}
std::string kinds(const std::vector<Answer>& answers) {
    std::string all;
    for (const auto& a : answers)
        all += a.kind == Answer::Kind::done ? '+' : a.kind == Answer::Kind::refused ? '-' : '?';
    return all;
}

}  // namespace

TEST_CASE("one acknowledgement vouches for a whole batch that leaves as one datagram") {
    Kernel kernel;
    auto socket = kernel.socket();
    auto batch = requests(4);
    kernel.say(4, 0);
    std::vector<Answer> answers;
    socket.transact(batch, answers);
    CHECK(kinds(answers) == "++++");
    CHECK(kernel.heard() ==
          std::vector<std::pair<std::uint32_t, bool>>{{1, false}, {2, false}, {3, false}, {4, true}});
    CHECK(kernel.heard().empty());
}

TEST_CASE("refusals stand where they belong, with errno and words") {
    Kernel kernel;
    auto socket = kernel.socket();
    auto batch = requests(5);
    kernel.say(2, EEXIST, "Address already assigned");
    kernel.say(4, ENODEV);
    kernel.say(5, 0);
    std::vector<Answer> answers;
    socket.transact(batch, answers);
    CHECK(kinds(answers) == "+-+-+");
    CHECK(answers[1].sys == EEXIST);
    CHECK(answers[1].text == "Address already assigned");
    CHECK(answers[1].result("address 192.0.2.1/32 dev ppp0").error().what ==
          "address 192.0.2.1/32 dev ppp0: File exists (Address already assigned)");
    CHECK(answers[3].result("x").error().sys == ENODEV);
    CHECK(answers[0].result("x").has_value());
}

TEST_CASE("the last message's refusal ends a batch like its acknowledgement") {
    Kernel kernel;
    auto socket = kernel.socket();
    auto batch = requests(3);
    kernel.say(3, EPERM);
    std::vector<Answer> answers;
    socket.transact(batch, answers);
    CHECK(kinds(answers) == "++-");
    CHECK(socket.generations() == 1);
}

TEST_CASE("messages behind the last answer are unanswered, and the socket is made anew") {
    Kernel kernel;
    auto socket = kernel.socket();
    auto batch = requests(4);
    kernel.say(2, EEXIST);
    std::vector<Answer> answers;
    socket.transact(batch, answers);
    CHECK(kinds(answers) == "+-??");
    const auto lost = answers[3].result("route 0.0.0.0/0 dev ppp0");
    CHECK(lost.error().code == Errc::timeout);
    CHECK(lost.error().what == "route 0.0.0.0/0 dev ppp0: no answer from the kernel");
    CHECK(socket.generations() == 1);

    kernel.on_open = [&] { kernel.say(5, 0); };
    batch = requests(1);
    CHECK(socket.transact_one(batch).kind == Answer::Kind::done);
    CHECK(socket.generations() == 2);
}

TEST_CASE("answers to earlier batches and other messages are passed over") {
    Kernel kernel;
    auto socket = kernel.socket();
    kernel.say(1, 0);
    auto batch = requests(1);
    CHECK(socket.transact_one(batch).kind == Answer::Kind::done);

    kernel.say(1, EEXIST);
    kernel.say(0, EEXIST);
    kernel.say(77, EEXIST);
    kernel.say(requests(1).octets(0, 1));
    const std::array<std::byte, 7> rubbish{std::byte{200}};
    kernel.say(rubbish);
    kernel.say(3, 0);
    batch = requests(2);
    std::vector<Answer> answers;
    socket.transact(batch, answers);
    CHECK(kinds(answers) == "++");
}

TEST_CASE("an answer that comes twice counts once") {
    Kernel kernel;
    auto socket = kernel.socket();
    kernel.say(1, EEXIST);
    kernel.say(1, 0);
    kernel.say(2, 0);
    auto batch = requests(2);
    std::vector<Answer> answers;
    socket.transact(batch, answers);
    CHECK(kinds(answers) == "-+");
}

TEST_CASE("a datagram that does not fit is a loss, and nothing is called done for it") {
    Kernel kernel;
    auto socket = kernel.socket();
    kernel.say(std::vector<std::byte>(40000));
    kernel.say(2, EEXIST);
    kernel.say(3, 0);
    auto batch = requests(3);
    std::vector<Answer> answers;
    socket.transact(batch, answers);
    CHECK(kinds(answers) == "?-+");
    CHECK(socket.generations() == 1);
}

TEST_CASE("a large batch leaves in chunks, each with its own acknowledgement") {
    Kernel kernel;
    auto socket = kernel.socket();
    kernel.say(256, 0);
    kernel.say(258, EEXIST);
    kernel.say(300, 0);
    auto batch = requests(300);
    std::vector<Answer> answers;
    socket.transact(batch, answers);
    CHECK(kinds(answers) == std::string(257, '+') + "-" + std::string(42, '+'));
    CHECK(kernel.heard().size() == 256);
    CHECK(kernel.heard().size() == 44);
}

TEST_CASE("what could not be sent is refused, for it certainly did not happen") {
    Kernel kernel;
    auto socket = kernel.socket();
    kernel.hang_up();
    auto batch = requests(2);
    std::vector<Answer> answers;
    socket.transact(batch, answers);
    CHECK(kinds(answers) == "--");
    CHECK(answers[0].sys == EPIPE);
}

TEST_CASE("a socket that cannot be made anew refuses, and recovers when it can") {
    Kernel kernel;
    auto socket = kernel.socket();
    auto batch = requests(1);
    CHECK(socket.transact_one(batch).kind == Answer::Kind::unanswered);
    kernel.refuse_open = EMFILE;
    const auto answer = socket.transact_one(batch);
    CHECK(answer.kind == Answer::Kind::refused);
    CHECK(answer.sys == EMFILE);
    kernel.refuse_open = 0;
    kernel.on_open = [&] { kernel.say(3, 0); };
    CHECK(socket.transact_one(batch).kind == Answer::Kind::done);
    kernel.refuse_open = EMFILE;
    CHECK_FALSE(RequestSocket::create([&] { return Result<Fd>(fail_errno("x", EMFILE)); }, 1ms));
}

TEST_CASE("an empty batch asks nobody") {
    Kernel kernel;
    auto socket = kernel.socket();
    Batch batch;
    std::vector<Answer> answers{{}, {}};
    socket.transact(batch, answers);
    CHECK(answers.empty());
    CHECK(kernel.heard().empty());
}

namespace {

Octets item(Batch& batch, std::uint16_t type, std::uint32_t sequence, std::uint16_t flags = NLM_F_MULTI) {
    batch.clear();
    batch.begin(type, flags).put_u32(1, 7);
    batch.header(0)->nlmsg_seq = sequence;
    return batch.octets(0, 1);
}

}  // namespace

TEST_CASE("a dump hands over every message up to its end") {
    Kernel kernel;
    auto socket = kernel.socket();
    Batch scratch;
    kernel.say(item(scratch, RTM_NEWLINK, 9));  // somebody else's
    for (int i = 0; i < 3; ++i) kernel.say(item(scratch, RTM_NEWLINK, 1));
    kernel.say(item(scratch, NLMSG_DONE, 1));
    int seen = 0;
    auto batch = requests(1);
    const auto whole =
        socket.dump(batch, [&](const Received& m) { seen += m.head.nlmsg_type == RTM_NEWLINK; });
    REQUIRE(whole);
    CHECK(*whole);
    CHECK(seen == 3);
}

TEST_CASE("a dump that was interrupted says so") {
    Kernel kernel;
    auto socket = kernel.socket();
    Batch scratch;
    kernel.say(item(scratch, RTM_NEWLINK, 1, NLM_F_MULTI | NLM_F_DUMP_INTR));
    kernel.say(item(scratch, NLMSG_DONE, 1));
    auto batch = requests(1);
    const auto whole = socket.dump(batch, [](const Received&) {});
    REQUIRE(whole);
    CHECK_FALSE(*whole);
}

TEST_CASE("a dump that is refused or breaks off is an error, and the next one works") {
    Kernel kernel;
    auto socket = kernel.socket();
    Batch scratch;
    auto batch = requests(1);
    kernel.say(1, EPERM);
    CHECK(socket.dump(batch, [](const Received&) {}).error().sys == EPERM);
    kernel.say(item(scratch, RTM_NEWLINK, 2));
    CHECK(socket.dump(batch, [](const Received&) {}).error().code == Errc::timeout);
    kernel.on_open = [&] { kernel.say(item(scratch, NLMSG_DONE, 3)); };
    CHECK(socket.dump(batch, [](const Received&) {}).has_value());
}

TEST_CASE("a dump's end may tell an error, never one that does not exist; an acknowledgement is no end") {
    Kernel kernel;
    auto socket = kernel.socket();
    const auto end = [&kernel](std::uint32_t sequence, std::int32_t status) {
        Batch batch;
        batch.begin(NLMSG_DONE, NLM_F_MULTI).header(status);
        batch.header(0)->nlmsg_seq = sequence;
        kernel.say(batch.octets(0, 1));
    };
    auto batch = requests(1);
    end(1, -EMSGSIZE);
    CHECK(socket.dump(batch, [](const Received&) {}).error().sys == EMSGSIZE);
    end(2, std::numeric_limits<std::int32_t>::min());
    CHECK(socket.dump(batch, [](const Received&) {}).error().sys == 4095);
    kernel.say(3, 0);
    end(3, 0);
    CHECK(socket.dump(batch, [](const Received&) {}).has_value());
}
