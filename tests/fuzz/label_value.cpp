#include "core/base/text.hpp"
#include "tests/fuzz/fuzz.hpp"

// Names of databases, users and applications on their way into labels.
ERP_FUZZ(bytes) {
    const std::string value = erp::to_label_value(bytes);
    ERP_HOLDS(erp::is_label_value(value));
    if (erp::is_label_value(bytes)) ERP_HOLDS(value == bytes);
}
