// SPDX-License-Identifier: GPL-2.0-or-later
// Records of the state journal: whatever is accepted says the same again when it is written and read.
#include "fuzz/oracle.hpp"
#include "session/session_record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ppp;
    const auto record = session::decode_record({data, size});
    if (!record) {
        test::require(!record.error().what.empty());
        return 0;
    }
    test::require(record->id != 0 && !record->object.empty());
    const auto octets = session::encode(*record);
    const auto again = session::decode_record(octets);
    test::require(again.has_value());
    test::require(session::encode(*again) == octets);
    return 0;
}
