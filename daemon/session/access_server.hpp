// SPDX-License-Identifier: GPL-2.0-or-later
/// @file AccessServer: all servers of the machine, the sessions they made and what those were given.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>
#include "aaa/address_pool.hpp"
#include "config/model.hpp"
#include "config/values.hpp"
#include "session/gate.hpp"
#include "session/keeping.hpp"
#include "session/service.hpp"
#include "session/session.hpp"

namespace ppp::session {

class AccessServer final : private Gate::Owner, private Session::Owner {
public:
    class Listener {
    public:
        virtual ~Listener() = default;
        virtual void server_session_opened(const SessionRow&) = 0;
        virtual void server_session_closed(const SessionRow&, EndReason, const std::string& detail) = 0;
        virtual void server_changed(const std::string& server) = 0;
        /// Of every session that is over, before server_session_closed() for those that had been up.
        virtual void server_session_over(const Session&, const SessionRow&, bool /*was_up*/) {}
    };
    struct Context {
        Ports& ports;
        LinkPorts links;
        /// One sequence for every session of the daemon.
        std::uint64_t& next_session_id;
    };

    AccessServer(Context context, Listener& listener);
    AccessServer(const AccessServer&) = delete;
    AccessServer& operator=(const AccessServer&) = delete;
    ~AccessServer() override;

    /// Makes servers, pools and the values for new sessions equal to `config`, which must outlive the next
    /// call. Sessions of servers that are gone, disabled or moved to another place are ended; others go
    /// on.
    void configure(const config::Config& config);

    /// Goes on with a session of an earlier process, after configure().
    /// @param from its files are left alone where the session does not get as far as to them.
    /// @return an error when its server is not there any more or the kernel has lost it; nothing was said to
    /// the peer then.
    Result<> resume(Inherited& from);
    /// Of the sessions that are running.
    void reconcile(const std::vector<net::Address>& addresses, const std::vector<net::Route>& routes);

    /// Of all that are configured.
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] bool contains(const std::string& name) const { return objects_.contains(name); }
    /// Errc::not_found.
    [[nodiscard]] Result<ServerStatus> status(const std::string& name) const;
    /// @return false when no session has this id.
    bool disconnect(std::uint64_t id, EndReason reason, std::string detail);
    void shut_down(EndReason reason, const std::string& detail);
    void abort();
    /// Another process goes on: sessions that it cannot carry on end at once.
    void leave();
    /// All that exist: being set up, up, and on their way out.
    [[nodiscard]] std::size_t session_count() const { return sessions_.size(); }
    [[nodiscard]] std::uint32_t up_count() const { return up_; }
    /// Those that are being set up.
    [[nodiscard]] std::uint32_t starting_count() const { return starting_; }
    /// One that exists, by its number; nullptr when there is none.
    [[nodiscard]] const Session* find(std::uint64_t id) const;
    /// Whether the session was ever up.
    [[nodiscard]] bool was_up(const Session& session) const { return sessions_.at(&session).opened; }
    /// Adds the discovery's counters, each interface once, and the use of the named pools.
    void add_to(Statistics& statistics) const;
    /// Sessions that are running, in the order of their ids.
    [[nodiscard]] std::vector<const Session*> running() const;
    /// Sessions that are running and that configure() with this would end, in the order of their ids.
    [[nodiscard]] std::vector<const Session*> ended_by(const config::Config& config) const;
    /// The row of one of this server's sessions, without its traffic.
    [[nodiscard]] SessionRow row(const Session& session) const;

private:
    struct Server {
        ServerConfig config;
        std::shared_ptr<const SessionSettings> settings;
        std::uint32_t up = 0;           // sessions
        std::string last_failure;       // of the last session that did not come up
        std::uint64_t last_failed = 0;  // its number
    };
    struct Record {
        std::uint64_t id = 0;
        std::shared_ptr<Server> server;
        std::string name;  // the server object's
        std::unique_ptr<Session> session;
        aaa::AddressPool::Lease lease, local_lease;
        const std::string* entry = nullptr;  // the static entry in use: a key of entries_in_use_
        bool granted = false;                // counted in users_
        bool opened = false;                 // reported to the listener
    };

    bool admit(const std::string& server, std::uint64_t host) override;
    void accept(std::unique_ptr<link::Transport> transport, const std::string& server) override;
    void gate_changed(const std::string& server) override { listener_.server_changed(server); }
    Result<NetworkSettings> session_authenticated(Session&) override;
    void session_changed(Session&) override;
    void session_settled(Session&) override;
    void session_ended(Session&) override;

    /// Whether sessions of a server go on under another configuration.
    [[nodiscard]] static bool stays(const ServerConfigs& servers, const std::string& name,
                                    const Server& server);
    void open_gates();
    void configure_pools(const config::Config& config);
    Result<std::uint32_t> local_address(const config::AddressSource& source, Record& record,
                                        const std::string& profile);
    Result<std::uint32_t> remote_address(const config::AddressSource& source, Record& record,
                                         const std::string& profile);
    Result<std::uint32_t> take(const config::AddressSource& source, const Record& record,
                               aaa::AddressPool::Lease& lease);
    [[nodiscard]] std::string unit_name(Record& record);
    Result<> carry_on(Inherited& from, const std::shared_ptr<Server>& server,
                      std::unique_ptr<link::Transport> transport);
    /// What the session of an earlier process has been given is its own here too.
    Result<> take_back(Record& record, const SessionRecord& from);
    void opened(Record& record);
    void started(const Session& session);
    [[nodiscard]] Log log(const Record& record) const;

    Context context_;
    Listener& listener_;
    const config::Config* config_ = nullptr;
    aaa::AddressPools pools_;
    ServerConfigs objects_;                                   // as configured
    std::map<std::string, std::shared_ptr<Server>> servers_;  // those that are open
    Gates gates_;
    std::unordered_map<const Session*, Record> sessions_;
    std::map<std::uint64_t, const Session*> by_id_;
    std::unordered_map<std::string, std::uint32_t> users_;  // running sessions by user
    struct Entry {
        link::LinkKind link;
        std::string name;
    };
    std::unordered_multimap<std::string, Entry> entries_by_user_;
    std::map<std::string, const Session*> entries_in_use_;  // static entries by name
    std::uint32_t up_ = 0;
    std::uint32_t starting_ = 0;  // sessions not running yet
    using Host = std::pair<link::LinkKind, std::uint64_t>;
    std::map<Host, std::uint32_t> starting_by_host_;
};

}  // namespace ppp::session
