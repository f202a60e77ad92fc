// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The books of the address pools.
#include "aaa/address_pool.hpp"
#include <algorithm>
#include <set>
#include <unordered_map>
#include "base/quoted.hpp"

namespace ppp::aaa {

/// Every address ever handed out has an entry: in use, or free with its last owner in a list ordered by when
/// it came back. Addresses without an entry are fresh; `cursor` finds the next of them.
struct AddressPool::State {
    struct Entry {
        std::uint32_t address = 0;
        bool in_use = false;
        std::string owner;       ///< the last one, when free
        Entry* older = nullptr;  ///< neighbours in the list of free entries
        Entry* newer = nullptr;
    };

    std::string name;
    std::vector<AddressRange> ranges;
    std::shared_ptr<InUse> everywhere;
    std::unordered_map<std::uint32_t, Entry> entries;  // nodes do not move: the list may point at them
    std::unordered_map<std::string, std::uint32_t> last_address;  ///< owner -> free entry it gave back last
    Entry* oldest = nullptr;
    Entry* newest = nullptr;
    std::size_t in_use = 0;
    std::size_t cursor_range = 0;
    std::uint64_t cursor_offset = 0;
    bool skipped = false;  ///< the cursor has passed addresses that another pool had then

    [[nodiscard]] bool contains(std::uint32_t a) const {
        return std::ranges::any_of(ranges, [a](const AddressRange& r) { return r.contains(a); });
    }

    void unlink(Entry& e) {
        (e.older != nullptr ? e.older->newer : oldest) = e.newer;
        (e.newer != nullptr ? e.newer->older : newest) = e.older;
        e.older = e.newer = nullptr;
        if (const auto it = last_address.find(e.owner); it != last_address.end() && it->second == e.address)
            last_address.erase(it);
    }

    /// @param e a free entry in the list.
    void reuse(Entry& e, std::string_view owner) {
        unlink(e);
        e.owner = owner;
        e.in_use = true;
        everywhere->insert(e.address);
        ++in_use;
    }

    void use_fresh(std::uint32_t address, std::string_view owner) {
        entries.emplace(address, Entry{address, true, std::string(owner), nullptr, nullptr});
        everywhere->insert(address);
        ++in_use;
    }

    void give_back(std::uint32_t address) {
        const auto it = entries.find(address);
        --in_use;
        everywhere->erase(address);
        if (!contains(address)) {  // the ranges have changed since
            entries.erase(it);
            return;
        }
        auto& e = it->second;
        e.in_use = false;
        e.older = newest;
        (newest != nullptr ? newest->newer : oldest) = &e;
        newest = &e;
        // Sessions without a name share none: they must not take over each other's address.
        if (!e.owner.empty()) last_address.insert_or_assign(e.owner, address);
    }

    void rewind() {
        cursor_range = 0;
        cursor_offset = 0;
    }

    std::optional<std::uint32_t> next_fresh() {
        for (; cursor_range < ranges.size(); ++cursor_range, cursor_offset = 0) {
            const auto& range = ranges[cursor_range];
            while (cursor_offset < range.size()) {
                const auto address = static_cast<std::uint32_t>(range.first + cursor_offset++);
                if (entries.contains(address)) continue;
                if (!everywhere->contains(address)) return address;
                skipped = true;
            }
        }
        return std::nullopt;
    }

    std::optional<std::uint32_t> take_any(std::string_view owner) {
        if (const auto it = last_address.find(std::string(owner));
            it != last_address.end() && !everywhere->contains(it->second)) {
            const auto address = it->second;
            reuse(entries.at(address), owner);
            return address;
        }
        if (const auto address = next_fresh()) {
            use_fresh(*address, owner);
            return address;
        }
        auto* free = oldest;
        while (free != nullptr && everywhere->contains(free->address)) free = free->newer;
        if (free != nullptr) {
            reuse(*free, owner);
            return free->address;
        }
        if (!std::exchange(skipped, false)) return std::nullopt;
        rewind();
        const auto given_back = next_fresh();
        if (given_back) use_fresh(*given_back, owner);
        return given_back;
    }
};

AddressPool::Lease& AddressPool::Lease::operator=(Lease&& o) noexcept {
    if (this != &o) {
        release();
        state_ = std::move(o.state_);
        address_ = std::exchange(o.address_, 0);
    }
    return *this;
}

void AddressPool::Lease::release() noexcept {
    if (const auto state = std::exchange(state_, nullptr)) state->give_back(std::exchange(address_, 0));
}

AddressPool::AddressPool(std::string name, std::vector<AddressRange> ranges, std::shared_ptr<InUse> in_use)
    : state_(std::make_shared<State>()) {
    state_->everywhere = std::move(in_use);
    state_->name = std::move(name);
    state_->ranges = std::move(ranges);
}

Result<AddressPool::Lease> AddressPool::take(std::string_view owner) {
    if (const auto address = state_->take_any(owner)) return Lease{state_, *address};
    return fail(Errc::refused, "pool " + quoted(name()) + " is full: all " + std::to_string(capacity()) +
                                   " addresses are in use");
}

Result<AddressPool::Lease> AddressPool::take(std::string_view owner, std::uint32_t wanted) {
    if (!contains(wanted))
        return fail(Errc::not_found, "pool " + quoted(name()) + " does not have " + format_ipv4(wanted));
    const auto it = state_->entries.find(wanted);
    if (it != state_->entries.end() && it->second.in_use)
        return fail(Errc::refused, format_ipv4(wanted) + " of pool " + quoted(name()) + " is in use by " +
                                       quoted(it->second.owner));
    if (state_->everywhere->contains(wanted))
        return fail(Errc::refused, format_ipv4(wanted) + " of pool " + quoted(name()) +
                                       " is in use by a session of another pool");
    if (it == state_->entries.end()) {
        state_->use_fresh(wanted, owner);
    } else {
        state_->reuse(it->second, owner);
    }
    return Lease{state_, wanted};
}

void AddressPool::set_ranges(std::vector<AddressRange> ranges) {
    auto& s = *state_;
    if (ranges == s.ranges) return;
    s.ranges = std::move(ranges);
    for (auto* e = s.oldest; e != nullptr;) {
        auto* const gone = std::exchange(e, e->newer);
        if (s.contains(gone->address)) continue;
        s.unlink(*gone);
        s.entries.erase(gone->address);
    }
    s.rewind();
}

const std::string& AddressPool::name() const { return state_->name; }
const std::vector<AddressRange>& AddressPool::ranges() const { return state_->ranges; }
bool AddressPool::contains(std::uint32_t address) const { return state_->contains(address); }
std::size_t AddressPool::used() const { return state_->in_use; }

std::uint64_t AddressPool::capacity() const {
    std::uint64_t sum = 0;
    for (const auto& range : state_->ranges) sum += range.size();
    return sum;
}

std::vector<AddressPool::Use> AddressPool::uses() const {
    std::vector<Use> out;
    out.reserve(state_->in_use);
    for (const auto& [address, entry] : state_->entries)
        if (entry.in_use) out.push_back({address, entry.owner});
    std::ranges::sort(out, {}, &Use::address);
    return out;
}

void AddressPools::configure(std::vector<Config> wanted) {
    std::map<std::string, Entry, std::less<>> pools;
    for (auto& config : wanted) {
        if (const auto old = pools_.find(config.name); old != pools_.end()) {
            auto pool = std::move(old->second.pool);
            pools_.erase(old);
            pool.set_ranges(std::move(config.ranges));
            pools.emplace(std::move(config.name), Entry{std::move(pool), std::move(config.next)});
        } else {
            AddressPool pool{config.name, std::move(config.ranges), in_use_};
            pools.emplace(std::move(config.name), Entry{std::move(pool), std::move(config.next)});
        }
    }
    pools_ = std::move(pools);
}

Result<AddressPool::Lease> AddressPools::take(std::string_view pool, std::string_view owner) {
    std::set<std::string_view> seen;
    std::string full;
    for (auto at = pool; seen.insert(at).second;) {
        const auto it = pools_.find(at);
        if (it == pools_.end()) return fail(Errc::not_found, "pool " + quoted(at) + " does not exist");
        auto lease = it->second.pool.take(owner);
        if (lease) return lease;
        full += (full.empty() ? "" : "; ") + lease.error().what;
        if (it->second.next.empty()) break;
        at = it->second.next;
    }
    return fail(Errc::refused, std::move(full));
}

Result<AddressPool::Lease> AddressPools::take_fixed(std::string_view owner, std::uint32_t address) {
    for (auto& [name, entry] : pools_)
        if (entry.pool.contains(address)) return entry.pool.take(owner, address);
    return AddressPool::Lease{};
}

const AddressPool* AddressPools::find(std::string_view pool) const {
    const auto it = pools_.find(pool);
    return it == pools_.end() ? nullptr : &it->second.pool;
}

}  // namespace ppp::aaa
