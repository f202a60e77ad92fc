// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakeCoding: what one unit of FakePpp does with CCP packets that pass and with data, as ppp_generic.c
/// and ppp_mppe.c do; instead of a cipher there is a digest of the key in front of the packet.
#pragma once
#include <algorithm>
#include <cerrno>
#include <optional>
#include "base/digest.hpp"
#include "kernel/ppp_kernel.hpp"
#include "wire/ccp_options.hpp"
#include "wire/control_packet.hpp"

namespace ppp::test {

class FakeCoding {
public:
    Result<> set(kernel::Flow flow, wire::ByteView method) {
        const bool mppe = !method.empty() && method[0] == 18;
        if (method.size() < 3 || method[1] > method.size()) return fail_errno("cannot set", EINVAL);
        if (mppe && method.size() != 22) return fail_errno("cannot set", ENOBUFS);
        half(flow == kernel::Flow::sent) = {.method = {method.begin(), method.end()}};
        if (mppe && spoilt_) half(flow == kernel::Flow::sent).method.back() ^= 1;
        return {};
    }
    void set(kernel::CcpStage stage) {
        const bool was_open = stage_ != kernel::CcpStage::closed;
        stage_ = stage;
        if (was_open && stage == kernel::CcpStage::closed) sent_ = received_ = {};
    }

    void spoil_keys() { spoilt_ = true; }

    /// @return what leaves; nothing when the packet is dropped.
    std::optional<wire::Bytes> outbound(wire::ByteView frame) {
        peek(frame, false);
        wire::Bytes out(frame.begin(), frame.end());
        if (!sent_.runs || !compressible(protocol_of(frame))) return out;
        if (!used()) return std::nullopt;
        wire::Writer coded;
        coded.u16(0x00fd).u16(sent_.count).u32(sent_.digest()).bytes(frame);
        sent_.count = next(sent_.count);
        return std::move(coded).take();
    }

    /// @return what the unit makes of it: 0x00fd again for what it cannot decode.
    wire::Bytes inbound(wire::ByteView frame) {
        peek(frame, true);
        wire::Bytes as_it_is(frame.begin(), frame.end());
        if (protocol_of(frame) != 0x00fd || !received_.runs || received_.error) return as_it_is;
        wire::Reader in(frame.subspan(2));
        const std::uint16_t count = in.u16();
        const auto digest = in.u32();
        const auto ahead = static_cast<std::uint16_t>((count + kCounts - received_.count) % kCounts);
        const bool lost = received_.stateless() ? ahead > kCounts / 2 : ahead != 0;
        if (!in.ok() || (lost && !received_.resynchronise)) {
            received_.error = true;
            return as_it_is;
        }
        received_.resynchronise = false;
        received_.count = next(count);
        // Deciphered with a wrong key a packet is noise, and its protocol field any number.
        if (digest != received_.digest()) return {0x1a, static_cast<std::uint8_t>(digest | 1), 0xde, 0xad};
        const auto rest = in.rest();
        return {rest.begin(), rest.end()};
    }

private:
    static constexpr std::uint16_t kCounts = 4096;

    struct Half {
        wire::Bytes method{};  ///< option and key
        bool runs = false, error = false, resynchronise = false;
        std::uint16_t count = 0;
        std::uint8_t starts = 0;  ///< each one derives the key from the one before
        wire::Bytes option{};     ///< as the Configure-Ack said it

        [[nodiscard]] std::uint32_t digest() const {
            const wire::Bytes started(starts, 0);
            return fnv1a(started, fnv1a(wire::ByteView(method).subspan(method[1]), fnv1a(option)));
        }
        [[nodiscard]] bool stateless() const { return option.size() == 6 && (option[2] & 1) != 0; }
    };

    static std::uint16_t next(std::uint16_t count) {
        return static_cast<std::uint16_t>((count + 1) % kCounts);
    }
    Half& half(bool sent) { return sent ? sent_ : received_; }
    [[nodiscard]] bool used() const {
        return stage_ == kernel::CcpStage::up || stage_ == kernel::CcpStage::required;
    }
    static std::uint16_t protocol_of(wire::ByteView frame) { return wire::Reader(frame).u16(); }
    static bool compressible(std::uint16_t protocol) { return protocol >= 0x21 && protocol <= 0xfa; }

    /// ppp_ccp_peek().
    void peek(wire::ByteView frame, bool inbound) {
        if (protocol_of(frame) != 0x80fd) return;
        const auto packet = wire::decode_control(frame.subspan(2));
        if (!packet) return;
        switch (packet->code) {
            case wire::Code::configure_request:
                half(inbound).runs = false;
                break;
            case wire::Code::terminate_request:
            case wire::Code::terminate_ack:
                sent_.runs = received_.runs = false;
                break;
            case wire::Code::configure_ack:
                if (stage_ == kernel::CcpStage::open) start(half(!inbound), packet->data);
                break;
            case wire::Code::reset_ack:
                if (!used()) break;
                if (inbound && received_.runs) {
                    received_.error = false;
                    received_.resynchronise = true;
                }
                break;
            default:
                break;
        }
    }
    static void start(Half& half, wire::ByteView options) {
        wire::TlvCursor<wire::kPppOption> c{options};
        if (half.method.empty() || !c.next() || c.tlv().type != half.method[0]) return;
        const auto option = wire::ccp::decode(c.tlv());
        const auto* mppe = option ? std::get_if<wire::ccp::Mppe>(&*option) : nullptr;
        if (mppe && (mppe->bits & (wire::ccp::Mppe::kBits128 | wire::ccp::Mppe::kBits40)) == 0) return;
        half.runs = true;
        ++half.starts;
        half.error = half.resynchronise = false;
        half.count = 0;
        half.option.assign(c.tlv().raw.begin(), c.tlv().raw.end());
    }

    Half sent_, received_;
    bool spoilt_ = false;
    kernel::CcpStage stage_ = kernel::CcpStage::closed;
};

}  // namespace ppp::test
