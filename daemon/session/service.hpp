// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Service: what the daemon offers to whoever steers it; D-Bus is built on this and sees nothing else.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include "base/callback.hpp"
#include "base/pending.hpp"
#include "base/result.hpp"
#include "config/edit.hpp"
#include "config/resolve.hpp"
#include "link/end_reason.hpp"

namespace ppp::session {

/// Where a client is; an enabled one is never in a state with no way out.
enum class ClientState : std::uint8_t {
    disabled,
    waiting_for_parent,  ///< the parent interface is missing, down or without carrier
    waiting_to_retry,    ///< the next attempt is at a known time
    discovery,           ///< PADI, PADR
    establish,           ///< LCP
    authenticate,
    network,  ///< IPCP, IPV6CP, and the host's part
    connected,
    terminating,
    stopped,  ///< taken down by hand; `up` starts it again
};
/// "waiting-to-retry"
[[nodiscard]] std::string_view client_state_name(ClientState);
/// One of the four words of RouterOS: dialing, verifying password..., connected, disconnected.
[[nodiscard]] std::string_view client_status(ClientState);

struct Traffic {
    std::uint64_t octets_in = 0, octets_out = 0, packets_in = 0, packets_out = 0;
    friend bool operator==(const Traffic&, const Traffic&) = default;
};

/// Everything a person may want to know of one client, live.
struct ClientStatus {
    std::string name;
    std::string kind = "pppoe-client";
    std::string parent;     ///< the parent interface, the server, the port
    std::string interface;  ///< the unit's name while it exists, else ""
    ClientState state = ClientState::disabled;
    std::chrono::system_clock::time_point since;
    std::optional<std::chrono::system_clock::time_point> next_attempt;
    EndReason last_reason = EndReason::none;
    std::string last_error;                     ///< the sentence of the last failure, "" after success
    std::uint64_t session = 0;                  ///< number of the session or attempt, the last one when down
    std::string local_address, remote_address;  ///< dotted; "" while down
    std::string local_ipv6, remote_ipv6;        ///< link-local; "" while down
    std::vector<std::string> dns;
    std::uint16_t mtu = 0, mru = 0;
    std::string encoding;
    std::uint32_t active_links = 0;
    std::string service_name, ac_name, ac_mac;
    std::uint16_t session_id = 0;
    std::optional<std::chrono::milliseconds> echo_rtt;
};
/// What changes by itself and is therefore read, not signalled.
struct ClientGauges {
    std::chrono::seconds idle{0};
    Traffic traffic;
    std::uint64_t malformed = 0;  ///< packets of the peer that could not be parsed
};

struct ServerStatus {
    std::string name, kind = "pppoe-server", interface, service_name, ac_name;
    bool enabled = false;
    bool listening = false;
    std::string problem;            ///< why it does not listen, "" otherwise
    std::string last_failure;       ///< the journal's sentence about the last session that did not come up
    std::uint64_t last_failed = 0;  ///< its number; 0 when there is none
    std::uint32_t sessions = 0, max_sessions = 0;
    std::uint64_t padi = 0, pado = 0, padr = 0, pads = 0, padt = 0;
    std::uint64_t malformed = 0, rate_limited = 0, bad_cookie = 0, refused = 0;
};

/// A row of `ppp active`.
struct SessionRow {
    std::uint64_t id = 0;
    std::string name;               ///< the user
    std::string service = "pppoe";  ///< "pppoe", "pptp", "ppp"
    std::string caller_id;          ///< of the peer: MAC, IPv4 address or our port
    std::string address;
    std::string interface;  ///< the unit
    std::string kind;       ///< of the object that has it: "pppoe-client", "pppoe-server"
    std::string server;     ///< the server object, or the client's name
    std::string profile;
    std::string local_address;           ///< ours; "" while there is none
    std::array<std::uint32_t, 2> dns{};  ///< host byte order; what we give (server) or got (client)
    std::shared_ptr<const config::Hooks> hooks = nullptr;  ///< the profile's when it began; nullptr = none
    std::string encoding;
    std::chrono::seconds uptime{0};
    std::uint16_t session_id = 0;
    std::uint16_t mtu = 0;
    Traffic traffic;
};
struct SessionFilter {
    std::string service, name, server;  ///< "" matches all
    [[nodiscard]] bool matches(const SessionRow& row) const;
};

using WallTime = std::chrono::system_clock::time_point;

/// A session that is over or, in a trace, one that goes on.
struct EndedSession {
    /// Of one that never came up: the name that the peer gave, unproven, where it gave one.
    SessionRow row;
    bool opened = false;  ///< it was up
    std::string parent;   ///< the interface that it ran on
    EndReason reason = EndReason::none;
    std::string_view phase;  ///< where it was when the reason came up; "running", "authenticate"
    std::string detail;      ///< one sentence
    WallTime begun;
    std::optional<WallTime> ended;  ///< unset while it goes on
    /// One of our clients made it, else a peer of a server.
    [[nodiscard]] bool client() const { return row.kind.ends_with("-client"); }
};
struct TracedPacket {
    WallTime time;
    bool sent = false;
    std::string text;  ///< in pppd's notation; passwords and proofs hidden
};
struct Trace {
    EndedSession about;
    std::vector<TracedPacket> packets;  ///< the last ones, oldest first
};

/// Sums since the service started; nothing in it costs a walk over the sessions.
struct Statistics {
    struct Sessions {
        std::uint64_t attempts = 0, opened = 0;
        std::map<EndReason, std::uint64_t> closed;  ///< that had been up, by reason
        std::map<EndReason, std::uint64_t> failed;  ///< that had not, by reason
        std::uint32_t up = 0, starting = 0;         ///< now
    };
    struct Pool {
        std::uint64_t used = 0, size = 0;  ///< addresses
    };
    std::chrono::seconds uptime{0};
    Sessions clients, servers;
    std::uint64_t malformed = 0;  ///< packets of sessions that have ended
    /// Discovery packets of the servers that are configured; each interface counts once.
    std::uint64_t padi = 0, pado = 0, padr = 0, pads = 0, padt = 0;
    std::uint64_t malformed_discovery = 0, rate_limited = 0, bad_cookie = 0, refused = 0;
    std::map<std::string, Pool> pools;
};

/// What a change of the configuration did or, asked only, would do.
struct ChangeReport {
    std::uint64_t revision = 0;        ///< in force afterwards
    std::vector<std::string> changes;  ///< a sentence an object: "pppoe-client 'wan': max-mtu, user changed"
    std::vector<std::string> notes;    ///< what the new values will not do, though they are kept
    std::vector<std::string> dropped;  ///< sessions that end, a sentence each; the first ones of many
    std::uint32_t sessions_dropped = 0, sessions = 0;  ///< of those that are up
};

/// How to make a change.
struct ChangeOptions {
    std::optional<std::uint64_t> based_on;  ///< refused when another revision is in force
    bool dry_run = false;                   ///< say what it would do, change nothing
};

struct ScanRow {
    std::string service, mac_address, ac_name;
    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy takes the comparison's 0 for a pointer
    friend auto operator<=>(const ScanRow&, const ScanRow&) = default;
};

class Service {
public:
    virtual ~Service() = default;

    class Observer {
    public:
        virtual ~Observer() = default;
        /// Something of this client's status changed; called at most once a loop turn and client.
        virtual void client_changed(const std::string& name) = 0;
        virtual void client_added(const std::string& name) = 0;
        virtual void client_removed(const std::string& name) = 0;
        virtual void server_added(const std::string& name) = 0;
        virtual void server_removed(const std::string& name) = 0;
        /// Whether it listens, why not, or one of its configured values changed; counters do not count.
        virtual void server_changed(const std::string& /*name*/) {}
        virtual void session_opened(const SessionRow&) = 0;
        virtual void session_closed(const SessionRow&, EndReason, const std::string& detail) = 0;
        virtual void config_changed(std::uint64_t revision) = 0;
    };
    /// At most one; nullptr takes it away.
    virtual void observe(Observer*) = 0;

    [[nodiscard]] virtual std::uint64_t revision() const = 0;
    [[nodiscard]] virtual std::uint32_t session_count() const = 0;

    [[nodiscard]] virtual std::vector<std::string> clients() const = 0;
    [[nodiscard]] virtual Result<ClientStatus> client(const std::string& name) const = 0;
    [[nodiscard]] virtual Result<ClientGauges> client_gauges(const std::string& name) const = 0;
    /// Starts an attempt now, also for a stopped client or one that waits to retry. Errc::not_found,
    /// Errc::refused.
    virtual Result<> connect_client(const std::string& name) = 0;
    /// Ends the session and stays down until connect_client().
    virtual Result<> disconnect_client(const std::string& name) = 0;

    [[nodiscard]] virtual std::vector<std::string> servers() const = 0;
    [[nodiscard]] virtual Result<ServerStatus> server(const std::string& name) const = 0;

    using SessionsDone = Callback<void(Result<std::vector<SessionRow>>)>;
    /// Sessions in the order of their ids. @param limit 0 = all. `done` runs once, never from inside the
    /// call.
    virtual void list_sessions(const SessionFilter&, std::uint32_t offset, std::uint32_t limit,
                               SessionsDone done) = 0;
    /// Ends one session by its id, whoever made it. Errc::not_found.
    virtual Result<> disconnect_session(std::uint64_t id) = 0;

    /// A session that is up, being set up or over, with its last packets. Errc::not_found.
    [[nodiscard]] virtual Result<Trace> trace(std::uint64_t session) const = 0;
    /// Sessions and attempts that are over, as many as are remembered, newest first. @param limit 0 = all.
    [[nodiscard]] virtual std::vector<EndedSession> list_ended(const SessionFilter&, std::uint32_t offset,
                                                               std::uint32_t limit) const = 0;
    [[nodiscard]] virtual Statistics statistics() const = 0;

    using ScanDone = Callback<void(Result<std::vector<ScanRow>>)>;
    /// Asks all Access-Concentrators on `interface`; answers after `length`. Dropping the Pending stops the
    /// scan.
    virtual Pending scan(const std::string& interface, std::chrono::seconds length, ScanDone done) = 0;

    /// The configuration in force; borrowed until the next turn of the loop. It has passwords: show() hides
    /// them.
    [[nodiscard]] virtual const config::Config& configuration() const = 0;
    /// All edits or none: checked, written to the files, put into force. Errc::config with all problems, one
    /// a line; Errc::refused when somebody else was faster.
    virtual Result<ChangeReport> change(std::span<const config::Edit> edits,
                                        const ChangeOptions& options) = 0;
    /// The same for a whole config.json; passwords of objects that stay are kept.
    virtual Result<ChangeReport> replace(std::string_view json, const ChangeOptions& options) = 0;

    /// Reads the configuration files again. On error nothing changes and the text has all problems, one a
    /// line.
    virtual Result<> reload() = 0;
};

}  // namespace ppp::session
