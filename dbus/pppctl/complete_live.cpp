// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What the daemon and the kernel have to offer for completion, and its printing.
#include <net/if.h>
#include <algorithm>
#include <memory>
#include <optional>
#include <type_traits>
#include "dbus/pppctl/complete.hpp"
#include "dbus/pppctl/configuration.hpp"
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

// Whoever presses the tabulator waits for it.
constexpr std::uint64_t kPatience = 300'000;  // microseconds

template <class F>
using AnswerTo = typename std::invoke_result_t<F, Bus&>::value_type;

/// A page of them: more is not to be read through anyway.
Outcome<std::vector<Dictionary>> first_sessions(Bus& bus) {
    return bus.ask<std::vector<Dictionary>>(kRoot, kManager, "ListSessions", Dictionary{}, std::uint32_t{0},
                                            std::uint32_t{0});
}

/// Asks the daemon each question once, when it comes up, and never again after it gave no answer.
class Live final : public Catalogue {
public:
    explicit Live(std::string address) : address_(std::move(address)) {}

    std::vector<Candidate> kinds() override {
        std::vector<Candidate> out;
        if (!kinds_) kinds_ = ask([](Bus& bus) { return ctl::kinds(bus); });
        for (const auto& kind : *kinds_) out.push_back({kind.name, kind.meaning});
        return out;
    }
    std::vector<Candidate> objects(const std::string& kind) override {
        std::vector<Candidate> out;
        const auto found = kind.empty() ? all() : ask([&](Bus& bus) { return configuration(bus, kind); });
        out.reserve(found.size());
        for (const auto& o : found) out.push_back({o.name, o.kind});
        return out;
    }
    std::string kind_of(const std::string& name) override {
        std::string found;
        for (const auto& o : all()) {
            if (o.name != name) continue;
            if (!found.empty()) return {};
            found = o.kind;
        }
        return found;
    }
    std::vector<Candidate> keys(const std::string& kind) override {
        std::vector<Candidate> out;
        for (const auto& p : properties_of(kind))
            out.push_back({p.secret ? p.name : p.name + "=", p.meaning});
        return out;
    }
    std::string expected(const std::string& kind, const std::string& property) override {
        for (const auto& p : properties_of(kind))
            if (p.name == property) return p.expected;
        return {};
    }
    std::vector<Candidate> clients() override { return running(true); }
    std::vector<Candidate> servers() override { return running(false); }
    std::vector<Candidate> sessions() override {
        std::vector<Candidate> out;
        for (const auto& row : ask(first_sessions)) {
            const auto text = [&](const char* key) {
                return row.contains(key) ? value_text(row.at(key)) : std::string();
            };
            out.push_back({text("Id"), text("Name") + " " + text("Address")});
        }
        return out;
    }
    std::vector<Candidate> interfaces() override {
        std::vector<Candidate> out;
        const std::unique_ptr<struct if_nameindex, decltype(&::if_freenameindex)> list(::if_nameindex(),
                                                                                       &::if_freenameindex);
        for (const auto* one = list.get(); one != nullptr && one->if_index != 0; ++one)
            if (std::string_view(one->if_name) != "lo") out.push_back({one->if_name, ""});
        return out;
    }

private:
    Bus* bus() {
        if (!bus_) {
            bus_ = Bus::connect(address_);
            if (*bus_) (*bus_)->connection().setMethodCallTimeout(kPatience);
        }
        return *bus_ && !silent_ ? &**bus_ : nullptr;
    }
    /// What the question gives, empty when there is no answer.
    template <class F>
    AnswerTo<F> ask(F question) {
        auto* connection = bus();
        if (connection == nullptr) return {};
        auto answer = question(*connection);
        silent_ = !answer && answer.error().status != Exit::not_found;
        return answer ? std::move(*answer) : AnswerTo<F>{};
    }
    const std::vector<ConfigObject>& all() {
        if (!all_) all_ = ask([](Bus& bus) { return configuration(bus); });
        return *all_;
    }
    std::vector<PropertyRow> properties_of(const std::string& kind) {
        return ask([&](Bus& bus) { return properties(bus, kind); });
    }
    std::vector<Candidate> running(bool clients) {
        std::vector<Candidate> out;
        for (const auto& o : ask([](Bus& bus) { return ctl::objects(bus); }))
            if (o.is_client == clients)
                out.push_back({o.text("Name"), clients ? "client, " + o.text("State") : "server"});
        return out;
    }

    std::string address_;
    std::optional<Outcome<Bus>> bus_;
    bool silent_ = false;
    std::optional<std::vector<KindRow>> kinds_;
    std::optional<std::vector<ConfigObject>> all_;
};

/// The bus that the line names: `--address BUS` or `--address=BUS`.
std::string address_in(const std::vector<std::string>& words) {
    constexpr std::string_view option = "--address";
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == option && i + 2 < words.size()) return words[i + 1];
        if (words[i].starts_with(option) && words[i].size() > option.size() && words[i][option.size()] == '=')
            return words[i].substr(option.size() + 1);
    }
    return {};
}

/// A word that a shell takes for what it is. Names may be anything; odd ones are typed by hand.
bool plain(const std::string& word) {
    return std::ranges::all_of(word, [](unsigned char c) {
        return c > ' ' && c != 0x7F &&
               std::string_view("'\"\\`$&|;<>()*?#~[]{}").find(static_cast<char>(c)) ==
                   std::string_view::npos;
    });
}

}  // namespace

Outcome<> print_candidates(CLI::App& app, const std::vector<std::string>& words) {
    Live live(address_in(words));
    std::string out;
    for (const auto& candidate : complete(app, words, live)) {
        if (!plain(candidate.word)) continue;
        out += candidate.word + (candidate.help.empty() ? "" : "\t" + printable(candidate.help)) + "\n";
    }
    put(out);
    return {};
}

}  // namespace ppp::ctl
