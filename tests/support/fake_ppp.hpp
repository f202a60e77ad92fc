// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakePpp: a PppKernel that behaves like Linux's, over a Scheduler, with sockets joined in pairs.
///
/// What the kernel does and a session can notice is here: frames wait (32 of them) until somebody attaches,
/// NCPs go to the unit and the rest to the channel, data passes only where its NP mode lets it, names are
/// unique, a far end that vanished is reported once. tests/contract holds both to it.
#pragma once
#include <sys/mman.h>
#include <sys/socket.h>
#include <algorithm>
#include <array>
#include <cassert>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>
#include "base/scheduler.hpp"
#include "kernel/ppp_kernel.hpp"
#include "support/fake_ppp_coding.hpp"
#include "support/fake_ppp_parts.hpp"

namespace ppp::test {

class FakePpp final : public kernel::PppKernel {
public:
    using Step = FakePppFaults::Step;
    using Key = ino_t;  ///< names a socket after it was given away

    using Interface = FakePppInterface;
    using Timing = FakePppTiming;
    Timing timing;
    kernel::CodingMethods methods{.mppe = true, .deflate = true, .bsd = true};  ///< what this kernel has

    explicit FakePpp(Scheduler& time) : time_(time), later_(time) {}
    ~FakePpp() override {
        assert(live_channels() == 0 && live_units() == 0 && "a session outlived its kernel");
    }

    /// Two ends of one wire, each good for attach(). @param tty ends of a serial line.
    std::pair<Fd, Fd> socket_pair(bool tty = false) {
        std::array<int, 2> ends{};
        [[maybe_unused]] const int failed =
            ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data());
        assert(failed == 0);
        std::pair<Fd, Fd> pair{Fd(ends[0]), Fd(ends[1])};
        const auto left = key(pair.first), right = key(pair.second);
        ends_[left] = {.far = right, .tty = tty};
        ends_[right] = {.far = left, .tty = tty};
        return pair;
    }
    [[nodiscard]] static Key key(const Fd& socket) { return inode_of(socket); }
    /// What was set for a serial line's end.
    [[nodiscard]] const kernel::AsyncOptions& async(Key end) const { return ends_.at(end).async; }
    /// The far end is gone for whoever holds this one: a PADT came or the parent went down. Frames that are
    /// already there are still delivered.
    void hang_up(Key end) {
        later_(timing.latency, [this, end] { lose(end); });
    }
    /// A frame from the wire, as a clumsy or hostile peer would send it.
    void inject(Key to, wire::ByteView frame) { carry(to, frame); }
    /// Every frame that enters the wire, for transcripts; empty for none.
    Callback<void(Key from, wire::ByteView frame)> tap;
    /// Frames for which it says true are lost on the wire; empty for a perfect wire.
    std::function<bool(Key from, wire::ByteView frame)> drop;

    /// Told of every interface that was made or is gone, for networks that share them.
    std::function<void(unsigned index, bool exists)> changed;

    /// The n-th call of this kind from now on fails with this errno; calls before it succeed.
    void fail_nth(Step step, unsigned nth, int error) { faults_.add(step, nth, error); }
    void fail_next(Step step, int error) { fail_nth(step, 1, error); }

    /// @return nullptr when there is no such interface.
    [[nodiscard]] Interface* find(const std::string& name) {
        for (auto& [number, unit] : units_)
            if (unit.interface.name == name) return &unit.interface;
        return nullptr;
    }
    /// Somebody deletes the interface (`ip link delete`): its unit is gone, the channel notices nothing.
    void remove_interface(const std::string& name);
    /// An interface that somebody else made: its name is taken.
    void occupy(const std::string& name) { foreign_names_.push_back(name); }
    /// The host sends a data packet out of this interface. @param frame protocol field first.
    /// Dropped, as the kernel does, when the interface is down or the protocol's NP mode says so.
    void transmit(const std::string& name, wire::ByteView frame);
    /// Compressors that are set from now on get other keys than they are given.
    void spoil_keys(const std::string& name);

    [[nodiscard]] std::size_t live_channels() const { return channels_; }
    /// Unit objects; interfaces that wait for their removal are not among them.
    [[nodiscard]] std::size_t live_units() const { return unit_objects_; }
    [[nodiscard]] std::size_t interfaces() const { return units_.size(); }
    /// Calls whose completion is still to come, the withdrawn ones too.
    [[nodiscard]] std::size_t open_calls() const { return open_calls_; }

    Pending attach(Fd socket, kernel::FrameHandler& handler, ChannelDone done) override {
        auto finish = [this, socket = std::move(socket), &handler, done = std::move(done)](
                          bool wanted, std::optional<int> error) mutable {
            const auto end = key(socket);
            const auto found = ends_.find(end);
            const bool known = found != ends_.end(), gone = known && found->second.gone;
            if (!wanted || error || !known || gone) {
                ends_.erase(end);
                if (wanted)
                    done(fail_errno("cannot make a PPP channel", error ? *error : gone ? ENOTCONN : ENOTTY));
                return;
            }
            auto channel = std::make_unique<FakeChannel>(*this, std::move(socket), end, handler);
            found->second.channel = channel.get();
            found->second.attached = true;
            done(std::unique_ptr<kernel::Channel>(std::move(channel)));
            later_({}, [this, end] { deliver_waiting(end); });
        };
        return call(Step::attach, timing.attach, std::move(finish));
    }

    Pending create_unit(kernel::UnitSpec spec, kernel::Channel& first, kernel::FrameHandler& handler,
                        UnitDone done) override {
        auto finish = [this, spec = std::move(spec), &first, &handler, done = std::move(done)](
                          bool wanted, std::optional<int> error) mutable {
            if (!wanted) return;
            if (error) return done(fail_errno("cannot make interface " + spec.name, *error));
            auto& channel = static_cast<FakeChannel&>(first);
            auto& end = ends_.at(channel.end);
            if (end.gone) return done(fail_errno("cannot connect interface " + spec.name, ENOTCONN));
            if (end.unit) return done(fail_errno("cannot connect interface " + spec.name, EINVAL));
            int number = 0;
            while (units_.contains(number) || (spec.name.empty() && taken("ppp" + std::to_string(number))))
                ++number;
            if (spec.name.empty()) spec.name = "ppp" + std::to_string(number);
            if (taken(spec.name)) return done(fail_errno("cannot make interface " + spec.name, EEXIST));
            auto& unit = units_[number];
            unit.interface.name = spec.name;
            unit.interface.number = number;
            unit.interface.index = ++last_index_;
            unit.interface.mtu = spec.mtu;
            unit.channel_end = channel.end;
            end.unit = number;
            Fd file{::memfd_create("unit", MFD_CLOEXEC)};
            unit.file = key(file);
            auto object =
                std::make_unique<FakeUnit>(*this, unit.interface, handler, std::move(file), time_.now());
            unit.object = object.get();
            if (spec.coding) object->known = methods;
            if (changed) changed(unit.interface.index, true);
            done(std::unique_ptr<kernel::Unit>(std::move(object)));
        };
        return call(Step::create_unit, timing.create_unit, std::move(finish));
    }

    // In fake_ppp_survival.hpp.
    Result<Session> adopt(kernel::SessionFiles files, kernel::FrameHandler& handler) override;
    void discard(kernel::SessionFiles files) override;
    /// The process dies in `die`: what it has is not ended by its end, as far as others have copies of it.
    /// @param kept whether the file of this unit, or the socket of this channel, has a copy elsewhere.
    void crash(const std::function<void()>& die, const std::function<bool(Key)>& kept);
    /// A session that another process has left: a connected unit, up, whose far end stays open here.
    kernel::SessionFiles left_over(const std::string& name);

    Pending all_counters(Callback<void(Result<std::vector<LinkCounters>>)> done) override {
        auto finish = [this, done = std::move(done)](bool wanted, std::optional<int> error) {
            if (!wanted) return;
            if (error) return done(fail_errno("cannot read the counters of the PPP interfaces", *error));
            std::vector<LinkCounters> all;
            for (const auto& [number, unit] : units_)
                all.push_back({unit.interface.index, unit.interface.counters});
            done(std::move(all));
        };
        return call(Step::all_counters, timing.create_unit, std::move(finish));
    }

private:
    static constexpr std::size_t kQueue = 32;  ///< PPP_MAX_RQLEN in ppp_generic.c

    struct FakeChannel;
    struct FakeUnit;
    struct End {
        Key far = 0;
        bool tty = false;
        kernel::AsyncOptions async{};
        bool gone = false;
        FakeChannel* channel = nullptr;
        bool attached = false;              ///< it was a channel once
        std::optional<int> unit{};          ///< connected to, also after the Unit object died
        std::deque<wire::Bytes> waiting{};  ///< not attached yet
    };
    struct UnitState {
        Interface interface;
        FakeUnit* object = nullptr;
        std::optional<Key> channel_end;
        Key file = 0;
        FakeCoding coding{};
    };
    struct FakeChannel final : kernel::Channel {
        FakeChannel(FakePpp& k, Fd s, Key e, kernel::FrameHandler& h)
            : kernel(k), socket(std::move(s)), end(e), handler(h) {
            ++kernel.channels_;
        }
        ~FakeChannel() override {
            --kernel.channels_;
            if (kernel.crashing_)
                kernel.ends_.at(end).channel = nullptr;
            else
                kernel.close_end(end);
        }
        Result<> send(wire::ByteView frame) override {
            PPP_CHECK(fake_ppp::check(frame));
            kernel.send_from(end, frame);
            return {};
        }
        Result<> set_async(const kernel::AsyncOptions& options) override {
            auto& own = kernel.ends_.at(end);
            if (!own.tty) return fail_errno("cannot set the character map of a serial line", ENOTTY);
            own.async = options;
            return {};
        }
        [[nodiscard]] std::array<int, 2> files() const override { return {socket.get(), socket.get()}; }
        FakePpp& kernel;
        Fd socket;
        Key end;
        kernel::FrameHandler& handler;
    };

    struct FakeUnit final : kernel::Unit {
        FakeUnit(FakePpp& k, Interface i, kernel::FrameHandler& h, Fd f, TimePoint t)
            : kernel(k), made(std::move(i)), handler(h), own_file(std::move(f)), born(t) {
            ++kernel.unit_objects_;
        }
        ~FakeUnit() override {
            --kernel.unit_objects_;
            if (!kernel.crashing_)
                kernel.bury(*this);
            else if (auto* state = mine())
                state->object = nullptr;
        }
        [[nodiscard]] int file() const override { return own_file.get(); }
        [[nodiscard]] TimePoint made_at() const override { return born; }
        [[nodiscard]] int number() const override { return made.number; }
        [[nodiscard]] const std::string& name() const override { return made.name; }
        [[nodiscard]] unsigned index() const override { return made.index; }
        Result<> send(wire::ByteView frame) override {
            PPP_CHECK(fake_ppp::check(frame));
            if (auto* state = mine()) {
                fake_ppp::count(state->interface.counters.packets_out, state->interface.counters.octets_out,
                                frame);
                const auto coded = state->coding.outbound(frame);
                if (state->channel_end && coded) kernel.send_from(*state->channel_end, *coded);
            }
            return {};
        }
        Result<> set_compressor(kernel::Flow flow, wire::ByteView method) override {
            auto* state = mine();
            return state ? state->coding.set(flow, method) : Result<>{};
        }
        Result<> set_ccp(kernel::CcpStage stage) override {
            if (auto* state = mine()) state->coding.set(stage);
            return {};
        }
        [[nodiscard]] kernel::CodingMethods methods() const override { return known; }
        Result<> pass(kernel::NetworkProtocol protocol, bool enabled) override {
            if (auto* state = mine())
                (protocol == kernel::NetworkProtocol::ipv4 ? state->interface.ipv4 : state->interface.ipv6) =
                    enabled;
            return {};
        }
        [[nodiscard]] Result<kernel::Counters> counters() const override {
            if (const auto* state = mine()) return state->interface.counters;
            return fail_errno("cannot read the counters of interface " + made.name, ENOENT);
        }
        [[nodiscard]] Result<Idle> idle() const override {
            if (const auto* state = mine()) return state->interface.idle;
            return Idle{};
        }
        /// nullptr when somebody deleted the interface.
        [[nodiscard]] UnitState* mine() const {
            auto found = kernel.units_.find(made.number);
            return found != kernel.units_.end() && found->second.object == this ? &found->second : nullptr;
        }
        FakePpp& kernel;
        const Interface made;  ///< as it was at first
        kernel::FrameHandler& handler;
        Fd own_file;
        TimePoint born;
        kernel::CodingMethods known{};
    };

    template <class Finish>
    Pending call(Step step, Duration delay, Finish finish) {
        auto [pending, ticket] = Pending::make();
        ++open_calls_;
        later_(delay, [this, ticket = std::move(ticket), error = faults_.due(step),
                       finish = std::move(finish)]() mutable {
            --open_calls_;
            finish(ticket.settle(), error);
        });
        return std::move(pending);
    }
    [[nodiscard]] bool taken(const std::string& name) const {
        if (std::ranges::count(foreign_names_, name) > 0) return true;
        // An interface that waits for its removal goes at once when its name is wanted.
        return std::ranges::any_of(
            units_, [&](const auto& u) { return u.second.object && u.second.interface.name == name; });
    }

    void send_from(Key from, wire::ByteView frame) {
        const auto found = ends_.find(from);
        if (found == ends_.end() || found->second.gone) return;  // swallowed, as the kernel does
        if (tap) tap(from, frame);
        if (drop && drop(from, frame)) return;
        carry(found->second.far, frame);
    }
    void carry(Key to, wire::ByteView frame) {
        later_(timing.latency,
               [this, to, copy = wire::Bytes(frame.begin(), frame.end())] { arrive(to, copy); });
    }
    void arrive(Key at, const wire::Bytes& frame) {
        const auto found = ends_.find(at);
        if (found == ends_.end() || found->second.gone || frame.size() < 2) return;
        auto& end = found->second;
        if (!end.channel) {
            if (end.waiting.size() == kQueue) end.waiting.pop_front();
            end.waiting.push_back(frame);
            return;
        }
        const auto protocol = fake_ppp::protocol_of(frame);
        if (!end.unit || protocol >= 0xc000 || protocol == 0x80fb)
            return end.channel->handler.on_frame(frame);
        const auto unit = units_.find(*end.unit);
        if (unit == units_.end()) return;
        auto& interface = unit->second.interface;
        fake_ppp::count(interface.counters.packets_in, interface.counters.octets_in, frame);
        const auto clear = unit->second.coding.inbound(frame);
        if (const auto inner = fake_ppp::protocol_of(clear); fake_ppp::is_data(inner)) {
            if (interface.up && fake_ppp::passes(interface, inner)) interface.received.push_back(clear);
        } else if (unit->second.object) {
            unit->second.object->handler.on_frame(clear);
        }
    }
    void deliver_waiting(Key at) {
        for (auto found = ends_.find(at); found != ends_.end() && !found->second.waiting.empty();
             found = ends_.find(at)) {
            if (!found->second.channel) return;
            auto frame = std::move(found->second.waiting.front());
            found->second.waiting.pop_front();
            arrive(at, frame);
        }
    }

    void lose(Key at) {
        auto found = ends_.find(at);
        if (found == ends_.end() || std::exchange(found->second.gone, true)) return;
        const auto unit = found->second.unit;
        if (found->second.channel) found->second.channel->handler.on_gone();
        // The handler may have destroyed the unit, or all of it.
        const auto state = unit ? units_.find(*unit) : units_.end();
        if (state == units_.end() || state->second.channel_end != at) return;
        state->second.channel_end.reset();
        if (state->second.object) state->second.object->handler.on_gone();
    }
    void close_end(Key at) {
        auto found = ends_.find(at);
        if (found->second.unit)
            if (auto unit = units_.find(*found->second.unit); unit != units_.end())
                unit->second.channel_end.reset();
        ends_.erase(found);
    }
    void bury(FakeUnit& unit) {
        auto* state = unit.mine();
        if (!state) return;
        state->object = nullptr;
        later_(timing.removal, [this, index = unit.made.index] {
            const auto gone =
                std::erase_if(units_, [index](const auto& u) { return u.second.interface.index == index; });
            if (gone != 0 && changed) changed(index, false);
        });
    }

    Scheduler& time_;
    std::map<Key, End> ends_;
    std::map<int, UnitState> units_;  // by unit number
    std::vector<std::string> foreign_names_;
    FakePppFaults faults_;
    LaterCalls later_;
    std::vector<Fd> far_ends_;  // of sessions that were left over
    unsigned last_index_ = 100'000;
    std::size_t channels_ = 0, unit_objects_ = 0, open_calls_ = 0;
    bool crashing_ = false;
};

}  // namespace ppp::test

#include "support/fake_ppp_host.hpp"
#include "support/fake_ppp_survival.hpp"
