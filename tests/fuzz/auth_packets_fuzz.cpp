// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Whatever PAP, CHAP and MS-CHAP decode encodes to the same octets again.
///
/// The first octet chooses the decoder.
#include "oracle.hpp"
#include "wire/auth_packets.hpp"

using namespace ppp;
using namespace ppp::wire;
using test::require;

namespace {

Bytes encode_any(const auto& packet) {
    return std::visit([](const auto& p) { return encode(p); }, packet);
}

void check_pap(ByteView octets) {
    const auto packet = decode_pap(octets);
    if (!packet) return;
    const auto again = encode_any(*packet);
    const std::size_t length = std::size_t{octets[2]} << 8 | octets[3];
    // The one tolerated oddity: a reply without its Msg-Length.
    const bool bare = length == 4;
    require(bare ? again.size() == 5 : std::ranges::equal(again, octets.first(length)));
    const auto twice = decode_pap(again);
    require(twice && encode_any(*twice) == again);
}

void check_chap(ByteView octets) {
    const auto packet = decode_chap(octets);
    if (!packet) return;
    const std::size_t length = std::size_t{octets[2]} << 8 | octets[3];
    require(std::ranges::equal(encode_any(*packet), octets.first(length)));
}

void check_values(ByteView octets) {
    const auto v1 = decode_mschap1(octets);
    const auto v2 = decode_mschap2(octets);
    require(v1.has_value() == (octets.size() == kMsChapResponseSize));
    require(v2.has_value() == v1.has_value());
    if (v1) require(std::ranges::equal(encode(*v1), octets));
    if (v2) require(std::ranges::equal(encode(*v2), octets));
}

void check_failure(std::string_view text) {
    const auto failure = parse_mschap_failure(text);
    if (!failure) return;
    const auto again = parse_mschap_failure(format(*failure));
    require(again && again->error == failure->error && again->retry == failure->retry);
    require(again->challenge == failure->challenge && again->version == failure->version);
    require(again->message == failure->message);
}

void check_success(std::string_view text) {
    const auto proof = parse_mschap2_success(text);
    if (!proof) return;
    require(text.size() >= 42 && parse_mschap2_success(format_mschap2_success(*proof)) == proof);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView octets(data + 1, size - 1);
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    switch (data[0] % 5) {
        case 0:
            check_pap(octets);
            break;
        case 1:
            check_chap(octets);
            break;
        case 2:
            check_values(octets);
            break;
        case 3:
            check_failure(text);
            break;
        default:
            check_success(text);
            break;
    }
    return 0;
}
