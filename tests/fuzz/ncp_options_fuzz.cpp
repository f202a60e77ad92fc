// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Option lists of IPCP, IPV6CP and CCP. Oracle: what decodes encodes back, octet for octet.
#include "wire/ccp_options.hpp"
#include "wire/ncp_options.hpp"

using namespace ppp::wire;

namespace {
template <class Decode, class Encode>
void check(ByteView list, Decode decode, Encode encode) {
    for (TlvCursor<kPppOption> c{list}; c.next();) {
        const auto option = decode(c.tlv());
        if (!option) continue;
        Writer w;
        encode(w, *option);
        if (!std::ranges::equal(w.view(), c.tlv().raw)) __builtin_trap();
    }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check({data, size}, ipcp::decode, ipcp::encode);
    check({data, size}, ipv6cp::decode, ipv6cp::encode);
    check({data, size}, ccp::decode, ccp::encode);
    return 0;
}
