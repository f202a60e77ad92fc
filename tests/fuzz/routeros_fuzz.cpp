// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Any text of RouterOS commands: each command has one report, which steers no terminal, and whatever
/// objects came of it are the same after export and import.
#include <cstdint>
#include <string_view>
#include "dbus/pppctl/routeros/export.hpp"
#include "dbus/pppctl/routeros/session.hpp"
#include "dbus/pppctl/routeros/spelling.hpp"
#include "oracle.hpp"
#include "support/ros_backend.hpp"

using namespace ppp::ctl::ros;
using ppp::test::MemoryBackend;
using ppp::test::require;

namespace {

void require_plain(std::string_view text) {
    for (const char c : text) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::size_t commands = 0;
    Position last{1, 0};
    Parser parser(text);
    while (const auto item = parser.next()) {
        ++commands;
        const auto* error = std::get_if<ParseError>(&*item);
        const auto at = error != nullptr ? error->at : std::get<Command>(*item).at;
        require(at.line > last.line || (at.line == last.line && at.column > last.column));
        last = at;
        if (error != nullptr) require_plain(error->text);
    }

    MemoryBackend first, second;
    const auto outcome = Interpreter(first, {.replace = true, .interfaces = {}}).run(text);
    require(outcome.reports.size() == commands);
    for (const auto& report : outcome.reports) {
        require(!report.message.empty());
        require_plain(report.message);
        require_plain(report.command);
    }

    std::vector<Exported> kinds;
    for (const auto& [kind, objects] : first.kinds) {
        kinds.push_back({kind, {}});
        for (const auto& [name, properties] : objects) kinds.back().objects.push_back({name, properties});
    }
    require(!Interpreter(second).run(export_text(kinds)).failed());
    for (const auto& [kind, objects] : first.kinds) require(objects == second.kinds[kind]);

    const std::vector<std::string> words{std::string("add"), std::string("name=") + std::string(text)};
    if (text.find('\0') == std::string_view::npos && size <= 200) static_cast<void>(command_line(words));
    return 0;
}
