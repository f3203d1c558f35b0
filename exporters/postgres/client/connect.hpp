#pragma once

#include "core/base/handle.hpp"
#include "core/base/result.hpp"
#include "exporters/postgres/client/address.hpp"
#include "exporters/postgres/client/session.hpp"

#include <libpq-fe.h>

#include <span>
#include <string>
#include <string_view>

namespace erp::postgres {

using Connection = Handle<PGconn, PQfinish>;

/// Opens a connection by the deadline: resolves, connects to the first address that takes us,
/// authenticates. Blocks only in the resolver.
[[nodiscard]] Result<Connection> open_connection(const SessionOptions& options,
                                                 ServerHabits& habits,
                                                 Deadline deadline);

/// The second half of it: a numeric address that refuses or swallows us costs its share of the
/// time, what another answers is final.
[[nodiscard]] Result<Connection> open_first(const SessionOptions& options,
                                            const Address& address,
                                            std::span<const std::string> numeric,
                                            ServerHabits& habits,
                                            Deadline deadline);

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
