// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Frames in and out of a file on the loop, and its end; over a socket pair that plays /dev/ppp.
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <array>
#include <memory>
#include <optional>
#include <vector>
#include "kernel/frame_file.hpp"

using namespace ppp;
using namespace ppp::kernel;
using namespace std::chrono_literals;

namespace {
struct FrameFileRecorder final : FrameHandler {
    void on_frame(wire::ByteView frame) override {
        frames.emplace_back(frame.begin(), frame.end());
        if (then) then();
    }
    void on_gone() override {
        ++gone;
        if (then) then();
    }
    std::vector<wire::Bytes> frames;
    int gone = 0;
    Callback<void()> then;
};

struct FrameFileBench {
    std::unique_ptr<EventLoop> loop = *EventLoop::create();
    FrameBuffer buffer{};
    FrameFileRecorder handler;
    Fd far;
    std::optional<FrameFile> file;

    FrameFileBench() {
        std::array<int, 2> ends{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) == 0);
        far.reset(ends[1]);
        file.emplace(*loop, buffer, Fd(ends[0]), handler);
    }
    void arrive(const wire::Bytes& frame) {
        REQUIRE(::send(far.get(), frame.data(), frame.size(), 0) == static_cast<ssize_t>(frame.size()));
    }
    /// Lets the loop do what is ready.
    void turn() {
        for (int i = 0; i < 5; ++i) {
            auto stop = loop->after({}, [this] { loop->quit(); });
            loop->run();
        }
    }
};
const wire::Bytes kFirst{0xc0, 0x21, 9, 1, 0, 4}, kSecond{0xc0, 0x21, 9, 2, 0, 4};
}  // namespace

TEST_CASE("frames wait until reading starts and come in order") {
    FrameFileBench bench;
    bench.arrive(kFirst);
    bench.arrive(kSecond);
    bench.turn();
    CHECK(bench.handler.frames.empty());
    REQUIRE(bench.file->start());
    bench.turn();
    CHECK(bench.handler.frames == std::vector<wire::Bytes>{kFirst, kSecond});
}

TEST_CASE("a frame leaves as one write") {
    FrameFileBench bench;
    REQUIRE(bench.file->send(kFirst));
    std::array<std::uint8_t, 64> got{};
    CHECK(::recv(bench.far.get(), got.data(), got.size(), 0) == static_cast<ssize_t>(kFirst.size()));
}

TEST_CASE("the handler may destroy the file that delivers, and hears no more of it") {
    FrameFileBench bench;
    bench.handler.then = [&] { bench.file.reset(); };
    REQUIRE(bench.file->start());
    bench.arrive(kFirst);
    bench.arrive(kSecond);
    bench.turn();
    CHECK(bench.handler.frames.size() == 1);
}

TEST_CASE("the end is told once, after the frames before it, though the file stays readable") {
    FrameFileBench bench;
    REQUIRE(bench.file->start());
    bench.arrive(kFirst);
    bench.far.reset();
    bench.turn();
    CHECK(bench.handler.frames.size() == 1);
    CHECK(bench.handler.gone == 1);
}

TEST_CASE("the handler may destroy the file when it hears of its end") {
    FrameFileBench bench;
    bench.handler.then = [&] { bench.file.reset(); };
    REQUIRE(bench.file->start());
    bench.far.reset();
    bench.turn();
    CHECK(bench.handler.gone == 1);
}

TEST_CASE("a file that is given away is read no more") {
    FrameFileBench bench;
    REQUIRE(bench.file->start());
    bench.arrive(kFirst);
    const Fd given = bench.file->release();
    CHECK(given);
    bench.turn();
    CHECK(bench.handler.frames.empty());
}
