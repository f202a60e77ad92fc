// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Problem: one mistake in the configuration, where it is and what would be right.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>
#include "base/nearest.hpp"

namespace ppp::config {

enum class File : std::uint8_t { config, secrets };
/// "config.json", "secrets.json"
[[nodiscard]] std::string_view file_name(File file);

struct Problem {
    File file = File::config;
    std::string pointer;  ///< RFC 6901, e.g. "/pppoe-client/pppoe-out1/max-mtu"; "" = the whole file
    std::string text;     ///< what is wrong and what would be right; never a password
    std::size_t line = 0, column = 0;  ///< counted from 1, in octets; 0 when only the pointer is known
    friend bool operator==(const Problem&, const Problem&) = default;
};
/// `config.json: /pppoe-client/pppoe-out1/max-mtu: "abc" is not ...`, or with `line 3, column 7` for a
/// pointer.
[[nodiscard]] std::string to_string(const Problem& problem);
/// One a line, without a newline at the end.
[[nodiscard]] std::string to_string(const std::vector<Problem>& problems);

/// Builds pointers: a key is escaped as RFC 6901 section 3 wants (~ becomes ~0, / becomes ~1) and so that no
/// control character of a hostile file reaches a terminal.
[[nodiscard]] std::string pointer_to(std::string_view kind);
[[nodiscard]] std::string pointer_to(std::string_view kind, std::string_view object);
[[nodiscard]] std::string pointer_to(std::string_view kind, std::string_view object,
                                     std::string_view property);

/// Collects problems, at most kMax of them: a file of rubbish must not fill the memory with complaints.
class Problems {
public:
    static constexpr std::size_t kMax = 1000;

    void add(Problem problem);
    void add(File file, std::string pointer, std::string text) {
        add(Problem{.file = file, .pointer = std::move(pointer), .text = std::move(text)});
    }
    /// Nothing more shall be said about this place: what is wrong there follows from another problem.
    void silence(File file, const std::string& pointer);
    /// Whether something was said about this very place already, or shall not be said.
    [[nodiscard]] bool has(File file, const std::string& pointer) const;
    [[nodiscard]] bool empty() const { return list_.empty(); }
    [[nodiscard]] bool full() const { return list_.size() >= kMax; }
    /// Whether it is still worth looking for what was meant: that costs a walk over all names.
    [[nodiscard]] bool few() const { return list_.size() < 100; }
    /// Everything collected and, when there was more, a last problem that says how many.
    [[nodiscard]] std::vector<Problem> take() &&;

private:
    std::vector<Problem> list_;
    std::unordered_set<std::string> places_;
    std::size_t dropped_ = 0;
};

using ppp::nearest;
/// `; did you mean "max-mtu"?`, or "".
[[nodiscard]] std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace ppp::config
