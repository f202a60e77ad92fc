// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Client: keeps one configured dialler connected, one session after the other.
///
/// An enabled client always has a way out of its state: it waits for what it dials on, for a known time,
/// or for a protocol that has its own end. Only "disabled" and "stopped by hand" are final.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include "session/client_config.hpp"
#include "session/dialler.hpp"
#include "session/keeping.hpp"
#include "session/retry.hpp"
#include "session/service.hpp"
#include "session/session.hpp"

namespace ppp::session {

class Client final : private Session::Owner, private Dialler::Owner {
public:
    /// What clients share; it outlives them.
    struct Context {
        Ports& ports;
        LinkPorts links;
        /// One sequence for every session of the daemon.
        std::uint64_t& next_session_id;
    };
    class Listener {
    public:
        virtual ~Listener() = default;
        virtual void client_changed(Client&) = 0;
        virtual void client_connected(Client&, const Session&) = 0;
        /// @param was_connected whether client_connected() was called for this session.
        virtual void client_session_ended(Client&, const Session&, bool was_connected) = 0;
    };
    /// What the profile adds to the client's own properties.
    struct ProfileWishes {
        std::chrono::seconds session_timeout{0}, idle_timeout{0};
        bool ipv6 = true;
        config::Encryption encryption = config::Encryption::no;
        bool compression = false;
        std::shared_ptr<const config::Hooks> hooks = nullptr;
        /// Whether a session made with one is good for the other: the hooks are those of its begin.
        friend bool operator==(const ProfileWishes& a, const ProfileWishes& b) {
            return a.session_timeout == b.session_timeout && a.idle_timeout == b.idle_timeout &&
                   a.ipv6 == b.ipv6 && a.encryption == b.encryption && a.compression == b.compression;
        }
    };

    Client(std::string name, ClientConfig config, ProfileWishes profile, Context context, Listener& listener);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() override = default;

    /// Begins its life: to be called once.
    void start();
    /// In place of start(): begins its life with a session of an earlier process, which ends at once when it
    /// was made with other values than those of now.
    /// @return an error when the kernel has lost it: then start() is to be called.
    Result<> resume(Inherited& from);
    /// Takes new values. A session ends only when a value that it was made with has changed.
    void configure(ClientConfig config, ProfileWishes profile);
    /// Whether configure() with these would leave a session alone.
    [[nodiscard]] bool keeps(const ClientConfig& config, const ProfileWishes& profile) const;
    /// An attempt now, also when stopped or waiting to retry. Errc::refused with the reason when it is
    /// disabled.
    Result<> connect();
    /// Ends the session; the next one follows by the retry policy.
    void redial();
    /// Ends the session and stays down.
    void disconnect();
    /// Ends the session for good; idle() says when that is done.
    void shut_down(EndReason reason, std::string detail);
    /// No session exists any more.
    [[nodiscard]] bool idle() const { return !session_; }
    /// Ends what is left at once, without waiting for the peer.
    void abort();
    /// Another process goes on: a session that it cannot carry on ends at once.
    void leave();
    /// See Session::reconcile().
    void reconcile(const std::vector<net::Address>& addresses, const std::vector<net::Route>& routes) {
        if (session_) session_->reconcile(addresses, routes);
    }

    /// Whether it would have made this link itself: of the same kind, on the same interface or port.
    [[nodiscard]] bool made(const link::LinkInfo& link) const { return dialler_->made(link); }

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const ClientConfig& config() const { return config_; }
    [[nodiscard]] ClientStatus status() const;
    [[nodiscard]] ClientGauges gauges() const;
    /// The number of the current session, or of the last one.
    [[nodiscard]] std::uint64_t session_id() const { return session_id_; }
    [[nodiscard]] const Session* session() const { return session_.get(); }

private:
    Result<NetworkSettings> session_authenticated(Session&) override;
    void session_changed(Session&) override;
    void session_settled(Session&) override;
    void session_ended(Session&) override;

    void obstacle_changed() override;

    [[nodiscard]] std::uint32_t fingerprint() const;
    void evaluate();
    void carrier_lost(Dialler::Obstacle why);
    void attempt();
    void connected();
    void set_state(ClientState state);
    [[nodiscard]] Log log() const;
    [[nodiscard]] Log session_log() const;

    std::string name_;
    ClientConfig config_;
    ProfileWishes profile_;
    Context context_;
    Listener& listener_;
    ClientState state_ = ClientState::disabled;
    std::chrono::system_clock::time_point since_;
    bool stopped_ = false;  // by hand
    bool closing_ = false;  // for good
    bool reported_connected_ = false;
    std::uint64_t session_id_ = 0;
    EndReason last_reason_ = EndReason::none;
    std::string last_error_;
    RetryPolicy retry_;
    std::optional<std::chrono::system_clock::time_point> next_attempt_;
    std::unique_ptr<Dialler> dialler_;
    std::unique_ptr<Session> session_;
    Timer retry_timer_, grace_;
};

}  // namespace ppp::session
