// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PptpSockets: the kernel's end of a PPTP call (drivers/net/ppp/pptp.c) before it is a channel.
#pragma once
#include <cstdint>
#include "base/fd.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/worker_pool.hpp"

namespace ppp::link {

class PptpSockets {
public:
    virtual ~PptpSockets() = default;
    /// Takes a Call ID for GRE to `own`. Ids are one table for the whole machine, all network namespaces
    /// together. @param own an address of ours, host order. Errors: Errc::refused with sys EBUSY when
    /// somebody has the id.
    virtual Result<Fd> bind_call(std::uint32_t own, std::uint16_t call_id) = 0;
    /// Frames pass from now on. The kernel does not look for a route here: whoever cannot be reached is found
    /// out by nothing but silence. Errors: Errc::refused with sys EALREADY when this far end's Call ID is in
    /// use already, which two clients behind one address may both have chosen.
    virtual Result<> connect_call(const Fd& call, std::uint32_t peer, std::uint16_t peer_call_id) = 0;
    /// For a call that was not given away, in place of closing it: the kernel waits for a grace period in it,
    /// whether the socket was bound or not. Its ids are free a moment later. An empty `call` is nothing.
    virtual void close(Fd call) = 0;

    struct Call {
        Fd file;
        std::uint16_t id = 0;
    };
    /// A call with an id that nobody has; drawn, so that one of an earlier life is not hit.
    Result<Call> bind_any(Rng& rng, std::uint32_t own);
};

class KernelPptp final : public PptpSockets {
public:
    /// @param handoff outlives this; its workers close the sockets.
    explicit KernelPptp(WorkerPool& handoff) : handoff_(handoff) {}
    Result<Fd> bind_call(std::uint32_t own, std::uint16_t call_id) override;
    Result<> connect_call(const Fd& call, std::uint32_t peer, std::uint16_t peer_call_id) override;
    void close(Fd call) override;

private:
    WorkerPool& handoff_;
};

}  // namespace ppp::link
