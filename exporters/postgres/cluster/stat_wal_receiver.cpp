#include "exporters/postgres/cluster/stat_wal_receiver.hpp"

#include <iterator>

namespace erp::postgres {
namespace {

// The peer reads the host out of conninfo, which is the same for one host and wrong for a list, and
// says nothing without a slot (its issue 1193).
std::string statement(const ServerState& /*state*/) {
    return "SELECT sender_host, slot_name, status, "
           "(receive_start_lsn - '0/0'::pg_lsn) % (2^52)::bigint, receive_start_tli, "
           "(flushed_lsn - '0/0'::pg_lsn) % (2^52)::bigint, received_tli, "
           "extract(epoch FROM last_msg_send_time)::float8, "
           "extract(epoch FROM last_msg_receipt_time)::float8, "
           "(latest_end_lsn - '0/0'::pg_lsn) % (2^52)::bigint, "
           "extract(epoch FROM latest_end_time)::float8, "
           "substring(slot_name FROM 'repmgr_slot_([0-9]+)') FROM pg_stat_wal_receiver";
}

constexpr int kFirst = 3;  // after the labels

}  // namespace

Result<Samples> stat_wal_receiver_samples(const Rows& rows, const ServerState& /*state*/) {
    if (rows.size() > 0 &&
        rows.columns() != kFirst + static_cast<int>(std::size(kStatWalReceiverMetrics))) {
        return Error{Phase::parse, "unexpected number of columns"};
    }
    Samples samples;
    for (int i = 0; i < rows.size(); ++i) {
        const std::string_view labels[] = {rows.label(i, 0), rows.label(i, 1), rows.label(i, 2)};
        int column = kFirst;
        for (const Metric* metric : kStatWalReceiverMetrics) {
            if (const auto value = rows.number(i, column++))
                samples.add_row(*metric, *value, labels);
        }
    }
    return samples;
}

const Collector kStatWalReceiver{.row = {.name = "stat_wal_receiver",
                                         .summary = "How a standby receives WAL.",
                                         .metrics = kStatWalReceiverMetrics},
                                 .needs_monitor = true,
                                 .statement = statement,
                                 .parse = stat_wal_receiver_samples};

}  // namespace erp::postgres
