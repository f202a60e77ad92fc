// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include "link/pppox.hpp"

using namespace ppp::link;

TEST_CASE("a session is found in the kernel's table by id, peer and interface") {
    constexpr MacAddress peer{0x02, 0, 0, 0, 0xab, 0x22};
    // Session 7 as a little-endian kernel prints it.
    const std::string table =
        "Id       Address              Device\n"
        "00000100 02:00:00:00:ab:22     eth0\n"
        "00000700 02:00:00:00:ab:22 enp0s31f6\n";
    const auto id = [](std::uint16_t octets) { return ntohs(octets); };
    CHECK(lists_session(table, "eth0", peer, id(0x0100)));
    CHECK(lists_session(table, "enp0s31f6", peer, id(0x0700)));
    CHECK_FALSE(lists_session(table, "eth0", peer, id(0x0700)));
    CHECK_FALSE(lists_session(table, "enp0s31f", peer, id(0x0700)));
    CHECK_FALSE(lists_session(table, "eth0", {0x02, 0, 0, 0, 0xab, 0x23}, id(0x0100)));
    CHECK_FALSE(lists_session("", "eth0", peer, id(0x0100)));
}
