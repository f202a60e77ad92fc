// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Secrets: the local table of users behind the Aaa port.
#pragma once
#include <unordered_map>
#include <vector>
#include "aaa/aaa.hpp"
#include "base/scheduler.hpp"
#include "crypto/nt_hash.hpp"

namespace ppp::aaa {

/// A password that cannot be read: its user is refused, with a reason for the operator.
struct LockedPassword {};

struct SecretEntry {
    std::string name;
    /// A hash serves MS-CHAP and PAP, but not CHAP-MD5.
    std::variant<Secret, crypto::NtHash, LockedPassword> password{};
    Service service = Service::any;
    std::string profile{}, local_address{}, remote_address{}, rate_limit{};
    /// When set, the only calling station this user may come from; case does not count.
    std::string caller_id{};
    bool disabled = false;
};

/// Refuses every unworthy peer in the same words after the same work, so that nobody learns which users
/// exist.
class Secrets final : public Aaa {
public:
    explicit Secrets(Scheduler& time, std::vector<SecretEntry> table = {});
    /// New questions see the new table. Of two entries with one name the later wins.
    void replace(std::vector<SecretEntry> table);
    [[nodiscard]] std::size_t size() const { return table_.size(); }

    [[nodiscard]] Pending authenticate(Request request, Callback<void(Answer)> done) override;
    /// Nobody to tell: does nothing.
    void account(AccountingRecord record) override;

private:
    struct Ready {
        Pending::Ticket ticket;
        Callback<void(Answer)> done;
        Answer answer;
    };
    [[nodiscard]] Answer judge(const Request& request) const;
    void deliver();

    Scheduler& time_;
    std::unordered_map<std::string, SecretEntry> table_;
    SecretEntry nobody_;  ///< what an unknown user is checked against
    std::vector<Ready> ready_;
    Timer timer_;
};

}  // namespace ppp::aaa
