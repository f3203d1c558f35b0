#include "core/base/dimension.hpp"

namespace erp {

std::string_view to_string(Dimension dimension) {
    switch (dimension) {
        case Dimension::none:
            return "none";
        case Dimension::database:
            return "database";
        case Dimension::host:
            return "host";
        case Dimension::router:
            return "router";
        case Dimension::service:
            return "service";
        case Dimension::header:
            return "header";
        case Dimension::key_prefix:
            return "key_prefix";
    }
    return "none";
}

}  // namespace erp
