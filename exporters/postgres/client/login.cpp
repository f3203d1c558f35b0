#include "exporters/postgres/client/login.hpp"

namespace erp::postgres {
namespace {

constexpr Duration kAuthPause = std::chrono::seconds(30);  // no lockout storms

}  // namespace

Result<std::unique_ptr<Session>> Login::connect(Deadline deadline) {
    // A secret that is not there yet has bothered no server: it may be looked for again at once.
    Result<Secret> secret = options_.password.read();
    if (!secret) return secret.error();
    const bool refused = auth_error_ && secret->reveal() == refused_.reveal();
    if (refused && tried_within(kAuthPause)) return *auth_error_;
    last_attempt_ = Clock::now();
    auth_error_.reset();
    Result<std::unique_ptr<Session>> session = Session::connect(options_, habits_, deadline);
    if (session) {
        counts_.succeeded();
        return session;
    }
    counts_.failed(session.error());
    if (session.error().phase == Phase::auth) {
        auth_error_ = session.error();
        refused_ = std::move(*secret);
    }
    return session;
}

std::vector<Statement> introductions(int version) {
    std::vector<Statement> all{{"SET idle_in_transaction_session_timeout = '10s'"},
                               {"SET jit = off"},
                               {"SET default_transaction_read_only = on"},
                               {"SET search_path = pg_catalog"}};
    if (version >= 140000) all.push_back({"SET client_connection_check_interval = '2s'"});
    if (version >= 150000) all.push_back({"SET stats_fetch_consistency = none"});
    return all;
}

}  // namespace erp::postgres
