// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/resolver.hpp"
#include <netdb.h>
#include <netinet/in.h>
#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>
#include "base/quoted.hpp"

namespace ppp::link {
namespace {

// One for the names in doubt, the others for names that resolve or are new.
constexpr unsigned kThreads = 4;
// Names whose look-up failed are remembered as long as they are no more than this.
constexpr std::size_t kMaxNames = 1024;
// A name with more addresses is tried at the first ones.
constexpr std::size_t kMaxAddresses = 8;

Resolver::Answer ask_system(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (error != 0)
        return fail(Errc::not_found,
                    "the name " + quoted(host) + " does not resolve: " + ::gai_strerror(error));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> keep(list, ::freeaddrinfo);
    std::vector<std::uint32_t> out;
    for (const auto* at = list; at && out.size() < kMaxAddresses; at = at->ai_next) {
        sockaddr_in address{};
        if (at->ai_addrlen < sizeof address) continue;
        std::memcpy(&address, at->ai_addr, sizeof address);
        const auto value = ntohl(address.sin_addr.s_addr);
        if (value != 0 && std::ranges::find(out, value) == out.end()) out.push_back(value);
    }
    if (out.empty()) return fail(Errc::not_found, "the name " + quoted(host) + " has no IPv4 address");
    return out;
}

struct Query {
    Resolver::Answer answer = std::vector<std::uint32_t>{};
    Pending::Ticket ticket;
};

}  // namespace

Result<std::unique_ptr<SystemResolver>> SystemResolver::create(EventLoop& loop) {
    return create(loop, ask_system);
}

Result<std::unique_ptr<SystemResolver>> SystemResolver::create(EventLoop& loop, LookUp look_up) {
    PPP_TRY(auto pool, WorkerPool::create(loop, kThreads, "ppp-resolve"));
    return std::unique_ptr<SystemResolver>(new SystemResolver(std::move(pool), std::move(look_up)));
}

SystemResolver::~SystemResolver() {
    // Nothing ends getaddrinfo() before its time; the end of the process does not wait for it.
    if (pool_->backlog() > 0) (void)pool_.release();
}

Pending SystemResolver::resolve(std::string host, Done done) {
    auto [pending, ticket] = Pending::make();
    auto& name = names_[host];
    std::erase_if(name.askers, [](const Asker& asker) { return !asker.ticket.wanted(); });
    name.askers.push_back({std::move(done), ticket});
    if (name.query.open() || name.waiting) return std::move(pending);
    if (name.doubtful && doubting_) {
        name.waiting = true;
        doubtful_.push_back(std::move(host));
    } else {
        look_up(host, name);
    }
    return std::move(pending);
}

void SystemResolver::look_up(const std::string& host, Name& name) {
    auto query = std::make_shared<Query>();
    std::tie(name.query, query->ticket) = Pending::make();
    if (name.doubtful) doubting_ = true;
    pool_->submit([ask = look_up_, host, query] { query->answer = ask(host); },
                  [this, host, query] {
                      if (query->ticket.settle()) answered(host, query->answer);
                  });
}

void SystemResolver::answered(const std::string& host, const Answer& answer) {
    const auto at = names_.find(host);
    auto askers = std::exchange(at->second.askers, {});
    if (std::exchange(at->second.doubtful, !answer)) doubting_ = false;
    if (answer || names_.size() > kMaxNames) names_.erase(at);
    if (!doubting_ && !doubtful_.empty()) {
        // Also for those whose asker has given up: it is how a name gets out of doubt.
        const auto next = std::move(doubtful_.front());
        doubtful_.pop_front();
        auto& name = names_.at(next);
        name.waiting = false;
        look_up(next, name);
    }
    for (auto& asker : askers)
        if (asker.ticket.settle()) asker.done(answer);
}

}  // namespace ppp::link
