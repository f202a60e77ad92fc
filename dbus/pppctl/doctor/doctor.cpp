// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/doctor/doctor.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include "dbus/pppctl/doctor/checks.hpp"
#include "dbus/pppctl/doctor/probes.hpp"
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl::doctor {
namespace {

constexpr std::size_t kIndent = 9;  // "warning" and two blanks
constexpr std::size_t kNarrowest = 40;

/// Says on a terminal what is looked at, since each of it may take a second.
class Progress {
public:
    Progress() = default;
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() {
        if (terminal_) put_aside(kClearLine);
    }
    void show(const char* what) const {
        if (terminal_) put_aside(fmt::format("{}looking at {} ...", kClearLine, what));
    }

private:
    bool terminal_ = aside_is_terminal();
};

Evidence gather(Outcome<Bus>& bus) {
    const Progress progress;
    progress.show("the machine");
    Evidence evidence;
    evidence.own_version = PPPMANAGER_VERSION;
    evidence.machine = probe_machine("/");
    progress.show("the network");
    probe_network(evidence);
    progress.show("the packet filter");
    probe_firewall(evidence.machine);
    progress.show("the bus");
    probe_bus(bus, evidence);
    return evidence;
}

/// The words in lines of the screen's width, each but the first indented.
std::string wrapped(const std::string& text, const Screen& screen) {
    if (screen.width < kNarrowest) return text;
    std::string out;
    std::size_t column = kIndent;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(' ', at), text.size());
        const auto word = text.substr(at, end - at);
        const auto width = columns(word);
        if (column > kIndent && column + 1 + width > screen.width) {
            out += "\n" + std::string(kIndent, ' ');
            column = kIndent;
        } else if (at > 0) {
            out += ' ';
            ++column;
        }
        out += word;
        column += width;
        at = end + 1;
    }
    return out;
}

Colour colour_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::ok:
            return Colour::good;
        case Verdict::warning:
            return Colour::busy;
        case Verdict::problem:
            return Colour::bad;
    }
    return Colour::none;
}

std::string counted(std::size_t n, const char* what) {
    return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

}  // namespace

std::string for_people(const Report& report, const Screen& screen) {
    std::string out;
    for (const auto& finding : report.findings()) {
        const std::string name(verdict_name(finding.verdict));
        out += painted(screen, colour_of(finding.verdict), name) + std::string(kIndent - name.size(), ' ') +
               wrapped(finding.area + ": " + finding.text, screen) + "\n";
        if (!finding.remedy.empty())
            out += std::string(kIndent, ' ') + wrapped("do: " + finding.remedy, screen) + "\n";
    }
    return out + fmt::format("{}, {}, {} ok\n", counted(report.count(Verdict::problem), "problem"),
                             counted(report.count(Verdict::warning), "warning"), report.count(Verdict::ok));
}

std::string as_json(const Report& report) {
    auto findings = nlohmann::ordered_json::array();
    for (const auto& finding : report.findings())
        findings.push_back({{"verdict", verdict_name(finding.verdict)},
                            {"area", finding.area},
                            {"text", finding.text},
                            {"remedy", finding.remedy}});
    const nlohmann::ordered_json out{{"problems", report.count(Verdict::problem)},
                                     {"warnings", report.count(Verdict::warning)},
                                     {"findings", std::move(findings)}};
    return json_text(out);
}

Outcome<> run(Outcome<Bus>& bus, const Screen& screen, bool json, const std::string& name) {
    const auto evidence = gather(bus);
    const bool known = name.empty() ||
                       std::ranges::find(evidence.clients, name, &Client::name) != evidence.clients.end() ||
                       std::ranges::find(evidence.servers, name, &Server::name) != evidence.servers.end();
    if (!known && evidence.daemon.running && evidence.daemon.problem.empty())
        return problem(Exit::not_found,
                       "there is no client or server '" + printable(name) + "'; see: pppctl status");
    const auto report = examine(evidence, name);
    put(json ? as_json(report) : for_people(report, screen));
    if (const auto n = report.count(Verdict::problem); n > 0)
        return problem(Exit::failed, counted(n, "problem") + " found");
    return {};
}

}  // namespace ppp::ctl::doctor
