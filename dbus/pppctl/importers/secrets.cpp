// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/importers/secrets.hpp"
#include <algorithm>
#include <array>
#include <map>
#include "base/quoted.hpp"
#include "dbus/pppctl/importers/words.hpp"

namespace ppp::ctl::importers {
namespace {

constexpr std::string_view kAny = "*";

struct Entry {
    std::string client, server, secret;
    std::vector<std::string> more;
    bool server_shown = false;
    Note note;
    bool usable = true;  ///< otherwise the note says why not
};

void refuse(Entry& entry, Verdict verdict, std::string why) {
    entry.usable = false;
    entry.note.verdict = verdict;
    entry.note.message = std::move(why);
}

/// A secret of the form @/path is the first word of that file.
void open_secret(Entry& entry, const Reader& reader) {
    if (!entry.secret.starts_with("@/")) return;
    const auto path = entry.secret.substr(1);
    const auto text = reader ? reader(path) : std::nullopt;
    const auto words = text ? split_words(*text) : std::vector<Word>{};
    if (words.empty())
        return refuse(
            entry, Verdict::not_taken,
            "the file " + quoted(path) + " with the secret " + (text ? "is empty" : "cannot be read"));
    entry.secret = words.front().text;
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.size() <= 9 &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "down/up" or "both".
bool is_rate(std::string_view word) {
    const auto slash = word.find('/');
    return is_digits(word.substr(0, slash)) &&
           (slash == std::string_view::npos || is_digits(word.substr(slash + 1)));
}

bool is_pool(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c <= '~'; }) &&
           word.find_first_of("/!,") == std::string_view::npos;
}

bool has_line_break(std::string_view word) { return word.find_first_of("\r\n") != std::string_view::npos; }

/// What stands behind a secret and is surely no part of one: a sign, an address, a network.
bool is_harmless(std::string_view word) {
    if (word == kAny || word == "-" || word == "--" || word == "!") return true;
    if (word.starts_with('!')) word.remove_prefix(1);
    const auto slash = word.find('/');
    return is_address(word.substr(0, slash)) &&
           (slash == std::string_view::npos || is_digits(word.substr(slash + 1)));
}

/// Whether a word behind the secret may be shown. @param place from 0.
bool may_show(std::string_view word, std::size_t place, bool accel_ppp) {
    return is_harmless(word) ||
           (accel_ppp && ((place == 0 && is_pool(word)) || (place == 1 && is_rate(word))));
}

constexpr std::ptrdiff_t kColumns = 3;  // client, server, secret

/// In a line where the server or the client was forgotten the secret is in the second column.
bool may_show_server(std::vector<Word>::iterator begin, std::vector<Word>::iterator end) {
    if (end - begin < 2) return false;
    if (is_harmless(begin[1].text)) return true;
    return end - begin >= kColumns && !has_line_break(begin[1].text) && !is_harmless(begin[2].text);
}

/// The line with *** for each word that may be a secret or a part of one.
std::string text_of(std::vector<Word>::iterator begin, std::vector<Word>::iterator end, bool server_shown,
                    bool accel_ppp) {
    // A quote that nobody closed takes what follows into the client's name.
    const bool client_shown = !has_line_break(begin->text) &&
                              (end - begin >= kColumns || begin->text.find(' ') == std::string::npos);
    std::string out = client_shown ? spell(begin->text) : "***";
    for (auto word = begin + 1; word != end; ++word) {
        const auto column = word - begin;
        const bool shows =
            column == 1 ? server_shown
                        : column >= kColumns &&
                              may_show(word->text, static_cast<std::size_t>(column - kColumns), accel_ppp);
        out += ' ' + (shows ? spell(word->text) : std::string("***"));
    }
    return out;
}

/// @param begin,end the words of one line, at least one.
Entry read_entry(const std::string& file, std::vector<Word>::iterator begin, std::vector<Word>::iterator end,
                 const Reader& reader, bool accel_ppp) {
    Entry entry;
    entry.server_shown = may_show_server(begin, end);
    entry.note = {.file = file,
                  .line = begin->line,
                  .text = text_of(begin, end, entry.server_shown, accel_ppp),
                  .verdict = {},
                  .message = {}};
    const bool runs_on = std::any_of(begin, end, [](const Word& word) { return has_line_break(word.text); });
    std::array<std::string*, kColumns> columns{&entry.client, &entry.server, &entry.secret};
    std::size_t column = 0;
    for (auto word = begin; word != end; ++word, ++column) {
        if (column < columns.size())
            *columns[column] = std::move(word->text);
        else
            entry.more.push_back(std::move(word->text));
    }
    if (runs_on)
        refuse(entry, Verdict::not_taken, "a word has a line break in it: a quote is not closed");
    else if (column < columns.size())
        refuse(entry, Verdict::not_taken, "an entry needs three words: client, server and secret");
    else
        open_secret(entry, reader);
    return entry;
}

std::vector<Entry> read_entries(const Source& source, const Reader& reader, bool accel_ppp) {
    auto words = split_words(source.text);
    std::vector<Entry> out;
    for (auto begin = words.begin(); begin != words.end();) {
        const auto end =
            std::find_if(begin + 1, words.end(), [](const Word& word) { return word.begins_line; });
        out.push_back(read_entry(source.path, begin, end, reader, accel_ppp));
        begin = end;
    }
    return out;
}

/// What the names of servers that programs give themselves mean; "" of any other.
std::string service_of(std::string_view server) {
    if (server == "pptpd" || server == "pptp") return "pptp";
    if (server == "l2tpd" || server == "xl2tpd" || server == "l2tp") return "l2tp";
    if (server == "pppoe-server" || server == "pppoe") return "pppoe";
    return "";
}

class SecretsImporter {
public:
    SecretsImporter(const SecretsInput& input, const Reader& reader) : input_(input), reader_(reader) {}

    Imported run() && {
        for (auto& entry : read_entries(input_.source, reader_, input_.accel_ppp)) {
            if (entry.usable) take(entry);
            out_.notes.push_back(std::move(entry.note));
        }
        return std::move(out_);
    }

private:
    void take(Entry& entry) {
        if (entry.client == kAny || entry.client.empty())
            return refuse(entry, Verdict::not_taken,
                          "it is for clients of any name; add a secret for each user");
        if (entry.secret.empty())
            return refuse(entry, Verdict::not_taken,
                          "an empty secret would let everybody in under this name; pppctl add secret does it "
                          "if that is wanted");
        if (entry.secret.front() == '$' && std::count(entry.secret.begin(), entry.secret.end(), '$') >= 3)
            return refuse(entry, Verdict::not_taken,
                          "it is a hash of crypt(3), from which nobody can tell the "
                          "password that CHAP needs");
        const auto seen = lines_.find(entry.client);
        if (seen != lines_.end())
            return refuse(
                entry, seen->second.second == entry.secret ? Verdict::not_needed : Verdict::not_taken,
                "line " + std::to_string(seen->second.first) + " has " + quoted(entry.client) + " already" +
                    (seen->second.second == entry.secret ? "" : ", with another password"));
        lines_[entry.client] = {entry.note.line, entry.secret};
        bool of_client = false;
        for (const auto& client : input_.clients) {
            if (client.user != entry.client) continue;
            of_client = true;
            say(entry, "the password of " + client.kind + ' ' + quoted(client.name));
            out_.edits.push_back({.verb = Edit::Verb::set,
                                  .kind = client.kind,
                                  .name = client.name,
                                  .properties = {{"password", entry.secret}}});
        }
        if (!of_client) add_secret(entry);
    }

    void add_secret(Entry& entry) {
        Edit edit{.verb = Edit::Verb::add,
                  .kind = "secret",
                  .name = entry.client,
                  .properties = {{"password", entry.secret}}};
        say(entry, "secret " + quoted(entry.client));
        const auto service = service_of(entry.server);
        if (!service.empty())
            give(entry, edit, "service", service);
        else if (input_.accel_ppp && is_address(entry.server))
            give(entry, edit, "local-address", entry.server);
        else if (entry.server != kAny)
            say(entry, "for every server, not only " +
                           (entry.server_shown ? quoted(entry.server) : std::string("***")));
        addresses(entry, edit);
        out_.edits.push_back(std::move(edit));
    }

    /// The columns behind the secret.
    void addresses(Entry& entry, Edit& edit) {
        std::string left_out;
        for (std::size_t i = 0; i < entry.more.size(); ++i) {
            const auto& word = entry.more[i];
            if (word == "--") {
                left_out += (left_out.empty() ? "" : ", ") + std::string("pppd's options behind --");
                break;
            }
            if (word == kAny || word == "-") continue;
            const bool first = !edit.properties.contains("remote-address");
            if (input_.accel_ppp && i == 1 && take_rate(word, edit)) {
                say(entry, "rate-limit=" + edit.properties["rate-limit"]);
            } else if (first && (is_address(word) || (input_.accel_ppp && i == 0 && is_pool(word)))) {
                give(entry, edit, "remote-address", word);
            } else {
                left_out += (left_out.empty() ? "" : ", ") +
                            (may_show(word, i, input_.accel_ppp) ? quoted(word) : std::string("***"));
            }
        }
        if (!left_out.empty()) say(entry, "left out: " + left_out);
    }
    /// "down/up" in kbit/s is "up k/down k" here, where what the peer sends comes first.
    static bool take_rate(std::string_view word, Edit& edit) {
        if (!is_rate(word)) return false;
        const auto slash = word.find('/');
        const auto down = word.substr(0, slash);
        const auto up = slash == std::string_view::npos ? down : word.substr(slash + 1);
        edit.properties["rate-limit"] = std::string(up) + "k/" + std::string(down) + "k";
        return true;
    }
    static void give(Entry& entry, Edit& edit, const std::string& property, const std::string& value) {
        edit.properties[property] = value;
        say(entry, property + "=" + value);
    }
    static void say(Entry& entry, const std::string& text) {
        entry.note.message += (entry.note.message.empty() ? "" : ", ") + text;
    }

    const SecretsInput& input_;
    const Reader& reader_;
    std::map<std::string, std::pair<std::size_t, std::string>> lines_;  // by client: its line and secret
    Imported out_;
};

/// How well an entry fits: 0 not at all. Fewest wildcards win.
int fit(const Entry& entry, const Login& login) {
    if (!entry.usable) return 0;
    const bool client = entry.client == login.user, any_client = entry.client == kAny;
    const bool server = !login.server.empty() && entry.server == login.server;
    const bool any_server = entry.server == kAny || login.server.empty();
    if ((!client && !any_client) || (!server && !any_server)) return 0;
    return 1 + (client ? 1 : 0) + (server || entry.server != kAny ? 1 : 0);
}

}  // namespace

Imported import_secrets(const SecretsInput& input, const Reader& reader) {
    return SecretsImporter(input, reader).run();
}

std::optional<std::string> find_password(const std::vector<Source>& files, const Login& login, bool given,
                                         const Reader& reader, std::vector<Note>& notes) {
    std::vector<Entry> entries;
    for (const auto& file : files)
        for (auto& entry : read_entries(file, reader, false)) entries.push_back(std::move(entry));
    const auto best = std::max_element(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
        return fit(a, login) < fit(b, login);
    });
    const bool found = !given && best != entries.end() && fit(*best, login) > 0 && !best->secret.empty();
    for (auto& entry : entries) {
        if (!entry.usable) continue;
        if (fit(entry, login) == 0)
            refuse(entry, Verdict::not_taken, "it is not for this line: " + quoted(login.user) + " dials");
        else if (given)
            refuse(entry, Verdict::not_needed, "the peers file has the password");
        else if (found && &entry == &*best)
            entry.note.message = "the password of " + login.kind + ' ' + quoted(login.name);
        else if (found && entry.secret == best->secret)
            refuse(entry, Verdict::not_needed, "it is the same password");
        else
            refuse(entry, Verdict::not_taken,
                   entry.secret.empty() ? "it has no password" : "another entry fits better or comes first");
    }
    std::optional<std::string> out;
    if (found) out = best->secret;
    for (auto& entry : entries) notes.push_back(std::move(entry.note));
    return out;
}

}  // namespace ppp::ctl::importers
