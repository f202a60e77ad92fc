// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/pptp_gate.hpp"
#include <fmt/format.h>
#include "aaa/address_range.hpp"

namespace ppp::session {
namespace {
using namespace std::chrono_literals;

// An address that the machine has not got yet, or a port that another program has.
constexpr Duration kListenAgain = 5s;

}  // namespace

PptpGate::PptpGate(Ports& ports, const link::PptpPorts& pptp, Gate::Owner& owner)
    : ports_(ports), owner_(owner), pptp_(pptp, static_cast<link::PptpAcceptor&>(*this)) {}

void PptpGate::open(const ServerConfigs& servers) {
    relisten_ = {};
    if (servers.empty()) {
        name_.clear();
        problem_.clear();
        return pptp_.close();
    }
    const auto& [name, server] = *servers.begin();
    const auto address =
        aaa::parse_ipv4(std::get<config::PptpServer>(server.object).bind_address).value_or(0);
    if (address != address_) pptp_.close();
    name_ = name;
    address_ = address;
    if (!pptp_.listening()) listen();
    owner_.gate_changed(name_);
}

void PptpGate::listen() {
    const auto result = pptp_.listen(address_);
    const auto problem = result ? std::string() : result.error().what;
    const auto text = result ? fmt::format("server {}: listening on TCP port {} of {}", name_, 1723,
                                           address_ == 0 ? "every address" : aaa::format_ipv4(address_))
                             : fmt::format("server {}: not listening: {}", name_, problem);
    if (result || problem != problem_) ports_.log.with("PPP_OBJECT", name_).notice(text);
    problem_ = problem;
    if (result) return;
    relisten_ = ports_.time.after(kListenAgain, [this] {
        listen();
        owner_.gate_changed(name_);
    });
}

bool PptpGate::admit(std::uint32_t host) { return !name_.empty() && owner_.admit(name_, host); }

void PptpGate::accept(std::unique_ptr<link::Transport> transport) {
    owner_.accept(std::move(transport), name_);
}

Result<std::unique_ptr<link::Transport>> PptpGate::take_over(const std::string& server,
                                                             const link::KeptLink& link, Fd control) {
    if (server != name_)
        return fail(Errc::config, fmt::format("server '{}' was removed or disabled", server));
    return pptp_.take_over(link, std::move(control));
}

void PptpGate::describe(const std::string&, ServerStatus& out) const {
    out.problem = problem_;
    out.listening = pptp_.listening();
    out.rate_limited = pptp_.counters().rate_limited;
    out.refused = pptp_.counters().refused + pptp_.counters().turned_away;
}

void PptpGate::add_to(Statistics& statistics) const {
    statistics.rate_limited += pptp_.counters().rate_limited;
    statistics.refused += pptp_.counters().refused + pptp_.counters().turned_away;
}

}  // namespace ppp::session
