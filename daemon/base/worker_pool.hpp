// SPDX-License-Identifier: GPL-2.0-or-later
/// @file WorkerPool: threads that sleep in the kernel so that the loop does not; the only place with threads.
///
/// Several /dev/ppp, PF_PPPOX and rtnetlink calls wait 10 ms and more for an RCU grace period or for the rtnl
/// lock. A job runs on a worker and may touch only what it owns; its completion runs on the loop's thread.
#pragma once
#include <pthread.h>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>
#include "base/callback.hpp"
#include "base/event_loop.hpp"
#include "base/fd.hpp"
#include "base/result.hpp"

namespace ppp {

class WorkerPool {
public:
    using Job = Callback<void()>;

    /// Starts `threads` threads. @return an error when the eventfd or a thread cannot be made.
    static Result<std::unique_ptr<WorkerPool>> create(EventLoop& loop, unsigned threads, const char* name);
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;
    /// Runs every queued job to its end, drops the completions, joins the threads.
    ~WorkerPool();

    /// Queues `job` for a worker, then `done` for the loop. Jobs of a one-thread pool run in order.
    void submit(Job job, Job done = {});
    /// Jobs queued or running, for admission control and tests.
    [[nodiscard]] std::size_t backlog() const { return backlog_; }

private:
    struct Task {
        Job job, done;
    };
    explicit WorkerPool(Fd wake) : wake_(std::move(wake)) {}
    static void* thread_main(void* self);
    void work();
    void finish_done();

    Fd wake_;
    Watch watch_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Task> queue_;      // guarded by mutex_
    std::vector<Job> completed_;  // guarded by mutex_
    bool stopping_ = false;       // guarded by mutex_
    std::size_t backlog_ = 0;     // loop thread only
    std::vector<pthread_t> threads_;
};

}  // namespace ppp
