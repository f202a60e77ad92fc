// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/pppoe_scanner.hpp"
#include <algorithm>
#include <iterator>
#include "wire/pppoe.hpp"

namespace ppp::link {
namespace {
using wire::escape;
using wire::pppoe::Code;
using wire::pppoe::Tag;
constexpr std::size_t kMaxFound = 512;  // a flood of PADOs fills no memory
}  // namespace

PppoeScanner::PppoeScanner(const std::string& interface, Duration length, PppoePorts ports, Done done)
    : ports_(ports), done_(std::move(done)), host_uniq_(ports.rng.octets<8>()) {
    auto port = ports_.ether.open(interface, {.want = EtherFilter::Want::host}, *this);
    if (!port) {
        timer_ = ports_.time.after({}, [this, error = std::move(port).error()] { finish(fail(error)); });
        return;
    }
    port_ = *std::move(port);
    timer_ = ports_.time.after(length, [this] { finish(rows()); });
    solicit(std::chrono::seconds(1));
}

void PppoeScanner::solicit(Duration next) {
    again_ = ports_.time.after(next, [this, next] { solicit(2 * next); });
    wire::pppoe::Builder padi{wire::pppoe::kBroadcast, port_->own_mac(), Code::padi};
    padi.tag(Tag::service_name, std::string_view{}).tag(Tag::host_uniq, host_uniq_);
    const auto sent = port_->send(padi.frame());
    ports_.trace_sent(padi.frame(), sent);
}

void PppoeScanner::on_ether_frame(wire::ByteView frame) {
    std::string_view why;
    const auto pado = wire::pppoe::decode(frame, &why);
    if (!pado) return ports_.trace_malformed(frame, why);
    if (pado->code != Code::pado || pado->destination != port_->own_mac() ||
        !pado->has(Tag::host_uniq, host_uniq_))
        return;
    ports_.trace_received(*pado);
    const auto name = pado->find(Tag::ac_name);
    if (!name) return ports_.trace_ignored(*pado, "no AC-Name");
    for (wire::TlvCursor<wire::kPppoeTag> c{pado->tags}; c.next();) {
        if (c.tlv().type != static_cast<std::uint16_t>(Tag::service_name)) continue;
        ScannedService row{escape(c.tlv().value), pado->source, escape(*name)};
        if (found_.size() < kMaxFound && std::ranges::find(found_, row) == found_.end())
            found_.push_back(std::move(row));
    }
}

std::vector<ScannedService> PppoeScanner::rows() const {
    std::vector<ScannedService> rows;
    std::ranges::copy_if(found_, std::back_inserter(rows), [this](const ScannedService& row) {
        // Who offers names serves those; the empty one only repeats what we asked for.
        return !row.service.empty() || std::ranges::none_of(found_, [&](const ScannedService& other) {
            return !other.service.empty() && other.mac == row.mac && other.ac_name == row.ac_name;
        });
    });
    std::ranges::sort(rows);
    return rows;
}

void PppoeScanner::on_ether_down(const Error& why) { finish(fail(why)); }

void PppoeScanner::finish(Result<std::vector<ScannedService>> result) {
    timer_.cancel();
    again_.cancel();
    port_.reset();
    const auto done = std::move(done_);
    done(std::move(result));  // may destroy this
}

}  // namespace ppp::link
