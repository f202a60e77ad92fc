// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Secret: a password that cannot be printed, is compared in constant time and wiped after use.
#pragma once
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace ppp {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view text) : text_(text) {}
    Secret(const Secret&) = default;
    // Copies on purpose: a moved std::string may leave its octets behind, where wipe() no longer reaches
    // them. NOLINTNEXTLINE(performance-move-constructor-init,cert-oop11-cpp)
    Secret(Secret&& o) noexcept : text_(o.text_) { o.wipe(); }
    Secret& operator=(const Secret& o) {
        if (this != &o) {
            wipe();
            text_ = o.text_;
        }
        return *this;
    }
    Secret& operator=(Secret&& o) noexcept {
        if (this != &o) {
            wipe();
            text_ = o.text_;
            o.wipe();
        }
        return *this;
    }
    ~Secret() { wipe(); }

    /// The octets, for the one place that feeds them to a digest or a packet. Never log, store or format it.
    [[nodiscard]] std::string_view reveal() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    /// Time depends on the lengths only.
    [[nodiscard]] bool equals(std::string_view other) const {
        unsigned diff = text_.size() == other.size() ? 0U : 1U;
        for (std::size_t i = 0; i < text_.size(); ++i) {
            const char o = i < other.size() ? other[i] : '\0';
            diff |= static_cast<unsigned>(text_[i] ^ o);
        }
        return diff == 0;
    }
    friend bool operator==(const Secret& a, const Secret& b) { return a.equals(b.text_); }

private:
    void wipe() noexcept {
        ::explicit_bzero(text_.data(), text_.size());
        text_.clear();
    }
    std::string text_;
};

}  // namespace ppp
