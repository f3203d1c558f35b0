#include "exporters/odoo/collectors/directories.hpp"

#include "exporters/odoo/collectors.hpp"
#include "exporters/odoo/counts/databases.hpp"

namespace erp::odoo {
namespace {

constexpr Metric kBytes{
    .name = "odoo_filestore_bytes",
    .help =
        "Lengths of all attachments of a database, as the slow walk saw them last; folders of no "
        "known database are _unknown.",
    .labels = {"datname"},
    .unit = Unit::bytes,
    .source = "data_dir/filestore",
    .tenant_from = Dimension::database,
    .tenant_label = "datname"};
constexpr Metric kFiles{.name = "odoo_filestore_files",
                        .help = "Files of attachments of a database.",
                        .labels = {"datname"},
                        .source = "data_dir/filestore",
                        .tenant_from = Dimension::database,
                        .tenant_label = "datname"};
constexpr Metric kComplete{
    .name = "odoo_filestore_complete",
    .help =
        "Whether the last round counted each folder to its end; one that it may not read, or "
        "that has too many files, is absent.",
    .source = "data_dir/filestore"};
constexpr Metric kRound{.name = "odoo_filestore_round_timestamp_seconds",
                        .help = "When the last round over all filestores ended, in Unix time.",
                        .unit = Unit::seconds};
constexpr Metric kSessions{
    .name = "odoo_sessions",
    .help = "Stored sessions, anonymous visitors' too; those of a store in Redis are not here.",
    .labels = {"store"},
    .source = "data_dir/sessions"};
constexpr Metric kRecent{.name = "odoo_sessions_recent",
                         .help = "Sessions that were written in the last 15 minutes.",
                         .labels = {"store"},
                         .source = "data_dir/sessions"};
constexpr Metric kFree{
    .name = "odoo_filesystem_free_bytes",
    .help =
        "Space left to ordinary users on the file system of the filestore; of the data directory "
        "where that cannot be reached.",
    .unit = Unit::bytes,
    .source = "statvfs()"};
constexpr Metric kSize{.name = "odoo_filesystem_size_bytes",
                       .help = "Size of that file system.",
                       .unit = Unit::bytes,
                       .source = "statvfs()"};
constexpr Metric kFreeInodes{
    .name = "odoo_filesystem_free_inodes",
    .help = "Files that can still be made there; absent where the file system has no such limit.",
    .source = "statvfs()"};
constexpr Metric kInodes{
    .name = "odoo_filesystem_inodes", .help = "Files that it can hold.", .source = "statvfs()"};

constexpr const Metric* kMetrics[] = {&kBytes,  &kFiles, &kComplete, &kRound,      &kSessions,
                                      &kRecent, &kFree,  &kSize,     &kFreeInodes, &kInodes};
static_assert(broken_rule(kMetrics) == Rule::none);

constexpr std::string_view kStore = "file";

void add_size(const FilestoreSize& size, std::string_view datname, Samples& samples) {
    samples.add(kBytes, static_cast<double>(size.bytes), datname);
    samples.add(kFiles, static_cast<double>(size.files), datname);
}

void add_filestores(const DirectoryPicture& picture, Samples& samples) {
    for (const auto& [name, size] : picture.filestores)
        add_size(size, name, samples);
    if (picture.unknown) add_size(*picture.unknown, kUnknownDatabase, samples);
    if (picture.filestores_at == 0) return;
    samples.add(kComplete, picture.filestores_complete ? 1 : 0);
    samples.add(kRound, picture.filestores_at);
}

}  // namespace

void add_directories(const DirectoryPicture& picture, Samples& samples) {
    add_filestores(picture, samples);
    if (picture.sessions) {
        samples.add(kSessions, static_cast<double>(picture.sessions->all), kStore);
        samples.add(kRecent, static_cast<double>(picture.sessions->recent), kStore);
    }
    if (!picture.space) return;
    samples.add(kFree, picture.space->free_bytes);
    samples.add(kSize, picture.space->size_bytes);
    samples.add(kFreeInodes, picture.space->free_inodes);
    samples.add(kInodes, picture.space->inodes);
}

namespace {

void add(const View& view, Samples& samples) {
    add_directories(*view.directories, samples);
}

}  // namespace

const Collector kDirectories{
    .row = {.name = "directories",
            .summary = "Filestores, session files and the space that is left, by a slow walk.",
            .interval = std::chrono::minutes(15),
            .metrics = kMetrics},
    .source = Source::directories,
    .add = add};

}  // namespace erp::odoo
