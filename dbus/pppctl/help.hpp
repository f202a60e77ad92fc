// SPDX-License-Identifier: GPL-2.0-or-later
/// @file How --help looks: at most 80 columns, verbs by topic.
#pragma once
#include <CLI/App.hpp>
#include <CLI/Formatter.hpp>
#include <string>

namespace ppp::ctl {

/// Set it before verbs are added: they inherit it.
class HelpText final : public CLI::FormatterBase {
public:
    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
};

}  // namespace ppp::ctl
