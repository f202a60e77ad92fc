// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/values.hpp"
#include <arpa/inet.h>
#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace ppp::config {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// Takes the digits at the front of `text` off. nullopt when there are none or too many.
std::optional<std::uint64_t> take_number(std::string_view& text) {
    const auto* const end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto length = static_cast<std::size_t>(end - text.begin());
    const auto value = parse_number(text.substr(0, length));
    if (value) text.remove_prefix(length);
    return value;
}

std::vector<std::string_view> split_words(std::string_view text) {
    std::vector<std::string_view> words;
    for (text = trim(text); !text.empty(); text = trim(text)) {
        const auto blank = std::min(text.find_first_of(" \t"), text.size());
        words.push_back(text.substr(0, blank));
        text.remove_prefix(blank);
    }
    return words;
}

struct Unit {
    char letter;
    std::uint64_t seconds;
};
constexpr std::array<Unit, 5> kUnits{{{'w', 604800}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};

/// "10:00" is refused: RouterOS reads it as hours and minutes, people as minutes and seconds.
std::optional<std::uint64_t> parse_clock(std::string_view text) {
    std::uint64_t total = 0;
    for (unsigned part = 0; part < 3; ++part) {
        if (part != 0) {
            if (text.empty() || text.front() != ':') return std::nullopt;
            text.remove_prefix(1);
            if (text.size() < 2 || !is_digit(text[1]) || (text.size() > 2 && is_digit(text[2])))
                return std::nullopt;
        }
        const auto value = take_number(text);
        if (!value || *value > (part == 0 ? 1'000'000U : 59U)) return std::nullopt;
        total = total * 60 + *value;
    }
    if (!text.empty()) return std::nullopt;
    return total;
}

/// Far above every range of the property table, far below overflow.
constexpr std::uint64_t kMaxSeconds = 1'000'000'000'000;

std::optional<std::uint64_t> parse_rate(std::string_view text) {
    auto value = take_number(text);
    if (!value) return std::nullopt;
    std::uint64_t factor = 1;
    if (text.size() > 1) return std::nullopt;
    if (!text.empty()) {
        switch (text.front()) {
            case 'k':
            case 'K':
                factor = 1'000;
                break;
            case 'M':
                factor = 1'000'000;
                break;
            case 'G':
                factor = 1'000'000'000;
                break;
            default:
                return std::nullopt;
        }
    }
    if (*value > 1'000'000'000'000'000 / factor) return std::nullopt;  // a petabit is a typing error
    return *value * factor;
}

/// "rx" or "rx/tx", each side read by `parse`.
template <class Parse>
std::optional<RatePair> parse_pair(std::string_view text, Parse parse) {
    const auto slash = text.find('/');
    const auto rx = parse(text.substr(0, slash));
    if (!rx) return std::nullopt;
    if (slash == std::string_view::npos) return RatePair{*rx, *rx};
    const auto tx = parse(text.substr(slash + 1));
    if (!tx) return std::nullopt;
    return RatePair{*rx, *tx};
}

std::optional<std::uint64_t> parse_burst_time(std::string_view text) {
    const auto value = parse_duration(text);
    if (!value || value->count() > 3600) return std::nullopt;
    return static_cast<std::uint64_t>(value->count());
}

void append_escape(std::string& out, unsigned char octet) {
    constexpr std::string_view hex = "0123456789abcdef";
    out += "\\x";
    out += hex[octet >> 4];
    out += hex[octet & 0xF];
}

constexpr std::array kStrongestFirst{AuthMethod::mschap2, AuthMethod::mschap1, AuthMethod::chap_md5,
                                     AuthMethod::pap};

}  // namespace

std::optional<bool> parse_yes_no(std::string_view text) {
    if (text == "yes" || text == "true") return true;
    if (text == "no" || text == "false") return false;
    return std::nullopt;
}
std::string_view print_yes_no(bool value) { return value ? "yes" : "no"; }

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
    std::uint64_t total = 0;
    std::size_t next_unit = 0;
    if (text.empty()) return std::nullopt;
    if (const auto plain = parse_number(text)) {
        if (*plain > kMaxSeconds) return std::nullopt;
        return std::chrono::seconds(*plain);
    }
    while (!text.empty()) {
        std::string_view rest = text;
        const auto value = take_number(rest);
        if (!value || rest.empty()) return std::nullopt;
        if (rest.front() == ':') {
            // A clock may follow weeks and days only.
            const auto clock = parse_clock(text);
            if (!clock || next_unit > 2) return std::nullopt;
            total += *clock;
            break;
        }
        const auto* unit = std::find_if(kUnits.begin() + next_unit, kUnits.end(),
                                        [&](const Unit& u) { return u.letter == rest.front(); });
        if (unit == kUnits.end() || *value > kMaxSeconds / unit->seconds) return std::nullopt;
        total += *value * unit->seconds;
        next_unit = static_cast<std::size_t>(unit - kUnits.begin()) + 1;
        rest.remove_prefix(1);
        text = rest;
    }
    if (total > kMaxSeconds) return std::nullopt;
    return std::chrono::seconds(total);
}

std::string print_duration(std::chrono::seconds value) {
    auto left = static_cast<std::uint64_t>(std::max<std::int64_t>(0, value.count()));
    if (left == 0) return "0s";
    std::string out;
    for (const auto& unit : kUnits) {
        if (left < unit.seconds) continue;
        out += std::to_string(left / unit.seconds) + unit.letter;
        left %= unit.seconds;
    }
    return out;
}

std::optional<std::chrono::milliseconds> parse_milliseconds(std::string_view text) {
    if (text.ends_with("ms")) text.remove_suffix(2);
    if (const auto plain = parse_number(text)) {
        if (*plain > kMaxSeconds) return std::nullopt;
        return std::chrono::milliseconds(*plain);
    }
    return parse_duration(text);
}

std::vector<std::string_view> split_list(std::string_view text) {
    std::vector<std::string_view> out;
    if (trim(text).empty()) return out;
    for (;;) {
        const auto comma = text.find(',');
        out.push_back(trim(text.substr(0, comma)));
        if (comma == std::string_view::npos) return out;
        text.remove_prefix(comma + 1);
    }
}

std::optional<AuthMethods> parse_auth_methods(std::string_view text) {
    AuthMethods out;
    for (const auto part : split_list(text)) {
        const auto* method = std::find_if(kStrongestFirst.begin(), kStrongestFirst.end(),
                                          [&](AuthMethod m) { return auth_method_name(m) == part; });
        if (method == kStrongestFirst.end()) return std::nullopt;
        out.add(*method);
    }
    if (out.empty()) return std::nullopt;
    return out;
}

std::string print_auth_methods(AuthMethods methods) {
    std::string out;
    for (const auto method : kStrongestFirst) {
        if (!methods.has(method)) continue;
        if (!out.empty()) out += ',';
        out += auth_method_name(method);
    }
    return out;
}

AddressSource parse_address_source(std::string_view text) {
    AddressSource out;
    if (text.empty()) return out;
    const auto dash = text.find('-');
    const auto first = aaa::parse_ipv4(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : aaa::parse_ipv4(text.substr(dash + 1));
    if (first && last && *first <= *last) {
        out.kind = dash == std::string_view::npos ? AddressSource::Kind::address : AddressSource::Kind::range;
        out.range = {*first, *last};
        return out;
    }
    out.kind = AddressSource::Kind::pool;
    out.pool = text;
    return out;
}

bool usable_range(const aaa::AddressRange& range) {
    constexpr std::array<aaa::AddressRange, 3> unusable{
        {{0, 0x00FFFFFF}, {0x7F000000, 0x7FFFFFFF}, {0xE0000000, 0xFFFFFFFF}}};
    return std::none_of(unusable.begin(), unusable.end(),
                        [&](const auto& no) { return range.first <= no.last && no.first <= range.last; });
}
bool usable_address(std::uint32_t address) { return usable_range({address, address}); }

std::optional<RateLimit> parse_rate_limit(std::string_view text) {
    const auto words = split_words(text);
    if (words.empty() || words.size() > 6) return std::nullopt;
    const auto at = [&](std::size_t index, auto parse) {
        return index < words.size() ? parse_pair(words[index], parse) : std::nullopt;
    };
    RateLimit out;
    const auto rate = at(0, parse_rate);
    if (!rate) return std::nullopt;
    out.rate = *rate;
    out.burst = at(1, parse_rate);
    out.threshold = at(2, parse_rate);
    out.time = at(3, parse_burst_time);
    out.minimum = at(5, parse_rate);
    if (words.size() > 4) {
        const auto priority = parse_number(words[4]);
        if (!priority || *priority < 1 || *priority > 8) return std::nullopt;
        out.priority = static_cast<std::uint8_t>(*priority);
    }
    const std::array present{true, out.burst.has_value(),  out.threshold.has_value(), out.time.has_value(),
                             true, out.minimum.has_value()};
    for (std::size_t i = 0; i < words.size(); ++i)
        if (!present.at(i)) return std::nullopt;
    return out;
}

bool printable(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return octet < 0x20 || octet == 0x7F;
    });
}

bool valid_interface_name(std::string_view name) {
    if (name.empty() || name.size() > 15 || !printable(name)) return false;
    // A '%' makes the kernel number the name; /proc/sys/net/*/conf/{all,default} are taken.
    if (name.find_first_of("/: %") != std::string_view::npos) return false;
    if (name.find('\xA0') != std::string_view::npos) return false;  // isspace() of the kernel
    return name != "." && name != ".." && name != "all" && name != "default" && name != "lo";
}

bool valid_host(std::string_view text) {
    if (text.empty() || text.size() > 253) return false;
    if (text.find(':') != std::string_view::npos) {
        in6_addr address{};
        return text.find('\0') == std::string_view::npos &&
               ::inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
    }
    if (text.find_first_not_of("0123456789.") == std::string_view::npos)
        return aaa::parse_ipv4(text).has_value();
    std::size_t label = 0;
    char last = '.';
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
        if (c == '.' ? last == '.' || last == '-' : !letter && (c != '-' || last == '.')) return false;
        label = c == '.' ? 0 : label + 1;
        if (label > 63) return false;
        last = c;
    }
    return last != '-';
}

bool valid_route(std::string_view text) {
    const auto words = split_words(text);
    if (words.empty() || words.size() > 3) return false;
    const auto slash = words[0].find('/');
    if (!aaa::parse_ipv4(words[0].substr(0, slash))) return false;
    if (slash != std::string_view::npos) {
        const auto length = parse_number(words[0].substr(slash + 1));
        if (!length || *length > 32) return false;
    }
    if (words.size() > 1 && !aaa::parse_ipv4(words[1])) return false;
    if (words.size() < 3) return true;
    const auto metric = parse_number(words[2]);
    return metric && *metric <= 255;
}

bool valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto lead = static_cast<unsigned char>(text.front());
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (length == 0 || lead > 0xF4 || text.size() < length) return false;
        for (std::size_t i = 1; i < length; ++i)
            if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return false;
        if (length > 2) {
            // Neither a longer form than needed, nor half a surrogate pair, nor beyond U+10FFFF.
            const auto second = static_cast<unsigned char>(text[1]);
            if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
                (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
                return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

std::optional<std::string> parse_mac(std::string_view text) {
    if (text.size() != 17) return std::nullopt;
    const char mark = text[2];
    if (mark != ':' && mark != '-') return std::nullopt;
    std::string out(text);
    for (std::size_t i = 0; i < out.size(); ++i) {
        char& c = out[i];
        if (i % 3 == 2) {
            if (c != mark) return std::nullopt;
            c = ':';
        } else if (c >= 'a' && c <= 'f') {
            c = static_cast<char>(c - 'a' + 'A');
        } else if (!is_digit(c) && (c < 'A' || c > 'F')) {
            return std::nullopt;
        }
    }
    return out;
}

std::string Quoted::operator()(std::string_view text, std::size_t limit) const {
    const bool cut = text.size() > limit;
    if (cut) {
        // Never split a UTF-8 character: what follows a start octet goes with it.
        std::size_t end = limit;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
        text = text.substr(0, end);
    }
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto octet = static_cast<unsigned char>(c);
        // U+0080 to U+009F steer a terminal too.
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        if (octet == 0xC2 && next >= 0x80 && next < 0xA0) {
            append_escape(out, static_cast<unsigned char>(next));
            ++i;
            continue;
        }
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (octet < 0x20 || octet == 0x7F) {
            append_escape(out, octet);
        } else {
            out += c;
        }
    }
    return out + (cut ? "...\"" : "\"");
}

}  // namespace ppp::config
