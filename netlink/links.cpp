// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink/links.hpp"
#include <algorithm>

namespace ppp::net {

void LinkSubscription::cancel() noexcept {
    if (auto handlers = handlers_.lock()) handlers->erase(id_);
    handlers_.reset();
}

const Link* LinkTable::find(std::string_view name) const {
    const auto it = names_.find(name);
    return it == names_.end() ? nullptr : find(it->second);
}

const Link* LinkTable::find(unsigned ifindex) const {
    const auto it = links_.find(ifindex);
    return it == links_.end() ? nullptr : &it->second;
}

std::vector<Link> LinkTable::all() const {
    std::vector<Link> links;
    links.reserve(links_.size());
    for (const auto& [ifindex, link] : links_) links.push_back(link);
    std::ranges::sort(links, {}, &Link::ifindex);
    return links;
}

LinkSubscription LinkTable::on_link(Handler handler) {
    const auto id = next_id_++;
    handlers_->emplace(id, std::make_shared<Handler>(std::move(handler)));
    return {handlers_, id};
}

void LinkTable::update(Link link) { put(std::move(link), false); }

void LinkTable::erase(unsigned ifindex) {
    auto node = links_.extract(ifindex);
    if (!node) return;
    const Link& gone = node.mapped();
    // The name may already belong to the link that took its place.
    if (auto it = names_.find(gone.name); it != names_.end() && it->second == ifindex) names_.erase(it);
    report({.kind = LinkEvent::Kind::removed, .link = gone});
}

void LinkTable::replace(std::vector<Link> now) {
    std::ranges::stable_sort(now, {}, &Link::ifindex);
    std::vector<unsigned> gone;
    for (const auto& [ifindex, link] : links_)
        if (!std::ranges::binary_search(now, ifindex, {}, &Link::ifindex)) gone.push_back(ifindex);
    std::ranges::sort(gone);
    for (auto ifindex : gone) erase(ifindex);
    for (auto& link : now) put(std::move(link), true);
}

void LinkTable::put(Link link, bool report_equal) {
    const auto ifindex = link.ifindex;
    auto [it, is_new] = links_.try_emplace(ifindex);
    Link before = std::exchange(it->second, std::move(link));
    const bool equal = !is_new && before == it->second;
    if (equal && !report_equal) return;
    if (!is_new && before.name != it->second.name)
        if (auto old = names_.find(before.name); old != names_.end() && old->second == ifindex)
            names_.erase(old);
    names_.insert_or_assign(it->second.name, ifindex);
    if (is_new)
        report({.kind = LinkEvent::Kind::added, .link = it->second});
    else
        report({.kind = LinkEvent::Kind::changed, .link = it->second, .before = &before});
}

void LinkTable::report(const LinkEvent& event) {
    // A handler may end its own or another subscription, or add one: go by id, hold the handler that runs.
    const auto handlers = handlers_;
    for (auto it = handlers->begin(); it != handlers->end();) {
        const auto id = it->first;
        const auto handler = it->second;
        (*handler)(event);
        it = handlers->upper_bound(id);
    }
}

}  // namespace ppp::net
