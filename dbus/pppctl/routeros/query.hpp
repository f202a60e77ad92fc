// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Object and Matcher: which objects `where ...` and `[find ...]` mean.
#pragma once
#include <string>
#include <vector>
#include "base/result.hpp"
#include "dbus/pppctl/edit.hpp"
#include "dbus/pppctl/routeros/ast.hpp"

namespace ppp::ctl::ros {

using edits::Object;
using edits::Properties;

/// A condition made ready to be asked of many objects. Its patterns are POSIX extended regular expressions.
class Matcher {
public:
    static constexpr std::size_t kMaxPattern = 256;  ///< octets

    /// @return Errc::config when a pattern is none or could take long: intervals such as {2,3}, references
    /// such as \1 and more than eight + are refused.
    [[nodiscard]] static Result<Matcher> create(const Query& query);
    ~Matcher();
    Matcher(Matcher&&) noexcept;
    Matcher& operator=(Matcher&&) noexcept;

    /// "name" is the object's name unless there is a property of that name. Numbers are compared as numbers,
    /// all else octet by octet; a property that is not set is an empty text; yes is also true.
    [[nodiscard]] bool matches(const Object& object) const;

private:
    struct Step;
    Matcher();
    std::vector<Step> steps_;
};

}  // namespace ppp::ctl::ros
