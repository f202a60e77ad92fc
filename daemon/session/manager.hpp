// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Manager: all clients and servers of the machine behind the Service port.
#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>
#include "aaa/secrets.hpp"
#include "config/store.hpp"
#include "link/pppoe_scanner.hpp"
#include "session/access_server.hpp"
#include "session/archive.hpp"
#include "session/client.hpp"
#include "session/farewell.hpp"
#include "session/last_session.hpp"

namespace ppp::session {

class Manager final : public Service, private Client::Listener, private AccessServer::Listener {
public:
    /// All of it outlives the manager.
    struct Context {
        Ports& ports;
        link::PppoePorts pppoe;
        aaa::Secrets& secrets;  ///< the table behind ports.aaa
        config::Store& store;
        LastSessions& memory;
        const link::PptpPorts* pptp = nullptr;  ///< null: nothing is done with PPTP
    };
    explicit Manager(Context context);
    ~Manager() override;

    /// Takes what an earlier process has left; to be called before the first reload(), which carries the
    /// sessions on and ends those that cannot be. Nobody hears of those that go on.
    void inherit(Inheritance from);
    /// For a process that ends and whose sessions another one carries on: ends at once, and with a word to
    /// the peer, what nobody could carry on.
    void leave();
    /// Ends every session politely; what is not over after `patience` is cut off. `done` runs once, from the
    /// loop.
    void stop(Duration patience, Callback<void()> done);

    // Service
    void observe(Observer* observer) override { observer_ = observer; }
    [[nodiscard]] std::uint64_t revision() const override { return revision_; }
    [[nodiscard]] std::uint32_t session_count() const override;
    [[nodiscard]] std::vector<std::string> clients() const override;
    [[nodiscard]] Result<ClientStatus> client(const std::string& name) const override;
    [[nodiscard]] Result<ClientGauges> client_gauges(const std::string& name) const override;
    Result<> connect_client(const std::string& name) override;
    Result<> disconnect_client(const std::string& name) override;
    [[nodiscard]] std::vector<std::string> servers() const override;
    [[nodiscard]] Result<ServerStatus> server(const std::string& name) const override;
    void list_sessions(const SessionFilter& filter, std::uint32_t offset, std::uint32_t limit,
                       SessionsDone done) override;
    Result<> disconnect_session(std::uint64_t id) override;
    [[nodiscard]] Result<Trace> trace(std::uint64_t session) const override;
    [[nodiscard]] std::vector<EndedSession> list_ended(const SessionFilter& filter, std::uint32_t offset,
                                                       std::uint32_t limit) const override;
    [[nodiscard]] Statistics statistics() const override;
    Pending scan(const std::string& interface, std::chrono::seconds length, ScanDone done) override;
    [[nodiscard]] const config::Config& configuration() const override { return config_; }
    Result<ChangeReport> change(std::span<const config::Edit> edits, const ChangeOptions& options) override;
    Result<ChangeReport> replace(std::string_view json, const ChangeOptions& options) override;
    Result<> reload() override;

private:
    struct Row {
        SessionRow row;
        unsigned index = 0;  ///< ifindex of the unit
    };

    void client_changed(Client& client) override;
    void client_connected(Client& client, const Session& session) override;
    void client_session_ended(Client& client, const Session& session, bool was_connected) override;
    void server_session_opened(const SessionRow& row) override;
    void server_session_closed(const SessionRow& row, EndReason reason, const std::string& detail) override;
    void server_changed(const std::string& server) override;
    void server_session_over(const Session& session, const SessionRow& row, bool was_up) override;

    void apply(config::Config wanted, std::uint64_t revision);
    Result<ChangeReport> commit(config::Config wanted, const ChangeOptions& options);
    /// Which sessions would end if this were the configuration.
    [[nodiscard]] ChangeReport impact(const config::Config& wanted) const;
    /// What `after` keeps and does not do, and `before` did not have.
    static std::vector<std::string> new_notes(const config::Config& before, const config::Config& after);
    [[nodiscard]] static Client::ProfileWishes client_wishes(const config::Config& config,
                                                             const ClientConfig& client);
    void apply_clients();
    [[nodiscard]] std::optional<Inherited> inherited(const Client& client);
    /// Whether a session that may go on has this link: the record of a lost one could not be erased then.
    [[nodiscard]] bool inherited_again(const link::LinkInfo& link) const;
    void resume_servers();
    /// Of an inherited session that ends: tells the peer, and everybody who would have heard of its end.
    void bury(Inherited from, EndReason reason, const std::string& detail);
    void bury_lost();
    void tell_unheard();
    void finish_inheriting();
    void reconcile();
    void apply_server_names(const std::vector<std::string>& before);
    [[nodiscard]] LinkPorts links() const;
    void remove_client(std::unique_ptr<Client> client);
    void tell_changes();
    void check_stopped();
    void abort_all();
    [[nodiscard]] Result<Client*> find_client(const std::string& name) const;
    [[nodiscard]] static SessionRow client_row(const Client& client, const Session& session);
    /// @param row of the session. What it has become, with its beginning by the wall clock.
    [[nodiscard]] EndedSession about(SessionRow row, const Session& session, bool was_up) const;
    /// Counts it and puts it into the archive. @param own see Archive::record().
    void remember(SessionRow row, const Session& session, bool was_up, bool own);
    [[nodiscard]] std::vector<Row> rows(const SessionFilter& filter) const;

    Context context_;
    TimePoint started_;
    std::optional<Inheritance> inheritance_;  // until the first configuration is in force
    Farewells farewells_;
    Pending reconciling_;
    struct Unheard {
        SessionRow row;
        EndReason reason;
        std::string detail;
    };
    std::vector<Unheard> unheard_;  // ends of inherited sessions that nobody was told of yet
    Timer tell_unheard_;
    Archive archive_;
    Statistics counts_;  // what statistics() cannot ask others for
    Observer* observer_ = nullptr;
    config::Config config_;
    std::uint64_t revision_ = 0;
    std::uint64_t next_session_id_ = 0;
    std::unique_ptr<AccessServer> server_;
    std::map<std::string, std::unique_ptr<Client>> clients_;
    std::vector<std::unique_ptr<Client>>
        leaving_;  // removed from the configuration, their sessions still end
    std::set<std::string> changed_clients_, changed_servers_;
    Timer tell_, reap_, patience_;
    Callback<void()> stopped_;
    struct Listing {
        Pending counters;
        Timer limit;
        SessionsDone done;
    };
    std::map<std::uint64_t, Listing> listings_;
    std::map<std::uint64_t, std::unique_ptr<link::PppoeScanner>> scans_;
    std::uint64_t next_listing_ = 0;  // key of listings_ and scans_
};

}  // namespace ppp::session
