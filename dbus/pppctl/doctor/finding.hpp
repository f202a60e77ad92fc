// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What the doctor says: one line for each thing looked at, and what to do about it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ppp::ctl::doctor {

enum class Verdict : std::uint8_t { ok, warning, problem };

struct Finding {
    Verdict verdict = Verdict::ok;
    std::string area;    ///< "kernel", "daemon", "client pppoe-out1", ...
    std::string text;    ///< one sentence; printable
    std::string remedy;  ///< what to do, a command where there is one; "" for ok
};

/// Findings in the order in which they are shown.
class Report {
public:
    void ok(std::string_view area, std::string text) { add(Verdict::ok, area, std::move(text), {}); }
    void warning(std::string_view area, std::string text, std::string remedy) {
        add(Verdict::warning, area, std::move(text), std::move(remedy));
    }
    void problem(std::string_view area, std::string text, std::string remedy) {
        add(Verdict::problem, area, std::move(text), std::move(remedy));
    }
    [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }
    [[nodiscard]] std::size_t count(Verdict verdict) const;

private:
    void add(Verdict verdict, std::string_view area, std::string text, std::string remedy) {
        findings_.push_back({verdict, std::string(area), std::move(text), std::move(remedy)});
    }
    std::vector<Finding> findings_;
};

/// "ok", "warning", "problem".
[[nodiscard]] std::string_view verdict_name(Verdict verdict);

}  // namespace ppp::ctl::doctor
