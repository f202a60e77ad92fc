// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/event_loop.hpp"
#include "base/worker_pool.hpp"
#include "dbus/pppctl/doctor/probes.hpp"
#include "netlink/rtnetlink.hpp"

namespace ppp::ctl::doctor {
namespace {

using namespace std::chrono_literals;
constexpr Duration kNetlinkPatience = 1s;

Result<> read_tables(Evidence& evidence) {
    PPP_TRY(auto loop, EventLoop::create());
    PPP_TRY(auto pool, WorkerPool::create(*loop, 1, "doctor"));
    PPP_TRY(auto network, net::RtNetwork::create(*loop, *pool, {}));
    evidence.links = network->links().all();
    Result<> outcome = fail(Errc::timeout, "the kernel did not answer in a second");
    auto deadline = loop->after(kNetlinkPatience, [&] { loop->quit(); });
    Result<std::vector<net::Address>> addresses;
    // The pool's one thread keeps the order: the routes come last.
    auto first = network->list_addresses(0, [&](auto found) { addresses = std::move(found); });
    auto last = network->list_default_routes([&](Result<std::vector<net::Route>> routes) {
        loop->quit();
        if (!addresses || !routes) {
            outcome = fail(addresses ? routes.error() : addresses.error());
            return;
        }
        evidence.addresses = std::move(*addresses);
        evidence.default_routes = std::move(*routes);
        outcome = {};
    });
    loop->run();
    return outcome;
}

}  // namespace

void probe_network(Evidence& evidence) {
    if (auto read = read_tables(evidence); !read) evidence.network_problem = read.error().what;
}

}  // namespace ppp::ctl::doctor
