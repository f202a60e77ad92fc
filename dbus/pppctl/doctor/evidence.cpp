// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/doctor/evidence.hpp"
#include <algorithm>
#include "dbus/pppctl/doctor/finding.hpp"

namespace ppp::ctl::doctor {

std::size_t Report::count(Verdict verdict) const {
    return static_cast<std::size_t>(std::ranges::count(findings_, verdict, &Finding::verdict));
}

std::string_view verdict_name(Verdict verdict) {
    switch (verdict) {
        case Verdict::ok:
            return "ok";
        case Verdict::warning:
            return "warning";
        case Verdict::problem:
            return "problem";
    }
    return {};
}

const net::Link* Evidence::link(const std::string& name) const {
    const auto it = std::ranges::find(links, name, &net::Link::name);
    return it == links.end() ? nullptr : &*it;
}

const net::Link* Evidence::link(unsigned ifindex) const {
    const auto it = std::ranges::find(links, ifindex, &net::Link::ifindex);
    return it == links.end() ? nullptr : &*it;
}

bool Evidence::uses(std::string_view kind) const { return std::ranges::find(kinds, kind) != kinds.end(); }

std::optional<std::uint64_t> Evidence::sysctl(const std::string& path) const {
    const auto it = machine.sysctls.find(path);
    if (it == machine.sysctls.end()) return {};
    return it->second;
}

bool Evidence::runs(std::string_view program) const {
    return std::ranges::find(machine.processes, program, &Process::name) != machine.processes.end();
}

}  // namespace ppp::ctl::doctor
