// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PPPoE discovery packets in their Ethernet frames (RFC 2516 sections 4 and 5, RFC 4638): octets <->
/// values.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include "wire/text.hpp"
#include "wire/tlv.hpp"

namespace ppp::wire::pppoe {

using Mac = std::array<std::uint8_t, 6>;

inline constexpr std::uint16_t kDiscoveryEtherType = 0x8863, kSessionEtherType = 0x8864;
inline constexpr std::size_t kEtherHeader = 14;  ///< destination, source, type
inline constexpr std::size_t kPppoeHeader = 6;   ///< ver/type, code, session id, length
inline constexpr std::size_t kMaxTags = 64;      ///< a packet with more is malformed to us
/// The longest packet, PPPoE header included, that we send: leaves room for a relay's tag (RFC 2516
/// section 5.1).
inline constexpr std::size_t kMaxPacket = 1484;
inline constexpr Mac kBroadcast{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

enum class Code : std::uint8_t { pado = 0x07, padi = 0x09, padr = 0x19, pads = 0x65, padt = 0xa7 };
/// "PADI"
[[nodiscard]] std::string_view code_name(Code);

/// TAG_TYPE values (RFC 2516 appendix A, RFC 4638 section 3).
enum class Tag : std::uint16_t {
    end_of_list = 0x0000,
    service_name = 0x0101,
    ac_name = 0x0102,
    host_uniq = 0x0103,
    ac_cookie = 0x0104,
    vendor_specific = 0x0105,
    relay_session_id = 0x0110,
    ppp_max_payload = 0x0120,
    service_name_error = 0x0201,
    ac_system_error = 0x0202,
    generic_error = 0x0203,
};

/// One discovery packet. `tags` borrows from the frame given to decode() (or from whoever built the value).
struct Discovery {
    Mac destination{}, source{};
    Code code = Code::padi;
    std::uint16_t session_id = 0;  ///< host order
    ByteView tags;                 ///< well-formed list, without End-Of-List

    /// The value of the first tag of this type; an empty view is a tag without data, nullopt is no tag.
    [[nodiscard]] std::optional<ByteView> find(Tag type) const;
    /// How many tags of this type there are.
    [[nodiscard]] std::size_t count(Tag type) const;
    /// Whether one of the tags of this type has exactly this value.
    [[nodiscard]] bool has(Tag type, ByteView value) const;
    /// The PPP-Max-Payload; nullopt when there is none or it is not two octets long.
    [[nodiscard]] std::optional<std::uint16_t> max_payload() const;

    struct Failure {
        Tag tag;        ///< Service-Name-Error, AC-System-Error or Generic-Error
        ByteView text;  ///< UTF-8 as the peer sent it: escape() before showing it
    };
    /// The first error tag.
    [[nodiscard]] std::optional<Failure> failure() const;
};

/// Reads a whole Ethernet frame. Padding behind the packet is ignored, and so is what follows End-Of-List.
/// Malformed are: a foreign EtherType, version, type or code; a length longer than the frame; a broken or too
/// long tag list; two tags of a type that may occur once; a source address that is not one station's;
/// a session id in PADI, PADO or PADR, or none in PADT.
/// @param why receives a literal that says what was wrong; may be null.
[[nodiscard]] std::optional<Discovery> decode(ByteView frame, std::string_view* why = nullptr);

/// Writes the frame of one discovery packet: Builder b{header}; b.tag(...).tag(...); port.send(b.frame()).
class Builder {
public:
    Builder(const Mac& destination, const Mac& source, Code code, std::uint16_t session_id = 0);
    /// A tag that would make the packet longer than kMaxPacket is left out and full() becomes true.
    Builder& tag(Tag type, ByteView value);
    Builder& tag(Tag type, std::string_view value);
    Builder& max_payload(std::uint16_t octets);
    /// Repeats the tag of this type if `from` has it (Host-Uniq, Relay-Session-Id).
    Builder& echo(Tag type, const Discovery& from);
    /// A ready list of tags, as Discovery::tags has it.
    Builder& raw(ByteView tags);
    [[nodiscard]] bool full() const { return full_; }
    /// The finished frame, without padding (the driver pads). Valid until the next tag.
    [[nodiscard]] ByteView frame();
    [[nodiscard]] Bytes take() &&;

private:
    Writer out_{128};
    Writer::Mark length_;
    bool full_ = false;
};

[[nodiscard]] Bytes encode(const Discovery&);

/// A session frame (EtherType 0x8864): who sent it, which session, and the PPP frame (protocol field first).
struct SessionFrame {
    Mac destination{}, source{};
    std::uint16_t session_id = 0;
    ByteView frame;
};
[[nodiscard]] std::optional<SessionFrame> decode_session(ByteView frame);

/// "[PADI PPPoE v1t1 code=0x09 sid=0x0 <Service-Name \"\"> <Host-Uniq 0x0a0b>]"
[[nodiscard]] std::string describe(const Discovery&);
/// The same for a whole Ethernet frame or the first octets of a longer one, and to or from whom it went.
/// @param length of the whole frame, in octets. @param sent by us, else received.
[[nodiscard]] std::string describe_cut(ByteView frame, std::size_t length, bool sent);
/// The same for a frame that decode() refused: its first octets in hexadecimal and why.
[[nodiscard]] std::string describe_malformed(ByteView frame, std::string_view why);

}  // namespace ppp::wire::pppoe
