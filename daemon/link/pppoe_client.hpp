// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoeClient: the host's side of PPPoE discovery (RFC 2516 section 5), one attempt and one session.
///
/// PADI, PADO, PADR, PADS; then the kernel socket, then PADT either way. An attempt ends after a known time;
/// when to make the next one is its owner's business.
#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include "link/pppoe_ports.hpp"
#include "link/transport.hpp"
#include "wire/pppoe.hpp"

namespace ppp::link {

struct PppoeClientConfig {
    std::string interface {};    ///< the parent
    std::string service_name{};  ///< "" = any
    std::string ac_name{};       ///< "" = any
    std::uint16_t max_mru =
        1492;  ///< more asks for RFC 4638, where the parent's MTU has room for 8 octets more
    Duration first_timeout = std::chrono::seconds(1);  ///< of PADI and of PADR; doubled by each repetition
    unsigned padi_tries = 3, padr_tries = 3;
    unsigned rounds = 2;  ///< how often an unanswered PADR leads back to PADI
};

/// Where an attempt is.
enum class DiscoveryState : std::uint8_t { idle, soliciting, requesting, connected, ended };

struct DiscoveryCounters {
    std::uint32_t sent = 0, received = 0;
    std::uint32_t malformed = 0;  ///< octets that are no packet
    std::uint32_t ignored = 0;    ///< packets that are not for us or not for now
};

class PppoeClient final : public Transport, private EtherPort::Handler {
public:
    PppoeClient(PppoeClientConfig config, PppoePorts ports);
    /// A link that an earlier process made; to be begun by resume().
    PppoeClient(PppoeClientConfig config, PppoePorts ports, KeptLink link);
    ~PppoeClient() override;

    /// link_lost() never runs from inside start().
    void start(Owner&) override;
    /// As start().
    void resume(Owner&) override;
    [[nodiscard]] KeptLink kept() const override {
        return {.info = info_, .host_uniq = host_uniq_, .tags = cookie_tags_};
    }
    void attached() override;
    void stop() override;
    [[nodiscard]] const LinkInfo& info() const override { return info_; }
    [[nodiscard]] std::uint32_t malformed() const override { return counters_.malformed; }

    [[nodiscard]] DiscoveryState state() const { return state_; }
    [[nodiscard]] const DiscoveryCounters& counters() const { return counters_; }

    /// Ends a session that an earlier life of ours left behind: one PADT, before the first PADI. The
    /// Access-Concentrator would refuse or ignore us for minutes otherwise.
    /// @param own_mac the address that session used; the port's own address when it is all zero.
    static Result<> send_padt(EtherPort& port, const MacAddress& own_mac, const MacAddress& ac_mac,
                              std::uint16_t session_id);

private:
    using Discovery = wire::pppoe::Discovery;
    struct Early {
        std::uint16_t session_id;
        wire::Bytes frame;
    };

    void on_ether_frame(wire::ByteView frame) override;
    void on_ether_down(const Error& why) override;

    [[nodiscard]] bool open_discovery();
    void begin_round();
    void solicit();
    void request();
    void padi_timeout();
    void padr_timeout();
    void receive_pado(const Discovery&);
    void receive_pads(const Discovery&);
    void receive_padt(const Discovery&);
    void receive_session(wire::ByteView frame);
    void establish(const Discovery& pads);
    void remember_refusal(const Discovery&);
    void end(EndReason reason, std::string detail);
    void end_later(EndReason reason, std::string detail);
    void send(wire::pppoe::Builder& packet);
    void send_terminate(std::uint16_t session_id);
    void ignore(const Discovery&, std::string_view why);
    [[nodiscard]] bool ours(const Discovery&) const;
    /// Whether it belongs into the trace of this session.
    [[nodiscard]] bool concerns_us(const Discovery&) const;
    [[nodiscard]] std::string no_answer() const;
    [[nodiscard]] std::string concentrator() const;  ///< `Access-Concentrator "X" (MAC) on eth1`
    [[nodiscard]] std::uint16_t wanted_payload() const;

    PppoeClientConfig config_;
    PppoePorts ports_;
    Owner* owner_ = nullptr;
    std::unique_ptr<EtherPort> discovery_, session_;
    LinkInfo info_;
    DiscoveryState state_ = DiscoveryState::idle;
    DiscoveryCounters counters_;
    Timer timer_;
    unsigned round_ = 0, tries_ = 0, padi_sent_ = 0;
    Duration timeout_{};
    std::array<std::uint8_t, 8> host_uniq_{}, last_host_uniq_{};
    std::string requested_;              // Service-Name of our PADR
    wire::Bytes cookie_tags_;            // AC-Cookie and Relay-Session-Id of the chosen PADO, as tags
    std::vector<Early> early_;           // session frames that overtook PADS
    std::vector<std::string> refusals_;  // what Access-Concentrators offered instead of what we want
    bool* destroyed_ = nullptr;          // tells a running callback that its object is gone
};

}  // namespace ppp::link
