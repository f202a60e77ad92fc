// SPDX-License-Identifier: GPL-2.0-or-later
/// @file A PPPoE client whose concentrator is a script, and a server whose hosts are.
#pragma once
#include <doctest/doctest.h>
#include "link/accepted_link.hpp"
#include "support/hex.hpp"
#include "support/pppoe_world.hpp"

namespace ppp::test {

using namespace ppp::wire::pppoe;
using namespace std::chrono_literals;

struct ScriptedClient : PppoeWorld {
    explicit ScriptedClient(link::PppoeClientConfig config = {.interface = "eth1"}) {
        auto made = std::make_unique<link::PppoeClient>(std::move(config), host_ports());
        client = made.get();
        owner.transport = std::move(made);
    }
    void start() {
        client->start(owner);
        pass(0ms);
    }
    /// What a concentrator would answer, addressed to the host and with its Host-Uniq.
    Builder answer(Code code, std::uint16_t session_id = 0, const link::MacAddress& from = kAcMac) {
        Builder b{kHostMac, from, code, session_id};
        b.echo(Tag::host_uniq, last(code == Code::pado ? Code::padi : Code::padr));
        return b;
    }
    void inject(Builder& b) {
        segment.inject(b.frame());
        pass(1ms);
    }
    void inject(Builder&& b) { inject(b); }
    Builder pado(const link::MacAddress& from = kAcMac) {
        auto b = answer(Code::pado, 0, from);
        b.tag(Tag::ac_name, "ac").tag(Tag::service_name, "");
        return b;
    }
    /// All the way to the session `id`.
    void connect(std::uint16_t id = 0x1234) {
        start();
        inject(pado().tag(Tag::ac_cookie, "cookie"));
        inject(answer(Code::pads, id).tag(Tag::service_name, ""));
    }
    wire::Bytes session_frame(std::uint16_t id, const link::MacAddress& from = kAcMac) {
        wire::Writer w;
        w.bytes(kHostMac).bytes(from).u16(kSessionEtherType).u16(0x1100).u16(id).u16(6);
        w.bytes(from_hex("c0 21 01 07 00 04"));
        return std::move(w).take();
    }

    LinkOwner owner;
    link::PppoeClient* client = nullptr;
};

inline link::PppoeService any_service() { return {.server = "isp", .ac_name = "ac"}; }

struct ScriptedServer : PppoeWorld {
    explicit ScriptedServer(std::vector<link::PppoeService> services = {any_service()},
                            link::PppoeServerLimits limits = {}) {
        server = std::make_unique<link::PppoeServer>("lan0", ac_ports(), acceptor, buckets, limits);
        for (auto& service : services) server->set_service(service);
        REQUIRE(server->listen());
    }
    void inject(wire::ByteView frame) {
        segment.inject(frame);
        pass(200us);
    }
    void inject(Builder& b) { inject(b.frame()); }
    void inject(Builder&& b) { inject(b.frame()); }
    Builder padi(std::string_view service = "", const link::MacAddress& host = kHostMac) {
        Builder b{kBroadcast, host, Code::padi};
        b.tag(Tag::service_name, service).tag(Tag::host_uniq, "uniq");
        return b;
    }
    /// The PADR that the newest PADO asks for.
    Builder padr(std::string_view service = "", const link::MacAddress& host = kHostMac) {
        Builder b{kAcMac, host, Code::padr};
        b.tag(Tag::service_name, service).tag(Tag::host_uniq, "uniq").echo(Tag::ac_cookie, last(Code::pado));
        return b;
    }
    /// PADI to PADS. @return the session id, 0 when there is none.
    std::uint16_t connect(std::string_view service = "", const link::MacAddress& host = kHostMac) {
        const auto before = count(Code::pads);
        inject(padi(service, host));
        inject(padr(service, host));
        pass(20ms);
        return count(Code::pads) > before ? last(Code::pads).session_id : std::uint16_t{0};
    }
    [[nodiscard]] link::PppoeServerCounters counters(const char* name = "isp") const {
        return server->counters(name);
    }
    LinkOwner& owner(std::size_t n) { return acceptor.sessions.at(n)->owner; }
    std::string failure(Code code = Code::pads) {
        const auto packet = last(code);
        const auto failed = packet.failure();
        return failed ? std::to_string(static_cast<int>(failed->tag)) + " " +
                            std::string(wire::chars(failed->text))
                      : "";
    }

    Acceptor acceptor{time};
    link::PppoeBuckets buckets;
    std::unique_ptr<link::PppoeServer> server;
};

}  // namespace ppp::test
