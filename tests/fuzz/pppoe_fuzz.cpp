// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Any octets as a PPPoE frame: what decodes is what was there, and encodes to it again.
#include "oracle.hpp"
#include "wire/pppoe.hpp"

using namespace ppp::wire;
using namespace ppp::wire::pppoe;
using ppp::test::require;

namespace {
void check_text(const std::string& text) {
    for (const char c : text) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView frame{data, size};
    check_text(escape(frame));
    if (const auto session = decode_session(frame)) require(session->frame.size() + 20 <= size);

    std::string_view why;
    const auto packet = decode(frame, &why);
    if (!packet) {
        require(!why.empty());
        check_text(describe_malformed(frame, why));
        return 0;
    }
    const auto header = kEtherHeader + kPppoeHeader;
    require(packet->tags.size() + header <= size);
    check_text(describe(*packet));
    // All but the length field, which may have counted what follows End-Of-List, is as it was.
    const auto again = encode(*packet);
    require(std::ranges::equal(ByteView{again}.first(18), frame.first(18)));
    require(std::ranges::equal(ByteView{again}.subspan(header), packet->tags));
    const auto second = decode(again);
    require(second && second->code == packet->code && second->session_id == packet->session_id &&
            second->source == packet->source && second->destination == packet->destination &&
            std::ranges::equal(second->tags, packet->tags));
    std::size_t tags = 0;
    for (TlvCursor<kPppoeTag> c{packet->tags}; c.next(); ++tags) {
        const auto type = static_cast<Tag>(c.tlv().type);
        require(packet->find(type) && packet->has(type, c.tlv().value) && packet->count(type) >= 1);
    }
    require(tags <= kMaxTags);
    Builder built{packet->destination, packet->source, packet->code, packet->session_id};
    built.raw(packet->tags);
    if (!built.full()) require(std::ranges::equal(built.frame(), again));
    return 0;
}
