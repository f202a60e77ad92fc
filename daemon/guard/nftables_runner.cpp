// SPDX-License-Identifier: GPL-2.0-or-later
/// @file libnftables, behind one function.
#include <linux/netlink.h>
#include <nftables/libnftables.h>
#include <sys/socket.h>
#include "base/fd.hpp"
#include "guard/nft_guard.hpp"

namespace ppp::guard {
namespace {

struct Free {
    void operator()(nft_ctx* context) const { ::nft_ctx_free(context); }
};

/// Up to the end of the first line, where nft shows the command below.
std::string first_line(const char* text) {
    const std::string_view all = text ? text : "";
    return std::string(all.substr(0, all.find('\n')));
}

Result<std::shared_ptr<nft_ctx>> make_context() {
    // libnftables ends the process where it gets no such socket.
    const Fd socket{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER)};
    if (!socket) return fail_errno("this kernel has no nf_tables: load the kernel module");
    std::shared_ptr<nft_ctx> context(::nft_ctx_new(NFT_CTX_DEFAULT), Free{});
    if (!context || ::nft_ctx_buffer_error(context.get()) != 0 || ::nft_ctx_buffer_output(context.get()) != 0)
        return fail(Errc::system, "libnftables has no memory");
    return context;
}

}  // namespace

NftGuard::Runner nftables_runner() {
    return [context = std::shared_ptr<nft_ctx>()](const std::string& commands) mutable -> Result<> {
        if (!context) {
            PPP_TRY(context, make_context());
        }
        if (::nft_run_cmd_from_buffer(context.get(), commands.c_str()) == 0) return {};
        return fail(Errc::system, "nf_tables: " + first_line(::nft_ctx_get_error_buffer(context.get())));
    };
}

}  // namespace ppp::guard
