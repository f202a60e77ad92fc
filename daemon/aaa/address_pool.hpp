// SPDX-License-Identifier: GPL-2.0-or-later
/// @file AddressPool: hands out IPv4 addresses; a Lease gives its address back when it dies.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include "aaa/address_range.hpp"

namespace ppp::aaa {

/// Every address of its ranges can be in use at once. An owner gets the address back that it gave back last,
/// if it is free; else never-used addresses come first, in the order of the ranges, then those free longest.
/// Memory grows with the addresses ever handed out, not with the ranges; every operation is O(1) on average.
class AddressPool {
    struct State;

public:
    /// An address held. It may outlive the pool.
    class Lease {
    public:
        Lease() = default;
        Lease(Lease&& o) noexcept : state_(std::move(o.state_)), address_(std::exchange(o.address_, 0)) {}
        Lease& operator=(Lease&& o) noexcept;
        ~Lease() { release(); }
        void release() noexcept;
        [[nodiscard]] explicit operator bool() const { return state_ != nullptr; }
        [[nodiscard]] std::uint32_t address() const { return address_; }

    private:
        friend class AddressPool;
        Lease(std::shared_ptr<State> s, std::uint32_t a) : state_(std::move(s)), address_(a) {}
        std::shared_ptr<State> state_;
        std::uint32_t address_ = 0;
    };
    struct Use {
        std::uint32_t address;
        std::string owner;
        bool operator==(const Use&) const = default;
    };

    /// Addresses in use by any of the pools that share the set: none hands out what another one has.
    using InUse = std::unordered_set<std::uint32_t>;

    /// @param name for errors.
    /// @param in_use not nullptr.
    AddressPool(std::string name, std::vector<AddressRange> ranges,
                std::shared_ptr<InUse> in_use = std::make_shared<InUse>());
    AddressPool(AddressPool&&) noexcept = default;
    AddressPool& operator=(AddressPool&&) noexcept = default;
    ~AddressPool() = default;

    /// Any address. Fails with Errc::refused when all are in use.
    [[nodiscard]] Result<Lease> take(std::string_view owner);
    /// This address. Errc::not_found when it is none of ours, Errc::refused when it is in use.
    [[nodiscard]] Result<Lease> take(std::string_view owner, std::uint32_t wanted);
    /// Leases of addresses that are no longer in a range stay valid and are not handed out again.
    void set_ranges(std::vector<AddressRange> ranges);

    [[nodiscard]] const std::string& name() const;
    [[nodiscard]] const std::vector<AddressRange>& ranges() const;
    [[nodiscard]] bool contains(std::uint32_t address) const;
    [[nodiscard]] std::uint64_t capacity() const;
    [[nodiscard]] std::size_t used() const;
    /// What is in use and by whom, by address.
    [[nodiscard]] std::vector<Use> uses() const;

private:
    std::shared_ptr<State> state_;
};

/// All pools by name, and the way from a full one to its next-pool.
class AddressPools {
public:
    struct Config {
        std::string name;
        std::vector<AddressRange> ranges;
        std::string next;  ///< pool to go on with when this one is full; empty for none
    };

    /// Makes the pools equal to `wanted`. A pool that stays keeps its leases and its memory of owners. What
    /// is held of one that goes is not handed out by another until it is given back.
    void configure(std::vector<Config> wanted);
    /// From the pool or, when it is full, from its next-pools; a ring of them is walked once.
    [[nodiscard]] Result<AddressPool::Lease> take(std::string_view pool, std::string_view owner);
    /// Reserves one address in the pool that has it, so that nobody else gets it. An empty Lease when no pool
    /// has it; Errc::refused when it is in use.
    [[nodiscard]] Result<AddressPool::Lease> take_fixed(std::string_view owner, std::uint32_t address);
    /// nullptr when there is none. Valid until the next configure().
    [[nodiscard]] const AddressPool* find(std::string_view pool) const;

private:
    struct Entry {
        AddressPool pool;
        std::string next;
    };
    std::shared_ptr<AddressPool::InUse> in_use_ = std::make_shared<AddressPool::InUse>();
    std::map<std::string, Entry, std::less<>> pools_;
};

}  // namespace ppp::aaa
