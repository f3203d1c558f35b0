#include "exporters/odoo/log/meaning.hpp"
#include "exporters/odoo/log/scan.hpp"

namespace erp::odoo {
namespace {

/// `Skipping database globex because of modules to install/upgrade/remove.`, `… initech as its base
/// version is not 14.0.1.3.`
void read_skip(std::string_view text, Event& event) {
    if (!text.ends_with('.')) return;
    event.kind = EventKind::cron_skipped;
    event.database = before(text, ' ');
    text.remove_prefix(event.database.size());
    if (contains(text, "modules to install")) {
        event.skip = CronSkip::modules_pending;
    } else if (contains(text, "base version is not")) {
        event.skip = CronSkip::version_mismatch;
    } else if (contains(text, "recovery")) {
        event.skip = CronSkip::recovery;
    }
}

/// 14 to 17: the name in backticks, which may be in it too.
void read_backticks(std::string_view text, Event& event) {
    if (eat(text, "Starting job `") && eat_back(text, "`.")) {
        event.kind = EventKind::cron_started;
    } else if (eat(text, "Manually starting job `") && eat_back(text, "`.")) {
        event.kind = EventKind::cron_manual;
    } else if (eat(text, "Job done: `") && eat_back(text, "s).")) {
        event.kind = EventKind::cron_finished;
        const std::size_t number = text.rfind("` (");
        if (number == text.npos) return;
        event.duration = to_nanoseconds(text.substr(number + 3));
        text = text.substr(0, number);
    } else if (eat(text, "Job `") && eat_back(text, "` done.")) {
        event.kind = EventKind::cron_finished;
    } else {
        return;
    }
    event.name = text;
}

/// 14 to 17: `Price sync for server action #400 failed in Job #20`.
void read_failed_call(std::string_view text, Event& event) {
    constexpr std::string_view kAction = " for server action #";
    const std::size_t at = text.rfind(kAction);
    if (at == text.npos) return;
    std::string_view rest = text.substr(at + kAction.size());
    if (take_digits(rest).empty() || !eat(rest, " failed in Job #")) return;
    if (take_digits(rest).empty() || !rest.empty()) return;
    event.kind = EventKind::cron_failed;
    event.name = text.substr(0, at);
}

/// `'X' (12) ` or, where X has an apostrophe, `"X" (12) `, off the front. X may hold what looks
/// like its own end, what follows cannot. False: it is none.
bool take_job(std::string_view& text, Event& event) {
    if (text.empty() || (text.front() != '\'' && text.front() != '"')) return false;
    const char end[] = {text.front(), ' ', '('};
    const std::size_t at = text.rfind({end, 3});
    if (at == text.npos || at == 0) return false;
    std::string_view rest = text.substr(at + 3);
    event.job = to_whole(take_digits(rest));
    if (!event.job || !eat(rest, ") ")) return false;
    event.name = text.substr(1, at - 1);
    text = rest;
    return true;
}

/// 19: `fully done (#loop 1; done 0; remaining 0; duration 0.12s)`.
void read_outcome(std::string_view text, CronResult result, Event& event) {
    event.kind = EventKind::cron_finished;
    event.result = result;
    const std::size_t at = text.find("duration ");
    if (at != text.npos) event.duration = to_nanoseconds(before(text.substr(at + 9), 's'));
}

/// 18: `processed 100 records, 900 records remaining`.
void read_progress(std::string_view text, Event& event) {
    if (take_digits(text).empty() || !eat(text, " records, ")) return;
    const std::string_view remaining = take_digits(text);
    if (remaining.empty() || text != " records remaining") return;
    event.kind = EventKind::cron_processed;
    event.result = remaining == "0" ? CronResult::ok : CronResult::partial;
}

/// 18 and later, behind `Job `.
void read_quoted(std::string_view text, bool error, Event& event) {
    if (!take_job(text, event)) return;
    if (error) {
        if (text == "timed out") {
            event.kind = EventKind::cron_timed_out;
        } else if (text.starts_with("server action #") && text.ends_with(" failed")) {
            event.kind = EventKind::cron_failed;
        }
    } else if (text == "starting") {
        event.kind = EventKind::cron_started;
    } else if (text == "started manually") {
        event.kind = EventKind::cron_manual;
    } else if (text == "done") {
        event.kind = EventKind::cron_finished;  // of a manual run
    } else if (eat(text, "done in ") && eat_back(text, "s")) {
        event.kind = EventKind::cron_finished;
        event.batch = true;
        event.duration = to_nanoseconds(text);
    } else if (text == "completed") {
        event.kind = EventKind::cron_completed;
    } else if (eat(text, "processed ")) {
        read_progress(text, event);
    } else if (!text.ends_with("s)")) {
        return;
    } else if (text.starts_with("fully done (")) {
        read_outcome(text, CronResult::ok, event);
    } else if (text.starts_with("partially done (")) {
        read_outcome(text, CronResult::partial, event);
    } else if (text.starts_with("failed (")) {
        read_outcome(text, CronResult::failed, event);
    }
}

}  // namespace

/// A client chooses the database that stands before these texts, but never the level.
void read_cron(const Record& record, Event& event) {
    std::string_view text = record.message;
    if (record.level == Level::warning) {
        if (eat(text, "Skipping database ")) {
            read_skip(text, event);
        } else if (eat(text, "Cron job ") &&
                   contains(text, " has been deactivated after failing") && take_job(text, event)) {
            event.kind = EventKind::cron_deactivated;
        }
    } else if (text.starts_with("Job '") || text.starts_with("Job \"")) {
        read_quoted(text.substr(4), record.level == Level::error, event);
    } else if (record.level == Level::info) {
        read_backticks(text, event);
    } else if (record.level == Level::error) {
        if (eat(text, "Call from cron ")) {
            read_failed_call(text, event);
        } else if (text.starts_with("Unexpected exception while processing cron job")) {
            event.kind = EventKind::cron_failed;
        }
    }
}

}  // namespace erp::odoo
