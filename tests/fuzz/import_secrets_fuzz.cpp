// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Any secrets file, read as pppd's and as accel-ppp's: one note for each entry, none with its
/// password.
#include <cstdint>
#include "dbus/pppctl/importers/secrets.hpp"
#include "dbus/pppctl/importers/words.hpp"
#include "fuzz/import_oracle.hpp"

using namespace ppp::test;
using namespace ppp::ctl::importers;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::size_t entries = 0;
    for (const auto& word : split_words(text)) entries += word.begins_line ? 1U : 0U;
    for (const bool accel : {false, true}) {
        const SecretsInput input{.source = {"chap-secrets", text}, .clients = {}, .accel_ppp = accel};
        const auto imported = import_secrets(input, read_common);
        require(imported.notes.size() == entries);
        std::size_t last = 0, taken = 0;
        for (const auto& note : imported.notes) {
            require(note.line > last || (note.line == last && text.find('"') != std::string::npos) ||
                    text.find_first_of("'\\") != std::string::npos);
            last = note.line;
            taken += note.verdict == Verdict::taken ? 1U : 0U;
        }
        require(taken == imported.edits.size());
        for (const auto& edit : imported.edits) {
            const auto& password = edit.properties.at("password");
            // A mark that is in no other column must be in no note.
            if (password.find("zqx") == std::string::npos || edit.name.find("zqx") != std::string::npos)
                continue;
            for (const auto& note : imported.notes)
                if (note.text.find(spell(edit.name)) == 0 && note.text.find("zqx") == std::string::npos)
                    require(note.message.find("zqx") == std::string::npos);
        }
        judge(imported);
    }
    return 0;
}
