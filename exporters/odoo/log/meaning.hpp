#pragma once

#include "exporters/odoo/log/continuation.hpp"
#include "exporters/odoo/log/event.hpp"

namespace erp::odoo {

/// What a record means, by its logger and its text as Odoo 14 to 19 write it; the texts are those
/// of the English source, which Odoo does not translate in its log. Pure. `event` is overwritten,
/// and holds views into both.
void read_meaning(const Record& record, const Continuation& continuation, Event& event);

/// Of the loggers named. They set what they know and leave the rest; `event` is a plain one.
void read_request(const Record& record, Event& event);         // werkzeug
void read_gevent_request(const Record& record, Event& event);  // longpolling
void read_http(const Record& record, Event& event);            // odoo.http
void read_sql(const Record& record, Event& event);             // odoo.sql_db
void read_retry(const Record& record, Event& event);           // odoo.service.model
void read_cron(const Record& record, Event& event);            // ….ir_cron
void read_server(const Record& record, Event& event);          // odoo.service.server
void read_login(const Record& record, Event& event);           // ….res_users
void read_registry(const Record& record, Event& event);        // odoo.modules.registry
void read_module(const Record& record, Event& event);          // ….ir_module
void read_job_runner(const Record& record, Event& event);      // ….queue_job.jobrunner.runner
void read_job(const Record& record, Event& event);             // ….queue_job.controllers.main

}  // namespace erp::odoo
