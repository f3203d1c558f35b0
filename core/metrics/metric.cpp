#include "core/metrics/metric.hpp"

namespace erp {

std::string_view to_string(Type type) {
    switch (type) {
        case Type::counter:
            return "counter";
        case Type::gauge:
            return "gauge";
        case Type::histogram:
            return "histogram";
        case Type::summary:
            return "summary";
        case Type::info:
            return "info";
        case Type::stateset:
            return "stateset";
        case Type::untyped:
            return "untyped";
    }
    return "untyped";
}

std::string_view to_string(Unit unit) {
    switch (unit) {
        case Unit::none:
            return "";
        case Unit::seconds:
            return "seconds";
        case Unit::bytes:
            return "bytes";
        case Unit::ratio:
            return "ratio";
    }
    return "";
}

std::string_view unit_at_end(std::string_view name, Unit unit) {
    const std::string_view text = to_string(unit);
    const bool ends = !text.empty() && name.ends_with(text) && name.size() > text.size() &&
                      name[name.size() - text.size() - 1] == '_';
    return ends ? text : std::string_view();
}

}  // namespace erp
