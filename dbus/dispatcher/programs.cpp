// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/dispatcher/programs.hpp"
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <climits>
#include <filesystem>
#include "base/command_line.hpp"
#include "base/quoted.hpp"

namespace ppp::dispatcher {
namespace {

namespace fs = std::filesystem;
constexpr int kMaxLinks = 40;  // as the kernel has it: path_resolution(7)

std::string shown(const std::string& path) { return quoted(path, kShown); }

/// Looks at one object on the way. @param last whether it is the program itself.
Result<> check_object(const std::string& path, const struct stat& st, bool last, const Trust& trust) {
    if (st.st_uid != 0 && st.st_uid != trust.owner)
        return fail(Errc::refused, shown(path) + " belongs to user " + std::to_string(st.st_uid) +
                                       " and must belong to root");
    if (S_ISLNK(st.st_mode)) return {};
    const bool others_write = (st.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    const bool sticky = S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX) != 0;
    if (others_write && !sticky)
        return fail(Errc::refused, shown(path) + " may be written by others than root: chmod go-w");
    if (!last) return {};
    if (!S_ISREG(st.st_mode)) return fail(Errc::refused, shown(path) + " is no file");
    if ((st.st_mode & S_IXUSR) == 0)
        return fail(Errc::refused, shown(path) + " is not executable: chmod u+x");
    return {};
}

/// Puts the components of a path before those that are left to walk.
void prepend(const std::string& path, std::vector<std::string>& left) {
    const fs::path parts = fs::path(path).relative_path();
    const auto old = left.size();
    for (const auto& part : parts)
        if (!part.empty() && part != ".") left.push_back(part.string());
    std::reverse(left.begin() + static_cast<std::ptrdiff_t>(old), left.end());
}

Result<std::string> read_link(const std::string& path) {
    std::array<char, PATH_MAX> target{};
    const auto n = ::readlink(path.c_str(), target.data(), target.size());
    if (n <= 0) return fail_errno("readlink of " + shown(path));
    return std::string(target.data(), static_cast<std::size_t>(n));
}

bool is_leftover(const std::string& name) {
    if (name.starts_with('.') || name.ends_with('~')) return true;
    const auto dot = name.rfind('.');
    if (dot == std::string::npos) return false;
    const auto end = std::string_view(name).substr(dot);
    return end.starts_with(".dpkg-") || end.starts_with(".rpm") || end == ".bak" || end == ".swp";
}

}  // namespace

Result<> check_program(const std::string& path, const Trust& trust) {
    // The kernel's own walk, one component at a time: a link leads on from where it lies.
    std::vector<std::string> left;  // in reverse
    prepend(path, left);
    std::string at;
    for (int links = 0; !left.empty();) {
        const auto part = std::move(left.back());
        left.pop_back();
        if (part == "..") {
            at.resize(at.rfind('/') == std::string::npos ? 0 : at.rfind('/'));
            continue;
        }
        auto next = at;
        next.append("/").append(part);
        struct stat st {};
        if (::lstat(next.c_str(), &st) != 0) {
            if (errno == ENOENT) return fail(Errc::not_found, "there is no " + shown(next));
            return fail_errno(shown(next));
        }
        PPP_CHECK(check_object(next, st, left.empty(), trust));
        if (!S_ISLNK(st.st_mode)) {
            at = std::move(next);
            continue;
        }
        if (++links > kMaxLinks) return fail(Errc::refused, shown(path) + " leads through too many links");
        PPP_TRY(const auto target, read_link(next));
        if (target.starts_with('/')) at.clear();
        prepend(target, left);
    }
    return {};
}

std::vector<std::string> directory_programs(const std::string& directory) {
    std::vector<std::string> out;
    std::error_code failed;
    for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        struct stat st {};
        const auto path = entry->path().string();
        if (is_leftover(entry->path().filename().string()) || ::stat(path.c_str(), &st) != 0) continue;
        if (S_ISREG(st.st_mode) && (st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0) out.push_back(path);
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<Arguments> programs_of(const Event& event, const Trust& trust,
                                   std::vector<std::string>& problems) {
    std::vector<Arguments> out;
    if (!event.command.empty()) {
        auto words = split_command_line(event.command);
        if (!words)
            problems.push_back(quoted(event.command, kShown) + ": " + words.error().what);
        else if (!words->empty() && words->front().starts_with('/'))
            out.push_back(*std::move(words));
        else
            problems.push_back(quoted(event.command, kShown) + " does not begin with the path of a program");
    }
    for (auto& path : directory_programs(trust.directory))
        out.push_back({std::move(path), event.word(), event.interface});
    return out;
}

}  // namespace ppp::dispatcher
