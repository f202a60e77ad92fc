// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Checking a proof against the local table.
#include "aaa/secrets.hpp"
#include "aaa/address_range.hpp"
#include "base/quoted.hpp"
#include "wire/auth_packets.hpp"

namespace ppp::aaa {
namespace {

using crypto::NtHash;
using Password = std::variant<Secret, NtHash, LockedPassword>;

NtHash hash_of(const Password& password) {
    if (const auto* hash = std::get_if<NtHash>(&password)) return *hash;
    return NtHash::of(std::get<Secret>(password));
}

/// What the proof has shown, and what the peer and CCP get for it.
struct Checked {
    bool right = false;
    bool unusable = false;  ///< the stored kind of password cannot answer this method
    std::string mschap2_success{};
    MppeKeying mppe{};
};

Checked check(const PapProof& proof, const Password& password, const std::string&) {
    if (const auto* text = std::get_if<Secret>(&password))
        return {.right = text->equals(proof.password.reveal())};
    return {.right = NtHash::of(proof.password) == std::get<NtHash>(password)};
}

Checked check(const ChapMd5Proof& proof, const Password& password, const std::string&) {
    const auto* text = std::get_if<Secret>(&password);
    const std::string_view secret = text != nullptr ? text->reveal() : std::string_view{};
    const auto wanted = crypto::md5({wire::ByteView(&proof.id, 1), wire::octets(secret), proof.challenge});
    const bool right = crypto::equal(wanted, proof.response);
    return {.right = right, .unusable = text == nullptr};
}

Checked check(const MsChap1Proof& proof, const Password& password, const std::string&) {
    const auto hash = hash_of(password);
    const auto wanted = crypto::challenge_response(proof.challenge, hash.reveal());
    if (!crypto::equal(wanted, proof.nt_response)) return {};
    return {.right = true,
            .mppe = MsChap1Keying{crypto::hash_nt_password_hash(hash.reveal()), proof.challenge}};
}

Checked check(const MsChap2Proof& proof, const Password& password, const std::string& user) {
    const auto hash = hash_of(password);
    const auto& ours = proof.authenticator_challenge;
    const auto wanted = crypto::generate_nt_response(ours, proof.peer_challenge, user, hash.reveal());
    if (!crypto::equal(wanted, proof.nt_response)) return {};
    const auto answer =
        crypto::generate_authenticator_response(hash.reveal(), wanted, proof.peer_challenge, ours, user);
    return {.right = true,
            .mschap2_success = wire::format_mschap2_success(answer),
            .mppe = MsChap2Keying{crypto::hash_nt_password_hash(hash.reveal()), wanted}};
}

bool same_caller(std::string_view a, std::string_view b) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

AddressChoice choice(const std::string& text) { return {text, parse_ipv4(text)}; }

}  // namespace

Secrets::Secrets(Scheduler& time, std::vector<SecretEntry> table) : time_(time) {
    nobody_.password = Secret("a password nobody has");
    replace(std::move(table));
}

void Secrets::replace(std::vector<SecretEntry> table) {
    table_.clear();
    table_.reserve(table.size());
    for (auto& entry : table) {
        auto name = entry.name;
        table_.insert_or_assign(std::move(name), std::move(entry));
    }
}

Pending Secrets::authenticate(Request request, Callback<void(Answer)> done) {
    auto [pending, ticket] = Pending::make();
    ready_.push_back({std::move(ticket), std::move(done), judge(request)});
    if (ready_.size() == 1) timer_ = time_.after(Duration::zero(), [this] { deliver(); });
    return std::move(pending);
}

void Secrets::account(AccountingRecord) {}

Answer Secrets::judge(const Request& request) const {
    const auto found = table_.find(request.user);
    const bool known = found != table_.end();
    const SecretEntry& entry = known ? found->second : nobody_;
    // The proof is checked first and always, so that time tells nothing about the rest.
    const bool locked = std::holds_alternative<LockedPassword>(entry.password);
    const auto& password = locked ? nobody_.password : entry.password;
    auto checked =
        std::visit([&](const auto& proof) { return check(proof, password, request.user); }, request.proof);

    const auto name = "secret " + quoted(request.user);
    if (!known) return Refusal{RefusalReason::unknown_user, name + " does not exist"};
    if (locked)
        return Refusal{RefusalReason::method_unusable,
                       name + " has a sealed password that could not be opened when the service started"};
    if (checked.unusable)
        return Refusal{RefusalReason::method_unusable,
                       name +
                           " is stored as an NT hash, which cannot serve the method chap: take mschap2 or "
                           "pap, or give the password again with password-storage=plain"};
    if (!checked.right) return Refusal{RefusalReason::wrong_password, "wrong password for " + name};
    if (entry.disabled) return Refusal{RefusalReason::disabled, name + " is disabled"};
    if (entry.service != Service::any && request.service != Service::any && entry.service != request.service)
        return Refusal{RefusalReason::wrong_service, name + " is for service " +
                                                         std::string(to_string(entry.service)) + ", not " +
                                                         std::string(to_string(request.service))};
    if (!entry.caller_id.empty() && !same_caller(entry.caller_id, request.calling_station))
        return Refusal{RefusalReason::wrong_caller, name + " may call from " + quoted(entry.caller_id) +
                                                        " only, not from " + quoted(request.calling_station)};
    return Grant{.profile = entry.profile,
                 .local_address = choice(entry.local_address),
                 .remote_address = choice(entry.remote_address),
                 .rate_limit = entry.rate_limit,
                 .mschap2_success = std::move(checked.mschap2_success),
                 .mppe = checked.mppe};
}

void Secrets::deliver() {
    // Callbacks may ask again; what they ask waits for the next turn of the loop.
    auto ready = std::exchange(ready_, {});
    for (auto& r : ready)
        if (r.ticket.settle()) r.done(std::move(r.answer));
}

}  // namespace ppp::aaa
