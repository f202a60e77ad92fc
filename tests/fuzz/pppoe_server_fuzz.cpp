// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Scripts of frames and time against a PPPoE server: no session without a cookie that was given to
/// that host, never two for one cookie, and what is counted is what exists.
///
/// Script: (operation, argument, length, octets)*; most operations make a frame that is nearly right.
#include <set>
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
    explicit Run(std::uint8_t flags) : server("lan0", ac_ports(), acceptor, buckets, {.delayed_offers = 4}) {
        acceptor.refuses = flags & 1;
        PppoeService any{.server = "any", .ac_name = "ac", .max_sessions = flags & 2 ? 3U : 0U};
        any.one_session_per_host = flags & 4;
        if (flags & 8) any.pado_delay = std::chrono::milliseconds(50);
        server.set_service(any);
        server.set_service({.server = "tv", .service_name = "tv", .ac_name = flags & 16 ? "ac" : "bc"});
        require(server.listen().has_value());
    }

    void frame(std::uint8_t operation, std::uint8_t argument, wire::ByteView octets) {
        constexpr Code kCodes[]{Code::padi, Code::padr, Code::padt, Code::padr};
        const auto code = kCodes[operation & 3];
        const auto from = argument & 1 ? kStrangerMac : kHostMac;
        const auto to = argument & 2 ? kBroadcast : kAcMac;
        std::uint16_t id = 0;
        if (code == Code::padt) id = last(Code::pads).session_id;
        Builder b{to, from, code, id};
        if (argument & 4) b.tag(Tag::service_name, argument & 8 ? "tv" : "");
        if (argument & 16) b.tag(Tag::host_uniq, "u");
        if (!(argument & 32) && code == Code::padr && !frames.empty()) {
            // The cookie of one of the last PADOs, whoever got it.
            const auto& some = frames[frames.size() - 1 - argument / 64 % frames.size()];
            b.echo(Tag::ac_cookie, *decode(some));
        }
        b.raw(octets);
        deliver(b.frame());
    }
    void deliver(wire::ByteView octets) {
        const wire::Bytes copy(octets.begin(), octets.end());
        const auto before = ac_pppox.sessions.size();
        auto tap = std::exchange(segment.tap, nullptr);  // `frames` has what the tested end sends
        segment.inject(copy);
        segment.tap = std::move(tap);
        time.advance(std::chrono::microseconds(100));
        if (ac_pppox.sessions.size() == before) return;
        require(ac_pppox.sessions.size() == before + 1);
        const auto padr = decode(copy);
        require(padr && padr->code == Code::padr && padr->destination == kAcMac);
        const auto cookie = padr->find(Tag::ac_cookie);
        require(cookie.has_value());
        bool given = false;
        for (const auto& sent : frames) {
            const auto pado = decode(sent);
            given |= pado->code == Code::pado && pado->source == kAcMac &&
                     pado->destination == padr->source && pado->has(Tag::ac_cookie, *cookie);
        }
        require(given);
        require(spent.insert(wire::Bytes(cookie->begin(), cookie->end())).second);
    }
    void check() {
        std::uint64_t alive = 0;
        std::set<std::uint64_t> keys;
        for (const auto& session : acceptor.sessions) {
            const auto& owner = session->owner;
            require(owner.ready <= 1 && owner.lost <= 1);
            if (!owner.transport || owner.lost || stopped.contains(owner.transport.get())) continue;
            ++alive;
            const auto& info = owner.transport->info();
            require(info.session_id != 0 && info.session_id != 0xffff);
            require(keys.insert(SessionIds::key(info.peer_mac, info.session_id)).second);
        }
        const auto any = server.counters("any"), tv = server.counters("tv");
        require(any.sessions + tv.sessions == alive);
        std::uint64_t load = 0;
        for (auto n : buckets.load()) load += n;
        require(load == alive);
    }

    test::Acceptor acceptor{time};
    PppoeBuckets buckets;
    PppoeServer server;
    std::set<wire::Bytes> spent;
    std::set<const Transport*> stopped;
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
                run.time.advance(std::chrono::milliseconds(argument * 300));
                break;
            case 9:
                run.deliver(octets);
                break;
            case 10: {
                if (run.acceptor.sessions.empty()) break;
                auto& session = *run.acceptor.sessions[argument / 2 % run.acceptor.sessions.size()];
                if (!session.owner.transport) break;
                if (argument & 1) {
                    session.owner.transport->stop();
                    run.stopped.insert(session.owner.transport.get());
                } else {
                    run.stopped.erase(session.owner.transport.get());
                    session.owner.transport.reset();
                }
                break;
            }
            case 11:
                if (argument & 1) run.ac_pppox.busy = 1;
                if (argument & 2) run.ac_pppox.fail_next({Errc::system, ENOMEM, "no memory"});
                run.acceptor.admits = !(argument & 4);
                break;
            default:
                run.frame(operation, argument, octets);
        }
        run.time.advance(std::chrono::microseconds(100));
        run.check();
    }
    run.time.advance(std::chrono::hours(1));
    run.check();
    return 0;
}
