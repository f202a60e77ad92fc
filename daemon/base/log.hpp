// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Log: messages for people, fields for machines; written to the journal (or a test's buffer).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ppp {

enum class Level : std::uint8_t { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };  // syslog(3)

/// A journal field, e.g. {"PPP_SESSION", "3"}. Names are upper case and documented in docs/logging.md.
struct Field {
    std::string_view name;
    std::string value;
};

class LogSink {
public:
    virtual ~LogSink() = default;
    /// Whether anybody reads this level: ask before formatting anything expensive.
    [[nodiscard]] virtual bool enabled(Level) const = 0;
    virtual void write(Level, std::string_view message, const std::vector<Field>&) = 0;
};

/// A value: copy it, add context, pass it down. Secrets never reach it: Secret has no formatter.
class Log {
public:
    explicit Log(LogSink& sink) : sink_(&sink) {}
    [[nodiscard]] Log with(std::string_view name, std::string value) const {
        Log child = *this;
        child.fields_.push_back({name, std::move(value)});
        return child;
    }
    [[nodiscard]] bool enabled(Level level) const { return sink_->enabled(level); }
    void error(std::string_view m) const { write(Level::error, m); }
    void warning(std::string_view m) const { write(Level::warning, m); }
    void notice(std::string_view m) const { write(Level::notice, m); }
    void info(std::string_view m) const { write(Level::info, m); }
    void debug(std::string_view m) const { write(Level::debug, m); }

    void write(Level level, std::string_view m) const {
        if (sink_->enabled(level)) sink_->write(level, m, fields_);
    }

private:
    LogSink* sink_;
    std::vector<Field> fields_;
};

}  // namespace ppp
