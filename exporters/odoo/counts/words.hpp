#pragma once

#include "exporters/odoo/log/event.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// What events are counted under.
namespace erp::odoo {

/// Events that are counted alike.
enum class Group : std::uint8_t { none, request, login, error, cron, worker, life, job };
[[nodiscard]] Group group_of(EventKind kind);

enum class StatusClass : std::uint8_t { none, c1xx, c2xx, c3xx, c4xx, c5xx };
inline constexpr std::size_t kStatusClasses = 6;
/// "2xx"; nothing if there was no number.
[[nodiscard]] std::string_view to_string(StatusClass status);
[[nodiscard]] StatusClass status_class(std::optional<int> status);
/// Label `result` of odoo_logins_total.
[[nodiscard]] std::string_view login_result(EventKind kind);
/// Label `result` of odoo_cron_runs_total.
[[nodiscard]] std::string_view to_string(CronResult result);
/// Label `reason` of odoo_worker_exits_total.
[[nodiscard]] std::string_view exit_reason(EventKind kind);
/// Whether what a worker does is lost with it: the others end between two requests.
[[nodiscard]] bool ends_its_work(EventKind kind);
/// "http", "cron", "jobrunner", "other", "unknown".
[[nodiscard]] std::string_view to_string(WorkerType type);

}  // namespace erp::odoo
