// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Packets of the PPP control protocols (RFC 1661 section 5): code, identifier, length, data; and their
/// text.
#pragma once
#include <optional>
#include <string>
#include "wire/ppp_frame.hpp"

namespace ppp::wire {

/// Codes 1 to 7 belong to every control protocol, 8 to 13 to LCP (RFC 1661, RFC 1570), 14 and 15 to CCP.
enum class Code : std::uint8_t {
    configure_request = 1,
    configure_ack,
    configure_nak,
    configure_reject,
    terminate_request,
    terminate_ack,
    code_reject,
    protocol_reject,
    echo_request,
    echo_reply,
    discard_request,
    identification,
    time_remaining,
    reset_request,
    reset_ack,
};

/// Code, identifier and length: what every packet of a control or authentication protocol begins with.
constexpr std::size_t kControlHeader = 4;

struct ControlPacket {
    Code code;
    std::uint8_t id;
    ByteView data;    ///< `length - 4` octets, borrowed
    ByteView packet;  ///< header and data without padding, borrowed; what a Code-Reject returns
};

/// @return nullopt when the length field is below 4 or beyond what was received; octets after it are padding.
[[nodiscard]] std::optional<ControlPacket> decode_control(ByteView packet);

/// Appends protocol field, header and data: a whole frame for the channel.
void put_control(Writer& out, Protocol protocol, Code code, std::uint8_t id, ByteView data);

/// Whether describe() shows the values of Challenges and Responses: whoever reads them can try passwords.
enum class Proofs : std::uint8_t { shown, hidden };

/// One received or sent frame (protocol field first) in pppd's notation, e.g.
/// `[LCP ConfReq id=0x1 <mru 1492> <auth chap MS-v2> <magic 0x1234abcd>]`.
///
/// Never fails: what cannot be parsed reads `[LCP malformed 01 02 ...]`. The text holds printable ASCII only
/// and never a password: PAP's is `<hidden>`, and so is with Proofs::hidden whatever a password could be
/// tried against. Costs a few allocations, so ask for it only when the level is enabled.
[[nodiscard]] std::string describe(ByteView octets, Proofs proofs = Proofs::shown);
/// The same for the first octets of a longer frame: what is there of it, then how much is missing.
/// @param length of the whole frame, in octets.
[[nodiscard]] std::string describe_cut(ByteView octets, std::size_t length, Proofs proofs = Proofs::shown);

}  // namespace ppp::wire
