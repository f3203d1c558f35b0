#include "exporters/postgres/watchers/filesystems.hpp"

#include <sys/statvfs.h>

#include <cerrno>
#include <memory>
#include <utility>

namespace erp::postgres {
namespace {

// A role without pg_read_all_settings has no row of data_directory. pg_wal may be a link to another
// file system; to follow it one must be allowed into the data directory. A tablespace without a
// place of its own (allow_in_place_tablespaces) is in the data directory.
constexpr std::string_view kPaths =
    "SELECT v.mount_of, NULL AS tablespace, s.setting || v.below FROM pg_settings s, "
    "(VALUES ('data', ''), ('wal', '/pg_wal')) v(mount_of, below) "
    "WHERE s.name = 'data_directory' UNION ALL "
    "(SELECT 'tablespace', spcname, pg_tablespace_location(oid) FROM pg_tablespace "
    "WHERE pg_tablespace_location(oid) LIKE '/%' ORDER BY oid LIMIT 100)";

class FilesystemWatcher final : public Watcher {
  public:
    using Watcher::Watcher;

    [[nodiscard]] std::optional<Statement> next(const ServerState& /*state*/) override {
        return Statement{std::string(kPaths), {}, true};
    }
    Result<void> take(const Result<Rows>& reply,
                      const ServerState& /*state*/,
                      Clock::time_point /*at*/) override {
        if (!reply) return reply.error();
        auto found = to_filesystems(*reply);
        if (!found) return found.error();
        all_ = std::move(*found);
        return {};
    }
    [[nodiscard]] Samples samples() const override { return filesystem_samples(all_.seen); }
    [[nodiscard]] Unavailable missing() const override {
        return all_.hidden ? Unavailable::privilege : Unavailable::no;
    }

  private:
    Filesystems all_;
};

std::unique_ptr<Watcher> watch(Duration interval) {
    return std::make_unique<FilesystemWatcher>(interval);
}

}  // namespace

Result<Filesystems> to_filesystems(const Rows& rows) {
    if (rows.columns() != 3) return Error{Phase::parse, "expected three columns"};
    Filesystems all{.seen = {}, .hidden = true};
    for (int i = 0; i < rows.size(); ++i)
        all.hidden = all.hidden && rows.label(i, 0) != "data";
    for (int i = 0; i < rows.size(); ++i) {
        const std::string path(rows.label(i, 2));
        struct statvfs found {};
        if (path.empty()) continue;
        if (::statvfs(path.c_str(), &found) != 0) {
            all.hidden = all.hidden || errno == EACCES;
            continue;
        }
        const auto unit = static_cast<double>(found.f_frsize);
        all.seen.push_back({std::string(rows.label(i, 0)), std::string(rows.label(i, 1)),
                            static_cast<double>(found.f_bavail) * unit,
                            static_cast<double>(found.f_blocks) * unit});
    }
    return all;
}

Samples filesystem_samples(const std::vector<Filesystem>& all) {
    Samples samples;
    for (const Filesystem& one : all) {
        samples.add(kFilesystemFree, one.free, one.mount_of, one.tablespace);
        samples.add(kFilesystemSize, one.size, one.mount_of, one.tablespace);
    }
    return samples;
}

const Collector kFilesystems{.row = {.name = "filesystems",
                                     .summary = "Space left for a server of this host.",
                                     .interval = std::chrono::seconds(30),
                                     .metrics = kFilesystemMetrics},
                             .needs_local = true,
                             .watch = watch};

}  // namespace erp::postgres
