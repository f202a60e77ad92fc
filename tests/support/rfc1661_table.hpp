// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The table of RFC 1661 section 4.1 as text, for tests that hold the automaton to it.
#pragma once
#include <sstream>
#include <string>
#include <vector>

namespace ppp::test {

/// 16 events by 10 states; without the footnote letters p, r and x.
inline std::vector<std::vector<std::string>> rfc1661_rows() {
    // Columns: Initial Starting Closed Stopped Closing Stopping Req-Sent Ack-Rcvd Ack-Sent Opened.
    // Rows: Up Down Open Close TO+ TO- RCR+ RCR- RCA RCN RTR RTA RUC RXJ+ RXJ- RXR.
    static constexpr const char* kText = R"(
2       irc,scr/6  -          -              -      -      -          -          -          -
-       -          0          tls/1          0      1      1          1          1          tld/1
tls/1   1          irc,scr/6  3              5      5      6          7          8          9
0       tlf/0      2          2              4      4      irc,str/4  irc,str/4  irc,str/4  tld,irc,str/4
-       -          -          -              str/4  str/5  scr/6      scr/6      scr/8      -
-       -          -          -              tlf/2  tlf/3  tlf/3      tlf/3      tlf/3      -
-       -          sta/2      irc,scr,sca/8  4      5      sca/8      sca,tlu/9  sca/8      tld,scr,sca/8
-       -          sta/2      irc,scr,scn/6  4      5      scn/6      scn/7      scn/6      tld,scr,scn/6
-       -          sta/2      sta/3          4      5      irc/7      scr/6      irc,tlu/9  tld,scr/6
-       -          sta/2      sta/3          4      5      irc,scr/6  scr/6      irc,scr/8  tld,scr/6
-       -          sta/2      sta/3          sta/4  sta/5  sta/6      sta/6      sta/6      tld,zrc,sta/5
-       -          2          3              tlf/2  tlf/3  6          6          8          tld,scr/6
-       -          scj/2      scj/3          scj/4  scj/5  scj/6      scj/7      scj/8      scj/9
-       -          2          3              4      5      6          6          8          9
-       -          tlf/2      tlf/3          tlf/2  tlf/3  tlf/3      tlf/3      tlf/3      tld,irc,str/5
-       -          2          3              4      5      6          7          8          ser/9
)";
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines(kText);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::vector<std::string> row;
        for (std::string word; words >> word;) row.push_back(word);
        if (!row.empty()) rows.push_back(row);
    }
    return rows;
}

}  // namespace ppp::test
