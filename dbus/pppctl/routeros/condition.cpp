// SPDX-License-Identifier: GPL-2.0-or-later
/// @file read_query(): conditions to postfix terms, by Dijkstra's two stacks.
#include <array>
#include <string>
#include <utility>
#include "dbus/pppctl/routeros/parser.hpp"

namespace ppp::ctl::ros {
namespace {

using Kind = Term::Kind;

constexpr std::string_view kKeyEnds = "=~<>!&|\"$[](){}";

class Condition {
public:
    static constexpr std::size_t kMaxTerms = 256;

    explicit Condition(Reader& reader) : reader_(reader) {}

    std::optional<Query> read() {
        for (;;) {
            reader_.skip_blanks();
            if (reader_.at_end_of_command() || reader_.peek() == '#') break;
            if (query_.terms.size() + waiting_.size() >= kMaxTerms)
                return reader_.fail("expected at most " + std::to_string(kMaxTerms) + " conditions");
            const bool fine = operand_ ? operand() : join();
            if (!fine) return std::nullopt;
        }
        if (operand_ && !(query_.terms.empty() && waiting_.empty()))
            return reader_.fail("expected a condition");
        while (!waiting_.empty()) {
            if (waiting_.back() == kOpen) return reader_.fail("expected )");
            settle();
        }
        return std::move(query_);
    }

private:
    void settle() {
        query_.terms.push_back({.kind = waiting_.back(), .key = {}, .value = {}});
        waiting_.pop_back();
    }

    /// What binds at least as tightly comes first.
    void wait_for(Kind kind) {
        while (!waiting_.empty() && waiting_.back() != kOpen && waiting_.back() <= kind) settle();
        waiting_.push_back(kind);
        operand_ = true;
    }

    bool operand() {
        const char c = reader_.peek();
        if (c == '(' || c == '!') {
            reader_.skip();
            waiting_.push_back(c == '(' ? kOpen : Kind::negate);
            return true;
        }
        auto key = reader_.bare(kKeyEnds);
        if (!key) return false;
        return operand(std::move(*key));
    }

    bool operand(std::string key) {
        if (key.empty()) {
            reader_.fail("expected the name of a property");
            return false;
        }
        if (key == "where" && query_.terms.empty() && waiting_.empty()) return true;
        reader_.skip_blanks();
        Term term{.kind = Kind::holds, .key = std::move(key), .value = {}};
        if (comparison(term.kind)) {
            reader_.skip_blanks();
            if (!value(term.value)) return false;
        } else if (term.key == "not") {
            waiting_.push_back(Kind::negate);
            return true;
        }
        query_.terms.push_back(std::move(term));
        operand_ = false;
        return true;
    }

    bool comparison(Kind& kind) {
        struct Spelling {
            std::string_view text;
            Kind kind;
        };
        static constexpr std::array<Spelling, 7> spellings{{{"!=", Kind::not_equal},
                                                            {"<=", Kind::less_or_equal},
                                                            {">=", Kind::greater_or_equal},
                                                            {"=", Kind::equal},
                                                            {"<", Kind::less},
                                                            {">", Kind::greater},
                                                            {"~", Kind::matches}}};
        for (const auto& s : spellings) {
            if (reader_.peek() != s.text[0] || (s.text.size() == 2 && reader_.peek(1) != s.text[1])) continue;
            kind = s.kind;
            for (std::size_t i = 0; i < s.text.size(); ++i) reader_.skip();
            return true;
        }
        return false;
    }

    bool value(std::string& out) {
        const char c = reader_.peek();
        if (c == '[' || c == '{' || c == '(' || c == '$') {
            reader_.fail("expected a value without brackets and variables");
            return false;
        }
        auto text = c == '"' ? reader_.quoted() : reader_.bare("[](){}");
        if (!text) return false;
        out = std::move(*text);
        return true;
    }

    bool join() {
        const char c = reader_.peek();
        if (c == ')') {
            while (!waiting_.empty() && waiting_.back() != kOpen) settle();
            if (waiting_.empty()) {
                reader_.fail("expected and, or, or the end; there is no ( for this )");
                return false;
            }
            waiting_.pop_back();
            reader_.skip();
            return true;
        }
        if ((c == '&' || c == '|') && reader_.peek(1) == c) {
            reader_.skip();
            reader_.skip();
            wait_for(c == '&' ? Kind::all_of : Kind::any_of);
            return true;
        }
        if (c == '(' || c == '!') {
            wait_for(Kind::all_of);
            return true;
        }
        auto word = reader_.bare(kKeyEnds);
        if (!word) return false;
        if (*word == "and" || *word == "or") {
            wait_for(*word == "and" ? Kind::all_of : Kind::any_of);
            return true;
        }
        // Conditions side by side must all hold.
        wait_for(Kind::all_of);
        return operand(std::move(*word));
    }

    static constexpr Kind kOpen = Kind::holds;  ///< marks a parenthesis; `holds` itself never waits

    Reader& reader_;
    Query query_;
    std::vector<Kind> waiting_;
    bool operand_ = true;
};

}  // namespace

std::optional<Query> read_query(Reader& reader) { return Condition(reader).read(); }

}  // namespace ppp::ctl::ros
