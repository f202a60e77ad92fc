// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/state_journal.hpp"
#include <fcntl.h>
#include <sys/stat.h>
#include <algorithm>
#include <array>
#include "base/digest.hpp"

namespace ppp::session {
namespace {

constexpr std::string_view kMagic = "pppmanager state 1\n";
// Length and digest of what follows them: kind, number, octets.
constexpr std::size_t kFrame = 8, kHead = 9;
constexpr std::uint8_t kPut = 1, kErase = 2;
// Below this a file is not worth being written anew.
constexpr std::uint64_t kSmall = 256UL * 1024;
constexpr std::uint64_t kWaste = 4;  // times what counts

wire::Bytes entry(std::uint64_t number, wire::ByteView octets, std::uint8_t kind) {
    wire::Writer body(kHead + octets.size());
    body.u8(kind).u64(number).bytes(octets);
    wire::Writer out(kFrame + body.size());
    out.u32(static_cast<std::uint32_t>(body.size())).u32(fnv1a(body.view())).bytes(body.view());
    return std::move(out).take();
}

Result<> write_all(const Fd& file, wire::ByteView octets, const std::string& path) {
    while (!octets.empty()) {
        const auto done = ::write(file.get(), octets.data(), octets.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return fail_errno("cannot write " + path);
        octets = octets.subspan(static_cast<std::size_t>(done));
    }
    return {};
}

Result<wire::Bytes> read_all(const Fd& file, const std::string& path) {
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return fail_errno("cannot read " + path);
    if (!S_ISREG(info.st_mode)) return fail(Errc::config, path + " is not a file");
    wire::Bytes out(static_cast<std::size_t>(info.st_size));
    std::size_t had = 0;
    while (had < out.size()) {
        const auto done = ::pread(file.get(), out.data() + had, out.size() - had, static_cast<off_t>(had));
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return fail_errno("cannot read " + path);
        if (done == 0) break;
        had += static_cast<std::size_t>(done);
    }
    out.resize(had);
    return out;
}

Fd open_file(const std::string& path, int flags) {
    return Fd{::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0600)};
}

}  // namespace

Result<StateJournal> StateJournal::open(std::string path, Entries& found) {
    auto file = open_file(path, 0);
    if (!file) return fail_errno("cannot open " + path);
    PPP_TRY(const auto all, read_all(file, path));
    StateJournal out(std::move(path), std::move(file));
    if (all.empty()) {
        PPP_CHECK(write_all(out.file_, wire::octets(kMagic), out.path_));
        out.length_ = kMagic.size();
        return out;
    }
    if (!wire::chars(all).starts_with(kMagic))
        return fail(Errc::config, out.path_ + " is no state journal of this version");
    out.read(all, found);
    // What a killed process has cut off in the middle must not hide what comes behind it.
    if (out.length_ < all.size() && ::ftruncate(out.file_.get(), static_cast<off_t>(out.length_)) != 0)
        return fail_errno("cannot shorten " + out.path_);
    return out;
}

void StateJournal::read(wire::ByteView all, Entries& found) {
    length_ = kMagic.size();
    wire::Reader in(all.subspan(kMagic.size()));
    while (!in.empty()) {
        const auto octets = in.u32();
        const auto digest = in.u32();
        const auto body = in.take(octets);
        if (!in.ok() || octets < kHead || octets > kHead + kMaxEntry || fnv1a(body) != digest) return;
        wire::Reader head(body);
        const auto kind = head.u8();
        const auto number = head.u64();
        if (const auto before = places_.find(number); before != places_.end()) {
            live_ -= before->second.octets;
            places_.erase(before);
            found.erase(number);
        }
        if (kind == kPut) {
            const auto whole = static_cast<std::uint32_t>(kFrame + octets);
            places_[number] = {.at = length_, .octets = whole};
            live_ += whole;
            found[number].assign(head.rest().begin(), head.rest().end());
        }
        length_ += kFrame + octets;
    }
}

Result<> StateJournal::put(std::uint64_t number, wire::ByteView octets) {
    if (octets.size() > kMaxEntry)
        return fail(Errc::refused, path_ + ": an entry of " + std::to_string(octets.size()) + " octets");
    return append(number, octets, false);
}

Result<> StateJournal::erase(std::uint64_t number) {
    if (!places_.contains(number)) return {};
    return append(number, {}, true);
}

Result<> StateJournal::append(std::uint64_t number, wire::ByteView octets, bool erased) {
    const auto written = entry(number, octets, erased ? kErase : kPut);
    if (auto done = write_all(file_, written, path_); !done) {
        // Part of an entry would hide all that follow it.
        if (::ftruncate(file_.get(), static_cast<off_t>(length_)) != 0)
            return fail_errno("cannot shorten " + path_);
        return done;
    }
    if (const auto before = places_.find(number); before != places_.end()) {
        live_ -= before->second.octets;
        places_.erase(before);
    }
    if (!erased) {
        const auto whole = static_cast<std::uint32_t>(written.size());
        places_[number] = {.at = length_, .octets = whole};
        live_ += whole;
    }
    length_ += written.size();
    return rewrite_if_due();
}

Result<> StateJournal::rewrite_if_due() {
    return length_ > kSmall && length_ > kWaste * live_ ? rewrite() : Result<>{};
}

Result<> StateJournal::rewrite() {
    PPP_TRY(const auto all, read_all(file_, path_));
    const auto temporary = path_ + ".new";
    auto file = open_file(temporary, O_TRUNC);
    if (!file) return fail_errno("cannot open " + temporary);
    wire::Writer out(kMagic.size() + live_);
    out.text(kMagic);
    auto places = places_;
    for (auto& [number, place] : places) {
        const auto whole = wire::ByteView(all).subspan(place.at, place.octets);
        place.at = out.size();
        out.bytes(whole);
    }
    PPP_CHECK(write_all(file, out.view(), temporary));
    if (::rename(temporary.c_str(), path_.c_str()) != 0) return fail_errno("cannot replace " + path_);
    file_ = std::move(file);
    places_ = std::move(places);
    length_ = out.size();
    return {};
}

}  // namespace ppp::session
