// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Any two files: no problem means that the Config, written and read again, is equal and has none
/// either.
#include <cstdint>
#include <string_view>
#include "config/diff.hpp"
#include "config/dump.hpp"
#include "config/property.hpp"
#include "config/resolve.hpp"
#include "config/validate.hpp"
#include "config/vault.hpp"
#include "oracle.hpp"

using namespace ppp::config;
using ppp::test::require;

namespace {

/// Sealed under a key, every password is read back, and the file does not show it.
void seals(const Config& before) {
    Config config = before;
    static Vault vault;
    static const bool keyed = vault.use_key("0123456789abcdef0123456789abcdef");
    require(keyed);
    for (const auto& kind : kinds())
        for (const auto& property : kind.properties) {
            if (!property.secret) continue;
            for (const auto& name : kind.names(config)) {
                auto& password = *property.password(kind.find(config, name));
                if (!password.text()) continue;
                password.keep_as(PasswordStorage::sealed);
                require(password.settle().empty());
            }
        }
    Problems problems;
    seal_all(config, before, &vault, problems);
    require(problems.empty());
    Config sealed;
    require(validate(dump_config(config), dump_secrets(config).reveal(), sealed).empty());
    (void)open_all(sealed, vault);
    (void)open_all(config, vault);  // a seal of the input's own, which this key opens by chance or by art
    require(sealed == config);
}

}  // namespace

/// The input is config.json, and after the first NUL, if there is one, secrets.json.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto cut = input.find('\0');
    const auto config_text = input.substr(0, cut);
    const auto secrets_text = cut == std::string_view::npos ? "{}" : input.substr(cut + 1);

    Config config;
    const auto problems = validate(config_text, secrets_text, config);
    for (const auto& problem : problems) {
        require(!problem.text.empty());
        // Every problem is one short line that cannot steer a terminal.
        const auto line = to_string(problem);
        require(line.size() < 2000);
        for (const char c : line) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    }
    if (!problems.empty()) {
        require(config == Config{});
        return 0;
    }
    const auto again_text = dump_config(config);
    Config again;
    require(validate(again_text, dump_secrets(config).reveal(), again).empty());
    require(again == config);
    require(dump_config(again) == again_text);
    require(diff(config, again).empty());
    for (const auto& [name, secret] : config.secret)
        require(resolve(config, secret) == resolve(again, secret));
    seals(config);
    return 0;
}
