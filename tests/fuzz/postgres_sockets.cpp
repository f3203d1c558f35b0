#include "core/net/sockets/unix_diag.hpp"
#include "exporters/postgres/watchers/client_ends.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace {

constexpr std::uint16_t kPort = 5432;
constexpr std::uint32_t kSequence = 7;

}  // namespace

// What is counted of the connections to a PostgreSQL, by /proc/net/tcp and by replies of sock_diag.
ERP_FUZZ(bytes) {
    erp::postgres::ClientEnds ends;
    for (const bool v6 : {false, true})
        erp::postgres::add_tcp(bytes, v6, kPort, ends);
    ERP_HOLDS(ends.tcp.size() <= bytes.size());
    ERP_HOLDS(!ends.listens_unix && ends.abandoned_unix == 0);
    erp::UnixReply reply({"/.s.PGSQL.5432"}, kSequence);
    (void)reply.add(std::as_bytes(std::span(bytes)));
    erp::postgres::add_unix(reply.sockets(), ends);
    ERP_HOLDS(ends.abandoned_unix <= reply.sockets().size());
}
