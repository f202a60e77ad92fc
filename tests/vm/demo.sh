#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What ./dev demo shows, run in the guest as root: a PPPoE session between two network namespaces, both ends ours.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${PPPMANAGER_BUILD:-$top/build/dev}
work=$(mktemp -d)
daemons=()

step() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
fail() { printf 'demo: %s\n' "$*" >&2; sed 's/^/  | /' "$work"/*.log >&2; exit 1; }
cleanup() {
    kill "${daemons[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    ip netns del demo-isp 2>/dev/null || true
    ip netns del demo-home 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

# bus NAME: a message bus of its own for one daemon, as if each ran on its own machine
bus() {
    cat > "$work/$1.bus.conf" <<CONF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=$work/$1.bus</listen>
  <policy context="default"><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy>
</busconfig>
CONF
    dbus-daemon --config-file="$work/$1.bus.conf" --nofork --nopidfile &
    daemons+=($!)
}
address() { echo "unix:path=$work/$1.bus"; }
ctl() { DBUS_SYSTEM_BUS_ADDRESS=$(address "$1") "$build/dbus/pppctl/pppctl" "${@:2}"; }

# start NAME [OPTION...]: pppmanagerd in the namespace demo-NAME with the configuration in $work/NAME
start() {
    bus "$1"
    for _ in $(seq 100); do [ -S "$work/$1.bus" ] && break; sleep 0.05; done
    DBUS_SYSTEM_BUS_ADDRESS=$(address "$1") ip netns exec "demo-$1" \
        "$build/daemon/pppmanagerd" --config "$work/$1" --state "$work/$1.state" "${@:2}" 2> "$work/$1.log" &
    daemons+=($!)
}

step "kernel $(uname -r): two network namespaces and a cable between them"
modprobe -a ppp_generic pppox pppoe
ip netns add demo-isp
ip netns add demo-home
ip -n demo-isp link add eth0 type veth peer name eth1 netns demo-home
ip -n demo-isp link set lo up
ip -n demo-isp link set eth0 up
ip -n demo-home link set lo up
ip -n demo-home link set eth1 up

step "the provider's server and the home's client, as configured"
mkdir "$work/isp" "$work/home"
cat > "$work/isp/config.json" <<'JSON'
{
  "pppoe-server": {"fibre": {"interface": "eth0", "service-name": "internet", "ac-name": "demo-ac",
                             "authentication": ["mschap2"], "default-profile": "homes", "disabled": false}},
  "profile": {"homes": {"local-address": "10.0.0.1", "remote-address": "homes", "dns-server": ["10.0.0.1"]}},
  "pool": {"homes": {"ranges": "10.0.0.2-10.0.0.254"}},
  "secret": {"user1": {"service": "pppoe", "profile": "homes"}}
}
JSON
cat > "$work/isp/secrets.json" <<'JSON'
{"secret": {"user1": {"password": "pass1"}}}
JSON
cat > "$work/home/config.json" <<'JSON'
{
  "pppoe-client": {"pppoe-out1": {"interface": "eth1", "user": "user1", "add-default-route": true,
                                  "use-peer-dns": true, "disabled": false}}
}
JSON
cat > "$work/home/secrets.json" <<'JSON'
{"pppoe-client": {"pppoe-out1": {"password": "pass1"}}}
JSON
chmod 600 "$work"/*/secrets.json
cat "$work/isp/config.json" "$work/home/config.json"

start isp
start home --verbose
step "pppctl up pppoe-out1: discovery, LCP, MS-CHAPv2, IPCP, IPV6CP"
for _ in $(seq 100); do ctl home status >/dev/null 2>&1 && break; sleep 0.1; done
ctl home up pppoe-out1 || fail "the client did not connect"
grep -oE '(sent|received) \[(PAD|LCP|CHAP|IPCP|IPV6CP)[^]]*\]' "$work/home.log"

step "pppctl status"
ctl home status pppoe-out1
step "the same over busctl"
busctl --address="$(address home)" get-property org.pppmanager1 /org/pppmanager1/client/pppoe_2dout1 \
    org.pppmanager1.Client Status State LocalAddress RemoteAddress Mtu AcName ServiceName | tee "$work/properties"
grep -q '^s "connected"$' "$work/properties" || fail "the bus does not say that it is connected"
step "the kernel's own view of the home: interface, address, default route"
ip -n demo-home -brief address show pppoe-out1
ip -n demo-home route
ip -n demo-home route show default dev pppoe-out1 | grep -q default || fail "there is no default route"
step "a ping through it"
ip netns exec demo-home ping -c 3 -i 0.2 10.0.0.1 || fail "no answer through the session"
step "pppctl active at the provider's"
ctl isp active
step "pppctl down pppoe-out1: Terminate-Request, PADT, and nothing is left"
ctl home down pppoe-out1
ip -n demo-home -brief link
! ip -n demo-home link show pppoe-out1 2>/dev/null || fail "the interface is still there"
echo
echo "demo: a PPPoE session came up, carried traffic and ended cleanly"
