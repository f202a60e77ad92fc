// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper/parcel.hpp"
#include <sys/socket.h>
#include <array>
#include <cstring>
#include <iterator>

namespace ppp::keeper {
namespace {

constexpr std::size_t kRights = CMSG_SPACE(sizeof(int) * kFilesInMessage);

std::vector<Fd> take_files(msghdr& header) {
    std::vector<Fd> files;
    for (auto* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        for (std::size_t at = CMSG_LEN(0); at + sizeof(int) <= part->cmsg_len; at += sizeof(int)) {
            int fd = -1;
            std::memcpy(&fd, reinterpret_cast<const char*>(part) + at, sizeof fd);
            files.emplace_back(fd);
        }
    }
    return files;
}

Result<Message> read_message(int flags, wire::ByteView octets, std::size_t files) {
    if ((flags & MSG_CTRUNC) != 0)
        return fail(Errc::system, "files were lost on their way: too many, or no descriptor is left");
    if ((flags & MSG_TRUNC) != 0) return fail(Errc::malformed, "a message that is too long");
    return decode(octets, files);
}

}  // namespace

Result<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return fail(Errc::config, "the path of the keeper's socket is empty or too long: " + path);
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

Result<Mail> receive(int socket, Parcel& into, Look look) {
    std::array<std::uint8_t, kLongestMessage> octets;    // NOLINT(cppcoreguidelines-pro-type-member-init)
    alignas(cmsghdr) std::array<char, kRights> control;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    iovec part{octets.data(), octets.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const int flags = MSG_DONTWAIT | MSG_CMSG_CLOEXEC | (look == Look::leave ? MSG_PEEK : 0);
    auto got = ::recvmsg(socket, &header, flags);
    // A peer that left without reading everything is told of once, before what it had said itself.
    if (got < 0 && errno == ECONNRESET) got = ::recvmsg(socket, &header, flags);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Mail::nothing;
    if (got == 0 || (got < 0 && (errno == ECONNRESET || errno == EPIPE))) return Mail::end;
    if (got < 0) return fail_errno("recvmsg");
    into.files = take_files(header);
    auto message =
        read_message(header.msg_flags, {octets.data(), static_cast<std::size_t>(got)}, into.files.size());
    if (!message) {
        into.files.clear();  // whoever reports it may need a descriptor for that
        return fail(std::move(message).error());
    }
    into.message = *std::move(message);
    return Mail::parcel;
}

Sent send(int socket, wire::ByteView octets, std::span<const int> files) {
    iovec part{const_cast<std::uint8_t*>(octets.data()), octets.size()};
    alignas(cmsghdr) std::array<char, kRights> control{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    if (!files.empty()) {
        header.msg_control = control.data();
        header.msg_controllen = CMSG_SPACE(files.size_bytes());
        auto* rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(files.size_bytes());
        std::memcpy(CMSG_DATA(rights), files.data(), files.size_bytes());
    }
    if (::sendmsg(socket, &header, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return Sent::yes;
    switch (errno) {
        case EAGAIN:
        case EINTR:
            return Sent::full;
        case ETOOMANYREFS:
        case ENOBUFS:
        case ENOMEM:
            return Sent::crowded;
        default:
            return Sent::lost;
    }
}

std::vector<Fd> files_of(const Item& item, std::vector<Fd>& files, std::size_t& from) {
    const auto begin = files.begin() + static_cast<std::ptrdiff_t>(from);
    from += item.files;
    return {std::make_move_iterator(begin), std::make_move_iterator(begin + item.files)};
}

}  // namespace ppp::keeper
