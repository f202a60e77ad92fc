// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/serial_gate.hpp"
#include <fmt/format.h>
#include <utility>
#include "session/serial_dialler.hpp"

namespace ppp::session {
namespace {
using namespace std::chrono_literals;

// A modem that did not answer is off, or hears nothing yet: nobody tells when that is over.
constexpr Duration kAskAgain = 30s;
}  // namespace

SerialGate::SerialGate(Ports& ports, link::SerialLines& lines, Gate::Owner& owner)
    : ports_(ports), lines_(lines), owner_(owner) {}

void SerialGate::open(const ServerConfigs& servers) {
    auto before = std::exchange(served_, {});
    for (const auto& [name, server] : servers) {
        const auto& object = std::get<config::PppServer>(server.object);
        const auto known = before.find(name);
        if (known != before.end() && known->second.config == object) {
            served_.emplace(name, std::move(known->second));
            continue;
        }
        auto& served = served_[name];
        served.config = object;
        const auto device = link::serial_device(object.port, object.data_channel);
        if (device)
            served.device = *device;
        else
            served.problem = device.error().what;
        // A session on the same port goes on.
        served.busy = known != before.end() && known->second.busy && known->second.device == served.device;
    }
    // Lines that wait for what is not served any more are closed before others are opened.
    before.clear();
    for (auto& [name, served] : served_) {
        if (!served.device.empty() && !served.watched)
            served.watched =
                lines_.ttys().on_change(served.device, [this, server = name] { device_changed(server); });
        // Not before a session of an earlier process has had its chance to take its line back.
        if (!served.line && !served.busy)
            served.again = ports_.time.after({}, [this, server = name] { wait(server); });
    }
}

void SerialGate::device_changed(const std::string& server) {
    const auto& served = served_.at(server);
    // A line that could not be used is asked again in its time, however often it is closed meanwhile.
    if (!served.again.armed() || lines_.obstacle(served.device)) wait(server);
}

void SerialGate::wait(const std::string& server) {
    const auto at = served_.find(server);
    if (at == served_.end()) return;
    auto& served = at->second;
    if (served.busy || served.line) return;
    if (served.device.empty()) return stopped(server, std::string(served.problem));
    served.again = {};
    if (auto why = lines_.obstacle(served.device)) return stopped(server, *why);
    served.line = std::make_unique<link::SerialLine>(lines_, ports_.time, log(server), plan(served));
    served.line->await_call([this, server](const Result<>& result) { called(server, result); });
    if (!served.told)
        log(server).notice(fmt::format("server {}: waiting for {} on {}", server,
                                       served.config.null_modem ? "a peer" : "calls", served.device));
    served.told = true;
    served.problem.clear();
    owner_.gate_changed(server);
}

void SerialGate::called(const std::string& server, const Result<>& result) {
    auto& served = served_.at(server);
    auto line =
        std::move(served.line);  // its caller: it lives on in a session, or is destroyed from the loop
    if (result && owner_.admit(server, 0)) {
        served.busy = true;
        owner_.accept(std::move(line), server);
        return owner_.gate_changed(server);
    }
    // A caller who gave up says nothing against the modem: the next one is waited for.
    const bool ready = line->was_ready();
    served.again =
        ports_.time.after(ready ? Duration{} : kAskAgain, [this, server, line = std::move(line)]() mutable {
            line.reset();
            wait(server);
        });
    if (result) return;
    if (!ready) return stopped(server, result.error().what);
    log(server).notice(fmt::format("server {}: a call came to nothing: {}", server, result.error().what));
}

void SerialGate::stopped(const std::string& server, const std::string& problem) {
    auto& served = served_.at(server);
    if (!served.told || served.problem != problem)
        log(server).notice(fmt::format("server {}: not waiting for a peer: {}", server, problem));
    served.told = false;
    served.problem = problem;
    owner_.gate_changed(server);
}

void SerialGate::left(const link::LinkInfo& link) {
    for (auto& [name, served] : served_) {
        if (served.device != link.interface) continue;
        served.busy = false;
        // The session and its line end first.
        served.again = ports_.time.after({}, [this, server = name] { wait(server); });
    }
}

Result<std::unique_ptr<link::Transport>> SerialGate::take_over(const std::string& server,
                                                               const link::KeptLink& link, Fd control) {
    const auto at = served_.find(server);
    if (at == served_.end() || at->second.device != link.info.interface) {
        lines_.bury(link.info.interface, std::move(control));
        return fail(Errc::config, fmt::format("server '{}' was removed, disabled or moved", server));
    }
    auto& served = at->second;
    served.line.reset();
    served.again = {};
    served.busy = true;
    return std::unique_ptr<link::Transport>(std::make_unique<link::SerialLine>(
        lines_, ports_.time, log(server), plan(served), std::move(control)));
}

link::SerialPlan SerialGate::plan(const Served& served) const {
    link::SerialPlan out;
    out.device = served.device;
    out.tty = {.baud_rate = served.config.baud_rate, .modem = !served.config.null_modem};
    if (!served.config.null_modem) {
        out.chat = link::ready_steps(served.config.modem_init);
        out.answer = link::answer_steps(served.config.ring_count);
    }
    out.max_mru = serial_mru(served.config.max_mtu, served.config.max_mru);
    return out;
}

void SerialGate::describe(const std::string& server, ServerStatus& out) const {
    const auto& served = served_.at(server);
    out.problem = served.problem;
    out.listening = served.line != nullptr || served.busy;
}

}  // namespace ppp::session
