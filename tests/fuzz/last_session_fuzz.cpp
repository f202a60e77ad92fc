// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Any octets as the file of a remembered session: what is taken is exactly what we would write, and
/// whatever we write is taken.
#include <algorithm>
#include "fuzz/oracle.hpp"
#include "session/last_session.hpp"
#include "wire/bytes.hpp"

using namespace ppp;
using namespace ppp::session;
using test::require;

namespace {
bool is_one_of_ours(std::string_view text) {
    if (text.size() != 30) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto allowed = i == 12 || i == 25 ? " " : "0123456789abcdef";
        if (std::string_view(allowed).find(text[i]) == std::string_view::npos) return false;
    }
    return true;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const wire::ByteView octets{data, size};
    const std::string text(wire::chars(octets));  // its own end, so that the sanitizer sees a read behind it
    const auto session = parse_last_session(text);
    require(session.has_value() == is_one_of_ours(text));
    if (session) require(format_last_session(*session) == text);

    wire::Reader r{octets};
    LastSession any;
    any.own_mac = r.array<6>();
    any.ac_mac = r.array<6>();
    any.session_id = r.u16();
    const auto written = format_last_session(any);
    require(is_one_of_ours(written));
    require(parse_last_session(written) == any);
    return 0;
}
