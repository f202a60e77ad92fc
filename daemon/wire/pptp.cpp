// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/pptp.hpp"
#include <fmt/format.h>
#include <array>
#include "wire/text.hpp"

namespace ppp::wire::pptp {
namespace {

constexpr std::uint16_t kControlMessage = 1;  // PPTP Message Type; 2 is of no use to anybody
constexpr std::size_t kStatistics = 128;

struct Shape {
    Type type;
    std::size_t length;
    std::string_view name;
};
// In the order of Type and of Message.
constexpr std::array kShapes{
    Shape{Type::start_request, 156, "Start-Control-Connection-Request"},
    Shape{Type::start_reply, 156, "Start-Control-Connection-Reply"},
    Shape{Type::stop_request, 16, "Stop-Control-Connection-Request"},
    Shape{Type::stop_reply, 16, "Stop-Control-Connection-Reply"},
    Shape{Type::echo_request, 16, "Echo-Request"},
    Shape{Type::echo_reply, 20, "Echo-Reply"},
    Shape{Type::outgoing_call_request, 168, "Outgoing-Call-Request"},
    Shape{Type::outgoing_call_reply, 32, "Outgoing-Call-Reply"},
    Shape{Type::incoming_call_request, 220, "Incoming-Call-Request"},
    Shape{Type::incoming_call_reply, 24, "Incoming-Call-Reply"},
    Shape{Type::incoming_call_connected, 28, "Incoming-Call-Connected"},
    Shape{Type::call_clear_request, 16, "Call-Clear-Request"},
    Shape{Type::call_disconnect_notify, 148, "Call-Disconnect-Notify"},
    Shape{Type::wan_error_notify, 40, "WAN-Error-Notify"},
    Shape{Type::set_link_info, 24, "Set-Link-Info"},
};
static_assert(kShapes.size() == std::variant_size_v<Message>);

const Shape* shape_of(std::uint16_t type) {
    return type >= 1 && type <= kShapes.size() ? &kShapes[type - 1U] : nullptr;
}

/// A text field: up to the first zero octet.
std::string text(Reader& in, std::size_t width = kName) {
    const auto field = chars(in.take(width));
    return std::string(field.substr(0, field.find('\0')));
}
/// A field whose used length is said elsewhere; one that says more than there is has all of it.
std::string counted(ByteView field, std::size_t length) {
    return std::string(chars(field.first(std::min(length, field.size()))));
}
void put_text(Writer& out, std::string_view value, std::size_t width = kName) {
    const auto shown = value.substr(0, width);
    out.text(shown);
    for (auto left = width - shown.size(); left > 0; --left) out.u8(0);
}

void read(Reader& in, StartRequest& m) {
    m.version = in.u16();
    in.take(2);
    m.framing = in.u32();
    m.bearer = in.u32();
    m.max_channels = in.u16();
    m.firmware = in.u16();
    m.host = text(in);
    m.vendor = text(in);
}
void write(Writer& out, const StartRequest& m) {
    out.u16(m.version).u16(0).u32(m.framing).u32(m.bearer).u16(m.max_channels).u16(m.firmware);
    put_text(out, m.host);
    put_text(out, m.vendor);
}
void read(Reader& in, StartReply& m) {
    m.version = in.u16();
    m.result = in.u8();
    m.error = in.u8();
    m.framing = in.u32();
    m.bearer = in.u32();
    m.max_channels = in.u16();
    m.firmware = in.u16();
    m.host = text(in);
    m.vendor = text(in);
}
void write(Writer& out, const StartReply& m) {
    out.u16(m.version).u8(m.result).u8(m.error).u32(m.framing).u32(m.bearer);
    out.u16(m.max_channels).u16(m.firmware);
    put_text(out, m.host);
    put_text(out, m.vendor);
}
void read(Reader& in, StopRequest& m) {
    m.reason = in.u8();
    in.take(3);
}
void write(Writer& out, const StopRequest& m) { out.u8(m.reason).u8(0).u16(0); }
void read(Reader& in, StopReply& m) {
    m.result = in.u8();
    m.error = in.u8();
    in.take(2);
}
void write(Writer& out, const StopReply& m) { out.u8(m.result).u8(m.error).u16(0); }
void read(Reader& in, EchoRequest& m) { m.id = in.u32(); }
void write(Writer& out, const EchoRequest& m) { out.u32(m.id); }
void read(Reader& in, EchoReply& m) {
    m.id = in.u32();
    m.result = in.u8();
    m.error = in.u8();
    in.take(2);
}
void write(Writer& out, const EchoReply& m) { out.u32(m.id).u8(m.result).u8(m.error).u16(0); }
void read(Reader& in, OutgoingCallRequest& m) {
    m.call_id = in.u16();
    m.serial = in.u16();
    m.min_bps = in.u32();
    m.max_bps = in.u32();
    m.bearer = in.u32();
    m.framing = in.u32();
    m.window = in.u16();
    m.delay = in.u16();
    const auto length = in.u16();
    in.take(2);
    m.phone = counted(in.take(kName), length);
    m.subaddress = text(in);
}
void write(Writer& out, const OutgoingCallRequest& m) {
    out.u16(m.call_id).u16(m.serial).u32(m.min_bps).u32(m.max_bps).u32(m.bearer).u32(m.framing);
    out.u16(m.window).u16(m.delay).u16(static_cast<std::uint16_t>(std::min(m.phone.size(), kName))).u16(0);
    put_text(out, m.phone);
    put_text(out, m.subaddress);
}
void read(Reader& in, OutgoingCallReply& m) {
    m.call_id = in.u16();
    m.peer_call_id = in.u16();
    m.result = in.u8();
    m.error = in.u8();
    m.cause = in.u16();
    m.speed = in.u32();
    m.window = in.u16();
    m.delay = in.u16();
    m.channel = in.u32();
}
void write(Writer& out, const OutgoingCallReply& m) {
    out.u16(m.call_id).u16(m.peer_call_id).u8(m.result).u8(m.error).u16(m.cause).u32(m.speed);
    out.u16(m.window).u16(m.delay).u32(m.channel);
}
void read(Reader& in, IncomingCallRequest& m) {
    m.call_id = in.u16();
    m.serial = in.u16();
    m.bearer = in.u32();
    m.channel = in.u32();
    const auto dialed = in.u16();
    const auto dialing = in.u16();
    m.dialed = counted(in.take(kName), dialed);
    m.dialing = counted(in.take(kName), dialing);
    m.subaddress = text(in);
}
void write(Writer& out, const IncomingCallRequest& m) {
    out.u16(m.call_id).u16(m.serial).u32(m.bearer).u32(m.channel);
    out.u16(static_cast<std::uint16_t>(std::min(m.dialed.size(), kName)));
    out.u16(static_cast<std::uint16_t>(std::min(m.dialing.size(), kName)));
    put_text(out, m.dialed);
    put_text(out, m.dialing);
    put_text(out, m.subaddress);
}
void read(Reader& in, IncomingCallReply& m) {
    m.call_id = in.u16();
    m.peer_call_id = in.u16();
    m.result = in.u8();
    m.error = in.u8();
    m.window = in.u16();
    m.delay = in.u16();
    in.take(2);
}
void write(Writer& out, const IncomingCallReply& m) {
    out.u16(m.call_id).u16(m.peer_call_id).u8(m.result).u8(m.error).u16(m.window).u16(m.delay).u16(0);
}
void read(Reader& in, IncomingCallConnected& m) {
    m.peer_call_id = in.u16();
    in.take(2);
    m.speed = in.u32();
    m.window = in.u16();
    m.delay = in.u16();
    m.framing = in.u32();
}
void write(Writer& out, const IncomingCallConnected& m) {
    out.u16(m.peer_call_id).u16(0).u32(m.speed).u16(m.window).u16(m.delay).u32(m.framing);
}
void read(Reader& in, CallClearRequest& m) {
    m.call_id = in.u16();
    in.take(2);
}
void write(Writer& out, const CallClearRequest& m) { out.u16(m.call_id).u16(0); }
void read(Reader& in, CallDisconnectNotify& m) {
    m.call_id = in.u16();
    m.result = in.u8();
    m.error = in.u8();
    m.cause = in.u16();
    in.take(2);
    m.statistics = text(in, kStatistics);
}
void write(Writer& out, const CallDisconnectNotify& m) {
    out.u16(m.call_id).u8(m.result).u8(m.error).u16(m.cause).u16(0);
    put_text(out, m.statistics, kStatistics);
}
void read(Reader& in, WanErrorNotify& m) {
    m.peer_call_id = in.u16();
    in.take(2);
    for (auto* count :
         {&m.crc, &m.framing, &m.hardware_overruns, &m.buffer_overruns, &m.timeouts, &m.alignment})
        *count = in.u32();
}
void write(Writer& out, const WanErrorNotify& m) {
    out.u16(m.peer_call_id).u16(0).u32(m.crc).u32(m.framing).u32(m.hardware_overruns);
    out.u32(m.buffer_overruns).u32(m.timeouts).u32(m.alignment);
}
void read(Reader& in, SetLinkInfo& m) {
    m.peer_call_id = in.u16();
    in.take(2);
    m.send_accm = in.u32();
    m.receive_accm = in.u32();
}
void write(Writer& out, const SetLinkInfo& m) {
    out.u16(m.peer_call_id).u16(0).u32(m.send_accm).u32(m.receive_accm);
}

/// The value of the alternative that has this place in Message.
template <std::size_t At = 0>
std::optional<Message> read_as(std::size_t place, Reader& in) {
    if constexpr (At == std::variant_size_v<Message>) {
        return std::nullopt;
    } else {
        if (place != At) return read_as<At + 1>(place, in);
        std::variant_alternative_t<At, Message> value;
        read(in, value);
        if (!in.finished()) return std::nullopt;
        return Message(std::move(value));
    }
}

/// General Error Codes (RFC 2637 section 2.16).
std::string_view general_error(std::uint8_t error) {
    constexpr std::array<std::string_view, 7> kNames{
        "None", "Not-Connected", "Bad-Format", "Bad-Value", "No-Resource", "Bad-Call ID", "PAC-Error"};
    return error < kNames.size() ? kNames.at(error) : "unknown error";
}
std::string result_text(std::span<const std::string_view> names, std::uint8_t result, std::uint8_t error) {
    if (result >= names.size()) return fmt::format("result {}", result);
    if (names[result] == "General Error") return fmt::format("General Error ({})", general_error(error));
    return std::string(names[result]);
}

std::string fields(const StartRequest& m) {
    return fmt::format("version={:#x} host=\"{}\" vendor=\"{}\"", m.version, escape(m.host),
                       escape(m.vendor));
}
std::string fields(const StartReply& m) {
    return fmt::format("version={:#x} result={} error={} host=\"{}\" vendor=\"{}\"", m.version, m.result,
                       m.error, escape(m.host), escape(m.vendor));
}
std::string fields(const StopRequest& m) { return fmt::format("reason={}", m.reason); }
std::string fields(const StopReply& m) { return fmt::format("result={} error={}", m.result, m.error); }
std::string fields(const EchoRequest& m) { return fmt::format("id={}", m.id); }
std::string fields(const EchoReply& m) { return fmt::format("id={} result={}", m.id, m.result); }
std::string fields(const OutgoingCallRequest& m) {
    return fmt::format("id={} serial={} window={} phone=\"{}\"", m.call_id, m.serial, m.window,
                       escape(m.phone));
}
std::string fields(const OutgoingCallReply& m) {
    return fmt::format("id={} peer-id={} result={} error={} cause={} speed={} window={}", m.call_id,
                       m.peer_call_id, m.result, m.error, m.cause, m.speed, m.window);
}
std::string fields(const IncomingCallRequest& m) {
    return fmt::format("id={} serial={} dialed=\"{}\"", m.call_id, m.serial, escape(m.dialed));
}
std::string fields(const IncomingCallReply& m) {
    return fmt::format("id={} peer-id={} result={} error={}", m.call_id, m.peer_call_id, m.result, m.error);
}
std::string fields(const IncomingCallConnected& m) { return fmt::format("peer-id={}", m.peer_call_id); }
std::string fields(const CallClearRequest& m) { return fmt::format("id={}", m.call_id); }
std::string fields(const CallDisconnectNotify& m) {
    return fmt::format("id={} result={} error={} cause={}", m.call_id, m.result, m.error, m.cause);
}
std::string fields(const WanErrorNotify& m) {
    return fmt::format("peer-id={} crc={} framing={} hardware={} buffers={} timeouts={} alignment={}",
                       m.peer_call_id, m.crc, m.framing, m.hardware_overruns, m.buffer_overruns, m.timeouts,
                       m.alignment);
}
std::string fields(const SetLinkInfo& m) {
    return fmt::format("peer-id={} send-accm={:#010x} receive-accm={:#010x}", m.peer_call_id, m.send_accm,
                       m.receive_accm);
}

}  // namespace

std::string_view type_name(Type type) {
    const auto* shape = shape_of(static_cast<std::uint16_t>(type));
    return shape ? shape->name : "unknown message";
}

Type type_of(const Message& message) { return kShapes.at(message.index()).type; }

Beginning begin(ByteView stream) {
    Reader in(stream);
    const auto length = in.u16();
    if (!in.ok()) return {};
    if (length < kHeader || length > kMaxMessage)
        return {.length = 0, .wrong = "a length that no message has"};
    const auto message_type = in.u16();
    if (!in.ok()) return {};
    if (message_type != kControlMessage) return {.length = 0, .wrong = "not a control message"};
    const auto cookie = in.u32();
    if (!in.ok()) return {};
    if (cookie != kMagicCookie) return {.length = 0, .wrong = "a wrong magic cookie"};
    const auto type = in.u16();
    if (!in.ok()) return {};
    const auto* shape = shape_of(type);
    if (!shape) return {.length = 0, .wrong = "a control message of an unknown type"};
    if (length != shape->length) return {.length = 0, .wrong = "a length that is not its type's"};
    return {.length = length, .wrong = {}};
}

std::optional<Message> decode(ByteView octets) {
    const auto beginning = begin(octets);
    if (beginning.length == 0 || beginning.length != octets.size()) return std::nullopt;
    Reader in(octets);
    in.take(8);
    const auto place = in.u16() - 1U;
    in.take(2);
    return read_as(place, in);
}

Bytes encode(const Message& message) {
    const auto& shape = kShapes.at(message.index());
    Writer out(shape.length);
    out.u16(static_cast<std::uint16_t>(shape.length)).u16(kControlMessage).u32(kMagicCookie);
    out.u16(static_cast<std::uint16_t>(shape.type)).u16(0);
    std::visit([&out](const auto& value) { write(out, value); }, message);
    return std::move(out).take();
}

std::string start_result(std::uint8_t result, std::uint8_t error) {
    constexpr std::array<std::string_view, 6> kNames{
        "result 0",
        "Successful channel establishment",
        "General Error",
        "Command channel already exists",
        "Requester is not authorized",
        "The protocol version of the requester is not supported"};
    return result_text(kNames, result, error);
}
std::string outgoing_result(std::uint8_t result, std::uint8_t error) {
    constexpr std::array<std::string_view, 8> kNames{"result 0",   "Connected",    "General Error",
                                                     "No Carrier", "Busy",         "No Dial Tone",
                                                     "Time-out",   "Do Not Accept"};
    return result_text(kNames, result, error);
}
std::string disconnect_result(std::uint8_t result, std::uint8_t error) {
    constexpr std::array<std::string_view, 5> kNames{"result 0", "Lost Carrier", "General Error",
                                                     "Admin Shutdown", "Request"};
    return result_text(kNames, result, error);
}

std::string describe(const Message& message) {
    return std::visit(
        [&](const auto& value) {
            return fmt::format("[PPTP {} {}]", type_name(type_of(message)), fields(value));
        },
        message);
}

std::string describe_cut(ByteView octets, std::size_t length) {
    const auto beginning = begin(octets);
    if (beginning.length == 0) return fmt::format("[PPTP {} octets]", length);
    // What is missing of a long message is the padding of its texts, or their end.
    Bytes whole(octets.begin(), octets.end());
    whole.resize(beginning.length);
    const auto message = decode(whole);
    return message ? describe(*message) : fmt::format("[PPTP {} octets]", length);
}

}  // namespace ppp::wire::pptp
