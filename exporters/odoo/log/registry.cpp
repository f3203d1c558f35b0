#include "exporters/odoo/log/meaning.hpp"
#include "exporters/odoo/log/scan.hpp"

namespace erp::odoo {

void read_registry(const Record& record, Event& event) {
    std::string_view text = record.message;
    if (eat(text, "Registry loaded in ")) {
        event.kind = EventKind::registry_loaded;
        event.duration = to_nanoseconds(before(text, 's'));
    } else if (text.starts_with("Reloading the model registry after")) {
        event.kind = EventKind::registry_reload;
    } else if (text.starts_with("Registry changed, signaling")) {
        event.kind = EventKind::registry_signal;
    } else if (text.starts_with("At least one model cache has been invalidated, signaling") ||
               text.starts_with("Caches invalidated, signaling")) {
        event.kind = EventKind::cache_signal;  // 14 to 15 or 16, and later
    } else if (text.starts_with("Invalidating all model caches after") ||
               text.starts_with("Invalidating caches after")) {
        event.kind = EventKind::cache_invalidated;
    } else if (eat(text, "module ") && eat_back(text, ": creating or updating database tables")) {
        event.kind = EventKind::module_operation;
        event.name = text;
    }
}

void read_module(const Record& record, Event& event) {
    const std::string_view text = record.message;
    // `ALLOW access to module.button_immediate_install on ['Contacts'] to user admin #2 via …`;
    // module.update_list changes no module.
    if (text.starts_with("ALLOW access to module.button_") ||
        (text.starts_with("User #") && text.ends_with(" triggered module installation")))
        event.kind = EventKind::module_operation;
}

}  // namespace erp::odoo
