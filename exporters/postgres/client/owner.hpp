#pragma once

#include "exporters/postgres/client/connect.hpp"

#include <pqxx/pqxx>

#include <memory>
#include <string>
#include <utility>

/// How libpqxx, 6 and 7, comes to own a connection that libpq has made.
namespace erp::postgres {

#if PQXX_VERSION_MAJOR >= 7

using Owner = pqxx::connection;

inline std::unique_ptr<Owner> adopt(Connection connection) {
    return std::make_unique<Owner>(pqxx::connection::seize_raw_connection(connection.release()));
}

#else

// libpqxx 6 has no way to adopt a connection but a policy; the handle waits here until the policy,
// which libpqxx makes itself from a string, fetches it on the same thread.
inline thread_local PGconn* waiting_handle = nullptr;

class AdoptingPolicy : public pqxx::connectionpolicy {
  public:
    explicit AdoptingPolicy(const std::string& options) : connectionpolicy(options) {}
    handle do_startconnect(handle have) override {
        return have != nullptr ? have : std::exchange(waiting_handle, nullptr);
    }
};

using Owner = pqxx::basic_connection_base<AdoptingPolicy>;

inline std::unique_ptr<Owner> adopt(Connection connection) {
    waiting_handle = connection.release();
    auto owner = std::make_unique<Owner>("");
    PQfinish(std::exchange(waiting_handle, nullptr));
    return owner;
}

#endif

}  // namespace erp::postgres
