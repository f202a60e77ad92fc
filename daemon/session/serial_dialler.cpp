// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/serial_dialler.hpp"
#include <fmt/format.h>
#include <algorithm>

namespace ppp::session {

std::uint16_t serial_mru(std::optional<std::uint16_t> max_mtu, std::optional<std::uint16_t> max_mru) {
    constexpr std::uint16_t kUsual = 1500;
    return std::max(max_mtu.value_or(kUsual), max_mru.value_or(kUsual));
}

SerialDialler::SerialDialler(std::string name, config::PppClient config, Ports& ports,
                             link::SerialLines& lines)
    : name_(std::move(name)),
      config_(std::move(config)),
      ports_(ports),
      lines_(lines),
      device_(link::serial_device(config_.port, config_.data_channel)) {
    if (const auto* pin = config_.pin.text(); pin && device_)
        pin_ = link::pin_digest(*device_, pin->reveal());
}

void SerialDialler::watch(Owner& owner) {
    if (!device_ || config_.disabled) return;
    watched_ = lines_.ttys().on_change(*device_, [&owner] { owner.obstacle_changed(); });
}

std::optional<Dialler::Obstacle> SerialDialler::obstacle() {
    if (!device_) return Obstacle{.sentence = device_.error().what, .gone = true};
    // Our own line is in nobody's way, and its end is told by the line itself.
    if (!line_.expired()) return std::nullopt;
    if (!config_.null_modem && lines_.refused(pin_))
        return Obstacle{
            .sentence = fmt::format(
                "the SIM card has refused the pin of client {}, and may be locked by another try: "
                "set the right one",
                name_)};
    if (!config_.null_modem && config_.phone.empty() && config_.apn.empty())
        return Obstacle{.sentence = fmt::format("client {} has nothing to dial: set its phone or its apn, or "
                                                "null-modem=yes for a cable",
                                                name_)};
    if (auto why = lines_.obstacle(*device_)) return Obstacle{.sentence = std::move(*why)};
    return std::nullopt;
}

link::SerialPlan SerialDialler::plan() {
    link::SerialPlan out;
    out.device = *device_;
    out.tty = {.baud_rate = config_.baud_rate, .modem = !config_.null_modem};
    if (!config_.null_modem) {
        const auto* pin = config_.pin.text();
        out.chat = link::dial_steps({.init = config_.modem_init,
                                     .pin = pin ? std::string(pin->reveal()) : std::string(),
                                     .apn = config_.apn,
                                     .command = config_.dial_command,
                                     .phone = config_.phone});
    }
    out.max_mru = serial_mru(config_.max_mtu, config_.max_mru);
    out.pin = pin_;
    out.token = std::make_shared<char>();
    line_ = out.token;
    return out;
}

std::unique_ptr<link::Transport> SerialDialler::dial() {
    return std::make_unique<link::SerialLine>(lines_, ports_.time, log(), plan());
}

std::unique_ptr<link::Transport> SerialDialler::resume(const link::KeptLink&, Fd control) {
    return std::make_unique<link::SerialLine>(lines_, ports_.time, log(), plan(), std::move(control));
}

bool SerialDialler::made(const link::LinkInfo& link) const {
    return link.kind == link::LinkKind::serial && device_ && link.interface == *device_;
}

}  // namespace ppp::session
