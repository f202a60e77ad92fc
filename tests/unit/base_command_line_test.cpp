// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include "base/command_line.hpp"

using namespace ppp;

namespace {
using Words = std::vector<std::string>;

std::string refusal(std::string_view line) {
    const auto words = split_command_line(line);
    return words ? "taken" : words.error().what;
}
}  // namespace

TEST_CASE("a program's path below a directory is a command line, a RouterOS script is none") {
    CHECK(is_command_line("/usr/bin/logger"));
    CHECK(is_command_line("/etc/ppp/ip-up \"a b\""));
    CHECK_FALSE(is_command_line(""));
    CHECK_FALSE(is_command_line("logger up"));
    CHECK_FALSE(is_command_line(":log info \"up\""));
    CHECK_FALSE(is_command_line("/ip route print"));
    CHECK_FALSE(is_command_line("/ip route print where dst=/usr/bin"));
    CHECK_FALSE(is_command_line("/tool/"));
    CHECK_FALSE(is_command_line("/usr/bin/logger\n/ip route print"));
}

TEST_CASE("a command line is split at blanks that no quote and no backslash keeps") {
    CHECK(split_command_line("/bin/a") == Words{"/bin/a"});
    CHECK(split_command_line("  /bin/a \t b  ") == Words{"/bin/a", "b"});
    CHECK(split_command_line(R"(/bin/a "b c" 'd "e' f\ g "h\"i" '\')") ==
          Words{"/bin/a", "b c", "d \"e", "f g", "h\"i", "\\"});
    CHECK(split_command_line(R"(/bin/a "" x''y)") == Words{"/bin/a", "", "xy"});
    CHECK(split_command_line("").value().empty());
}

TEST_CASE("what a shell would do is not done") {
    CHECK(split_command_line("/bin/a $HOME * `x` >y; z &") ==
          Words{"/bin/a", "$HOME", "*", "`x`", ">y;", "z", "&"});
}

TEST_CASE("a command line that does not end is refused with a sentence") {
    CHECK(refusal("/bin/a \"b") == "the quote \" is not closed");
    CHECK(refusal("/bin/a 'b\"") == "the quote ' is not closed");
    CHECK(refusal("/bin/a \\") == "nothing follows the last backslash");
    CHECK(refusal(std::string(4097, 'x')) == "the command is longer than 4096 octets");
}
