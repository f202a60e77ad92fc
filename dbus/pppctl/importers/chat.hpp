// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What a chat(8) script dials.
#pragma once
#include <string>
#include <string_view>

namespace ppp::ctl::importers {

struct Dialled {
    std::string dial_command, phone;  ///< "ATDT" and "*99#"; "" when nothing is dialled
    std::string apn;                  ///< of AT+CGDCONT; "" when there is none
};
[[nodiscard]] Dialled read_chat(std::string_view script);

}  // namespace ppp::ctl::importers
