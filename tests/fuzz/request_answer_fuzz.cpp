// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Answers of a lying kernel to batches and dumps: each request has one answer, none that nobody gave,
/// and after any of it the next round is judged by its own answers only.
///
/// Script: rounds of (requests, datagrams, (operation, argument, length, octets)*); no requests is a dump.
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <array>
#include <set>
#include "fuzz/oracle.hpp"
#include "netlink/request_socket.hpp"
#include "wire/bytes.hpp"

using namespace ppp;
using namespace ppp::net;
using test::require;

namespace {
constexpr std::size_t kLongest = 32768;  // of a datagram that is read
constexpr int kMaxErrno = 4095;

using Words = std::vector<std::byte>;

/// The far end of the socket. All it will say in a round is there before the request is sent, as with the
/// synchronous kernel; an empty datagram behind it ends the reader's waiting.
class Kernel {
public:
    Result<Fd> open() {
        std::array<int, 2> ends{};
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
            return fail_errno("socketpair");
        far_.reset(ends[1]);
        near_.reset(::fcntl(ends[0], F_DUPFD_CLOEXEC, 0));
        say();
        return Fd(ends[0]);
    }
    /// What was not read of the last round comes before what is said now.
    void prepare(std::vector<Words> words) {
        std::vector<Words> all;
        Words buffer(65536);
        for (ssize_t n = 0; (n = ::recv(near_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT)) >= 0;)
            if (n > 0) all.emplace_back(buffer.begin(), buffer.begin() + n);
        all.insert(all.end(), words.begin(), words.end());
        said = std::move(all);
        say();
    }
    /// The number of requests that arrived; their sequence numbers must be the next ones.
    std::size_t hear(std::uint32_t base) {
        std::size_t heard = 0;
        Words buffer(65536);
        for (ssize_t n = 0; (n = ::recv(far_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0;) {
            Datagram datagram(Octets(buffer).first(static_cast<std::size_t>(n)));
            while (const auto m = datagram.next()) {
                require(m->head.nlmsg_seq >= base);
                ++heard;
            }
        }
        return heard;
    }
    std::vector<Words> said;  ///< in this round

private:
    void say() {
        for (const auto& words : said) (void)::send(far_.get(), words.data(), words.size(), MSG_DONTWAIT);
        (void)::send(far_.get(), nullptr, 0, MSG_DONTWAIT);
    }
    Fd far_, near_;
};

void append(Words& words, std::uint16_t type, std::uint16_t flags, std::uint32_t sequence,
            wire::ByteView payload) {
    nlmsghdr head{};
    head.nlmsg_len = static_cast<std::uint32_t>(sizeof head + payload.size());
    head.nlmsg_type = type;
    head.nlmsg_flags = flags;
    head.nlmsg_seq = sequence;
    const auto raw = std::as_bytes(std::span(&head, 1));
    words.insert(words.end(), raw.begin(), raw.end());
    const auto octets = std::as_bytes(payload);
    words.insert(words.end(), octets.begin(), octets.end());
    words.resize(NLMSG_ALIGN(words.size()));
}
void append_error(Words& words, std::uint32_t sequence, int error, wire::ByteView text) {
    nlmsgerr body{};
    body.error = error;
    const auto raw = std::as_bytes(std::span(&body, 1));
    wire::Bytes payload(sizeof body);
    std::memcpy(payload.data(), raw.data(), raw.size());
    if (!text.empty()) {
        nlattr attribute{};
        attribute.nla_len = static_cast<std::uint16_t>(sizeof attribute + text.size());
        attribute.nla_type = NLMSGERR_ATTR_MSG;
        payload.resize(sizeof body + sizeof attribute);
        std::memcpy(payload.data() + sizeof body, &attribute, sizeof attribute);
        payload.insert(payload.end(), text.begin(), text.end());
    }
    append(words, NLMSG_ERROR, NLM_F_CAPPED | (text.empty() ? 0 : NLM_F_ACK_TLVS), sequence, payload);
}

/// The datagrams of one round. @param base the number of its first request.
std::vector<Words> compose(wire::Reader& script, std::uint32_t base) {
    std::vector<Words> all;
    for (int left = script.u8() % 16; left > 0 && script.ok(); --left) {
        const auto operation = script.u8();
        const auto argument = script.u8();
        const auto octets = script.take(std::min<std::size_t>(script.u8(), script.rest().size()));
        if (all.empty() || !(operation & 128)) all.emplace_back();  // else behind the last, in one datagram
        auto& words = all.back();
        wire::Reader r{octets};
        const auto sequence = base + argument;
        switch (operation % 7) {
            case 0:
                words.insert(words.end(), std::as_bytes(octets).begin(), std::as_bytes(octets).end());
                break;
            case 1:
                append_error(words, sequence, 0, {});
                break;
            case 2: {
                const int error = r.u8();
                append_error(words, sequence, -error, r.rest());
                break;
            }
            case 3: {  // a piece of a dump, its end, or anything else
                const auto type = r.u16(), flags = r.u16();
                append(words, type, flags, sequence, r.rest());
                break;
            }
            case 4:
                append_error(words, base - 1 - argument, -EEXIST, octets);
                break;
            case 5:
                words.resize(words.size() - std::min<std::size_t>(words.size(), argument));
                break;
            default:
                words.resize(argument & 1 ? kLongest + 4 : kLongest);
        }
        if (words.empty()) all.pop_back();  // an empty datagram is the end of the round
    }
    return all;
}

/// What the kernel's words say at most, found without the code under test: a message may stand anywhere.
struct Said {
    std::set<std::pair<std::uint32_t, int>> errors;  // (sequence, errno), 0 for an acknowledgement
    std::set<std::uint32_t> ends;                    // of dumps
    bool too_long = false;
};
Said listen(const std::vector<Words>& all) {
    Said said;
    for (const auto& words : all) {
        said.too_long |= words.size() > kLongest;
        for (std::size_t at = 0; at + sizeof(nlmsghdr) <= words.size(); at += 4) {
            nlmsghdr head{};
            std::int32_t error = 0;
            std::memcpy(&head, words.data() + at, sizeof head);
            if (head.nlmsg_len > words.size() - at || head.nlmsg_len < sizeof head) continue;
            if (head.nlmsg_len >= sizeof head + sizeof error)
                std::memcpy(&error, words.data() + at + sizeof head, sizeof error);
            if (head.nlmsg_type == NLMSG_DONE) said.ends.insert(head.nlmsg_seq);
            if (head.nlmsg_type == NLMSG_ERROR && error <= 0 && error >= -kMaxErrno &&
                head.nlmsg_len >= sizeof head + sizeof(nlmsgerr))
                said.errors.emplace(head.nlmsg_seq, -error);
        }
    }
    return said;
}

struct Run {
    Run() : socket(*RequestSocket::create([this] { return kernel.open(); }, std::chrono::milliseconds(50))) {}

    void transact(std::size_t count, wire::Reader& script) {
        const auto base = sequence + 1;
        kernel.prepare(compose(script, base));
        const auto said = listen(kernel.said);
        Batch batch;
        for (std::size_t i = 0; i < count; ++i) batch.begin(RTM_NEWADDR, 0).put_u32(1, 7);
        std::vector<Answer> answers{{}, {}};
        socket.transact(batch, answers);
        sequence += static_cast<std::uint32_t>(count);
        require(answers.size() == count && kernel.hear(base) <= count);
        const auto last_word = said.errors.empty() ? 0 : said.errors.rbegin()->first;
        bool silent = false;
        for (std::size_t i = 0; i < count; ++i) {
            const auto& answer = answers[i];
            const auto number = base + static_cast<std::uint32_t>(i);
            const auto result = answer.result("address");
            require(result.has_value() == (answer.kind == Answer::Kind::done));
            require(answer.text.size() <= kLongest);
            if (!result) require(result.error().what.starts_with("address: "));
            if (!result) require(result.error().what.size() <= answer.text.size() + 80);
            switch (answer.kind) {
                case Answer::Kind::done:  // somebody vouched for it: its own answer or a later one
                    require(said.errors.lower_bound({number, 0}) != said.errors.end());
                    require(said.errors.contains({number, 0}) || last_word > number);
                    require(answer.text.empty() && answer.sys == 0);
                    require(!silent || said.too_long || count > 256);
                    break;
                case Answer::Kind::refused:
                    require(said.errors.contains({number, answer.sys}));
                    require(answer.sys > 0 && answer.sys <= kMaxErrno);
                    break;
                case Answer::Kind::unanswered:
                    silent = true;
                    require(answer.text.empty());
                    // Silence behind the last answer, or a loss before.
                    require(said.too_long || count > 256 || !answered_behind(answers, i));
            }
        }
        if (count != 0) expect_reopen(answers.back().kind == Answer::Kind::unanswered, count > 256);
    }
    [[nodiscard]] static bool answered_behind(const std::vector<Answer>& answers, std::size_t i) {
        for (++i; i < answers.size(); ++i)
            if (answers[i].kind != Answer::Kind::unanswered) return true;
        return false;
    }

    void dump(wire::Reader& script) {
        const auto base = sequence + 1;
        kernel.prepare(compose(script, base));
        const auto said = listen(kernel.said);
        Batch batch;
        batch.begin(RTM_GETLINK, NLM_F_DUMP).put_u32(1, 7);
        bool interrupted = false;
        const auto whole = socket.dump(batch, [&](const Received& message) {
            require(message.head.nlmsg_seq == base && message.head.nlmsg_type != NLMSG_DONE);
            require(message.payload.size() <= kLongest);
            interrupted |= (message.head.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
        });
        ++sequence;
        require(kernel.hear(base) <= 1);
        if (whole) require(said.ends.contains(base) && !(*whole && interrupted));
        if (!whole) {
            require(whole.error().what.size() <= 200);
            require((whole.error().sys > 0) != (whole.error().code == Errc::timeout));
            require(whole.error().sys <= kMaxErrno);
        }
        expect_reopen(!whole && whole.error().code == Errc::timeout);
    }
    /// A late answer must not meet a later request, and a socket that was answered is kept.
    void expect_reopen(bool reopens, bool chunks = false) {
        const auto generations = socket.generations();
        // A large batch may lose its socket half-way.
        const auto expected = last_generations + (reopen_due ? 1U : 0U);
        require(generations == expected || (chunks && generations == expected + 1));
        reopen_due = reopens;
        last_generations = generations;
    }

    Kernel kernel;
    RequestSocket socket;
    std::uint32_t sequence = 0;
    unsigned last_generations = 1;
    bool reopen_due = false;
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    wire::Reader script{{data, size}};
    Run run;
    for (int rounds = 0; rounds < 8 && !script.empty(); ++rounds) {
        const auto requests = script.u8();
        if (requests == 0)
            run.dump(script);
        else
            run.transact(requests == 255 ? 300U : requests % 32U, script);
    }
    return 0;
}
