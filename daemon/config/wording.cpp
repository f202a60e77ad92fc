// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/wording.hpp"
#include <algorithm>
#include "config/values.hpp"

namespace ppp::config {

std::string enumeration(const std::vector<std::string_view>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i != 0) out += i + 1 == words.size() ? " and " : ", ";
        out += words[i];
    }
    return out;
}

std::vector<std::string_view> kind_names(bool secrets) {
    std::vector<std::string_view> out;
    for (const auto& kind : kinds())
        if (!secrets || std::any_of(kind.properties.begin(), kind.properties.end(),
                                    [](const Property& p) { return p.secret; }))
            out.push_back(kind.name);
    return out;
}

std::string not_a_kind(std::string_view meant) {
    return "is no kind of object; " + (meant.empty() ? "there are " + enumeration(kind_names(false))
                                                     : "did you mean " + quoted(meant) + "?");
}

std::string not_a_property(const Kind& kind, std::string_view meant) {
    const std::string_view article =
        std::string_view("aeiou").find(kind.name.front()) == std::string_view::npos ? "a " : "an ";
    return "is no property of " + std::string(article) + std::string(kind.name) +
           (meant.empty() ? "" : "; did you mean " + quoted(meant) + "?");
}

std::string not_a_name(const Kind& kind, std::string_view name) {
    if (!kind.only_name.empty() && name != kind.only_name)
        return quoted(name) + " cannot be the name: there is one " + std::string(kind.name) +
               ", and it is named " + quoted(kind.only_name);
    if (kind.names_interfaces && !valid_interface_name(name))
        return quoted(name) +
               " cannot be the name of an interface: at most 15 octets, no blanks, none of / : %";
    if (name.empty() || name.size() > 255 || !printable(name))
        return quoted(name) + " cannot be a name: 1 to 255 octets without control characters";
    return "";
}

std::string not_a_value(const Property& property, std::string_view shown, std::string_view text) {
    if (property.secret) return "is not " + property.expected();
    std::string why = property.explain ? property.explain(text) : "";
    if (why.size() > 200 || !printable(why)) why.clear();
    return std::string(shown) + " is not " + property.expected() + (why.empty() ? "" : ": " + why);
}

}  // namespace ppp::config
