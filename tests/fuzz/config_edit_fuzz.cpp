// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Any edits of a Config: refused in plain sentences and without a change, or made so that the files
/// hold the result.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include "config/check.hpp"
#include "config/diff.hpp"
#include "config/dump.hpp"
#include "config/edit.hpp"
#include "config/validate.hpp"
#include "fuzz/oracle.hpp"

using namespace ppp;
using namespace ppp::config;

namespace {

using test::require;

/// What a secret property is set to holds this, and no problem nor listing may.
constexpr std::string_view kMark = "zqx";

std::string_view line_of(std::string_view& input) {
    const auto end = input.find('\n');
    const auto line = input.substr(0, end);
    input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
    return line;
}

bool keeps_secret(std::string_view kind, std::string_view property) {
    const Kind* known = find_kind(kind);
    const Property* p = known ? find_property(*known, property) : nullptr;
    return p && p->secret;
}

/// A line each: "+kind name", "=kind name", "-kind name" begins an edit; "property=value" and "!property"
/// belong to it. A '\r' in a value is a line break. "---" applies the edits so far.
std::vector<Edit> read(std::string_view& input) {
    std::vector<Edit> edits;
    while (!input.empty()) {
        const auto line = line_of(input);
        if (line == "---") break;
        if (line.empty()) continue;
        const auto verb = std::string_view("+=-").find(line.front());
        if (verb != std::string_view::npos) {
            const auto blank = line.find(' ');
            edits.push_back({.verb = static_cast<Edit::Verb>(verb),
                             .kind = std::string(line.substr(1, blank - 1)),
                             .name = std::string(blank == line.npos ? "" : line.substr(blank + 1))});
        } else if (edits.empty()) {
            continue;
        } else if (line.front() == '!') {
            edits.back().unset.emplace_back(line.substr(1));
        } else {
            const auto sign = line.find('=');
            std::string key(line.substr(0, sign));
            std::string value(sign == line.npos ? "" : line.substr(sign + 1));
            for (char& c : value) c = c == '\r' ? '\n' : c;
            if (keeps_secret(edits.back().kind, key) && !value.empty()) value += kMark;
            edits.back().properties.emplace_back(std::move(key), std::move(value));
        }
    }
    return edits;
}

void listed(const Config& config) {
    for (const auto& kind : kinds())
        for (const auto& name : kind.names(config)) {
            Config again;
            void* object = kind.add(again, name);
            for (const auto& shown : show(config, kind, name, {.defaults = false})) {
                require(shown.text.find(kMark) == std::string::npos);
                if (!shown.property->secret) require(shown.property->parse(object, shown.text));
            }
            for (const auto& part : diff(config, again, kind.name).changed)
                for (const auto property : part.properties)
                    require(part.name != name || find_property(kind, property)->secret);
        }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    if (input.find(kMark) != std::string_view::npos) return 0;  // it would prove nothing
    Config config = default_config();
    while (!input.empty()) {
        auto edits = read(input);
        const Config before = config;
        std::vector<Problem> problems;
        auto result = apply(config, edits, problems);
        require(config == before);
        require(result.has_value() == problems.empty());
        for (const auto& problem : problems) {
            const auto line = to_string(problem);
            require(!problem.text.empty() && line.size() < 2000 && test::is_plain(line));
            require(line.find(kMark) == std::string::npos);
        }
        for (auto& edit : edits) {
            wipe(edit);
            for (const auto& [key, value] : edit.properties) require(value.empty());
        }
        if (!result) continue;
        config = *std::move(result);
        Problems none;
        check(config, none);
        require(none.empty());
        Config again;
        require(validate(dump_config(config), dump_secrets(config).reveal(), again).empty());
        require(again == config);
        listed(config);
    }
    return 0;
}
