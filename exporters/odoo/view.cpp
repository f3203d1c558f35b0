#include "exporters/odoo/view.hpp"

namespace erp::odoo {

std::string_view to_string(Source source) {
    static constexpr std::string_view kWords[kSources] = {"sockets", "processes", "log", "probes",
                                                          "directories"};
    return kWords[static_cast<std::size_t>(source)];
}

}  // namespace erp::odoo
