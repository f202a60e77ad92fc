// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/json_text.hpp"
#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <unordered_set>

namespace ppp::config {
namespace {

/// Where the token begins that ends before `position` and that the parser could not use. The parser knows the
/// text of strings and numbers only.
std::size_t token_start(std::string_view text, std::size_t position, const std::string& token,
                        std::string_view what) {
    if (what.find("unexpected end of input") != std::string_view::npos) return text.size();
    std::size_t at = std::min(position, text.size());
    if (at == 0) return 0;
    const bool whole = what.find("unexpected ") != std::string_view::npos;
    const char last = text[at - 1];
    if (whole && (last == '"' || (last >= '0' && last <= '9')) && token.size() <= at)
        return at - token.size();
    --at;
    while (whole && last >= 'a' && last <= 'z' && at > 0 && text[at - 1] >= 'a' && text[at - 1] <= 'z') --at;
    return at;
}

/// The sentence of the library without its prefix and without the text it read, which may be a password.
std::string syntax_text(std::string_view what) {
    const auto start = what.find(" - ");
    if (start == std::string_view::npos) return "is not valid JSON";
    what.remove_prefix(start + 3);
    // Behind it stand octets of the file, which may be a password and may look like the library's own words.
    return "is not valid JSON here: " + std::string(what.substr(0, what.find("; last read:")));
}

/// The parser's events become a tree; it stops at the first thing that makes going on pointless.
class TreeBuilder {
public:
    using Json = nlohmann::json;
    TreeBuilder(std::string_view text, File file, Problems& problems)
        : text_(text), file_(file), problems_(&problems) {}

    // The events; their names and signatures are the library's.
    bool null() { return put(JsonValue::Type::null, "null"); }
    bool boolean(bool v) { return put(JsonValue::Type::boolean, v ? "true" : "false"); }
    bool number_integer(Json::number_integer_t v) { return put(JsonValue::Type::integer, std::to_string(v)); }
    bool number_unsigned(Json::number_unsigned_t v) {
        return put(JsonValue::Type::integer, std::to_string(v));
    }
    bool number_float(Json::number_float_t, const std::string& digits) {
        return put(JsonValue::Type::real, digits);
    }
    bool string(std::string& v) {
        const bool more = put(JsonValue::Type::text, v);
        ::explicit_bzero(v.data(), v.size());
        return more;
    }
    static bool binary(Json::binary_t&) { return false; }
    bool start_object(std::size_t) { return open(JsonValue::Type::object); }
    bool end_object() { return close(); }
    bool start_array(std::size_t) { return open(JsonValue::Type::list); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        Level& level = levels_.back();
        level.key = name;
        if (!level.seen.insert(name).second)
            problems_->add(file_, path(), "is there twice; keep one of them");
        return true;
    }
    bool parse_error(std::size_t position, const std::string& token, const Json::exception& error) {
        if (text_.find_first_not_of(" \t\r\n") == std::string_view::npos) {
            problems_->add(file_, "", "is empty; an empty configuration is {}");
            return false;
        }
        const std::size_t at = token_start(text_, position, token, error.what());
        const auto before = text_.substr(0, at);
        const auto newline = before.rfind('\n');
        problems_->add({.file = file_,
                        .pointer = {},
                        .text = syntax_text(error.what()),
                        .line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
                        .column = newline == std::string_view::npos ? at + 1 : at - newline});
        return false;
    }

    std::optional<JsonValue> take() && { return std::move(root_); }

private:
    struct Level {
        JsonValue* value;
        std::string key;  // the latest
        std::unordered_set<std::string> seen;
    };

    [[nodiscard]] std::string path() const {
        std::string out;
        for (const auto& level : levels_) {
            const bool list = level.value->type == JsonValue::Type::list;
            out += pointer_to(list ? std::to_string(level.value->members.size()) : level.key);
        }
        return out;
    }
    /// @return where a new value belongs, or nullptr when there are too many.
    JsonValue* slot() {
        if (++values_ > kMaxJsonValues) {
            problems_->add(file_, "", "has more than " + std::to_string(kMaxJsonValues) + " values");
            return nullptr;
        }
        if (levels_.empty()) return &root_.emplace();
        Level& level = levels_.back();
        return &level.value->members.emplace_back(JsonMember{level.key, {}}).value;
    }
    bool put(JsonValue::Type type, std::string scalar) {
        JsonValue* value = slot();
        if (!value) return false;
        value->type = type;
        value->scalar = std::move(scalar);
        return true;
    }
    bool open(JsonValue::Type type) {
        if (levels_.size() == kMaxJsonDepth) {
            problems_->add(file_, path(),
                           "is nested more than " + std::to_string(kMaxJsonDepth) + " levels deep");
            return false;
        }
        JsonValue* value = slot();
        if (!value) return false;
        value->type = type;
        levels_.push_back({value, {}, {}});
        return true;
    }
    bool close() {
        levels_.pop_back();
        return true;
    }

    std::string_view text_;
    File file_;
    Problems* problems_;
    std::optional<JsonValue> root_;
    // A level points at the last member of the one before, which grows no more until the level is closed.
    std::vector<Level> levels_;
    std::size_t values_ = 0;
};

}  // namespace

std::optional<JsonValue> read_json(std::string_view text, File file, Problems& problems) {
    if (text.size() > kMaxJsonOctets) {
        problems.add(file, "", "is larger than " + std::to_string(kMaxJsonOctets >> 20) + " MiB");
        return std::nullopt;
    }
    TreeBuilder builder(text, file, problems);
    const bool whole = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
    auto root = std::move(builder).take();
    if (whole && root && root->type == JsonValue::Type::object) return root;
    if (whole) problems.add(file, "", "is not a JSON object {...}");
    if (root) wipe(*root);
    return std::nullopt;
}

void wipe(JsonValue& value) noexcept {
    ::explicit_bzero(value.scalar.data(), value.scalar.size());
    for (auto& member : value.members) wipe(member.value);
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (octet < 0x20 || octet == 0x7F) {
            constexpr std::string_view hex = "0123456789abcdef";
            out += "\\u00";
            out += hex[octet >> 4];
            out += hex[octet & 0xF];
        } else {
            out += c;
        }
    }
    out += '"';
}

}  // namespace ppp::config
