// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/importers/accel_lines.hpp"
#include <algorithm>
#include <array>
#include "base/quoted.hpp"
#include "dbus/pppctl/masking.hpp"

namespace ppp::ctl::importers {
namespace {

constexpr int kDeepest = 8;
constexpr std::size_t kMost = 100'000;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\v\f";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string shown(std::string_view text) {
    constexpr std::size_t longest = 200;
    auto out = quoted(text, longest);
    return out.substr(1, out.size() - 2);
}

/// The line as it may be shown, without what may be a password in any section, also in one that is mistyped.
std::string text_of(const AccelLine& line) {
    if (line.heading) return "[" + shown(line.section) + "]";
    const auto text = line.has_value ? line.name + "=" + line.value : line.name;
    if (line.name == "chap-secrets" || line.name == "$include") return shown(text);
    const auto section = in_small_letters(line.section);
    // Where the sign is forgotten the name ends at the first blank.
    const auto end = std::min(line.has_value ? line.name.size() : text.find_first_of(" \t,"), text.size());
    const auto name = in_small_letters(text.substr(0, end));
    if (section == "radius" || name.find("server") != std::string::npos) {
        // Behind an address and a comma, or a blank where the comma is forgotten, is the secret.
        const auto value = std::min(text.find_first_not_of(" \t=", end), text.size());
        const auto secret = text.find_first_of(" \t,;", value);
        if (secret != std::string::npos) return shown(text.substr(0, secret)) + ",***";
    }
    if (hints_at_password(text) || section == "log-pgsql")
        return shown(text.substr(0, end)) + (end == text.size() ? "" : "=***");
    return shown(text);
}

class LineReader {
public:
    explicit LineReader(const Reader& reader) : reader_(reader) {}

    void read(const Source& source, int depth) {
        std::string_view rest = source.text;
        for (std::size_t number = 1; !rest.empty(); ++number) {
            const auto end = std::min(rest.find('\n'), rest.size());
            const auto text = trimmed(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            if (text.empty() || text.front() == '#') continue;
            AccelLine line;
            line.note = {.file = source.path,
                         .line = number,
                         .text = {},
                         .verdict = Verdict::not_taken,
                         .message = {}};
            split(text, line);
            line.note.text = text_of(line);
            const bool include = !line.heading && line.name == "$include";
            out_.push_back(std::move(line));
            if (include) follow(source, depth);
        }
    }
    std::vector<AccelLine> take() && { return std::move(out_); }

private:
    void split(std::string_view text, AccelLine& line) {
        if (text.front() == '[') {
            const auto close = text.find(']');
            line.heading = close != std::string_view::npos;
            if (line.heading) {
                section_ = text.substr(1, close - 1);
                line.section = section_;
                return;
            }
        }
        line.section = section_;
        const bool include = text.starts_with("$include");
        const auto sign = std::min(text.find(include ? ' ' : '='), text.size());
        line.name = include ? "$include" : trimmed(text.substr(0, sign));
        line.has_value = sign < text.size();
        if (line.has_value) line.value = trimmed(text.substr(sign + 1));
    }
    void follow(const Source& source, int depth) {
        const auto at = out_.size() - 1;
        auto path = out_[at].value;
        if (!path.starts_with('/') && source.path.find('/') != std::string::npos)
            path = source.path.substr(0, source.path.rfind('/') + 1) + path;
        auto text = depth < kDeepest && out_.size() < kMost && reader_ ? reader_(path) : std::nullopt;
        out_[at].settled = true;
        out_[at].note.verdict = text ? Verdict::taken : Verdict::not_taken;
        out_[at].note.message = text ? "its lines follow" : quoted(path, 200) + " cannot be read";
        if (text) read({path, *std::move(text)}, depth + 1);
    }

    const Reader& reader_;
    std::string section_;
    std::vector<AccelLine> out_;
};

}  // namespace

std::vector<AccelLine> read_accel_lines(const Source& source, const Reader& reader) {
    LineReader out(reader);
    out.read(source, 0);
    return std::move(out).take();
}

}  // namespace ppp::ctl::importers
