// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Any accel-ppp.conf: one note for every line that is neither empty nor a comment.
#include <cstdint>
#include <vector>
#include "dbus/pppctl/importers/accel_ppp.hpp"
#include "fuzz/import_oracle.hpp"

using namespace ppp::test;
using namespace ppp::ctl::importers;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::vector<std::size_t> wanted, noted;
    std::size_t number = 1;
    bool blank = true, comment = false;
    for (const char c : text) {
        if (c == '\n') {
            ++number;
            blank = true;
            comment = false;
        } else if (blank && !comment && std::string_view(" \t\r\v\f").find(c) == std::string_view::npos) {
            blank = false;
            comment = c == '#';
            if (!comment) wanted.push_back(number);
        }
    }
    const auto imported = import_accel_ppp({"accel-ppp.conf", text}, read_common);
    for (const auto& note : imported.notes)
        if (note.file == "accel-ppp.conf" && note.line != 0) noted.push_back(note.line);
    require(noted == wanted);
    judge(imported);
    return 0;
}
