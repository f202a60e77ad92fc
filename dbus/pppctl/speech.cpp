// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/speech.hpp"
#include <algorithm>
#include <map>
#include "dbus/pppctl/configuration.hpp"
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/routeros/export.hpp"
#include "dbus/pppctl/routeros/session.hpp"
#include "dbus/pppctl/routeros/spelling.hpp"
#include "dbus/pppctl/speech_log.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

Error to_error(const Problem& problem) { return {Errc::refused, 0, problem.text}; }

class BusBackend final : public Collector {
public:
    explicit BusBackend(Context& context) : context_(context) {}

    Result<std::vector<ros::Object>> objects(std::string_view kind) override {
        if (kind == "active") return sessions();
        PPP_TRY(const auto* known, load(std::string(kind)));
        std::vector<ros::Object> out;
        for (const auto& [name, object] : *known) out.push_back(object);
        return out;
    }
    Result<bool> exists(std::string_view kind, std::string_view name) override {
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
                noted.get<3>().insert_or_assign(value.empty() && !secret ? "!" + property : property,
                                                sdbus::Variant{value});
            }
        }
        edits_.push_back(std::move(noted));
        return {};
    }
    Result<std::string> act(const ros::Action& action) override;

    [[nodiscard]] const std::vector<BusEdit>& edits() const override { return edits_; }

private:
    using Known = std::map<std::string, ros::Object>;

    Result<Known*> load(const std::string& kind) {
        if (const auto at = known_.find(kind); at != known_.end()) return &at->second;
        auto all = configuration(context_.bus, kind);
        if (!all) return fail(to_error(all.error()));
        PPP_TRY(const auto* rows, grammar(kind));
        auto& known = known_[kind];
        for (const auto& object : *all) {
            auto& one = known[object.name];
            one.name = object.name;
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
        if (!rows) return fail(to_error(rows.error()));
        return &grammar_.emplace(kind, *std::move(rows)).first->second;
    }
    /// Of a kind that was loaded.
    [[nodiscard]] bool is_secret(const std::string& kind, const std::string& property) const {
        const auto& rows = grammar_.at(kind);
        const auto at = std::ranges::find(rows, property, &PropertyRow::name);
        return at != rows.end() && at->secret;
    }
    Result<std::vector<ros::Object>> sessions() {
        auto rows = all_sessions(context_.bus, {});
        if (!rows) return fail(to_error(rows.error()));
        std::vector<ros::Object> out;
        for (const auto& row : *rows) {
            ros::Object object;
            for (const auto& [property, value] : row) object.properties[kebab(property)] = value_text(value);
            object.name = object.properties["id"];
            out.push_back(std::move(object));
        }
        return out;
    }
    Result<std::string> show(const ros::Action& action);

    Context& context_;
    std::map<std::string, Known> known_;
    std::map<std::string, std::vector<PropertyRow>> grammar_;
    std::vector<BusEdit> edits_;
};

Result<> done(Outcome<> outcome) {
    if (!outcome) return fail(to_error(outcome.error()));
    return {};
}

Result<std::string> BusBackend::show(const ros::Action& action) {
    PPP_TRY(const auto* known, load(action.kind));
    PPP_TRY(const auto matcher, ros::Matcher::create(action.where));
    std::string text;
    std::size_t count = 0;
    for (const auto& [name, object] : *known) {
        const bool named = std::ranges::find(action.names, name) != action.names.end();
        if (action.names.empty() ? !matcher.matches(object) : !named) continue;
        text += std::to_string(count++) + " name=" + printable(name);
        for (const auto& [property, value] : object.properties)
            if (!value.empty()) text += " " + property + "=" + printable(value);
        text += "\n";
    }
    const auto form = action.arguments.find("form");
    if (form != action.arguments.end() && form->second == "count-only") return std::to_string(count);
    if (!text.empty()) text.pop_back();
    return text.empty() ? "there is none" : text;
}

Result<std::string> BusBackend::act(const ros::Action& action) {
    using What = ros::Action::What;
    const auto argument = [&](const char* name) {
        const auto at = action.arguments.find(name);
        return at == action.arguments.end() ? std::string() : at->second;
    };
    switch (action.what) {
        case What::list:
            return show(action);
        case What::get: {
            PPP_TRY(const auto* known, load(action.kind));
            const auto object = known->find(action.names.empty() ? "" : action.names.front());
            if (object == known->end()) return fail(Errc::not_found, "there is no such object");
            const auto value = object->second.properties.find(argument("property"));
            return value == object->second.properties.end() ? std::string() : value->second;
        }
        case What::monitor:
            for (const auto& name : action.names)
                PPP_CHECK(done(context_.screen.terminal && argument("once").empty()
                                   ? monitor(context_, name)
                                   : status(context_, name)));
            return std::string();
        case What::scan:
            PPP_CHECK(done(scan(context_, argument("interface"), 5)));
            return std::string();
        case What::sessions: {
            std::string text;
            PPP_TRY(const auto all, sessions());
            PPP_TRY(const auto matcher, ros::Matcher::create(action.where));
            for (const auto& session : all) {
                if (!matcher.matches(session)) continue;
                text += (text.empty() ? "" : "\n") + session.name;
                for (const auto* property : {"name", "service", "caller-id", "address", "uptime", "encoding"})
                    if (const auto at = session.properties.find(property); at != session.properties.end())
                        text += std::string(" ") + property + "=" + printable(at->second);
            }
            return text.empty() ? "no sessions" : text;
        }
        case What::kick:
            for (const auto& name : action.names) {
                std::uint64_t id = 0;
                for (const char c : name) id = id * 10 + static_cast<std::uint64_t>(c - '0');
                PPP_CHECK(done(kick(context_, id)));
            }
            return std::string();
        case What::export_text:
            PPP_CHECK(done(export_config(context_)));
            return std::string();
        case What::log:
            return log_text(action);
        case What::traffic:
        case What::ping:
        case What::routes:
        case What::interfaces:
            break;
    }
    return "the host does this: " + (action.instead.empty() ? "see pppctl status" : action.instead);
}

Json to_json(const ros::Report& report) {
    return {{"line", report.line},
            {"command", report.command},
            {"result", std::string(ros::to_string(report.kind))},
            {"message", report.message}};
}

/// Runs the text, commits what it comes to when nothing is wrong, prints: as JSON one object.
Outcome<> run(Context& context, const std::string& text) {
    using Kind = ros::Report::Kind;
    BusBackend backend(context);
    ros::Interpreter interpreter(backend);
    const auto outcome = interpreter.run(text);
    Json json;
    json["commands"] = Json::array();
    std::string shown, wrong;
    for (const auto& report : outcome.reports) {
        json["commands"].push_back(to_json(report));
        if (report.kind == Kind::failed)
            wrong += (wrong.empty() ? "" : "\n") + report.message;
        else if (!report.message.empty())
            shown += report.message + "\n";
    }
    if (!context.json) put(shown);
    Outcome<Dictionary> changed = Dictionary{};
    if (!outcome.failed() && !backend.edits().empty()) changed = send_edits(context, backend.edits(), {});
    if (context.json) {
        if (changed && !changed->empty()) json["report"] = ctl::to_json(*changed);
        put(json.dump(2) + "\n");
    }
    if (!changed) return ppp::detail::unexpected<Problem>(changed.error());
    if (outcome.failed()) return problem(Exit::failed, wrong);
    if (!context.json && !changed->empty()) put(describe_report(*changed, false));
    return {};
}

}  // namespace

std::unique_ptr<Collector> make_collector(Context& context) { return std::make_unique<BusBackend>(context); }

Outcome<> speak(Context& context, std::span<const std::string> words) {
    return run(context, ros::command_line(words));
}

Outcome<> export_config(Context& context, bool secrets) {
    auto all = kinds(context.bus);
    if (!all) return ppp::detail::unexpected<Problem>(all.error());
    std::vector<ros::Exported> out;
    for (const auto& kind : *all) {
        auto rows = properties(context.bus, kind.name);
        if (!rows) return ppp::detail::unexpected<Problem>(rows.error());
        auto objects = configuration(context.bus, kind.name);
        if (!objects) return ppp::detail::unexpected<Problem>(objects.error());
        ros::Exported exported{kind.name, {}};
        for (const auto& object : *objects) {
            ros::Object one{object.name, {}};
            for (const auto& row : *rows)
                if (const auto value = object.text(row.name); !row.secret && value != row.standard)
                    one.properties[row.name] = value;
            if (secrets && std::ranges::any_of(*rows, &PropertyRow::secret)) {
                auto known = read_secrets(context.bus, kind.name, object.name);
                if (!known) return ppp::detail::unexpected<Problem>(known.error());
                for (const auto& [property, value] : *known)
                    if (const auto text = value_text(value); !text.empty()) one.properties[property] = text;
            }
            exported.objects.push_back(std::move(one));
        }
        out.push_back(std::move(exported));
    }
    put(ros::export_text(out));
    return {};
}

}  // namespace ppp::ctl
