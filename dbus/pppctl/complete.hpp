// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What may come next on a command line, for the completion of shells (packaging/completion).
#pragma once
#include <CLI/App.hpp>
#include <string>
#include <string_view>
#include <vector>
#include "dbus/pppctl/outcome.hpp"

namespace ppp::ctl {

/// A word that may come next.
struct Candidate {
    std::string word;
    std::string help;  ///< a few words about it; may be empty
};

/// What there is at this moment, by questions to the daemon and the kernel; empty where nobody answers.
class Catalogue {
public:
    virtual ~Catalogue() = default;
    virtual std::vector<Candidate> kinds() = 0;
    /// Objects of the configuration. @param kind "" for all.
    virtual std::vector<Candidate> objects(const std::string& kind) = 0;
    /// The kind of the object of this name; "" when there is none or several.
    virtual std::string kind_of(const std::string& name) = 0;
    /// "key=" of the properties of a kind; a password is "key" alone, since its value is asked for.
    virtual std::vector<Candidate> keys(const std::string& kind) = 0;
    /// What a property takes, as the daemon describes it: "yes or no"; "" when there is no such property.
    virtual std::string expected(const std::string& kind, const std::string& property) = 0;
    virtual std::vector<Candidate> clients() = 0;
    virtual std::vector<Candidate> servers() = 0;
    virtual std::vector<Candidate> sessions() = 0;
    virtual std::vector<Candidate> interfaces() = 0;
};

/// The line that stands for "names of files", which the shell knows itself.
inline constexpr std::string_view kFiles = ":files";

/// The candidates that begin with the last word, sorted; kFiles alone for a file.
/// @param app with all verbs and options: completion has no list of its own.
/// @param words of the command line behind "pppctl"; the last is the one to be completed and may be "".
[[nodiscard]] std::vector<Candidate> complete(CLI::App& app, const std::vector<std::string>& words,
                                              Catalogue& catalogue);

/// The single words that a property takes: of "any, pppoe or pptp" these three.
/// @param expected as Manager.Describe has it.
[[nodiscard]] std::vector<std::string> enumerated(std::string_view expected);

/// pppctl __complete: prints a line for each candidate, its help behind a tab. Never fails, asks nobody, is
/// silent on standard error, and soon done where the daemon does not answer.
Outcome<> print_candidates(CLI::App& app, const std::vector<std::string>& words);

}  // namespace ppp::ctl
