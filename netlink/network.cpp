// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink/network.hpp"
#include <arpa/inet.h>
#include <fmt/format.h>

namespace ppp::net {
namespace {

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

std::string text(const Address& a) {
    if (a.peer)
        return fmt::format("address {} peer {}/{}", to_string(a.local.address), to_string(*a.peer),
                           a.local.length);
    return "address " + to_string(a.local);
}

std::string text(const Route& r, std::string_view link) {
    std::string s = "route " + to_string(r.destination);
    if (r.gateway) s += " via " + to_string(*r.gateway);
    s += fmt::format(" dev {}", link);
    if (r.metric != 0) s += fmt::format(" metric {}", r.metric);
    if (r.table != kMainTable) s += fmt::format(" table {}", r.table);
    return s;
}

}  // namespace

Pending Network::one(Step step, Simple done) {
    std::vector<Step> batch;
    batch.push_back(std::move(step));
    return submit(std::move(batch), [call = std::move(done)](Outcome outcome) {
        if (outcome.ok()) return call({});
        call(fail(std::move(*outcome.error)));
    });
}

std::string to_string(const IpAddress& address) {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    ::inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.octets.data(), buffer.data(), buffer.size());
    return buffer.data();
}

std::string to_string(const Prefix& prefix) {
    return fmt::format("{}/{}", to_string(prefix.address), prefix.length);
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
    const std::string terminated(text);
    IpAddress address;
    if (terminated.size() != std::char_traits<char>::length(terminated.c_str())) return std::nullopt;
    if (::inet_pton(AF_INET, terminated.c_str(), address.octets.data()) == 1) return address;
    address = {.octets = {}, .v6 = true};
    if (::inet_pton(AF_INET6, terminated.c_str(), address.octets.data()) == 1) return address;
    return std::nullopt;
}

std::string describe(const Step& step, std::string_view link) {
    const std::string dev = link.empty() ? fmt::format("#{}", ifindex_of(step)) : std::string(link);
    return std::visit(
        Overloaded{[&](const LinkChange&) { return "link " + dev; },
                   [&](const Address& a) { return text(a) + " dev " + dev; },
                   [&](const Route& r) { return text(r, dev); },
                   [](const LinkGroup& g) { return fmt::format("links of group {}", g.group); }},
        step.object);
}

unsigned ifindex_of(const Step& step) {
    return std::visit(
        Overloaded{[](const LinkGroup&) { return 0U; }, [](const auto& o) { return o.ifindex; }},
        step.object);
}

}  // namespace ppp::net
