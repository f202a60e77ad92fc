// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Session: one PPP conversation from discovery to its end. A composition; the protocols do the work.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/scheduler.hpp"
#include "guard/plaintext_guard.hpp"
#include "kernel/ppp_kernel.hpp"
#include "link/transport.hpp"
#include "netlink/network.hpp"
#include "ppp/auth.hpp"
#include "ppp/ipcp.hpp"
#include "ppp/ipv6cp.hpp"
#include "ppp/keepalive.hpp"
#include "ppp/lcp.hpp"
#include "session/packet_coding.hpp"
#include "session/packet_history.hpp"
#include "session/plan.hpp"
#include "session/session_record.hpp"
#include "session/settings.hpp"

namespace ppp::session {

class Keeping;

/// Everything a session needs from outside; a test hands in fakes. All of it outlives every session.
struct Ports {
    Scheduler& time;
    Rng& rng;
    kernel::PppKernel& kernel;
    net::Network& network;
    aaa::Aaa& aaa;
    Log log;
    Keeping* keeping = nullptr;              ///< null: sessions end with this process
    guard::PlaintextGuard* guard = nullptr;  ///< null: none can require encryption
};

/// RFC 1661 section 3.2, with discovery in front and the host's part behind.
enum class Phase : std::uint8_t {
    dead,
    discovery,
    establish,
    authenticate,
    network,
    running,
    terminate,
    ended
};
/// "authenticate"
[[nodiscard]] std::string_view phase_name(Phase);

class Session final : private link::Transport::Owner,
                      private kernel::FrameHandler,
                      private Lcp::Owner,
                      private Authentication::Owner,
                      private ControlProtocol::Owner,
                      private PacketCoding::Owner,
                      private Keepalive::Owner {
public:
    class Owner {
    public:
        virtual ~Owner() = default;
        /// The peer (server) or we (client) are authenticated: what shall the session get? An error ends it
        /// with limit_reached and the error's sentence.
        virtual Result<NetworkSettings> session_authenticated(Session&) = 0;
        /// The phase or something shown of the session has changed.
        virtual void session_changed(Session&) = 0;
        /// It is running, and what its record() says is new or has changed.
        virtual void session_settled(Session&) {}
        /// It is over: called once, from the loop, not from inside a call into the session. The owner
        /// destroys it.
        virtual void session_ended(Session&) = 0;
    };

    /// @param ports must outlive the session.
    Session(Ports& ports, Owner& owner, std::shared_ptr<const SessionSettings> settings,
            std::unique_ptr<link::Transport> transport);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() override;

    void start();
    /// In place of start(): carries on what an earlier process has left. The owner hears nothing of it.
    /// @param record of a session with these settings; its transport was made of record.link.
    /// @return an error when the kernel has not got it any more; then the session is to be destroyed.
    Result<> resume(const SessionRecord& record, kernel::SessionFiles files);
    /// What another process needs to carry it on; to be asked while it is running. `id` and what the owner
    /// adds are left for the owner.
    [[nodiscard]] SessionRecord record() const;
    /// The files that go with record().
    [[nodiscard]] std::vector<int> files() const;
    /// Sees to it that the host is as this session wants it, where somebody has changed it meanwhile.
    /// @param addresses, routes what the host has; of the routes, those with our protocol number.
    void reconcile(const std::vector<net::Address>& addresses, const std::vector<net::Route>& routes);

    /// Ends it politely: Terminate-Request, then PADT. Later reasons do not replace an earlier one.
    void terminate(EndReason reason, std::string detail);
    /// Ends it now: PADT at most, no waiting for the peer.
    void abort(EndReason reason, std::string detail);

    /// Asks the peer at once whether it is still there; without an answer in three seconds the session ends.
    void probe();

    [[nodiscard]] Phase phase() const { return phase_; }
    [[nodiscard]] EndReason end_reason() const { return reason_; }
    [[nodiscard]] const std::string& end_detail() const { return detail_; }
    /// The phase it was in when the reason of its end came up.
    [[nodiscard]] Phase end_phase() const { return end_phase_; }
    [[nodiscard]] const PacketHistory& packets() const { return packets_; }
    [[nodiscard]] const link::LinkInfo& link() const { return transport_->info(); }
    /// What the link does just now: see Transport::progress().
    [[nodiscard]] std::string link_progress() const { return transport_->progress(); }
    [[nodiscard]] const SessionSettings& settings() const { return *settings_; }
    [[nodiscard]] const NetworkSettings& network_settings() const { return network_; }
    /// The user the peer proved to be (server), or that we are (client).
    [[nodiscard]] const std::string& user() const { return user_; }
    [[nodiscard]] const aaa::Grant& grant() const { return grant_; }
    [[nodiscard]] const kernel::Unit* unit() const { return unit_.get(); }
    [[nodiscard]] const LcpResult* lcp() const {
        return lcp_ && lcp_->opened() ? &lcp_->negotiated() : nullptr;
    }
    [[nodiscard]] const IpcpResult* ipcp() const {
        return ipcp_ && ipcp_->opened() ? &ipcp_->negotiated() : nullptr;
    }
    [[nodiscard]] const Ipv6cpResult* ipv6cp() const {
        return ipv6cp_ && ipv6cp_->opened() ? &ipv6cp_->negotiated() : nullptr;
    }
    /// Octets we may send in one packet, as agreed last; 0 before LCP has opened.
    [[nodiscard]] std::uint16_t mtu() const;
    /// Encryption and compression in force: "MPPE128 stateless"; "" for none.
    [[nodiscard]] std::string encoding() const { return coding_ ? coding_->encoding() : std::string(); }
    /// The peer's IPv4 address, as agreed last; 0 before IPCP has opened.
    [[nodiscard]] std::uint32_t peer_address() const { return peer_address_; }
    /// Our IPv4 address, as agreed last; 0 before IPCP has opened.
    [[nodiscard]] std::uint32_t own_address() const { return own_address_; }
    /// Name servers: those the peer gave (client), those it may have (server). Host byte order, 0 = none.
    [[nodiscard]] const std::array<std::uint32_t, 2>& dns() const { return dns_; }
    [[nodiscard]] std::optional<Duration> echo_rtt() const { return keepalive_.rtt(); }
    /// How long it has been connected; zero when it never was.
    [[nodiscard]] Duration connected_for() const;
    /// Packets of the peer that could not be parsed and were dropped.
    [[nodiscard]] std::uint64_t malformed() const;
    /// Traffic so far; the last known figures once the unit is gone.
    [[nodiscard]] kernel::Counters counters() const;

private:
    // link::Transport::Owner
    void link_ready(Fd socket) override;
    void early_frame(wire::ByteView frame) override;
    void link_lost(EndReason reason, std::string detail) override;
    void link_sent(wire::ByteView frame) override;
    void link_received(wire::ByteView frame) override;
    void link_progressed() override { owner_.session_changed(*this); }
    // kernel::FrameHandler, for the channel and the unit alike: protocols differ, not the place they come out
    void on_frame(wire::ByteView frame) override;
    void on_gone() override;
    // Lcp::Owner and ControlProtocol::Owner
    void send(wire::ByteView frame) override;
    void lcp_up() override;
    void lcp_down() override;
    void lcp_finished(LcpEnd why) override;
    void protocol_rejected(Protocol protocol) override;
    void echo_replied(std::uint8_t id, std::size_t octets) override;
    void layer_up(Protocol protocol) override;
    void layer_down(Protocol protocol) override;
    void layer_finished(Protocol protocol, ControlEnd why) override;
    [[nodiscard]] std::size_t peer_mru() const override;
    // Authentication::Owner
    void auth_send(std::uint16_t protocol, wire::ByteView packet) override;
    void auth_done(Authentication& from, AuthOutcome outcome) override;
    [[nodiscard]] std::string auth_calling_station() const override;
    // PacketCoding::Owner
    void coding_held() override;
    void coding_settled() override;
    void coding_failed(EndReason reason, std::string detail) override {
        terminate(reason, std::move(detail));
    }
    void coding_sent(wire::ByteView frame) override { trace(Direction::sent, frame); }
    [[nodiscard]] std::size_t coding_peer_mru() const override { return peer_mru(); }
    // Keepalive::Owner
    std::optional<std::uint8_t> send_echo() override;
    [[nodiscard]] std::optional<Duration> data_silence() override;
    void peer_dead() override;

    void channel_made(Result<std::unique_ptr<kernel::Channel>> channel);
    void listen();
    [[nodiscard]] Result<> set_async(const LcpResult& agreed);
    void dispatch(wire::ByteView octets);
    void begin_network();
    void unit_made(Result<std::unique_ptr<kernel::Unit>> unit);
    [[nodiscard]] bool encryption_required() const {
        return network_.encryption == config::Encryption::required;
    }
    [[nodiscard]] bool wants_coding() const;
    [[nodiscard]] bool begin_encryption();
    void take_keys(MppeKeys keys, bool of_caller);
    void start_coding();
    [[nodiscard]] bool receive_coded(const wire::Frame& frame);
    [[nodiscard]] bool data_may_pass() const;
    void resume_coding(const SessionRecord& record);
    void follow_mtu();
    void wake_ncps();
    void apply_ipv4();
    void apply_ipv6();
    void limit_length();
    void resume_network(const SessionRecord& record);
    void plan_done(kernel::NetworkProtocol protocol, const Result<>& result);
    void await_kernel();
    void kernel_silent();
    void not_taken_back(const Error& error);
    void ncp_over(Protocol protocol, ControlEnd why);
    void running();
    void watch_idle();
    void close_network();
    void probe_again(int left);
    void set_phase(Phase phase);
    void leave_with_peer();
    void note_lcp_end(LcpEnd why);
    [[nodiscard]] std::string peer_words() const;
    [[nodiscard]] std::optional<LcpEnd> lcp_cause(bool left) const;
    void set_reason(EndReason reason, std::string detail);
    [[nodiscard]] std::string last_words() const;
    [[nodiscard]] bool peer_blames_encryption() const;
    void end();
    void trace(Direction direction, wire::ByteView frame);
    void record_link(Direction direction, wire::ByteView packet);

    Ports& ports_;
    Owner& owner_;
    std::shared_ptr<const SessionSettings> settings_;
    std::unique_ptr<link::Transport> transport_;
    Phase phase_ = Phase::dead;
    Phase end_phase_ = Phase::dead;
    EndReason reason_ = EndReason::none;
    bool granted_ = false;       // network_ is what the owner gave
    bool being_judged_ = false;  // the peer has our proof and has not said yes yet
    bool ipcp_over_ = false;
    bool ipv6cp_over_ = false;
    bool guarded_ = false;        // the guard stands, or none is needed
    std::uint16_t mtu_ = 0;       // as LCP agreed on it
    std::uint16_t unit_mtu_ = 0;  // as the interface has it
    std::uint32_t peer_address_ = 0, own_address_ = 0;
    std::array<std::uint32_t, 2> dns_{};
    std::uint32_t malformed_ = 0;  // what no living protocol's own counter has
    PacketHistory packets_;
    std::string detail_;
    std::string user_;
    aaa::Grant grant_;
    NetworkSettings network_;
    std::optional<Lcp> lcp_;
    std::unique_ptr<Authentication> of_peer_, to_peer_;  // running or done
    bool peer_proven_ = false, self_proven_ = false;
    std::optional<Ipcp> ipcp_;
    std::optional<Ipv6cp> ipv6cp_;
    MppeKeys mppe_keys_;
    kernel::CodingMethods methods_;  // of the unit
    std::optional<PacketCoding> coding_;
    std::vector<wire::Bytes> early_ccp_;  // packets from before there was a unit
    std::unique_ptr<guard::PlaintextGuard::Hold> guard_;
    Keepalive keepalive_;
    Applier ipv4_plan_, ipv6_plan_;
    std::vector<wire::Bytes> early_;  // frames captured before the channel stood
    std::optional<TimePoint> connected_at_;
    mutable kernel::Counters last_counters_;
    Timer timer_;      // one at a time: speaking first, the reaping
    Timer last_word_;  // of a far end whose channel is gone
    Timer limit_;      // of the set-up, then of the session
    Timer idle_limit_, probe_;
    Timer kernel_limit_;  // of the one thing that the kernel does for us now
    // Declared last, destroyed first: what the kernel does for us must not outlive what it reports to.
    std::unique_ptr<kernel::Channel> channel_;
    std::unique_ptr<kernel::Unit> unit_;
    Pending making_, following_;
};

}  // namespace ppp::session
