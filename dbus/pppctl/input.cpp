// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/input.hpp"
#include <termios.h>
#include <unistd.h>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

/// No echo as long as it lives.
class Silence {
public:
    Silence() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        auto quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        active_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    ~Silence() {
        if (active_) (void)::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }

private:
    termios before_{};
    bool active_ = false;
};

/// Octet by octet, past the streams, whose buffers nobody wipes.
Outcome<Secret> line() {
    constexpr std::size_t longest = 4096;
    std::string text;
    text.reserve(longest);
    char c = '\0';
    ssize_t got = 0;
    while (text.size() < longest && (got = ::read(STDIN_FILENO, &c, 1)) == 1 && c != '\n') text += c;
    Secret out(text);
    ::explicit_bzero(text.data(), text.size());
    if (got != 1 && out.empty())
        return problem(Exit::usage, "no password was given: standard input is at its end");
    return out;
}

}  // namespace

bool can_ask() { return ::isatty(STDIN_FILENO) != 0; }

Outcome<Secret> read_password(const std::string& whom) {
    if (!can_ask()) return line();
    const Silence silence;
    put_aside("Password of " + printable(whom) + ": ");
    auto first = line();
    put_aside("\nOnce more: ");
    if (!first) return first;
    auto second = line();
    put_aside("\n");
    if (!second) return second;
    if (!(*first == *second)) return problem(Exit::usage, "the passwords differ: nothing was changed");
    return first;
}

Outcome<std::string> read_text(const std::string& path) {
    std::error_code unknown;
    if (path != "-" && std::filesystem::is_directory(path, unknown))
        return problem(Exit::failed, printable(path) + " is a directory; name a file in it");
    std::ifstream file;
    if (path != "-") file.open(path);
    if (!file) return problem(Exit::failed, "cannot open " + printable(path));
    std::istream& in = path == "-" ? std::cin : file;
    return std::string{std::istreambuf_iterator<char>(in), {}};
}

}  // namespace ppp::ctl
