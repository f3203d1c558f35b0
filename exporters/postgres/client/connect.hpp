#pragma once

#include "core/base/handle.hpp"
#include "core/base/result.hpp"
#include "exporters/postgres/client/address.hpp"
#include "exporters/postgres/client/session.hpp"

#include <libpq-fe.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace erp::postgres {

using Connection = Handle<PGconn, PQfinish>;

/// One connect under way, over as many calls as it takes. A server keeps a process for each connect
/// that is given up while a locked catalog holds up its startup, so a late one is better waited for
/// than begun again. Not thread-safe.
class Connecting {
  public:
    /// `numeric`: addresses to try one after the other, "" for a socket folder.
    Connecting(SessionOptions options, Address address, std::vector<std::string> numeric)
        : options_(std::move(options)),
          address_(std::move(address)),
          numeric_(std::move(numeric)) {}
    /// Blocks only in the resolver.
    [[nodiscard]] static Result<Connecting> to(const SessionOptions& options);

    /// Goes on by the deadline: connects to the first address that takes us, authenticates. An
    /// address that refuses or swallows us costs its share of the time, what another answers is
    /// final. After an error it begins anew, unless the last address still owes an answer (phase
    /// timeout).
    [[nodiscard]] Result<Connection> go_on(ServerHabits& habits, Deadline deadline);
    /// An answer is still owed.
    [[nodiscard]] bool waits() const { return connection_ != nullptr; }

  private:
    Result<void> begin(const ServerHabits& habits);
    Result<Connection> finish(Deadline deadline);
    Result<Connection> try_address(ServerHabits& habits, Deadline deadline);

    SessionOptions options_;
    Address address_;
    std::vector<std::string> numeric_;
    std::size_t at_ = 0;     ///< of the address that is tried
    Connection connection_;  ///< to it
    PostgresPollingStatusType state_ = PGRES_POLLING_WRITING;
};

/// Waits for the connection's socket. False: the deadline passed.
enum class Want { read, write, both };
[[nodiscard]] bool wait_for_socket(PGconn* connection, Want want, Deadline deadline);

/// The phase of a failed connect, from libpq's verbose message, which carries the SQLSTATE of a
/// refusing server. Pure.
[[nodiscard]] Phase phase_of_connect_message(std::string_view message);

/// "FATAL:  28P01: password authentication failed …": the code between the two colons, of a server
/// that refused us; else empty. Pure.
[[nodiscard]] std::string_view sqlstate_in(std::string_view message);

/// First line, at most 300 bytes: libpq's messages have details that the log does not need.
[[nodiscard]] std::string brief(std::string_view message);

}  // namespace erp::postgres
