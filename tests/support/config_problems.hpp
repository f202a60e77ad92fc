// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <string>
#include <string_view>
#include "config/validate.hpp"

namespace ppp::test {

/// All problems of the two files, one a line; "" = none.
inline std::string problems_of(std::string_view config, std::string_view secrets = "{}") {
    config::Config out;
    return to_string(validate(config, secrets, out));
}

}  // namespace ppp::test
