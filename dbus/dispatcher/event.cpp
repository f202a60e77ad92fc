// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/dispatcher/event.hpp"

namespace ppp::dispatcher {
namespace {
constexpr std::size_t kMaxValue = 1024;
}  // namespace

std::string cleaned(std::string_view text, std::size_t limit) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        const bool control = octet < 0x20 || octet == 0x7f;
        if (out.size() + (control ? 4 : 1) > limit) break;
        if (control)
            out += {'\\', 'x', digits[octet >> 4], digits[octet & 0xf]};
        else
            out += c;
    }
    return out;
}

std::vector<std::string> environment(const Event& event) {
    std::vector<std::string> out{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
    const auto add = [&](std::string name, std::string_view value) {
        out.push_back(std::move(name) + '=' + cleaned(value, kMaxValue));
    };
    std::string dns;
    for (const auto& server : event.dns) dns += (dns.empty() ? "" : " ") + server;
    const bool client = event.kind.ends_with("-client");

    add("PPP_EVENT", event.word());
    add("PPP_SESSION", std::to_string(event.session));
    add("PPP_KIND", event.kind);
    add("PPP_OBJECT", event.object);
    add("PPP_PROFILE", event.profile);
    add("PPP_USER", event.user);
    add("PPP_INTERFACE", event.interface);
    add("PPP_LOCAL_ADDRESS", event.local_address);
    add("PPP_REMOTE_ADDRESS", event.remote_address);
    add("PPP_CALLER_ID", event.caller_id);
    add("PPP_SERVICE", event.service);
    add("PPP_DNS", dns);
    add("PPP_MTU", std::to_string(event.mtu));
    // What scripts written for pppd(8) read, and for Debian's /etc/ppp/ip-up.
    for (const auto* name : {"IFNAME", "PPP_IFACE"}) add(name, event.interface);
    for (const auto* name : {"IPLOCAL", "PPP_LOCAL"}) add(name, event.local_address);
    for (const auto* name : {"IPREMOTE", "PPP_REMOTE"}) add(name, event.remote_address);
    add("PPP_IPPARAM", event.object);
    add("MACREMOTE", event.caller_id);
    // A client is told by nobody who its peer is; a peers file is the nearest thing to a configured client.
    add(client ? "CALL_FILE" : "PEERNAME", client ? event.object : event.user);
    for (std::size_t i = 0; i < event.dns.size(); ++i) add("DNS" + std::to_string(i + 1), event.dns[i]);
    if (event.up) return out;
    add("PPP_REASON", event.reason);
    add("PPP_DETAIL", event.detail);
    for (const auto* name : {"PPP_UPTIME", "CONNECT_TIME"}) add(name, std::to_string(event.uptime));
    for (const auto* name : {"PPP_OCTETS_IN", "BYTES_RCVD"}) add(name, std::to_string(event.octets_in));
    for (const auto* name : {"PPP_OCTETS_OUT", "BYTES_SENT"}) add(name, std::to_string(event.octets_out));
    return out;
}

}  // namespace ppp::dispatcher
