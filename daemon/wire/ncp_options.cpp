// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/ncp_options.hpp"

namespace ppp::wire {
namespace {

/// Types 2 of IPCP and IPV6CP have the same shape.
template <class Compression>
std::optional<Compression> decode_compression(Reader& r) {
    Compression c{r.u16(), {}};
    const auto parameters = r.take(r.rest().size());
    if (!r.ok()) return std::nullopt;
    c.parameters.assign(parameters.begin(), parameters.end());
    return c;
}

template <class Compression>
void encode_compression(Writer& out, const Compression& c) {
    put_tlv<kPppOption>(out, 2, [&](Writer& v) { v.u16(c.protocol).bytes(c.parameters); });
}

}  // namespace

namespace ipcp {
namespace {
struct Encoder {
    Writer& out;

    void operator()(const Addresses& o) const {
        put_tlv<kPppOption>(out, 1, [&](Writer& v) { v.u32(o.source).u32(o.destination); });
    }
    void operator()(const Compression& o) const { encode_compression(out, o); }
    void operator()(const Address& o) const {
        put_tlv<kPppOption>(out, 3, [&](Writer& v) { v.u32(o.address); });
    }
    void operator()(const NameServer& o) const {
        put_tlv<kPppOption>(out, o.kind, [&](Writer& v) { v.u32(o.address); });
    }
};
}  // namespace

std::optional<Option> decode(const Tlv& tlv) {
    Reader r{tlv.value};
    std::optional<Option> option;
    switch (tlv.type) {
        case 1: {
            const auto source = r.u32();
            option = Addresses{source, r.u32()};
            break;
        }
        case 2:
            option = decode_compression<Compression>(r);
            break;
        case 3:
            option = Address{r.u32()};
            break;
        case NameServer::dns1:
        case NameServer::nbns1:
        case NameServer::dns2:
        case NameServer::nbns2:
            option = NameServer{static_cast<NameServer::Kind>(tlv.type), r.u32()};
            break;
        default:
            return std::nullopt;
    }
    return r.finished() ? option : std::nullopt;
}

void encode(Writer& out, const Option& option) { std::visit(Encoder{out}, option); }

}  // namespace ipcp

namespace ipv6cp {
namespace {
struct Encoder {
    Writer& out;

    void operator()(const InterfaceIdentifier& o) const {
        put_tlv<kPppOption>(out, 1, [&](Writer& v) { v.u64(o.value); });
    }
    void operator()(const Compression& o) const { encode_compression(out, o); }
};
}  // namespace

std::optional<Option> decode(const Tlv& tlv) {
    Reader r{tlv.value};
    std::optional<Option> option;
    switch (tlv.type) {
        case 1:
            option = InterfaceIdentifier{r.u64()};
            break;
        case 2:
            option = decode_compression<Compression>(r);
            break;
        default:
            return std::nullopt;
    }
    return r.finished() ? option : std::nullopt;
}

void encode(Writer& out, const Option& option) { std::visit(Encoder{out}, option); }

}  // namespace ipv6cp
}  // namespace ppp::wire
