// SPDX-License-Identifier: GPL-2.0-or-later
/// @file SessionRecord: what must be known of a running session to carry it on in another process, and its
/// octets in the state journal.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include "base/result.hpp"
#include "link/transport.hpp"
#include "ppp/ccp.hpp"
#include "ppp/ipcp.hpp"
#include "ppp/ipv6cp.hpp"
#include "ppp/lcp.hpp"
#include "session/packet_coding.hpp"
#include "session/settings.hpp"

namespace ppp::session {

/// A control protocol in Opened.
template <class Agreed>
struct OpenedProtocol {
    Agreed agreed{};
    std::uint8_t last_id = 0;  ///< of our own packets
};

/// CCP in Opened, with all that a new negotiation takes.
struct OpenedCcp {
    CcpResult agreed{};
    std::uint8_t last_id = 0;
    CcpConfig config{};  ///< Tunables aside
    MppeKeys keys{};     ///< in the clear: the journal is read by nobody but us
};

/// Of a session in the phase "running". Times are of the monotonic clock, which goes on over a restart of the
/// service and begins anew with the machine, as the journal's place, /run, does.
struct SessionRecord {
    std::uint64_t id = 0;
    Role role = Role::client;
    std::string object;  ///< the client's or server's name
    link::KeptLink link;
    std::string user;
    OpenedProtocol<LcpResult> lcp;
    std::optional<OpenedProtocol<IpcpResult>> ipcp;      ///< unset: not open
    std::optional<OpenedProtocol<Ipv6cpResult>> ipv6cp;  ///< unset: not open
    std::optional<OpenedCcp> ccp;                        ///< unset: not open
    NetworkSettings network;
    std::string unit;    ///< the interface; network.interface is "" where the kernel chose the name
    unsigned index = 0;  ///< ifindex of the unit
    TimePoint unit_made{};
    TimePoint begun{}, connected{};
    std::uint32_t malformed = 0;
    // What the owner of the session adds.
    bool local_lease = false;       ///< our address was taken from a pool
    std::uint32_t fingerprint = 0;  ///< of the values that a client's session was made with
};

/// One octet of format, then fields of a tag (one octet), a length (two) and a value. A reader skips tags
/// that it does not know, and takes the default for one that is missing: a format number changes only when
/// an old reader would do harm.
[[nodiscard]] wire::Bytes encode(const SessionRecord& record);
/// @return Errc::config with a sentence: of a format that is not known, cut off, or without a field that
/// there is no default for.
[[nodiscard]] Result<SessionRecord> decode_record(wire::ByteView octets);

}  // namespace ppp::session
