// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Any octets as a stream of PPTP messages: what decodes encodes to the same value again.
#include "oracle.hpp"
#include "wire/pptp.hpp"

using namespace ppp::wire;
using namespace ppp::wire::pptp;
using ppp::test::require;

namespace {
void check_text(const std::string& text) {
    for (const char c : text) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ByteView stream{data, size};
    check_text(describe_cut(stream, size));
    for (;;) {
        const auto beginning = begin(stream);
        // Judged alike whether it comes at once or in parts.
        if (beginning.length != 0 || !beginning.wrong.empty()) {
            const auto part = begin(stream.first(std::min<std::size_t>(stream.size(), 10)));
            require(part.length == beginning.length && part.wrong == beginning.wrong);
        }
        if (!beginning.wrong.empty()) {
            require(beginning.length == 0 && !decode(stream));
            return 0;
        }
        if (beginning.length == 0 || beginning.length > stream.size()) return 0;
        require(beginning.length <= kMaxMessage);
        const auto message = decode(stream.first(beginning.length));
        require(message.has_value());
        check_text(describe(*message));
        const auto again = encode(*message);
        require(again.size() == beginning.length);
        const auto second = decode(again);
        require(second && *second == *message);
        stream = stream.subspan(beginning.length);
    }
}
