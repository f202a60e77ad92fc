// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <array>
#include <memory>
#include <ostream>
#include <set>
#include "base/callback.hpp"
#include "base/pending.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

using namespace ppp;

namespace {
Result<int> half(int v) {
    if (v % 2 != 0) return fail(Errc::malformed, "odd");
    return v / 2;
}
template <class T>
concept streamable = requires(std::ostream& out, const T& value) {
    out << value;
};
Result<int> quarter(int v) {
    PPP_TRY(const auto h, half(v));
    PPP_TRY(const auto q, half(h));
    return q;
}
}  // namespace

TEST_CASE("PPP_TRY binds a value or hands the error on") {
    CHECK(*quarter(8) == 2);
    CHECK(quarter(6).error().what == "odd");
}

TEST_CASE("fail_errno keeps the number and says it in words") {
    errno = ENOENT;
    const Result<> failed = fail_errno("open /dev/ppp");
    CHECK(failed.error().sys == ENOENT);
    CHECK(failed.error().what == "open /dev/ppp: No such file or directory");
}

TEST_CASE("a Callback owns what cannot be copied, small or large, and gives it up once") {
    auto alive = std::make_shared<int>(1);
    std::array<char, 100> ballast{};
    ballast[99] = 'z';
    Callback<char()> large = [alive, ballast, only = std::make_unique<int>(1)] { return ballast[99]; };
    Callback<int()> small = [alive] { return *alive; };
    CHECK(alive.use_count() == 3);
    auto moved = std::move(large);
    CHECK(!large);  // NOLINT(bugprone-use-after-move): emptiness after a move is a promise
    CHECK(moved() == 'z');
    CHECK(small() == 1);
    moved.reset();
    small = [] { return 2; };
    CHECK(small() == 2);
    CHECK(alive.use_count() == 1);
}

TEST_CASE("a dropped Pending is no longer wanted, and an answer settles it once") {
    auto [pending, ticket] = Pending::make();
    CHECK(ticket.wanted());
    CHECK(ticket.settle());
    CHECK(!ticket.settle());
    CHECK(!pending.open());
    auto [second, other] = Pending::make();
    second.withdraw();
    CHECK(!other.wanted());
    CHECK(!other.settle());
}

TEST_CASE("a Secret compares by content, also with prefixes, and moves without leaving a copy") {
    Secret a("correct horse");
    CHECK(a.equals("correct horse"));
    CHECK(!a.equals("correct hors"));
    CHECK(!a.equals("correct horse "));
    CHECK(!a.equals(""));
    CHECK(Secret().equals(""));
    const Secret b = std::move(a);
    CHECK(b.reveal() == "correct horse");
    CHECK(a.empty());  // NOLINT(bugprone-use-after-move): that nothing stays behind is the promise
}

TEST_CASE("a Secret cannot be printed: not by fmt, not into a stream, not as a text by mistake") {
    static_assert(!fmt::is_formattable<Secret>::value);
    static_assert(!streamable<Secret>);
    static_assert(streamable<std::string>);
    static_assert(!std::is_convertible_v<Secret, std::string>);
    static_assert(!std::is_convertible_v<Secret, std::string_view>);
}

TEST_CASE("random octets differ, below() stays below") {
    SystemRng rng;
    std::set<std::uint32_t> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(rng.u32());
    CHECK(seen.size() > 990);
    for (int i = 0; i < 1000; ++i) CHECK(rng.below(7) < 7);
}
