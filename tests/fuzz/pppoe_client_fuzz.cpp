// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Scripts of frames and time against a PPPoE client: it is ready only after a PADS that matches its
/// PADR, ends once, and gives no session up in silence.
///
/// Script: (operation, argument, length, octets)*; half of the operations make a frame that is nearly right.
#include "oracle.hpp"
#include "support/pppoe_world.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace ppp::wire::pppoe;
using test::kAcMac;
using test::kHostMac;
using test::kStrangerMac;
using test::require;

namespace {
struct Run : test::PppoeWorld {
    explicit Run(std::uint8_t flags) {
        PppoeClientConfig config{.interface = "eth1"};
        if (flags & 1) config.service_name = "tv";
        if (flags & 2) config.ac_name = "ac";
        owner.attach_at_once = flags & 4;
        owner.drop_when_ready = flags & 8;
        auto made = std::make_unique<PppoeClient>(config, host_ports());
        client = made.get();
        owner.transport = std::move(made);
        client->start(owner);
    }

    void frame(std::uint8_t operation, std::uint8_t argument, wire::ByteView octets) {
        constexpr Code kCodes[]{Code::pado, Code::pads, Code::padt, Code::padi};
        const auto code = kCodes[operation & 3];
        const auto from = argument & 1 ? kStrangerMac : kAcMac;
        const auto to = argument & 2 ? kBroadcast : kHostMac;
        const auto id = static_cast<std::uint16_t>(argument & 4 ? 0 : argument & 8 ? 7 : 9);
        Builder b{to, from, code, code == Code::pads || code == Code::padt ? id : std::uint16_t{0}};
        if (!(argument & 16)) b.echo(Tag::host_uniq, last(code == Code::pado ? Code::padi : Code::padr));
        if (argument & 32) b.tag(Tag::ac_name, "ac").tag(Tag::service_name, "").tag(Tag::service_name, "tv");
        b.raw(octets);
        deliver(b.frame());
    }
    void deliver(wire::ByteView octets) {
        const bool was_ready = owner.ready != 0;
        const wire::Bytes copy(octets.begin(), octets.end());
        const auto asked = last(Code::padr);
        const auto asked_id = count(Code::padr) ? asked.find(Tag::host_uniq) : std::nullopt;
        const auto opened = host_pppox.sessions.size();
        auto tap = std::exchange(segment.tap, nullptr);  // `frames` has what the tested end sends
        segment.inject(copy);
        segment.tap = std::move(tap);
        time.advance(std::chrono::microseconds(100));
        if (was_ready || owner.ready == 0) return;
        const auto pads = decode(copy);
        require(pads && pads->code == Code::pads && pads->session_id != 0 && pads->session_id != 0xffff);
        require(asked_id && pads->has(Tag::host_uniq, *asked_id) && pads->source == asked.destination);
        require(pads->destination == kHostMac && !pads->failure());
        require(host_pppox.sessions.size() == opened + 1);
        require(host_pppox.sessions.back().session_id == pads->session_id);
    }
    void check() const {
        require(owner.ready <= 1 && owner.lost <= 1);
        require(host_pppox.sessions.size() <= 1);
        require(count(Code::padi) <= 8);
        if (!owner.transport) return;
        const auto state = client->state();
        require((state == DiscoveryState::ended) == (owner.lost == 1 || stopped));
        require(state != DiscoveryState::connected || owner.ready == 1);
    }

    test::LinkOwner owner;
    PppoeClient* client = nullptr;
    bool stopped = false;
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    wire::Reader script{{data, size}};
    Run run(script.u8());
    for (int steps = 0; steps < 64 && !script.empty(); ++steps) {
        const auto operation = script.u8();
        const auto argument = script.u8();
        const auto octets = script.take(std::min<std::size_t>(script.u8(), script.rest().size()));
        switch (operation % 12) {
            case 8:
                run.time.advance(std::chrono::milliseconds(argument * 20));
                break;
            case 9:
                run.deliver(octets);
                break;
            case 10: {  // a session frame
                wire::Writer w;
                w.bytes(kHostMac).bytes(kAcMac).u16(kSessionEtherType).u16(0x1100).u16(argument & 1 ? 7 : 9);
                w.u16(static_cast<std::uint16_t>(octets.size() + 2)).u16(0xc021).bytes(octets);
                run.deliver(w.view());
                break;
            }
            case 11:
                if (!run.owner.transport) break;
                if (argument & 1) run.client->attached();
                if (argument & 2) {
                    run.client->stop();
                    run.stopped = true;
                }
                if (argument == 4) run.host_ether.set_up("eth1", false);
                break;
            default:
                run.frame(operation, argument, octets);
        }
        run.check();
    }
    run.time.advance(std::chrono::hours(1));
    run.check();
    // An attempt ends: connected, lost or stopped, never in between.
    require(run.owner.ready + run.owner.lost >= 1 || run.stopped);
    return 0;
}
