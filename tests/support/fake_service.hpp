// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakeService: a daemon without a network; it dials, scans and lists as told, in the time of its
/// Scheduler.
#pragma once
#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>
#include "base/scheduler.hpp"
#include "config/diff.hpp"
#include "config/property.hpp"
#include "config/validate.hpp"
#include "session/service.hpp"

namespace ppp::test {

class FakeService final : public session::Service {
    struct Nothing {
        void operator()(auto&) const {}
    };

public:
    using ClientState = session::ClientState;
    using ClientStatus = session::ClientStatus;

    explicit FakeService(Scheduler& scheduler) : scheduler_(scheduler) {}

    // What a test arranges.

    /// @param fill fills the status in before anybody hears of it.
    template <class F = Nothing>
    void add_client(const std::string& name, F fill = {}) {
        auto& status = clients_[name].status;
        status.name = name;
        status.since = std::chrono::system_clock::now();
        fill(status);
        if (observer_) observer_->client_added(name);
    }
    void remove_client(const std::string& name) {
        clients_.erase(name);
        if (observer_) observer_->client_removed(name);
    }
    /// Changes a status; the observer hears of it once in this turn of the loop.
    template <class F>
    void change_client(const std::string& name, F&& fill) {
        fill(clients_.at(name).status);
        changed_.insert(name);
        notify_ = scheduler_.after(Duration::zero(), [this] {
            for (const auto& n : std::exchange(changed_, {}))
                if (observer_) observer_->client_changed(n);
        });
    }
    void set_gauges(const std::string& name, session::ClientGauges gauges) {
        clients_.at(name).gauges = gauges;
    }
    template <class F = Nothing>
    void add_server(const std::string& name, F fill = {}) {
        auto& status = servers_[name];
        status.name = name;
        fill(status);
        if (observer_) observer_->server_added(name);
    }
    void remove_server(const std::string& name) {
        servers_.erase(name);
        if (observer_) observer_->server_removed(name);
    }
    template <class F>
    void change_server(const std::string& name, F&& fill) {
        fill(servers_.at(name));
        if (observer_) observer_->server_changed(name);
    }
    /// @param name the user. @return the new session's id.
    template <class F = Nothing>
    std::uint64_t open_session(const std::string& name, F fill = {}) {
        session::SessionRow row;
        row.name = name;
        fill(row);
        row.id = ++last_session_;
        sessions_[row.id] = row;
        if (observer_) observer_->session_opened(row);
        return row.id;
    }
    void close_session(std::uint64_t id, EndReason reason, const std::string& detail = {}) {
        auto node = sessions_.extract(id);
        if (!node.empty() && observer_) observer_->session_closed(node.mapped(), reason, detail);
    }
    /// What trace() and list_ended() answer; the newest last.
    void add_trace(session::Trace trace) { traces_.push_back(std::move(trace)); }
    void set_statistics(session::Statistics statistics) { statistics_ = std::move(statistics); }
    /// The next call that can fail does, with this.
    void fail_next(Errc code, std::string what) { next_failure_ = Error{code, 0, std::move(what)}; }
    /// How the attempts of a client end: an error, or none for success. The time is that of discovery and of
    /// the rest.
    void attempts_take(Duration phase, std::optional<std::string> error = {}) {
        phase_ = phase;
        attempt_error_ = std::move(error);
    }
    /// Clients that connect wait for their parent, for this reason; none lets them dial.
    void parents_miss(std::optional<std::string> why) { missing_parent_ = std::move(why); }
    void scan_finds(const std::string& interface, std::vector<session::ScanRow> rows) {
        scannable_[interface] = std::move(rows);
    }
    /// Scans take this long whatever was asked for.
    void scans_take(Duration length) { scan_length_ = length; }
    /// Scans that somebody still waits for.
    [[nodiscard]] std::size_t open_scans() const {
        return static_cast<std::size_t>(
            std::count_if(scans_.begin(), scans_.end(), [](const Scan& s) { return s.ticket.wanted(); }));
    }
    [[nodiscard]] std::size_t scans_started() const { return scans_.size(); }
    [[nodiscard]] std::size_t gauge_reads() const { return gauge_reads_; }
    [[nodiscard]] bool observed() const { return observer_ != nullptr; }

    // The port.

    void observe(Observer* o) override { observer_ = o; }
    [[nodiscard]] std::uint64_t revision() const override { return revision_; }
    [[nodiscard]] std::uint32_t session_count() const override {
        return static_cast<std::uint32_t>(sessions_.size());
    }
    [[nodiscard]] std::vector<std::string> clients() const override { return names(clients_); }
    [[nodiscard]] Result<ClientStatus> client(const std::string& name) const override {
        auto it = clients_.find(name);
        if (it == clients_.end()) return fail(Errc::not_found, "there is no client '" + name + "'");
        return it->second.status;
    }
    [[nodiscard]] Result<session::ClientGauges> client_gauges(const std::string& name) const override {
        ++gauge_reads_;
        auto it = clients_.find(name);
        if (it == clients_.end()) return fail(Errc::not_found, "there is no client '" + name + "'");
        return it->second.gauges;
    }
    Result<> connect_client(const std::string& name) override {
        PPP_CHECK(injected());
        auto it = clients_.find(name);
        if (it == clients_.end()) return fail(Errc::not_found, "there is no client '" + name + "'");
        const auto state = it->second.status.state;
        if (state == ClientState::disabled) return fail(Errc::refused, "client '" + name + "' is disabled");
        if (state == ClientState::connected) return {};
        if (missing_parent_) {
            it->second.status.last_error = *missing_parent_;
            enter(name, ClientState::waiting_for_parent);
            return {};
        }
        enter(name, ClientState::discovery);
        it->second.timer = scheduler_.after(phase_, [this, name] { second_phase(name); });
        return {};
    }
    Result<> disconnect_client(const std::string& name) override {
        PPP_CHECK(injected());
        auto it = clients_.find(name);
        if (it == clients_.end()) return fail(Errc::not_found, "there is no client '" + name + "'");
        enter(name, ClientState::terminating);
        it->second.timer = scheduler_.after(phase_, [this, name] {
            change_client(name, [](ClientStatus& s) { s.last_reason = EndReason::user_request; });
            enter(name, ClientState::stopped);
        });
        return {};
    }
    [[nodiscard]] std::vector<std::string> servers() const override { return names(servers_); }
    [[nodiscard]] Result<session::ServerStatus> server(const std::string& name) const override {
        auto it = servers_.find(name);
        if (it == servers_.end()) return fail(Errc::not_found, "there is no server '" + name + "'");
        return it->second;
    }
    void list_sessions(const session::SessionFilter& filter, std::uint32_t offset, std::uint32_t limit,
                       SessionsDone done) override {
        if (auto failed = injected(); !failed) {
            answers_.push_back({std::move(done), fail(failed.error())});
        } else {
            std::vector<session::SessionRow> rows;
            for (const auto& [id, row] : sessions_) {
                if (!filter.matches(row)) continue;
                if (offset > 0) {
                    --offset;
                    continue;
                }
                if (limit > 0 && rows.size() == limit) break;
                rows.push_back(row);
            }
            answers_.push_back({std::move(done), std::move(rows)});
        }
        answer_ = scheduler_.after(Duration::zero(), [this] {
            for (auto& a : std::exchange(answers_, {})) a.done(std::move(a.rows));
        });
    }
    Result<> disconnect_session(std::uint64_t id) override {
        PPP_CHECK(injected());
        if (!sessions_.contains(id))
            return fail(Errc::not_found, "there is no session " + std::to_string(id));
        close_session(id, EndReason::user_request);
        return {};
    }
    [[nodiscard]] Result<session::Trace> trace(std::uint64_t id) const override {
        for (const auto& trace : traces_)
            if (trace.about.row.id == id) return trace;
        return fail(Errc::not_found, "there is no session " + std::to_string(id));
    }
    [[nodiscard]] std::vector<session::EndedSession> list_ended(const session::SessionFilter& filter,
                                                                std::uint32_t offset,
                                                                std::uint32_t limit) const override {
        std::vector<session::EndedSession> out;
        for (auto at = traces_.rbegin(); at != traces_.rend(); ++at) {
            if (!at->about.ended || !filter.matches(at->about.row)) continue;
            if (offset > 0)
                --offset;
            else if (limit == 0 || out.size() < limit)
                out.push_back(at->about);
        }
        return out;
    }
    [[nodiscard]] session::Statistics statistics() const override { return statistics_; }
    Pending scan(const std::string& interface, std::chrono::seconds length, ScanDone done) override {
        auto [pending, ticket] = Pending::make();
        auto& scan = scans_.emplace_back();
        scan.ticket = std::move(ticket);
        scan.done = std::move(done);
        Result<std::vector<session::ScanRow>> rows =
            fail(Errc::not_found, "there is no interface '" + interface + "'");
        if (auto failed = injected(); !failed)
            rows = fail(failed.error());
        else if (auto it = scannable_.find(interface); it != scannable_.end())
            rows = it->second;
        const auto wait = rows ? scan_length_.value_or(length) : Duration::zero();
        scan.rows = std::move(rows);
        scan.timer = scheduler_.after(wait, [&scan] {
            if (scan.ticket.settle()) scan.done(std::move(scan.rows));
        });
        return std::move(pending);
    }
    [[nodiscard]] const config::Config& configuration() const override { return config_; }
    Result<session::ChangeReport> change(std::span<const config::Edit> edits,
                                         const session::ChangeOptions& options) override {
        PPP_CHECK(injected());
        if (options.based_on && *options.based_on != revision_)
            return fail(Errc::refused, "the configuration has changed");
        std::vector<config::Problem> problems;
        PPP_TRY(auto wanted, config::apply(config_, edits, problems));
        session::ChangeReport report{.revision = revision_, .changes = {}, .notes = {}, .dropped = {}};
        for (const auto& kind : config::diff(config_, wanted))
            report.changes.push_back(std::string(kind.kind));
        report.notes = config::hooks_not_run(wanted);
        if (options.dry_run || report.changes.empty()) return report;
        config_ = std::move(wanted);
        report.revision = ++revision_;
        if (observer_) observer_->config_changed(revision_);
        return report;
    }
    Result<session::ChangeReport> replace(std::string_view json,
                                          const session::ChangeOptions& options) override {
        PPP_CHECK(injected());
        config::Config wanted;
        if (const auto problems = config::validate(json, config_, wanted); !problems.empty())
            return fail(Errc::config, config::to_string(problems));
        if (!options.dry_run) {
            config_ = std::move(wanted);
            ++revision_;
        }
        return session::ChangeReport{.revision = revision_, .changes = {}, .notes = {}, .dropped = {}};
    }
    Result<> reload() override {
        PPP_CHECK(injected());
        ++revision_;
        if (observer_) observer_->config_changed(revision_);
        return {};
    }

private:
    config::Config config_ = config::default_config();
    struct Client {
        ClientStatus status;
        session::ClientGauges gauges;
        Timer timer;
    };
    struct Scan {
        Pending::Ticket ticket;
        ScanDone done;
        Result<std::vector<session::ScanRow>> rows = std::vector<session::ScanRow>{};
        Timer timer;
    };
    struct Answer {
        SessionsDone done;
        Result<std::vector<session::SessionRow>> rows;
    };

    template <class Map>
    static std::vector<std::string> names(const Map& map) {
        std::vector<std::string> out;
        for (const auto& [name, value] : map) out.push_back(name);
        return out;
    }
    Result<> injected() {
        if (auto error = std::exchange(next_failure_, {})) return fail(*std::move(error));
        return {};
    }
    void enter(const std::string& name, ClientState state) {
        change_client(name, [&](ClientStatus& s) {
            s.state = state;
            s.since = std::chrono::system_clock::now();
            s.next_attempt.reset();
        });
    }
    void second_phase(const std::string& name) {
        enter(name, ClientState::authenticate);
        clients_.at(name).timer = scheduler_.after(phase_, [this, name] {
            if (!attempt_error_) {
                change_client(name, [](ClientStatus& s) {
                    s.interface = s.name;
                    s.local_address = "10.0.0.2";
                    s.remote_address = "10.0.0.1";
                    s.mtu = s.mru = 1492;
                    s.active_links = 1;
                    s.session_id = 17;
                    s.ac_name = "isp";
                    s.ac_mac = "02:00:00:00:00:01";
                    s.last_error.clear();
                });
                return enter(name, ClientState::connected);
            }
            enter(name, ClientState::waiting_to_retry);
            change_client(name, [&](ClientStatus& s) {
                s.last_reason = EndReason::auth_failed;
                s.last_error = *attempt_error_;
                s.next_attempt = std::chrono::system_clock::now() + std::chrono::seconds(30);
            });
        });
    }

    Scheduler& scheduler_;
    Observer* observer_ = nullptr;
    std::map<std::string, Client> clients_;
    std::map<std::string, session::ServerStatus> servers_;
    std::map<std::uint64_t, session::SessionRow> sessions_;
    std::map<std::string, std::vector<session::ScanRow>> scannable_;
    std::vector<session::Trace> traces_;
    session::Statistics statistics_;
    std::deque<Scan> scans_;  // a scan's timer refers to it
    std::vector<Answer> answers_;
    std::set<std::string> changed_;
    std::optional<Error> next_failure_;
    std::optional<std::string> attempt_error_, missing_parent_;
    std::optional<Duration> scan_length_;
    Duration phase_{};
    Timer notify_, answer_;
    std::uint64_t revision_ = 1, last_session_ = 0;
    mutable std::size_t gauge_reads_ = 0;
};

}  // namespace ppp::test
