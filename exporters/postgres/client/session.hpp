#pragma once

#include "core/base/deadline.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "exporters/postgres/client/rows.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace erp::postgres {

/// How to reach one server and as whom.
struct SessionOptions {
    std::string address;
    std::string user;
    std::string database = "postgres";
    std::string sslmode = "prefer";
    std::string sslrootcert;
    SecretSource password;
};

class Connecting;

/// What was learnt about a server while connecting; the owner keeps it between connects.
struct ServerHabits {
    bool refuses_startup_options = false;  ///< PgBouncer does
};

struct Statement {
    std::string text;
    std::vector<std::string> parameters = {};  ///< values of $1, $2, …
    /// Asked again and again: prepared once a session, since planning costs the server more than
    /// running what we ask. Not behind a pooler, where the next session may be another.
    bool repeated = false;
    /// In one transaction with the next, whose reply stands for both: an error of this one is its
    /// error too.
    bool joined = false;
};

/// As a setting of time: milliseconds, rounded up.
[[nodiscard]] std::string time_setting(Duration d);

/// The level of the one transaction that begins with it, whatever the default: a standby refuses
/// every query at serializable. SET LOCAL would have the server log a warning, since a batch's
/// transaction is no block, and this setting ends with its transaction in any case.
[[nodiscard]] Statement transaction_isolation();

/// As much as the texts of all sessions' queries take, whose view is written to a temporary file
/// each time beyond it; none of it is taken while they are short.
inline constexpr std::string_view kWorkMemory = "64MB";

/// Settings of the one transaction that it is joined to, so that a pooler's other clients find the
/// session as it was: read only, no JIT, names are the server's own, and how long a statement may
/// wait for a lock and run.
[[nodiscard]] Statement transaction_settings(Duration lock_wait, Duration run);

/// One connection, owned by libpqxx. No call blocks beyond its deadline: connecting and waiting for
/// replies go through poll() on a non-blocking socket, so no watchdog is needed to free a thread.
/// Not thread-safe. After an error that ends the connection, alive() is false and the session can
/// only be destroyed.
class Session {
  public:
    /// Startup options are only `lock_timeout`, which guards the startup itself against a locked
    /// catalog; a server that refuses them is asked once more without, and then always.
    [[nodiscard]] static Result<std::unique_ptr<Session>> connect(Connecting& connecting,
                                                                  ServerHabits& habits,
                                                                  Deadline deadline);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    Session(Session&&) = delete;
    Session& operator=(Session&&) = delete;

    /// Called for each statement in order, as soon as its reply is complete.
    using OnReply = std::function<void(std::size_t statement, Result<Rows> reply)>;

    /// Sends all statements at once (pipeline mode, a sync after each that is not joined, so that
    /// each fails alone) and reads their replies by the deadline. An error is one of the
    /// connection: what was not answered has no reply, and alive() is false.
    Result<void> batch(std::span<const Statement> statements,
                       Deadline deadline,
                       const OnReply& on_reply);

    [[nodiscard]] bool alive() const;
    /// A pooler answered, which may give each statement another session of the server: a setting
    /// that is changed there stays for whoever gets that session next.
    [[nodiscard]] bool pooled() const;
    /// Finds out. One that refused our startup options is known already; one that lets them pass
    /// makes up the number of the server's process.
    Result<void> look_for_pooler(Deadline deadline);
    /// For example 150018.
    [[nodiscard]] int server_version() const;
    /// Rows of one reply; a longer one fails alone.
    static constexpr int kMostRows = 200'000;
    /// Bytes of all replies of a batch: more ends the connection. Far above what 10,000 databases
    /// need.
    static constexpr std::uint64_t kMostBytes = 64ULL << 20;

  private:
    struct Impl;
    explicit Session(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// The phase of a failed statement or startup, by SQLSTATE (appendix A of PostgreSQL's manual).
[[nodiscard]] Phase phase_of_sqlstate(std::string_view sqlstate);

}  // namespace erp::postgres
