// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink/rtnetlink.hpp"
#include <net/if.h>
#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <tuple>
#include "netlink/codec.hpp"
#include "netlink/observer.hpp"
#include "netlink/request_socket.hpp"
#include "netlink/route_lookup.hpp"
#include "netlink/table_reader.hpp"

namespace ppp::net {
namespace {

// A trip to the worker carries about so many steps: enough to make the trip cheap, few enough to answer soon.
constexpr std::size_t kStepsPerTrip = 192;
// A table that changes all the time is read so often; what is then missing is told by notifications.
constexpr int kDumpAttempts = 3;

/// What the worker thread owns. Only jobs touch it, and jobs of a one-thread pool never meet.
struct Worker {
    RequestSocket socket;
    Batch batch{};
    std::vector<Answer> answers{};
    TableReader tables{};

    Result<std::vector<Link>> read_links(std::uint16_t hidden_type) {
        batch.clear();
        encode_list_links(batch);
        // The union of all attempts: a link that an interrupted reading passed over is in another one, and
        // for one that went away meanwhile a notification is waiting.
        std::map<unsigned, Link> links;
        const auto read = [&](const Received& m) {
            auto link = parse_link(m);
            if (!link || (hidden_type != 0 && link->type == hidden_type)) return;
            links.insert_or_assign(link->ifindex, std::move(*link));
        };
        for (int attempt = 0; attempt < kDumpAttempts; ++attempt) {
            PPP_TRY(const bool whole, socket.dump(batch, read));
            if (whole) break;
        }
        std::vector<Link> all;
        all.reserve(links.size());
        for (auto& [ifindex, link] : links) all.push_back(std::move(link));
        return all;
    }
};

struct Open {
    std::vector<Step> steps;
    Network::Done done;
    Pending::Ticket ticket;
};

/// Batches on their way to the kernel and back. `open` is the loop's, the rest the worker's while it runs.
struct Trip {
    std::shared_ptr<Worker> worker;
    std::vector<Open> open{};
    std::vector<Outcome> outcomes{};

    void run();
};

std::string named(const Step& step) {
    std::array<char, IF_NAMESIZE> name{};
    const auto ifindex = ifindex_of(step);
    return describe(step, ifindex != 0 && ::if_indextoname(ifindex, name.data()) ? name.data() : "");
}

void Trip::run() {
    struct Place {
        std::uint32_t first = 0;
        int refused = 0;  // errno of a step that was not sent
    };
    auto& batch = worker->batch;
    batch.clear();
    std::vector<Place> places;
    for (const auto& batch_of_one : open)
        for (const auto& step : batch_of_one.steps) {
            const auto first = static_cast<std::uint32_t>(batch.size());
            places.push_back({.first = first, .refused = encode(step, batch)});
        }
    places.push_back({.first = static_cast<std::uint32_t>(batch.size())});
    worker->socket.transact(batch, worker->answers);
    std::size_t place = 0;
    for (const auto& one : open) {
        auto& outcome = outcomes.emplace_back();
        for (std::size_t i = 0; i < one.steps.size(); ++i, ++place) {
            const Answer local{Answer::Kind::refused, places[place].refused, {}};
            const Answer* bad = places[place].refused != 0 ? &local : nullptr;
            for (auto at = places[place].first; at < places[place + 1].first; ++at) {
                const auto& answer = worker->answers[at];
                if (answer.kind != Answer::Kind::refused) outcome.touched |= std::uint64_t{1} << i;
                if (answer.kind != Answer::Kind::done && !bad) bad = &answer;
            }
            if (!bad || outcome.error) continue;
            outcome.failed_step = i;
            outcome.error = bad->result(named(one.steps[i])).error();
        }
    }
}

}  // namespace

struct RtNetwork::Engine {
    Engine(EventLoop& l, WorkerPool& p, std::shared_ptr<Worker> w, std::uint16_t hidden)
        : loop(l), pool(p), worker(std::move(w)), hidden_type(hidden) {
        std::tie(alive, life) = Pending::make();
    }

    EventLoop& loop;
    WorkerPool& pool;
    std::shared_ptr<Worker> worker;
    std::uint16_t hidden_type;
    std::unique_ptr<Observer> observer;
    std::vector<Open> waiting;
    bool travelling = false;
    Counters counters;
    Pending alive;  // answers that come after the Engine's end find it withdrawn
    Pending::Ticket life;

    void depart();
    void arrive(Trip& trip);
    template <class T, class Read>
    Pending ask(Read read, Callback<void(Result<std::vector<T>>)> done);
    Pending read_links(Observer::Deliver deliver) {
        return ask<Link>([type = hidden_type](Worker& w) { return w.read_links(type); }, std::move(deliver));
    }
};

void RtNetwork::Engine::depart() {
    std::erase_if(waiting, [](const Open& o) { return !o.ticket.wanted(); });
    if (travelling || waiting.empty()) return;
    auto trip = std::make_shared<Trip>(Trip{.worker = worker});
    std::size_t steps = 0;
    auto last = waiting.begin();
    do steps += (last++)->steps.size();
    while (last != waiting.end() && steps + last->steps.size() <= kStepsPerTrip);
    trip->open.assign(std::move_iterator(waiting.begin()), std::move_iterator(last));
    waiting.erase(waiting.begin(), last);
    travelling = true;
    ++counters.trips;
    // The answerer's side of the trip may outlive this engine, so it asks first.
    pool.submit([trip] { trip->run(); },
                [this, ticket = life, trip] {
                    if (ticket.wanted()) arrive(*trip);
                });
}

void RtNetwork::Engine::arrive(Trip& trip) {
    travelling = false;
    // The next trip leaves first: the thread works while the answers are told.
    depart();
    const auto ticket = life;
    for (std::size_t i = 0; i < trip.open.size(); ++i) {
        auto& open = trip.open[i];
        if (open.ticket.settle()) open.done(std::move(trip.outcomes[i]));
        if (!ticket.wanted()) return;
    }
}

template <class T, class Read>
Pending RtNetwork::Engine::ask(Read read, Callback<void(Result<std::vector<T>>)> done) {
    struct Question {
        std::shared_ptr<Worker> worker;
        Read read;
        Callback<void(Result<std::vector<T>>)> done;
        Pending::Ticket ticket;
        Result<std::vector<T>> answer{};
    };
    auto [pending, ticket] = Pending::make();
    auto question = std::make_shared<Question>(Question{worker, std::move(read), std::move(done), ticket});
    pool.submit([question] { question->answer = question->read(*question->worker); },
                [question, engine = life] {
                    if (engine.wanted() && question->ticket.settle())
                        question->done(std::move(question->answer));
                });
    return std::move(pending);
}

Result<std::unique_ptr<RtNetwork>> RtNetwork::create(EventLoop& loop, WorkerPool& pool, Options options) {
    PPP_TRY(auto socket, RequestSocket::create());
    auto worker = std::make_shared<Worker>(Worker{.socket = std::move(socket)});
    auto engine = std::make_unique<Engine>(loop, pool, worker, options.hidden_link_type);
    PPP_TRY(engine->observer, Observer::create(loop, options.hidden_link_type, options.notification_buffer,
                                               [e = engine.get()](Observer::Deliver deliver) {
                                                   return e->read_links(std::move(deliver));
                                               }));
    PPP_TRY(auto links, worker->read_links(options.hidden_link_type));
    PPP_CHECK(engine->observer->prime(std::move(links)));
    return std::unique_ptr<RtNetwork>(new RtNetwork(std::move(engine)));
}

RtNetwork::RtNetwork(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
RtNetwork::~RtNetwork() = default;

Pending RtNetwork::submit(std::vector<Step> batch, Done done) {
    assert(!batch.empty() && batch.size() <= kMaxSteps);
    auto [pending, ticket] = Pending::make();
    ++engine_->counters.batches;
    engine_->waiting.push_back({std::move(batch), std::move(done), ticket});
    engine_->depart();
    return std::move(pending);
}

Pending RtNetwork::list_addresses(unsigned ifindex, Addresses done) {
    return engine_->ask<Address>([ifindex](Worker& w) { return w.tables.addresses(ifindex); },
                                 std::move(done));
}

Pending RtNetwork::list_default_routes(Routes done) {
    return engine_->ask<Route>([](Worker& w) { return w.tables.routes({.defaults_only = true}); },
                               std::move(done));
}

Pending RtNetwork::list_routes(std::uint8_t protocol, std::uint32_t table, Routes done) {
    return engine_->ask<Route>(
        [=](Worker& w) { return w.tables.routes({.table = table, .protocol = protocol}); }, std::move(done));
}

Pending RtNetwork::find_route(IpAddress to, RouteDone done) {
    return engine_->ask<Route>(
        [to](Worker&) -> Result<std::vector<Route>> {
            PPP_TRY(auto route, look_up_route(to));
            return std::vector<Route>{route};
        },
        [done = std::move(done)](Result<std::vector<Route>> found) {
            if (!found) return done(fail(std::move(found).error()));
            done(found->front());
        });
}

LinkView& RtNetwork::links() { return engine_->observer->table(); }

RtNetwork::Counters RtNetwork::counters() const {
    auto counters = engine_->counters;
    counters.wakeups = engine_->observer->wakeups();
    counters.resyncs = engine_->observer->resyncs();
    return counters;
}

}  // namespace ppp::net
