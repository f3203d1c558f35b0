#include "exporters/odoo/log/route.hpp"

#include <catch2/catch.hpp>

using namespace erp::odoo;

TEST_CASE("a path's route is the use that Odoo has for it") {
    const std::pair<std::string_view, Route> cases[] = {
        {"/web/dataset/call_kw/res.partner/read", Route::rpc},
        {"/web/dataset/search_read", Route::rpc},
        {"/web", Route::action},
        {"/web?debug=1", Route::action},
        {"/web/action/load", Route::action},
        {"/web/webclient/load_menus/abc", Route::action},
        {"/odoo/action-123", Route::action},
        {"/web/login", Route::auth},
        {"/web/session/authenticate", Route::auth},
        {"/web/static/img/a.png", Route::assets},
        {"/web/assets/1-abc/web.assets_backend.js", Route::assets},
        {"/sale/static/src/a.js", Route::assets},
        {"/web/image/res.users/2/avatar_128", Route::binary},
        {"/web/content/123?download=true", Route::binary},
        {"/report/download", Route::report},
        {"/web/export/xlsx", Route::report},
        {"/xmlrpc/2/object", Route::external_api},
        {"/jsonrpc", Route::external_api},
        {"/json/2/res.partner/search", Route::external_api},
        {"/longpolling/poll", Route::bus},
        {"/websocket?version=1", Route::bus},
        {"/bus/websocket_worker_bundle", Route::bus},
        {"/queue_job/runjob?db=acme&job_uuid=1", Route::queue_job},
        {"/mail/thread/messages", Route::mail},
        {"/im_status", Route::mail},
        {"/im_livechat/init", Route::mail},
        {"/es_419/my", Route::portal},
        {"/sr@latin/my", Route::portal},
        {"/my/orders/7", Route::portal},
        {"/payment/status", Route::payment},
        {"/shop/payment/validate", Route::payment},
        {"/shop/cart", Route::website},
        {"/pos/ui", Route::pos},
        {"/web/health", Route::health},
        {"/websocket/health", Route::health},
        {"/longpolling/health", Route::health},
        {"/web/static/src/img/favicon.ico?erp_exporter_probe", Route::health},
        {"/web/static/src/img/favicon.ico?erp_exporter", Route::assets},
        {"/web/login?erp_exporter_probe", Route::auth},
        {"/web/database/list", Route::database},
        {"/", Route::website},
        {"/fr/my/orders", Route::portal},
        {"/pt_BR/shop/cart", Route::website},
        {"/fr", Route::website},
        {"/nosuchpage", Route::website},
        {"//web/login", Route::website},
        {"*", Route::other},
        {"", Route::other},
        {"http://example.com/", Route::other},
    };
    for (const auto& [path, route] : cases) {
        CAPTURE(path);
        CHECK(to_string(route_of(path)) == to_string(route));
    }
}

TEST_CASE("the model and method of a call are in its path") {
    const RpcCall call = rpc_call_of("/web/dataset/call_kw/res.partner/read?x=1");
    CHECK(call.model == "res.partner");
    CHECK(call.method == "read");
    const RpcCall button = rpc_call_of("/web/dataset/call_button/sale.order/action_confirm");
    CHECK(button.method == "action_confirm");
    // 19 says it of any RPC.
    const RpcCall in19 = rpc_call_of("/jsonrpc#res.partner.search_read");
    CHECK(in19.model == "res.partner");
    CHECK(in19.method == "search_read");
    CHECK(rpc_call_of("/web/login").model.empty());
    CHECK(rpc_call_of("/web/dataset/call_kw").model.empty());
}
