// SPDX-License-Identifier: GPL-2.0-or-later
#include "guard/nft_guard.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <utility>
#include "guard/nft_text.hpp"

namespace ppp::guard {
namespace {

/// One link's part of a transaction, or nobody's.
struct Wish {
    std::string commands{};
    std::uint64_t number = 0;  ///< of who asked; 0: whoever was, he is gone
    Result<> result{};
};

/// On the worker. @param before carried out in one go with all wishes, or alone where they are not.
Result<> carry_out(const NftGuard::Runner& run, const std::string& before, const std::string& together,
                   std::vector<Wish>& wishes) {
    if (auto all = run(before + together); all) return all;
    // One that cannot be fulfilled is no reason to refuse the others.
    Result<> begun;
    if (!before.empty()) begun = run(before);
    for (auto& wish : wishes)
        if (!wish.commands.empty()) wish.result = begun ? run(wish.commands) : begun;
    return begun;
}

}  // namespace

struct NftGuard::State : std::enable_shared_from_this<State> {
    State(Scheduler& t, WorkerPool& w, Runner r, Log l)
        : time(t), worker(w), run(std::make_shared<Runner>(std::move(r))), log(std::move(l)) {}

    void write_later() {
        if (!writing && !turn.armed()) turn = time.after({}, [this] { write(); });
    }
    void write();
    void written(const Result<>& begun, const std::vector<Wish>& wishes);

    Scheduler& time;
    WorkerPool& worker;
    std::shared_ptr<Runner> run;
    Log log;
    std::map<Link, unsigned> links;  // guarded or to be, and by how many
    std::map<std::uint64_t, Callback<void(Result<>)>> asked;
    std::vector<std::pair<std::uint64_t, Link>> to_add;
    std::vector<Link> to_remove;
    std::uint64_t last = 0;
    bool ours = false;  ///< what is in the kernel is what we have written
    bool writing = false;
    bool warned = false;
    Timer turn;
};

struct NftGuard::Held final : PlaintextGuard::Hold {
    Held(std::shared_ptr<State> s, Link l, std::uint64_t n)
        : state(std::move(s)), link(std::move(l)), number(n) {}
    ~Held() override {
        state->asked.erase(number);
        const auto found = state->links.find(link);
        if (--found->second > 0) return;
        state->links.erase(found);
        state->to_remove.push_back(link);
        state->write_later();
    }
    std::shared_ptr<State> state;
    Link link;
    std::uint64_t number;
};

NftGuard::NftGuard(Scheduler& time, WorkerPool& worker, Runner run, Log log)
    : state_(std::make_shared<State>(time, worker, std::move(run), std::move(log))) {}

NftGuard::~NftGuard() {
    state_->turn.cancel();
    // The last session may have ended in the last turn of the loop. Nobody waits for this.
    if (state_->ours && state_->links.empty())
        state_->worker.submit([run = state_->run] { (void)(*run)(remove_text()); });
}

std::unique_ptr<PlaintextGuard::Hold> NftGuard::protect(Link link, Callback<void(Result<>)> done) {
    const auto number = ++state_->last;
    ++state_->links[link];
    state_->asked.emplace(number, std::move(done));
    state_->to_add.emplace_back(number, link);
    state_->write_later();
    return std::make_unique<Held>(state_, std::move(link), number);
}

void NftGuard::settle() {
    if (state_->links.empty()) state_->write_later();
}

void NftGuard::State::write() {
    std::vector<Wish> wishes;
    std::string before, together;
    if (links.empty()) {
        before = remove_text();
        ours = false;
    } else {
        if (!std::exchange(ours, true)) before = remove_text();
        std::vector<Link> adding;
        for (const auto& [number, link] : to_add) {
            if (!links.contains(link)) continue;
            const auto* session = std::get_if<PppoeSession>(&link);
            if (session && !speakable(session->parent)) {
                wishes.push_back({.number = number,
                                  .result = fail(Errc::refused, fmt::format("interface '{}' has a name that "
                                                                            "nft cannot spell",
                                                                            session->parent))});
                continue;
            }
            adding.push_back(link);
            wishes.push_back({.commands = guard_text({&link, 1}), .number = number});
        }
        together = guard_text(adding);
        // With the tables went everything that is in none of the wishes.
        for (const auto& link : before.empty() ? to_remove : std::vector<Link>{}) {
            if (links.contains(link)) continue;
            wishes.push_back({.commands = release_text(link)});
            together += wishes.back().commands;
        }
    }
    to_add.clear();
    to_remove.clear();
    if (before.empty() && together.empty() && wishes.empty()) return;
    writing = true;
    struct Job {
        std::vector<Wish> wishes;
        Result<> begun;
    };
    auto job = std::make_unique<Job>(Job{std::move(wishes), {}});
    auto* at_work = job.get();
    worker.submit(
        [at_work, run = run, before = std::move(before), together = std::move(together)] {
            at_work->begun = carry_out(*run, before, together, at_work->wishes);
        },
        [self = shared_from_this(), job = std::move(job)] { self->written(job->begun, job->wishes); });
}

void NftGuard::State::written(const Result<>& begun, const std::vector<Wish>& wishes) {
    writing = false;
    const bool nobody = std::ranges::none_of(wishes, [](const Wish& wish) { return wish.number != 0; });
    if (!begun) ours = false;
    if (!begun && !nobody && !std::exchange(warned, true))
        log.warning(
            "sessions that require encryption are refused, since nothing can keep the kernel from "
            "sending in the clear: " +
            begun.error().what);
    for (const auto& wish : wishes)
        if (auto asker = asked.extract(wish.number); asker) asker.mapped()(wish.result);
    if (!to_add.empty() || !to_remove.empty()) write_later();
}

}  // namespace ppp::guard
