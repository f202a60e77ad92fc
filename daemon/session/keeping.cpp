// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/keeping.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <optional>

namespace ppp::session {
namespace {

// The journal's entries of these numbers are not sessions'.
constexpr std::uint64_t kIdsEntry = 0, kSecretEntry = ~std::uint64_t{0};
// The journal is told of so many numbers at once.
constexpr std::uint64_t kIdReserve = 100;
// The kernel's; a link's own connection follows them.
constexpr std::size_t kKernelFiles = 3;
constexpr std::string_view kKey = "session/";

std::string key_of(std::uint64_t id) { return fmt::format("{}{}", kKey, id); }

std::optional<std::uint64_t> id_of(std::string_view key) {
    if (!key.starts_with(kKey)) return std::nullopt;
    key.remove_prefix(kKey.size());
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
    return error == std::errc{} && end == key.data() + key.size() ? std::optional(id) : std::nullopt;
}

bool is_session(const std::vector<Fd>& files) {
    return files.size() == kKernelFiles || files.size() == kKernelFiles + 1;
}

kernel::SessionFiles files_of(std::vector<Fd>& files) {
    return {.socket = std::move(files[0]), .channel = std::move(files[1]), .unit = std::move(files[2])};
}

}  // namespace

bool tells_of_sessions(const StateJournal::Entries& entries) {
    return std::ranges::any_of(
        entries, [](const auto& entry) { return entry.first != kIdsEntry && entry.first != kSecretEntry; });
}

Keeping::Keeping(keeper::Custody& custody, StateJournal journal, Rng& rng, Log log)
    : custody_(custody), journal_(std::move(journal)), log_(std::move(log)), secret_(rng.octets<32>()) {}

Inheritance Keeping::inherit(keeper::Kept kept, const StateJournal::Entries& entries) {
    Inheritance out;
    for (const auto& [number, octets] : entries) {
        if (number == kIdsEntry) {
            reserved_ = wire::Reader(octets).u64();
            continue;
        }
        if (number == kSecretEntry) {
            if (octets.size() == secret_.size()) std::ranges::copy(octets, secret_.begin());
            continue;
        }
        out.last_id = std::max(out.last_id, number);
        auto record = decode_record(octets);
        if (!record || record->id != number) {
            log_.warning(fmt::format("session {} of the earlier run is not carried on: {}", number,
                                     record ? "its record is another one's" : record.error().what));
            check(journal_.erase(number));
            continue;
        }
        const auto files = kept.find(key_of(number));
        if (files == kept.end() || !is_session(files->second)) {
            out.lost.push_back(std::move(*record));
            continue;
        }
        auto session = Inherited{.record = std::move(*record), .files = files_of(files->second)};
        if (files->second.size() > kKernelFiles) session.control = std::move(files->second[kKernelFiles]);
        session.files.index = session.record.index;
        session.files.made_at = session.record.unit_made;
        kept.erase(files);
        kept_.insert(number);
        out.sessions.push_back(std::move(session));
    }
    out.last_id = std::max(out.last_id, reserved_);
    for (auto& [key, files] : kept) {
        custody_.drop(key);
        if (id_of(key) && is_session(files)) out.orphans.push_back(files_of(files));
    }
    use(out.last_id + 1);
    check(journal_.put(kSecretEntry, secret_));
    return out;
}

void Keeping::keep(const SessionRecord& record, const std::vector<int>& files) {
    check(journal_.put(record.id, encode(record)));
    if (kept_.insert(record.id).second) custody_.keep(key_of(record.id), files);
}

void Keeping::resumed(std::uint64_t id, const std::vector<int>& files) {
    kept_.insert(id);
    custody_.keep(key_of(id), files);
}

void Keeping::forget(std::uint64_t id) {
    check(journal_.erase(id));
    if (kept_.erase(id) != 0) custody_.drop(key_of(id));
}

void Keeping::use(std::uint64_t id) {
    if (id <= reserved_) return;
    reserved_ = id + kIdReserve;
    wire::Writer number(8);
    check(journal_.put(kIdsEntry, number.u64(reserved_).view()));
}

void Keeping::check(const Result<>& written) {
    if (!written && !failing_)
        log_.warning(written.error().what + ": sessions would not survive a restart of this service");
    failing_ = !written;
}

}  // namespace ppp::session
