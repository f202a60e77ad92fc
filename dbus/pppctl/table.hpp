// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Tables and property lists, aligned; cut to the width of a terminal, whole when piped.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace ppp::ctl {

/// What is known of where the output goes.
struct Screen {
    bool terminal = false;
    bool colours = false;
    std::size_t width = 0;   ///< columns; 0 is "no limit"
    std::size_t height = 0;  ///< lines; 0 is "no limit"

    /// Standard output as it is. @param plain no colours, whatever it is.
    static Screen of_stdout(bool plain);
};

enum class Colour { none, good, bad, busy, title };
/// The text in colour where there is any.
[[nodiscard]] std::string painted(const Screen& screen, Colour colour, const std::string& text);

class Table {
public:
    explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}
    /// As many cells as headings, printable already. @param colour of the whole row.
    void add(std::vector<std::string> cells, Colour colour = Colour::none);
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    /// Ends with a newline. Where the width does not suffice, the widest columns are cut first.
    [[nodiscard]] std::string text(const Screen& screen) const;

private:
    struct Row {
        std::vector<std::string> cells;
        Colour colour;
    };
    [[nodiscard]] std::vector<std::size_t> widths(const Screen& screen) const;
    std::vector<std::string> headings_;
    std::vector<Row> rows_;
};

/// "  name: value" lines, colons below each other as in RouterOS.
[[nodiscard]] std::string property_list(const std::vector<std::pair<std::string, std::string>>& properties,
                                        const Screen& screen);

}  // namespace ppp::ctl
