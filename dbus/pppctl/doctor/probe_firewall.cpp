// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include "base/fd.hpp"
#include "dbus/pppctl/doctor/probes.hpp"

namespace ppp::ctl::doctor {
namespace {

using namespace std::chrono_literals;
constexpr auto kNftPatience = 1000ms;
constexpr std::size_t kMostNftOctets = 16U << 20U;

/// Takes what comes until the end, the deadline, or too much. @return whether it was the end.
bool read_all(int fd, std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + kNftPatience;
    std::array<char, 16384> buffer{};
    while (text.size() < kMostNftOctets) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
        if (left <= 0ms || ::poll(&one, 1, static_cast<int>(left.count())) <= 0) return false;
        const auto n = ::read(fd, buffer.data(), buffer.size());
        if (n <= 0) return n == 0;
        text.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return false;
}

/// @return what the program printed, or nothing when it failed or took too long.
std::optional<std::string> output_of(std::vector<std::string> command) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return {};
    const Fd read_end(pipe[0]);
    Fd write_end(pipe[1]);
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (auto& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t pid = 0;
    const bool started =
        ::posix_spawn(&pid, command[0].c_str(), &actions, nullptr, arguments.data(), environ) == 0;
    ::posix_spawn_file_actions_destroy(&actions);
    if (!started) return {};
    write_end.reset();
    std::string text;
    const bool whole = read_all(read_end.get(), text);
    if (!whole) ::kill(pid, SIGKILL);
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (!whole || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return {};
    return text;
}

bool says(const nlohmann::json& chain, const char* key, const char* value) {
    const auto it = chain.find(key);
    return it != chain.end() && *it == value;
}

bool has_masquerade(const nlohmann::json& rule) {
    const auto it = rule.find("expr");
    if (it == rule.end() || !it->is_array()) return false;
    for (const auto& expression : *it)
        if (expression.contains("masquerade") || expression.contains("snat")) return true;
    return false;
}

}  // namespace

std::optional<Firewall> read_nft(std::string_view json) {
    const auto parsed = nlohmann::json::parse(json, nullptr, false);
    if (!parsed.is_object() || !parsed.contains("nftables") || !parsed["nftables"].is_array()) return {};
    Firewall out{.tool = "nft"};
    for (const auto& entry : parsed["nftables"]) {
        if (!entry.is_object()) continue;
        if (const auto chain = entry.find("chain"); chain != entry.end() && chain->is_object())
            out.drops_forwarded |= says(*chain, "hook", "forward") && says(*chain, "policy", "drop");
        if (const auto rule = entry.find("rule"); rule != entry.end() && rule->is_object())
            out.masquerades |= has_masquerade(*rule);
    }
    return out;
}

Firewall read_iptables(std::string_view text) {
    return {.tool = "iptables-save",
            .drops_forwarded = text.find("\n:FORWARD DROP") != std::string_view::npos,
            .masquerades = text.find("-j MASQUERADE") != std::string_view::npos ||
                           text.find("-j SNAT") != std::string_view::npos};
}

void probe_firewall(Machine& machine) {
    constexpr std::array kNft{"/usr/sbin/nft", "/sbin/nft"};
    constexpr std::array kIptables{"/usr/sbin/iptables-save", "/sbin/iptables-save"};
    const auto first = [](const auto& paths) {
        for (const auto* path : paths)
            if (::access(path, X_OK) == 0) return std::string(path);
        return std::string();
    };
    const auto nft = first(kNft), iptables = first(kIptables);
    if (nft.empty() && iptables.empty()) return;
    if (!machine.root) {
        machine.firewall_unseen = "only root may";
        return;
    }
    if (!nft.empty()) {
        if (const auto text = output_of({nft, "--json", "list", "ruleset"}))
            machine.firewall = read_nft(*text);
    } else if (const auto text = output_of({iptables})) {
        machine.firewall = read_iptables("\n" + *text);
    }
    if (!machine.firewall)
        machine.firewall_unseen = fmt::format("{} gave no answer", nft.empty() ? iptables : nft);
}

}  // namespace ppp::ctl::doctor
