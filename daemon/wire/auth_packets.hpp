// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PAP (RFC 1334) and CHAP (RFC 1994) packets, and what MS-CHAP puts into them (RFC 2433, RFC 2759).
///
/// Decoded packets borrow from the octets they were read from. A packet starts at its code field; octets
/// behind its Length are padding and ignored. nullopt means malformed: discard silently.
#pragma once
#include <optional>
#include <string>
#include <variant>
#include "wire/bytes.hpp"

namespace ppp::wire {

inline constexpr std::uint16_t kPapProtocol = 0xc023;
inline constexpr std::uint16_t kChapProtocol = 0xc223;

/// Authenticate-Request (RFC 1334 section 2.2.1). Both texts are at most 255 octets.
struct PapRequest {
    std::uint8_t id;
    std::string_view peer_id, password;
};
/// Authenticate-Ack or -Nak (RFC 1334 section 2.2.2). A reply that lacks even the Msg-Length is read as one
/// with an empty message, because such peers exist.
struct PapReply {
    std::uint8_t id;
    bool ack;
    std::string_view message;
};
using PapPacket = std::variant<PapRequest, PapReply>;

/// Challenge or Response (RFC 1994 section 4.1). The value has 1 to 255 octets.
struct ChapValue {
    std::uint8_t id;
    bool is_response;
    ByteView value;
    std::string_view name;
};
/// Success or Failure (RFC 1994 section 4.2).
struct ChapReply {
    std::uint8_t id;
    bool success;
    std::string_view message;
};
using ChapPacket = std::variant<ChapValue, ChapReply>;

[[nodiscard]] std::optional<PapPacket> decode_pap(ByteView packet);
[[nodiscard]] std::optional<ChapPacket> decode_chap(ByteView packet);
std::optional<PapPacket> decode_pap(Bytes&&) = delete;  // would borrow from a temporary
std::optional<ChapPacket> decode_chap(Bytes&&) = delete;
/// A text beyond 255 octets is cut.
[[nodiscard]] Bytes encode(const PapRequest& packet);
[[nodiscard]] Bytes encode(const PapReply& packet);
/// The value must have 1 to 255 octets; a name or message that would pass 65535 octets is cut.
[[nodiscard]] Bytes encode(const ChapValue& packet);
[[nodiscard]] Bytes encode(const ChapReply& packet);

inline constexpr std::size_t kMsChapResponseSize = 49;

/// The Value of an MS-CHAPv1 Response (RFC 2433 section 6).
struct MsChap1Value {
    std::array<std::uint8_t, 24> lm_response;
    std::array<std::uint8_t, 24> nt_response;
    std::uint8_t use_nt;  ///< 1 when nt_response counts
};
/// The Value of an MS-CHAPv2 Response (RFC 2759 section 4).
struct MsChap2Value {
    std::array<std::uint8_t, 16> peer_challenge;
    std::array<std::uint8_t, 8> reserved;
    std::array<std::uint8_t, 24> nt_response;
    std::uint8_t flags;
};
[[nodiscard]] std::optional<MsChap1Value> decode_mschap1(ByteView value);
[[nodiscard]] std::optional<MsChap2Value> decode_mschap2(ByteView value);
[[nodiscard]] std::array<std::uint8_t, kMsChapResponseSize> encode(const MsChap1Value& value);
[[nodiscard]] std::array<std::uint8_t, kMsChapResponseSize> encode(const MsChap2Value& value);

/// The message of an MS-CHAP Failure: "E=691 R=0 C=... V=3 M=..." (RFC 2433 section 8, RFC 2759 section 6).
struct MsChapFailure {
    std::uint32_t error = 0;    ///< E: 691 is "wrong name or password"
    bool retry = false;         ///< R
    Bytes challenge{};          ///< C: empty when absent
    std::uint32_t version = 0;  ///< V: of the change-password packet; 0 when absent
    std::string message{};      ///< M: everything up to the end
};
[[nodiscard]] std::optional<MsChapFailure> parse_mschap_failure(std::string_view message);
[[nodiscard]] std::string format(const MsChapFailure& failure);
/// What an MS-CHAP error code means to a person (RFC 2759 section 6).
[[nodiscard]] std::string_view mschap_error_text(std::uint32_t error);

/// "S=" and 40 hexadecimal digits (RFC 2759 section 5).
[[nodiscard]] std::string format_mschap2_success(const std::array<std::uint8_t, 20>& response);
/// The 20 octets behind "S="; nullopt when they are missing or no hexadecimal digits.
[[nodiscard]] std::optional<std::array<std::uint8_t, 20>> parse_mschap2_success(std::string_view message);

}  // namespace ppp::wire
