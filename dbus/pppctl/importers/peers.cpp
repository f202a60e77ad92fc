// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/importers/peers.hpp"
#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include "base/nearest.hpp"
#include "base/quoted.hpp"
#include "dbus/pppctl/importers/chat.hpp"
#include "dbus/pppctl/importers/peers_items.hpp"
#include "dbus/pppctl/importers/secrets.hpp"
#include "dbus/pppctl/importers/words.hpp"

namespace ppp::ctl::importers {
namespace {

constexpr auto kMethods = std::to_array<std::string_view>({"mschap2", "mschap1", "chap", "pap"});

class PeersImporter {
public:
    PeersImporter(const PeersInput& input, const Reader& reader) : input_(input), reader_(reader) {}

    Imported run() && {
        if (input_.options) items_ = read_items(*input_.options, input_.directory, reader_);
        for (auto& item : read_items(input_.source, input_.directory, reader_))
            items_.push_back(std::move(item));
        kind_ = kind_of(items_);
        const auto kind = object_kind(kind_);
        for (auto& item : items_) {
            if (item.settled) continue;
            if (kind.empty() && item.option != nullptr)
                item.note.message = "there is no client to give it to";
            else if (item.option == nullptr)
                take_word(item);
            else
                take_option(item);
        }
        take_echoes();
        take_refused();
        if (kind.empty())
            complain(
                kind_ == PeersKind::other
                    ? "this kind of line is not built: there are PPPoE, PPTP and serial lines"
                    : "nothing to dial: there is no PPPoE or PPTP plugin, no pty and no serial port in it");
        else
            finish(kind);
        for (auto& note : late_) out_.notes.push_back(std::move(note));
        return std::move(out_);
    }

private:
    /// The option gives this property its value; an earlier one that did has lost.
    void take(PeersItem& item, const std::string& property, std::string value, bool of_profile = false) {
        if (item.note.verdict != Verdict::taken) {
            item.note.verdict = Verdict::taken;
            item.note.message.clear();
        }
        const bool shown = property != "password";
        item.note.message += (item.note.message.empty() ? "" : ", ") + property +
                             (shown ? "=" + printable(value) : " (not shown)");
        outdo(item, property);
        (of_profile ? profile_ : client_)[property] = std::move(value);
    }
    /// An earlier option that said the same has lost.
    void outdo(PeersItem& item, const std::string& what) {
        const auto [last, fresh] = givers_.emplace(what, &item);
        if (fresh || last->second == &item) return;
        leave(*std::exchange(last->second, &item), Verdict::not_taken,
              "line " + std::to_string(item.note.line) + " of " + quoted(item.note.file, 200) +
                  " says it another time");
    }
    static std::string printable(const std::string& value) {
        const auto spelled = spell(value);
        return spelled == '"' + value + '"' && !value.empty() ? value : spelled;
    }
    static void leave(PeersItem& item, Verdict verdict, std::string why) {
        item.note.verdict = verdict;
        item.note.message = std::move(why);
    }
    void take_number(PeersItem& item, const std::string& property, std::uint64_t least, std::uint64_t most) {
        const auto value = number(item.word);
        if (value && *value >= least && *value <= most) return take(item, property, std::to_string(*value));
        leave(item, Verdict::not_taken,
              quoted(item.word) + " is not a number from " + std::to_string(least) + " to " +
                  std::to_string(most));
    }
    void take_seconds(PeersItem& item, const std::string& property) {
        constexpr std::uint64_t most = 520ULL * 7 * 86400;
        const auto value = number(item.word);
        if (value && *value <= most) return take(item, property, std::to_string(*value) + "s", true);
        leave(item, Verdict::not_taken, quoted(item.word) + " is not a number of seconds");
    }

    /// A word that is no option.
    void take_word(PeersItem& item) {
        const auto& word = item.word;
        if (item.note.text == "***")
            return leave(item, Verdict::not_taken,
                         "it may be a password, behind an option that pppd does not have");
        const auto meant = nearest(word, pppd_option_names());
        const bool nic = word.starts_with("nic-");
        if (is_address_pair(word)) {
            const auto remote = word.substr(word.find(':') + 1);
            if (kind_ == PeersKind::serial && !remote.empty() && remote != "0.0.0.0")
                return take(item, "remote-address", remote);
            return leave(item, Verdict::not_taken, "the provider gives the addresses");
        }
        const bool name = meant.empty() && !means_password(word) && interface_name(word) == word &&
                          !number(word) && !is_serial_port(word) && !client_.contains("interface");
        if (kind_ == PeersKind::pppoe && (nic || name))
            return take(item, "interface", nic ? word.substr(4) : word);
        if (kind_ == PeersKind::serial && is_serial_port(word))
            return take(item, "port", word.starts_with('/') ? word : "/dev/" + word);
        if (kind_ == PeersKind::serial && number(word)) return take_number(item, "baud-rate", 300, 4'000'000);
        if (number(word)) return leave(item, Verdict::not_needed, "only a serial port has a speed");
        if (is_serial_port(word)) return leave(item, Verdict::not_taken, "the line needs no serial port");
        // At the begin of a line it is an option that was mistyped, elsewhere maybe a password.
        const bool shown = !meant.empty() || (item.begins_line && word.find_first_of(" \t\n") == word.npos);
        if (!shown) item.note.text = "***";
        leave(item, Verdict::not_taken,
              "pppd has no such option" + (meant.empty() ? "" : "; is it " + quoted(meant) + "?"));
    }

    void take_option(PeersItem& item) {
        const auto& option = *item.option;
        switch (option.effect) {
            case Effect::not_needed:
                return leave(item, Verdict::not_needed, std::string(option.why));
            case Effect::not_taken:
                return leave(item, Verdict::not_taken, std::string(option.why));
            case Effect::serial:
                if (kind_ != PeersKind::serial)
                    return leave(item, Verdict::not_needed, "the line has no serial port");
                if (option.name == "local") return take(item, "null-modem", "yes");
                return leave(item, Verdict::not_taken, std::string(option.why));
            case Effect::plugin:
                return take_plugin(item);
            case Effect::pty:
                return take_pty(item);
            case Effect::include:
                return;
            case Effect::user:
                return take(item, "user", item.word);
            case Effect::name:
                name_ = &item;
                return leave(item, Verdict::not_needed, "the option user has the name");
            case Effect::remotename:
                outdo(item, "remotename");
                server_ = item.word;
                return leave(item, Verdict::taken, "it chooses among the secrets");
            case Effect::password:
                return take(item, "password", item.word);
            case Effect::ifname:
                if (interface_name(item.word) != item.word)
                    return leave(item, Verdict::not_taken, "no interface can have this name");
                outdo(item, "name");
                own_name_ = item.word;
                return leave(item, Verdict::taken, "the name of the client");
            case Effect::default_route:
                return take(item, "add-default-route", "yes");
            case Effect::no_default_route:
                return take(item, "add-default-route", "no");
            case Effect::route_metric:
                if (item.word == "-1")
                    return leave(item, Verdict::not_needed, "the route is added beside the others");
                return take_number(item, "default-route-distance", 0, 255);
            case Effect::peer_dns:
                if (kind_ == PeersKind::pptp)
                    return leave(item, Verdict::not_taken, "add the name servers with resolvectl dns");
                return take(item, "use-peer-dns", "yes");
            case Effect::mtu:
                return take_number(item, "max-mtu", 68, 65535);
            case Effect::mru:
                return take_number(item, "max-mru", 68, 65535);
            case Effect::mrru:
                return take_number(item, "mrru", 512, 65535);
            case Effect::echo_interval:
                return remember(item, interval_);
            case Effect::echo_failure:
                return remember(item, failure_);
            case Effect::service:
            case Effect::ac:
                if (kind_ != PeersKind::pppoe)
                    return leave(item, Verdict::not_taken, "the line is not PPPoE");
                return take(item, option.effect == Effect::ac ? "ac-name" : "service-name", item.word);
            case Effect::persist:
                return leave(item, Verdict::not_needed, "a client dials until it is disabled");
            case Effect::no_persist:
                return leave(item, Verdict::not_taken, "a client dials until it is disabled");
            case Effect::maxfail:
                if (number(item.word) == 0)
                    return leave(item, Verdict::not_needed, "a client dials until it is disabled");
                return leave(item, Verdict::not_taken,
                             "a client dials until it is disabled, with growing pauses");
            case Effect::demand:
                return take(item, "dial-on-demand", "yes");
            case Effect::idle:
                return take_seconds(item, "idle-timeout");
            case Effect::maxconnect:
                return take_seconds(item, "session-timeout");
            case Effect::refuse:
                refusals_.push_back(&item);
                return;
            case Effect::require:
                return leave(item, Verdict::not_taken,
                             "it is the provider that would have to prove itself; allow says how we do");
            case Effect::need_mppe:
                return take(item, "use-encryption", "required", true);
            case Effect::no_mppe:
                return take(item, "use-encryption", "no", true);
            case Effect::ipv6:
                return leave(item, Verdict::not_needed, "IPv6 is offered");
            case Effect::no_ipv6:
                return take(item, "use-ipv6", "no", true);
            case Effect::script:
                return take_script(item);
            case Effect::pptp_server:
                return take(item, "connect-to", item.word);
        }
    }

    void take_plugin(PeersItem& item) {
        const auto name = base_name(item.word);
        const auto means = kind_ == PeersKind::pppoe ? "pppoe" : kind_ == PeersKind::pptp ? "pptp" : "?";
        if (name.find(means) != std::string_view::npos && name.find("l2tp") == std::string_view::npos)
            return leave(item, Verdict::taken, "a " + std::string(object_kind(kind_)));
        leave(item, Verdict::not_taken, "plugins of pppd are not loaded");
    }

    /// `pppoe -I eth0 -S service -C ac` and `pptp HOST --nolaunchpppd`.
    void take_pty(PeersItem& item) {
        const auto words = split_words(item.word);
        for (std::size_t i = 1; i < words.size(); ++i) {
            const auto& word = words[i].text;
            if (kind_ == PeersKind::pptp && !word.starts_with('-')) return take(item, "connect-to", word);
            if (kind_ != PeersKind::pppoe || i + 1 == words.size()) continue;
            const auto property = word == "-I" ? "interface" : word == "-S" ? "service-name" : "ac-name";
            if (word == "-I" || word == "-S" || word == "-C") take(item, property, words[++i].text);
        }
        if (item.note.verdict != Verdict::taken)
            leave(item, Verdict::not_taken, "the program that it runs says nothing that a client needs");
    }

    void take_script(PeersItem& item) {
        if (kind_ != PeersKind::serial)
            return leave(item, Verdict::not_needed, "there is no modem to be told anything");
        auto text = item.word;
        const auto words = split_words(item.word);
        for (std::size_t i = 0; i + 1 < words.size(); ++i)
            if (words[i].text == "-f" && reader_) text += '\n' + reader_(words[i + 1].text).value_or("");
        const auto dialled = read_chat(text);
        if (!dialled.phone.empty()) {
            take(item, "phone", dialled.phone);
            take(item, "dial-command", dialled.dial_command);
        }
        if (!dialled.apn.empty()) take(item, "apn", dialled.apn);
        if (item.note.verdict != Verdict::taken)
            leave(item, Verdict::not_taken,
                  "no ATD and no AT+CGDCONT was found in it; set phone, apn and modem-init by hand");
    }

    /// What counts together with another option.
    struct Remembered {
        PeersItem* item = nullptr;
        std::uint64_t value = 0;
    };
    void remember(PeersItem& item, Remembered& place) {
        const auto value = number(item.word);
        if (!value) return leave(item, Verdict::not_taken, quoted(item.word) + " is not a number");
        outdo(item, std::string(item.option->name));
        place = {&item, *value};
    }
    void take_echoes() {
        if (interval_.item == nullptr) {
            if (failure_.item != nullptr)
                leave(*failure_.item, Verdict::not_taken, "without lcp-echo-interval nobody is asked");
            return;
        }
        const auto value = keepalive(interval_.value, failure_.value);
        take(*interval_.item, "keepalive-timeout", value);
        if (failure_.item != nullptr) leave(*failure_.item, Verdict::taken, "keepalive-timeout=" + value);
    }
    void take_refused() {
        if (refusals_.empty()) return;
        std::string left;
        for (const auto method : kMethods)
            if (std::none_of(refusals_.begin(), refusals_.end(),
                             [&](const auto* item) { return item->option->why == method; }))
                left += (left.empty() ? "" : ",") + std::string(method);
        for (auto* item : refusals_) {
            if (item->option->why == "eap")
                leave(*item, Verdict::not_needed, "there is no EAP");
            else if (left.empty())
                leave(*item, Verdict::not_taken, "nothing would be left to prove ourselves by");
            else
                leave(*item, Verdict::taken, "allow=" + left);
        }
        const bool refused = std::any_of(refusals_.begin(), refusals_.end(),
                                         [](const auto* i) { return i->option->why != "eap"; });
        if (refused && !left.empty()) client_["allow"] = left;
    }

    /// About the file as a whole.
    void say(Verdict verdict, std::string text) {
        late_.push_back({.file = input_.source.path,
                         .line = 0,
                         .text = {},
                         .verdict = verdict,
                         .message = std::move(text)});
    }
    void complain(std::string text) {
        note_items();
        say(Verdict::wrong, std::move(text));
    }
    void note_items() {
        for (auto& item : items_) out_.notes.push_back(std::move(item.note));
        items_.clear();
    }

    void finish(std::string_view kind) {
        auto name = own_name_.empty() ? interface_name(base_name(input_.source.path)) : own_name_;
        if (name.empty() || input_.source.path == "-") name = own_name_.empty() ? "isp" : own_name_;
        if (name_ != nullptr && !client_.contains("user")) take(*name_, "user", name_->word);
        const bool given = client_.contains("password");
        const auto user = client_.contains("user") ? client_["user"] : std::string();
        note_items();
        if (!user.empty()) {
            auto password = find_password(input_.secrets, {user, server_, std::string(kind), name}, given,
                                          reader_, out_.notes);
            if (password) client_["password"] = *std::move(password);
        }
        const std::string needed = kind_ == PeersKind::pppoe  ? "interface"
                                   : kind_ == PeersKind::pptp ? "connect-to"
                                                              : "port";
        if (!client_.contains(needed))
            return say(Verdict::wrong, kind_ == PeersKind::pppoe  ? "no interface is named: nic-eth0, say"
                                       : kind_ == PeersKind::pptp ? "no server is named"
                                                                  : "no serial port is named");
        if (user.empty() && kind_ != PeersKind::serial)
            say(Verdict::not_taken, "no user is named, so the client stays disabled: pppctl set " + name +
                                        " user=... disabled=no");
        else if (!client_.contains("password"))
            say(Verdict::not_taken, "no password was found for " + quoted(user) + ": pppctl set " + name +
                                        " password asks for it");
        client_["disabled"] = user.empty() && kind_ != PeersKind::serial ? "yes" : "no";
        if (!profile_.empty()) {
            // The profile default-encryption, which a pptp-client has of its own, asks for it.
            if (kind_ == PeersKind::pptp) profile_.try_emplace("use-encryption", "yes");
            out_.edits.push_back(
                {.verb = Edit::Verb::add, .kind = "profile", .name = name, .properties = profile_});
            client_["profile"] = name;
        }
        out_.edits.push_back({.verb = Edit::Verb::add,
                              .kind = std::string(kind),
                              .name = name,
                              .properties = std::move(client_)});
    }

    const PeersInput& input_;
    const Reader& reader_;
    std::vector<PeersItem> items_;
    PeersKind kind_ = PeersKind::none;
    Properties client_, profile_;
    std::map<std::string, PeersItem*> givers_;  // by what is said: who said it last
    PeersItem* name_ = nullptr;
    std::string own_name_, server_;
    Remembered interval_, failure_;
    std::vector<PeersItem*> refusals_;
    std::vector<Note> late_;
    Imported out_;
};

}  // namespace

Imported import_peers(const PeersInput& input, const Reader& reader) {
    return PeersImporter(input, reader).run();
}

}  // namespace ppp::ctl::importers
