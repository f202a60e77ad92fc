// SPDX-License-Identifier: GPL-2.0-or-later
// The methods that change something: each asks for permission first.
#include "base/quoted.hpp"
#include "config/property.hpp"
#include "dbus/bus_error.hpp"
#include "dbus/compat.hpp"
#include "dbus/manager_object.hpp"

namespace ppp::dbus {
namespace {

constexpr std::size_t kMaxEdits = 10'000;

const config::Kind& kind_of(const std::string& name) {
    const auto* kind = config::find_kind(name);
    if (kind == nullptr)
        throw to_bus({Errc::not_found, 0, "there is no kind " + quoted(name) + ": Describe('') lists them"});
    return *kind;
}

config::Edit::Verb verb_of(const std::string& word) {
    if (word == "add") return config::Edit::Verb::add;
    if (word == "set") return config::Edit::Verb::set;
    if (word == "remove") return config::Edit::Verb::remove;
    throw invalid_argument(quoted(word) + " is no edit: there are add, set and remove");
}

/// Passwords may be among the values: they do not stay in the memory.
struct WipedEdits {
    explicit WipedEdits(std::vector<config::Edit> edits) : list(std::move(edits)) {}
    WipedEdits(WipedEdits&&) noexcept = default;
    WipedEdits& operator=(WipedEdits&&) noexcept = default;
    ~WipedEdits() {
        for (auto& edit : list) config::wipe(edit);
    }
    std::vector<config::Edit> list;
};

}  // namespace

template <class Reply, class Work>
void ManagerObject::permitted(Action action, Reply reply, Work work) {
    guarded([&] {
        authority_.ask(compat::sender(getObject()), action,
                       [reply = std::move(reply), work = std::move(work)](const sdbus::Error* refused) {
                           if (refused) return reply.returnError(*refused);
                           guarded([&] { work(reply); });
                       });
    });
}

void ManagerObject::Disconnect(sdbus::Result<>&& reply, std::uint64_t session) {
    permitted(Action::control, std::move(reply), [this, session](const sdbus::Result<>& answer) {
        if (auto done = service_.disconnect_session(session); !done) throw to_bus(done.error());
        answer.returnResults();
    });
}

void ManagerObject::Reload(sdbus::Result<>&& reply) {
    permitted(Action::control, std::move(reply), [this](const sdbus::Result<>& answer) {
        if (auto done = service_.reload(); !done) throw to_bus(done.error());
        answer.returnResults();
    });
}

std::vector<Dictionary> ManagerObject::List(const std::string& kind, const std::uint32_t& offset,
                                            const std::uint32_t& limit) {
    return guarded([&] {
        std::vector<Dictionary> rows;
        Window window{.skip = offset, .left = rows_at_most(limit)};
        if (!kind.empty()) {
            list_objects(service_.configuration(), kind_of(kind), window, rows);
            return rows;
        }
        for (const auto& each : config::kinds()) list_objects(service_.configuration(), each, window, rows);
        return rows;
    });
}

Dictionary ManagerObject::Get(const std::string& kind, const std::string& name) {
    return guarded([&] {
        const auto& found = kind_of(kind);
        if (found.find_const(service_.configuration(), name) == nullptr)
            throw to_bus({Errc::not_found, 0, "there is no " + kind + " " + quoted(name)});
        return properties_of(service_.configuration(), found, name);
    });
}

void ManagerObject::GetSecrets(sdbus::Result<Dictionary>&& reply, std::string kind, std::string name) {
    permitted(
        Action::read_secrets, std::move(reply),
        [this, kind = std::move(kind), name = std::move(name)](const sdbus::Result<Dictionary>& answer) {
            const auto& found = kind_of(kind);
            if (found.find_const(service_.configuration(), name) == nullptr)
                throw to_bus({Errc::not_found, 0, "there is no " + kind + " " + quoted(name)});
            answer.returnResults(secrets_of(service_.configuration(), found, name));
        });
}

std::vector<Dictionary> ManagerObject::Describe(const std::string& kind) {
    return guarded([&] { return describe(kind.empty() ? nullptr : &kind_of(kind)); });
}

void ManagerObject::change(sdbus::Result<Dictionary>&& reply, std::vector<config::Edit> edits,
                           session::ChangeOptions options) {
    permitted(Action::configure, std::move(reply),
              [this, edits = WipedEdits{std::move(edits)}, options](const sdbus::Result<Dictionary>& answer) {
                  auto report = service_.change(edits.list, options);
                  if (!report) throw to_bus(report.error());
                  answer.returnResults(to_dictionary(*report));
              });
}

void ManagerObject::Add(sdbus::Result<Dictionary>&& reply, std::string kind, Dictionary properties) {
    config::Edit edit;
    edit.kind = std::move(kind);
    guarded([&] { read_properties(properties, edit); });
    change(std::move(reply), {std::move(edit)}, {});
}

void ManagerObject::Set(sdbus::Result<Dictionary>&& reply, std::string kind, std::string name,
                        Dictionary properties) {
    config::Edit edit;
    edit.verb = config::Edit::Verb::set;
    edit.kind = std::move(kind);
    guarded([&] {
        if (properties.contains("name")) throw invalid_argument("Set: an object keeps its name");
        read_properties(properties, edit);
    });
    edit.name = std::move(name);
    change(std::move(reply), {std::move(edit)}, {});
}

void ManagerObject::Remove(sdbus::Result<Dictionary>&& reply, std::string kind, std::string name) {
    change(std::move(reply), {{config::Edit::Verb::remove, std::move(kind), std::move(name)}}, {});
}

void ManagerObject::Edit(sdbus::Result<Dictionary>&& reply, std::vector<BusEdit> edits, Dictionary options) {
    std::vector<config::Edit> wanted;
    session::ChangeOptions how;
    guarded([&] {
        if (edits.size() > kMaxEdits)
            throw invalid_argument("Edit: at most " + std::to_string(kMaxEdits) + " edits");
        how = read_options(options);
        wanted.reserve(edits.size());
        for (const auto& edit : edits) {
            config::Edit one;
            one.verb = verb_of(edit.get<0>());
            one.kind = edit.get<1>();
            read_properties(edit.get<3>(), one);
            if (!edit.get<2>().empty()) one.name = edit.get<2>();
            wanted.push_back(std::move(one));
        }
    });
    change(std::move(reply), std::move(wanted), how);
}

void ManagerObject::Commit(sdbus::Result<Dictionary>&& reply, std::string json, Dictionary options) {
    const auto how = guarded([&] { return read_options(options); });
    permitted(Action::configure, std::move(reply),
              [this, json = std::move(json), how](const sdbus::Result<Dictionary>& answer) {
                  auto report = service_.replace(json, how);
                  if (!report) throw to_bus(report.error());
                  answer.returnResults(to_dictionary(*report));
              });
}

}  // namespace ppp::dbus
