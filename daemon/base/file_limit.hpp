// SPDX-License-Identifier: GPL-2.0-or-later
/// @file raise_file_limit(): as many open files as this process may have.
#pragma once
#include <sys/resource.h>

namespace ppp {

/// Three files a session: the usual limit of 1024 would end a server at 300.
inline void raise_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace ppp
