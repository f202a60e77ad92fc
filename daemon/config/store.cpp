// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/store.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <functional>
#include "base/fd.hpp"
#include "config/dump.hpp"
#include "config/json_text.hpp"
#include "config/property.hpp"
#include "config/validate.hpp"

namespace ppp::config {
namespace {

namespace fs = std::filesystem;
constexpr const char* kConfig = "config.json";
constexpr const char* kSecrets = "secrets.json";
// Written first, renamed first: config.json.new without secrets.json.new is a commit cut off half-way.
constexpr const char* kNewSecrets = "secrets.json.new";
constexpr const char* kNewConfig = "config.json.new";

struct FileText {
    std::string text = "{}";
    bool missing = false;
    mode_t mode = 0;
    ~FileText() { ::explicit_bzero(text.data(), text.size()); }
    FileText() = default;
    FileText(FileText&&) noexcept = default;
    FileText& operator=(FileText&&) noexcept = default;
};

/// As chown(1) takes it.
std::string own_user() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread asks for users
    const passwd* entry = ::getpwuid(::geteuid());
    return entry ? entry->pw_name : std::to_string(::geteuid());
}

Result<FileText> read_file(const fs::path& path) {
    FileText out;
    // O_NONBLOCK: a fifo in the file's place must not stop the daemon.
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) {
        const int error = errno;
        if (error == EACCES)
            return fail(Error{Errc::system, error,
                              fmt::format("cannot open {0}: only its owner may; run: chown {1} {0}",
                                          path.string(), own_user())});
        if (error != ENOENT) return fail_errno("cannot open " + path.string(), error);
        out.missing = true;
        return out;
    }
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return fail_errno("cannot read " + path.string());
    if (!S_ISREG(info.st_mode)) return fail(Errc::config, path.string() + " is not a file");
    out.mode = info.st_mode & 07777U;
    out.text.clear();
    // One octet more than allowed is enough for the reader to say that it is too large.
    constexpr std::size_t limit = kMaxJsonOctets + 1;
    out.text.reserve(std::min(static_cast<std::size_t>(info.st_size) + 1, limit));
    for (;;) {
        const std::size_t had = out.text.size();
        const std::size_t want =
            std::min<std::size_t>(std::max<std::size_t>(out.text.capacity() - had, 4096), limit - had);
        if (want == 0) return out;
        out.text.resize(had + want);
        const ssize_t got = ::read(fd.get(), out.text.data() + had, want);
        const int error = errno;
        out.text.resize(had + (got > 0 ? static_cast<std::size_t>(got) : 0));
        if (got == 0) return out;
        if (got < 0 && error != EINTR) return fail_errno("cannot read " + path.string(), error);
    }
}

Result<> write_file(const fs::path& path, std::string_view text, mode_t mode) {
    (void)::unlink(path.c_str());
    const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (!fd) return fail_errno("cannot write " + path.string());
    // The umask took bits away from open()'s mode.
    if (::fchmod(fd.get(), mode) != 0) return fail_errno("cannot write " + path.string());
    while (!text.empty()) {
        const ssize_t done = ::write(fd.get(), text.data(), text.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return fail_errno("cannot write " + path.string());
        text.remove_prefix(static_cast<std::size_t>(done));
    }
    if (::fsync(fd.get()) != 0) return fail_errno("cannot write " + path.string());
    return {};
}

Result<> sync_directory(const fs::path& directory) {
    const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0) return fail_errno("cannot write " + directory.string());
    return {};
}

Result<> rename_file(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) return fail_errno("cannot replace " + to.string());
    return {};
}

std::uint64_t digest(std::string_view config, std::string_view secrets) {
    const std::uint64_t a = std::hash<std::string_view>{}(config);
    const std::uint64_t b = std::hash<std::string_view>{}(secrets);
    return a ^ (b * 0x9E3779B97F4A7C15U + (a << 6) + (a >> 2));
}

/// Those of `locked` that the running configuration does not have in the same way.
std::vector<Problem> newly_locked(const Config& running, const Config& wanted, std::vector<Problem> locked) {
    for (const auto& kind : kinds())
        for (const auto& property : kind.properties) {
            if (!property.secret) continue;
            for (const auto& name : kind.names(wanted)) {
                const auto* now = kept_password(property, kind.find_const(wanted, name));
                const auto* before = kept_password(property, kind.find_const(running, name));
                if (!now->locked() || !before || !now->same_as(*before)) continue;
                std::erase_if(locked, [place = pointer_to(kind.name, name, property.name)](const Problem& p) {
                    return p.pointer == place;
                });
            }
        }
    return locked;
}

}  // namespace

struct Store::Content {
    FileText config, secrets;
    [[nodiscard]] std::uint64_t digest() const { return config::digest(config.text, secrets.text); }
};

Result<> Store::recover() {
    const bool half_done =
        ::access(path(kNewConfig).c_str(), F_OK) == 0 && ::access(path(kNewSecrets).c_str(), F_OK) != 0;
    if (!half_done) return {};
    PPP_CHECK(rename_file(path(kNewConfig), path(kConfig)));
    return sync_directory(directory_);
}

Result<Store::Content> Store::read() {
    PPP_CHECK(recover());
    Content out;
    PPP_TRY(out.config, read_file(path(kConfig)));
    PPP_TRY(out.secrets, read_file(path(kSecrets)));
    return out;
}

Result<Loaded> Store::load(std::vector<Problem>& problems, const Config* running) {
    problems.clear();
    auto content = read();
    if (!content) {
        const bool secrets = content.error().what.find(kSecrets) != std::string::npos;
        problems.push_back(
            {.file = secrets ? File::secrets : File::config, .pointer = {}, .text = content.error().what});
        return fail(Error{Errc::config, content.error().sys, to_string(problems)});
    }
    Loaded out;
    problems = validate(content->config.text, content->secrets.text, out.config);
    if (!content->secrets.missing && (content->secrets.mode & 077U) != 0)
        problems.push_back(
            {.file = File::secrets,
             .pointer = {},
             .text = "others can read or write it; run: chmod 600 " + path(kSecrets).string()});
    if (problems.empty()) {
        static const Vault kNone;
        out.locked = open_all(out.config, vault_ ? *vault_ : kNone);
        if (running) problems = newly_locked(*running, out.config, std::move(out.locked));
    }
    if (!problems.empty()) return fail(Errc::config, to_string(problems));
    if (content->config.missing) out.missing.push_back(path(kConfig).string());
    if (content->secrets.missing) out.missing.push_back(path(kSecrets).string());
    if (const auto now = content->digest(); !read_once_ || now != digest_) {
        if (read_once_) ++revision_;
        digest_ = now;
        read_once_ = true;
        copy(content->config.text, content->secrets.text);
    }
    out.revision = revision_;
    return out;
}

void Store::copy(std::string_view config, std::string_view secrets) const {
    if (copies_.empty()) return;
    (void)::mkdir(copies_.c_str(), 0700);
    if (write_file(copies_ / kSecrets, secrets, 0600)) (void)write_file(copies_ / kConfig, config, 0600);
}

Result<Loaded> Store::last_good() const {
    if (copies_.empty()) return fail(Errc::not_found, "no copy of the configuration is kept");
    std::vector<Problem> problems;
    PPP_TRY(auto loaded, Store(copies_, revision_, vault_).load(problems));
    if (!loaded.missing.empty()) return fail(Errc::not_found, "there is no copy of the configuration yet");
    // Another revision than the files get when they are good again.
    --loaded.revision;
    return loaded;
}

Result<> Store::expect(std::uint64_t revision) const {
    if (read_once_ && revision == revision_) return {};
    return fail(Errc::refused, "the configuration has changed: revision " + std::to_string(revision) +
                                   " is not the current " + std::to_string(revision_));
}

Result<std::uint64_t> Store::save(const Config& config, std::uint64_t based_on) {
    PPP_CHECK(expect(based_on));
    {
        PPP_TRY(const auto now, read());
        if (now.digest() != digest_)
            return fail(Errc::refused, "the files in " + directory_.string() +
                                           " were edited since they were read; load them first");
    }
    const std::string config_text = dump_config(config);
    const Secret secrets_text = dump_secrets(config);
    // What could not be read again is not written.
    Config again;
    if (const auto problems = validate(config_text, secrets_text.reveal(), again); !problems.empty())
        return fail(Errc::config, to_string(problems));

    const auto abandon = [&](Error error) {
        (void)::unlink(path(kNewConfig).c_str());
        (void)::unlink(path(kNewSecrets).c_str());
        return fail(std::move(error));
    };
    // A config.json.new left alone would look like half a commit, so the order of each pair matters.
    (void)::unlink(path(kNewConfig).c_str());
    if (auto r = write_file(path(kNewSecrets), secrets_text.reveal(), 0600); !r) return abandon(r.error());
    if (auto r = write_file(path(kNewConfig), config_text, 0640); !r) return abandon(r.error());
    if (auto r = sync_directory(directory_); !r) return abandon(r.error());
    if (auto r = rename_file(path(kNewSecrets), path(kSecrets)); !r) return abandon(r.error());
    // From here on the commit is made: should this process die now, the next load finishes it.
    digest_ = digest(config_text, secrets_text.reveal());
    ++revision_;
    copy(config_text, secrets_text.reveal());
    PPP_CHECK(rename_file(path(kNewConfig), path(kConfig)));
    PPP_CHECK(sync_directory(directory_));
    return revision_;
}

}  // namespace ppp::config
