// SPDX-License-Identifier: GPL-2.0-or-later
/// @file An accel-ppp.conf as servers of ours.
#pragma once
#include <vector>
#include "dbus/pppctl/importers/imported.hpp"

namespace ppp::ctl::importers {

/// A pppoe-server for each interface, the pptp-server, a profile and a pool "accel-ppp" besides the named
/// ones, RADIUS servers, and the secrets of the file that [chap-secrets] names. Only modules that [modules]
/// loads count. Every line has one note; of an option that is there twice the first counts, as for accel-ppp.
[[nodiscard]] Imported import_accel_ppp(const Source& source, const Reader& reader);

}  // namespace ppp::ctl::importers
