#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace erp::odoo {

/// What a request is for: label `route`.
enum class Route : std::uint8_t {
    rpc,           ///< the web client's calls: /web/dataset
    action,        ///< the web client itself, its menus, actions and views
    auth,          ///< logging in and out, sessions, /web/reset_password
    assets,        ///< static files and bundles
    binary,        ///< attachments and images out of the filestore
    report,        ///< /report and the exports of the web client
    external_api,  ///< /xmlrpc, /jsonrpc, 19: /json/2
    bus,           ///< /longpolling, /bus, /websocket
    queue_job,     ///< jobs that the runner sends: no user waits
    mail,          ///< /mail, /discuss, /im_livechat
    portal,        ///< /my
    payment,       ///< /payment and the shop's way to it
    pos,           ///< the point of sale
    health,        ///< /web/health and what probes ask for
    website,       ///< pages, shop, blog, forum …: the rest below / of a website
    database,      ///< /web/database
    other,         ///< not a path
};
inline constexpr std::size_t kRoutes = 17;
[[nodiscard]] std::string_view to_string(Route route);

/// Of the static files that our own probes ask for.
inline constexpr std::string_view kProbeQuery = "erp_exporter_probe";

/// By the path as the client wrote it, query and all; a language before it (/fr, /pt_BR) is passed
/// over. Any path has a route, whether Odoo knows it or not: its status tells.
[[nodiscard]] Route route_of(std::string_view path);

/// "res.partner" and "read" of a call of the web client, /web/dataset/call_kw/res.partner/read; 19
/// writes "#res.partner.read" behind any RPC. Empty: not such a path. They are what the client
/// wrote.
struct RpcCall {
    std::string_view model = {};
    std::string_view method = {};
};
[[nodiscard]] RpcCall rpc_call_of(std::string_view path);

}  // namespace erp::odoo
