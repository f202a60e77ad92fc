// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Any octets with any number of files as a message between daemon and keeper, and as what a keeper
/// leaves to the next one: what decodes is within all bounds and encodes to the same octets.
#include "fuzz/oracle.hpp"
#include "keeper/messages.hpp"

using namespace ppp;
using namespace ppp::keeper;
using test::require;

namespace {

void check_key(const std::string& key) { require(!key.empty() && key.size() <= 64); }

void check_bounds(const Message& message, std::size_t files) {
    std::size_t spoken_of = 0;
    if (const auto* keep = std::get_if<Keep>(&message)) {
        require(!keep->items.empty() && keep->items.size() <= 253);
        for (const auto& item : keep->items) {
            check_key(item.key);
            require(item.files >= 1 && item.files <= 8);
            spoken_of += item.files;
        }
    } else if (const auto* drop = std::get_if<Drop>(&message)) {
        require(!drop->keys.empty() && drop->keys.size() <= 253);
        for (const auto& key : drop->keys) check_key(key);
    } else if (std::holds_alternative<Index>(message)) {
        require(files >= 1 && files <= 253);
        spoken_of = files;
    }
    require(spoken_of == files);
}

bool same(const wire::Bytes& a, wire::ByteView b) { return std::ranges::equal(a, b); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    wire::Reader script{{data, size}};
    const std::size_t files = script.u16();
    const auto octets = script.rest();
    if (const auto message = decode(octets, files)) {
        check_bounds(*message, files);
        require(same(encode(*message), octets));
        require(octets.size() <= kLongestMessage);
    } else {
        require(test::is_plain(message.error().what) && !message.error().what.empty());
    }
    if (const auto state = decode_handover(octets)) {
        require(same(encode(*state), octets));
        require(state->daemon.size() <= 1);
        for (const auto& entry : state->entries) {
            check_key(entry.key);
            require(!entry.files.empty() && entry.files.size() <= 8);
        }
    } else {
        require(test::is_plain(state.error().what) && !state.error().what.empty());
    }
    return 0;
}
