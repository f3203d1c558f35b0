#include "exporters/postgres/client/session.hpp"

#include "exporters/postgres/client/connect.hpp"
#include "exporters/postgres/client/owner.hpp"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

namespace erp::postgres {
namespace {

/// Since the connection was made, as the kernel counts them: libpq collects a reply in memory
/// before it shows any of it. 0 for a socket file, whose server is ours.
std::uint64_t bytes_received(PGconn* connection) {
    tcp_info info{};
    socklen_t size = sizeof(info);
    if (::getsockopt(PQsocket(connection), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
    return info.tcpi_bytes_received;
}

/// While it lives, what is written to a TCP socket goes out in full packets only: libpq writes at
/// every sync, and without this each of a batch's statements would be a packet of its own. A socket
/// file has no such option.
class Cork {
  public:
    explicit Cork(int socket) : socket_(socket) { set(1); }
    ~Cork() { set(0); }
    Cork(const Cork&) = delete;
    Cork& operator=(const Cork&) = delete;
    Cork(Cork&&) = delete;
    Cork& operator=(Cork&&) = delete;

  private:
    void set(int on) const { (void)::setsockopt(socket_, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)); }
    int socket_;
};

/// The server sends each reply on its own, and to wake up for each costs us more than to read it:
/// so while several are on their way we look for them this often, first after this time.
constexpr Duration kGather = std::chrono::milliseconds(1);

void gather(Deadline deadline) {
    std::this_thread::sleep_for(std::min(kGather, deadline.left()));
}

Error error_of(const PGresult* result) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const std::string_view message = primary != nullptr ? primary : PQresultErrorMessage(result);
    return Error{state != nullptr ? phase_of_sqlstate(state) : Phase::protocol, brief(message)};
}

}  // namespace

Phase phase_of_sqlstate(std::string_view state) {
    if (state == "57P01" || state == "57P02" || state.starts_with("08")) return Phase::closed;
    if (state == "57P03") return Phase::starting;
    if (state.starts_with("28")) return Phase::auth;
    if (state == "42501") return Phase::privilege;
    if (state.starts_with("53")) return Phase::busy;
    if (state == "55P03" || state == "57014" || state == "25P04") return Phase::timeout;
    if (state == "42P01" || state == "42703" || state == "42883" || state == "0A000") {
        return Phase::unsupported;
    }
    return Phase::query;
}

std::string time_setting(Duration d) {
    return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(d).count());
}

Statement transaction_isolation() {
    return {.text = "SET transaction_isolation = 'read committed'", .joined = true};
}

Statement transaction_settings(Duration lock_wait, Duration run) {
    // Qualified: where the search path is not yet ours, a function of that name may be anybody's.
    return {.text =
                "SELECT pg_catalog.set_config('search_path', 'pg_catalog', true), "
                "pg_catalog.set_config('transaction_read_only', 'on', true), "
                "pg_catalog.set_config('jit', 'off', true), "
                "pg_catalog.set_config('work_mem', '" +
                std::string(kWorkMemory) +
                "', true), "
                "pg_catalog.set_config('lock_timeout', $1, true), "
                "pg_catalog.set_config('statement_timeout', $2, true)",
            .parameters = {time_setting(lock_wait), time_setting(run)},
            .joined = true};
}

struct Session::Impl {
    std::unique_ptr<Owner> owner;
    PGconn* connection;  // what `owner` owns
    bool alive = true;
    bool pooled = false;
    std::unordered_map<std::string, std::string> prepared;  // text -> name
    std::size_t names = 0;

    Error lost(Phase phase, std::string text) {
        alive = false;
        return Error{phase, std::move(text)};
    }

    bool send(const Statement& statement, int count, const char* const* values) {
        if (!statement.repeated || pooled) {
            return PQsendQueryParams(connection, statement.text.c_str(), count, nullptr, values,
                                     nullptr, nullptr, 0) != 0;
        }
        auto [entry, is_new] = prepared.try_emplace(statement.text);
        if (is_new) {
            // A name is never used again: whether a failed one exists is not known.
            entry->second = "erp" + std::to_string(names++);
            if (PQsendPrepare(connection, entry->second.c_str(), statement.text.c_str(), 0,
                              nullptr) == 0) {
                return false;
            }
        }
        return PQsendQueryPrepared(connection, entry->second.c_str(), count, values, nullptr,
                                   nullptr, 0) != 0;
    }

    Result<void> send(std::span<const Statement> statements) {
        const Cork cork(PQsocket(connection));
        std::vector<const char*> values;
        for (const Statement& statement : statements) {
            values.clear();
            for (const std::string& value : statement.parameters)
                values.push_back(value.c_str());
            if (!send(statement, static_cast<int>(values.size()), values.data()) ||
                (!statement.joined && PQpipelineSync(connection) == 0)) {
                return lost(Phase::closed, brief(PQerrorMessage(connection)));
            }
        }
        return {};
    }

    /// Takes what has arrived; counts the statements that are complete.
    Result<void> take(std::size_t& done,
                      std::span<const Statement> statements,
                      std::optional<Result<Rows>>& reply,
                      const OnReply& on_reply) {
        while (done < statements.size() && PQisBusy(connection) == 0) {
            PGresult* raw = PQgetResult(connection);
            if (raw == nullptr) {
                if (PQstatus(connection) == CONNECTION_BAD) {
                    return lost(Phase::closed, brief(PQerrorMessage(connection)));
                }
                continue;  // the end of one statement's results
            }
            Rows rows(raw);
            switch (PQresultStatus(raw)) {
                case PGRES_TUPLES_OK:
                case PGRES_COMMAND_OK:
                    if (rows.size() > kMostRows) {
                        reply = Error{Phase::limit, "too many rows"};
                    } else {
                        reply.emplace(std::move(rows));
                    }
                    break;
                case PGRES_PIPELINE_SYNC: {
                    Result<Rows> complete = reply
                                                ? std::move(*reply)
                                                : Result<Rows>(Error{Phase::protocol, "no reply"});
                    reply.reset();
                    while (statements[done].joined)
                        ++done;
                    if (!complete) prepared.erase(statements[done].text);
                    on_reply(done++, std::move(complete));
                    break;
                }
                case PGRES_PIPELINE_ABORTED:  // it could not be prepared; the reason came before
                    break;
                case PGRES_COPY_IN:
                case PGRES_COPY_OUT:
                case PGRES_COPY_BOTH:
                    // libpq gives such a result again and again until the copy is done.
                    return lost(Phase::protocol, "the server began a copy");
                default:
                    if (PQstatus(connection) == CONNECTION_BAD) {
                        return lost(Phase::closed, brief(PQresultErrorMessage(raw)));
                    }
                    reply = error_of(raw);
            }
        }
        return {};
    }
};

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::connect(Connecting& connecting,
                                                  ServerHabits& habits,
                                                  Deadline deadline) {
    Result<Connection> opened = connecting.go_on(habits, deadline);
    if (!opened) return opened.error();
    PGconn* raw = opened->get();
    try {
        auto impl = std::make_unique<Impl>();
        impl->connection = raw;
        impl->pooled = habits.refuses_startup_options;
        impl->owner = adopt(std::move(*opened));
        if (PQsetnonblocking(raw, 1) != 0 || PQenterPipelineMode(raw) != 1) {
            return Error{Phase::protocol, brief(PQerrorMessage(raw))};
        }
        return std::unique_ptr<Session>(new Session(std::move(impl)));
    } catch (const std::exception& e) {
        return Error{Phase::connect, brief(e.what())};
    }
}

Result<void> Session::batch(std::span<const Statement> statements,
                            Deadline deadline,
                            const OnReply& on_reply) {
    if (const auto sent = impl_->send(statements); !sent) return sent.error();
    std::size_t done = 0;
    std::optional<Result<Rows>> reply;
    const std::uint64_t received = bytes_received(impl_->connection);
    if (statements.size() > 1 && PQflush(impl_->connection) == 0) gather(deadline);
    while (done < statements.size()) {
        // Both directions at once: a server that waits for us to read must not keep us from
        // writing.
        const int unsent = PQflush(impl_->connection);
        if (unsent < 0) return impl_->lost(Phase::closed, brief(PQerrorMessage(impl_->connection)));
        const Want want = unsent > 0 ? Want::both : Want::read;
        if (!wait_for_socket(impl_->connection, want, deadline)) {
            return impl_->lost(Phase::timeout, "no reply by the deadline");
        }
        if (PQconsumeInput(impl_->connection) == 0) {
            return impl_->lost(Phase::closed, brief(PQerrorMessage(impl_->connection)));
        }
        if (bytes_received(impl_->connection) - received > kMostBytes) {
            return impl_->lost(Phase::limit, "replies of more than 64 MiB");
        }
        const std::size_t before = done;
        if (const auto took = impl_->take(done, statements, reply, on_reply); !took) {
            return took.error();
        }
        if (done != before && done + 1 < statements.size()) {
            gather(deadline);
        }
    }
    return {};
}

bool Session::alive() const {
    return impl_->alive;
}

bool Session::pooled() const {
    return impl_->pooled;
}

Result<void> Session::look_for_pooler(Deadline deadline) {
    if (impl_->pooled) return {};
    const std::vector<Statement> statements{transaction_isolation(), {"SELECT pg_backend_pid()"}};
    const std::string told = std::to_string(PQbackendPID(impl_->connection));
    // Only the right answer proves that nobody is between us: no setting is changed before that.
    std::optional<Error> refused;
    const auto done =
        batch(statements, deadline, [&](std::size_t /*statement*/, Result<Rows> reply) {
            if (!reply) refused = reply.error();
            impl_->pooled = reply && (reply->size() != 1 || reply->label(0, 0) != told);
        });
    if (!done) return done.error();
    if (refused) return *refused;
    return {};
}

int Session::server_version() const {
    return PQserverVersion(impl_->connection);
}

}  // namespace erp::postgres
