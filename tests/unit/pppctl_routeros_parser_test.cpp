// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The grammar of RouterOS: words, quotes, continued lines, brackets, conditions, mistakes.
#include <doctest/doctest.h>
#include <string>
#include "dbus/pppctl/routeros/parser.hpp"
#include "dbus/pppctl/routeros/query.hpp"
#include "dbus/pppctl/routeros/spelling.hpp"

using namespace ppp::ctl::ros;
using Form = Argument::Form;
using Strings = std::vector<std::string>;

namespace {

std::vector<Item> parse(std::string_view text) {
    Parser parser(text);
    std::vector<Item> out;
    while (auto item = parser.next()) out.push_back(std::move(*item));
    return out;
}

Command command(std::string_view text) {
    const auto items = parse(text);
    REQUIRE(items.size() == 1);
    if (const auto* error = std::get_if<ParseError>(&items[0])) FAIL(error->text);
    return std::get<Command>(items[0]);
}

ParseError mistake(std::string_view text, std::size_t index = 0) {
    const auto items = parse(text);
    REQUIRE(items.size() > index);
    REQUIRE(std::holds_alternative<ParseError>(items[index]));
    return std::get<ParseError>(items[index]);
}

/// The value of the only argument.
std::string value(std::string_view text) {
    const auto c = command(text);
    REQUIRE(c.arguments.size() == 1);
    return c.arguments[0].value;
}

bool holds(std::string_view condition, Object object) {
    const auto c = command("print where " + std::string(condition));
    const auto matcher = Matcher::create(c.where);
    REQUIRE(matcher);
    return matcher->matches(object);
}

}  // namespace

TEST_CASE("a command is words, then arguments") {
    const auto c = command("/interface pppoe-client add name=pppoe-out1 service-name= disabled=no");
    CHECK(c.absolute);
    CHECK(c.words == Strings{"interface", "pppoe-client", "add"});
    REQUIRE(c.arguments.size() == 3);
    CHECK(c.arguments[0].key == "name");
    CHECK(c.arguments[0].value == "pppoe-out1");
    CHECK(c.arguments[1].value.empty());
    CHECK(c.arguments[2].form == Form::pair);
    CHECK(c.at == Position{1, 1});
    CHECK(c.arguments[0].at == Position{1, 29});
}

TEST_CASE("newlines and semicolons part commands, comments and empty lines are none") {
    const auto items = parse("# one\r\n\r\n/ip pool\r\nadd name=a;add name=b # more\n  # end\n;;\n/");
    REQUIRE(items.size() == 4);
    CHECK(std::get<Command>(items[1]).words == Strings{"add"});
    CHECK(std::get<Command>(items[1]).at == Position{4, 1});
    CHECK(std::get<Command>(items[2]).arguments.size() == 1);
    CHECK(std::get<Command>(items[3]).absolute);
    CHECK(parse("\xEF\xBB\xBF/ip pool").size() == 1);
}

TEST_CASE("every escape stands for what RouterOS means by it") {
    CHECK(value(R"(a="\"\\\n\r\t\$\_\?")") == "\"\\\n\r\t$ ?");
    CHECK(value(R"(a="\41\C3\9F\0D")") == "A\xC3\x9F\r");
    CHECK(value(R"(a="\a\b\f\v")") == "\a\b\f\v");
    CHECK(value(R"(a="x; y # [z] {$v}")") == "x; y # [z] {$v}");
    CHECK(value("a=\"ä\"") == "ä");
    CHECK(mistake(R"(a="\q")").at == Position{1, 4});
    CHECK(mistake(R"(a="\00")").text == "a value cannot hold a NUL");
}

TEST_CASE("a line goes on behind a backslash, also inside quotes and behind an equals sign or a comma") {
    const auto c = command(
        "add name=x \\\r\n    comment=\\\n    \"one \\\n    two\" dns-server=8.8.8.8,\\\n    8.8.4.4");
    REQUIRE(c.arguments.size() == 3);
    CHECK(c.arguments[0].value == "x");
    CHECK(c.arguments[1].value == "one two");
    CHECK(c.arguments[2].value == "8.8.8.8,8.8.4.4");
    const auto ended = command("add name=x\\\n  user=y");
    REQUIRE(ended.arguments.size() == 2);
    CHECK(ended.arguments[0].value == "x");
}

TEST_CASE("a script in braces is kept whole") {
    const auto text = std::string("\n :if ($a > 1) do={ /x y=\"}\\\"\" }\n");
    const auto c = command("/system script add name=s source={" + text + "} policy=read");
    REQUIRE(c.arguments.size() == 3);
    CHECK(c.arguments[1].value == text);
    CHECK(c.arguments[2].key == "policy");
}

TEST_CASE("statements of the scripting language are commands that nobody runs") {
    const auto items =
        parse(":local x [/interface get a b]; :if ($x > 1) do={\n remove [find]\n}\n/ip pool print");
    REQUIRE(items.size() == 3);
    CHECK(std::get<Command>(items[0]).script);
    CHECK(std::get<Command>(items[1]).script);
    CHECK(std::get<Command>(items[2]).words == Strings{"ip", "pool", "print"});
}

TEST_CASE("find is a condition in brackets; other brackets are expressions") {
    const auto c = command(R"(set [ find name~"^ppp" disabled=no ] a=[find] b=[/x get] c=(1+2) d=$v)");
    REQUIRE(c.arguments.size() == 5);
    CHECK(c.arguments[0].form == Form::find);
    CHECK(c.arguments[0].query.terms.size() == 3);
    CHECK(c.arguments[1].form == Form::pair_find);
    CHECK(c.arguments[1].query.terms.empty());
    for (const std::size_t i : {2U, 3U, 4U}) CHECK(c.arguments[i].form == Form::expression);
    CHECK(command("set x !idle-timeout").arguments[0].form == Form::unset);
}

TEST_CASE("conditions bind as not, and, or") {
    const Object o{"ann", {{"service", "pppoe"}, {"uptime", "90"}, {"disabled", "no"}}};
    CHECK(holds("service=pppoe", o));
    CHECK(holds("service!=pptp and name=ann", o));
    CHECK(holds("service=pppoe or name=bob and uptime>100", o));
    CHECK(holds("name=bob and uptime>100 or service=pppoe", o));
    CHECK_FALSE(holds("not service=pppoe or name=bob", o));
    CHECK_FALSE(holds("not name=bob and name=bob", o));
    CHECK_FALSE(holds("(name=bob or service=pppoe) and uptime>100", o));
    CHECK(holds("not name=bob", o));
    CHECK(holds("!(name=bob) && !disabled", o));
    CHECK(holds("service~\"^ppp\" name~\"^b\" || uptime<=90", o));
    CHECK_FALSE(holds("disabled", o));
    CHECK(holds("disabled=false", o));
    CHECK(holds("uptime>=9", o));
    CHECK(holds("uptime < 100", o));
    CHECK_FALSE(holds("absent", o));
    CHECK(holds("absent=\"\"", o));
    CHECK(holds("", o));
}

TEST_CASE("patterns that could take for ever are refused") {
    const auto created = [](std::string pattern) {
        return Matcher::create({{{.kind = Term::Kind::matches, .key = "a", .value = std::move(pattern)}}});
    };
    CHECK(created("^(a|b)+c$"));
    CHECK_FALSE(created("((a{255}){255}){255}"));
    CHECK_FALSE(created("(a)\\1"));
    CHECK_FALSE(created("(((((((((a+)+)+)+)+)+)+)+)+)"));
    CHECK_FALSE(created(std::string(Matcher::kMaxPattern + 1, 'a')));
    CHECK_FALSE(created("("));
    CHECK_FALSE(Matcher::create({{{.kind = Term::Kind::all_of, .key = {}, .value = {}}}}));
}

TEST_CASE("a mistake is named with its place, and the next line is read again") {
    const auto check = [](std::string_view text, Position at, std::string_view expected) {
        CAPTURE(text);
        const auto error = mistake(text);
        CHECK(error.at == at);
        CHECK(error.text.find(expected) != std::string::npos);
    };
    check("add name=\"x\nadd name=y", {1, 10}, "closing quote");
    check("  add =x", {1, 7}, "name=value");
    check("add a=\"b\"c", {1, 10}, "blank");
    check("add a=b\"c", {1, 8}, "quotes");
    check("add a=[find b=]]", {1, 16}, "blank");
    check("print where a=1 and", {1, 20}, "a condition");
    check("print where (a=1", {1, 17}, ")");
    check("print where a=1)", {1, 16}, "no (");
    check("print where a=[find]", {1, 15}, "without brackets");
    check("set [find a=1 or] b=c", {1, 17}, "a condition");
    check("add a=\x01", {1, 7}, "control character");
    const auto items = parse("add name=\"x \\\n  y\n/ip pool print");
    REQUIRE(items.size() == 2);
    CHECK(std::get<Command>(items[1]).absolute);
}

TEST_CASE("behind a brace that is never closed nothing is run") {
    CHECK(parse("add source={\n/interface pppoe-client remove [find]\n").size() == 1);
    CHECK(parse("add source={ ( }\n/interface pppoe-client remove [find]\n}\n").size() == 1);
}

TEST_CASE("what is too much is refused, and nothing recurses") {
    CHECK(mistake("add a=" + std::string(Reader::kMaxWord + 1, 'x')).text.find("at most") !=
          std::string::npos);
    CHECK(mistake("add a=\"" + std::string(Reader::kMaxWord + 1, 'x') + '"').text.find("at most") !=
          std::string::npos);
    CHECK(mistake("add a=" + std::string(1'000'000, '{')).text.find("brackets in each other") !=
          std::string::npos);
    CHECK(mistake("print where " + std::string(1'000'000, '(')).text.find("at most") != std::string::npos);
    CHECK(mistake("print where " + std::string(1'000'000, '!')).text.find("at most") != std::string::npos);
    std::string many = "add";
    for (int i = 0; i < 1000; ++i) many += " x=y";
    CHECK(mistake(many).text.find("at most 512 words") != std::string::npos);
    CHECK(mistake(std::string(Parser::kMaxText + 1, '\n')).text.find("octets") != std::string::npos);
}

TEST_CASE("values are quoted where they must be, and read back") {
    CHECK(rsc_value("pppoe-out1") == "pppoe-out1");
    CHECK(rsc_value("a,b/c:d") == "a,b/c:d");
    CHECK(rsc_value("") == "\"\"");
    CHECK(rsc_value("-x") == "\"-x\"");
    CHECK(rsc_value("a$b\"c\\d\n\x01") == R"("a\$b\"c\\d\n\01")");
    for (const std::string text : {"", "x", "two words", "\"", "\\", "$x", "*0", "[find]", "{", ";", "#",
                                   "ä€", "\t\r\n", "\x1b\x7f", "!a", "a=b", "where"})
        CHECK(value("a=" + rsc_value(text)) == text);
}

TEST_CASE("a report shows no password, no script and no control character") {
    CHECK(shown(command("/ppp secret add name=a password=hunter2 comment=\"x y\"")) ==
          "/ppp secret add name=a password=*** comment='x y'");
    CHECK(shown(command("/ppp secret add passwort=hunter2")) == "/ppp secret add passwort=***");
    CHECK(shown(command("/radius add secret=hunter2")) == "/radius add secret=***");
    CHECK(shown(command("/x add source={\n hunter2 }")).find("hunter2") == std::string::npos);
    for (const auto* text :
         {"/system script add name=x source=\"/tool x password=hunter2\"",
          "/system script add name=x source={/tool x password=hunter2}",
          "/system script add source=hunter2,a", "/system scheduler add on-event=\"/tool x hunter2\"",
          "/ip dhcp-server add lease-script=\"x hunter2\"", "/ppp profile add on-up=\":log hunter2\"",
          "/x add comment=\"Password: hunter2\"", "/tool fetch url=https://u:hunter2@host/x",
          "/tool fetch url=\"https://u:hun/ter@hunter2@host\"", "/tool fetch https://u:hunter2@host",
          "/tool fetch url=\"https://h/x?token=hunter2\"", "/tool fetch http-header-field=hunter2",
          "/x add pass=hunter2", "/x add Password=hunter2"}) {
        CAPTURE(text);
        CHECK(shown(command(text)).find("hunter2") == std::string::npos);
    }
    CHECK(shown(command("/x add on-event=backup-1 url=https://u:p@host/x")) ==
          "/x add on-event=backup-1 url=https://***@host/x");
    CHECK(shown(command("/ppp secret add name=secret password-storage=file comment=secret")) ==
          "/ppp secret add name=secret password-storage=file comment=secret");
    CHECK(shown(command("/log print where topics~\"ppp\"")) == "/log print where ...");
    CHECK(shown(command(":put hunter2")) == "(script)");
    CHECK(shown(command("/\x9b add a=\"\\1B\"")) == "/'\\x9b' add a='\\x1b'");
}

TEST_CASE("the words of a shell become one command") {
    const auto line = [](Strings words) { return command_line(words); };
    CHECK(line({"/ip pool print detail"}) == "/ip pool print detail");
    CHECK(line({"/ip", "pool", "add", "name=a", "comment=Main ISP"}) ==
          "/ip pool add name=a comment=\"Main ISP\"");
    CHECK(line({"print", "where", "topics~ppp oe"}) == "print where topics~\"ppp oe\"");
    CHECK(line({"set", "[find", "name=x]", "user=\"a b\""}) == "set [find name=x] user=\"a b\"");
    CHECK(line({"set", "[find name=x y]", "password=a\"b;c"}) == "set [find name=x y] password=\"a\\\"b;c\"");
    CHECK(line({"set", "two words", "a="}) == "set \"two words\" a=\"\"");
}
