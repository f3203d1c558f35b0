#include "exporters/odoo/log/route.hpp"

#include "exporters/odoo/log/scan.hpp"

#include <utility>

namespace erp::odoo {
namespace {

/// The first piece of a path, "web" of "/web/login", which is dropped with its slash.
std::string_view take_piece(std::string_view& path) {
    eat(path, "/");
    const std::string_view piece = before(path, '/');
    path.remove_prefix(piece.size());
    return piece;
}

/// Up to its query or, in 19, the call that it is. (std::string_view::find_first_of would call
/// memchr for each character.)
std::string_view without_query(std::string_view path) {
    return before(before(path, '?'), '#');
}

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

bool is_upper_or_digit(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// "fr", "pt_BR", "es_419", "sr@latin", "kab_DZ": `res.lang`'s url_code. Not "im_status".
bool is_language(std::string_view piece) {
    std::size_t letters = 0;
    while (letters < piece.size() && is_lower(piece[letters]))
        ++letters;
    if (letters < 2 || letters > 3 || piece.size() > 12) return false;
    if (letters == piece.size()) return letters == 2 && piece != "my";
    const std::string_view rest = piece.substr(letters);
    return rest.size() > 1 && (rest[0] == '@' || (rest[0] == '_' && is_upper_or_digit(rest[1])));
}

/// Behind /web.
Route web_route_of(std::string_view rest) {
    static constexpr std::pair<std::string_view, Route> kPieces[] = {
        {"dataset", Route::rpc},       {"static", Route::assets},       {"assets", Route::assets},
        {"css", Route::assets},        {"image", Route::binary},        {"content", Route::binary},
        {"binary", Route::binary},     {"login", Route::auth},          {"session", Route::auth},
        {"signup", Route::auth},       {"reset_password", Route::auth}, {"become", Route::auth},
        {"database", Route::database}, {"health", Route::health},       {"report", Route::report},
        {"export", Route::report},     {"pivot", Route::report},
    };
    const std::string_view piece = take_piece(rest);
    for (const auto& [word, route] : kPieces)
        if (piece == word) return route;
    // /web/bundle/…, /web/manifest.webmanifest, /web/service-worker.js
    if (piece == "bundle" || piece.ends_with(".webmanifest") || piece.ends_with(".js"))
        return Route::assets;
    return Route::action;
}

Route piece_route_of(std::string_view piece, std::string_view rest) {
    static constexpr std::pair<std::string_view, Route> kPieces[] = {
        {"xmlrpc", Route::external_api},
        {"jsonrpc", Route::external_api},
        {"json", Route::external_api},
        {"longpolling", Route::bus},
        {"bus", Route::bus},
        {"websocket", Route::bus},
        {"queue_job", Route::queue_job},
        {"mail", Route::mail},
        {"discuss", Route::mail},
        {"im_livechat", Route::mail},
        {"im_status", Route::mail},
        {"report", Route::report},
        {"my", Route::portal},
        {"payment", Route::payment},
        {"pos", Route::pos},
        {"pos_web", Route::pos},
        {"pos-self-order", Route::pos},
        {"odoo", Route::action},  // 18+: the web client's addresses
        {"scoped_app", Route::action},
        {"auth_oauth", Route::auth},
        {"auth_signup", Route::auth},
    };
    if (piece == "web") return web_route_of(rest);
    // A probe, and no user's.
    if ((piece == "websocket" || piece == "longpolling") && rest == "/health") return Route::health;
    for (const auto& [word, route] : kPieces)
        if (piece == word) return route;
    if (piece == "shop" && rest.starts_with("/payment")) return Route::payment;
    // /<module>/static/…
    return rest.starts_with("/static/") ? Route::assets : Route::website;
}

}  // namespace

Route route_of(std::string_view path) {
    if (!path.starts_with('/')) return Route::other;
    const std::string_view whole = std::exchange(path, without_query(path));
    std::string_view piece = take_piece(path);
    if (is_language(piece)) piece = take_piece(path);
    const Route route = piece_route_of(piece, path);
    const bool probed = route == Route::assets && whole.ends_with(kProbeQuery);
    return probed ? Route::health : route;
}

RpcCall rpc_call_of(std::string_view path) {
    const std::size_t mark = path.find('#');
    if (mark != path.npos) {
        const std::string_view call = path.substr(mark + 1);
        const std::size_t dot = call.rfind('.');
        if (dot != call.npos) return {call.substr(0, dot), call.substr(dot + 1)};
    }
    path = without_query(path);
    if (!eat(path, "/web/dataset/call_kw/") && !eat(path, "/web/dataset/call_button/")) return {};
    const std::string_view model = take_piece(path);
    const std::string_view method = take_piece(path);
    return {model, method};
}

}  // namespace erp::odoo
