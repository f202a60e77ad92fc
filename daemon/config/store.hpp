// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Store: the two configuration files of a directory; a bad file changes nothing.
///
/// Both files change together: they are written beside their names, and a commit that was cut off between the
/// two renames is finished by the next load. Blocks on the disk, so it is for start, reload and commits.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>
#include "base/result.hpp"
#include "config/model.hpp"
#include "config/problem.hpp"
#include "config/vault.hpp"

namespace ppp::config {

struct Loaded {
    Config config;
    std::uint64_t revision = 0;
    std::vector<std::string> missing;  ///< paths of files that are not there and count as empty
    std::vector<Problem> locked;       ///< passwords whose seal did not open
};

class Store {
public:
    /// @param directory usually /etc/pppmanager; made by the package, never by us.
    /// @param first_revision what the first content gets. One that grows from start to start (a time) keeps
    ///        a revision that somebody read before a restart from fitting by chance.
    /// @param vault opens sealed passwords and outlives the store; nullptr is one without a key.
    explicit Store(std::filesystem::path directory, std::uint64_t first_revision = 1,
                   const Vault* vault = nullptr)
        : directory_(std::move(directory)), revision_(first_revision), vault_(vault) {}

    /// From now on the files that were good last are copied into this directory, which is ours alone and made
    /// when it is missing. One in /run costs nothing and is enough for last_good().
    void keep_copies_in(std::filesystem::path directory) { copies_ = std::move(directory); }
    /// What was good last, also in an earlier process: to go on with while the files have mistakes.
    [[nodiscard]] Result<Loaded> last_good() const;

    /// Reads and checks both files. The revision is a new one only if their content is another than last
    /// time.
    /// @param problems gets all problems; the error's text has the same, one a line. Errc::config.
    /// @param running the configuration in force: a seal that does not open is a problem unless it is closed
    ///        there already. nullptr at the start, when one closed seal must not keep all else down.
    Result<Loaded> load(std::vector<Problem>& problems, const Config* running = nullptr);
    /// Checks the Config as a load would, then replaces both files.
    /// @param based_on the revision the change was made from; Errc::refused when there is a newer one, also
    ///        when somebody edited a file meanwhile.
    /// @return the new revision. After an error the files are as they were.
    Result<std::uint64_t> save(const Config& config, std::uint64_t based_on);
    [[nodiscard]] std::uint64_t revision() const { return revision_; }
    [[nodiscard]] const Vault* vault() const { return vault_; }
    /// Errc::refused when another revision than this one is in force.
    [[nodiscard]] Result<> expect(std::uint64_t revision) const;

private:
    struct Content;
    Result<Content> read();
    Result<> recover();
    /// Nobody is told when it fails: it is for a day that may not come.
    void copy(std::string_view config, std::string_view secrets) const;
    [[nodiscard]] std::filesystem::path path(const char* name) const { return directory_ / name; }

    std::filesystem::path directory_, copies_;
    std::uint64_t revision_;
    const Vault* vault_;
    // Never leaves the object: a published digest would let anybody test guesses of passwords.
    std::uint64_t digest_ = 0;
    bool read_once_ = false;
};

}  // namespace ppp::config
