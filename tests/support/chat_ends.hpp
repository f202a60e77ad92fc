// SPDX-License-Identifier: GPL-2.0-or-later
/// @file ChatEnds: a Chat's owner that remembers everything.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>
#include "link/chat.hpp"

namespace ppp::test {

struct ChatEnds final : link::Chat::Owner {
    void chat_send(wire::ByteView octets) override { sent.emplace_back(wire::chars(octets)); }
    void chat_line(bool ours, const std::string& line) override {
        log.push_back((ours ? "> " : "< ") + line);
    }
    void chat_over(link::ChatEnd why, std::string sentence) override {
        ++ends;
        end = why;
        detail = std::move(sentence);
    }
    std::vector<std::string> sent, log;
    int ends = 0;
    std::optional<link::ChatEnd> end;
    std::string detail;
};

}  // namespace ppp::test
