// SPDX-License-Identifier: GPL-2.0-or-later
#include "guard/nft_guard.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include "guard/nft_text.hpp"

namespace ppp::guard {
namespace {

/// One link's part of a transaction.
struct Wish {
    std::string commands{};
    std::optional<Link> link{};  ///< to be guarded; nullopt: not any more
    std::uint64_t number = 0;    ///< of who asked; 0: nobody waits for an answer
    Result<> result{};
};

struct Outcome {
    Result<> begun{};  ///< an error: nothing can be guarded
    bool ours = true;  ///< what is in the kernel is what was wished, and nothing else
};

/// On the worker. One that cannot be fulfilled is no reason to refuse the others.
void one_by_one(const NftGuard::Runner& run, std::vector<Wish>& wishes) {
    for (auto& wish : wishes)
        if (!wish.commands.empty()) wish.result = run(wish.commands);
}

/// On the worker: takes the place of what an earlier process has left. That may be all that guards sessions
/// which go on: it is added to before it is replaced, and no guard that is wished is away for a moment.
Outcome replace_one_by_one(const NftGuard::Runner& run, std::vector<Wish>& wishes) {
    one_by_one(run, wishes);
    std::vector<Link> standing;
    for (const auto& wish : wishes)
        if (wish.link && wish.result) standing.push_back(*wish.link);
    if (!standing.empty()) return {.ours = run(remove_text() + guard_text(standing)).has_value()};
    // Nothing can be added to it: it makes way.
    auto removed = run(remove_text());
    if (removed) {
        one_by_one(run, wishes);
        return {};
    }
    return {.begun = std::move(removed), .ours = false};
}

}  // namespace

struct NftGuard::State : std::enable_shared_from_this<State> {
    State(Scheduler& t, WorkerPool& w, Runner r, Log l)
        : time(t), worker(w), run(std::make_shared<Runner>(std::move(r))), log(std::move(l)) {}

    void write_later() {
        if (!writing && !turn.armed()) turn = time.after({}, [this] { write(); });
    }
    void write();
    [[nodiscard]] std::vector<Wish> wished(bool anew);
    void written(const Outcome& outcome, const std::vector<Wish>& wishes);

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

/// @param anew nothing that is in the kernel counts.
std::vector<Wish> NftGuard::State::wished(bool anew) {
    std::vector<Wish> wishes;
    const auto add = [&](const Link& link, std::uint64_t number) {
        Wish wish{.number = number};
        const auto* session = std::get_if<PppoeSession>(&link);
        if (session && !speakable(session->parent)) {
            wish.result = fail(Errc::refused, fmt::format("interface '{}' has a name that nft cannot spell",
                                                          session->parent));
        } else {
            wish.commands = guard_text({&link, 1});
            wish.link = link;
        }
        wishes.push_back(std::move(wish));
    };
    if (anew) {
        std::set<Link> new_ones;
        for (const auto& [number, link] : to_add) new_ones.insert(link);
        for (const auto& [link, holders] : links)
            if (!new_ones.contains(link)) add(link, 0);
    }
    for (const auto& [number, link] : to_add)
        if (links.contains(link)) add(link, number);
    // With the tables goes everything that is in none of the wishes.
    for (const auto& link : to_remove)
        if (!anew && !links.contains(link)) wishes.push_back({.commands = release_text(link)});
    to_add.clear();
    to_remove.clear();
    return wishes;
}

void NftGuard::State::write() {
    const bool none = links.empty();
    const bool anew = none || !ours;
    struct Job {
        std::vector<Wish> wishes;
        Outcome outcome;
    };
    auto job = std::make_unique<Job>();
    job->wishes = wished(anew);
    if (!anew && job->wishes.empty()) return;
    std::vector<Link> adding;
    std::string releasing;
    for (const auto& wish : job->wishes)
        if (wish.link)
            adding.push_back(*wish.link);
        else
            releasing += wish.commands;
    auto together = (anew ? remove_text() : std::string()) + guard_text(adding) + releasing;
    ours = !none;
    writing = true;
    auto* at_work = job.get();
    worker.submit(
        [at_work, anew, none, run = run, together = std::move(together)] {
            if ((*run)(together) || none) return;
            if (anew)
                at_work->outcome = replace_one_by_one(*run, at_work->wishes);
            else
                one_by_one(*run, at_work->wishes);
        },
        [self = shared_from_this(), job = std::move(job)] { self->written(job->outcome, job->wishes); });
}

void NftGuard::State::written(const Outcome& outcome, const std::vector<Wish>& wishes) {
    writing = false;
    const bool nobody = std::ranges::none_of(wishes, [](const Wish& wish) { return wish.number != 0; });
    if (!outcome.ours) ours = false;
    if (!outcome.begun && !nobody && !std::exchange(warned, true))
        log.warning(
            "sessions that require encryption are refused, since nothing can keep the kernel from "
            "sending in the clear: " +
            outcome.begun.error().what);
    for (const auto& wish : wishes)
        if (auto asker = asked.extract(wish.number); asker) asker.mapped()(wish.result);
    if (!to_add.empty() || !to_remove.empty()) write_later();
}

}  // namespace ppp::guard
