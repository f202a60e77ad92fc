// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/dispatcher/dispatcher.hpp"
#include <fmt/format.h>
#include "base/quoted.hpp"

namespace ppp::dispatcher {
namespace {

using namespace std::chrono_literals;
constexpr Duration kReportPause = 1s;  // events that are dropped in a burst are one warning
constexpr Duration kKillTime = 1s;     // of the patience of stop(), between SIGTERM and the end
constexpr Duration kQuiet = 200ms;     // the last signals of a daemon that stops may still be on their way

}  // namespace

Dispatcher::Dispatcher(EventLoop& loop, Log log, Trust trust, Limits limits)
    : loop_(loop), log_(std::move(log)), trust_(std::move(trust)), limits_(limits) {}

Dispatcher::~Dispatcher() = default;

Log Dispatcher::log(const Event& event) const {
    return log_.with("PPP_OBJECT", event.object)
        .with("PPP_SESSION", std::to_string(event.session))
        .with("PPP_INTERFACE", event.interface);
}

void Dispatcher::add(Event event) {
    if (over_) return count_dropped(1);
    if (queue_.size() == limits_.queue) drop_oldest();
    const auto key = next_++;
    auto& lane = lanes_[event.interface];
    lane.waiting.push_back(key);
    if (!lane.busy && lane.waiting.size() == 1) ready_.insert(key);
    queue_.emplace(key, std::move(event));
    begin_some();
}

void Dispatcher::drop_oldest() {
    const auto oldest = queue_.begin();
    // The oldest of all is the first of its interface.
    const auto lane = lanes_.find(oldest->second.interface);
    lane->second.waiting.pop_front();
    ready_.erase(oldest->first);
    if (!lane->second.waiting.empty()) {
        if (!lane->second.busy) ready_.insert(lane->second.waiting.front());
    } else if (!lane->second.busy) {
        lanes_.erase(lane);
    }
    queue_.erase(oldest);
    count_dropped(1);
}

void Dispatcher::count_dropped(std::size_t events) {
    dropped_ += events;
    unreported_ += events;
    if (!report_.armed()) report_ = loop_.after(kReportPause, [this] { report_dropped(); });
}

void Dispatcher::report_dropped() {
    report_ = {};
    if (unreported_ == 0) return;
    log_.warning(fmt::format(
        "{} events were dropped, the oldest first, and nothing was run for them: {}", unreported_,
        stopping_ ? std::string("the service stops")
                  : fmt::format("more than {} were waiting; the programs take too long", limits_.queue)));
    unreported_ = 0;
}

void Dispatcher::begin_some() {
    while (jobs_.size() < limits_.programs && !ready_.empty()) begin(*ready_.begin());
}

void Dispatcher::begin(std::uint64_t key) {
    ready_.erase(key);
    auto node = queue_.extract(key);
    auto& event = node.mapped();
    const auto interface = event.interface;
    auto& lane = lanes_.at(interface);
    lane.waiting.pop_front();
    lane.busy = true;
    Job job{.event = std::move(event), .environment = {}, .left = {}, .child = nullptr};
    std::vector<std::string> problems;
    auto programs = programs_of(job.event, trust_, problems);
    for (const auto& problem : problems)
        log(job.event).warning(fmt::format("not run for {} of {}: {}", job.event.word(), interface, problem));
    if (!programs.empty()) job.environment = environment(job.event);
    job.left.assign(std::move_iterator(programs.begin()), std::move_iterator(programs.end()));
    jobs_.emplace(interface, std::move(job));
    next_program(interface);
}

void Dispatcher::next_program(const std::string& interface) {
    auto& job = jobs_.at(interface);
    while (!job.left.empty()) {
        const auto arguments = std::move(job.left.front());
        job.left.pop_front();
        if (run(job, arguments)) return;
    }
    finished(interface);
}

bool Dispatcher::run(Job& job, const Arguments& arguments) {
    const auto& event = job.event;
    const auto refuse = [&](const Error& why) {
        log(event).warning(fmt::format("not run for {} of {}: {}", event.word(), event.interface, why.what));
        return false;
    };
    if (auto trusted = check_program(arguments.front(), trust_); !trusted) return refuse(trusted.error());
    auto child = Child::start(
        loop_, log(event), arguments, job.environment, limits_.program,
        [this, interface = event.interface, name = arguments.front()](const std::string& problem) {
            auto& mine = jobs_.at(interface);
            if (!problem.empty())
                log(mine.event)
                    .warning(fmt::format("{} for {} of {} {}", quoted(name, kShown), mine.event.word(),
                                         interface, problem));
            ended_.push_back(std::move(mine.child));
            sweep_ = loop_.after(0s, [this] { ended_.clear(); });
            next_program(interface);
            begin_some();
            check_stopped();
        });
    if (!child) {
        auto why = child.error();
        why.what = quoted(arguments.front(), kShown) + " " + why.what;
        return refuse(why);
    }
    log(event).debug(fmt::format("{} runs for {} of {}", quoted(arguments.front(), kShown), event.word(),
                                 event.interface));
    job.child = std::move(*child);
    return true;
}

void Dispatcher::finished(const std::string& interface) {
    const auto node = jobs_.extract(interface);
    const auto lane = lanes_.find(node.key());
    lane->second.busy = false;
    if (lane->second.waiting.empty())
        lanes_.erase(lane);
    else
        ready_.insert(lane->second.waiting.front());
}

void Dispatcher::stop(Duration patience, Callback<void()> done) {
    if (stopping_) return out_of_time();  // asked twice: now
    stopping_ = true;
    stopped_ = std::move(done);
    patience_ = loop_.after(patience > kKillTime ? patience - kKillTime : Duration::zero(),
                            [this] { out_of_time(); });
    check_stopped();
}

void Dispatcher::out_of_time() {
    over_ = true;
    count_dropped(queue_.size());
    queue_.clear();
    ready_.clear();
    for (auto& [interface, lane] : lanes_) lane.waiting.clear();
    for (auto& [interface, job] : jobs_) {
        job.left.clear();
        if (job.child) job.child->end("was killed: the service stops");
    }
    // Whatever ignores SIGTERM dies with its Child.
    patience_ = loop_.after(kKillTime, [this] {
        jobs_.clear();
        check_stopped();
    });
    check_stopped();
}

void Dispatcher::check_stopped() {
    if (!stopping_ || !stopped_ || !jobs_.empty() || !queue_.empty()) return;
    // Not at once: a child may be calling.
    quiet_ = loop_.after(over_ ? Duration::zero() : kQuiet, [this] {
        if (!jobs_.empty() || !queue_.empty()) return;
        patience_ = {};
        report_dropped();
        std::exchange(stopped_, {})();
    });
}

}  // namespace ppp::dispatcher
