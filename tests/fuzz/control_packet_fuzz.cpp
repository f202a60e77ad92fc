// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Frames and control packets. Oracle: a decoded packet encodes back; the text is one line of printable
/// ASCII in brackets, of bounded length, and does not depend on the password of a PAP request.
#include "wire/auth_packets.hpp"
#include "wire/control_packet.hpp"

using namespace ppp::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView octets{data, size};
    const auto text = describe(octets);
    if (text.size() < 3 || text.front() != '[' || text.back() != ']') __builtin_trap();
    if (text.size() > 40 * size + 100) __builtin_trap();
    for (const char c : text)
        if (c < 0x20 || c > 0x7e) __builtin_trap();

    const auto frame = decode_frame(octets);
    if (!frame) return 0;
    if (const auto p = decode_control(frame->packet); p && p->packet.size() <= 0xffff) {
        Writer w;
        put_control(w, frame->protocol, p->code, p->id, p->data);
        if (!std::ranges::equal(w.view().subspan(2), p->packet)) __builtin_trap();
    }
    if (frame->protocol != Protocol::pap) return 0;
    const auto pap = decode_pap(frame->packet);
    if (const auto* request = pap ? std::get_if<PapRequest>(&*pap) : nullptr) {
        Bytes other(data, data + size);
        for (std::size_t i = 0; i < request->password.size(); ++i) {
            const auto at = reinterpret_cast<const std::uint8_t*>(request->password.data()) - data;
            other[static_cast<std::size_t>(at) + i] ^= 0x55;
        }
        if (describe(other) != text) __builtin_trap();
    }
    return 0;
}
