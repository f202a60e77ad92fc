// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Any text for any property: refused without a change, or printed so that it is read as the same.
#include <cstdint>
#include <string_view>
#include "config/property.hpp"
#include "config/values.hpp"
#include "oracle.hpp"

using namespace ppp::config;
using ppp::test::require;

namespace {

void property(const Kind& kind, const Property& p, std::string_view text) {
    Config config;
    void* object = kind.add(config, "x");
    const Config before = config;
    if (!p.parse(object, text)) {
        require(config == before);
        if (p.explain) (void)p.explain(text);
        return;
    }
    const auto printed = p.print(object);
    require(p.parse(object, printed));
    require(p.print(object) == printed);
    Config other;
    require(p.parse(kind.add(other, "x"), printed));
    require(other == config);
}

}  // namespace

/// All properties of all kinds see the input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto& kind : kinds())
        for (const auto& p : kind.properties) property(kind, p, text);

    if (const auto d = parse_duration(text)) require(parse_duration(print_duration(*d)) == d);
    const auto source = parse_address_source(text);
    require((source.kind == AddressSource::Kind::unset) == text.empty());
    require(source.range.first <= source.range.last);
    if (const auto rate = parse_rate_limit(text)) require(!rate->priority || *rate->priority <= 8);
    if (valid_interface_name(text)) require(!text.empty() && text.size() <= 15);
    require(printable(quoted(text)) && quoted(text).size() <= 4 * 48 + 8);
    return 0;
}
