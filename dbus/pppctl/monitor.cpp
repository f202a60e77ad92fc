// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl monitor: one object, live.
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <optional>
#include "base/signals.hpp"
#include "dbus/pppctl/commands.hpp"
#include "dbus/pppctl/follower.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

constexpr auto kEverySecond = std::chrono::seconds(1);

class Monitor {
public:
    explicit Monitor(Context& context) : context_(context) {}

    Outcome<> run(const Object& start, std::uint32_t seconds) {
        auto made = EventLoop::create();
        if (!made) return problem(Exit::failed, made.error().what);
        loop_ = std::move(*made);
        auto signals = Signals::create(*loop_, [this](int) { loop_->quit(); });
        if (!signals) return problem(Exit::failed, signals.error().what);
        auto follower = Follower::create(
            *loop_, context_.bus, start, [this](const Dictionary& d) { changed(d); },
            [this](const Problem& p) { end(ppp::detail::unexpected<Problem>(p)); });
        if (!follower) return ppp::detail::unexpected<Problem>(follower.error());
        follower_ = std::move(*follower);
        signalled_ = follower_->object().properties;
        if (context_.screen.terminal && !context_.json)
            redraw();
        else if (context_.json)
            print(to_json(follower_->object()));
        else
            print_text(follower_->object().properties);
        // Without a screen and without JSON nobody looks at counters.
        if (context_.screen.terminal || context_.json) measure_later();
        Timer last;
        if (seconds > 0) last = loop_->after(std::chrono::seconds(seconds), [this] { loop_->quit(); });
        loop_->run();
        timer_ = {};
        follower_.reset();
        return end_ ? *end_ : Outcome<>{};
    }

private:
    void end(Outcome<> outcome) {
        if (!end_) end_ = std::move(outcome);
        loop_->quit();
    }

    void changed(const Dictionary& properties) {
        for (const auto& [name, value] : properties) signalled_[name] = value;
        if (context_.json) return print(to_json(properties));
        if (context_.screen.terminal) return redraw();
        print_text(properties);
    }

    void measure_later() {
        timer_ = loop_->after(kEverySecond, [this] {
            follower_->read([this](const Outcome<Dictionary>& all) { measured(all); });
        });
    }

    void measured(const Outcome<Dictionary>& all) {
        if (!all) return end(ppp::detail::unexpected<Problem>(all.error()));
        if (context_.json) {
            Dictionary moved;
            for (const auto& [name, value] : *all) {
                auto& before = signalled_[name];
                if (before.isEmpty() || to_json(before) != to_json(value)) moved[name] = value;
                before = value;
            }
            if (!moved.empty()) print(to_json(moved));
        } else {
            redraw();
        }
        measure_later();
    }

    static void print(const Json& json) {
        using namespace std::chrono;
        Json line = Json::object();
        line["time"] = duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
        for (const auto& [key, value] : json.items()) line[key] = value;
        put(line.dump() + "\n");
    }

    void print_text(const Dictionary& properties) {
        std::array<char, 16> clock{};
        const auto now = std::time(nullptr);
        std::tm local{};
        ::localtime_r(&now, &local);
        const auto length = std::strftime(clock.data(), clock.size(), "%H:%M:%S", &local);
        std::string line(clock.data(), length);
        for (const auto& [name, value] : properties) {
            auto text = display(name, value);
            // The last word on a value that has gone matters; the first word on one that never was does not.
            if (text.empty() && properties.size() == follower_->object().properties.size()) continue;
            line += fmt::format("  {}: {}", kebab(name), text.empty() ? "-" : text);
        }
        put(line + "\n");
    }

    void redraw() {
        const auto screen = Screen::of_stdout(!context_.screen.colours);
        auto block = property_list(describe(follower_->object()), screen);
        // What has scrolled off the top cannot be drawn over.
        const auto lines = static_cast<std::size_t>(std::count(block.begin(), block.end(), '\n'));
        auto kept = lines;
        for (; screen.height > 1 && kept >= screen.height; --kept)
            block.erase(block.rfind('\n', block.size() - 2) + 1);
        put((drawn_ > 0 ? fmt::format("\x1b[{}A\r\x1b[J", drawn_) : std::string{}) + block);
        drawn_ = kept;
    }

    Context& context_;
    std::unique_ptr<EventLoop> loop_;
    std::unique_ptr<Follower> follower_;
    Dictionary signalled_;
    Timer timer_;
    std::optional<Outcome<>> end_;
    std::size_t drawn_ = 0;
};

}  // namespace

Outcome<> monitor(Context& context, const std::string& name, std::uint32_t seconds) {
    auto start = object(context.bus, name);
    if (!start) return ppp::detail::unexpected<Problem>(start.error());
    return Monitor(context).run(*start, seconds);
}

}  // namespace ppp::ctl
