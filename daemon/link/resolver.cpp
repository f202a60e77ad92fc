// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/resolver.hpp"
#include <netdb.h>
#include <netinet/in.h>
#include <algorithm>
#include <cstring>
#include "base/quoted.hpp"

namespace ppp::link {
namespace {

constexpr unsigned kThreads = 2;
// A name with more addresses is tried at the first ones.
constexpr std::size_t kMaxAddresses = 8;

Result<std::vector<std::uint32_t>> look_up(const std::string& host) {
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

struct Question {
    std::string host;
    Resolver::Done done;
    Pending::Ticket ticket;
    Result<std::vector<std::uint32_t>> answer = std::vector<std::uint32_t>{};
};

}  // namespace

Result<std::unique_ptr<SystemResolver>> SystemResolver::create(EventLoop& loop) {
    PPP_TRY(auto pool, WorkerPool::create(loop, kThreads, "ppp-resolve"));
    return std::unique_ptr<SystemResolver>(new SystemResolver(std::move(pool)));
}

SystemResolver::~SystemResolver() {
    // Nothing ends getaddrinfo() before its time; the end of the process does not wait for it.
    if (pool_->backlog() > 0) (void)pool_.release();
}

Pending SystemResolver::resolve(std::string host, Done done) {
    auto [pending, ticket] = Pending::make();
    auto question = std::make_shared<Question>(
        Question{.host = std::move(host), .done = std::move(done), .ticket = ticket});
    pool_->submit([question] { question->answer = look_up(question->host); },
                  [question] {
                      if (question->ticket.settle()) question->done(std::move(question->answer));
                  });
    return std::move(pending);
}

}  // namespace ppp::link
