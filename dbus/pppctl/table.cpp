// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/table.hpp"
#include <sys/ioctl.h>
#include <unistd.h>
#include <algorithm>
#include <cstdlib>
#include <numeric>
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 6;  // a column is not cut below this
constexpr std::size_t kUsualWidth = 80;

std::string padded(const std::string& text, std::size_t width) {
    const auto taken = columns(text);
    return taken < width ? text + std::string(width - taken, ' ') : text;
}

}  // namespace

Screen Screen::of_stdout(bool plain) {
    Screen screen;
    screen.terminal = ::isatty(STDOUT_FILENO) == 1;
    if (!screen.terminal) return screen;
    const char* no_colour = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): one thread
    const char* term = std::getenv("TERM");           // NOLINT(concurrency-mt-unsafe): one thread
    const bool dumb = term != nullptr && std::string_view(term) == "dumb";
    screen.colours = !plain && !dumb && (no_colour == nullptr || *no_colour == '\0');
    winsize size{};
    const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    screen.width = known ? size.ws_col : kUsualWidth;
    screen.height = known ? size.ws_row : 0;
    return screen;
}

std::string painted(const Screen& screen, Colour colour, const std::string& text) {
    if (!screen.colours) return text;
    switch (colour) {
        case Colour::none:
            return text;
        case Colour::good:
            return "\x1b[32m" + text + "\x1b[0m";
        case Colour::bad:
            return "\x1b[31m" + text + "\x1b[0m";
        case Colour::busy:
            return "\x1b[33m" + text + "\x1b[0m";
        case Colour::title:
            return "\x1b[1m" + text + "\x1b[0m";
    }
    return text;
}

void Table::add(std::vector<std::string> cells, Colour colour) {
    cells.resize(headings_.size());
    rows_.push_back({std::move(cells), colour});
}

std::vector<std::size_t> Table::widths(const Screen& screen) const {
    std::vector<std::size_t> result;
    for (std::size_t c = 0; c < headings_.size(); ++c) {
        std::size_t widest = columns(headings_[c]);
        for (const auto& row : rows_) widest = std::max(widest, columns(row.cells[c]));
        result.push_back(widest);
    }
    if (screen.width == 0) return result;
    const std::size_t gaps = kGap * (headings_.size() - 1);
    auto total = std::accumulate(result.begin(), result.end(), gaps);
    while (total > screen.width) {
        auto widest = std::max_element(result.begin(), result.end());
        if (*widest <= kNarrowest) break;
        --*widest;
        --total;
    }
    return result;
}

std::string Table::text(const Screen& screen) const {
    const auto width = widths(screen);
    const auto line = [&](const std::vector<std::string>& cells) {
        std::string out;
        for (std::size_t c = 0; c < cells.size(); ++c) {
            const bool last = c + 1 == cells.size();
            const auto cell = shortened(cells[c], width[c]);
            out += last ? cell : padded(cell, width[c] + kGap);
        }
        while (!out.empty() && out.back() == ' ') out.pop_back();
        return out;
    };
    std::string out = painted(screen, Colour::title, line(headings_)) + "\n";
    for (const auto& row : rows_) out += painted(screen, row.colour, line(row.cells)) + "\n";
    return out;
}

std::string property_list(const std::vector<std::pair<std::string, std::string>>& properties,
                          const Screen& screen) {
    std::size_t widest = 0;
    for (const auto& [name, value] : properties) widest = std::max(widest, columns(name));
    std::string out;
    for (const auto& [name, value] : properties) {
        const auto label = std::string(widest - columns(name) + 2, ' ') + name + ": ";
        const auto room = screen.width > label.size() + kNarrowest ? screen.width - label.size() : 0;
        out += label + (room > 0 ? shortened(value, room) : value) + "\n";
    }
    return out;
}

}  // namespace ppp::ctl
