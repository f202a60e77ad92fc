// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Reader and Writer: the only code that turns integers into octets and back.
#pragma once
#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace ppp::wire {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The same octets under the other name; borrowed.
[[nodiscard]] inline ByteView octets(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view chars(ByteView value) {
    return {reinterpret_cast<const char*>(value.data()), value.size()};
}

/// Big-endian cursor over borrowed octets. Failure is sticky: after the first short read every read
/// yields zero or an empty view and ok() stays false, so a decoder reads a whole header, then asks once.
class Reader {
public:
    explicit Reader(ByteView in) : rest_(in) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(integer(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(integer(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }
    std::uint64_t u64() { return integer(8); }
    ByteView take(std::size_t n) {
        if (n > rest_.size()) {
            ok_ = false;
            rest_ = {};
            return {};
        }
        auto out = rest_.first(n);
        rest_ = rest_.subspan(n);
        return out;
    }
    template <std::size_t N>
    std::array<std::uint8_t, N> array() {
        std::array<std::uint8_t, N> out{};
        std::ranges::copy(take(N), out.begin());
        return out;
    }
    [[nodiscard]] ByteView rest() const { return rest_; }
    [[nodiscard]] bool empty() const { return rest_.empty(); }
    [[nodiscard]] bool ok() const { return ok_; }
    /// True when everything was read and nothing is left over.
    [[nodiscard]] bool finished() const { return ok_ && rest_.empty(); }

private:
    std::uint64_t integer(std::size_t n) {
        std::uint64_t v = 0;
        for (auto b : take(n)) v = v << 8 | b;
        return v;
    }
    ByteView rest_;
    bool ok_ = true;
};

/// Big-endian appender. A length field is reserved as a Mark and filled in when its end is known.
class Writer {
public:
    struct Mark {
        std::size_t at, width;
    };

    Writer() = default;
    /// @param expected octets to make room for at once; more may follow.
    explicit Writer(std::size_t expected) { out_.reserve(expected); }

    Writer& u8(std::uint8_t v) { return integer(v, 1); }
    Writer& u16(std::uint16_t v) { return integer(v, 2); }
    Writer& u32(std::uint32_t v) { return integer(v, 4); }
    Writer& u64(std::uint64_t v) { return integer(v, 8); }
    Writer& bytes(ByteView v) {
        first_use();
        out_.insert(out_.end(), v.begin(), v.end());
        return *this;
    }
    Writer& text(std::string_view v) {
        first_use();
        out_.insert(out_.end(), v.begin(), v.end());
        return *this;
    }
    [[nodiscard]] Mark reserve(std::size_t width) {
        first_use();
        Mark m{out_.size(), width};
        out_.resize(out_.size() + width);
        return m;
    }
    /// Writes `size() - from` into the mark.
    void fill_length(Mark m, std::size_t from) {
        auto v = out_.size() - from;
        assert(m.width == 8 || v >> (8 * m.width) == 0);
        for (std::size_t i = m.width; i-- > 0; v >>= 8) out_[m.at + i] = static_cast<std::uint8_t>(v);
    }
    [[nodiscard]] std::size_t size() const { return out_.size(); }
    [[nodiscard]] ByteView view() const { return out_; }
    [[nodiscard]] Bytes take() && { return std::move(out_); }

private:
    /// Most packets fit the first allocation; a Writer that stays empty makes none.
    void first_use() {
        if (out_.capacity() == 0) out_.reserve(64);
    }
    Writer& integer(std::uint64_t v, std::size_t n) {
        first_use();
        for (std::size_t i = n; i-- > 0;) out_.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
        return *this;
    }
    Bytes out_;
};

}  // namespace ppp::wire
