// SPDX-License-Identifier: GPL-2.0-or-later
/// @file RequestSocket: rtnetlink requests and their answers, synchronously, for the one thread that may
/// wait.
///
/// The kernel carries a request out inside sendmsg(), under the rtnl lock, which a deletion by group can hold
/// for a tenth of a second. So the loop never calls this; a worker thread does, and never two threads at
/// once.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>
#include "base/callback.hpp"
#include "base/fd.hpp"
#include "base/result.hpp"
#include "netlink/message.hpp"

namespace ppp::net {

/// What became of one message.
struct Answer {
    enum class Kind : std::uint8_t {
        done,       ///< the kernel did it
        refused,    ///< the kernel did not: `sys` and `text` say why
        unanswered  ///< nobody knows: no answer came in time, or answers were lost
    };
    Kind kind = Kind::unanswered;
    int sys = 0;       ///< errno of a refusal, or of the failed system call
    std::string text;  ///< the kernel's own words (extended acknowledgement), often empty

    /// @param what the object of the request, put in front: "route 0.0.0.0/0 dev ppp0".
    [[nodiscard]] Result<> result(const std::string& what) const;
};

class RequestSocket {
public:
    /// Opens a connected-like datagram socket; called again whenever the old one is not trusted any more.
    using Opener = Callback<Result<Fd>()>;

    /// A socket in the calling thread's network namespace, with extended acknowledgements and a receive
    /// buffer that holds the errors of a whole chunk.
    static Result<RequestSocket> create();
    /// The seam for tests: any socket that keeps datagrams apart. `timeout` bounds each wait for an answer.
    static Result<RequestSocket> create(Opener open, std::chrono::milliseconds timeout);

    /// Sends all messages of `batch` and answers each, in their order. No atomicity: a refused message does
    /// not stop those behind it. Numbers the messages and decides which of them ask for an acknowledgement:
    /// only the last of a chunk does. The kernel works in order and reports errors unasked, so its
    /// acknowledgement vouches for all before it that were not refused, and a batch costs two system calls,
    /// not one a message.
    void transact(Batch& batch, std::vector<Answer>& answers);
    /// For a batch of one message.
    Answer transact_one(Batch& batch);

    /// Sends the only message of `batch`, a NLM_F_DUMP request, and hands over every message of the answer.
    /// @return false when the table changed meanwhile, so that an object may be missing or come twice: ask
    /// again.
    Result<bool> dump(Batch& batch, const Callback<void(const Received&)>& each);

    /// Sockets opened so far: 1 until an answer stays out.
    [[nodiscard]] unsigned generations() const { return generations_; }

private:
    RequestSocket(Opener open, std::chrono::milliseconds timeout)
        : open_(std::move(open)), timeout_(timeout) {}
    Result<> reopen();
    Result<> send(Octets octets);
    enum class Read : std::uint8_t { datagram, lost, nothing };
    Read receive(bool wait, Octets& datagram);
    void transact_chunk(Batch& batch, std::size_t first, std::span<Answer> answers);

    Opener open_;
    std::chrono::milliseconds timeout_;
    Fd socket_;
    std::uint32_t sequence_ = 0;
    unsigned generations_ = 0;
    std::vector<std::byte> buffer_;  // as large as the kernel's largest dump datagram
};

}  // namespace ppp::net
