# SPDX-License-Identifier: GPL-2.0-or-later
# Puts our own types into a generated Manager adaptor: cmake -DHEADER=... -P adapt_header.cmake
#
# The generator knows one C++ type for a{sv}, a map of sdbus::Variant, and every Variant is a whole
# sd_bus_message of its own. Our types write rows straight into the answer, and read a filter without building
# what it does not need.
file(READ ${HEADER} text)
set(map "std::map<std::string, sdbus::Variant>")
set(before "${text}")
set(rows "std::vector<${map}>")
string(REPLACE "sdbus::Result<${rows}>" "sdbus::Result<std::vector<ppp::dbus::Row>>" text "${text}")
string(REPLACE "sdbus::Result<${map}, " "sdbus::Result<ppp::dbus::Row, " text "${text}")
string(REPLACE "${map} filter" "ppp::dbus::FilterArgument filter" text "${text}")
string(REPLACE "const ${map}& session" "const ppp::dbus::Row& session" text "${text}")
string(REPLACE "#include <tuple>" "#include <tuple>\n#include \"dbus/rows.hpp\"" text "${text}")
if(text STREQUAL before)
  message(FATAL_ERROR "${HEADER}: the generator writes other types than this script expects")
endif()
file(WRITE ${HEADER} "${text}")
