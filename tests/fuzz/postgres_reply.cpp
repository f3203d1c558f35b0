#include "core/base/text.hpp"
#include "core/metrics/exposition.hpp"
#include "exporters/postgres/client/recorded_rows.hpp"
#include "exporters/postgres/module.hpp"
#include "exporters/postgres/watchers/changes.hpp"
#include "exporters/postgres/watchers/databases.hpp"
#include "exporters/postgres/watchers/filesystems.hpp"
#include "exporters/postgres/watchers/lifecycle.hpp"
#include "exporters/postgres/watchers/lock_history.hpp"
#include "exporters/postgres/watchers/lock_picture.hpp"
#include "exporters/postgres/watchers/lock_report.hpp"
#include "exporters/postgres/watchers/replication_lag.hpp"
#include "exporters/postgres/watchers/session_load.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace erp;
using namespace erp::postgres;

/// Lines of as many fields as the first has.
Rows rows(std::string_view text) {
    std::string even;
    std::size_t columns = 0;
    for (const std::string_view line : split(text, '\n')) {
        auto fields = split(line, '\t');
        if (columns == 0) columns = fields.size();
        fields.resize(columns);
        for (std::size_t i = 0; i < columns; ++i)
            even.append(i == 0 ? "" : "\t").append(fields[i]);
        even += '\n';
    }
    return rows_of(even);
}

void check(Samples samples) {
    Source source;
    source.parts.push_back({std::make_shared<const Samples>(std::move(samples)), false});
    const auto tenancy = std::make_shared<const Tenancy>();
    std::vector<MergedSource> merged;
    merged.push_back(merge(std::move(source), *tenancy, {}));
    erp_fuzz::check_page(write_text(Snapshot(std::move(merged), tenancy, SIZE_MAX)));
}

void check_locks(std::vector<LockSession> sessions) {
    std::vector<std::string> relations(sessions.size(), "stock_quant");
    const LockPicture picture = to_picture(std::move(sessions), std::move(relations));
    LockHistory history;
    history.add(picture.waits(), picture.forest, Clock::now(), std::chrono::seconds(3));
    Samples samples;
    show(picture, samples);
    history.show(samples, true);
    check(std::move(samples));
    const std::string json = lock_report(picture, 0, ReportFormat::json);
    ERP_HOLDS(json.ends_with("\n]}\n"));
    const std::string text = lock_report(picture, 0, ReportFormat::text);
    ERP_HOLDS(is_label_value(text, SIZE_MAX));  // UTF-8
    for (const char c : text)
        ERP_HOLDS(c == '\n' || static_cast<unsigned char>(c) >= ' ');
}

}  // namespace

// What a server answers, true or not, through every collector to the page. LSN, times and arrays
// come as numbers and as lists of numbers: the statements see to that.
ERP_FUZZ(reply) {
    const Rows answer = rows(reply);
    for (const int version : {130000, 180000}) {
        const ServerState state{.version = version, .may_monitor = true, .address = "db:5432"};
        for (const Collector* collector : collectors()) {
            if (collector->parse == nullptr) continue;
            auto samples = collector->parse(answer, state);
            if (!samples) continue;
            check(std::move(*samples));
            if (collector->hidden != nullptr) (void)collector->hidden(answer);
        }
    }
    (void)to_active_sessions(answer);
    (void)to_filesystems(answer);
    (void)to_lifecycle(answer);
    (void)to_look(answer);
    (void)to_positions(answer);
    (void)to_databases(answer);
    if (auto sessions = to_lock_sessions(answer, {{1, "acme"}})) check_locks(std::move(*sessions));
}
