// SPDX-License-Identifier: GPL-2.0-or-later
/// @file SurvivingHost: a whole Manager on one host of a SessionWorld whose process can be killed and started
/// again, with a keeper beside it.
#pragma once
#include <doctest/doctest.h>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>
#include "config/store.hpp"
#include "session/keeping.hpp"
#include "session/manager.hpp"
#include "support/fake_custody.hpp"
#include "support/manager_witness.hpp"
#include "support/scratch_directory.hpp"
#include "support/session_world.hpp"

namespace ppp::test {

class SurvivingHost final : public ManagerWitness {
public:
    SurvivingHost(SessionWorld& world, SessionWorld::Host& host, link::SerialLines* serial = nullptr)
        : world_(world), host_(host), serial_(serial) {
        start();
    }
    ~SurvivingHost() { host_.ports.keeping = nullptr; }

    /// The process begins, as daemon/main.cpp does it.
    void start() {
        session::StateJournal::Entries entries;
        auto journal = session::StateJournal::open(run_.path() / "state", entries);
        REQUIRE_MESSAGE(journal, journal.error().what);
        store_ = std::make_unique<config::Store>(files_.path(), ++starts_ * 1000);
        store_->keep_copies_in(run_.path() / "config");
        keeping_ =
            std::make_unique<session::Keeping>(custody, std::move(*journal), world_.rng, host_.ports.log);
        host_.ports.keeping = keeping_.get();
        host_.pppoe.cookie_secret = &keeping_->cookie_secret();
        manager = std::make_unique<session::Manager>(session::Manager::Context{.ports = host_.ports,
                                                                               .pppoe = host_.pppoe,
                                                                               .secrets = host_.secrets,
                                                                               .store = *store_,
                                                                               .memory = memory_,
                                                                               .serial = serial_});
        watch(*manager);
        manager->inherit(keeping_->inherit(custody.take(), entries));
        const auto loaded = manager->reload();
        REQUIRE_MESSAGE(loaded, loaded.error().what);
    }
    /// The process is killed: what it was about to do is not done.
    void kill() {
        world_.kernel.crash(
            [this] {
                manager.reset();
                keeping_.reset();
                host_.ports.keeping = nullptr;
                host_.pppoe.cookie_secret = nullptr;
            },
            [this](FakePpp::Key file) { return custody.holds_file(file); });
        // The kernel's PPPoE table forgets whom no socket belongs to.
        std::erase_if(host_.pppox.sessions, [this](const auto& session) {
            const auto& keys = world_.keys.at(session.session_id);
            return !custody.holds_file(keys.first) && !custody.holds_file(keys.second);
        });
    }
    void restart() {
        kill();
        start();
    }
    /// The files are changed by somebody else, while the process is not there.
    void edit_files(const config::Edit& edit) {
        config::Store store(files_.path());
        std::vector<config::Problem> problems;
        const auto loaded = store.load(problems);
        REQUIRE(loaded);
        const auto edited = config::apply(loaded->config, std::vector{edit}, problems);
        REQUIRE(edited);
        REQUIRE(store.save(*edited, loaded->revision));
    }
    void change(const config::Edit& edit) {
        const auto report = manager->change(std::vector{edit}, {});
        REQUIRE_MESSAGE(report, report.error().what);
    }
    void stop() { stop_manager(world_, *manager); }
    /// What config.json has, and other words in its place.
    [[nodiscard]] std::string config_text() const {
        std::ifstream file(files_.path() / "config.json");
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void write_config(const std::string& text) const {
        std::ofstream(files_.path() / "config.json", std::ios::trunc) << text;
    }
    [[nodiscard]] std::filesystem::path journal() const { return run_.path() / "state"; }
    /// The sessions that are up, by number.
    [[nodiscard]] std::map<std::uint64_t, session::SessionRow> up() { return sessions_up(world_, *manager); }

    FakeCustody custody;
    std::unique_ptr<session::Manager> manager;

private:
    SessionWorld& world_;
    SessionWorld::Host& host_;
    link::SerialLines* serial_;
    ScratchDirectory files_, state_, run_;
    std::unique_ptr<config::Store> store_;
    std::uint64_t starts_ = 0;
    session::LastSessions memory_{state_.path()};
    std::unique_ptr<session::Keeping> keeping_;
};

}  // namespace ppp::test
