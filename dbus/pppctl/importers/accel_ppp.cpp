// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/importers/accel_ppp.hpp"
#include <algorithm>
#include <map>
#include <set>
#include "base/quoted.hpp"
#include "dbus/pppctl/importers/accel_lines.hpp"
#include "dbus/pppctl/importers/accel_ranges.hpp"
#include "dbus/pppctl/importers/secrets.hpp"

namespace ppp::ctl::importers {
namespace {

constexpr const char* kName = "accel-ppp";  // of the profile and of the pool without a name

class AccelImporter {
public:
    AccelImporter(const Source& source, const Reader& reader) : source_(source), reader_(reader) {}

    Imported run() && {
        lines_ = read_accel_lines(source_, reader_);
        for (auto& line : lines_)
            if (line.section == "modules" && !line.heading && !line.settled) load(line);
        for (auto& line : lines_)
            if (!line.settled) take_line(line);
        finish();
        return std::move(out_);
    }

private:
    [[nodiscard]] bool loaded(const std::string& module) const { return modules_.contains(module); }

    static void leave(AccelLine& line, Verdict verdict, std::string why) {
        line.note.verdict = verdict;
        line.note.message = std::move(why);
        line.settled = true;
    }
    void load(AccelLine& line) {
        const auto* module = find_accel_module(line.name);
        if (module == nullptr) return leave(line, Verdict::not_taken, "this module is not known");
        modules_.insert(line.name);
        if (!module->method.empty()) methods_ += (methods_.empty() ? "" : ",") + std::string(module->method);
        leave(line, module->taken ? Verdict::taken : Verdict::not_taken, std::string(module->why));
    }

    void take_line(AccelLine& line) {
        if (line.heading) {
            const auto why = accel_section_left_out(line.section);
            if (!is_accel_section(line.section))
                return leave(line, Verdict::not_taken, "accel-ppp has no such section");
            return leave(line, why.empty() ? Verdict::taken : Verdict::not_taken,
                         why.empty() ? "a section" : std::string(why));
        }
        if (line.section.empty()) return leave(line, Verdict::wrong, "it stands before the first section");
        const auto* option = find_accel_option(line.section, line.name);
        if (option == nullptr) return leave(line, Verdict::not_taken, "the section has no such option");
        if (const auto module = module_of(line.section); !module.empty() && !loaded(module))
            return leave(line, Verdict::not_taken, "the module " + module + " is not loaded");
        take_option(line, *option);
    }
    static std::string module_of(const std::string& section) {
        if (section == "pppoe" || section == "pptp" || section == "radius" || section == "chap-secrets" ||
            section == "shaper")
            return section;
        return section == "ip-pool" ? "ippool" : "";
    }

    /// Gives a property its value unless an earlier line did.
    void take(AccelLine& line, Properties& to, const std::string& property, const std::string& value) {
        const auto [first, fresh] = givers_.try_emplace({&to, property}, line.note.line);
        if (!fresh)
            return leave(line, Verdict::not_taken,
                         "line " + std::to_string(first->second) + " says it first");
        to[property] = value;
        leave(line, Verdict::taken, property + "=" + shown(value));
    }
    static std::string shown(const std::string& value) {
        auto out = quoted(value, 200);
        return value.find(' ') == std::string::npos ? out.substr(1, out.size() - 2) : out;
    }
    void take_number(AccelLine& line, Properties& to, const std::string& property, std::uint64_t least,
                     std::uint64_t most, const char* unit = "") {
        const auto value = number(line.value);
        if (value && *value >= least && *value <= most)
            return take(line, to, property, std::to_string(*value) + unit);
        leave(line, Verdict::not_taken,
              "expected a number from " + std::to_string(least) + " to " + std::to_string(most));
    }
    void take_address(AccelLine& line, Properties& to, const std::string& property) {
        const auto address = line.value.substr(0, line.value.find('/'));
        if (!is_address(address)) return leave(line, Verdict::not_taken, "expected an IPv4 address");
        take(line, to, property, address);
    }
    void add_to_list(AccelLine& line, const std::string& property) {
        if (!is_address(line.value)) return leave(line, Verdict::not_taken, "expected an IPv4 address");
        auto& list = common_[property];
        list += (list.empty() ? "" : ",") + line.value;
        leave(line, Verdict::taken, property + "=" + list);
    }
    Properties& profile_of(const std::string& section) {
        return section == "pppoe" ? of_pppoe_ : section == "pptp" ? of_pptp_ : common_;
    }

    void take_option(AccelLine& line, const AccelOption& option) {
        constexpr std::uint64_t year = 366ULL * 86400;
        switch (option.effect) {
            case AccelEffect::not_needed:
                return leave(line, Verdict::not_needed, std::string(option.why));
            case AccelEffect::not_taken:
                return leave(line, Verdict::not_taken, std::string(option.why));
            case AccelEffect::switched:
                return leave(line, line.value == "0" ? Verdict::not_needed : Verdict::not_taken,
                             std::string(option.why));
            case AccelEffect::mtu:
                return take_number(line, server_, "max-mtu", 68, 65535);
            case AccelEffect::mru:
                return take_number(line, server_, "max-mru", 68, 65535);
            case AccelEffect::echo_interval:
            case AccelEffect::echo_failure:
            case AccelEffect::echo_timeout:
                return take_number(line, echo_, line.name.substr(line.name.find("echo-")), 0, year);
            case AccelEffect::mppe: {
                const auto value = line.value == "require"            ? "required"
                                   : line.value.starts_with("prefer") ? "yes"
                                                                      : "no";
                return take(line, profile_of(line.section), "use-encryption", value);
            }
            case AccelEffect::ipv6:
                return take(line, common_, "use-ipv6", line.value == "deny" ? "no" : "yes");
            case AccelEffect::ccp:
                if (line.value == "0") return take(line, common_, "use-compression", "no");
                return leave(line, Verdict::not_taken, "use-compression of the profile is to come");
            case AccelEffect::single_session:
                if (line.value == "replace" || line.value == "deny")
                    return take(line, common_, "only-one", "yes");
                return leave(line, Verdict::not_taken, "expected replace or deny");
            case AccelEffect::max_sessions:
                return take_number(line, of_servers_, "max-sessions", 0, 1'000'000);
            case AccelEffect::interface:
                return take_interface(line);
            case AccelEffect::ac_name:
                return take(line, of_servers_, "ac-name", line.value);
            case AccelEffect::service_name:
                if (line.value.find(',') == std::string::npos)
                    return take(line, of_servers_, "service-name", line.value);
                return leave(line, Verdict::not_taken,
                             "a server offers one service; add a server for each name");
            case AccelEffect::pado_delay:
                return take_delay(line);
            case AccelEffect::ip_pool:
                return take(line, profile_of(line.section), "remote-address", line.value);
            case AccelEffect::gateway:
                return take_address(line, common_, "local-address");
            case AccelEffect::range:
                return take_range(line);
            case AccelEffect::dns:
                return add_to_list(line, "dns-server");
            case AccelEffect::wins:
                return add_to_list(line, "wins-server");
            case AccelEffect::radius_server:
            case AccelEffect::auth_server:
                return take_radius(line);
            case AccelEffect::acct_server:
                return take_accounting(line);
            case AccelEffect::dae_server: {
                const auto port = number(first_part(line.value, ':').second);
                take(line, radius_, "incoming", "yes");
                if (port && *port != 0 && *port < 65536) radius_["incoming-port"] = std::to_string(*port);
                line.note.message += line.note.verdict == Verdict::taken
                                         ? ", with the secrets of the servers, not with one of its own"
                                         : "";
                return;
            }
            case AccelEffect::radius_timeout:
                return take_number(line, radius_, "timeout", 1, 60, "000ms");
            case AccelEffect::interim:
                return take_number(line, aaa_, "interim-update", 0, year, "s");
            case AccelEffect::secrets_file:
                secrets_ = line.value;
                return leave(line, Verdict::taken, "its entries follow");
            case AccelEffect::encrypted:
                hashed_ = line.value != "0";
                return leave(line, hashed_ ? Verdict::not_taken : Verdict::not_needed,
                             hashed_ ? "hashes are not taken, so no secret is" : "passwords are plain");
            case AccelEffect::rate_limit:
                return take_rate(line);
        }
    }

    void take_interface(AccelLine& line) {
        const auto [name, rest] = first_part(line.value, ',');
        if (name.starts_with("re:"))
            return leave(line, Verdict::not_taken, "a pattern; add a pppoe-server for each interface");
        if (name.empty()) return leave(line, Verdict::not_taken, "expected the name of an interface");
        if (!interfaces_.insert(name).second) return leave(line, Verdict::not_needed, "it is named already");
        leave(line, Verdict::taken,
              "pppoe-server " + quoted("pppoe-" + name) + ", interface=" + shown(name) +
                  (rest.empty() ? "" : "; left out: " + shown(rest)));
    }
    void take_delay(AccelLine& line) {
        const auto [delay, rest] = first_part(line.value, ',');
        const auto value = number(delay);
        if (!value || *value > 65535)
            return leave(line, Verdict::not_taken, "expected milliseconds from 0 to 65535");
        take(line, of_servers_, "pado-delay", std::to_string(*value) + "ms");
        if (!rest.empty() && line.note.verdict == Verdict::taken)
            line.note.message += "; left out: " + shown(rest) + ", delays by the number of sessions";
    }
    void take_range(AccelLine& line) {
        const auto range = read_accel_range(line.name == "tunnel" || !line.has_value
                                                ? (line.has_value ? line.value : line.name)
                                                : line.name + "=" + line.value);
        if (!range)
            return leave(line, Verdict::not_taken, "expected addresses such as 10.0.0.2-255 or 10.0.0.0/24");
        const auto name = range->pool.empty() ? std::string(kName) : range->pool;
        auto& pool = pools_[name];
        auto& ranges = pool["ranges"];
        ranges += (ranges.empty() ? "" : ",") + range->addresses;
        if (!range->next.empty()) pool["next-pool"] = range->next;
        leave(line, Verdict::taken,
              "pool " + quoted(name) + ", ranges=" + ranges +
                  (range->next.empty() ? "" : ", next-pool=" + shown(range->next)));
    }
    void take_rate(AccelLine& line) {
        const auto [down, up] = first_part(line.value, '/');
        const auto rx = number(up.empty() ? down : up), tx = number(down);
        constexpr std::uint64_t most = 1'000'000'000;
        if (!rx || !tx || *rx > most || *tx > most)
            return leave(line, Verdict::not_taken, "expected kbit/s: 2048 or 2048/1024");
        take(line, common_, "rate-limit", std::to_string(*rx) + "k/" + std::to_string(*tx) + "k");
    }
    static bool is_radius_option(std::string_view key) {
        return key == "req-limit" || key == "fail-timeout" || key == "fail-time" || key == "max-fail" ||
               key == "weight" || key == "backup" || key == "bind";
    }
    /// server=ADDRESS,SECRET[,auth-port=N][,acct-port=N]... and auth-server=ADDRESS[:PORT],SECRET.
    void take_radius(AccelLine& line) {
        auto [place, rest] = first_part(line.value, ',');
        const auto [address, port] = first_part(place, ':');
        if (address.empty() || address.find_first_of(" \t;") != std::string::npos)
            return leave(line, Verdict::not_taken, "expected an address, a comma and a secret");
        Properties server{{"address", address}};
        std::string left_out;
        const auto take_port = [&](const char* property, const std::string& text) {
            const auto value = number(text);
            if (value && *value != 0 && *value < 65536) server[property] = std::to_string(*value);
        };
        if (!port.empty()) take_port("authentication-port", port);
        const auto [secret, more] = first_part(rest, ',');
        if (!secret.empty()) server["secret"] = secret;
        for (rest = more; !rest.empty();) {
            const auto [part, others] = first_part(rest, ',');
            const auto [key, value] = first_part(part, '=');
            if (key == "auth-port")
                take_port("authentication-port", value);
            else if (key == "acct-port")
                take_port("accounting-port", value);
            else
                // What has no key may be the rest of a secret with a comma.
                left_out += (left_out.empty() ? "; left out: " : ", ") +
                            (is_radius_option(key) ? shown(part) : std::string("***"));
            rest = others;
        }
        servers_.push_back(std::move(server));
        leave(line, Verdict::taken,
              "radius " + quoted("radius" + std::to_string(servers_.size())) + ", address=" + shown(address) +
                  left_out);
    }
    void take_accounting(AccelLine& line) {
        const auto [address, port] = first_part(first_part(line.value, ',').first, ':');
        const auto value = number(port);
        for (auto& server : servers_) {
            if (server["address"] != address) continue;
            if (!value || *value == 0 || *value > 65535)
                return leave(line, Verdict::not_needed, "accounting-port has its standard value");
            server["accounting-port"] = std::to_string(*value);
            return leave(line, Verdict::taken, "accounting-port=" + std::to_string(*value));
        }
        leave(line, Verdict::not_taken, "a server that authenticates is accounted to, no other");
    }

    void add(const char* kind, const std::string& name, Properties properties,
             Edit::Verb verb = Edit::Verb::add) {
        out_.edits.push_back({.verb = verb, .kind = kind, .name = name, .properties = std::move(properties)});
    }
    void say(Verdict verdict, std::string text) {
        out_.notes.push_back(
            {.file = source_.path, .line = 0, .text = {}, .verdict = verdict, .message = std::move(text)});
    }

    void finish() {
        for (auto& line : lines_) out_.notes.push_back(std::move(line.note));
        for (auto& [name, pool] : pools_)
            if (pool.contains("ranges")) add("pool", name, pool);
        if (!echo_.empty()) {
            const auto value = [this](const char* name) { return number(echo_[name]).value_or(0); };
            const auto timeout = value("echo-timeout"), interval = value("echo-interval");
            // The time after which a silent client is gone goes before the number of its silences.
            server_["keepalive-timeout"] = interval != 0 && timeout != 0
                                               ? keepalive(1, timeout)
                                               : keepalive(interval, value("echo-failure"));
            say(Verdict::taken, "keepalive-timeout=" + server_["keepalive-timeout"] + " of the echoes");
        }
        if (!methods_.empty()) server_["authentication"] = methods_;
        add_servers();
        add_radius();
        if (loaded("chap-secrets") && !hashed_) add_secrets();
    }
    void add_servers() {
        const bool pppoe = !interfaces_.empty(), pptp = loaded("pptp");
        if (!pppoe && !pptp)
            return say(
                Verdict::wrong,
                "there is no server in it: neither the module pptp nor the module pppoe with an interface");
        if (pools_.contains(kName)) common_.try_emplace("remote-address", kName);
        const auto profile = [this](const Properties& more) {
            auto out = more;
            out.insert(common_.begin(), common_.end());
            return out;
        };
        auto first = profile(pppoe ? of_pppoe_ : of_pptp_), second = profile(of_pptp_);
        const bool two = pppoe && pptp && first != second;
        add("profile", kName, std::move(first));
        if (two) add("profile", kName + std::string("-pptp"), std::move(second));
        for (const auto& name : interfaces_) {
            auto server = of_servers_;
            server.insert(server_.begin(), server_.end());
            server.insert({{"interface", name}, {"default-profile", kName}, {"disabled", "no"}});
            add("pppoe-server", "pppoe-" + name, std::move(server));
        }
        if (!pptp) return;
        auto server = server_;
        server.insert({{"default-profile", two ? kName + std::string("-pptp") : kName}, {"disabled", "no"}});
        add("pptp-server", "server", std::move(server), Edit::Verb::set);
    }
    void add_radius() {
        if (!loaded("radius")) return;
        aaa_["use-radius"] = "yes";
        add("aaa", "aaa", aaa_, Edit::Verb::set);
        for (std::size_t i = 0; i < servers_.size(); ++i) {
            servers_[i].insert(radius_.begin(), radius_.end());
            add("radius", "radius" + std::to_string(i + 1), servers_[i]);
        }
    }
    void add_secrets() {
        auto text = reader_ ? reader_(secrets_) : std::nullopt;
        if (!text)
            return say(Verdict::not_taken, "the secrets: " + quoted(secrets_, 200) + " cannot be read");
        const SecretsInput input{.source = {secrets_, *std::move(text)}, .clients = {}, .accel_ppp = true};
        auto secrets = import_secrets(input, reader_);
        std::move(secrets.notes.begin(), secrets.notes.end(), std::back_inserter(out_.notes));
        std::move(secrets.edits.begin(), secrets.edits.end(), std::back_inserter(out_.edits));
    }

    const Source& source_;
    const Reader& reader_;
    std::vector<AccelLine> lines_;
    std::set<std::string> modules_, interfaces_;
    std::string methods_, secrets_ = "/etc/ppp/chap-secrets";
    bool hashed_ = false;
    Properties common_, of_pppoe_, of_pptp_;  // of profiles
    Properties server_, of_servers_, echo_;   // of all servers; of those for PPPoE
    Properties radius_, aaa_;                 // of all RADIUS servers
    std::vector<Properties> servers_;         // of RADIUS
    std::map<std::string, Properties> pools_;
    std::map<std::pair<const Properties*, std::string>, std::size_t> givers_;
    Imported out_;
};

}  // namespace

Imported import_accel_ppp(const Source& source, const Reader& reader) {
    return AccelImporter(source, reader).run();
}

}  // namespace ppp::ctl::importers
