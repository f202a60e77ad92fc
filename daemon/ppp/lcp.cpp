// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/lcp.hpp"

namespace ppp {

using wire::Writer;
namespace option = wire::lcp;

namespace {
constexpr std::uint16_t kDefaultMru = 1500;
constexpr std::size_t kHeader = 4;
constexpr std::size_t kEchoHeader = 8;  ///< code, identifier, length, magic number
constexpr std::size_t kMaxFarewell = 128;
constexpr std::uint32_t kEscapeAll = 0xffffffff;

std::optional<AuthMethod> strongest(AuthMethods methods) {
    for (auto m : {AuthMethod::mschap2, AuthMethod::mschap1, AuthMethod::chap_md5, AuthMethod::pap})
        if (methods.has(m)) return m;
    return std::nullopt;
}

bool carried_by(const std::optional<AuthMethod>& method, Protocol protocol) {
    return method && option::to_option(*method).protocol == static_cast<std::uint16_t>(protocol);
}
}  // namespace

std::string_view sentence(LcpEnd end) {
    switch (end) {
        case LcpEnd::closed:
            return "LCP was closed by us";
        case LcpEnd::peer_terminated:
            return "the peer terminated the link";
        case LcpEnd::no_answer:
            return "the peer does not answer LCP Configure-Requests";
        case LcpEnd::no_convergence:
            return "LCP found no options that suit both ends";
        case LcpEnd::not_spoken:
            return "the peer rejects LCP";
        case LcpEnd::peer_refuses_auth:
            return "the peer refuses to authenticate";
        case LcpEnd::no_common_auth:
            return "the peer knows none of the allowed authentication methods";
        case LcpEnd::auth_rejected:
            return "the peer agreed on an authentication protocol and then rejected it";
        case LcpEnd::loopback:
            return "the line is looped back: our own packets return";
    }
    return "";
}

Lcp::Lcp(Scheduler& time, Rng& rng, Owner& owner, const LcpConfig& config)
    : rng_(rng),
      owner_(owner),
      config_(config),
      control_(time, Protocol::lcp, *this, *this, config.tunables) {}

LcpEnd Lcp::end() const {
    if (end_) return *end_;
    switch (control_.end()) {
        case ControlEnd::closed:
            return LcpEnd::closed;
        case ControlEnd::peer_terminated:
            return LcpEnd::peer_terminated;
        case ControlEnd::no_answer:
            return LcpEnd::no_answer;
        case ControlEnd::no_convergence:
        case ControlEnd::refused:
            return LcpEnd::no_convergence;
        case ControlEnd::not_spoken:
            return LcpEnd::not_spoken;
    }
    return LcpEnd::closed;
}

std::optional<LcpEnd> Lcp::dispute() const {
    if (opened()) return std::nullopt;
    if (refused_auth_) return LcpEnd::no_common_auth;
    if (control_.stuck()) return LcpEnd::no_convergence;
    return std::nullopt;
}

// Our request.

void Lcp::reset() {
    agreed_ = {};
    agreed_.own_mru = config_.mru;
    agreed_.own_accm = config_.async ? config_.accm : kEscapeAll;
    if (config_.want_magic) agreed_.own_magic = fresh_magic();
    untried_ = config_.demand;
    asked_ = strongest(untried_);
    end_.reset();
    looped_ = 0;
    ask_mru_ = config_.mru != kDefaultMru;
    ask_pfc_ = ask_acfc_ = ask_accm_ = config_.async;
}

void Lcp::write_request(Writer& out) const {
    if (ask_mru_) option::encode(out, option::Mru{agreed_.own_mru});
    if (ask_accm_) option::encode(out, option::AsyncMap{agreed_.own_accm});
    if (asked_) option::encode(out, option::to_option(*asked_));
    if (agreed_.own_magic != 0) option::encode(out, option::MagicNumber{agreed_.own_magic});
    if (ask_pfc_) option::encode(out, option::ProtocolFieldCompression{});
    if (ask_acfc_) option::encode(out, option::AddressControlCompression{});
}

bool Lcp::on_nak(const wire::Tlv& tlv) {
    const auto suggested = option::decode(tlv);
    if (!suggested) return true;
    if (const auto* mru = std::get_if<option::Mru>(&*suggested)) {
        // Less is always possible, more than we can receive is not.
        if (mru->octets >= config_.peer_mru_min && mru->octets < agreed_.own_mru) {
            agreed_.own_mru = mru->octets;
            ask_mru_ = true;
        }
    } else if (const auto* accm = std::get_if<option::AsyncMap>(&*suggested)) {
        agreed_.own_accm |= accm->accm;
    } else if (const auto* auth = std::get_if<option::AuthProtocol>(&*suggested)) {
        return !asked_ || next_auth(*auth);
    } else if (std::holds_alternative<option::MagicNumber>(*suggested)) {
        if (agreed_.own_magic != 0) agreed_.own_magic = fresh_magic();  // RFC 1661 section 6.4
    }
    return true;
}

bool Lcp::next_auth(const option::AuthProtocol& suggested) {
    untried_.remove(*asked_);
    const auto method = option::to_method(suggested);
    asked_ = method && untried_.has(*method) ? method : strongest(untried_);
    if (!asked_) end_ = LcpEnd::no_common_auth;
    return asked_.has_value();
}

bool Lcp::on_reject(const wire::Tlv& tlv) {
    const auto rejected = option::decode(tlv);
    if (!rejected) return true;
    if (std::holds_alternative<option::Mru>(*rejected)) {
        ask_mru_ = false;
        agreed_.own_mru = kDefaultMru;
    } else if (std::holds_alternative<option::AsyncMap>(*rejected)) {
        ask_accm_ = false;
        agreed_.own_accm = kEscapeAll;
    } else if (std::holds_alternative<option::AuthProtocol>(*rejected)) {
        end_ = LcpEnd::peer_refuses_auth;
        return false;
    } else if (std::holds_alternative<option::MagicNumber>(*rejected)) {
        agreed_.own_magic = 0;
    } else if (std::holds_alternative<option::ProtocolFieldCompression>(*rejected)) {
        ask_pfc_ = false;
    } else if (std::holds_alternative<option::AddressControlCompression>(*rejected)) {
        ask_acfc_ = false;
    }
    return true;
}

// The peer's request.

void Lcp::begin_request() {
    agreed_.peer_mru = kDefaultMru;
    agreed_.auth_to_peer.reset();
    refused_auth_ = false;
    agreed_.peer_magic = 0;
    agreed_.pfc = agreed_.acfc = false;
    agreed_.accm = kEscapeAll;
}

Verdict Lcp::judge(const wire::Tlv& tlv, Writer& suggestion) {
    const auto wanted = option::decode(tlv);
    if (!wanted) return Verdict::reject;
    if (const auto* mru = std::get_if<option::Mru>(&*wanted)) return judge_mru(mru->octets, suggestion);
    if (const auto* auth = std::get_if<option::AuthProtocol>(&*wanted)) return judge_auth(*auth, suggestion);
    if (const auto* magic = std::get_if<option::MagicNumber>(&*wanted))
        return judge_magic(magic->value, suggestion);
    if (!config_.async) return Verdict::reject;
    if (const auto* accm = std::get_if<option::AsyncMap>(&*wanted))
        agreed_.accm = accm->accm;
    else if (std::holds_alternative<option::ProtocolFieldCompression>(*wanted))
        agreed_.pfc = true;
    else
        agreed_.acfc = true;
    return Verdict::ack;
}

Verdict Lcp::judge_mru(std::uint16_t octets, Writer& suggestion) {
    if (octets < config_.peer_mru_min) {
        option::encode(suggestion, option::Mru{config_.peer_mru_min});
        return Verdict::nak;
    }
    agreed_.peer_mru = octets;
    return Verdict::ack;
}

Verdict Lcp::judge_auth(const option::AuthProtocol& auth, Writer& suggestion) {
    const auto method = option::to_method(auth);
    if (method && config_.offer.has(*method)) {
        agreed_.auth_to_peer = method;
        return Verdict::ack;
    }
    refused_auth_ = true;
    const auto best = strongest(config_.offer);
    if (!best) return Verdict::reject;
    option::encode(suggestion, option::to_option(*best));
    return Verdict::nak;
}

Verdict Lcp::judge_magic(std::uint32_t magic, Writer& suggestion) {
    if (magic == 0 || looped(magic)) {
        option::encode(suggestion, option::MagicNumber{fresh_magic()});
        return Verdict::nak;
    }
    agreed_.peer_magic = magic;
    return Verdict::ack;
}

bool Lcp::looped(std::uint32_t magic) {
    if (agreed_.own_magic == 0 || magic != agreed_.own_magic) {
        looped_ = 0;
        return false;
    }
    if (++looped_ == config_.loop_limit) {
        end_ = LcpEnd::loopback;
        control_.close();
    }
    return true;
}

std::uint32_t Lcp::fresh_magic() {
    auto magic = rng_.u32();
    while (magic == 0 || magic == agreed_.own_magic) ++magic;
    return magic;
}

// The end.

void Lcp::close(std::string_view farewell) {
    farewell_ = farewell.substr(0, kMaxFarewell);
    control_.close();
}

void Lcp::farewell_received(Protocol, wire::ByteView words) {
    peer_farewell_ = wire::chars(words.first(std::min(words.size(), kMaxFarewell)));
}

// While Opened.

void Lcp::layer_up(Protocol) {
    agreed_.auth_of_peer = asked_;
    agreed_.mtu = std::min(agreed_.peer_mru, config_.peer_mru_max);
    owner_.lcp_up();
}

bool Lcp::knows_code(Protocol, Code code) const {
    return code >= Code::protocol_reject && code <= Code::time_remaining;
}

void Lcp::extra_code(Protocol, const wire::ControlPacket& packet) {
    if (packet.code == Code::protocol_reject) return receive_protocol_reject(packet.data);
    receive_echo(packet);  // all others begin with a magic number
}

void Lcp::receive_protocol_reject(wire::ByteView data) {
    wire::Reader r{data};
    const auto protocol = static_cast<Protocol>(r.u16());
    if (!r.ok()) return control_.count_malformed();
    const bool auth =
        carried_by(agreed_.auth_to_peer, protocol) || carried_by(agreed_.auth_of_peer, protocol);
    if (auth) end_ = LcpEnd::auth_rejected;
    if (auth || protocol == Protocol::lcp) return control_.protocol_rejected();
    owner_.protocol_rejected(protocol);
}

void Lcp::receive_echo(const wire::ControlPacket& packet) {
    wire::Reader r{packet.data};
    const auto magic = r.u32();
    if (!r.ok()) return control_.count_malformed();
    if (looped(magic)) return;
    if (packet.code == Code::echo_reply) return owner_.echo_replied(packet.id, packet.packet.size());
    if (packet.code != Code::echo_request) return;
    const auto room = std::max<std::size_t>(agreed_.mtu, kEchoHeader) - kEchoHeader;
    Writer data;
    data.u32(agreed_.own_magic).bytes(r.rest().first(std::min(r.rest().size(), room)));
    control_.send(Code::echo_reply, packet.id, data.view());
}

void Lcp::reject_protocol(wire::ByteView octets) {
    const auto frame = wire::decode_frame(octets);
    if (!opened() || !frame || frame->protocol == Protocol::lcp) return;
    const auto room = std::max<std::size_t>(agreed_.mtu, kHeader + 2) - kHeader - 2;
    Writer data;
    wire::put_protocol(data, frame->protocol);
    data.bytes(frame->packet.first(std::min(frame->packet.size(), room)));
    control_.send(Code::protocol_reject, control_.next_id(), data.view());
}

std::optional<std::uint8_t> Lcp::send_echo(std::size_t octets) {
    if (!opened()) return std::nullopt;
    const auto id = control_.next_id();
    Writer data;
    data.u32(agreed_.own_magic);
    for (auto n = std::min<std::size_t>(octets, agreed_.mtu); n > kEchoHeader; --n) data.u8(0);
    control_.send(Code::echo_request, id, data.view());
    return id;
}

}  // namespace ppp
