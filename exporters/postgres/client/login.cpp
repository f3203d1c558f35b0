#include "exporters/postgres/client/login.hpp"

#include <algorithm>
#include <chrono>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

constexpr Duration kAuthPause = 30s;  // no lockout storms
constexpr Duration kFirstPatience = 1min;
constexpr Duration kLongestPatience = 1h;

}  // namespace

Result<void> Login::begin(Secret secret) {
    begun_ = Clock::now();
    secret_ = std::move(secret);
    auth_error_.reset();
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
    if (same && auth_error_ && tried_within(kAuthPause)) return *auth_error_;
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
    if (!session && session.error().phase == Phase::auth) auth_error_ = session.error();
    return session;
}

std::vector<Statement> introductions(int version) {
    std::vector<Statement> all{{"SET idle_in_transaction_session_timeout = '10s'"},
                               {"SET jit = off"},
                               {"SET default_transaction_read_only = on"},
                               {"SET default_transaction_isolation = 'read committed'"},
                               {"SET search_path = pg_catalog"}};
    if (version >= 140000) all.push_back({"SET client_connection_check_interval = '2s'"});
    if (version >= 150000) all.push_back({"SET stats_fetch_consistency = none"});
    return all;
}

}  // namespace erp::postgres
