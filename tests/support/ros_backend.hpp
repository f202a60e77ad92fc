// SPDX-License-Identifier: GPL-2.0-or-later
/// @file MemoryBackend: objects as texts and actions as notes, behind the port of the RouterOS interpreter.
#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <vector>
#include "dbus/pppctl/routeros/steps.hpp"

namespace ppp::test {

struct MemoryBackend : ctl::ros::Backend {
    using Objects = std::map<std::string, ctl::ros::Properties, std::less<>>;
    std::map<std::string, Objects, std::less<>> kinds{
        {"profile", {{"default", {}}, {"default-encryption", {}}}},
        {"aaa", {{"aaa", {}}}},
        {"pptp-server", {{"server", {}}}}};
    std::vector<ctl::ros::Edit> edits;
    std::vector<ctl::ros::Action> actions;
    std::string answer = "shown";
    bool refuse = false;

    Result<std::vector<ctl::ros::Object>> objects(std::string_view kind) override {
        std::vector<ctl::ros::Object> out;
        if (const auto it = kinds.find(kind); it != kinds.end())
            for (const auto& [name, properties] : it->second) out.push_back({name, properties});
        return out;
    }

    /// Without passwords, as the daemon lists objects.
    Result<ctl::ros::Properties> values(std::string_view kind, std::string_view name) override {
        const auto all = kinds.find(kind);
        if (all == kinds.end() || !all->second.contains(name))
            return fail(Errc::not_found, "there is no such object");
        auto out = all->second.find(name)->second;
        for (const auto* secret : {"password", "secret", "pin"}) out.erase(secret);
        return out;
    }

    Result<bool> exists(std::string_view kind, std::string_view name) override {
        const auto it = kinds.find(kind);
        return it != kinds.end() && it->second.contains(name);
    }

    /// Refuses to add what exists, and to change or remove what does not.
    Result<> edit(const ctl::ros::Edit& edit) override {
        using Verb = ctl::ros::Edit::Verb;
        if (refuse) return fail(Errc::refused, "not permitted");
        auto& there = kinds[edit.kind];
        const bool exists = there.contains(edit.name);
        if (exists == (edit.verb == Verb::add))
            return fail(Errc::not_found,
                        edit.kind + ' ' + edit.name + (exists ? " exists" : " does not exist"));
        edits.push_back(edit);
        if (edit.verb == Verb::remove) {
            there.erase(edit.name);
            return {};
        }
        for (const auto& [key, value] : edit.properties) {
            if (value.empty())
                there[edit.name].erase(key);
            else
                there[edit.name][key] = value;
        }
        there.try_emplace(edit.name);
        return {};
    }

    Result<ctl::ros::Shown> act(const ctl::ros::Action& action) override {
        if (refuse) return fail(Errc::refused, "not permitted");
        actions.push_back(action);
        return ctl::ros::Shown{answer, {}};
    }

    /// "" when there is no such object or property.
    [[nodiscard]] std::string value(std::string_view kind, std::string_view name, std::string_view key) {
        const auto& there = kinds[std::string(kind)];
        const auto object = there.find(name);
        if (object == there.end()) return {};
        const auto it = object->second.find(key);
        return it == object->second.end() ? "" : it->second;
    }
};

}  // namespace ppp::test
