// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper/vault.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <algorithm>
#include <array>

namespace ppp::keeper {
namespace {

struct Pair {
    Fd in, out;
};
Result<Pair> make_pair() {
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
        return fail_errno("socketpair");
    return Pair{Fd(ends[0]), Fd(ends[1])};
}

/// A socket in whose queue the message waits; the other end is closed.
Result<Fd> enclose(const Message& message, std::span<const int> files) {
    PPP_TRY(auto pair, make_pair());
    if (send(pair.in.get(), encode(message), files) != Sent::yes)
        return errno == ETOOMANYREFS
                   ? fail(Errc::system, "too many files: the vault needs a higher LimitNOFILE=")
                   : fail_errno("sendmsg");
    return std::move(pair.out);
}

/// Throws away what waits; without room for files the kernel closes them.
void drain(int socket) {
    char octet = 0;
    while (::recv(socket, &octet, sizeof octet, MSG_DONTWAIT) > 0) {
    }
}

}  // namespace

Result<Vault::Content> Vault::look_into(const Box& box) {
    Parcel parcel;
    PPP_TRY(const auto mail, receive(box.out.get(), parcel, Look::leave));
    const auto* index = mail == Mail::parcel ? std::get_if<Index>(&parcel.message) : nullptr;
    if (!index) return fail(Errc::malformed, "it has no index");
    Content content{.generation = index->generation, .shelves = std::move(parcel.files), .parcels = {}};
    std::size_t items = 0;
    for (const auto& shelf : content.shelves) {
        auto& found = content.parcels.emplace_back();
        PPP_TRY(const auto got, receive(shelf.get(), found, Look::leave));
        const auto* keep = got == Mail::parcel ? std::get_if<Keep>(&found.message) : nullptr;
        if (!keep) return fail(Errc::malformed, "a part is missing");
        items += keep->items.size();
    }
    if (items != index->items) return fail(Errc::malformed, "something is missing");
    return content;
}

void Vault::take_out(Content content) {
    for (std::size_t i = 0; i < content.shelves.size(); ++i) {
        auto& parcel = content.parcels[i];
        const auto shelf = ++last_shelf_;
        shelves_[shelf] = {.out = std::move(content.shelves[i]), .files = parcel.files.size()};
        std::size_t from = 0;
        for (const auto& item : std::get<Keep>(parcel.message).items) {
            store_.keep(item.key, files_of(item, parcel.files, from));
            store_.entries().at(item.key).shelf = shelf;
        }
    }
}

void Vault::open(std::vector<Box> boxes) {
    std::optional<Content> best;
    for (auto& box : boxes) {
        auto content = look_into(box);
        // Whoever is killed while it removes a box leaves it empty.
        if (!content) log_.info(fmt::format("{} is not whole: {}", box.name, content.error().what));
        if (!content || (best && content->generation < best->generation)) {
            older_.push_back(std::move(box));
            continue;
        }
        if (newest_) older_.push_back(*std::exchange(newest_, {}));
        best = *std::move(content);
        newest_ = std::move(box);
    }
    remove(std::exchange(older_, {}));
    if (!best) {
        if (!boxes.empty()) log_.warning("nothing came back: no box of the vault is whole");
        return;
    }
    generation_ = best->generation;
    take_out(*std::move(best));
    log_.notice(fmt::format("the files of {} sessions came back out of {}", store_.size(), newest_->name));
}

void Vault::inherit(std::vector<Box> boxes, std::uint64_t generation) {
    older_ = std::move(boxes);
    generation_ = generation;
    changed();
}

std::vector<const Box*> Vault::boxes() const {
    std::vector<const Box*> all;
    for (const auto& box : older_) all.push_back(&box);
    if (newest_) all.push_back(&*newest_);
    return all;
}

void Vault::changed() {
    if (!notify_ || (failed_ && due_.armed())) return;
    if (barrier_) {
        again_ = true;
        return;
    }
    const auto now = loop_.now();
    if (!first_change_) first_change_ = now;
    due_ = loop_.after(std::min(pace_.settle, *first_change_ + pace_.latest - now), [this] { fill(); });
}

void Vault::retire(std::uint64_t shelf) {
    const auto found = shelves_.find(shelf);
    if (found == shelves_.end()) return;
    retired_.push_back(std::move(found->second.out));
    shelves_.erase(found);
}

Result<> Vault::fill_shelves() {
    // Small shelves are filled up with what is new, else they would become more and more.
    for (auto next = shelves_.begin(); next != shelves_.end();) {
        const auto shelf = next++;
        if (shelf->second.files < kFilesInMessage * 3 / 4) retire(shelf->first);
    }
    Load load;
    std::vector<Store::Entry*> loaded;
    const auto finish_shelf = [&]() -> Result<> {
        if (load.empty()) return {};
        PPP_TRY(auto out, enclose(load.keep, load.files));
        shelves_[++last_shelf_] = {.out = std::move(out), .files = load.files.size()};
        for (auto* entry : loaded) entry->shelf = last_shelf_;
        load = {};
        loaded.clear();
        return {};
    };
    for (auto& [key, entry] : store_.entries()) {
        if (shelves_.contains(entry.shelf)) continue;
        if (!load.fits(entry.files.size())) PPP_CHECK(finish_shelf());
        load.add(key, std::span<const Fd>(entry.files));
        loaded.push_back(&entry);
    }
    return finish_shelf();
}

Result<Box> Vault::make_box() {
    std::vector<int> files;
    for (const auto& [number, shelf] : shelves_) files.push_back(shelf.out.get());
    PPP_TRY(auto out,
            enclose(Index{.generation = ++generation_, .items = static_cast<std::uint32_t>(store_.size())},
                    files));
    return Box{fmt::format("vault-{}", generation_), std::move(out)};
}

void Vault::fill() {
    first_change_.reset();
    for (const auto shelf : store_.take_stale()) retire(shelf);
    if (store_.size() == 0) return give_up();
    auto filled = fill_shelves();
    if (filled && shelves_.size() > kFilesInMessage) {
        while (!shelves_.empty()) retire(shelves_.begin()->first);
        filled = fill_shelves();
    }
    if (filled && shelves_.size() > kFilesInMessage)
        filled = fail(Errc::system, fmt::format("{} sessions are too many for it", store_.size()));
    auto box = filled ? make_box() : Result<Box>(fail(std::move(filled).error()));
    if (box) {
        failed_ = false;
        return push(*std::move(box));
    }
    if (!std::exchange(failed_, true))
        log_.warning(fmt::format("PID 1 keeps no copy of the sessions' files for now: {}", box.error().what));
    // What is there is out of date, and its files may be what is too many.
    give_up();
    due_ = loop_.after(pace_.again, [this] { fill(); });
}

void Vault::push(Box box) {
    if (newest_) older_.push_back(*std::exchange(newest_, {}));
    newest_ = std::move(box);
    const std::array files{newest_->out.get()};
    notify_("FDSTORE=1\nFDNAME=" + newest_->name + "\nFDPOLL=0", files);
    // PID 1 closes the writing end when it has come to this message, and so has seen the one before.
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return confirmed();
    barrier_ = Fd(ends[0]);
    const Fd held(ends[1]);
    auto watch = loop_.watch(barrier_.get(), EPOLLIN, [this](std::uint32_t) { confirmed(); });
    notify_("BARRIER=1", {ends.data() + 1, 1});
    if (!watch) return confirmed();
    barrier_watch_ = *std::move(watch);
}

void Vault::confirmed() {
    barrier_watch_ = {};
    barrier_ = {};
    remove(std::exchange(older_, {}));
    if (std::exchange(again_, false)) changed();
}

void Vault::remove(std::vector<Box> boxes) {
    // PID 1 closes an empty box: the last copies of files are closed here, since that waits in the kernel.
    auto closing = std::exchange(retired_, {});
    for (auto& box : boxes) {
        drain(box.out.get());
        notify_("FDSTOREREMOVE=1\nFDNAME=" + box.name, {});
        closing.push_back(std::move(box.out));
    }
    if (!closing.empty()) dispose_(std::move(closing));
}

void Vault::give_up() {
    if (!notify_) return;
    barrier_watch_ = {};
    barrier_ = {};
    again_ = false;
    while (!shelves_.empty()) retire(shelves_.begin()->first);
    for (auto& [key, entry] : store_.entries()) entry.shelf = 0;
    if (newest_) older_.push_back(*std::exchange(newest_, {}));
    remove(std::exchange(older_, {}));
}

}  // namespace ppp::keeper
