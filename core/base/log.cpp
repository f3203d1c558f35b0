#include "core/base/log.hpp"

#include "core/base/text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>

namespace erp {
namespace {

constexpr std::size_t kLongestValue = 4096;

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warn:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

std::string_view name(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return "debug";
        case LogLevel::info:
            return "info";
        case LogLevel::warn:
            return "warn";
        case LogLevel::error:
            return "error";
    }
    return "info";
}

bool is_bare(std::string_view value) {
    if (value.empty()) return false;
    for (const char c : value) {
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' ||
            static_cast<unsigned char>(c) >= 0x7F) {
            return false;
        }
    }
    return true;
}

void append_field(std::string& out,
                  LogFormat format,
                  std::string_view key,
                  std::string_view value) {
    if (format == LogFormat::json) {
        if (out.size() > 1) out += ',';
        append_json_string(out, key);
        out += ':';
        append_json_string(out, value, kLongestValue);
        return;
    }
    if (!out.empty()) out += ' ';
    out += key;
    out += '=';
    if (is_bare(value)) {
        out += value;
    } else {
        append_json_string(out, value, kLongestValue);
    }
}

}  // namespace

std::string log_line(LogFormat format,
                     LogLevel level,
                     std::string_view time,
                     std::string_view message,
                     std::initializer_list<LogField> fields) {
    std::string out;
    if (format == LogFormat::json) out += '{';
    append_field(out, format, "ts", time);
    append_field(out, format, "level", name(level));
    append_field(out, format, "msg", message);
    for (const auto& [key, value] : fields)
        append_field(out, format, key, value);
    if (format == LogFormat::json) out += '}';
    return out;
}

struct Log::Impl {
    LogFormat format;
    spdlog::logger logger;
};

Log::Log(LogLevel level, LogFormat format)
    : impl_(new Impl{format, spdlog::logger("erp_exporter",
                                            std::make_shared<spdlog::sinks::stderr_sink_mt>())}) {
    impl_->logger.set_pattern("%v");
    impl_->logger.set_level(to_spdlog(level));
    impl_->logger.flush_on(spdlog::level::debug);
}

Log::~Log() = default;

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
    if (!impl_->logger.should_log(to_spdlog(level))) return;
    using std::chrono::milliseconds;
    const auto now = std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
    const std::string time = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03d}Z",
                                         fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                                         static_cast<int>(now.time_since_epoch().count() % 1000));
    impl_->logger.log(to_spdlog(level), "{}",
                      log_line(impl_->format, level, time, message, fields));
}

}  // namespace erp
