// SPDX-License-Identifier: GPL-2.0-or-later
/// @file RouterOS' monitor-traffic: the rates of one session's interface.
#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <optional>
#include "base/event_loop.hpp"
#include "base/signals.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/text.hpp"
#include "dbus/pppctl/view.hpp"

namespace ppp::ctl {
namespace {

using Clock = std::chrono::steady_clock;

struct Reading {
    Clock::time_point at;
    std::uint64_t octets_in = 0, octets_out = 0, packets_in = 0, packets_out = 0;
};

struct Rates {
    double rx_bits = 0, tx_bits = 0, rx_packets = 0, tx_packets = 0;
};

std::uint64_t number(const Dictionary& row, const char* key) {
    const auto at = row.find(key);
    return at != row.end() && at->second.containsValueOfType<std::uint64_t>()
               ? at->second.get<std::uint64_t>()
               : 0;
}

std::string text(const Dictionary& row, const char* key) {
    const auto at = row.find(key);
    return at == row.end() ? std::string() : value_text(at->second);
}

/// "950 bps", "12.3 kbps", "1.2 Mbps", as RouterOS writes rates.
std::string bits(double rate) {
    if (rate < 1000) return fmt::format("{:.0f} bps", rate);
    if (rate < 1e6) return fmt::format("{:.1f} kbps", rate / 1e3);
    return rate < 1e9 ? fmt::format("{:.1f} Mbps", rate / 1e6) : fmt::format("{:.2f} Gbps", rate / 1e9);
}

class Traffic {
public:
    Traffic(Context& context, std::string interface) : context_(context), interface_(std::move(interface)) {}

    /// Two readings a second apart are one line. @param lines 0 is until Ctrl-C.
    Result<Rates> run(std::uint32_t lines, bool print) {
        PPP_TRY(loop_, EventLoop::create());
        PPP_TRY(const auto signals, Signals::create(*loop_, [this](int) { loop_->quit(); }));
        PPP_TRY(before_, read());
        left_ = lines;
        if (print) {
            const auto width = std::max(columns(interface_), std::size_t{9}) + 2;
            put(fmt::format("{:<{}}{:>12}{:>12}{:>15}{:>15}\n", "INTERFACE", width, "RX", "TX",
                            "RX-PACKETS/S", "TX-PACKETS/S"));
        }
        tick(print);
        loop_->run();
        timer_ = {};
        if (failure_) return fail(*failure_);
        return last_;
    }

private:
    void tick(bool print) {
        timer_ = loop_->after(std::chrono::seconds(1), [this, print] {
            auto now = read();
            if (!now) {
                failure_ = now.error();
                return loop_->quit();
            }
            const std::chrono::duration<double> passed = now->at - before_.at;
            const auto rate = [&](std::uint64_t Reading::*counter) {
                // A new session begins with 0.
                const auto a = before_.*counter, b = (*now).*counter;
                return passed.count() > 0 && b >= a ? static_cast<double>(b - a) / passed.count() : 0.0;
            };
            last_ = {rate(&Reading::octets_in) * 8, rate(&Reading::octets_out) * 8,
                     rate(&Reading::packets_in), rate(&Reading::packets_out)};
            before_ = *now;
            if (print) {
                const auto width = std::max(columns(interface_), std::size_t{9}) + 2;
                put(fmt::format("{:<{}}{:>12}{:>12}{:>15.0f}{:>15.0f}\n", printable(interface_), width,
                                bits(last_.rx_bits), bits(last_.tx_bits), last_.rx_packets,
                                last_.tx_packets));
            }
            if (left_ > 0 && --left_ == 0) return loop_->quit();
            tick(print);
        });
    }

    Result<Reading> read() {
        auto rows = all_sessions(context_.bus, filter_);
        if (!rows) return fail(to_error(context_, rows.error()));
        for (const auto& row : *rows) {
            if (text(row, "Interface") != interface_) continue;
            // The daemon then shows few of perhaps thousands.
            filter_ = {{"Name", row.at("Name")}, {"Server", row.at("Server")}};
            return Reading{Clock::now(), number(row, "OctetsIn"), number(row, "OctetsOut"),
                           number(row, "PacketsIn"), number(row, "PacketsOut")};
        }
        return fail(Errc::not_found,
                    "there is no session on '" + printable(interface_) + "' now; see: pppctl active");
    }

    Context& context_;
    std::string interface_;
    Dictionary filter_;
    std::unique_ptr<EventLoop> loop_;
    Timer timer_;
    Reading before_;
    Rates last_;
    std::uint32_t left_ = 0;
    std::optional<Error> failure_;
};

}  // namespace

Result<ros::Shown> watch_traffic(const Showing& showing, const ros::Action& action) {
    const auto argument = [&](const char* name) {
        const auto at = action.arguments.find(name);
        return at == action.arguments.end() ? std::string() : at->second;
    };
    auto& context = showing.context;
    const bool one = context.json || !showing.live || !argument("once").empty();
    auto data = Json::array();
    std::optional<Capture> captured;
    if (!showing.live) captured.emplace();
    for (const auto& name : action.names) {
        PPP_TRY(const auto rates,
                Traffic(context, name).run(one ? 1 : seconds_of(argument("duration")), !context.json));
        data.push_back({{"name", name},
                        {"rx-bits-per-second", rates.rx_bits},
                        {"tx-bits-per-second", rates.tx_bits},
                        {"rx-packets-per-second", rates.rx_packets},
                        {"tx-packets-per-second", rates.tx_packets}});
    }
    if (context.json) return ros::Shown{{}, data.dump()};
    auto text = captured ? captured->text() : std::string();
    if (!text.empty()) text.pop_back();
    return ros::Shown{text, {}};
}

}  // namespace ppp::ctl
