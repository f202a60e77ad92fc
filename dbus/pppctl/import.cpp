// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/import.hpp"
#include <net/if.h>
#include <algorithm>
#include <filesystem>
#include <map>
#include "base/quoted.hpp"
#include "base/utf8.hpp"
#include "dbus/pppctl/importers/accel_ppp.hpp"
#include "dbus/pppctl/importers/format.hpp"
#include "dbus/pppctl/importers/peers.hpp"
#include "dbus/pppctl/importers/secrets.hpp"
#include "dbus/pppctl/input.hpp"
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/routeros/session.hpp"
#include "dbus/pppctl/speech.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

namespace fs = std::filesystem;
using edits::Properties;
using importers::Format;
using importers::Imported;
using importers::Source;
using importers::Verdict;

/// What an import came to, before anything is changed.
struct Draft {
    Json rows = Json::array();
    std::string shown;               ///< the rows for people
    std::vector<std::string> wrong;  ///< why nothing may be changed
    std::vector<std::string> warnings;
};

/// Only what ends: no device, no pipe.
std::optional<std::string> read_file(const std::string& path) {
    constexpr std::uintmax_t most = 16U << 20U;
    std::error_code failed;
    if (!fs::is_regular_file(path, failed) || fs::file_size(path, failed) > most || failed) return {};
    auto text = read_text(path);
    if (!text) return {};
    return *std::move(text);
}

/// Refuses what neither the bus nor JSON can carry, before anything comes of it.
Outcome<> check_encoding(const std::string& path, std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        if (!is_utf8(text.substr(0, end)))
            return problem(Exit::failed,
                           "line " + std::to_string(number) + " of " + printable(path) +
                               " is not UTF-8: nothing was changed. From Latin-1 convert it first: "
                               "iconv -f latin1 -t utf-8 OLD >NEW");
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return {};
}

/// "ether1=eth0" each.
Outcome<Properties> read_interfaces(const std::vector<std::string>& words) {
    Properties out;
    for (const auto& word : words) {
        const auto sign = word.find('=');
        if (sign == 0 || sign == std::string::npos || sign + 1 == word.size())
            return problem(Exit::usage,
                           "--interface takes the name in the file and the name here: ether1=eth0");
        out[word.substr(0, sign)] = word.substr(sign + 1);
    }
    return out;
}

void add_row(Draft& draft, const ros::Report& report) {
    const std::string result(ros::to_string(report.kind));
    draft.rows.push_back(to_json(report));
    draft.shown +=
        "line " + std::to_string(report.line) + ": " + result + ": " + printable(report.command) + "\n";
    for (std::size_t begin = 0; begin < report.message.size();) {
        const auto end = std::min(report.message.find('\n', begin), report.message.size());
        draft.shown += "    " + report.message.substr(begin, end - begin) + "\n";
        begin = end + 1;
    }
    if (report.kind == ros::Report::Kind::failed)
        draft.wrong.push_back("line " + std::to_string(report.line) + ": " + report.message);
}

void add_row(Draft& draft, const importers::Note& note) {
    std::string verdict(importers::to_string(note.verdict));
    const auto place = note.file + (note.line == 0 ? "" : ":" + std::to_string(note.line));
    draft.shown += printable(place) + "  " + (note.text.empty() ? "" : printable(note.text) + "  ") +
                   verdict + (note.message.empty() ? "" : ": " + printable(note.message)) + "\n";
    if (note.verdict == Verdict::wrong) draft.wrong.push_back(place + ": " + note.message);
    std::replace(verdict.begin(), verdict.end(), ' ', '-');
    draft.rows.push_back({{"file", printable(note.file)},
                          {"line", note.line},
                          {"command", note.text},
                          {"result", verdict},
                          {"message", note.message}});
}

/// The clients that are configured, whose passwords secrets may have.
std::vector<importers::KnownClient> known_clients(Collector& collector) {
    std::vector<importers::KnownClient> out;
    for (const auto* kind : {"pppoe-client", "pptp-client", "ppp-client"}) {
        const auto all = collector.objects(kind);
        if (!all) continue;
        for (const auto& object : *all)
            if (const auto user = object.properties.find("user");
                user != object.properties.end() && !user->second.empty())
                out.push_back({kind, object.name, user->second});
    }
    return out;
}

/// pppd's directory: that above the directory `peers` of the file, or /etc/ppp.
Outcome<importers::PeersInput> peers_input(const ImportWish& wish, Source source) {
    importers::PeersInput out{
        .source = std::move(source), .options = {}, .secrets = {}, .directory = "/etc/ppp/peers"};
    const auto parent = fs::path(wish.path).parent_path();
    const bool beside = parent.filename() == "peers";
    const auto directory = beside ? parent.parent_path() : fs::path("/etc/ppp");
    const auto take = [&](const fs::path& path) -> std::optional<Source> {
        auto text = read_file(path.string());
        if (!text) return {};
        return Source{path.string(), *std::move(text)};
    };
    if (beside) {
        out.directory = parent.string();
        out.options = take(directory / "options");
    }
    for (const auto& path : wish.secrets) {
        auto secrets = take(path);
        if (!secrets) return problem(Exit::failed, "cannot read " + printable(path));
        out.secrets.push_back(*std::move(secrets));
    }
    if (!wish.secrets.empty()) return out;
    for (const auto* name : {"chap-secrets", "pap-secrets"})
        if (auto secrets = take(directory / name)) out.secrets.push_back(*std::move(secrets));
    return out;
}

/// Notes the edits of an importer for the transaction.
void note_edits(Draft& draft, Collector& collector, Imported imported, const ImportWish& wish,
                const Properties& interfaces) {
    for (const auto& note : imported.notes) add_row(draft, note);
    if (imported.failed()) return;
    for (auto& edit : imported.edits) {
        for (const auto* property : {"interface", "port"})
            if (const auto at = edit.properties.find(property); at != edit.properties.end())
                if (const auto here = interfaces.find(at->second); here != interfaces.end())
                    at->second = here->second;
        // A secret of another file, say; that which was named was looked at as a whole.
        const auto odd = std::find_if(edit.properties.begin(), edit.properties.end(),
                                      [](const auto& pair) { return !is_utf8(pair.second); });
        if (odd != edit.properties.end()) {
            draft.wrong.push_back(edit.kind + ' ' + ppp::quoted(edit.name) + ": " + odd->first +
                                  " is not UTF-8");
            continue;
        }
        auto settled = settle(collector, std::move(edit), wish.replace);
        auto done = settled ? collector.edit(*settled) : Result<>(fail(settled.error()));
        if (!done) draft.wrong.push_back(done.error().what);
    }
}

/// Interfaces that the edits name and that nobody has.
void warn(Draft& draft, Collector& collector) {
    std::map<std::pair<std::string, std::string>, std::string> named;
    for (const auto& edit : collector.edits()) {
        const auto& kind = edit.get<1>();
        const auto at = edit.get<3>().find("interface");
        if (at == edit.get<3>().end()) continue;
        named[{kind, edit.get<2>()}] = value_text(at->second);
    }
    for (const auto& [object, interface] : named) {
        if (interface.empty() || ::if_nametoindex(interface.c_str()) != 0) continue;
        const auto vlan = collector.exists("vlan", interface);
        if (vlan && *vlan) continue;
        draft.warnings.push_back(object.first + ' ' + ppp::quoted(object.second) +
                                 ": there is no interface " + ppp::quoted(interface) +
                                 " on this machine; --interface " + printable(interface) +
                                 "=NAME gives it its name here");
    }
}

Outcome<> finish(Context& context, Draft draft, const Collector& collector, const Change& change) {
    if (!context.json) {
        put(draft.shown);
        for (const auto& warning : draft.warnings) put("warning: " + warning + "\n");
    }
    Outcome<Dictionary> changed = Dictionary{};
    if (draft.wrong.empty() && !collector.edits().empty())
        changed = send_edits(context, collector.edits(), change);
    const auto& kicks = collector.kicks();
    const bool granted = draft.wrong.empty() && changed;
    Outcome<> ended;
    if (granted && !change.dry_run) ended = end_sessions(context, kicks);
    if (context.json) {
        Json json;
        json["commands"] = std::move(draft.rows);
        json["warnings"] = draft.warnings;
        if (changed && !changed->empty()) json["report"] = to_json(*changed);
        if (granted && !kicks.empty()) {
            auto& list = json["kicks"] = Json::array();
            for (const auto& kick : kicks) list.push_back({{"session", kick.session}, {"user", kick.user}});
        }
        put(json_text(json));
    }
    if (!changed) return ppp::detail::unexpected<Problem>(changed.error());
    if (!draft.wrong.empty()) {
        std::string text = kicks.empty() ? "the configuration was not changed:"
                                         : "the configuration was not changed, and no session ended:";
        for (const auto& wrong : draft.wrong) text += "\n" + wrong;
        return problem(context.refused, text);
    }
    if (!context.json && !changed->empty()) put(describe_report(*changed, change.dry_run));
    if (!ended || context.json) return ended;
    for (const auto& kick : kicks)
        put((change.dry_run ? "would end: session " : "ended: session ") + std::to_string(kick.session) +
            " of " + ppp::quoted(kick.user) + "\n");
    return {};
}

}  // namespace

Outcome<> import_file(Context& context, const ImportWish& wish, const Change& change) {
    auto text = read_text(wish.path);
    if (!text) return ppp::detail::unexpected<Problem>(text.error());
    if (auto encoded = check_encoding(wish.path, *text); !encoded) return encoded;
    const auto interfaces = read_interfaces(wish.interfaces);
    if (!interfaces) return ppp::detail::unexpected<Problem>(interfaces.error());
    const auto format = wish.format.empty() ? importers::recognise(wish.path, *text)
                                            : importers::format_named(wish.format).value_or(Format::rsc);
    const auto collector = make_collector(context);
    Source source{wish.path, *std::move(text)};
    Draft draft;
    switch (format) {
        case Format::rsc: {
            ros::Interpreter interpreter(*collector, {.replace = wish.replace, .interfaces = *interfaces});
            for (const auto& report : interpreter.run(source.text).reports) add_row(draft, report);
            break;
        }
        case Format::peers: {
            const auto input = peers_input(wish, std::move(source));
            if (!input) return ppp::detail::unexpected<Problem>(input.error());
            note_edits(draft, *collector, import_peers(*input, read_file), wish, *interfaces);
            break;
        }
        case Format::secrets: {
            const importers::SecretsInput input{.source = std::move(source),
                                                .clients = known_clients(*collector)};
            note_edits(draft, *collector, import_secrets(input, read_file), wish, *interfaces);
            break;
        }
        case Format::accel_ppp:
            note_edits(draft, *collector, import_accel_ppp(source, read_file), wish, *interfaces);
            break;
    }
    warn(draft, *collector);
    return finish(context, std::move(draft), *collector, change);
}

}  // namespace ppp::ctl
