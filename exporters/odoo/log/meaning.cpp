#include "exporters/odoo/log/meaning.hpp"

#include "exporters/odoo/log/release.hpp"
#include "exporters/odoo/log/scan.hpp"

#include <utility>

namespace erp::odoo {
namespace {

void read_version(const Record& record, Event& event) {
    std::string_view text = record.message;
    if (!eat(text, "Odoo version ")) return;
    event.kind = EventKind::boot;
    if (is_release(text)) event.name = text;
}

void read_loading(const Record& record, Event& event) {
    if (record.message == "Modules loaded.") event.kind = EventKind::modules_loaded;
}

void read_mail(const Record& record, Event& event) {
    if (record.message.starts_with("failed sending mail (")) event.kind = EventKind::mail_failed;
}

void read_attachment(const Record& record, Event& event) {
    if (record.message.starts_with("_read_file reading "))
        event.kind = EventKind::filestore_missing;
}

using Reader = void (*)(const Record&, Event&);

Reader reader_of(std::string_view logger) {
    static constexpr std::pair<std::string_view, Reader> kReaders[] = {
        {"longpolling", read_gevent_request},
        {"odoo.http", read_http},
        {"odoo.sql_db", read_sql},
        {"odoo.addons.base.models.ir_cron", read_cron},
        {"odoo.addons.base.models.res_users", read_login},
        {"odoo.addons.base.models.ir_module", read_module},
        {"odoo.addons.base.models.ir_attachment", read_attachment},
        {"odoo.service.server", read_server},
        {"odoo.service.model", read_retry},
        {"odoo.modules.registry", read_registry},
        {"odoo.registry", read_registry},  // 19
        {"odoo.modules.loading", read_loading},
        {"odoo.addons.queue_job.jobrunner.runner", read_job_runner},
        {"odoo.addons.queue_job.controllers.main", read_job},
        {"odoo.addons.mail.models.mail_mail", read_mail},
        {"odoo", read_version},
    };
    for (const auto& [name, reader] : kReaders)
        if (logger == name) return reader;
    // Its parts log under names of their own after 19.
    return logger.starts_with("odoo.http.") ? read_http : nullptr;
}

}  // namespace

void read_meaning(const Record& record, const Continuation& continuation, Event& event) {
    event = {};
    if (record.logger == "werkzeug") {
        read_request(record, event);
    } else if (const Reader reader = reader_of(record.logger); reader != nullptr) {
        reader(record, event);
    }
    // A "bad query" has no traceback: what looks like one is a value in its SQL.
    if (event.kind != EventKind::bad_query) event.exception = continuation.exception();
    // Told to the user with a button to the settings; 14 and 15 write a traceback all the same.
    if (event.kind == EventKind::rpc_error && event.exception == "odoo.exceptions.RedirectWarning")
        event.error = RpcError::user;
    event.reason = continuation.fault();
    event.pool_full = continuation.pool_full();
    event.missing_file = continuation.missing_file();
}

}  // namespace erp::odoo
