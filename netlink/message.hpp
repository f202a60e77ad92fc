// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Batch, Message and Attributes: netlink messages built by libmnl and read without trust in any
/// length.
///
/// Integers are in host order, as netlink has them; addresses in network order.
#pragma once
#include <libmnl/libmnl.h>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ppp::net {

using Octets = std::span<const std::byte>;

class Message;

/// Messages back to back in one buffer, ready for one sendmsg(). Clearing keeps the memory: a batch that is
/// used again allocates nothing.
class Batch {
public:
    /// Starts the next message. The one before must not be written to any more.
    /// @param flags NLM_F_* besides NLM_F_REQUEST, which every message gets.
    Message begin(std::uint16_t type, std::uint16_t flags);
    void clear() {
        used_ = 0;
        starts_.clear();
    }
    [[nodiscard]] std::size_t size() const { return starts_.size(); }
    [[nodiscard]] bool empty() const { return starts_.empty(); }
    /// Message `i` with its header.
    [[nodiscard]] Octets message(std::size_t i) const;
    /// Messages `first` to `first + count - 1`, as they are sent.
    [[nodiscard]] Octets octets(std::size_t first, std::size_t count) const;
    /// The header of message `i`, for the one who numbers and sends it.
    [[nodiscard]] nlmsghdr* header(std::size_t i) { return header_at(starts_[i]); }

private:
    friend class Message;
    [[nodiscard]] nlmsghdr* header_at(std::size_t offset) {
        // The buffer comes from operator new and every offset is a multiple of four: aligned for netlink.
        return static_cast<nlmsghdr*>(static_cast<void*>(buffer_.data() + offset));
    }
    /// Makes room for `extra` more octets at the end of the last message.
    void grow(std::size_t extra) {
        if (buffer_.size() < used_ + extra) buffer_.resize(2 * (used_ + extra));
    }
    [[nodiscard]] std::size_t end_of(std::size_t i) const {
        return i + 1 < starts_.size() ? starts_[i + 1] : used_;
    }

    std::vector<std::byte> buffer_;
    std::vector<std::uint32_t> starts_;
    std::size_t used_ = 0;
};

/// The message being built, the last of its batch. Holds an offset, not a pointer: the buffer may move.
class Message {
public:
    /// Closes a nested attribute when it goes out of scope.
    class [[nodiscard]] Nest {
    public:
        Nest(const Nest&) = delete;
        Nest& operator=(const Nest&) = delete;
        ~Nest() {
            auto* head = batch_.header_at(message_);
            mnl_attr_nest_end(head, static_cast<nlattr*>(static_cast<void*>(batch_.buffer_.data() + start_)));
        }

    private:
        friend class Message;
        Nest(Batch& b, std::size_t message, std::size_t start)
            : batch_(b), message_(message), start_(start) {}
        Batch& batch_;
        std::size_t message_, start_;
    };

    /// Appends the family's fixed header (ifinfomsg, rtmsg, …).
    template <class Header>
    Message& header(const Header& h) {
        static_assert(std::is_trivially_copyable_v<Header>);
        batch_->grow(MNL_ALIGN(sizeof h));
        std::memcpy(mnl_nlmsg_put_extra_header(head(), sizeof h), &h, sizeof h);
        return written();
    }
    /// Appends an attribute of at most 65,531 octets.
    Message& put(std::uint16_t type, const void* data, std::size_t size) {
        batch_->grow(MNL_ATTR_HDRLEN + MNL_ALIGN(size));
        mnl_attr_put(head(), type, size, data);
        return written();
    }
    Message& put_u8(std::uint16_t type, std::uint8_t value) { return put(type, &value, sizeof value); }
    Message& put_u16(std::uint16_t type, std::uint16_t value) { return put(type, &value, sizeof value); }
    Message& put_u32(std::uint16_t type, std::uint32_t value) { return put(type, &value, sizeof value); }
    Message& put_s32(std::uint16_t type, std::int32_t value) { return put(type, &value, sizeof value); }
    /// With the terminating zero that most rtnetlink policies want. `text` holds no zero itself.
    Message& put_string(std::uint16_t type, std::string_view text) {
        batch_->grow(MNL_ATTR_HDRLEN + MNL_ALIGN(text.size() + 1));
        auto* attribute = mnl_attr_nest_start(head(), type);
        attribute->nla_type = type;
        auto* to = static_cast<char*>(mnl_attr_get_payload(attribute));
        std::memset(to, 0, MNL_ALIGN(text.size() + 1));
        if (!text.empty()) std::memcpy(to, text.data(), text.size());
        attribute->nla_len = static_cast<std::uint16_t>(MNL_ATTR_HDRLEN + text.size() + 1);
        head()->nlmsg_len += static_cast<std::uint32_t>(MNL_ALIGN(text.size() + 1));
        return written();
    }
    /// Opens a nested attribute; what is put while the guard lives is inside.
    Nest nest(std::uint16_t type) {
        batch_->grow(MNL_ATTR_HDRLEN);
        const auto at = batch_->used_;
        mnl_attr_nest_start(head(), type);
        written();
        return {*batch_, start_, at};
    }

private:
    friend class Batch;
    Message(Batch& b, std::size_t start) : batch_(&b), start_(start) {}
    [[nodiscard]] nlmsghdr* head() const { return batch_->header_at(start_); }
    Message& written() {
        batch_->used_ = start_ + MNL_ALIGN(head()->nlmsg_len);
        return *this;
    }
    Batch* batch_;
    std::size_t start_;
};

inline Message Batch::begin(std::uint16_t type, std::uint16_t flags) {
    const auto start = used_;
    grow(MNL_NLMSG_HDRLEN);
    starts_.push_back(static_cast<std::uint32_t>(start));
    auto* head = mnl_nlmsg_put_header(buffer_.data() + start);
    head->nlmsg_type = type;
    head->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    used_ = start + MNL_NLMSG_HDRLEN;
    return {*this, start};
}
inline Octets Batch::message(std::size_t i) const { return octets(i, 1); }
inline Octets Batch::octets(std::size_t first, std::size_t count) const {
    if (count == 0) return {};
    return Octets(buffer_).subspan(starts_[first], end_of(first + count - 1) - starts_[first]);
}

/// Copies a trivial value out of octets of any alignment. @return nothing when there are too few.
template <class T>
[[nodiscard]] std::optional<T> read_as(Octets from, std::size_t offset = 0) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (from.size() < sizeof(T) || offset > from.size() - sizeof(T)) return std::nullopt;
    T value{};
    std::memcpy(&value, from.data() + offset, sizeof value);
    return value;
}

class Attributes;

struct Attribute {
    std::uint16_t type = 0;  ///< without the NLA_F_* bits
    Octets value;

    [[nodiscard]] std::optional<std::uint8_t> u8() const { return read_as<std::uint8_t>(value); }
    [[nodiscard]] std::optional<std::uint32_t> u32() const { return read_as<std::uint32_t>(value); }
    /// Up to the first zero octet, or all of it.
    [[nodiscard]] std::string_view text() const {
        const std::string_view all(static_cast<const char*>(static_cast<const void*>(value.data())),
                                   value.size());
        return all.substr(0, all.find('\0'));
    }
    [[nodiscard]] inline Attributes nested() const;
};

/// The attributes in a stretch of octets; walking stops at the first one whose length is impossible.
class Attributes {
public:
    explicit Attributes(Octets octets) : octets_(octets) {}
    /// Takes the first attribute off the front. @return nothing at the end or where the octets make no sense.
    [[nodiscard]] std::optional<Attribute> next() {
        const auto head = read_as<nlattr>(octets_);
        if (!head || head->nla_len < sizeof(nlattr) || head->nla_len > octets_.size()) return std::nullopt;
        Attribute found{.type = static_cast<std::uint16_t>(head->nla_type & NLA_TYPE_MASK),
                        .value = octets_.subspan(sizeof(nlattr), head->nla_len - sizeof(nlattr))};
        octets_ = octets_.subspan(std::min<std::size_t>(MNL_ALIGN(head->nla_len), octets_.size()));
        return found;
    }
    /// The first attribute of `type`, wherever it stands.
    [[nodiscard]] std::optional<Attribute> find(std::uint16_t type) const {
        auto rest = *this;
        while (auto attribute = rest.next())
            if (attribute->type == type) return attribute;
        return std::nullopt;
    }
    [[nodiscard]] Octets rest() const { return octets_; }

private:
    Octets octets_;
};

inline Attributes Attribute::nested() const { return Attributes(value); }

/// A message as it came from the kernel.
struct Received {
    nlmsghdr head{};
    Octets payload;  ///< everything after the nlmsghdr

    /// The attributes behind a fixed header of `size` octets.
    [[nodiscard]] Attributes attributes(std::size_t size) const {
        return Attributes(payload.subspan(std::min<std::size_t>(MNL_ALIGN(size), payload.size())));
    }
};

/// The messages of one datagram; walking stops at the first one whose length is impossible.
class Datagram {
public:
    explicit Datagram(Octets octets) : octets_(octets) {}
    [[nodiscard]] std::optional<Received> next() {
        const auto head = read_as<nlmsghdr>(octets_);
        if (!head || head->nlmsg_len < sizeof(nlmsghdr) || head->nlmsg_len > octets_.size())
            return std::nullopt;
        Received found{.head = *head,
                       .payload = octets_.subspan(sizeof(nlmsghdr), head->nlmsg_len - sizeof(nlmsghdr))};
        octets_ =
            octets_.subspan(std::min<std::size_t>(MNL_ALIGN(std::size_t{head->nlmsg_len}), octets_.size()));
        return found;
    }

private:
    Octets octets_;
};

/// The kernel's answer to one request (NLMSG_ERROR; an error of 0 is the acknowledgement).
struct Ack {
    std::uint32_t sequence = 0;  ///< of the request
    int error = 0;               ///< positive errno, 0 for success
    std::string_view text;       ///< NLMSGERR_ATTR_MSG; points into the datagram
};
/// @return nothing when the message is no NLMSG_ERROR or too short to be one.
[[nodiscard]] inline std::optional<Ack> parse_ack(const Received& message) {
    if (message.head.nlmsg_type != NLMSG_ERROR) return std::nullopt;
    const auto body = read_as<nlmsgerr>(message.payload);
    if (!body || body->error > 0 || body->error < -4095) return std::nullopt;
    Ack ack{.sequence = message.head.nlmsg_seq, .error = -body->error, .text = {}};
    if ((message.head.nlmsg_flags & NLM_F_ACK_TLVS) == 0) return ack;
    // Without NETLINK_CAP_ACK the whole request stands before the attributes.
    std::size_t skip = sizeof(nlmsgerr);
    if ((message.head.nlmsg_flags & NLM_F_CAPPED) == 0 && body->msg.nlmsg_len > sizeof(nlmsghdr))
        skip += MNL_ALIGN(std::size_t{body->msg.nlmsg_len}) - sizeof(nlmsghdr);
    if (auto text = message.attributes(skip).find(NLMSGERR_ATTR_MSG)) ack.text = text->text();
    return ack;
}

}  // namespace ppp::net
