// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Result<T>: the one way a fallible function reports failure.
#pragma once
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#if defined(__cpp_lib_expected) && __cpp_lib_expected >= 202202L
#include <expected>
namespace ppp::detail {
template <class T, class E>
using expected = std::expected<T, E>;
template <class E>
using unexpected = std::unexpected<E>;
}  // namespace ppp::detail
#else
#include <tl/expected.hpp>  // Debian: libexpected-dev
namespace ppp::detail {
template <class T, class E>
using expected = tl::expected<T, E>;
template <class E>
using unexpected = tl::unexpected<E>;
}  // namespace ppp::detail
#endif

namespace ppp {

/// What kind of failure this is; callers branch on it, people read Error::what.
enum class Errc : std::uint8_t {
    system,
    malformed,
    protocol,
    refused,
    timeout,
    cancelled,
    config,
    not_found
};

struct Error {
    Errc code = Errc::system;
    int sys = 0;       ///< errno, or 0 when no system call failed
    std::string what;  ///< lower case, names the thing that failed, no trailing period
};

template <class T = void>
class [[nodiscard]] Result : public detail::expected<T, Error> {
    using Base = detail::expected<T, Error>;

public:
    using Base::Base;
    Result(Base b) : Base(std::move(b)) {}
};

[[nodiscard]] inline detail::unexpected<Error> fail(Error e) {
    return detail::unexpected<Error>(std::move(e));
}
[[nodiscard]] inline detail::unexpected<Error> fail(Errc code, std::string what) {
    return fail({code, 0, std::move(what)});
}
/// Captures errno; call it before anything else can overwrite it.
[[nodiscard]] inline detail::unexpected<Error> fail_errno(std::string what, int err = errno) {
    return fail({Errc::system, err, std::move(what) + ": " + std::strerror(err)});
}

}  // namespace ppp

#define PPP_CONCAT_(a, b) a##b
#define PPP_CONCAT(a, b) PPP_CONCAT_(a, b)
/// PPP_TRY(auto fd, open_ppp()); binds the value or returns the error. The project's only control-flow macro.
// NOLINTBEGIN(bugprone-macro-parentheses): decl is a declaration
#define PPP_TRY(decl, expr)                                                                             \
    auto PPP_CONCAT(try_, __LINE__) = (expr);                                                           \
    if (!PPP_CONCAT(try_, __LINE__)) return ::ppp::fail(std::move(PPP_CONCAT(try_, __LINE__)).error()); \
    decl = *std::move(PPP_CONCAT(try_, __LINE__))
#define PPP_CHECK(expr)                                                    \
    do {                                                                   \
        if (auto r = (expr); !r) return ::ppp::fail(std::move(r).error()); \
    } while (false)
// NOLINTEND(bugprone-macro-parentheses)
