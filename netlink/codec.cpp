// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink/codec.hpp"
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <cerrno>

namespace ppp::net {
namespace {

constexpr std::uint16_t kCreateNew = NLM_F_CREATE | NLM_F_EXCL;

std::uint8_t family_of(const IpAddress& a) { return a.v6 ? AF_INET6 : AF_INET; }
bool length_fits(const Prefix& p) { return p.length <= 8 * p.address.size(); }

void put_address(Message& m, std::uint16_t type, const IpAddress& a) {
    m.put(type, a.octets.data(), a.size());
}

ifinfomsg link_header(unsigned ifindex) {
    ifinfomsg head{};
    head.ifi_index = static_cast<int>(ifindex);
    return head;
}

int encode_link(const LinkChange& c, Batch& batch) {
    if (c.ifindex == 0) return ENODEV;
    if (c.alias && c.alias->size() >= IFALIASZ) return ERANGE;
    if (c.addr_gen_mode) {
        // The kernel handles IFLA_AF_SPEC after the flags, and going up makes the link-local address: two
        // messages.
        auto m = batch.begin(RTM_NEWLINK, 0);
        m.header(link_header(c.ifindex));
        const auto families = m.nest(IFLA_AF_SPEC);
        const auto inet6 = m.nest(AF_INET6);
        m.put_u8(IFLA_INET6_ADDR_GEN_MODE, static_cast<std::uint8_t>(*c.addr_gen_mode));
    }
    if (c.addr_gen_mode && !c.up && !c.mtu && !c.group && !c.alias) return 0;
    auto head = link_header(c.ifindex);
    if (c.up) {
        head.ifi_change = IFF_UP;
        head.ifi_flags = *c.up ? IFF_UP : 0;
    }
    auto m = batch.begin(RTM_NEWLINK, 0);
    m.header(head);
    if (c.mtu) m.put_u32(IFLA_MTU, *c.mtu);
    if (c.group) m.put_u32(IFLA_GROUP, *c.group);
    // Without the terminating zero: the kernel takes one for a letter, and an empty alias would not clear.
    if (c.alias) m.put(IFLA_IFALIAS, c.alias->data(), c.alias->size());
    return 0;
}

int encode_address(Verb verb, const Address& a, Batch& batch) {
    if (a.ifindex == 0) return ENODEV;
    if (!length_fits(a.local) || (a.peer && a.peer->v6 != a.local.address.v6)) return EINVAL;
    auto m = verb == Verb::add ? batch.begin(RTM_NEWADDR, kCreateNew) : batch.begin(RTM_DELADDR, 0);
    m.header(ifaddrmsg{.ifa_family = family_of(a.local.address),
                       .ifa_prefixlen = a.local.length,
                       .ifa_flags = 0,
                       .ifa_scope = RT_SCOPE_UNIVERSE,
                       .ifa_index = a.ifindex});
    put_address(m, IFA_LOCAL, a.local.address);
    put_address(m, IFA_ADDRESS, a.peer.value_or(a.local.address));
    return 0;
}

int encode_route(Verb verb, const Route& r, Batch& batch) {
    if (r.ifindex == 0) return ENODEV;
    if (!length_fits(r.destination) || (r.gateway && r.gateway->v6 != r.destination.address.v6))
        return EINVAL;
    auto m = verb == Verb::add ? batch.begin(RTM_NEWROUTE, kCreateNew) : batch.begin(RTM_DELROUTE, 0);
    const bool on_link = !r.gateway && !r.destination.address.v6;
    m.header(
        rtmsg{.rtm_family = family_of(r.destination.address),
              .rtm_dst_len = r.destination.length,
              .rtm_src_len = 0,
              .rtm_tos = 0,
              .rtm_table = r.table < 256 ? static_cast<std::uint8_t>(r.table) : std::uint8_t{RT_TABLE_UNSPEC},
              .rtm_protocol = r.protocol,
              .rtm_scope = on_link ? std::uint8_t{RT_SCOPE_LINK} : std::uint8_t{RT_SCOPE_UNIVERSE},
              .rtm_type = RTN_UNICAST,
              .rtm_flags = 0});
    if (r.destination.length > 0) put_address(m, RTA_DST, r.destination.address);
    m.put_u32(RTA_TABLE, r.table);
    m.put_u32(RTA_OIF, r.ifindex);
    if (r.gateway) put_address(m, RTA_GATEWAY, *r.gateway);
    if (r.metric != 0) m.put_u32(RTA_PRIORITY, r.metric);
    return 0;
}

int encode_group(const LinkGroup& g, Batch& batch) {
    batch.begin(RTM_DELLINK, 0).header(ifinfomsg{}).put_u32(IFLA_GROUP, g.group);
    return 0;
}

}  // namespace

int encode(const Step& step, Batch& batch) {
    if (const auto* c = std::get_if<LinkChange>(&step.object)) return encode_link(*c, batch);
    if (const auto* a = std::get_if<Address>(&step.object)) return encode_address(step.verb, *a, batch);
    if (const auto* r = std::get_if<Route>(&step.object)) return encode_route(step.verb, *r, batch);
    return encode_group(std::get<LinkGroup>(step.object), batch);
}

void encode_list_links(Batch& batch) {
    // The counters of ten thousand links are most of the answer, and nobody here wants them.
    batch.begin(RTM_GETLINK, NLM_F_DUMP).header(ifinfomsg{}).put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
}

std::optional<Link> parse_link(const Received& message) {
    if (message.head.nlmsg_type != RTM_NEWLINK && message.head.nlmsg_type != RTM_DELLINK) return std::nullopt;
    const auto head = read_as<ifinfomsg>(message.payload);
    if (!head || head->ifi_family != AF_UNSPEC || head->ifi_index <= 0) return std::nullopt;
    Link link;
    link.ifindex = static_cast<unsigned>(head->ifi_index);
    link.type = head->ifi_type;
    link.up = (head->ifi_flags & IFF_UP) != 0;
    link.carrier = (head->ifi_flags & IFF_LOWER_UP) != 0;
    auto attributes = message.attributes(sizeof(ifinfomsg));
    while (auto a = attributes.next()) switch (a->type) {
            case IFLA_IFNAME:
                link.name = a->text();
                break;
            case IFLA_MTU:
                link.mtu = a->u32().value_or(0);
                break;
            case IFLA_GROUP:
                link.group = a->u32().value_or(0);
                break;
            case IFLA_LINK:
                link.parent = a->u32().value_or(0);
                break;
            case IFLA_MASTER:
                link.master = a->u32().value_or(0);
                break;
            case IFLA_ADDRESS:
                if (a->value.size() == link.mac.size())
                    std::memcpy(link.mac.data(), a->value.data(), link.mac.size());
                break;
            case IFLA_LINKINFO:
                if (const auto kind = a->nested().find(IFLA_INFO_KIND)) link.kind = kind->text();
                break;
            default:
                break;
        }
    if (link.name.empty()) return std::nullopt;
    return link;
}

}  // namespace ppp::net
