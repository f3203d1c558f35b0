#include "core/config/config.hpp"

#include "tests/fuzz/fuzz.hpp"

#include <string>

// The configuration file: YAML, the frame's keys and every exporter's options.
ERP_FUZZ(text) {
    const auto loaded =
        erp::parse_config("erp_exporter.yml", std::string(text), erp::all_exporters());
    ERP_HOLDS(loaded.config.has_value() == loaded.errors.empty());
    for (const erp::ConfigError& error : loaded.errors) {
        ERP_HOLDS(error.line >= 0);
        ERP_HOLDS(!error.text.empty());
    }
}
