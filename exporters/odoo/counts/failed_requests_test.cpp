#include "exporters/odoo/counts/replay.hpp"

namespace erp::odoo {
namespace {

constexpr const char* kCall = "POST /web/dataset/call_kw/a/b";
constexpr const char* kCallFailed = "odoo.http: Exception during request handling.";

/// Records of processes, in the order of time.
class Processes {
  public:
    explicit Processes(Replay& replay) : replay_(replay) {}

    void write(const std::string& pid, const std::string& rest) {
        const std::string number = std::to_string(1'000 + ++records_);
        replay_.take_all("2026-11-22 04:00:0" + number.substr(0, 1) + "," + number.substr(1) + " " +
                         pid + " " + rest);
    }
    void begin(const std::string& pid) {
        write(pid, "INFO ? odoo.service.server: Worker WorkerHTTP (" + pid + ") alive ");
    }
    void request(const std::string& pid,
                 const std::string& database,
                 const std::string& line,
                 const std::string& status = "200") {
        write(pid, "INFO " + database + " werkzeug: 127.0.0.1 - - [22/Nov/2026 04:00:00] \"" +
                       line + " HTTP/1.1\" " + status + " - 12 0.010 0.030");
    }
    void error(const std::string& pid, const std::string& database, const std::string& text) {
        write(pid, "ERROR " + database + " " + text + " ");
    }

  private:
    Replay& replay_;
    int records_ = 0;
};

Counted failed(Replay& replay) {
    return replay.by<FailedRequests, Label::datname, Label::route>();
}

Counted errors(Replay& replay) {
    return replay.by<RpcErrors, Label::datname, Label::kind>();
}

TEST_CASE("failed requests: an error is that of the next request of its process, by its route",
          "[odoo]") {
    Replay replay;
    Processes odoo(replay);
    odoo.error("9", "acme", kCallFailed);
    odoo.request("8", "acme", kCall);  // of another process
    odoo.request("9", "acme", "GET /web/image/5");
    odoo.request("9", "acme", kCall);
    CHECK(failed(replay) == Counted{{"acme binary", 1}});
    CHECK(errors(replay) == Counted{{"acme error", 1}});
}

TEST_CASE("failed requests: a request has a line as long as a server takes one", "[odoo]") {
    Replay replay;
    Processes odoo(replay);
    odoo.error("9", "acme", kCallFailed);
    odoo.request("9", "acme", "GET /report/pdf/x/" + std::string(65'000, '7'));
    odoo.request("9", "acme", kCall);
    CHECK(failed(replay) == Counted{{"acme report", 1}});
}

TEST_CASE("failed requests: a request that writes two errors has failed once", "[odoo]") {
    // 14, JSON-RPC: dispatch_rpc, then the handler of JSON.
    Replay replay;
    Processes odoo(replay);
    odoo.begin("9");
    for (int i = 0; i < 10; ++i) {
        odoo.error("9", "acme", "odoo.http: boom");
        odoo.error("9", "acme", "odoo.http: Exception during JSON request handling.");
        odoo.request("9", "acme", "POST /jsonrpc");
    }
    odoo.request("9", "acme", "POST /jsonrpc");
    CHECK(failed(replay) == Counted{{"acme external_api", 10}});
    CHECK(errors(replay) == Counted{{"acme error", 10}});
}

TEST_CASE("failed requests: an error that is written behind its request is of that one", "[odoo]") {
    Replay replay;
    Processes odoo(replay);
    odoo.begin("9");
    odoo.request("9", "acme", "GET /my/home", "500");
    odoo.error("9", "acme", "werkzeug: Error on request:");
    odoo.request("9", "acme", kCall);
    CHECK(failed(replay) == Counted{{"acme portal", 1}});
    // Both before and behind.
    odoo.error("9", "acme", kCallFailed);
    odoo.request("9", "acme", "GET /my/home", "500");
    odoo.error("9", "acme", "werkzeug: Error on request:");
    CHECK(failed(replay) == Counted{{"acme portal", 2}});
    CHECK(errors(replay) == Counted{{"acme error", 2}});
}

TEST_CASE("failed requests: a refusal by business rules is none", "[odoo]") {
    Replay replay;
    Processes odoo(replay);
    odoo.write("9", "WARNING acme odoo.http: You cannot ship an order. ");
    odoo.request("9", "acme", kCall);
    CHECK(failed(replay).empty());
    CHECK(errors(replay) == Counted{{"acme user", 1}});
}

TEST_CASE(
    "failed requests: an error of the gevent process, or of a worker that was killed, is of "
    "no request",
    "[odoo]") {
    Replay replay;
    Processes odoo(replay);
    for (int i = 0; i < 10; ++i) {
        odoo.error("7", "acme", kCallFailed);
        odoo.write("7",
                   "INFO acme longpolling: 127.0.0.1 - - [2026-11-22 04:00:00] \"POST "
                   "/longpolling/poll HTTP/1.1\" 200 430 0.018318 ");
    }
    odoo.begin("9");
    odoo.error("9", "acme", kCallFailed);
    odoo.begin("9");  // another with the same pid
    odoo.request("9", "acme", kCall);
    CHECK(failed(replay).empty());
    CHECK(errors(replay) == Counted{{"acme error", 11}});
}

TEST_CASE("failed requests: in threads an error stays with its database, and none is left out",
          "[odoo]") {
    Replay replay;
    Processes odoo(replay);
    odoo.write("5", "INFO ? odoo.service.server: HTTP service (werkzeug) running on x:8069 ");
    odoo.request("5", "acme", kCall);
    odoo.error("5", "globex", kCallFailed);
    odoo.error("5", "globex", kCallFailed);  // of another thread
    odoo.request("5", "acme", kCall);
    odoo.request("5", "globex", kCall);
    CHECK(failed(replay) == Counted{{"globex rpc", 1}});
    CHECK(errors(replay) == Counted{{"globex error", 2}});
}

}  // namespace
}  // namespace erp::odoo
