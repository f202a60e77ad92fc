// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoeServer: the Access-Concentrator of one interface (RFC 2516 section 5), with any number of
/// services.
///
/// A PADI costs an answer and nothing else: the AC-Cookie in it proves that the host is there, and only the
/// PADR that brings it back makes a session. PADS leaves when the session's channel stands.
#pragma once
#include <array>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>
#include "link/ac_cookie.hpp"
#include "link/pppoe_ports.hpp"
#include "link/rate_limit.hpp"
#include "link/session_ids.hpp"
#include "link/transport.hpp"
#include "wire/pppoe.hpp"

namespace ppp::link {

/// One server object as the discovery sees it.
struct PppoeService {
    std::string server{};            ///< the name of the server object
    std::string service_name{};      ///< "" serves every name asked for
    std::string ac_name{};           ///< must not be empty
    std::uint32_t max_sessions = 0;  ///< 0 = no limit
    bool one_session_per_host = false;
    Duration pado_delay{};
    std::uint16_t max_mru = 1492;  ///< more is granted to hosts that ask for it (RFC 4638)
};

struct PppoeServerLimits {
    TokenBucket::Rate per_host{.burst = 256, .per_second = 64};
    TokenBucket::Rate per_interface{.burst = 4096, .per_second = 2048};
    std::size_t delayed_offers = 1024;  ///< PADOs that wait for their pado-delay
};

/// Packets in and out. malformed, rate_limited, bad_cookie and padi belong to the interface, the rest to one
/// service.
struct PppoeServerCounters {
    std::uint64_t padi = 0, pado = 0, padr = 0, pads = 0, padt = 0;
    std::uint64_t malformed = 0;     ///< octets that are no packet, and packets a host may not send
    std::uint64_t rate_limited = 0;  ///< PADIs
    std::uint64_t withheld = 0;      ///< PADIs not answered because of a limit or of admission
    std::uint64_t bad_cookie = 0;    ///< PADRs that prove nothing: forged, expired, of another host, spent
    std::uint64_t refused = 0;       ///< PADRs answered by an error tag; those for no service count for each
    std::uint64_t sessions = 0;      ///< that exist now
};

/// Who takes the sessions. Must not destroy the server from inside admit() or accept().
class PppoeAcceptor {
public:
    virtual ~PppoeAcceptor() = default;
    /// Whether `server` can take one session more of this host just now; asked before a PADO leaves and when
    /// its PADR comes.
    [[nodiscard]] virtual bool admit(const std::string& server, const MacAddress& host) = 0;
    /// A host has proven itself. The new owner calls start() when it is ready for link_ready(); dropping the
    /// link refuses the host.
    virtual void accept(std::unique_ptr<Transport> link, const std::string& server) = 0;
    /// The interface went down or away: call listen() again when it is back.
    virtual void listener_lost(const std::string& interface, const Error& why) = 0;
};

/// A service, and what happened to it; its links keep it alive.
struct PppoeServedService {
    PppoeService config;
    PppoeServerCounters counters;
};

class AcceptedLink;

class PppoeServer final : private EtherPort::Handler {
public:
    /// @param acceptor and `buckets` must outlive the server; `buckets` is shared by all servers of a network
    /// namespace.
    PppoeServer(std::string interface, PppoePorts ports, PppoeAcceptor& acceptor, PppoeBuckets& buckets,
                PppoeServerLimits limits = {});
    /// Links that still live keep their sockets but send nothing any more: stop() them first.
    ~PppoeServer() override;

    /// Opens the interface. May be called again after listener_lost(); sessions are not touched.
    Result<> listen();
    /// Stops listening without a word to the acceptor; sessions are not touched.
    void close();
    [[nodiscard]] bool listening() const { return port_ != nullptr; }
    [[nodiscard]] const std::string& interface() const { return interface_; }

    /// Adds the service, or changes the one of the same server. Sessions that exist stay as they are.
    void set_service(PppoeService config);
    /// A session that an earlier process made for this server; the new owner calls resume().
    /// @return nullptr when there is no such service, or when another session has its id.
    [[nodiscard]] std::unique_ptr<Transport> take_over(const std::string& server, KeptLink link);
    /// No new sessions for this server. Those that exist stay until their owners end them.
    void remove_service(const std::string& server);
    [[nodiscard]] bool empty() const { return services_.empty(); }
    /// No service, and no session whose PADT could come.
    [[nodiscard]] bool idle() const { return services_.empty() && links_.empty(); }
    /// The counters of the interface and of one of its services together; zeros for an unknown name.
    [[nodiscard]] PppoeServerCounters counters(const std::string& server) const;
    /// The counters of the interface and of all its services together.
    [[nodiscard]] PppoeServerCounters totals() const;

private:
    friend class AcceptedLink;
    using Discovery = wire::pppoe::Discovery;
    using Service = PppoeServedService;
    struct KeyHash {
        std::uint64_t seed;  // so that nobody can choose addresses that fall into one bucket
        std::size_t operator()(std::uint64_t key) const noexcept {
            key = (key ^ seed) * 0x9e3779b97f4a7c15;
            return static_cast<std::size_t>(key ^ key >> 32);
        }
    };
    using Index = std::unordered_map<std::uint64_t, AcceptedLink*, KeyHash>;

    void on_ether_frame(wire::ByteView frame) override;
    void on_ether_down(const Error& why) override;
    void receive_padi(const Discovery&);
    void offer(const Discovery& padi, Service& first);
    void receive_padr(const Discovery&, wire::ByteView frame);
    void repeat_pads(const Discovery& padr, std::uint64_t key);
    void accept(const Discovery& padr, const AcCookie::Proof&, const std::shared_ptr<Service>&,
                wire::ByteView frame);
    [[nodiscard]] static wire::Bytes pads_tags(const Discovery& padr, const PppoeService&,
                                               std::uint16_t granted);
    void replace_sessions_of(const MacAddress& host, const Service&);
    void refuse(const Discovery& padr, wire::pppoe::Tag error, std::string_view text);
    void receive_padt(const Discovery&, wire::ByteView frame);
    void bad(const Discovery&, std::string_view why, std::uint64_t& counter);
    void send(wire::ByteView frame);
    /// @return false when too many wait already.
    bool delay(wire::Bytes pado, Duration by);
    void send_delayed();

    // For AcceptedLink.
    void enter(AcceptedLink&);
    void leave(AcceptedLink&);
    /// Gives the link another session id, because the kernel has its present one already.
    bool change_id(AcceptedLink&);

    [[nodiscard]] static bool full(const Service&);

    std::string interface_;
    PppoePorts ports_;
    PppoeAcceptor& acceptor_;
    PppoeServerLimits limits_;
    std::unique_ptr<EtherPort> port_;
    std::vector<std::shared_ptr<Service>> services_;  // shared with the links they made
    PppoeServerCounters counters_;
    HostRateLimiter limiter_;
    AcCookie cookies_;
    SessionIds ids_;
    Index links_;                                    // by host and session id
    Index hosts_;                                    // by host: the newest of its links, chained from there
    wire::ByteView accepting_;                       // the PADR, while its link is given away
    std::multimap<TimePoint, wire::Bytes> delayed_;  // PADOs that wait
    Timer delay_;
};

}  // namespace ppp::link
