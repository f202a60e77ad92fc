// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper/store.hpp"

namespace ppp::keeper {

void Store::remove_files(Entry& entry) {
    if (entry.shelf != 0) stale_.insert(entry.shelf);
    entry.shelf = 0;
    if (!entry.files.empty()) dispose_(std::move(entry.files));
}

void Store::keep(const std::string& key, std::vector<Fd> files) {
    auto& entry = entries_[key];
    remove_files(entry);
    entry.files = std::move(files);
    entry.confirmed = true;
}

void Store::drop(const std::string& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    remove_files(found->second);
    entries_.erase(found);
}

void Store::clear() {
    for (auto& [key, entry] : entries_) remove_files(entry);
    entries_.clear();
}

void Store::begin() {
    for (auto& [key, entry] : entries_) entry.confirmed = false;
}

std::size_t Store::drop_unconfirmed() {
    const auto before = entries_.size();
    for (auto next = entries_.begin(); next != entries_.end();) {
        const auto entry = next++;
        if (entry->second.confirmed) continue;
        remove_files(entry->second);
        entries_.erase(entry);
    }
    return before - entries_.size();
}

}  // namespace ppp::keeper
