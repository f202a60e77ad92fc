// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/last_session.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <charconv>
#include <fstream>
#include "base/fd.hpp"

namespace ppp::session {
namespace {

constexpr std::size_t kOctets = 12 + 1 + 12 + 1 + 4;

std::string hex(const link::MacAddress& mac) {
    std::string out;
    for (auto octet : mac) out += fmt::format("{:02x}", octet);
    return out;
}

template <class T>
bool read_hex(std::string_view text, T& out) {
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, out, 16);
    return error == std::errc{} && stop == end;
}

bool read_mac(std::string_view text, link::MacAddress& out) {
    for (std::size_t i = 0; i < out.size(); ++i)
        if (!read_hex(text.substr(2 * i, 2), out[i])) return false;
    return true;
}

}  // namespace

std::string format_last_session(const LastSession& session) {
    return fmt::format("{} {} {:04x}", hex(session.own_mac), hex(session.ac_mac), session.session_id);
}

std::optional<LastSession> parse_last_session(std::string_view text) {
    LastSession out;
    if (text.size() != kOctets || !read_mac(text.substr(0, 12), out.own_mac) ||
        !read_mac(text.substr(13, 12), out.ac_mac) || !read_hex(text.substr(26), out.session_id) ||
        format_last_session(out) != text)
        return std::nullopt;
    return out;
}

std::filesystem::path LastSessions::file(const std::string& client) const {
    return directory_ / (client + ".last");
}

Result<> LastSessions::remember(const std::string& client, const LastSession& session) {
    std::error_code ignored;
    std::filesystem::create_directories(directory_, ignored);
    const auto line = format_last_session(session);
    const auto target = file(client);
    const auto temporary = target.string() + ".new";
    const Fd fd{::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!fd) return fail_errno("cannot remember the session of " + client + " in " + temporary);
    // No fsync: what is lost with the power is at worst one wait at the Access-Concentrator.
    if (::write(fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        return fail_errno("cannot write " + temporary);
    if (::rename(temporary.c_str(), target.c_str()) != 0) return fail_errno("cannot rename " + temporary);
    return {};
}

void LastSessions::forget(const std::string& client) {
    std::error_code ignored;
    std::filesystem::remove(file(client), ignored);
}

std::optional<LastSession> LastSessions::recall(const std::string& client) const {
    std::ifstream in(file(client));
    std::string text(kOctets + 1, '\0');  // one more than ours have
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    return parse_last_session(std::string_view(text).substr(0, static_cast<std::size_t>(in.gcount())));
}

}  // namespace ppp::session
