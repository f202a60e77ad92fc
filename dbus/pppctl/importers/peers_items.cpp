// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/importers/peers_items.hpp"
#include <algorithm>
#include <array>
#include "base/nearest.hpp"
#include "base/quoted.hpp"
#include "dbus/pppctl/importers/words.hpp"
#include "dbus/pppctl/masking.hpp"

namespace ppp::ctl::importers {
namespace {

constexpr int kDeepestFile = 8;            // includes in includes
constexpr std::size_t kMostItems = 20000;  // items: two files that include each other grow without end

class ItemReader {
public:
    ItemReader(const std::string& directory, const Reader& reader) : directory_(directory), reader_(reader) {}

    void read(const Source& source, int depth) {
        const auto words = split_words(source.text);
        bool mask = false;
        for (std::size_t i = 0; i < words.size();) {
            PeersItem item;
            item.note = {.file = source.path,
                         .line = words[i].line,
                         .text = spell(words[i].text),
                         .verdict = Verdict::not_taken,
                         .message = {}};
            item.begins_line = words[i].begins_line;
            item.option = find_pppd_option(words[i].text);
            if (item.option == nullptr) {
                item.word = words[i++].text;
                if (mask) item.note.text = "***";
                // Whoever mistypes the option has the password behind it.
                mask = means_password(item.word);
                out_.push_back(std::move(item));
                continue;
            }
            mask = false;
            const auto& option = *item.option;
            if (option.words > words.size() - i - 1) {
                item.note.verdict = Verdict::wrong;
                item.note.message = "a value is missing behind it";
                item.settled = true;
                ++i;
            } else {
                if (option.words > 0) {
                    item.word = words[i + 1].text;
                    const bool runs_on = item.word.find('\n') != std::string::npos;
                    item.note.text +=
                        ' ' + (option.masked || runs_on ? std::string("***") : spell(item.word));
                    if (runs_on && !option.masked) {
                        item.note.verdict = Verdict::wrong;
                        item.note.message = "its value has a line break in it: a quote is not closed";
                        item.settled = true;
                    }
                }
                i += 1U + option.words;
            }
            const bool include = option.effect == Effect::include && !item.settled;
            out_.push_back(std::move(item));
            if (include) follow(source, depth);
        }
    }
    std::vector<PeersItem> take() && { return std::move(out_); }

private:
    /// The include that was read last.
    void follow(const Source& source, int depth) {
        const auto at = out_.size() - 1;
        out_[at].settled = true;
        const bool call = out_[at].option->name == "call";
        auto path = out_[at].word;
        if (call && (path.empty() || path.front() == '/' || path.find("..") != std::string::npos)) {
            out_[at].note.message = "call takes the name of a file below " + directory_;
            return;
        }
        if (call)
            path = directory_ + '/' + path;
        else if (!path.starts_with('/') && source.path.find('/') != std::string::npos)
            path = source.path.substr(0, source.path.rfind('/') + 1) + path;
        auto text =
            depth < kDeepestFile && out_.size() < kMostItems && reader_ ? reader_(path) : std::nullopt;
        auto& note = out_[at].note;
        note.verdict = text ? Verdict::taken : Verdict::not_taken;
        note.message = text ? "its options follow"
                       : depth < kDeepestFile && out_.size() < kMostItems
                           ? quoted(path, 200) + " cannot be read"
                           : "there are files in files without end";
        if (text) read({path, *std::move(text)}, depth + 1);
    }

    const std::string& directory_;
    const Reader& reader_;
    std::vector<PeersItem> out_;
};

/// The program that a pty runs.
std::string_view program(std::string_view command) {
    const auto end = command.find_first_of(" \t");
    return base_name(command.substr(0, end));
}

}  // namespace

std::vector<PeersItem> read_items(const Source& source, const std::string& directory, const Reader& reader) {
    ItemReader out(directory, reader);
    out.read(source, 0);
    return std::move(out).take();
}

PeersKind kind_of(const std::vector<PeersItem>& items) {
    bool serial = false, nic = false, other = false;
    for (const auto& item : items) {
        if (item.settled) continue;
        if (item.option == nullptr) {
            serial |= is_serial_port(item.word);
            nic |= item.word.starts_with("nic-");
        } else if (item.option->effect == Effect::plugin || item.option->effect == Effect::pty) {
            const auto name = item.option->effect == Effect::pty ? program(item.word) : base_name(item.word);
            if (name.find("pppoe") != std::string_view::npos) return PeersKind::pppoe;
            if (name.find("pptp") != std::string_view::npos) return PeersKind::pptp;
            other |= item.option->effect == Effect::pty || name.find("l2tp") != std::string_view::npos ||
                     name.find("pppoatm") != std::string_view::npos;
        } else if (item.option->effect == Effect::pptp_server) {
            return PeersKind::pptp;
        }
    }
    if (nic) return PeersKind::pppoe;
    if (other) return PeersKind::other;
    return serial ? PeersKind::serial : PeersKind::none;
}

std::string_view object_kind(PeersKind kind) {
    switch (kind) {
        case PeersKind::pppoe:
            return "pppoe-client";
        case PeersKind::pptp:
            return "pptp-client";
        case PeersKind::serial:
            return "ppp-client";
        case PeersKind::none:
        case PeersKind::other:
            break;
    }
    return "";
}

bool means_password(std::string_view word) {
    return hints_at_password(word) || nearest(word, pppd_option_names()) == "password";
}

bool is_serial_port(std::string_view word) {
    constexpr auto begins =
        std::to_array<std::string_view>({"/dev/", "tty", "cua", "modem", "rfcomm", "ircomm", "noz"});
    return std::any_of(begins.begin(), begins.end(), [&](auto begin) { return word.starts_with(begin); });
}

bool is_address_pair(std::string_view word) {
    const auto colon = word.find(':');
    if (colon == std::string_view::npos) return false;
    const auto local = word.substr(0, colon), remote = word.substr(colon + 1);
    return (local.empty() || is_address(local)) && (remote.empty() || is_address(remote));
}

}  // namespace ppp::ctl::importers
