// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Which properties of an object have changed, for its PropertiesChanged.
#pragma once
#include <span>
#include <vector>
#include "dbus/compat.hpp"

namespace ppp::dbus {

/// A property that is signalled when it changes, and how two states of the object are compared in it.
template <class Status>
struct Signalled {
    const char* property;
    bool (*differs)(const Status&, const Status&);
};

template <auto Member, class Status>
bool differs(const Status& a, const Status& b) {
    return a.*Member != b.*Member;
}

/// @return the names of those in which `a` and `b` differ, in the order of the list.
template <class Status>
std::vector<compat::PropertyName> changed(std::span<const Signalled<Status>> list, const Status& a,
                                          const Status& b) {
    std::vector<compat::PropertyName> names;
    for (const auto& one : list)
        if (one.differs(a, b)) names.emplace_back(one.property);
    return names;
}

}  // namespace ppp::dbus
