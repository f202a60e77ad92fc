// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Any options file of pppd, and behind a line "---" any secrets: every word of both is in one note.
#include <cstdint>
#include "dbus/pppctl/importers/format.hpp"
#include "dbus/pppctl/importers/peers.hpp"
#include "dbus/pppctl/importers/words.hpp"
#include "fuzz/import_oracle.hpp"

using namespace ppp::test;
using namespace ppp::ctl::importers;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto cut = text.find("\n---\n");
    PeersInput input{.source = {"/etc/ppp/peers/isp", std::string(text.substr(0, cut))},
                     .options = {},
                     .secrets = {},
                     .directory = "/etc/ppp/peers"};
    if (cut != std::string_view::npos)
        input.secrets.push_back({"secrets", std::string(text.substr(cut + 5))});
    (void)recognise("-", text);

    const auto words = split_words(input.source.text);
    for (const auto& word : words) {
        const auto again = split_words(spell(word.text));
        require(again.size() == 1 && again[0].text == word.text);
    }
    const auto imported = import_peers(input, read_common);
    std::size_t noted = 0, last = 1;
    for (const auto& note : imported.notes) {
        if (note.file != input.source.path || note.line == 0) continue;
        require(note.line >= last);
        last = note.line;
        noted += split_words(note.text).size();
    }
    require(noted == words.size());
    judge(imported);
    return 0;
}
