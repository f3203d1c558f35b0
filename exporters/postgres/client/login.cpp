#include "exporters/postgres/client/login.hpp"

#include <algorithm>
#include <chrono>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

constexpr Duration kRefusalPause = 30s;  // no lockout storms
constexpr Duration kFirstPatience = 1min;
constexpr Duration kLongestPatience = 1h;

/// A wrong password, or a database that is not there: it will be so until somebody mends it.
bool needs_somebody(const Error& error) {
    return error.phase == Phase::auth || error.phase == Phase::query;
}

}  // namespace

Result<void> Login::begin(Secret secret) {
    begun_ = Clock::now();
    secret_ = std::move(secret);
    refusal_.reset();
    counted_ = false;
    Result<Connecting> connecting = Connecting::to(options_);
    if (!connecting) return connecting.error();
    connecting_ = std::move(*connecting);
    return {};
}

Result<std::unique_ptr<Session>> Login::connect(Deadline deadline, Duration overdue) {
    // A secret that is not there yet has bothered no server: it may be looked for again at once.
    Result<Secret> secret = options_.password.read();
    if (!secret) return secret.error();
    const bool same = secret->reveal() == secret_.reveal();
    if (same && refusal_ && tried_within(kRefusalPause)) return *refusal_;
    if (waits() && same && tried_within(patience_)) {
        deadline = deadline.at_most(overdue);
    } else {
        patience_ = waits() && same ? std::min(2 * patience_, kLongestPatience) : kFirstPatience;
        connecting_.reset();
        if (const auto begun = begin(std::move(*secret)); !begun) {
            counts_.failed(begun.error());
            return begun.error();
        }
    }
    Result<std::unique_ptr<Session>> session = Session::connect(*connecting_, habits_, deadline);
    if (!std::exchange(counted_, true)) {
        if (session) {
            counts_.succeeded();
        } else {
            counts_.failed(session.error());
        }
    }
    if (!session && needs_somebody(session.error())) refusal_ = session.error();
    return session;
}

std::vector<Statement> introductions(int version) {
    std::vector<Statement> all{{"SET idle_in_transaction_session_timeout = '10s'"},
                               {"SET jit = off"},
                               // Of SQL_ASCII nothing is known: as UTF8 the server would check it,
                               // and refuse whole replies for one text.
                               {"SELECT set_config('client_encoding', 'SQL_ASCII', false) "
                                "WHERE current_setting('server_encoding') = 'SQL_ASCII'"},
                               {"SET extra_float_digits = 1"},
                               {"SET default_transaction_read_only = on"},
                               {"SET default_transaction_isolation = 'read committed'"},
                               {"SET search_path = pg_catalog"},
                               {"SET work_mem = '" + std::string(kWorkMemory) + "'"}};
    if (version >= 140000) all.push_back({"SET client_connection_check_interval = '2s'"});
    if (version >= 150000) all.push_back({"SET stats_fetch_consistency = none"});
    return all;
}

}  // namespace erp::postgres
