// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Edits: what the bus, the command line and imports do to a Config, all or nothing.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>
#include "base/result.hpp"
#include "config/model.hpp"
#include "config/problem.hpp"
#include "config/property.hpp"
#include "config/vault.hpp"

namespace ppp::config {

struct Edit {
    enum class Verb : std::uint8_t { add, set, remove };
    Verb verb = Verb::add;
    std::string kind;  ///< "pppoe-client"
    /// May be "" to add an object of a kind whose names can be made up (Kind::name_prefix), and for the one
    /// object of a kind that has no more (Kind::only_name).
    std::string name;
    /// Names and values in the spelling of the command line, second spellings too. Passwords are among them:
    /// whoever made the Edit calls wipe() when it was applied.
    std::vector<std::pair<std::string, std::string>> properties = {};
    std::vector<std::string> unset = {};  ///< properties that go back to their default
};

/// Overwrites every value before the memory is given back.
void wipe(Edit& edit) noexcept;

/// Applies the edits one after the other and judges what comes out, as a load would.
///
/// An edit sees what those before it did. The one object of a kind that has no more (`aaa`) is there for
/// `set` even if nobody added it. What names the removed object has to go, or to name another, in the same
/// call. An enabled secret gets a password in the call that adds or enables it, be it "".
///
/// `password-storage` converts the password there is, or is how the given one is kept: from a text to an NT
/// hash and to a seal, from a seal that is open to both others, from a hash to nothing else.
/// @param before has no problems itself.
/// @param problems gets all problems, with the places that the files have; no text shows a password, all are
///        valid UTF-8 without control characters.
/// @return the new Config. Otherwise nothing is changed and the error has the same problems, one a line:
///         Errc::not_found if nothing is wrong but that objects to set or remove do not exist, else
///         Errc::config.
/// @param vault seals passwords; nullptr refuses to.
[[nodiscard]] Result<Config> apply(const Config& before, std::span<const Edit> edits,
                                   std::vector<Problem>& problems, const Vault* vault = nullptr);

/// The name that an object added without one would get: the prefix and the least number from 1 that makes it
/// free as the name of an interface. "" when the kind needs a name.
[[nodiscard]] std::string free_name(const Config& config, const Kind& kind);

}  // namespace ppp::config
