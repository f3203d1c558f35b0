#pragma once

#include "exporters/postgres/collector.hpp"

namespace erp::postgres {

/// Odoo names its connections odoo-<pid> from 17 on: with the number each restart of a worker would
/// be a new series.
constexpr std::string_view application_name(const PageOptions& page) {
    return page.raw_application_names ? "application_name"
                                      : "regexp_replace(application_name, '[-_:]?[0-9]+$', '')";
}

}  // namespace erp::postgres
