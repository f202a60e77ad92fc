// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/pptp_control.hpp"
#include <fmt/format.h>
#include <unistd.h>
#include <array>
#include "aaa/address_range.hpp"

namespace ppp::link {
namespace {
using namespace std::chrono_literals;
using namespace wire::pptp;

// RFC 2637 section 3.1.4: after a minute of silence the far end is asked, and has a minute for its answer.
constexpr Duration kSilence = 60s, kEchoPatience = 60s;
// For the far end's Start message; a connection that says nothing costs a descriptor.
constexpr Duration kStartPatience = 10s;
// How long a connection that is over waits for the far end to close it.
constexpr Duration kLastWords = 3s;
// How many connections do so at a time; what is more is cut off.
constexpr std::size_t kMaxLeaving = 256;
constexpr std::uint8_t kOk = 1, kUnsupportedVersion = 5, kLocalShutdown = 3;
constexpr std::uint8_t kIncomingDoNotAccept = 3;
constexpr const char* kVendor = "PPP Manager";

/// Why a connection that stood is gone.
EndReason lost_because(const Error& why) {
    const bool silence = why.sys == ETIMEDOUT || why.sys == EHOSTUNREACH || why.sys == ENETUNREACH;
    return silence ? EndReason::echo_timeout : EndReason::peer_terminated;
}

}  // namespace

std::string pptp_host_name() {
    std::array<char, kName> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? name.data() : "pppmanager";
}

PptpControl::PptpControl(End end, const PptpPorts& ports, std::unique_ptr<TcpStream> stream, Owner& owner)
    : end_(end), ports_(ports), stream_(std::move(stream)), owner_(owner), echo_id_(ports.rng.u32()) {}

PptpControl::~PptpControl() {
    if (destroyed_) *destroyed_ = true;
}

std::string PptpControl::peer() const { return aaa::format_ipv4(stream_->remote().address); }

void PptpControl::start() {
    stream_->handle(*this);
    if (end_ == End::client) return;
    state_ = State::starting;
    timer_ = ports_.time.after(kStartPatience, [this] {
        end(EndReason::no_answer,
            fmt::format("{} sent no Start-Control-Connection-Request within 10 s", peer()));
    });
}

void PptpControl::resume() {
    state_ = State::up;
    stream_->handle(*this);
    watch();
}

void PptpControl::on_connected() {
    state_ = State::starting;
    timer_ = ports_.time.after(kStartPatience, [this] {
        end(EndReason::no_answer,
            fmt::format("{} accepted the connection and did not answer Start-Control-Connection-Request",
                        peer()));
    });
    send(StartRequest{.host = pptp_host_name(), .vendor = kVendor});
}

void PptpControl::send(const Message& message) {
    if (state_ == State::over || !stream_) return;
    const auto octets = encode(message);
    if (ports_.log && ports_.log->enabled(Level::debug))
        ports_.log->debug(fmt::format("{}: sent {}", peer(), describe(message)));
    auto sent = stream_->send(octets);
    owner_.control_sent(octets);
    if (!sent) end_later(lost_because(sent.error()), std::move(sent).error().what);
}

std::size_t PptpControl::on_octets(wire::ByteView octets) {
    if (state_ == State::over) return octets.size();
    const auto beginning = judge(octets);
    if (!beginning.wrong.empty()) {
        end(EndReason::negotiation_failed,
            fmt::format("{} sent {} on the control connection", peer(), beginning.wrong));
        return 0;
    }
    if (beginning.length == 0 || beginning.length > octets.size()) return 0;
    const auto whole = octets.first(beginning.length);
    const auto message = decode(whole);
    if (!message) return 0;  // judge() has judged it
    if (ports_.log && ports_.log->enabled(Level::debug))
        ports_.log->debug(fmt::format("{}: received {}", peer(), describe(*message)));
    if (!take(*message, whole)) return 0;
    return beginning.length;
}

bool PptpControl::take(const Message& message, wire::ByteView octets) {
    bool destroyed = false;
    destroyed_ = &destroyed;
    if (state_ == State::up) watch();
    switch (type_of(message)) {
        case Type::start_request:
        case Type::start_reply:
            owner_.control_received(octets);
            if (!destroyed) take_start(message);
            break;
        case Type::stop_request:
        case Type::stop_reply:
            owner_.control_received(octets);
            if (!destroyed) take_stop();
            break;
        case Type::echo_request:
            send(EchoReply{.id = std::get<EchoRequest>(message).id, .result = kOk});
            break;
        case Type::echo_reply:
            break;
        case Type::incoming_call_request:
            if (state_ != State::up) {
                out_of_order(message);
                break;
            }
            // Nobody calls from behind our far end.
            send(IncomingCallReply{.peer_call_id = std::get<IncomingCallRequest>(message).call_id,
                                   .result = kIncomingDoNotAccept});
            break;
        default:
            if (state_ != State::up)
                out_of_order(message);
            else
                owner_.control_message(message, octets);
    }
    if (destroyed) return false;
    destroyed_ = nullptr;
    return state_ != State::over;
}

void PptpControl::out_of_order(const Message& message) {
    end(EndReason::negotiation_failed,
        fmt::format("{} sent {} out of order", peer(), type_name(type_of(message))));
}

void PptpControl::take_start(const Message& message) {
    if (state_ != State::starting) return out_of_order(message);
    if (const auto* request = std::get_if<StartRequest>(&message)) {
        if (end_ != End::server) return out_of_order(message);
        const bool known = request->version >> 8 == kVersion >> 8;
        send(StartReply{
            .result = known ? kOk : kUnsupportedVersion, .host = pptp_host_name(), .vendor = kVendor});
        if (!known)
            return end(EndReason::negotiation_failed,
                       fmt::format("{} speaks version {:#06x} of PPTP", peer(), request->version));
        return came_up();
    }
    const auto& reply = std::get<StartReply>(message);
    if (end_ != End::client) return out_of_order(message);
    if (reply.result != kOk)
        return end(EndReason::service_refused, fmt::format("{} refused the control connection: {}", peer(),
                                                           start_result(reply.result, reply.error)));
    came_up();
}

void PptpControl::take_stop() {
    send(StopReply{.result = kOk});
    stream_->finish();
    end(EndReason::peer_terminated, fmt::format("{} stopped the control connection", peer()));
}

void PptpControl::came_up() {
    state_ = State::up;
    watch();
    owner_.control_up();
}

void PptpControl::watch() {
    timer_ = ports_.time.after(kSilence, [this] { ask(); });
}

void PptpControl::ask() {
    timer_ = ports_.time.after(kEchoPatience, [this] {
        end(EndReason::echo_timeout,
            fmt::format("{} does not answer on the control connection any more", peer()));
    });
    send(EchoRequest{.id = ++echo_id_});
}

void PptpControl::close() {
    if (!stream_ || state_ == State::over) return;
    if (state_ == State::up) send(StopRequest{.reason = kLocalShutdown});
    abandon();
    ports_.farewells.add(std::move(stream_));
}

void PptpControl::abandon() {
    state_ = State::over;
    timer_ = {};
    failure_ = {};
}

void PptpControl::on_closed(const Error& why) {
    if (state_ == State::connecting) return end(EndReason::no_answer, why.what);
    if (state_ == State::starting)
        return end(EndReason::no_answer, fmt::format("{} closed the connection: {}", peer(), why.what));
    end(lost_because(why), fmt::format("the control connection to {} is lost: {}", peer(), why.what));
}

void PptpControl::end(EndReason reason, std::string detail) {
    if (state_ == State::over) return;
    abandon();
    owner_.control_lost(reason, std::move(detail));  // may destroy this
}

void PptpControl::end_later(EndReason reason, std::string detail) {
    if (failure_.armed()) return;
    failure_ = ports_.time.after({}, [this, reason, text = std::move(detail)] { end(reason, text); });
}

class PptpFarewells::Leaving final : private TcpStream::Handler {
public:
    Leaving(PptpFarewells& all, std::unique_ptr<TcpStream> stream) : all_(all), stream_(std::move(stream)) {
        stream_->handle(*this);
        stream_->finish();
        limit_ = all_.time_.after(kLastWords, [this] { over(); });
    }

private:
    std::size_t on_octets(wire::ByteView octets) override { return octets.size(); }
    void on_closed(const Error&) override { over(); }
    void over() {
        std::erase_if(all_.leaving_, [this](const auto& other) { return other.get() == this; });
    }

    PptpFarewells& all_;
    std::unique_ptr<TcpStream> stream_;
    Timer limit_;
};

void PptpFarewells::add(std::unique_ptr<TcpStream> stream) {
    if (leaving_.size() >= kMaxLeaving) leaving_.pop_front();
    leaving_.push_back(std::make_unique<Leaving>(*this, std::move(stream)));
}

PptpFarewells::PptpFarewells(Scheduler& time) : time_(time) {}
PptpFarewells::~PptpFarewells() = default;

}  // namespace ppp::link
