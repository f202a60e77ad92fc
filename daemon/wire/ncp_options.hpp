// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Options of IPCP (RFC 1332, RFC 1877) and IPV6CP (RFC 5072): octets <-> values.
///
/// IPv4 addresses are integers in host byte order: 10.0.0.1 is 0x0a000001.
#pragma once
#include <array>
#include <optional>
#include <variant>
#include "wire/tlv.hpp"

namespace ppp::wire::ipcp {

/// Type 1, obsolete: both addresses at once; known only to be rejected.
struct Addresses {
    std::uint32_t source, destination;
    friend bool operator==(const Addresses&, const Addresses&) = default;
};
/// Type 2: Van Jacobson header compression and its successors; known only to be rejected.
struct Compression {
    std::uint16_t protocol;
    Bytes parameters;
    friend bool operator==(const Compression&, const Compression&) = default;
};
/// Type 3: the sender's address; 0 asks the peer for one.
struct Address {
    std::uint32_t address;
    friend bool operator==(const Address&, const Address&) = default;
};
/// Types 129 to 132 (RFC 1877): a name server the *sender* would like to use; 0 asks for one.
struct NameServer {
    enum Kind : std::uint8_t { dns1 = 129, nbns1 = 130, dns2 = 131, nbns2 = 132 } kind;
    std::uint32_t address;
    friend bool operator==(const NameServer&, const NameServer&) = default;
};

using Option = std::variant<Addresses, Compression, Address, NameServer>;

/// @return nullopt for an unknown type or an impossible length; the peer then gets a Configure-Reject.
[[nodiscard]] std::optional<Option> decode(const Tlv& tlv);
/// encode(decode(x)) == x, octet for octet.
void encode(Writer& out, const Option& option);

}  // namespace ppp::wire::ipcp

namespace ppp::wire::ipv6cp {

/// Type 1: the low 64 bits of the sender's link-local address, as an integer; 0 asks the peer for one.
struct InterfaceIdentifier {
    std::uint64_t value;
    friend bool operator==(const InterfaceIdentifier&, const InterfaceIdentifier&) = default;
};
/// Type 2; known only to be rejected.
struct Compression {
    std::uint16_t protocol;
    Bytes parameters;
    friend bool operator==(const Compression&, const Compression&) = default;
};

using Option = std::variant<InterfaceIdentifier, Compression>;

/// @return nullopt for an unknown type or an impossible length; the peer then gets a Configure-Reject.
[[nodiscard]] std::optional<Option> decode(const Tlv& tlv);
/// encode(decode(x)) == x, octet for octet.
void encode(Writer& out, const Option& option);

}  // namespace ppp::wire::ipv6cp
