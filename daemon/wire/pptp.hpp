// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PPTP control messages (RFC 2637 section 2): octets <-> values. Values are in host byte order.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include "wire/bytes.hpp"

namespace ppp::wire::pptp {

inline constexpr std::uint16_t kPort = 1723;
inline constexpr std::uint32_t kMagicCookie = 0x1a2b3c4d;
inline constexpr std::uint16_t kVersion = 0x0100;
inline constexpr std::size_t kHeader = 12;       ///< length, message type, cookie, control type, reserved
inline constexpr std::size_t kMaxMessage = 220;  ///< Incoming-Call-Request
inline constexpr std::size_t kName = 64;         ///< octets of each text field

/// Control Message Type.
enum class Type : std::uint16_t {
    start_request = 1,
    start_reply = 2,
    stop_request = 3,
    stop_reply = 4,
    echo_request = 5,
    echo_reply = 6,
    outgoing_call_request = 7,
    outgoing_call_reply = 8,
    incoming_call_request = 9,
    incoming_call_reply = 10,
    incoming_call_connected = 11,
    call_clear_request = 12,
    call_disconnect_notify = 13,
    wan_error_notify = 14,
    set_link_info = 15,
};
/// "Start-Control-Connection-Request"
[[nodiscard]] std::string_view type_name(Type type);

inline constexpr std::uint32_t kBothFramings = 3, kBothBearers = 3;  ///< capabilities and wishes alike

struct StartRequest {
    std::uint16_t version = kVersion;
    std::uint32_t framing = kBothFramings, bearer = kBothBearers;
    std::uint16_t max_channels = 0, firmware = 0;
    std::string host{}, vendor{};
    friend bool operator==(const StartRequest&, const StartRequest&) = default;
};
struct StartReply {
    std::uint16_t version = kVersion;
    std::uint8_t result = 0, error = 0;
    std::uint32_t framing = kBothFramings, bearer = kBothBearers;
    std::uint16_t max_channels = 0, firmware = 0;
    std::string host{}, vendor{};
    friend bool operator==(const StartReply&, const StartReply&) = default;
};
struct StopRequest {
    std::uint8_t reason = 0;
    friend bool operator==(const StopRequest&, const StopRequest&) = default;
};
struct StopReply {
    std::uint8_t result = 0, error = 0;
    friend bool operator==(const StopReply&, const StopReply&) = default;
};
struct EchoRequest {
    std::uint32_t id = 0;
    friend bool operator==(const EchoRequest&, const EchoRequest&) = default;
};
struct EchoReply {
    std::uint32_t id = 0;
    std::uint8_t result = 0, error = 0;
    friend bool operator==(const EchoReply&, const EchoReply&) = default;
};
struct OutgoingCallRequest {
    std::uint16_t call_id = 0, serial = 0;
    std::uint32_t min_bps = 0, max_bps = 0, bearer = kBothBearers, framing = kBothFramings;
    std::uint16_t window = 0, delay = 0;
    std::string phone{}, subaddress{};
    friend bool operator==(const OutgoingCallRequest&, const OutgoingCallRequest&) = default;
};
struct OutgoingCallReply {
    std::uint16_t call_id = 0, peer_call_id = 0;
    std::uint8_t result = 0, error = 0;
    std::uint16_t cause = 0;
    std::uint32_t speed = 0;
    std::uint16_t window = 0, delay = 0;
    std::uint32_t channel = 0;
    friend bool operator==(const OutgoingCallReply&, const OutgoingCallReply&) = default;
};
struct IncomingCallRequest {
    std::uint16_t call_id = 0, serial = 0;
    std::uint32_t bearer = 0, channel = 0;
    std::string dialed{}, dialing{}, subaddress{};
    friend bool operator==(const IncomingCallRequest&, const IncomingCallRequest&) = default;
};
struct IncomingCallReply {
    std::uint16_t call_id = 0, peer_call_id = 0;
    std::uint8_t result = 0, error = 0;
    std::uint16_t window = 0, delay = 0;
    friend bool operator==(const IncomingCallReply&, const IncomingCallReply&) = default;
};
struct IncomingCallConnected {
    std::uint16_t peer_call_id = 0;
    std::uint32_t speed = 0;
    std::uint16_t window = 0, delay = 0;
    std::uint32_t framing = 0;
    friend bool operator==(const IncomingCallConnected&, const IncomingCallConnected&) = default;
};
struct CallClearRequest {
    std::uint16_t call_id = 0;
    friend bool operator==(const CallClearRequest&, const CallClearRequest&) = default;
};
struct CallDisconnectNotify {
    std::uint16_t call_id = 0;
    std::uint8_t result = 0, error = 0;
    std::uint16_t cause = 0;
    std::string statistics{};
    friend bool operator==(const CallDisconnectNotify&, const CallDisconnectNotify&) = default;
};
struct WanErrorNotify {
    std::uint16_t peer_call_id = 0;
    std::uint32_t crc = 0, framing = 0, hardware_overruns = 0, buffer_overruns = 0, timeouts = 0,
                  alignment = 0;
    friend bool operator==(const WanErrorNotify&, const WanErrorNotify&) = default;
};
struct SetLinkInfo {
    std::uint16_t peer_call_id = 0;
    std::uint32_t send_accm = 0xffffffff, receive_accm = 0xffffffff;
    friend bool operator==(const SetLinkInfo&, const SetLinkInfo&) = default;
};

using Message =
    std::variant<StartRequest, StartReply, StopRequest, StopReply, EchoRequest, EchoReply,
                 OutgoingCallRequest, OutgoingCallReply, IncomingCallRequest, IncomingCallReply,
                 IncomingCallConnected, CallClearRequest, CallDisconnectNotify, WanErrorNotify, SetLinkInfo>;
[[nodiscard]] Type type_of(const Message& message);

/// What a stream of octets begins with.
struct Beginning {
    std::size_t length = 0;  ///< of the whole message; 0: more octets are needed to know
    std::string_view wrong;  ///< not empty: no message can begin like this
};
/// Says so from the first octet that cannot be: of a message as long as its type has to be, nothing else is
/// taken. Reserved fields may have any value.
[[nodiscard]] Beginning begin(ByteView stream);
/// Reads one whole message, as long as begin() says. @return nullopt for anything else.
[[nodiscard]] std::optional<Message> decode(ByteView octets);
/// Texts are cut to what fits their fields.
[[nodiscard]] Bytes encode(const Message& message);

/// Why the far end refused: "Busy", "General Error (No-Resource)".
[[nodiscard]] std::string outgoing_result(std::uint8_t result, std::uint8_t error);
[[nodiscard]] std::string start_result(std::uint8_t result, std::uint8_t error);
/// Why a call is over, by a Call-Disconnect-Notify.
[[nodiscard]] std::string disconnect_result(std::uint8_t result, std::uint8_t error);

/// "[PPTP Outgoing-Call-Reply id=7 peer-id=9 result=1]"
[[nodiscard]] std::string describe(const Message& message);
/// The same for a message or the first octets of one. @param length of the whole, in octets.
[[nodiscard]] std::string describe_cut(ByteView octets, std::size_t length);

}  // namespace ppp::wire::pptp
