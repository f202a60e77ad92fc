// SPDX-License-Identifier: GPL-2.0-or-later
/// @file LogCapture: keeps what was logged; a test that does not announce a warning fails on it.
#pragma once
#include <doctest/doctest.h>
#include <algorithm>
#include <string>
#include <utility>
#include <vector>
#include "base/log.hpp"

namespace ppp::test {

class LogCapture final : public LogSink {
public:
    LogCapture() = default;
    LogCapture(const LogCapture&) = delete;
    ~LogCapture() override {
        for (const auto& [level, text] : lines)
            if (level <= Level::warning && !announced(text)) FAIL_CHECK("unannounced in the log: " << text);
    }
    [[nodiscard]] bool enabled(Level) const override { return true; }
    void write(Level level, std::string_view message, const std::vector<Field>& fields) override {
        lines.emplace_back(level, message);
        for (const auto& field : fields)
            if (field.name == "MESSAGE_ID") message_ids.push_back(field.value);
    }
    /// A warning or error that holds this text is what the test is about.
    void expect(std::string part) { expected_.push_back(std::move(part)); }
    [[nodiscard]] bool has(std::string_view part) const {
        return std::ranges::any_of(lines,
                                   [&](const auto& l) { return l.second.find(part) != std::string::npos; });
    }

    std::vector<std::pair<Level, std::string>> lines;
    std::vector<std::string> message_ids;  ///< of those lines that have one

private:
    [[nodiscard]] bool announced(const std::string& text) const {
        return std::ranges::any_of(expected_,
                                   [&](const auto& e) { return text.find(e) != std::string::npos; });
    }
    std::vector<std::string> expected_;
};

}  // namespace ppp::test
