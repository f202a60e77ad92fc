// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper/handover.hpp"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <filesystem>

namespace ppp::keeper {
namespace {

std::uint32_t number_of(const Fd& fd) { return static_cast<std::uint32_t>(fd.get()); }

Handover describe(Store& store, const Server& server, const Vault& vault) {
    Handover state;
    state.listener = static_cast<std::uint32_t>(server.listener());
    if (server.daemon() >= 0) state.daemon.push_back(static_cast<std::uint32_t>(server.daemon()));
    state.generation = vault.generation();
    for (const auto* box : vault.boxes()) state.boxes.push_back({box->name, number_of(box->out)});
    for (const auto& [key, entry] : store.entries()) {
        auto& described = state.entries.emplace_back();
        described.key = key;
        described.confirmed = entry.confirmed;
        for (const auto& file : entry.files) described.files.push_back(number_of(file));
    }
    return state;
}

bool set_inherited(std::uint32_t fd, bool inherited) {
    return ::fcntl(static_cast<int>(fd), F_SETFD, inherited ? 0 : FD_CLOEXEC) == 0;
}

/// @return whether all of them are open descriptors.
bool set_all_inherited(const Handover& state, bool inherited) {
    bool all = set_inherited(state.listener, inherited);
    for (const auto fd : state.daemon) all &= set_inherited(fd, inherited);
    for (const auto& box : state.boxes) all &= set_inherited(box.file, inherited);
    for (const auto& entry : state.entries)
        for (const auto fd : entry.files) all &= set_inherited(fd, inherited);
    return all;
}

Result<Fd> write_down(const Handover& state) {
    const auto octets = encode(state);
    Fd file{::memfd_create("pppmanager-keeper", 0)};  // without close-on-exec
    if (!file) return fail_errno("memfd_create");
    std::size_t done = 0;
    while (done < octets.size()) {
        const auto n = ::write(file.get(), octets.data() + done, octets.size() - done);
        if (n <= 0) return fail_errno("cannot write the state");
        done += static_cast<std::size_t>(n);
    }
    return file;
}

Result<wire::Bytes> read_all(int file) {
    struct stat st {};
    if (::fstat(file, &st) != 0) return fail_errno("the state of the earlier keeper");
    wire::Bytes octets(static_cast<std::size_t>(st.st_size));
    std::size_t done = 0;
    while (done < octets.size()) {
        const auto n = ::pread(file, octets.data() + done, octets.size() - done, static_cast<off_t>(done));
        if (n <= 0) return fail_errno("the state of the earlier keeper");
        done += static_cast<std::size_t>(n);
    }
    return octets;
}

}  // namespace

std::string own_path() {
    std::error_code failed;
    return std::filesystem::read_symlink("/proc/self/exe", failed).string();
}

Error hand_over(const std::string& path, std::vector<std::string> words, Store& store, const Server& server,
                const Vault& vault) {
    const auto state = describe(store, server, vault);
    auto file = write_down(state);
    if (!file) return std::move(file).error();
    words.insert(words.begin(), path);
    words.insert(words.end(), {"--inherit", std::to_string(file->get())});
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    (void)set_all_inherited(state, true);
    ::execv(path.c_str(), arguments.data());
    auto failed = fail_errno("cannot execute " + path);
    (void)set_all_inherited(state, false);
    return std::move(failed.value());
}

Result<Inherited> adopt(int descriptor, Store& store) {
    const Fd file(descriptor);
    PPP_TRY(const auto octets, read_all(file.get()));
    PPP_TRY(const auto state, decode_handover(octets));
    if (!set_all_inherited(state, false))
        return fail(Errc::malformed, "a file that the earlier keeper left is not open");
    const auto take = [](std::uint32_t fd) { return Fd(static_cast<int>(fd)); };
    Inherited all;
    all.sockets.listener = take(state.listener);
    for (const auto fd : state.daemon) all.sockets.daemon = take(fd);
    for (const auto& box : state.boxes) all.boxes.push_back({box.name, take(box.file)});
    all.generation = state.generation;
    for (const auto& entry : state.entries) {
        std::vector<Fd> files;
        for (const auto fd : entry.files) files.push_back(take(fd));
        store.keep(entry.key, std::move(files));
        store.entries().at(entry.key).confirmed = entry.confirmed;
    }
    return all;
}

}  // namespace ppp::keeper
