// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/problem.hpp"
#include "config/values.hpp"

namespace ppp::config {
namespace {

void append_token(std::string& out, std::string_view key) {
    out += '/';
    // Long keys exist only in files made to hurt.
    constexpr std::size_t longest = 128;
    const bool cut = key.size() > longest;
    const std::string shown = quoted(key, longest);
    // Without the quotes and their escapes, which pointers do not have.
    const std::size_t end = shown.size() - (cut ? 4 : 1);
    for (std::size_t i = 1; i < end; ++i) {
        if (shown[i] == '\\' && (shown[i + 1] == '"' || shown[i + 1] == '\\')) ++i;
        if (shown[i] == '~')
            out += "~0";
        else if (shown[i] == '/')
            out += "~1";
        else
            out += shown[i];
    }
    if (cut) out += "...";
}

std::string place(File file, const std::string& pointer) {
    return (file == File::config ? 'c' : 's') + pointer;
}

}  // namespace

std::string_view file_name(File file) {
    switch (file) {
        case File::config:
            return "config.json";
        case File::secrets:
            return "secrets.json";
    }
    return "";
}

std::string to_string(const Problem& problem) {
    std::string out(file_name(problem.file));
    if (problem.line != 0)
        out += ": line " + std::to_string(problem.line) + ", column " + std::to_string(problem.column);
    if (!problem.pointer.empty()) out += ": " + problem.pointer;
    return out + ": " + problem.text;
}

std::string to_string(const std::vector<Problem>& problems) {
    std::string out;
    for (const auto& problem : problems) {
        if (!out.empty()) out += '\n';
        out += to_string(problem);
    }
    return out;
}

std::string pointer_to(std::string_view kind) {
    std::string out;
    append_token(out, kind);
    return out;
}
std::string pointer_to(std::string_view kind, std::string_view object) {
    std::string out = pointer_to(kind);
    append_token(out, object);
    return out;
}
std::string pointer_to(std::string_view kind, std::string_view object, std::string_view property) {
    std::string out = pointer_to(kind, object);
    append_token(out, property);
    return out;
}

void Problems::add(Problem problem) {
    if (full()) {
        ++dropped_;
        return;
    }
    places_.insert(place(problem.file, problem.pointer));
    list_.push_back(std::move(problem));
}

void Problems::silence(File file, const std::string& pointer) {
    if (!full()) places_.insert(place(file, pointer));
}

bool Problems::has(File file, const std::string& pointer) const {
    return places_.contains(place(file, pointer));
}

std::vector<Problem> Problems::take() && {
    if (dropped_ != 0) {
        list_.push_back({.file = list_.back().file,
                         .pointer = {},
                         .text = "there are " + std::to_string(dropped_) + " more problems"});
    }
    return std::move(list_);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
    const auto best = nearest(word, known);
    return best.empty() ? "" : "; did you mean " + quoted(best, 64) + "?";
}

}  // namespace ppp::config
