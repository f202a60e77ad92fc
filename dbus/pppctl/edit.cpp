// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/edit.hpp"
#include <array>
#include <utility>
#include "base/quoted.hpp"

namespace ppp::ctl::edits {
namespace {

/// Two names of one value: to give the one and unset the other would be to give it twice.
constexpr auto kSame = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"disabled", "enabled"}, {"allow", "authentication"}});

bool gives(const Edit& edit, std::string_view property) {
    if (edit.properties.contains(property)) return true;
    for (const auto& [one, other] : kSame)
        if ((property == one && edit.properties.contains(other)) ||
            (property == other && edit.properties.contains(one)))
            return true;
    return false;
}

}  // namespace

Result<Edit> settle(Objects& objects, Edit edit, bool replace) {
    if (edit.verb != Edit::Verb::add) return edit;
    PPP_TRY(const bool there, objects.exists(edit.kind, edit.name));
    if (!there) return edit;
    if (replace) return whole(objects, std::move(edit));
    return fail(Errc::config, "there is " +
                                  std::string(edit.kind.find_first_of("aeiou") == 0 ? "an " : "a ") +
                                  edit.kind + ' ' + quoted(edit.name) +
                                  " already; use set, or import with --replace, which gives it the values of "
                                  "the file");
}

Result<Edit> whole(Objects& objects, Edit edit) {
    const auto values = objects.values(edit.kind, edit.name);
    // The only object of a kind can be set before it is there.
    if (!values && values.error().code != Errc::not_found) return fail(values.error());
    edit.verb = Edit::Verb::set;
    for (const auto& value : values.value_or(Properties{}))
        if (!gives(edit, value.first)) edit.properties.emplace(value.first, "");
    return edit;
}

}  // namespace ppp::ctl::edits
