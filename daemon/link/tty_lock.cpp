// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/tty_lock.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill() is POSIX's
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>
#include "base/fd.hpp"

namespace ppp::link {
namespace {

/// Owners of lock files write ten digits, padded with spaces, and a line feed.
std::string own_mark() { return fmt::format("{:>10}\n", ::getpid()); }

struct Found {
    bool exists = false;
    pid_t pid = 0;  ///< 0: the file does not say
};

Found look(const std::string& path) {
    const Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (!file) return {.exists = errno != ENOENT};
    std::array<char, 32> text{};
    const auto n = ::read(file.get(), text.data(), text.size());
    Found found{.exists = true};
    const char* at = text.data();
    const char* end = at + (n > 0 ? n : 0);
    while (at != end && *at == ' ') ++at;
    pid_t pid = 0;
    const auto [rest, error] = std::from_chars(at, end, pid);
    const bool whole = error == std::errc{} && (rest == end || *rest == '\n' || *rest == ' ');
    if (whole && pid > 0) found.pid = pid;
    return found;
}

bool lives(pid_t pid) { return ::kill(pid, 0) == 0 || errno != ESRCH; }

std::string name_of(pid_t pid) {
    const Fd file{::open(fmt::format("/proc/{}/comm", pid).c_str(), O_RDONLY | O_CLOEXEC)};
    std::array<char, 32> name{};
    const auto n = file ? ::read(file.get(), name.data(), name.size()) : 0;
    // The kernel ends it with a line feed. Of another user's process there may be nothing to read.
    return n > 1 ? fmt::format(" ({})", std::string_view(name.data(), static_cast<std::size_t>(n - 1)))
                 : std::string();
}

std::optional<std::string> holder(const std::string& path, const Found& found) {
    if (!found.exists || found.pid == ::getpid()) return std::nullopt;
    if (found.pid == 0)
        return fmt::format("a program that does not say which has it; if none does, remove {}", path);
    if (!lives(found.pid)) return std::nullopt;
    return fmt::format("process {}{} has it: {}", found.pid, name_of(found.pid), path);
}

/// A file with our mark under a name of its own, which a link then gives the lock's: so the lock is never
/// there without its owner's number.
Result<std::string> write_mark(const std::string& path) {
    const auto end = path.rfind('/');
    const auto directory = path.substr(0, end);
    // Of the line as well: workers make them for several lines at a time.
    auto mark = fmt::format("{}/LTMP..{}.{}", directory, ::getpid(), path.substr(end + 1));
    ::unlink(mark.c_str());
    const Fd file{::open(mark.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644)};
    if (!file) return fail_errno("cannot make a lock file in " + directory);
    // Others must be able to see whose it is, whatever our mask is.
    ::fchmod(file.get(), 0644);
    const auto text = own_mark();
    if (::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) return mark;
    auto failed = fail_errno("cannot write " + mark);
    ::unlink(mark.c_str());
    return failed;
}

}  // namespace

std::string lock_path(const std::string& directory, const std::string& device) {
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(device.c_str(), nullptr), &std::free);
    std::string name = real ? real.get() : device;
    if (name.starts_with("/dev/")) name.erase(0, 5);
    for (auto& c : name)
        if (c == '/') c = '_';
    return directory + "/LCK.." + name;
}

std::optional<std::string> lock_holder(const std::string& path) { return holder(path, look(path)); }

Result<TtyLock> TtyLock::take(const std::string& path) {
    PPP_TRY(const auto mark, write_mark(path));
    const auto finish = [&mark](Result<TtyLock> result) {
        ::unlink(mark.c_str());
        return result;
    };
    // The second time after a file without a living owner was removed.
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (::link(mark.c_str(), path.c_str()) == 0) return finish(TtyLock(path));
        if (errno != EEXIST) return finish(fail_errno("cannot make " + path));
        if (auto somebody = lock_holder(path)) return finish(fail(Errc::refused, std::move(*somebody)));
        if (::unlink(path.c_str()) != 0 && errno != ENOENT)
            return finish(fail_errno("its owner is gone, but cannot remove " + path));
    }
    return finish(fail(Errc::refused, "another program has just taken it: " + path));
}

Result<TtyLock> TtyLock::inherit(const std::string& path) {
    PPP_TRY(const auto mark, write_mark(path));
    if (::rename(mark.c_str(), path.c_str()) == 0) return TtyLock(path);
    auto failed = fail_errno("cannot make " + path);
    ::unlink(mark.c_str());
    return failed;
}

void TtyLock::release() noexcept {
    if (path_.empty()) return;
    // Not one that somebody else has taken meanwhile because it looked left over.
    if (look(path_).pid == ::getpid()) ::unlink(path_.c_str());
    path_.clear();
}

}  // namespace ppp::link
