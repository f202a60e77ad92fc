// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include "base/file_watch.hpp"
#include "support/scratch_directory.hpp"

using namespace ppp;
using namespace std::chrono_literals;

namespace {

struct Bench {
    test::ScratchDirectory scratch;
    std::unique_ptr<EventLoop> loop = *EventLoop::create();
    int changes = 0;
    std::unique_ptr<FileWatch> watch =
        *FileWatch::create(*loop, scratch.path().string(), {"a.json", "b.json"}, 20ms, [this] { ++changes; });

    void write(const char* name) const { std::ofstream(scratch.path() / name) << "{}"; }
    /// Runs the loop for a while: long enough for what was written to be told.
    void pass(Duration time) {
        const auto timer = loop->after(time, [this] { loop->quit(); });
        loop->run();
    }
};

}  // namespace

TEST_CASE_FIXTURE(Bench, "two files written one after the other are one change") {
    write("a.json");
    write("b.json");
    pass(500ms);
    CHECK(changes == 1);
}

TEST_CASE_FIXTURE(Bench, "a file moved into place, as editors do it, is a change; another file is none") {
    write("other");
    write("a.json.new");
    pass(200ms);
    CHECK(changes == 0);
    std::filesystem::rename(scratch.path() / "a.json.new", scratch.path() / "a.json");
    pass(500ms);
    CHECK(changes == 1);
}

TEST_CASE("a directory that is not there is named") {
    const auto loop = *EventLoop::create();
    const auto watch = FileWatch::create(*loop, "/nonexistent/pppmanager", {"a"}, 1ms, [] {});
    REQUIRE_FALSE(watch);
    CHECK(watch.error().what.find("/nonexistent/pppmanager") != std::string::npos);
}
