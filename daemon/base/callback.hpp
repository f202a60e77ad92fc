// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Callback: a move-only function object, so a handler may own what cannot be copied.
///
/// std::move_only_function is C++23. Small callables live inside the object: re-arming a timer allocates
/// nothing.
#pragma once
#include <array>
#include <cassert>
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace ppp {

template <class Signature>
class Callback;

template <class R, class... A>
class Callback<R(A...)> {
public:
    Callback() = default;
    template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, Callback> && std::is_invocable_r_v<R, F&, A...>)
        Callback(F&& f) {  // NOLINT(google-explicit-constructor,bugprone-forwarding-reference-overload): a
                           // lambda is one
        using T = std::decay_t<F>;
        if constexpr (kInline<T>) {
            ::new (static_cast<void*>(store_.data())) T(std::forward<F>(f));
        } else {
            ::new (static_cast<void*>(store_.data())) T*(new T(std::forward<F>(f)));
        }
        ops_ = &kOps<T>;
    }
    Callback(Callback&& o) noexcept { take(o); }
    Callback& operator=(Callback&& o) noexcept {
        if (this != &o) {
            reset();
            take(o);
        }
        return *this;
    }
    ~Callback() { reset(); }

    [[nodiscard]] explicit operator bool() const noexcept { return ops_ != nullptr; }
    /// Calls the function; calling an empty Callback is a bug of the caller.
    R operator()(A... args) const {
        assert(ops_);
        return ops_->call(store_.data(), std::forward<A>(args)...);
    }
    void reset() noexcept {
        if (ops_) std::exchange(ops_, nullptr)->destroy(store_.data());
    }

private:
    static constexpr std::size_t kSize = 3 * sizeof(void*);
    template <class T>
    static constexpr bool kInline =
        // NOLINTNEXTLINE(misc-redundant-expression): it is for a T that is as wide as a pointer, not for all
        sizeof(T) <= kSize && alignof(T) <= alignof(void*) && std::is_nothrow_move_constructible_v<T>;

    struct Ops {
        R (*call)(const std::byte*, A&&...);
        void (*move)(std::byte* from, std::byte* to) noexcept;
        void (*destroy)(std::byte*) noexcept;
    };
    template <class T>
    static T& target(std::byte* store) {
        if constexpr (kInline<T>)
            return *std::launder(reinterpret_cast<T*>(store));
        else
            return **std::launder(reinterpret_cast<T**>(store));
    }
    template <class T>
    static constexpr Ops kOps{
        [](const std::byte* store, A&&... args) -> R {
            return static_cast<R>(target<T>(const_cast<std::byte*>(store))(std::forward<A>(args)...));
        },
        [](std::byte* from, std::byte* to) noexcept {
            if constexpr (kInline<T>) {
                ::new (static_cast<void*>(to)) T(std::move(target<T>(from)));
                target<T>(from).~T();
            } else {
                ::new (static_cast<void*>(to)) T*(&target<T>(from));
            }
        },
        [](std::byte* store) noexcept {
            if constexpr (kInline<T>)
                target<T>(store).~T();
            else
                delete &target<T>(store);
        }};
    void take(Callback& o) noexcept {
        if (!o.ops_) return;
        o.ops_->move(o.store_.data(), store_.data());
        ops_ = std::exchange(o.ops_, nullptr);
    }

    alignas(void*) std::array<std::byte, kSize> store_{};
    const Ops* ops_ = nullptr;
};

}  // namespace ppp
