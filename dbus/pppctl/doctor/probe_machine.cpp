// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include "dbus/pppctl/doctor/probes.hpp"

namespace ppp::ctl::doctor {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMostModuleOctets = 4U << 20U;  // modules.dep of a big kernel has half a million

std::string contents(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text(kMostModuleOctets, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    return text;
}

/// Calls `line` with each line, blanks at both ends taken off.
template <class F>
void each_line(std::string_view text, F line) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto first = one.find_first_not_of(" \t\r");
        if (first == std::string_view::npos) continue;
        one = one.substr(first, one.find_last_not_of(" \t\r") - first + 1);
        line(one);
    }
}

std::vector<std::string> words(std::string_view text, char separator) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        if (end > 0) out.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

void probe_modules(const fs::path& root, Machine& machine) {
    const auto directory = root / "lib/modules" / machine.release;
    const auto loadable = contents(directory / "modules.dep");
    const auto built_in = contents(directory / "modules.builtin");
    for (const std::string name : {"ppp_generic", "pppoe", "pptp", "ppp_mppe", "ppp_async", "ppp_deflate"}) {
        const auto file = "/" + name + ".ko";
        auto state = ModuleState::missing;
        std::error_code error;
        if (built_in.find(file) != std::string::npos)
            state = ModuleState::built_in;
        else if (fs::exists(root / "sys/module" / name, error))
            state = ModuleState::loaded;
        else if (loadable.find(file) != std::string::npos)
            state = ModuleState::loadable;
        else if (loadable.empty())
            state = ModuleState::unknown;
        machine.modules.emplace(name, state);
    }
}

std::string link_target(const fs::path& path) {
    std::error_code error;
    const auto target = fs::read_symlink(path, error);
    return error ? std::string() : target.string();
}

constexpr std::array kPrograms{
    "pppd",  "pppoe",          "pppoe-server", "accel-pppd",      "xl2tpd",
    "pptpd", "NetworkManager", "ModemManager", "systemd-network", "systemd-resolve"};

std::optional<std::uint64_t> file_limit(const fs::path& process) {
    std::optional<std::uint64_t> out;
    each_line(contents(process / "limits"), [&](std::string_view line) {
        if (!line.starts_with("Max open files")) return;
        const auto fields = words(line, ' ');
        std::uint64_t value = 0;
        if (fields.size() < 4) return;
        const auto& text = fields[3];
        if (std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc()) out = value;
    });
    return out;
}

void probe_processes(const fs::path& root, Machine& machine) {
    std::error_code error;
    const auto ours = link_target(root / "proc/self/ns/net");
    for (const auto& entry : fs::directory_iterator(root / "proc", error)) {
        const auto number = entry.path().filename().string();
        int pid = 0;
        const auto* end = number.data() + number.size();
        if (std::from_chars(number.data(), end, pid).ptr != end) continue;
        std::string name;
        each_line(contents(entry.path() / "comm"), [&](std::string_view line) { name = line; });
        const bool daemon = name == "pppmanagerd";
        if (!daemon && std::ranges::find(kPrograms, name) == kPrograms.end()) continue;
        // An ordinary user cannot see the namespace of another's process; then it counts as ours.
        const auto theirs = link_target(entry.path() / "ns/net");
        if (!theirs.empty() && theirs != ours) continue;
        if (daemon)
            machine.daemon_files = file_limit(entry.path());
        else
            machine.processes.push_back({pid, name, words(contents(entry.path() / "cmdline"), '\0')});
    }
    std::ranges::sort(machine.processes, {}, &Process::pid);
}

void probe_network_files(const fs::path& root, Machine& machine) {
    std::vector<std::string> seen;
    // In the order of their rights: a file of the same name in a later directory is not read.
    for (const char* directory : {"etc/systemd/network", "run/systemd/network", "usr/lib/systemd/network"}) {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(root / directory, error)) {
            const auto name = entry.path().filename().string();
            if (entry.path().extension() != ".network" || std::ranges::find(seen, name) != seen.end())
                continue;
            seen.push_back(name);
            machine.network_files.push_back(
                read_network_file("/" + (fs::path(directory) / name).string(), contents(entry.path())));
        }
    }
    std::ranges::sort(machine.network_files, {}, &NetworkFile::path);
}

}  // namespace

NetworkFile read_network_file(std::string path, std::string_view text) {
    NetworkFile out;
    out.path = std::move(path);
    std::string section;
    each_line(text, [&](std::string_view line) {
        if (line.front() == '[') section = line;
        const auto equals = line.find('=');
        if (equals == std::string_view::npos) return;
        const auto key = line.substr(0, line.find_last_not_of(" \t", equals - 1) + 1);
        const auto begin = std::min(line.find_first_not_of(" \t", equals + 1), line.size());
        const auto value = line.substr(begin);
        if (section == "[Match]" && key == "Name")
            std::ranges::move(words(value, ' '), std::back_inserter(out.names));
        if (section == "[Match]" && key == "Type")
            std::ranges::move(words(value, ' '), std::back_inserter(out.types));
        if (section == "[Link]" && key == "Unmanaged")
            out.unmanaged = value == "yes" || value == "true" || value == "1" || value == "on";
    });
    return out;
}

Resolver read_resolver(std::string target, std::string_view text) {
    Resolver out;
    out.target = std::move(target);
    each_line(text, [&](std::string_view line) {
        if (line.front() == '#' || line.front() == ';') out.comment += std::string(line) + "\n";
        const auto fields = words(line, ' ');
        if (fields.size() > 1 && fields[0] == "nameserver") out.servers.push_back(fields[1]);
    });
    return out;
}

Machine probe_machine(const fs::path& root) {
    Machine machine;
    machine.root = ::geteuid() == 0;
    utsname system{};
    if (::uname(&system) == 0) machine.release = &system.release[0];
    probe_modules(root, machine);
    struct stat device {};
    if (::stat((root / "dev/ppp").c_str(), &device) == 0 && (device.st_mode & S_IFMT) == S_IFCHR)
        machine.ppp_device = device.st_mode & 07777U;
    probe_processes(root, machine);
    for (const std::string path :
         {"net/ipv4/ip_forward", "net/ipv4/conf/all/rp_filter", "net/ipv4/neigh/default/gc_thresh3"}) {
        const auto text = contents(root / "proc/sys" / path);
        std::uint64_t value = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc())
            machine.sysctls.emplace(path, value);
    }
    std::error_code error;
    if (fs::exists(root / "etc/resolv.conf", error))
        machine.resolver =
            read_resolver(link_target(root / "etc/resolv.conf"), contents(root / "etc/resolv.conf"));
    probe_network_files(root, machine);
    return machine;
}

}  // namespace ppp::ctl::doctor
