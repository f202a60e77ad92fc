// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What holds for every importer: its notes are fit to be shown, and its edits make a configuration
/// without problems or are refused in plain sentences.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include "config/check.hpp"
#include "dbus/pppctl/importers/imported.hpp"
#include "fuzz/oracle.hpp"
#include "support/config_backend.hpp"

namespace ppp::test {

/// One file that can be read besides: includes of itself, a user and a secret.
inline std::optional<std::string> read_common(const std::string& path) {
    if (!path.ends_with("common")) return {};
    return "user bob\ncall common\n$include common\nann * geheim\n";
}

inline void require_plain_lines(std::string_view text) {
    require(!text.empty());
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        require(is_plain(text.substr(begin, end - begin)));
        begin = end + 1;
    }
}

inline void judge(const ctl::importers::Imported& imported) {
    for (const auto& note : imported.notes) {
        require(is_plain(note.text));
        require(!note.message.empty());
        require(is_plain(note.message));
    }
    if (imported.failed()) return;
    auto before = config::default_config();
    before.profile["homes"];
    before.secret["ann"].password = Secret("first");
    ConfigBackend backend(std::move(before));
    for (const auto& edit : imported.edits) {
        auto settled = settle(backend, edit, true);
        require(settled.has_value());
        require(backend.edit(*settled).has_value());
    }
    const auto config = backend.applied();
    if (!config) return require_plain_lines(config.error().what);
    config::Problems problems;
    config::check(*config, problems);
    require(problems.empty());
}

}  // namespace ppp::test
