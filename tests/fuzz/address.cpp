#include "exporters/postgres/client/address.hpp"

#include "core/net/resolve.hpp"
#include "exporters/postgres/client/connect.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <string>

// Addresses of targets, and a server's words about a refused connection.
ERP_FUZZ(bytes) {
    const std::string text(bytes);
    if (const auto address = erp::parse_stream_address(text)) {
        ERP_HOLDS(address->path.empty() != address->host.empty());
    }
    if (const auto address = erp::postgres::parse_address(text)) {
        ERP_HOLDS(!address->host.empty() && !address->port.empty());
    }
    (void)erp::postgres::phase_of_connect_message(text);
    ERP_HOLDS(erp::postgres::brief(text).size() <= 300);
}
