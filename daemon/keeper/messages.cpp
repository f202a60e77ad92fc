// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper/messages.hpp"

namespace ppp::keeper {
namespace {

using wire::Reader;
using wire::Writer;

// The order of Message's alternatives is the order of their codes on the wire.
template <std::size_t I = 0>
Result<Message> empty_message(std::uint8_t code) {
    if constexpr (I < std::variant_size_v<Message>) {
        if (code == I) return Message(std::in_place_index<I>);
        return empty_message<I + 1>(code);
    } else {
        return fail(Errc::malformed, "a message of an unknown kind");
    }
}

void put_key(Writer& out, std::string_view key) { out.u8(static_cast<std::uint8_t>(key.size())).text(key); }
bool get_key(Reader& in, std::string& key) {
    const auto length = in.u8();
    key = wire::chars(in.take(length));
    return in.ok() && !key.empty() && key.size() <= kMaxKey;
}
bool get_count(Reader& in, std::size_t& count) {
    count = in.u16();
    return in.ok() && count >= 1 && count <= kKeysInMessage;
}

struct Encoder {
    Writer& out;
    void operator()(const Hello&) const {}
    void operator()(const Busy&) const {}
    void operator()(const Keep& m) const {
        out.u16(static_cast<std::uint16_t>(m.items.size()));
        for (const auto& item : m.items) {
            put_key(out, item.key);
            out.u8(item.files);
        }
    }
    void operator()(const Drop& m) const {
        out.u16(static_cast<std::uint16_t>(m.keys.size()));
        for (const auto& key : m.keys) put_key(out, key);
    }
    void operator()(const Only&) const {}
    void operator()(const Take&) const {}
    void operator()(const End& m) const { out.u32(m.items); }
    void operator()(const Sync& m) const { out.u32(m.number); }
    void operator()(const Synced& m) const { out.u32(m.number); }
    void operator()(const Index& m) const { out.u64(m.generation).u32(m.items); }
};

/// Reads the rest of a message. @return whether its values are possible with this many files.
struct Decoder {
    Reader& in;
    std::size_t files;
    bool operator()(Hello&) const { return files == 0; }
    bool operator()(Busy&) const { return files == 0; }
    bool operator()(Keep& m) const {
        std::size_t count = 0, expected = 0;
        if (!get_count(in, count)) return false;
        m.items.resize(count);
        for (auto& item : m.items) {
            if (!get_key(in, item.key)) return false;
            item.files = in.u8();
            if (item.files == 0 || item.files > kMaxFiles) return false;
            expected += item.files;
        }
        return files == expected;
    }
    bool operator()(Drop& m) const {
        std::size_t count = 0;
        if (!get_count(in, count)) return false;
        m.keys.resize(count);
        for (auto& key : m.keys)
            if (!get_key(in, key)) return false;
        return files == 0;
    }
    bool operator()(Only&) const { return files == 0; }
    bool operator()(Take&) const { return files == 0; }
    bool operator()(End& m) const { return number(m.items); }
    bool operator()(Sync& m) const { return number(m.number); }
    bool operator()(Synced& m) const { return number(m.number); }
    bool operator()(Index& m) const {
        m.generation = in.u64();
        m.items = in.u32();
        return files >= 1 && files <= kFilesInMessage;
    }
    bool number(std::uint32_t& value) const {
        value = in.u32();
        return files == 0;
    }
};

Result<> check_version(std::uint8_t version) {
    if (version != kVersion)
        return fail(Errc::protocol, "the other side speaks version " + std::to_string(version) + ", not " +
                                        std::to_string(kVersion));
    return {};
}

}  // namespace

wire::Bytes encode(const Message& message) {
    Writer out;
    out.u8(kVersion).u8(static_cast<std::uint8_t>(message.index()));
    std::visit(Encoder{out}, message);
    return std::move(out).take();
}

Result<Message> decode(wire::ByteView octets, std::size_t files) {
    Reader in{octets};
    const auto version = in.u8();
    const auto code = in.u8();
    if (!in.ok()) return fail(Errc::malformed, "a message that is too short");
    PPP_CHECK(check_version(version));
    PPP_TRY(auto message, empty_message(code));
    if (!std::visit(Decoder{in, files}, message) || !in.finished())
        return fail(Errc::malformed, "a message of kind " + std::to_string(code) +
                                         " that is damaged or came with " + std::to_string(files) + " files");
    return message;
}

wire::Bytes encode(const Handover& state) {
    Writer out(64 * state.entries.size() + 64);
    out.u8(kVersion).u32(state.listener).u8(static_cast<std::uint8_t>(state.daemon.size()));
    for (const auto fd : state.daemon) out.u32(fd);
    out.u64(state.generation).u8(static_cast<std::uint8_t>(state.boxes.size()));
    for (const auto& box : state.boxes) {
        put_key(out, box.name);
        out.u32(box.file);
    }
    out.u32(static_cast<std::uint32_t>(state.entries.size()));
    for (const auto& entry : state.entries) {
        put_key(out, entry.key);
        out.u8(entry.confirmed ? 1 : 0).u8(static_cast<std::uint8_t>(entry.files.size()));
        for (const auto fd : entry.files) out.u32(fd);
    }
    return std::move(out).take();
}

Result<Handover> decode_handover(wire::ByteView octets) {
    const auto damaged = [] { return fail(Errc::malformed, "what the earlier keeper left is damaged"); };
    Reader in{octets};
    PPP_CHECK(check_version(in.u8()));
    Handover state;
    state.listener = in.u32();
    const auto daemons = in.u8();
    if (daemons > 1) return damaged();
    if (daemons == 1) state.daemon.push_back(in.u32());
    state.generation = in.u64();
    state.boxes.resize(in.u8());
    for (auto& box : state.boxes) {
        if (!get_key(in, box.name)) return damaged();
        box.file = in.u32();
    }
    // Grown as it is read: the count alone must not reserve memory.
    for (auto entries = in.u32(); entries > 0; --entries) {
        auto& entry = state.entries.emplace_back();
        if (!get_key(in, entry.key)) return damaged();
        const auto confirmed = in.u8(), files = in.u8();
        if (confirmed > 1 || files == 0 || files > kMaxFiles) return damaged();
        entry.confirmed = confirmed == 1;
        for (unsigned i = 0; i < files; ++i) entry.files.push_back(in.u32());
    }
    if (!in.finished()) return damaged();
    return state;
}

}  // namespace ppp::keeper
