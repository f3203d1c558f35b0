#include "exporters/odoo/log/meaning.hpp"
#include "exporters/odoo/log/scan.hpp"

namespace erp::odoo {
namespace {

/// `Login attempt ignored for 192.0.2.1 on acme: 10 failures since last success, …`; 16+ has
/// `(user 'x')` before `on`, and the user is a client's: the end is not.
void read_cooldown(std::string_view text, Event& event) {
    event.kind = EventKind::login_cooldown;
    text = text.substr(0, text.rfind(" failures since last success"));
    const std::size_t colon = text.rfind(": ");
    if (colon == text.npos) return;
    text = text.substr(0, colon);
    const std::size_t on = text.rfind(" on ");
    if (on != text.npos) event.database = text.substr(on + 4);
}

}  // namespace

void read_login(const Record& record, Event& event) {
    std::string_view text = record.message;
    if (record.level == Level::warning) {
        if (text.starts_with("Login attempt ignored for ")) read_cooldown(text, event);
        return;
    }
    if (eat(text, "Login successful for ")) {
        event.kind = EventKind::login_succeeded;
    } else if (eat(text, "Login failed for ")) {
        event.kind = EventKind::login_failed;
    } else {
        return;
    }
    // 19 names no database here: it is the record's own.
    if (!eat(text, "db:")) return;
    // What follows is a client's.
    event.database = before(text, " login:");
}

}  // namespace erp::odoo
