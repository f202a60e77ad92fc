// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The link table: who is told what, also while handlers come and go.
#include <doctest/doctest.h>
#include <optional>
#include "netlink/links.hpp"

using namespace ppp::net;

namespace {

Link link(unsigned ifindex, std::string name, bool carrier = false) {
    return {.ifindex = ifindex, .name = std::move(name), .carrier = carrier};
}

struct Diary {
    std::string text;
    LinkSubscription subscription;
    explicit Diary(LinkTable& table) {
        subscription = table.on_link([this](const LinkEvent& e) {
            static constexpr const char* kSigns[] = {"+", "~", "-"};
            text += kSigns[static_cast<std::size_t>(e.kind)] + e.link.name +
                    (e.carrier_changed() ? "!" : "") + (e.renamed() ? "<" + e.before->name : "") + " ";
        });
    }
};

}  // namespace

TEST_CASE("a link is found by name and by index until it is gone") {
    LinkTable table;
    table.update(link(2, "eth0"));
    REQUIRE(table.find("eth0"));
    CHECK(table.find("eth0") == table.find(2U));
    CHECK_FALSE(table.find("eth1"));
    table.erase(2);
    CHECK_FALSE(table.find("eth0"));
    CHECK_FALSE(table.find(2U));
    table.erase(2);
}

TEST_CASE("added, changed, carrier and removed are told once each, equality not at all") {
    LinkTable table;
    Diary diary(table);
    table.update(link(2, "eth0"));
    table.update(link(2, "eth0"));
    table.update(link(2, "eth0", true));
    table.erase(2);
    table.erase(2);
    CHECK(diary.text == "+eth0 ~eth0! -eth0 ");
}

TEST_CASE("a renamed link is found by its new name only") {
    LinkTable table;
    Diary diary(table);
    table.update(link(2, "eth0"));
    table.update(link(2, "wan"));
    CHECK(diary.text == "+eth0 ~wan<eth0 ");
    CHECK_FALSE(table.find("eth0"));
    CHECK(table.find("wan")->ifindex == 2);
}

TEST_CASE("a name that moves to another link stays with its new owner") {
    LinkTable table;
    table.update(link(2, "eth0"));
    table.update(link(3, "eth0"));
    CHECK(table.find("eth0")->ifindex == 3);
    table.update(link(2, "old"));
    CHECK(table.find("eth0")->ifindex == 3);
    table.erase(2);
    CHECK(table.find("eth0")->ifindex == 3);
}

TEST_CASE("a new picture reports every link: gone, new, and the rest as changed") {
    LinkTable table;
    table.update(link(2, "eth0"));
    table.update(link(3, "eth1"));
    Diary diary(table);
    table.replace({link(4, "eth2"), link(2, "eth0", true)});
    CHECK(diary.text == "-eth1 ~eth0! +eth2 ");
    diary.text.clear();
    table.replace({link(2, "eth0", true), link(4, "eth2")});
    CHECK(diary.text == "~eth0 ~eth2 ");
    CHECK(table.all().size() == 2);
}

TEST_CASE("a handler may end itself, end another and add a third while it runs") {
    LinkTable table;
    std::string order;
    LinkSubscription first, second, third;
    first = table.on_link([&](const LinkEvent&) {
        order += "1";
        second = {};
        third = table.on_link([&](const LinkEvent&) { order += "3"; });
        first = {};
    });
    second = table.on_link([&](const LinkEvent&) { order += "2"; });
    table.update(link(2, "eth0"));
    CHECK(order == "13");
    table.update(link(3, "eth1"));
    CHECK(order == "133");
}

TEST_CASE("a subscription may outlive its table") {
    std::optional<LinkTable> table(std::in_place);
    auto subscription = table->on_link([](const LinkEvent&) {});
    table.reset();
    subscription.cancel();
}
