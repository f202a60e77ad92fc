// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What PppKernel promises about compressors and CCP, tried on the fake and on the kernel.
#include "contract/kernel_bench.hpp"
#include "wire/ccp_options.hpp"
#include "wire/control_packet.hpp"

namespace ppp::test {
namespace {
using kernel::CcpStage;
using kernel::Flow;
using wire::Code;

const Bytes kStateless{18, 6, 1, 0, 0, 0x40}, kStateful{18, 6, 0, 0, 0, 0x40}, kWeak{18, 6, 1, 0, 0, 0x20};

Bytes with_key(const Bytes& option, std::uint8_t key) {
    auto out = option;
    out.insert(out.end(), 16, key);
    return out;
}

/// Two units that agree on MPPE, as two ends of CCP would.
template <class World>
struct CodedBench : Bench<World> {
    std::uint8_t id = 0;

    CodedBench() {
        this->left.make_unit(this->world, {.name = "west", .mtu = 1488, .coding = true});
        this->right.make_unit(this->world, {.name = "east", .mtu = 1488, .coding = true});
        REQUIRE(this->left.unit);
        REQUIRE(this->right.unit);
        for (auto* end : {&this->left, &this->right}) {
            this->world.bring_up(end->unit->name());
            REQUIRE(end->unit->pass(kernel::NetworkProtocol::ipv4, true));
        }
    }
    static void ccp(End& end, Code code, std::uint8_t id, const Bytes& options) {
        wire::Writer frame;
        wire::put_control(frame, wire::Protocol::ccp, code, id, options);
        REQUIRE(end.unit->send(frame.view()));
    }
    /// One direction, from its receiver's Configure-Request to the sender's Configure-Ack.
    void agree(End& sender, End& receiver, const Bytes& option, std::uint8_t key, std::uint8_t other_key) {
        REQUIRE(receiver.unit->set_compressor(Flow::received, with_key(option, other_key)));
        const auto heard = sender.on_unit.frames.size();
        ccp(receiver, Code::configure_request, ++id, option);
        REQUIRE(this->world.wait([&] { return sender.on_unit.frames.size() > heard; }));
        REQUIRE(sender.unit->set_compressor(Flow::sent, with_key(option, key)));
        const auto told = receiver.on_unit.frames.size();
        ccp(sender, Code::configure_ack, id, option);
        REQUIRE(this->world.wait([&] { return receiver.on_unit.frames.size() > told; }));
    }
    void stage(CcpStage stage) {
        for (auto* end : {&this->left, &this->right}) REQUIRE(end->unit->set_ccp(stage));
    }
    /// Both directions, both up. @param wrong the right end deciphers with another key.
    void encrypt(const Bytes& option, bool wrong = false) {
        stage(CcpStage::open);
        agree(this->left, this->right, option, 1, wrong ? 9 : 1);
        agree(this->right, this->left, option, 2, 2);
        stage(CcpStage::required);
    }
    /// Packets that reach the right host of one that the left one sends.
    std::size_t through() {
        const auto before = this->world.received("east");
        this->world.transmit_ipv4("west", ipv4_packet());
        this->exchange_markers();
        return this->world.received("east") - before;
    }
    [[nodiscard]] std::size_t undecodable() const {
        return static_cast<std::size_t>(std::ranges::count_if(
            this->right.on_unit.frames, [](const Bytes& f) { return f[0] == 0x00 && f[1] == 0xfd; }));
    }
};
}  // namespace

TEST_CASE_TEMPLATE("a kernel says which methods it has when it is asked", World, FakeWorld, LinuxWorld) {
    Bench<World> bench;
    bench.left.make_unit(bench.world, {.name = "west", .coding = true});
    bench.right.make_unit(bench.world, {.name = "east"});
    REQUIRE(bench.left.unit);
    CHECK(bench.left.unit->methods() == kernel::CodingMethods{.mppe = true, .deflate = true, .bsd = true});
    CHECK(bench.right.unit->methods() == kernel::CodingMethods{});
}

TEST_CASE_TEMPLATE("a method that is none, or has no key, is refused", World, FakeWorld, LinuxWorld) {
    Bench<World> bench;
    bench.make_units();
    CHECK_FALSE(bench.left.unit->set_compressor(Flow::sent, Bytes{18}));
    CHECK_FALSE(bench.left.unit->set_compressor(Flow::sent, kStateless));
    CHECK(bench.left.unit->set_compressor(Flow::sent, with_key(kStateless, 1)));
}

TEST_CASE_TEMPLATE("MPPE is decoded where both ends have the same keys", World, FakeWorld, LinuxWorld) {
    CodedBench<World> bench;
    for (const auto& option : {kStateless, kStateful, kWeak}) {
        bench.encrypt(option);
        for (int i = 0; i < 3; ++i) CHECK(bench.through() == 1);
        CHECK(bench.undecodable() == 0);
    }
}

TEST_CASE_TEMPLATE("with another key at the other end packets are noise", World, FakeWorld, LinuxWorld) {
    CodedBench<World> bench;
    bench.encrypt(kStateless, true);
    const auto heard = bench.right.on_unit.frames.size();
    for (int i = 0; i < 10; ++i) CHECK(bench.through() == 0);
    CHECK(bench.right.on_unit.frames.size() >= heard + 5);
    CHECK(bench.undecodable() == 0);
}

TEST_CASE_TEMPLATE("data waits for `up` once a compressor runs", World, FakeWorld, LinuxWorld) {
    CodedBench<World> bench;
    CHECK(bench.through() == 1);
    bench.stage(CcpStage::open);
    CHECK(bench.through() == 1);
    bench.agree(bench.left, bench.right, kStateless, 1, 1);
    CHECK(bench.through() == 0);
    bench.stage(CcpStage::up);
    CHECK(bench.through() == 1);
    // Given back, nothing is compressed any more.
    bench.stage(CcpStage::closed);
    CHECK(bench.through() == 1);
    CHECK(bench.undecodable() == 0);
}

TEST_CASE_TEMPLATE("a Configure-Request or Terminate of the peer lets data out in the clear", World,
                   FakeWorld, LinuxWorld) {
    // Whatever required means: this is why it takes more than the kernel's flag.
    for (const auto code : {Code::configure_request, Code::terminate_request, Code::terminate_ack}) {
        CodedBench<World> bench;
        bench.encrypt(kStateless);
        CHECK(bench.through() == 1);
        // The right end decodes nothing now: what arrives arrived as plaintext.
        REQUIRE(bench.right.unit->set_ccp(CcpStage::closed));
        CHECK(bench.through() == 0);
        const auto heard = bench.left.on_unit.frames.size();
        bench.ccp(bench.right, code, 77, code == Code::configure_request ? kStateless : Bytes{});
        REQUIRE(bench.world.wait([&] { return bench.left.on_unit.frames.size() > heard; }));
        CHECK(bench.through() == 1);
        REQUIRE(bench.left.unit->pass(kernel::NetworkProtocol::ipv4, false));
        CHECK(bench.through() == 0);
    }
}

TEST_CASE_TEMPLATE("what stateful MPPE cannot decode comes out until a Reset-Ack", World, FakeWorld,
                   LinuxWorld) {
    CodedBench<World> bench;
    bench.encrypt(kStateful);
    CHECK(bench.through() == 1);
    // A packet with a coherency count far ahead: hundreds were lost before it.
    const Bytes ahead{0x00, 0xfd, 0x17, 0x77, 1, 2, 3, 4, 5, 6, 7, 8};
    REQUIRE(bench.left.channel->send(ahead));
    bench.exchange_markers();
    CHECK(bench.undecodable() == 1);
    CHECK(bench.through() == 0);
    CHECK(bench.undecodable() == 2);
    const auto heard = bench.right.on_unit.frames.size();
    bench.ccp(bench.left, Code::reset_ack, 5, {});
    REQUIRE(bench.world.wait([&] { return bench.right.on_unit.frames.size() > heard; }));
    CHECK(bench.through() == 1);
    CHECK(bench.undecodable() == 2);
}

}  // namespace ppp::test
