#include "exporters/postgres/client/connect.hpp"

#include "core/base/text.hpp"

#include <poll.h>

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

namespace erp::postgres {
namespace {

struct Parameters {
    std::vector<const char*> keys;
    std::vector<const char*> values;
    void add(const char* key, const char* value) {
        keys.push_back(key);
        values.push_back(value);
    }
};

constexpr std::string_view kUnsupportedParameter = "unsupported startup parameter";

/// Whether another address of the same name may do better; what a server answered is final.
bool concerns_address(Phase phase) {
    return phase == Phase::refused || phase == Phase::connect || phase == Phase::timeout;
}

}  // namespace

std::string brief(std::string_view message) {
    const std::string_view line = trim(message.substr(0, message.find('\n')));
    return std::string(line.substr(0, 300));
}

bool wait_for_socket(PGconn* connection, Want want, Deadline deadline) {
    // The socket may be another one after each PQconnectPoll.
    pollfd waiting{PQsocket(connection), 0, 0};
    if (want != Want::write) waiting.events |= POLLIN;
    if (want != Want::read) waiting.events |= POLLOUT;
    for (;;) {
        using std::chrono::milliseconds;
        const auto left = std::chrono::ceil<milliseconds>(deadline.left()).count();
        if (left <= 0) return false;
        const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<long long>(left, 60'000)));
        if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
    }
}

std::string_view sqlstate_in(std::string_view message) {
    for (std::size_t at = message.find(":  "); at != std::string_view::npos;
         at = message.find(":  ", at + 1)) {
        const std::string_view rest = message.substr(at + 3);
        if (rest.size() < 6 || rest[5] != ':') continue;
        const std::string_view code = rest.substr(0, 5);
        if (std::ranges::all_of(code, [](unsigned char c) {
                return std::isdigit(c) != 0 || std::isupper(c) != 0;
            })) {
            return code;
        }
    }
    return {};
}

Phase phase_of_connect_message(std::string_view message) {
    const std::string_view code = sqlstate_in(message);
    if (!code.empty()) return phase_of_sqlstate(code);
    const auto says = [&](std::string_view words) {
        return message.find(words) != std::string_view::npos;
    };
    if (says("Connection refused") || says("No such file or directory")) return Phase::refused;
    if (says("could not translate host name")) return Phase::resolve;
    if (says("invalid response") || says("expected authentication request") ||
        says("unexpected response")) {
        return Phase::protocol;
    }
    if (says("password") || says("authentication")) return Phase::auth;
    if (says("SSL") || says("certificate")) return Phase::tls;
    if (says("closed the connection") || says("Connection reset")) return Phase::closed;
    if (says("timeout expired") || says("timed out")) return Phase::timeout;
    return Phase::connect;
}

Result<Connecting> Connecting::to(const SessionOptions& options) {
    Result<Address> address = parse_address(options.address);
    if (!address) return address.error();
    std::vector<std::string> numeric{""};
    if (!address->is_socket) {
        Result<std::vector<std::string>> resolved = resolve(*address);
        if (!resolved) return resolved.error();
        numeric = std::move(*resolved);
    }
    return Connecting(options, std::move(*address), std::move(numeric));
}

Result<void> Connecting::begin(const ServerHabits& habits) {
    const std::string& numeric = numeric_[at_];
    const Result<Secret> password = options_.password.read();
    if (!password) return password.error();
    Parameters p;
    p.add("host", address_.host.c_str());
    if (!numeric.empty()) p.add("hostaddr", numeric.c_str());
    p.add("port", address_.port.c_str());
    p.add("user", options_.user.empty() ? nullptr : options_.user.c_str());
    p.add("dbname", options_.database.c_str());
    p.add("password", password->empty() ? nullptr : password->reveal_c_str());
    p.add("sslmode", options_.sslmode.c_str());
    p.add("sslrootcert", options_.sslrootcert.empty() ? nullptr : options_.sslrootcert.c_str());
    p.add("application_name", "erp_exporter " ERP_VERSION);
    p.add("client_encoding", "UTF8");
    // libpq would look for Kerberos tickets first, by calls that may block.
    p.add("gssencmode", "disable");
    p.add("keepalives_idle", "10");
    p.add("keepalives_interval", "5");
    p.add("keepalives_count", "3");
    p.add("tcp_user_timeout", "10000");
    // The only setting that takes effect early enough to keep a startup from waiting for a locked
    // catalog.
    if (!habits.refuses_startup_options) p.add("options", "-c lock_timeout=250");
    p.add(nullptr, nullptr);
    connection_.reset(PQconnectStartParams(p.keys.data(), p.values.data(), 0));
    if (!connection_) return Error{Phase::limit, "out of memory"};
    PQsetErrorVerbosity(connection_.get(), PQERRORS_VERBOSE);
    // libpq prints notices to standard error, where only our log belongs.
    PQsetNoticeReceiver(
        connection_.get(), [](void*, const PGresult*) {}, nullptr);
    state_ = PGRES_POLLING_WRITING;
    return {};
}

Result<Connection> Connecting::finish(Deadline deadline) {
    while (PQstatus(connection_.get()) != CONNECTION_BAD && state_ != PGRES_POLLING_OK &&
           state_ != PGRES_POLLING_FAILED) {
        const Want want = state_ == PGRES_POLLING_READING ? Want::read : Want::write;
        if (!wait_for_socket(connection_.get(), want, deadline)) {
            return Error{Phase::timeout, "no answer to the connection request"};
        }
        state_ = PQconnectPoll(connection_.get());
    }
    Connection connection = std::exchange(connection_, nullptr);
    if (state_ == PGRES_POLLING_OK) return connection;
    const std::string_view message = PQerrorMessage(connection.get());
    return Error{phase_of_connect_message(message), brief(message)};
}

Result<Connection> Connecting::try_address(ServerHabits& habits, Deadline deadline) {
    if (!connection_) {
        if (const auto begun = begin(habits); !begun) return begun.error();
    }
    Result<Connection> connection = finish(deadline);
    if (connection || habits.refuses_startup_options ||
        connection.error().text.find(kUnsupportedParameter) == std::string::npos) {
        return connection;
    }
    habits.refuses_startup_options = true;
    return try_address(habits, deadline);
}

Result<Connection> Connecting::go_on(ServerHabits& habits, Deadline deadline) {
    for (;; ++at_) {
        // A share of what is left: an address that swallows packets must not cost the next ones.
        const auto others = static_cast<int>(numeric_.size() - at_);
        Result<Connection> connection =
            try_address(habits, deadline.at_most(deadline.left() / others));
        const bool is_last = others == 1;
        if (connection || is_last || !concerns_address(connection.error().phase)) {
            if (!waits()) at_ = 0;
            return connection;
        }
        connection_.reset();
    }
}

}  // namespace erp::postgres
