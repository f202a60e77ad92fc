// SPDX-License-Identifier: GPL-2.0-or-later
#define SD_JOURNAL_SUPPRESS_LOCATION
#include "base/journal.hpp"
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>
#include <cstdlib>

namespace ppp {
namespace {

class JournalSink final : public LogSink {
public:
    explicit JournalSink(Level verbosity) : verbosity_(verbosity) {}
    [[nodiscard]] bool enabled(Level level) const override { return level <= verbosity_; }
    void write(Level level, std::string_view message, const std::vector<Field>& fields) override {
        text_.clear();
        ends_.clear();
        add("MESSAGE", message);
        add("PRIORITY", std::string_view(&"01234567"[static_cast<unsigned>(level)], 1));
        for (const auto& field : fields) add(field.name, field.value);
        std::vector<iovec> parts;
        parts.reserve(ends_.size());
        std::size_t from = 0;
        for (auto end : ends_) {
            parts.push_back({text_.data() + from, end - from});
            from = end;
        }
        // The journal being away is no reason to stop serving sessions; there is nowhere else to say so.
        (void)sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
    }

private:
    void add(std::string_view name, std::string_view value) {
        text_.append(name).append(1, '=').append(value);
        ends_.push_back(text_.size());
    }
    Level verbosity_;
    std::string text_;  // kept between messages: a busy server allocates nothing here
    std::vector<std::size_t> ends_;
};

class StreamSink final : public LogSink {
public:
    StreamSink(Level verbosity, bool terminal) : verbosity_(verbosity), terminal_(terminal) {}
    [[nodiscard]] bool enabled(Level level) const override { return level <= verbosity_; }
    void write(Level level, std::string_view message, const std::vector<Field>& fields) override {
        std::string line = terminal_ ? std::string() : fmt::format("<{}>", static_cast<int>(level));
        line.append(message);
        if (!terminal_)
            for (const auto& field : fields) line.append(fmt::format(" {}={}", field.name, field.value));
        line.append(1, '\n');
        (void)!::write(STDERR_FILENO, line.data(), line.size());
    }

private:
    Level verbosity_;
    bool terminal_;
};

bool stderr_is_the_journal() {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat st {};
    if (stream == nullptr || ::fstat(STDERR_FILENO, &st) != 0) return false;
    return fmt::format("{}:{}", st.st_dev, st.st_ino) == stream;
}

}  // namespace

std::unique_ptr<LogSink> make_log_sink(Level verbosity) {
    if (stderr_is_the_journal()) return std::make_unique<JournalSink>(verbosity);
    return std::make_unique<StreamSink>(verbosity, ::isatty(STDERR_FILENO) == 1);
}

}  // namespace ppp
