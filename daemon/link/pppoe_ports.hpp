// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoePorts: what every PPPoE object needs of the world, in one handful of references.
#pragma once
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/scheduler.hpp"
#include "link/ether_socket.hpp"
#include "link/pppox.hpp"

namespace ppp::link {

/// All of it must outlive the object it is given to.
struct PppoePorts {
    Scheduler& time;
    Rng& rng;
    EtherPorts& ether;
    PppoxSockets& pppox;
    const Log* log = nullptr;  ///< packets and dropped frames, at debug level; null: nobody reads them
};

}  // namespace ppp::link
