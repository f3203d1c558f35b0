#pragma once

#include "core/base/error.hpp"
#include "core/base/result.hpp"
#include "core/net/http_get.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What one health probe asks for, and what its answer says.
namespace erp::odoo {

/// Label `probe`.
enum class Probe : std::uint8_t {
    web,        ///< a page of the HTTP port that needs a free worker and nothing else
    gevent,     ///< the same of the port of websockets
    db_server,  ///< Odoo 17 and later: a worker's connection to the database server
};
inline constexpr std::size_t kProbes = 3;
inline constexpr std::string_view kProbeWords[kProbes] = {"web", "gevent", "db_server"};
[[nodiscard]] std::string_view to_string(Probe probe);
[[nodiscard]] std::optional<Probe> to_probe(std::string_view word);

/// Label `result` of odoo_probes_total.
enum class ProbeResult : std::uint8_t {
    ok,
    failed,   ///< another status, an end without an answer, or an answer that says so
    timeout,  ///< no answer within kAnswer, or no place in the accept queue
    refused,  ///< nobody listens
};
inline constexpr std::size_t kProbeResults = 4;
[[nodiscard]] std::string_view to_string(ProbeResult result);

/// Whether an answer begins a session, a file that Odoo keeps for days.
enum class BegunSession : std::uint8_t {
    none,
    of_error,  ///< the page of an error does, which was not asked for
    of_page,   ///< the page does so at each visit: it must not be asked for again
};

/// What an answer says; `unsupported` if this Odoo has nothing that could be asked without harm.
struct ProbeVerdict {
    ProbeResult result = ProbeResult::ok;
    std::string reason = {};  ///< empty: ok
    bool unsupported = false;
    BegunSession session = BegunSession::none;
};

/// The path of the page. `told` is the configured one of web and gevent; empty: /web/health.
[[nodiscard]] std::string probe_target(Probe probe, const std::string& told);

/// Why a version, "14.0-20210101", has no page for this probe; empty: it has, or is not known.
[[nodiscard]] std::string missing_in(Probe probe, std::string_view version);

[[nodiscard]] ProbeVerdict judge(Probe probe, const Result<HttpReply>& reply);

}  // namespace erp::odoo
