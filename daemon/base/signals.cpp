// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/signals.hpp"
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <csignal>

namespace ppp {

Result<std::unique_ptr<Signals>> Signals::create(EventLoop& loop, Callback<void(int)> handler) {
    sigset_t wanted;
    sigemptyset(&wanted);
    for (int s : {SIGTERM, SIGINT, SIGHUP, SIGUSR2}) sigaddset(&wanted, s);
    if (const int failed = pthread_sigmask(SIG_BLOCK, &wanted, nullptr); failed != 0)
        return fail_errno("pthread_sigmask", failed);
    Fd fd{::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (!fd) return fail_errno("signalfd");
    std::unique_ptr<Signals> self(new Signals(std::move(fd), std::move(handler)));
    PPP_TRY(self->watch_,
            loop.watch(self->fd_.get(), EPOLLIN, [s = self.get()](std::uint32_t) { s->read_one(); }));
    return self;
}

void Signals::read_one() {
    signalfd_siginfo info{};
    if (::read(fd_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info))
        handler_(static_cast<int>(info.ssi_signo));
}

}  // namespace ppp
