// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Ranges that are accepted are disjoint, usable, and the same after they were written and read again;
/// a pool of them hands out each address once.
#include <set>
#include "aaa/address_pool.hpp"
#include "oracle.hpp"

using namespace ppp;
using namespace ppp::aaa;
using test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto address = parse_ipv4(text)) require(format_ipv4(*address) == text);

    const auto ranges = parse_ranges(text);
    if (!ranges) {
        require(!ranges.error().what.empty() && ranges.error().what.find('\n') == std::string::npos);
        return 0;
    }
    require(!ranges->empty());
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < ranges->size(); ++i) {
        const auto& r = (*ranges)[i];
        require(r.first <= r.last && !r.contains(0) && !r.contains(0x7f000001) && !r.contains(0xffffffff));
        for (std::size_t j = 0; j < i; ++j)
            require(r.last < (*ranges)[j].first || (*ranges)[j].last < r.first);
        sum += r.size();
    }
    const auto again = parse_ranges(format_ranges(*ranges));
    require(again && *again == *ranges);

    AddressPool pool("fuzz", *ranges);
    require(pool.capacity() == sum);
    std::set<std::uint32_t> seen;
    std::vector<AddressPool::Lease> leases;
    const auto some = std::min<std::uint64_t>(sum, 300);
    for (std::uint64_t i = 0; i < some; ++i) {
        auto lease = pool.take("");
        require(lease && pool.contains(lease->address()) && seen.insert(lease->address()).second);
        leases.push_back(*std::move(lease));
    }
    require(pool.take("").has_value() == (some < sum));
    return 0;
}
