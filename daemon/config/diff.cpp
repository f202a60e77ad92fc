// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/diff.hpp"
#include <algorithm>
#include <iterator>
#include "config/property.hpp"

namespace ppp::config {
namespace {

std::vector<std::string_view> changed_properties(const Kind& kind, const void* before, const void* after) {
    std::vector<std::string_view> out;
    for (const auto& property : kind.properties) {
        if (is_alias(property)) continue;
        // A password in another form is the same one; its form is a property of its own.
        const bool same = property.secret
                              ? kept_password(property, before)->same_as(*kept_password(property, after))
                              : property.print(before) == property.print(after);
        if (!same) out.push_back(property.name);
    }
    return out;
}

KindDiff diff_kind(const Config& before, const Config& after, const Kind& kind) {
    KindDiff out{.kind = kind.name, .added = {}, .removed = {}, .changed = {}};
    const auto old_names = kind.names(before);
    const auto new_names = kind.names(after);
    std::set_difference(new_names.begin(), new_names.end(), old_names.begin(), old_names.end(),
                        std::back_inserter(out.added));
    std::set_difference(old_names.begin(), old_names.end(), new_names.begin(), new_names.end(),
                        std::back_inserter(out.removed));
    std::vector<std::string> both;
    std::set_intersection(old_names.begin(), old_names.end(), new_names.begin(), new_names.end(),
                          std::back_inserter(both));
    for (auto& name : both) {
        auto properties =
            changed_properties(kind, kind.find_const(before, name), kind.find_const(after, name));
        if (!properties.empty()) out.changed.push_back({std::move(name), std::move(properties)});
    }
    return out;
}

}  // namespace

KindDiff diff(const Config& before, const Config& after, std::string_view kind) {
    const Kind* known = find_kind(kind);
    return known ? diff_kind(before, after, *known) : KindDiff{};
}

std::vector<KindDiff> diff(const Config& before, const Config& after) {
    std::vector<KindDiff> out;
    for (const auto& kind : kinds()) {
        auto part = diff_kind(before, after, kind);
        if (!part.empty()) out.push_back(std::move(part));
    }
    return out;
}

}  // namespace ppp::config
