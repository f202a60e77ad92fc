// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Any octets as a netlink datagram: every view stays inside it, and what is understood survives a
/// round trip.
#include <linux/rtnetlink.h>
#include <algorithm>
#include <vector>
#include "netlink/codec.hpp"
#include "netlink/message.hpp"
#include "oracle.hpp"

using namespace ppp::net;
using ppp::test::require;

namespace {

bool inside(Octets part, Octets whole) {
    return part.empty() ||
           (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// Walks attributes to some depth and rebuilds them. What is built must read the same.
void walk(Attributes attributes, Octets whole, int depth) {
    Batch batch;
    auto built = batch.begin(1, 0);
    std::vector<Attribute> seen;
    std::size_t octets = 0;
    while (const auto a = attributes.next()) {
        require(inside(a->value, whole));
        require(a->text().size() <= a->value.size());
        octets += sizeof(nlattr) + a->value.size();
        if (depth > 0) walk(a->nested(), whole, depth - 1);
        built.put(a->type, a->value.data(), a->value.size());
        seen.push_back(*a);
    }
    require(octets <= whole.size());
    Datagram datagram(batch.octets(0, 1));
    const auto message = datagram.next();
    require(message.has_value() && !datagram.next());
    auto again = message->attributes(0);
    for (const auto& a : seen) {
        const auto b = again.next();
        require(b && b->type == a.type && std::ranges::equal(b->value, a.value));
    }
    require(!again.next());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of exact size, so that the sanitizer sees the first octet too far.
    const std::vector<std::byte> copy(std::as_bytes(std::span(data, size)).begin(),
                                      std::as_bytes(std::span(data, size)).end());
    const Octets whole(copy);
    Datagram datagram(whole);
    std::size_t octets = 0;
    while (const auto message = datagram.next()) {
        require(inside(message->payload, whole));
        octets += sizeof(nlmsghdr) + message->payload.size();
        if (const auto ack = parse_ack(*message)) {
            require(ack->error >= 0 && ack->error <= 4095);
            require(inside(std::as_bytes(std::span(ack->text)), whole));
        }
        if (const auto link = parse_link(*message)) require(link->ifindex != 0 && !link->name.empty());
        for (const std::size_t head : {sizeof(ifinfomsg), sizeof(rtmsg)})
            walk(message->attributes(head), message->payload, 3);
    }
    require(octets <= size);
    return 0;
}
