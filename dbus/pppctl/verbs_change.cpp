// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The verbs that change the configuration, or read and write it whole.
#include <CLI/CLI.hpp>
#include "dbus/pppctl/speech.hpp"
#include "dbus/pppctl/verbs.hpp"

namespace ppp::ctl {

void add_change_verbs(const Verbs& verbs) {
    auto& a = verbs.arguments;
    const auto add_change = [&](CLI::App* sub, const char* words) {
        sub->add_option(words, a.change.words, "kinds: pppctl list; their keys: pppctl explain KIND")
            ->required();
        sub->add_flag("--dry-run", a.change.dry_run, "say what would change and which sessions would end");
        sub->add_option("--revision", a.change.revision, "refuse unless this configuration is in force")
            ->type_name("N");
        sub->add_flag("--password-in-arguments", a.change.password_in_arguments,
                      "take password=... although every user can see it");
    };
    add_change(verbs.add("add", "a new object of the configuration",
                         "  pppctl add pppoe-client pppoe-out1 interface=eth1 user=me password disabled=no\n"
                         "  echo s3cret | pppctl add secret bob password service=pppoe profile=homes",
                         [&](Context& c) { return add(c, a.change); }),
               "KIND [NAME] key=value...");
    add_change(verbs.add("set", "new values for an object; !key gives a key its default again",
                         "  pppctl set pppoe-out1 max-mtu=1480\n  pppctl set secret bob password\n"
                         "  pppctl set profile homes '!rate-limit' --dry-run",
                         [&](Context& c) { return set(c, a.change); }),
               "[KIND] NAME key=value...");
    add_change(verbs.add("remove", "an object less", "  pppctl remove secret bob",
                         [&](Context& c) { return remove(c, a.change); }),
               "[KIND] NAME");
    add_change(verbs.add("enable", "let an object act", "  pppctl enable pppoe-out1",
                         [&](Context& c) { return enable(c, a.change, true); }),
               "[KIND] NAME");
    add_change(verbs.add("disable", "keep an object and let it do nothing", "  pppctl disable pppoe-out1",
                         [&](Context& c) { return enable(c, a.change, false); }),
               "[KIND] NAME");
    auto* importer = verbs.add("import", "files of RouterOS, pppd or accel-ppp, in one transaction",
                               "  pppctl import export.rsc --dry-run\n"
                               "  pppctl import export.rsc --interface ether1=eth0\n"
                               "  pppctl import --replace export.rsc\n"
                               "  pppctl import /etc/ppp/peers/dsl --secrets /etc/ppp/chap-secrets\n"
                               "  pppctl import /etc/ppp/chap-secrets\n"
                               "  pppctl import /etc/accel-ppp.conf --dry-run",
                               [&](Context& c) { return import_file(c, a.wish, a.change); });
    importer->add_option("FILE", a.wish.path, "the file; - is standard input")->required();
    importer->add_option("--format", a.wish.format, "rsc, peers, secrets or accel-ppp; else it is recognised")
        ->check(CLI::IsMember({"rsc", "peers", "secrets", "accel-ppp"}));
    importer->add_option("--secrets", a.wish.secrets,
                         "where a peers file's password is; else chap-secrets and pap-secrets beside");
    importer->add_option("--interface", a.wish.interfaces, "ether1=eth0: what an interface is called here");
    importer->add_flag(
        "--replace", a.wish.replace,
        "what exists gets the file's values, keeps its password; what is not in the file stays");
    importer->add_flag("--dry-run", a.change.dry_run, "say what would change and which sessions would end");
    verbs.add_show_secrets(
        verbs.add("export", "the configuration as RouterOS commands, without passwords",
                  "  pppctl export > export.rsc\n  umask 077; pppctl export --show-secrets > export.rsc",
                  [&](Context& c) { return export_config(c, a.show_secrets); }));
    verbs
        .add("check", "what a config.json would change, or what is wrong with it",
             "  pppctl check /etc/pppmanager/config.json.edited",
             [&](Context& c) { return check(c, a.name); })
        ->add_option("FILE", a.name, "the file; - is standard input")
        ->required();
    verbs.add("reload", "read the configuration files again", "  pppctl reload",
              [](Context& c) { return reload(c); });
}

}  // namespace ppp::ctl
