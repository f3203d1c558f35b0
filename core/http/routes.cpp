#include "core/http/routes.hpp"

#include <algorithm>
#include <utility>

namespace erp {
namespace {

/// Long enough to recognise a mistyped path by.
constexpr std::size_t kLongestEcho = 200;

bool allows(const Router::Row& row, Method method) {
    const auto listed = [&](Method m) {
        return std::ranges::find(row.methods, m) != row.methods.end();
    };
    return listed(method) || (method == Method::head && listed(Method::get));
}

std::string allowed_methods(const Router::Row& row) {
    std::string text;
    constexpr std::pair<Method, const char*> kNames[] = {
        {Method::get, "GET"}, {Method::head, "HEAD"}, {Method::post, "POST"}};
    for (const auto& [method, name] : kNames) {
        if (!allows(row, method)) continue;
        if (!text.empty()) text += ", ";
        text += name;
    }
    return text;
}

Awaitable<Response> ready(Response response) {
    co_return response;
}

/// Holds the rows, so that a router that is replaced meanwhile takes no handler away.
Awaitable<Response> run(std::shared_ptr<const std::vector<Router::Row>> /*rows*/,
                        const Router::Row* row,
                        Request request) {
    Response response = co_await row->handler(std::move(request));
    response.route = row->path;
    co_return response;
}

}  // namespace

Router::Router(std::vector<Row> rows)
    : rows_(std::make_shared<const std::vector<Row>>(std::move(rows))) {}

Awaitable<Response> Router::operator()(Request request) const {
    const auto row = std::ranges::find(*rows_, request.path, &Row::path);
    if (row == rows_->end()) {
        return ready(text_response(404, "no such page: " + printable(request.path, kLongestEcho)));
    }
    if (!allows(*row, request.method)) {
        const std::string methods = allowed_methods(*row);
        Response response = text_response(405, "this page takes only " + methods);
        response.headers.emplace_back("Allow", methods);
        response.route = row->path;
        return ready(std::move(response));
    }
    return run(rows_, &*row, std::move(request));
}

}  // namespace erp
