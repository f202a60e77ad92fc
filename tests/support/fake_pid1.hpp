// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakePid1: the service manager's end of sd_notify(3), with its store of files.
#pragma once
#include <doctest/doctest.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <array>
#include <cstring>
#include <sstream>
#include <string>
#include <utility>
#include <vector>
#include "base/event_loop.hpp"

namespace ppp::test {

class FakePid1 {
public:
    FakePid1(EventLoop& loop, const std::string& path) : path_(path) {
        socket_ = Fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        REQUIRE(path.size() < sizeof address.sun_path);
        std::memcpy(address.sun_path, path.data(), path.size());
        REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        watch_ = loop.watch(socket_.get(), EPOLLIN, [this](std::uint32_t) { read_all(); }).value();
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    /// Of the store; the files stay here, as they stay with PID 1 while a service is started again.
    [[nodiscard]] const std::vector<std::pair<std::string, Fd>>& stored() const { return stored_; }
    /// Into the store, as if an earlier run of the service had sent it.
    void give(std::string name, Fd file) { stored_.emplace_back(std::move(name), std::move(file)); }
    [[nodiscard]] bool has_been_told(const std::string& line) const {
        for (const auto& told : lines)
            if (told == line) return true;
        return false;
    }

    std::vector<std::string> lines;  ///< everything that was said
    unsigned ready = 0;
    unsigned pushes = 0, pushes_since_ready = 0;
    bool answers_barriers = true;

private:
    void read_all() {
        while (read_one()) {
        }
    }
    bool read_one() {
        std::array<char, 4096> text{};
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * 253) + CMSG_SPACE(sizeof(ucred))>
            control{};
        iovec part{text.data(), text.size()};
        msghdr header{};
        header.msg_iov = &part;
        header.msg_iovlen = 1;
        header.msg_control = control.data();
        header.msg_controllen = control.size();
        const auto got = ::recvmsg(socket_.get(), &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
        if (got < 0) return false;
        std::vector<Fd> files;
        for (auto* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c))
            if (c->cmsg_type == SCM_RIGHTS)
                for (std::size_t at = 0; at < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int); ++at)
                    files.emplace_back(reinterpret_cast<const int*>(CMSG_DATA(c))[at]);
        handle({text.data(), static_cast<std::size_t>(got)}, std::move(files));
        return true;
    }
    void handle(const std::string& text, std::vector<Fd> files) {
        std::istringstream stream(text);
        std::string name;
        bool store = false, remove = false, unwatched = false, barrier = false;
        for (std::string line; std::getline(stream, line);) {
            lines.push_back(line);
            store |= line == "FDSTORE=1";
            remove |= line == "FDSTOREREMOVE=1";
            unwatched |= line == "FDPOLL=0";
            barrier |= line == "BARRIER=1";
            if (line == "READY=1") {
                ++ready;
                pushes_since_ready = 0;
            }
            if (line.starts_with("FDNAME=")) name = line.substr(7);
        }
        if (remove) std::erase_if(stored_, [&](const auto& entry) { return entry.first == name; });
        if (store) {
            CHECK(unwatched);
            REQUIRE(files.size() == 1);
            stored_.emplace_back(name, std::move(files[0]));
            ++pushes;
            ++pushes_since_ready;
        }
        if (barrier && !answers_barriers) unanswered_ = std::move(files);
    }

    std::string path_;
    Fd socket_;
    Watch watch_;
    std::vector<std::pair<std::string, Fd>> stored_;
    std::vector<Fd> unanswered_;
};

}  // namespace ppp::test
