// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Option lists of LCP. Oracle: the walker covers the list without gaps; what decodes encodes back.
#include "wire/lcp_options.hpp"

using namespace ppp::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView list{data, size};
    std::size_t walked = 0;
    TlvCursor<kPppOption> c{list};
    while (c.next()) {
        const auto& tlv = c.tlv();
        if (tlv.raw.data() != data + walked || tlv.raw.size() != tlv.value.size() + 2) __builtin_trap();
        walked += tlv.raw.size();
        const auto option = lcp::decode(tlv);
        if (!option) continue;
        Writer w;
        lcp::encode(w, *option);
        if (!std::ranges::equal(w.view(), tlv.raw)) __builtin_trap();
        if (const auto* auth = std::get_if<lcp::AuthProtocol>(&*option))
            if (const auto method = lcp::to_method(*auth))
                if (lcp::to_option(*method) != *auth) __builtin_trap();
    }
    if (c.malformed() == (walked == size)) __builtin_trap();
    return 0;
}
