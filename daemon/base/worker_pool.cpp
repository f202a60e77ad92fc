// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/worker_pool.hpp"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <csignal>

namespace ppp {
namespace {
// Workers only make system calls: the default 8 MiB would be address space for nothing.
constexpr std::size_t kStackOctets = std::size_t{128} * 1024;
}  // namespace

Result<std::unique_ptr<WorkerPool>> WorkerPool::create(EventLoop& loop, unsigned threads, const char* name) {
    Fd wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (!wake) return fail_errno("eventfd");
    std::unique_ptr<WorkerPool> pool(new WorkerPool(std::move(wake)));
    PPP_TRY(pool->watch_,
            loop.watch(pool->wake_.get(), EPOLLIN, [p = pool.get()](std::uint32_t) { p->finish_done(); }));
    // Signals belong to the loop's signalfd: a worker must not take one.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackOctets);
    int failed = 0;
    for (unsigned i = 0; i < threads && failed == 0; ++i) {
        pthread_t id{};
        failed = pthread_create(&id, &attributes, thread_main, pool.get());
        if (failed != 0) break;
        pthread_setname_np(id, name);
        pool->threads_.push_back(id);
    }
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (failed != 0) return fail_errno("pthread_create", failed);
    return pool;
}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    ready_.notify_all();
    for (auto id : threads_) pthread_join(id, nullptr);
}

void WorkerPool::submit(Job job, Job done) {
    ++backlog_;
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back({std::move(job), std::move(done)});
    }
    ready_.notify_one();
}

void* WorkerPool::thread_main(void* self) {
    static_cast<WorkerPool*>(self)->work();
    return nullptr;
}

void WorkerPool::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        Task task = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        task.job();
        task.job.reset();
        lock.lock();
        completed_.push_back(std::move(task.done));
        // One wake-up serves all completions that gather until the loop looks.
        if (completed_.size() == 1) ::eventfd_write(wake_.get(), 1);
    }
}

void WorkerPool::finish_done() {
    eventfd_t ignored = 0;
    ::eventfd_read(wake_.get(), &ignored);
    std::vector<Job> done;
    {
        const std::lock_guard lock(mutex_);
        done.swap(completed_);
    }
    backlog_ -= done.size();
    for (auto& call : done)
        if (call) call();
}

}  // namespace ppp
