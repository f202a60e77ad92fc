// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Scripts of frames and time against a scan: one answer at the time it was promised, with exactly the
/// services that were offered to it, in order, each once and fit to be shown; and nothing but PADIs is sent.
///
/// Script: flags, then (operation, argument, length, octets)*; half of the operations make a frame that is
/// nearly right.
#include <set>
#include "fuzz/oracle.hpp"
#include "link/pppoe_scanner.hpp"
#include "support/pppoe_world.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace ppp::wire::pppoe;
using namespace std::chrono_literals;
using test::kAcMac;
using test::kHostMac;
using test::kStrangerMac;
using test::require;

namespace {
constexpr std::size_t kMaxRows = 512, kMaxText = 256 * 4 + 3;

struct Run : test::PppoeWorld {
    explicit Run(std::uint8_t flags) : drop_when_done(flags & 1), refused(flags & 2) {
        tap = [this](wire::ByteView frame) { sent(frame); };
        segment.tap = tap;
        if (refused) host_ether.fail_next_open({Errc::system, EMFILE, "no descriptors"});
        host_ether.fail_sends = flags & 4;
        // Never the very moment at which a frame arrives.
        length = std::chrono::seconds(flags >> 4) + 37us;
        begin = time.now();
        auto ports = host_ports();
        ports.log = &log;
        scanner = std::make_unique<PppoeScanner>("eth1", length, ports, [this](auto result) {
            ++done;
            answer = std::move(result);
            ended = time.now();
            if (drop_when_done) scanner.reset();
        });
        require(done == 0);
    }

    void sent(wire::ByteView frame) {
        require(done == 0 && scanner_lives());
        const auto padi = decode(frame);
        require(padi && padi->code == Code::padi && padi->source == kHostMac &&
                padi->destination == kBroadcast && padi->session_id == 0);
        const auto uniq = padi->find(Tag::host_uniq), service = padi->find(Tag::service_name);
        require(uniq && uniq->size() == 8 && service && service->empty());
        if (host_uniq.empty()) host_uniq.assign(uniq->begin(), uniq->end());
        require(std::ranges::equal(*uniq, host_uniq));
        // At 0, 1, 3, 7 ... seconds.
        require(time.now() - begin == ((1 << padis++) - 1) * 1s);
    }
    /// During its constructor too.
    [[nodiscard]] bool scanner_lives() const { return scanner || padis == 0; }

    void frame(std::uint8_t operation, std::uint8_t argument, wire::ByteView octets) {
        constexpr Code kCodes[]{Code::pado, Code::pado, Code::pads, Code::padt};
        const auto code = kCodes[operation & 3];
        const auto from = argument & 1 ? kStrangerMac : kAcMac;
        const auto to = argument & 2 ? kBroadcast : kHostMac;
        Builder b{to, from, code, code == Code::pado ? std::uint16_t{0} : std::uint16_t{7}};
        if (!(argument & 4)) b.tag(Tag::host_uniq, host_uniq);
        if (argument & 8) b.tag(Tag::ac_name, "ac");
        if (argument & 16) b.tag(Tag::service_name, std::string_view{});
        if (argument & 32) b.tag(Tag::service_name, octets).tag(Tag::ac_cookie, "c");
        if (argument & 64) b.tag(Tag::ac_name, octets);
        if (argument & 128) b.raw(octets);
        deliver(b.frame());
    }
    /// More offers than a scan keeps.
    void flood(std::uint8_t argument) {
        for (int i = 0; i < 12; ++i) {
            Builder b{kHostMac, kAcMac, Code::pado};
            b.tag(Tag::host_uniq, host_uniq).tag(Tag::ac_name, "flood");
            for (int n = 0; n < 60; ++n) {
                const std::uint8_t name[]{'f', argument, static_cast<std::uint8_t>(i),
                                          static_cast<std::uint8_t>(n)};
                b.tag(Tag::service_name, wire::ByteView(name));
            }
            deliver(b.frame());
        }
    }
    void deliver(wire::ByteView octets) {
        const wire::Bytes copy(octets.begin(), octets.end());
        if (time.now() + 100us < begin + length && hears()) note(copy);
        segment.tap = nullptr;  // `sent` is for what the tested end sends
        segment.inject(copy);
        segment.tap = tap;
        time.advance(100us);
    }
    [[nodiscard]] bool hears() const { return scanner && done == 0 && host_ether.open_ports() != 0; }
    /// What a scan must make of this frame.
    void note(wire::ByteView octets) {
        const auto pado = decode(octets);
        if (!pado || pado->code != Code::pado || pado->destination != kHostMac || host_uniq.empty() ||
            !pado->has(Tag::host_uniq, host_uniq))
            return;
        const auto name = pado->find(Tag::ac_name);
        if (!name) return;
        wire::TlvCursor<wire::kPppoeTag> tags{pado->tags};
        while (tags.next())
            if (tags.tlv().type == static_cast<std::uint16_t>(Tag::service_name))
                offered.insert({wire::escape(tags.tlv().value), pado->source, wire::escape(*name)});
    }

    void check() const {
        require(done <= 1);
        require(host_ether.open_ports() == (scanner && done == 0 && !refused ? 1U : 0U));
        if (done == 0) return require(!scanner || time.now() < begin + length || dropped);
        if (!answer) return require(broken || refused);
        require(ended == begin + length && !broken && !refused);
        require(answer->size() <= kMaxRows);
        for (std::size_t i = 0; i < answer->size(); ++i) {
            const auto& row = (*answer)[i];
            require(i == 0 || (*answer)[i - 1] < row);
            require(offered.contains(row));
            require(test::is_plain(row.service) && test::is_plain(row.ac_name));
            require(row.service.size() <= kMaxText && row.ac_name.size() <= kMaxText);
        }
        if (offered.size() > kMaxRows) return;
        for (const auto& row : offered) {
            const bool repeats =
                row.service.empty() && std::ranges::any_of(offered, [&](const ScannedService& other) {
                    return !other.service.empty() && other.mac == row.mac && other.ac_name == row.ac_name;
                });
            require(std::ranges::binary_search(*answer, row) == !repeats);
        }
    }

    test::PlainSink sink;  // somebody reads the packets' descriptions
    Log log{sink};
    std::function<void(wire::ByteView)> tap;
    Duration length{};
    TimePoint begin, ended;
    wire::Bytes host_uniq;
    int padis = 0, done = 0;
    bool drop_when_done, dropped = false;
    bool refused;         // the interface could not be opened
    bool broken = false;  // the interface went away under the scan
    std::set<ScannedService> offered;
    Result<std::vector<ScannedService>> answer;
    std::unique_ptr<PppoeScanner> scanner;  // the last: nothing it calls is gone before it
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
            case 10:
                run.flood(argument);
                break;
            case 11:
                if (argument == 1) {
                    run.broken = run.broken || run.hears();
                    run.host_ether.set_up("eth1", false);
                }
                if (argument == 2) {
                    run.dropped = true;
                    run.scanner.reset();
                }
                break;
            default:
                run.frame(operation, argument, octets);
        }
        run.check();
    }
    run.time.advance(20s);
    run.check();
    // It answers, unless it was dropped before.
    require(run.done == 1 || run.dropped);
    return 0;
}
