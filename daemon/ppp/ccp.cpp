// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/ccp.hpp"
#include <algorithm>

namespace ppp {

using wire::Writer;
using wire::ccp::BsdCompress;
using wire::ccp::Deflate;
using wire::ccp::Mppe;
namespace option = wire::ccp;

namespace {
constexpr std::uint8_t kZlib = 8;
/// zlib cannot do 8 (deflateInit2() of its versions up to 1.2), and neither can Linux.
constexpr std::uint8_t kSmallestWindow = 9, kLargestWindow = 15;
constexpr std::uint8_t kBsdVersion = 1, kFewestBits = 9, kMostBits = 15;
/// A peer that lists no MPPE may know it all the same; one that keeps silent about it does not want it.
constexpr std::uint8_t kSuggestions = 2;

constexpr Deflate kDeflate{Deflate::rfc1979, kLargestWindow, kZlib, 0};
constexpr BsdCompress kBsd{kBsdVersion, kMostBits};

bool usable(const Deflate& o) {
    return o.method == kZlib && o.check == 0 && o.window >= kSmallestWindow && o.window <= kLargestWindow;
}
bool usable(const BsdCompress& o) {
    return o.version == kBsdVersion && o.bits >= kFewestBits && o.bits <= kMostBits;
}

struct Name {
    std::string operator()(const Mppe& o) const {
        std::string out = o.bits & Mppe::kBits128 ? "MPPE128" : o.bits & Mppe::kBits56 ? "MPPE56" : "MPPE40";
        return out + (o.bits & Mppe::kStateless ? " stateless" : " stateful");
    }
    std::string operator()(const Deflate& o) const { return "deflate " + std::to_string(o.window); }
    std::string operator()(const BsdCompress& o) const { return "bsd " + std::to_string(o.bits); }
};
std::string name(const std::optional<option::Option>& method) {
    return method ? std::visit(Name{}, *method) : std::string("none");
}
}  // namespace

bool encrypts(const std::optional<option::Option>& method) {
    return method && std::holds_alternative<Mppe>(*method);
}

std::string encoding_text(const CcpResult& agreed) {
    if (!agreed.sent && !agreed.received) return {};
    const auto sent = name(agreed.sent), received = name(agreed.received);
    return sent == received ? sent : sent + "/" + received;
}

Ccp::Ccp(Scheduler& time, ControlProtocol::Owner& owner, const CcpConfig& config)
    : Negotiation(time, Protocol::ccp, owner, config.tunables), config_(config) {
    reset();
}

std::uint32_t Ccp::strengths() const { return Mppe::kBits128 | (config_.bits40 ? Mppe::kBits40 : 0); }

/// 0 when none of them is one of ours.
std::uint32_t Ccp::strongest_of(std::uint32_t bits) const {
    const auto common = bits & strengths();
    return common & Mppe::kBits128 ? Mppe::kBits128 : common & Mppe::kBits40;
}

// Our request.

void Ccp::reset() {
    agreed_ = {};
    refused_stateful_ = false;
    suggested_ = 0;
    asked_.reset();
    if (config_.mppe)
        asked_ = Mppe{Mppe::kStateless | strengths()};
    else
        ask_next();
}

/// After MPPE Deflate, after Deflate BSD, after BSD nothing.
void Ccp::ask_next() {
    const bool tried_deflate = asked_ && std::holds_alternative<Deflate>(*asked_);
    const bool tried_bsd = asked_ && std::holds_alternative<BsdCompress>(*asked_);
    asked_.reset();
    if (tried_bsd) return;
    if (config_.deflate && !tried_deflate)
        asked_ = kDeflate;
    else if (config_.bsd)
        asked_ = kBsd;
}

void Ccp::write_request(Writer& out) const {
    if (asked_) option::encode(out, *asked_);
}

bool Ccp::on_ack() {
    agreed_.received = asked_;
    // A peer that acknowledges a choice leaves it to us; Linux takes the strongest of them too.
    if (auto* mppe = agreed_.received ? std::get_if<Mppe>(&*agreed_.received) : nullptr)
        mppe->bits = (mppe->bits & Mppe::kStateless) | strongest_of(mppe->bits);
    return true;
}

bool Ccp::nak_of(const Mppe& mppe) {
    if (mppe_refused()) return true;
    if (const auto strength = strongest_of(mppe.bits); strength != 0) {
        asked_ = Mppe{(mppe.bits & Mppe::kStateless) | strength};
        return true;
    }
    ask_next();
    return !config_.required;
}

bool Ccp::on_nak(const wire::Tlv& tlv) {
    const auto suggested = option::decode(tlv);
    if (!suggested) return true;
    if (const auto* mppe = std::get_if<Mppe>(&*suggested)) return nak_of(*mppe);
    if (!asked_ || asked_->index() != suggested->index()) return true;
    if (const auto* deflate = std::get_if<Deflate>(&*suggested)) {
        if (!usable(*deflate))
            ask_next();
        else
            asked_ = *deflate;
    } else if (const auto* bsd = std::get_if<BsdCompress>(&*suggested)) {
        if (!usable(*bsd))
            ask_next();
        else
            asked_ = *bsd;
    }
    return true;
}

bool Ccp::on_reject(const wire::Tlv&) {
    // Our requests list one option only, so it is that one.
    const bool mppe = !mppe_refused();
    ask_next();
    return !(mppe && config_.required);
}

// The peer's request.

void Ccp::begin_request() { agreed_.sent.reset(); }

Verdict Ccp::judge(const wire::Tlv& tlv, Writer& suggestion) {
    const auto wanted = option::decode(tlv);
    // Of several methods the first one that suits is meant; the others would leave it open.
    if (!wanted || agreed_.sent) return Verdict::reject;
    auto verdict = Verdict::reject;
    if (const auto* mppe = std::get_if<Mppe>(&*wanted))
        verdict = judge_mppe(*mppe, suggestion);
    else if (const auto* deflate = std::get_if<Deflate>(&*wanted))
        verdict = judge_deflate(*deflate, suggestion);
    else if (const auto* bsd = std::get_if<BsdCompress>(&*wanted))
        verdict = judge_bsd(*bsd, suggestion);
    if (verdict == Verdict::ack) agreed_.sent = wanted;
    return verdict;
}

Verdict Ccp::judge_mppe(const Mppe& mppe, Writer& suggestion) {
    if (!config_.mppe) return Verdict::reject;
    const auto strength = strongest_of(mppe.bits);
    if (mppe.bits == (Mppe::kStateless | strength) && strength != 0) return Verdict::ack;
    if (mppe.bits == strength && strength != 0) {
        // Each lost packet would cost a round trip, so another way is asked for, once (RFC 3078 section 3).
        if (refused_stateful_) return Verdict::ack;
        refused_stateful_ = true;
    }
    // Whatever else was listed beside it (MPPC, 56 bits, several strengths): one choice is suggested.
    const auto choice = strength != 0 ? strength : strongest_of(~0U);
    option::encode(suggestion, Mppe{Mppe::kStateless | choice});
    return Verdict::nak;
}

Verdict Ccp::judge_deflate(const Deflate& deflate, Writer& suggestion) const {
    if (!config_.deflate || !mppe_refused()) return Verdict::reject;
    if (usable(deflate)) return Verdict::ack;
    option::encode(suggestion, Deflate{deflate.kind, kLargestWindow, kZlib, 0});
    return Verdict::nak;
}

Verdict Ccp::judge_bsd(const BsdCompress& bsd, Writer& suggestion) const {
    if (!config_.bsd || !mppe_refused()) return Verdict::reject;
    if (usable(bsd)) return Verdict::ack;
    option::encode(suggestion, kBsd);
    return Verdict::nak;
}

void Ccp::suggest_missing(Writer& naks) {
    if (agreed_.sent || naks.size() > 0 || mppe_refused()) return;
    if (!config_.required && suggested_ >= kSuggestions) return;
    ++suggested_;
    option::encode(naks, Mppe{Mppe::kStateless | strongest_of(~0U)});
}

}  // namespace ppp
