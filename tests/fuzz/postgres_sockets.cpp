#include "exporters/postgres/watchers/client_ends.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace {

constexpr std::uint16_t kPort = 5432;

}  // namespace

// What the kernel shows of the connections to a PostgreSQL: replies of sock_diag, /proc/net/tcp.
ERP_FUZZ(bytes) {
    erp::postgres::ClientEnds ends;
    erp::postgres::add_tcp(bytes, kPort, ends);
    ERP_HOLDS(ends.tcp.size() <= bytes.size());
    ERP_HOLDS(!ends.listens_unix && ends.abandoned_unix == 0);
    (void)erp::postgres::add_unix(std::as_bytes(std::span(bytes)), kPort, ends);
    ERP_HOLDS(ends.abandoned_unix <= bytes.size());
}
