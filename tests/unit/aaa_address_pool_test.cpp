// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Address pools: exact, sticky, fair; and the same as a simple model in every step.
#include <doctest/doctest.h>
#include <algorithm>
#include <random>
#include <set>
#include "aaa/address_pool.hpp"

using namespace ppp;
using namespace ppp::aaa;
using Lease = AddressPool::Lease;

namespace {

std::vector<AddressRange> ranges(std::string_view text) {
    auto r = parse_ranges(text);
    REQUIRE(r);
    return *std::move(r);
}

AddressPool pool(std::string_view text) { return {"p", ranges(text)}; }

std::string taken(const Result<Lease>& lease) {
    return lease ? format_ipv4(lease->address()) : "error: " + lease.error().what;
}

/// The promises of AddressPool in their plainest form: search everything, remember everything.
class Model {
public:
    explicit Model(const std::vector<AddressRange>& all) {
        for (const auto& r : all)
            for (auto a = std::uint64_t{r.first}; a <= r.last; ++a)
                fresh_.push_back(static_cast<std::uint32_t>(a));
    }
    std::optional<std::uint32_t> take(const std::string& owner) {
        for (auto it = free_.rbegin(); it != free_.rend(); ++it)
            if (it->second == owner && newest_of(owner) == it->first) return use(it->first, owner);
        if (!fresh_.empty()) return use(fresh_.front(), owner);
        if (!free_.empty()) return use(free_.front().first, owner);
        return std::nullopt;
    }
    bool take(const std::string& owner, std::uint32_t wanted) {
        const bool free = std::ranges::count(fresh_, wanted) != 0 ||
                          std::ranges::any_of(free_, [&](const auto& f) { return f.first == wanted; });
        if (free) use(wanted, owner);
        return free;
    }
    void give_back(std::uint32_t address) {
        free_.emplace_back(address, used_.at(address));
        last_[used_.at(address)] = address;
        used_.erase(address);
    }
    [[nodiscard]] std::vector<AddressPool::Use> uses() const {
        std::vector<AddressPool::Use> out;
        for (const auto& [address, owner] : used_) out.push_back({address, owner});
        return out;
    }

private:
    [[nodiscard]] std::optional<std::uint32_t> newest_of(const std::string& owner) const {
        const auto it = last_.find(owner);
        return it == last_.end() ? std::nullopt : std::optional(it->second);
    }
    std::uint32_t use(std::uint32_t address, const std::string& owner) {
        std::erase(fresh_, address);
        for (const auto& [a, before] : free_)
            if (a == address && newest_of(before) == address) last_.erase(before);
        std::erase_if(free_, [&](const auto& f) { return f.first == address; });
        used_[address] = owner;
        return address;
    }
    std::vector<std::uint32_t> fresh_;
    std::vector<std::pair<std::uint32_t, std::string>> free_;  // oldest first, with the last owner
    std::map<std::string, std::uint32_t> last_;
    std::map<std::uint32_t, std::string> used_;
};

}  // namespace

TEST_CASE("a pool of N addresses serves N sessions, each address once") {
    auto p = pool("10.0.0.0/24,10.0.2.9,10.0.1.250-10.0.2.5");
    REQUIRE(p.capacity() == 254 + 1 + 12);
    std::set<std::uint32_t> seen;
    std::vector<Lease> leases;
    for (std::uint64_t i = 0; i < p.capacity(); ++i) {
        auto lease = p.take("user" + std::to_string(i));
        REQUIRE(lease);
        CHECK(p.contains(lease->address()));
        CHECK(seen.insert(lease->address()).second);
        leases.push_back(*std::move(lease));
    }
    CHECK(p.used() == p.capacity());
    CHECK(taken(p.take("late")) == "error: pool 'p' is full: all 267 addresses are in use");
    leases.pop_back();
    CHECK(p.take("late"));
}

TEST_CASE("fresh addresses come first, in the order of the ranges, then those free longest") {
    auto p = pool("10.0.0.8-10.0.0.9,10.0.0.1");
    auto a = p.take("a"), b = p.take("b");
    CHECK(taken(a) == "10.0.0.8");
    CHECK(taken(b) == "10.0.0.9");
    b->release();
    a->release();
    auto c = p.take("c"), d = p.take("d"), e = p.take("e");
    CHECK(taken(c) == "10.0.0.1");
    CHECK(taken(d) == "10.0.0.9");
    CHECK(taken(e) == "10.0.0.8");
}

TEST_CASE("an owner gets the address back that it had last") {
    auto p = pool("10.0.0.1-10.0.0.4");
    auto a = p.take("a"), b = p.take("b");
    a->release();
    b->release();
    auto again = p.take("b");
    CHECK(taken(again) == "10.0.0.2");
    auto second = p.take("b");  // two sessions of one user have two addresses
    CHECK(taken(second) == "10.0.0.3");
    CHECK(taken(p.take("a")) == "10.0.0.1");
}

TEST_CASE("an address given to somebody else in the meantime is not given twice") {
    auto p = pool("10.0.0.1");
    { auto a = p.take("a"); }
    auto b = p.take("b");
    CHECK(taken(b) == "10.0.0.1");
    CHECK_FALSE(p.take("a"));
    b->release();
    CHECK(taken(p.take("a")) == "10.0.0.1");
}

TEST_CASE("sessions without a name have no claim on each other's addresses") {
    auto p = pool("10.0.0.1-10.0.0.2");
    { auto a = p.take(""); }
    CHECK(taken(p.take("")) == "10.0.0.2");
}

TEST_CASE("a wanted address is given when it is ours and free") {
    auto p = pool("10.0.0.1-10.0.0.3");
    auto a = p.take("a", 0x0a000001);
    CHECK(taken(a) == "10.0.0.1");
    auto twice = p.take("b", 0x0a000001);
    CHECK(taken(twice) == "error: 10.0.0.1 of pool 'p' is in use by 'a'");
    CHECK(twice.error().code == Errc::refused);
    auto strange = p.take("b", 0x0a000009);
    CHECK(taken(strange) == "error: pool 'p' does not have 10.0.0.9");
    CHECK(strange.error().code == Errc::not_found);
    auto b = p.take("b"), c = p.take("c");  // the order of fresh ones leaves out what is taken
    CHECK(taken(b) == "10.0.0.2");
    CHECK(taken(c) == "10.0.0.3");
    CHECK_FALSE(p.take("d"));
}

TEST_CASE("a lease gives back once, when it is released, overwritten or dies, and moving it keeps it") {
    auto p = pool("10.0.0.1-10.0.0.2");
    Lease kept;
    CHECK_FALSE(kept);
    {
        auto a = p.take("a");
        REQUIRE(a);
        kept = *std::move(a);
    }
    CHECK(kept);
    CHECK(p.used() == 1);
    Lease moved = std::move(kept);
    CHECK(p.used() == 1);
    CHECK(moved.address() == 0x0a000001);
    moved = *p.take("b");
    CHECK(p.used() == 1);
    CHECK(moved.address() == 0x0a000002);
    moved.release();
    moved.release();
    CHECK(p.used() == 0);
}

TEST_CASE("a lease may outlive its pool") {
    Lease lease;
    {
        auto p = pool("10.0.0.1");
        lease = *p.take("a");
    }
    CHECK(lease.address() == 0x0a000001);
}

TEST_CASE("used addresses are listed by owner") {
    auto p = pool("10.0.0.1-10.0.0.9");
    auto b = p.take("b"), a = p.take("a"), c = p.take("c", 0x0a000009);
    b->release();
    CHECK(p.uses() == std::vector<AddressPool::Use>{{0x0a000002, "a"}, {0x0a000009, "c"}});
}

TEST_CASE("changed ranges keep the leases and never hand out what is outside") {
    auto p = pool("10.0.0.1-10.0.0.3");
    auto a = p.take("a"), b = p.take("b"), c = p.take("c");
    c->release();
    p.set_ranges(ranges("10.0.0.2-10.0.0.2,10.0.0.7"));
    CHECK(p.used() == 2);
    CHECK(taken(p.take("c")) == "10.0.0.7");  // its old address is none of ours any more
    auto d = p.take("d");
    CHECK(taken(d) == "10.0.0.7");
    CHECK_FALSE(p.take("e"));
    a->release();  // outside: gone for good
    CHECK_FALSE(p.take("e"));
    b->release();
    CHECK(taken(p.take("e")) == "10.0.0.2");
    p.set_ranges(ranges("10.0.0.1-10.0.0.3"));
    auto x = p.take("x"), y = p.take("y"), z = p.take("z");
    CHECK(taken(x) == "10.0.0.1");
    CHECK(taken(y) == "10.0.0.3");
    CHECK(taken(z) == "10.0.0.2");
}

TEST_CASE("a huge pool costs what is used of it") {
    auto p = pool("10.0.0.0/8");
    CHECK(p.capacity() == 16777214);
    auto a = p.take("a"), b = p.take("b", 0x0affff00);
    CHECK(taken(a) == "10.0.0.1");
    CHECK(taken(b) == "10.255.255.0");
    CHECK(p.used() == 2);
}

TEST_CASE("a pool and the simple model agree in every step") {
    for (std::uint32_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        std::mt19937 rng{seed};
        auto below = [&rng](std::size_t n) { return std::size_t{rng()} % n; };
        const auto all =
            ranges(seed % 2 == 0 ? "10.0.0.1-10.0.0.6" : "10.0.0.20-10.0.0.22,10.0.0.0/29,10.0.0.9");
        AddressPool p{"p", all};
        Model model{all};
        std::vector<Lease> leases;
        for (int step = 0; step < 200; ++step) {
            const std::string owner(1, static_cast<char>('a' + below(5)));
            const auto action = below(10);
            if (action < 4) {
                auto lease = p.take(owner);
                const auto expected = model.take(owner);
                REQUIRE(lease.has_value() == expected.has_value());
                if (!lease) continue;
                REQUIRE(lease->address() == *expected);
                leases.push_back(*std::move(lease));
            } else if (action < 6) {
                const auto wanted = static_cast<std::uint32_t>(0x0a000000 + below(24));
                auto lease = p.take(owner, wanted);
                REQUIRE(lease.has_value() == model.take(owner, wanted));
                if (lease) leases.push_back(*std::move(lease));
            } else if (!leases.empty()) {
                auto& gone = leases[below(leases.size())];
                model.give_back(gone.address());
                std::swap(gone, leases.back());
                leases.pop_back();
            }
            REQUIRE(p.used() == leases.size());
            REQUIRE(p.uses() == model.uses());
        }
    }
}

TEST_CASE("a full pool goes on with its next-pools, and the error names all that are full") {
    AddressPools pools;
    pools.configure({{"first", ranges("10.0.0.1"), "second"}, {"second", ranges("10.0.1.1"), ""}});
    auto a = pools.take("first", "a"), b = pools.take("first", "b"), c = pools.take("first", "c");
    CHECK(taken(a) == "10.0.0.1");
    CHECK(taken(b) == "10.0.1.1");
    CHECK(taken(c) ==
          "error: pool 'first' is full: all 1 addresses are in use; "
          "pool 'second' is full: all 1 addresses are in use");
    CHECK(c.error().code == Errc::refused);
    CHECK_FALSE(pools.take("second", "c"));
}

TEST_CASE("a ring of next-pools is walked once") {
    AddressPools pools;
    pools.configure({{"a", ranges("10.0.0.1"), "b"}, {"b", ranges("10.0.1.1"), "a"}});
    auto x = pools.take("b", "x"), y = pools.take("b", "y");
    CHECK(taken(x) == "10.0.1.1");
    CHECK(taken(y) == "10.0.0.1");
    CHECK_FALSE(pools.take("b", "z"));
}

TEST_CASE("a pool that does not exist is named") {
    AddressPools pools;
    pools.configure({{"a", ranges("10.0.0.1"), "gone"}});
    auto held = pools.take("a", "x"), more = pools.take("a", "y"), none = pools.take("b", "y");
    CHECK(held);
    CHECK(taken(more) == "error: pool 'gone' does not exist");
    CHECK(taken(none) == "error: pool 'b' does not exist");
    CHECK(none.error().code == Errc::not_found);
    CHECK(pools.find("b") == nullptr);
}

TEST_CASE("a fixed address is reserved in the pool that has it") {
    AddressPools pools;
    pools.configure({{"a", ranges("10.0.0.1-10.0.0.2"), ""}});
    auto fixed = pools.take_fixed("bob", 0x0a000001);
    REQUIRE(fixed);
    CHECK(fixed->address() == 0x0a000001);
    CHECK(taken(pools.take("a", "eve")) == "10.0.0.2");
    CHECK_FALSE(pools.take_fixed("eve", 0x0a000001));
    auto foreign = pools.take_fixed("bob", 0xc0a80001);
    REQUIRE(foreign);
    CHECK_FALSE(*foreign);
}

TEST_CASE("a new configuration keeps the leases and owners of the pools that stay") {
    AddressPools pools;
    pools.configure({{"a", ranges("10.0.0.1-10.0.0.2"), ""}, {"b", ranges("10.0.1.1"), ""}});
    auto x = pools.take("a", "x"), y = pools.take("a", "y"), z = pools.take("b", "z");
    y->release();
    pools.configure({{"a", ranges("10.0.0.1-10.0.0.5"), "c"}, {"c", ranges("10.0.2.1"), ""}});
    REQUIRE(pools.find("a"));
    CHECK(pools.find("a")->used() == 1);
    CHECK(taken(pools.take("a", "y")) == "10.0.0.2");
    CHECK(pools.find("b") == nullptr);
    CHECK(z->address() == 0x0a000101);
}

TEST_CASE("what is held of a pool that went is not given twice, and serves again when it is back") {
    AddressPools pools;
    pools.configure({{"old", ranges("10.0.0.1-10.0.0.2"), ""}});
    auto x = pools.take("old", "x");
    pools.configure({{"new", ranges("10.0.0.1-10.0.0.2"), ""}});
    auto y = pools.take("new", "y");
    CHECK(taken(y) == "10.0.0.2");
    CHECK(taken(pools.take("new", "z")) == "error: pool 'new' is full: all 2 addresses are in use");
    CHECK(taken(pools.take_fixed("z", 0x0a000001)) ==
          "error: 10.0.0.1 of pool 'new' is in use by a session of another pool");
    x->release();
    auto z = pools.take("new", "z");
    CHECK(taken(z) == "10.0.0.1");
    CHECK_FALSE(pools.take("new", "w"));
}

TEST_CASE("pools that overlap never give one address to two") {
    AddressPools pools;
    pools.configure({{"a", ranges("10.0.0.1-10.0.0.3"), ""}, {"b", ranges("10.0.0.2-10.0.0.4"), ""}});
    auto of_a = pools.take("a", "x"), of_b = pools.take("b", "y"), more = pools.take("a", "z");
    CHECK(taken(of_a) == "10.0.0.1");
    CHECK(taken(of_b) == "10.0.0.2");
    CHECK(taken(more) == "10.0.0.3");
    of_b->release();
    auto again = pools.take("a", "w");
    CHECK(taken(again) == "10.0.0.2");
    CHECK(taken(pools.take("b", "y")) == "10.0.0.4");  // what y had last is somebody else's now
}
