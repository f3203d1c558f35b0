#include "exporters/odoo/log/meaning.hpp"
#include "exporters/odoo/log/scan.hpp"

namespace erp::odoo {

void read_job_runner(const Record& record, Event& event) {
    std::string_view text = record.message;
    if (eat(text, "asking Odoo to run job ")) {
        event.kind = EventKind::job_asked;
        const std::size_t on = text.find(" on db ");
        if (on != text.npos) event.database = text.substr(on + 7);
    } else if (eat(text, "queue job runner ready for db ")) {
        event.kind = EventKind::job_runner_ready;
        event.database = text;
    } else if (text.starts_with("state of job ") && contains(text, " was reset from ")) {
        event.kind = EventKind::job_reset;
    } else if (eat(text, "exception in GET ")) {
        event.kind = EventKind::job_get_failed;
        const std::size_t db = text.find("?db=");
        if (db == text.npos) return;
        event.database = text.substr(db + 4);
        event.database = before(event.database, '&');
    } else if (text.starts_with("exception: sleeping ")) {
        event.kind = EventKind::job_runner_retry;
    }
}

void read_job(const Record& record, Event& event) {
    // The message of a job that failed is its traceback.
    if (record.level == Level::error && record.message.starts_with("Traceback (most recent")) {
        event.kind = EventKind::job_failed;
    } else if (record.message.starts_with("was requested to run job ")) {
        event.kind = EventKind::job_stale;
    }
}

}  // namespace erp::odoo
