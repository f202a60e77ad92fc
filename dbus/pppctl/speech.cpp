// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/speech.hpp"
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include "dbus/pppctl/configuration.hpp"
#include "dbus/pppctl/listing.hpp"
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/routeros/menu.hpp"
#include "dbus/pppctl/routeros/session.hpp"
#include "dbus/pppctl/routeros/spelling.hpp"
#include "dbus/pppctl/speech_log.hpp"
#include "dbus/pppctl/text.hpp"
#include "dbus/pppctl/view.hpp"

namespace ppp::ctl {
namespace {

constexpr std::uint32_t kScanSeconds = 5, kLongestScan = 60;

class BusBackend final : public Collector {
public:
    /// @param file the commands come from a file: nothing goes on until Ctrl-C.
    BusBackend(Context& context, bool file) : context_(context), file_(file) {}

    Result<std::vector<ros::Object>> objects(std::string_view kind) override {
        if (kind == "active") return sessions();
        PPP_TRY(const auto* known, load(std::string(kind)));
        std::vector<ros::Object> out;
        for (const auto& [name, object] : *known) out.push_back(object);
        return out;
    }
    Result<bool> exists(std::string_view kind, std::string_view name) override {
        if (kind == "active") {
            PPP_TRY(const auto all, sessions());
            return std::ranges::find(all, name, &ros::Object::name) != all.end();
        }
        PPP_TRY(const auto* known, load(std::string(kind)));
        return known->contains(std::string(name));
    }
    Result<ros::Properties> values(std::string_view kind, std::string_view name) override {
        PPP_TRY(const auto* known, load(std::string(kind)));
        const auto at = known->find(std::string(name));
        if (at == known->end()) return fail(Errc::not_found, "there is no such object");
        return at->second.properties;
    }
    Result<> edit(const ros::Edit& edit) override {
        PPP_TRY(auto* known, load(edit.kind));
        auto name = edit.name;
        BusEdit noted{"set", edit.kind, name, Dictionary{}};
        if (edit.verb == ros::Edit::Verb::remove) {
            noted.get<0>() = "remove";
            known->erase(name);
        } else {
            if (edit.verb == ros::Edit::Verb::add) {
                noted.get<0>() = "add";
                PPP_TRY((*known)[name], fresh(edit.kind, name));
            }
            auto& object = (*known)[name];
            for (const auto& [property, value] : edit.properties) {
                // Only what is sent has passwords: a listing must not.
                const bool secret = is_secret(edit.kind, property);
                if (!secret) object.properties[property] = value;
                // An empty password is one: it lets everybody in.
                noted.get<3>()[value.empty() && !secret ? "!" + property : property] = sdbus::Variant{value};
            }
        }
        edits_.push_back(std::move(noted));
        return {};
    }
    Result<ros::Shown> act(const ros::Action& action) override;

    [[nodiscard]] const std::vector<BusEdit>& edits() const override { return edits_; }
    [[nodiscard]] const std::vector<Kick>& kicks() const override { return kicks_; }

private:
    using Known = std::map<std::string, ros::Object>;

    Result<Known*> load(const std::string& kind) {
        if (const auto at = known_.find(kind); at != known_.end()) return &at->second;
        auto all = configuration(context_.bus, kind);
        if (!all) return fail(to_error(context_, all.error()));
        PPP_TRY(const auto* rows, grammar(kind));
        auto& known = known_[kind];
        for (const auto& object : *all) {
            auto& one = known[object.name];
            one.name = object.name;
            if (!object.acting) kept_.insert(kind);
            for (const auto& row : *rows)
                if (!row.secret) one.properties[row.name] = object.text(row.name);
        }
        return &known;
    }
    Result<ros::Object> fresh(const std::string& kind, const std::string& name) {
        PPP_TRY(const auto* rows, grammar(kind));
        ros::Object out{name, {}};
        for (const auto& row : *rows)
            if (!row.secret) out.properties[row.name] = row.standard;
        return out;
    }
    /// Asked of the daemon once a kind.
    Result<const std::vector<PropertyRow>*> grammar(const std::string& kind) {
        if (const auto at = grammar_.find(kind); at != grammar_.end()) return &at->second;
        auto rows = properties(context_.bus, kind);
        if (!rows) return fail(to_error(context_, rows.error()));
        return &grammar_.emplace(kind, *std::move(rows)).first->second;
    }
    /// Of a kind that was loaded.
    [[nodiscard]] bool is_secret(const std::string& kind, const std::string& property) const {
        const auto& rows = grammar_.at(kind);
        const auto at = std::ranges::find(rows, property, &PropertyRow::name);
        return at != rows.end() && at->secret;
    }
    /// Asked of the daemon once: sessions end only when all commands are read.
    Result<std::vector<ros::Object>> sessions() {
        if (sessions_) return *sessions_;
        auto rows = all_sessions(context_.bus, {});
        if (!rows) return fail(to_error(context_, rows.error()));
        std::vector<ros::Object> out;
        for (const auto& row : *rows) {
            ros::Object object;
            for (const auto& [property, value] : row) object.properties[kebab(property)] = value_text(value);
            object.name = object.properties["id"];
            out.push_back(std::move(object));
        }
        sessions_ = out;
        return out;
    }
    Result<ros::Shown> show(const ros::Action& action);
    Result<ros::Shown> get(const ros::Action& action);
    Result<ros::Shown> monitor(const ros::Action& action);
    Result<ros::Shown> note_kicks(const ros::Action& action);
    /// What one of our own verbs prints: live on the screen, or handed back where it may not be.
    template <class F>
    Result<ros::Shown> printed(F verb);

    Context& context_;
    bool file_;
    std::set<std::string> kept_;  // kinds that the daemon does nothing with yet
    std::map<std::string, Known> known_;
    std::map<std::string, std::vector<PropertyRow>> grammar_;
    std::vector<BusEdit> edits_;
    std::optional<std::vector<ros::Object>> sessions_;
    std::vector<Kick> kicks_;
};

std::string argument(const ros::Action& action, const char* name) {
    const auto at = action.arguments.find(name);
    return at == action.arguments.end() ? std::string() : at->second;
}

/// The names of the clients that are connected, and of the servers that listen.
Result<std::set<std::string>> running(Context& context, const std::string& kind) {
    auto all = objects(context.bus);
    if (!all) return fail(to_error(context, all.error()));
    std::set<std::string> out;
    for (const auto& object : *all)
        if (object.text("Kind") == kind && (object.text("State") == "connected" || object.flag("Listening")))
            out.insert(object.text("Name"));
    return out;
}

template <class F>
Result<ros::Shown> BusBackend::printed(F verb) {
    std::optional<Capture> capture;
    if (context_.json || file_) capture.emplace();
    if (auto outcome = verb(); !outcome) return fail(to_error(context_, outcome.error()));
    auto text = capture ? capture->text() : std::string();
    if (!text.empty()) text.pop_back();
    return context_.json ? ros::Shown{{}, text} : ros::Shown{text, {}};
}

Result<ros::Shown> BusBackend::show(const ros::Action& action) {
    PPP_TRY(auto* known, load(action.kind));
    PPP_TRY(const auto matcher, ros::Matcher::create(action.where));
    PPP_TRY(const auto* rows, grammar(action.kind));
    PPP_TRY(const auto up, running(context_, action.kind));
    Listing listing;
    for (const auto& row : *rows) {
        if (row.secret) continue;
        listing.properties.push_back(row.name);
        listing.standard[row.name] = row.standard;
    }
    auto objects = *known;
    if (const auto* menu = ros::menu_of(action.kind);
        menu != nullptr && !menu->only.empty() && objects.empty()) {
        PPP_TRY(objects[std::string(menu->only)], fresh(action.kind, std::string(menu->only)));
    }
    for (const auto& [name, object] : objects) {
        const bool named = std::ranges::find(action.names, name) != action.names.end();
        if (action.names.empty() ? !matcher.matches(object) : !named) continue;
        const auto disabled = object.properties.find("disabled");
        listing.entries.push_back(
            {.object = object,
             .disabled = disabled != object.properties.end() && disabled->second == "yes",
             .running = up.contains(name),
             .kept = kept_.contains(action.kind)});
    }
    return print_listing(listing, argument(action, "form"), words_of(argument(action, "proplist")),
                         context_.screen, context_.json);
}

Result<ros::Shown> BusBackend::get(const ros::Action& action) {
    if (action.kind.empty()) return get_interface({context_, false}, action);
    PPP_TRY(const auto* known, load(action.kind));
    const auto object = known->find(action.names.empty() ? "" : action.names.front());
    if (object == known->end()) return fail(Errc::not_found, "there is no such object");
    const auto property = argument(action, "property");
    const auto value = object->second.properties.find(property);
    if (value == object->second.properties.end() && property != "name")
        return fail(Errc::config, action.kind + " has no property '" + printable(property) +
                                      "'; see: pppctl explain " + action.kind);
    const auto text = property == "name" ? object->first : value->second;
    return context_.json ? ros::Shown{{}, Json(text).dump()} : ros::Shown{printable(text), {}};
}

Result<ros::Shown> BusBackend::monitor(const ros::Action& action) {
    PPP_CHECK(load(action.kind));
    if (context_.json) {
        auto list = Json::array();
        for (const auto& name : action.names) {
            const auto one = object(context_.bus, name);
            if (!one) return fail(to_error(context_, one.error()));
            list.push_back(ctl::to_json(*one));
        }
        return ros::Shown{{}, list.size() == 1 ? list.front().dump() : list.dump()};
    }
    const auto seconds = seconds_of(argument(action, "duration"));
    const bool live = (context_.screen.terminal || seconds > 0) && !file_ && argument(action, "once").empty();
    return printed([&]() -> Outcome<> {
        for (const auto& name : action.names)
            if (auto shown = live ? ctl::monitor(context_, name, seconds) : status(context_, name); !shown)
                return shown;
        return {};
    });
}

Result<ros::Shown> BusBackend::note_kicks(const ros::Action& action) {
    PPP_TRY(const auto all, sessions());
    for (const auto& name : action.names) {
        std::uint64_t id = 0;
        for (const char c : name) id = id * 10 + static_cast<std::uint64_t>(c - '0');
        if (std::ranges::find(kicks_, id, &Kick::session) != kicks_.end()) continue;
        const auto session = std::ranges::find(all, name, &ros::Object::name);
        if (session == all.end()) return fail(Errc::not_found, "there is no session " + printable(name));
        const auto user = session->properties.find("name");
        kicks_.push_back({id, user == session->properties.end() ? std::string() : user->second});
    }
    return ros::Shown{};
}

Result<ros::Shown> BusBackend::act(const ros::Action& action) {
    using What = ros::Action::What;
    const Showing showing{context_, !file_};
    switch (action.what) {
        case What::list:
            return show(action);
        case What::get:
            return get(action);
        case What::monitor:
            return monitor(action);
        case What::scan: {
            const auto asked = seconds_of(argument(action, "duration"));
            const auto seconds = asked == 0 ? kScanSeconds : std::min(asked, kLongestScan);
            return printed([&] { return scan(context_, argument(action, "interface"), seconds); });
        }
        case What::sessions:
            return show_sessions(showing, action);
        case What::kick:
            return note_kicks(action);
        case What::export_text: {
            const Capture text;
            const bool secrets = !argument(action, "show-sensitive").empty();
            if (auto exported = export_config(context_, secrets, action.names); !exported)
                return fail(to_error(context_, exported.error()));
            return ros::Shown{text.text().substr(0, text.text().find_last_not_of('\n') + 1), {}};
        }
        case What::traffic:
            return watch_traffic(showing, action);
        case What::ping:
            return ping(showing, action);
        case What::routes:
            return show_routes(showing, action);
        case What::interfaces:
            return show_interfaces(showing, action);
        case What::log: {
            PPP_TRY(auto text, log_text(action));
            return ros::Shown{std::move(text), {}};
        }
    }
    return ros::Shown{};
}

/// Runs the text, commits what it comes to when nothing is wrong, prints: as JSON one object.
Outcome<> run(Context& context, const std::string& text) {
    using Kind = ros::Report::Kind;
    BusBackend backend(context, false);
    ros::Interpreter interpreter(backend);
    const auto outcome = interpreter.run(text);
    Json json;
    json["commands"] = Json::array();
    std::string shown, wrong;
    for (const auto& report : outcome.reports) {
        json["commands"].push_back(to_json(report));
        if (report.kind == Kind::failed) {
            wrong += (wrong.empty() ? "" : "\n") + report.message;
            continue;
        }
        // What was changed is told by the daemon once it has done so.
        const auto& said = report.kind == Kind::changed ? report.notes : report.message;
        if (!said.empty()) shown += said + "\n";
    }
    if (!context.json && backend.edits().empty()) put(shown);
    Outcome<Dictionary> changed = Dictionary{};
    if (!outcome.failed() && !backend.edits().empty()) changed = send_edits(context, backend.edits(), {});
    Outcome<> ended;
    if (changed && !outcome.failed()) ended = end_sessions(context, backend.kicks());
    if (context.json) {
        if (changed && !changed->empty()) json["report"] = ctl::to_json(*changed);
        put(json_text(json));
    }
    if (!changed) return ppp::detail::unexpected<Problem>(changed.error());
    if (outcome.failed()) return problem(context.refused, wrong);
    if (!ended) return ended;
    if (!context.json && !changed->empty()) put(describe_report(*changed, false) + shown);
    return {};
}

}  // namespace

Json to_json(const ros::Report& report) {
    Json json{{"line", report.line},
              {"command", report.command},
              {"result", std::string(ros::to_string(report.kind))},
              {"message", report.message}};
    if (!report.data.empty()) {
        json["data"] = Json::parse(report.data, nullptr, false);
        if (json["data"].is_discarded()) json["data"] = report.data;
    }
    return json;
}

Outcome<> end_sessions(Context& context, const std::vector<Kick>& kicks) {
    for (const auto& one : kicks)
        if (auto kicked = kick(context, one.session); !kicked && kicked.error().status != Exit::not_found)
            return kicked;
    return {};
}

std::unique_ptr<Collector> make_collector(Context& context) {
    return std::make_unique<BusBackend>(context, true);
}

Outcome<> speak(Context& context, std::span<const std::string> words) {
    return run(context, ros::command_line(words));
}

}  // namespace ppp::ctl
