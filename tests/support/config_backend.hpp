// SPDX-License-Identifier: GPL-2.0-or-later
/// @file ConfigBackend: a Config behind the port of RouterOS speech and of the importers; edits are collected
/// and applied as the daemon applies them.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>
#include "config/edit.hpp"
#include "config/property.hpp"
#include "dbus/pppctl/routeros/export.hpp"
#include "dbus/pppctl/routeros/steps.hpp"

namespace ppp::test {

class ConfigBackend final : public ctl::ros::Backend {
public:
    using Edit = ctl::edits::Edit;
    using Object = ctl::edits::Object;
    using Properties = ctl::edits::Properties;

    explicit ConfigBackend(config::Config before) : before_(std::move(before)) {
        for (const auto& kind : config::kinds()) {
            auto& known = known_[std::string(kind.name)];
            for (const auto& name : kind.names(before_))
                known[name] = listed(kind, kind.find_const(before_, name));
            if (!kind.only_name.empty() && known.empty())
                known[std::string(kind.only_name)] = defaults(kind, std::string(kind.only_name));
        }
    }

    Result<std::vector<Object>> objects(std::string_view kind) override {
        std::vector<Object> out;
        for (const auto& [name, properties] : known_[std::string(kind)]) out.push_back({name, properties});
        return out;
    }
    Result<bool> exists(std::string_view kind, std::string_view name) override {
        return known_[std::string(kind)].contains(std::string(name));
    }
    Result<Properties> values(std::string_view kind, std::string_view name) override {
        const auto& known = known_[std::string(kind)];
        const auto at = known.find(std::string(name));
        if (at == known.end()) return fail(Errc::not_found, "there is no such object");
        return at->second;
    }
    Result<> edit(const Edit& edit) override {
        const auto* kind = config::find_kind(edit.kind);
        if (kind == nullptr) return fail(Errc::not_found, "there is no such kind");
        config::Edit one{.verb = static_cast<config::Edit::Verb>(edit.verb == Edit::Verb::add   ? 0
                                                                 : edit.verb == Edit::Verb::set ? 1
                                                                                                : 2),
                         .kind = edit.kind,
                         .name = edit.name};
        auto& known = known_[edit.kind];
        if (edit.verb == Edit::Verb::remove) {
            known.erase(edit.name);
        } else {
            if (edit.verb == Edit::Verb::add) known[edit.name] = defaults(*kind, edit.name);
            for (const auto& [key, value] : edit.properties) {
                const auto* property = config::find_property(*kind, key);
                const bool secret = property != nullptr && property->secret;
                if (!secret) known[edit.name][key] = value;
                if (value.empty() && !secret)
                    one.unset.push_back(key);
                else
                    one.properties.emplace_back(key, value);
            }
        }
        edits_.push_back(std::move(one));
        return {};
    }
    Result<ctl::ros::Shown> act(const ctl::ros::Action&) override { return ctl::ros::Shown{}; }

    [[nodiscard]] Result<config::Config> applied() const {
        std::vector<config::Problem> problems;
        return config::apply(before_, edits_, problems);
    }
    [[nodiscard]] const std::vector<config::Edit>& edits() const { return edits_; }

private:
    static Properties listed(const config::Kind& kind, const void* object) {
        Properties out;
        for (const auto& property : kind.properties)
            if (!property.secret && !config::is_alias(property))
                out[std::string(property.name)] = property.print(object);
        return out;
    }
    static Properties defaults(const config::Kind& kind, const std::string& name) {
        config::Config scratch;
        return listed(kind, kind.add(scratch, name));
    }

    config::Config before_;
    std::map<std::string, std::map<std::string, Properties>> known_;
    std::vector<config::Edit> edits_;
};

/// What `pppctl export` writes of a Config. @param passwords with them.
inline std::string export_of(const config::Config& config, bool passwords = false) {
    std::vector<ctl::ros::Exported> out;
    for (const auto& kind : config::kinds()) {
        ctl::ros::Exported exported{std::string(kind.name), {}};
        for (const auto& name : kind.names(config)) {
            config::Config scratch;
            const auto* standard = kind.add(scratch, name);
            const auto* object = kind.find_const(config, name);
            ctl::edits::Object one{name, {}};
            for (const auto& property : kind.properties) {
                if (config::is_alias(property) || (property.secret && !passwords)) continue;
                auto value = property.print(object);
                // An enabled secret needs a password, be it "".
                if (value != property.print(standard) || (property.secret && kind.name == "secret"))
                    one.properties[std::string(property.name)] = std::move(value);
            }
            exported.objects.push_back(std::move(one));
        }
        out.push_back(std::move(exported));
    }
    return ctl::ros::export_text(out);
}

}  // namespace ppp::test
