#pragma once

#include "core/http/message.hpp"

#include <memory>
#include <string>
#include <vector>

namespace erp {

/// Finds the handler of a request by its exact path. Pure: sockets and limits are the server's. A
/// value that may be copied and replaced while answers of it still run.
class Router {
  public:
    struct Row {
        std::string path;
        std::vector<Method> methods;  ///< HEAD goes where GET does; the server drops the body
        RequestHandler handler;
    };

    explicit Router(std::vector<Row> rows);

    /// 404 for an unknown path, 405 with Allow for a known one; else what the handler says, with
    /// the path as the response's route.
    Awaitable<Response> operator()(Request request) const;

  private:
    std::shared_ptr<const std::vector<Row>> rows_;
};

}  // namespace erp
