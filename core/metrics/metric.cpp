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

}  // namespace erp
