#include "exporters/odoo/log/record.hpp"

#include <utility>

namespace erp::odoo {
namespace {

bool is_below(std::string_view logger, std::string_view parent) {
    return logger.starts_with(parent) &&
           (logger.size() == parent.size() || logger[parent.size()] == '.');
}

}  // namespace

Area area_of(std::string_view logger) {
    // The first that fits.
    static constexpr std::pair<std::string_view, Area> kParents[] = {
        {"odoo.addons.base.models.ir_cron", Area::cron},
        {"odoo.addons.base.models.res_users", Area::users},
        {"odoo.addons.base.models.ir_module", Area::modules},
        {"odoo.addons.base.models.ir_mail_server", Area::mail},
        {"odoo.addons.base", Area::base},
        {"odoo.addons.queue_job", Area::queue_job},
        {"odoo.addons.mail", Area::mail},
        {"odoo.addons.bus", Area::bus},
        {"odoo.addons", Area::addons},
        {"odoo.modules", Area::modules},
        {"odoo.registry", Area::modules},
        {"odoo.http", Area::http},
        {"odoo.sql_db", Area::sql},
        {"odoo.service", Area::server},
        {"odoo", Area::core},
        {"longpolling", Area::requests},
        {"py.warnings", Area::python},
    };
    if (is_below(logger, "werkzeug")) return Area::requests;
    for (const auto& [parent, area] : kParents)
        if (is_below(logger, parent)) return area;
    return Area::other;
}

}  // namespace erp::odoo
