#include "exporters/odoo/processes/cgroup.hpp"
#include "exporters/odoo/processes/command_line.hpp"
#include "exporters/odoo/processes/proc_text.hpp"
#include "exporters/odoo/processes/role.hpp"
#include "exporters/odoo/processes/settings_file.hpp"
#include "tests/fuzz/fuzz.hpp"

// Texts of /proc, of a control group, and odoo.conf: each parser takes each text.
ERP_FUZZ(text) {
    using namespace erp::odoo;

    if (const auto stat = to_stat(text, {})) {
        ERP_HOLDS(text.find(stat->comm) != std::string_view::npos);
        (void)role_by_title(stat->comm);
    }
    (void)to_inner_pid(text);
    (void)is_in_inner_namespace(text);
    (void)to_limits(text);
    (void)to_cgroup_path(text);

    (void)to_cgroup_number(text);
    (void)to_cpus(text);
    (void)to_pressure(text);
    (void)find_value(text, "inactive_file");

    Settings settings;
    read_settings_file(text, settings);
    read_environment(text, settings);
    if (auto command = to_odoo_command(to_arguments(text))) {
        for (const auto& [key, setting] : command->settings.all())
            settings.set(key, setting.value, setting.source);
    }
    (void)role_by_command(text, text, 10);
    for (const auto& [key, setting] : settings.all()) {
        ERP_HOLDS(Settings::keeps(key));
        ERP_HOLDS(key.find("passw") == std::string::npos);
        ERP_HOLDS(setting.source != SettingSource::process);
    }
    settings.set_complete();
    for (const Limit& limit : time_limits(settings))
        ERP_HOLDS(limit.value > 0);
    for (const Limit& limit : memory_limits(settings, std::nullopt))
        ERP_HOLDS(limit.value > 0);
}
