#include "exporters/odoo/probes/probe.hpp"

#include "exporters/odoo/log/release.hpp"
#include "exporters/odoo/log/route.hpp"

namespace erp::odoo {
namespace {

ProbeVerdict verdict_of(const Error& error) {
    switch (error.phase) {
        case Phase::refused:
            return {ProbeResult::refused, "nobody listens"};
        case Phase::timeout:
            return {ProbeResult::timeout, error.text};
        default:
            return {ProbeResult::failed, error.text};
    }
}

/// `cookies`: a line each.
bool begins_session(std::string_view cookies) {
    constexpr std::string_view kName = "session_id=";
    return cookies.starts_with(kName) || cookies.find("\nsession_id=") != cookies.npos;
}

}  // namespace

std::string_view to_string(Probe probe) {
    return kProbeWords[static_cast<std::size_t>(probe)];
}

std::optional<Probe> to_probe(std::string_view word) {
    for (std::size_t i = 0; i < kProbes; ++i)
        if (kProbeWords[i] == word) return static_cast<Probe>(i);
    return std::nullopt;
}

std::string_view to_string(ProbeResult result) {
    static constexpr std::string_view kResults[kProbeResults] = {"ok", "failed", "timeout",
                                                                 "refused"};
    return kResults[static_cast<std::size_t>(result)];
}

std::string probe_target(Probe probe, const std::string& told) {
    if (probe == Probe::db_server) return "/web/health?db_server_status=1";
    if (told.empty()) return "/web/health";
    // A static file is served whatever the query says, which tells ours from a user's in the log.
    const bool marked = told.find("/static/") != told.npos && told.find('?') == told.npos;
    return marked ? told + '?' + std::string(kProbeQuery) : told;
}

std::string missing_in(Probe probe, std::string_view version) {
    const int series = to_major_version(version);
    const int first = probe == Probe::db_server ? 17 : 15;
    if (series == 0 || series >= first) return {};
    return "Odoo " + std::to_string(series) + " has no such page, version " +
           std::to_string(first) + " has";
}

ProbeVerdict judge(Probe probe, const Result<HttpReply>& reply) {
    if (!reply) return verdict_of(reply.error());
    // A page that makes a session for each visitor must not be visited for ever.
    const bool session = begins_session(reply->cookies);
    if (session && reply->status < 400)
        return {ProbeResult::failed, "the answer begins a session", true, BegunSession::of_page};
    const auto begun = session ? BegunSession::of_error : BegunSession::none;
    // Of a large page its status is enough.
    if (reply->cut && reply->cut->phase != Phase::limit) return verdict_of(*reply->cut);
    if (reply->status == 404) return {ProbeResult::failed, "there is no such page", true, begun};
    if (reply->status != 200)
        return {ProbeResult::failed, "the answer's status is " + std::to_string(reply->status),
                false, begun};
    if (probe == Probe::db_server && reply->body.find("db_server_status") == std::string::npos)
        return {ProbeResult::failed,
                "the answer does not tell of the database server, before version 17", true};
    return {};
}

}  // namespace erp::odoo
