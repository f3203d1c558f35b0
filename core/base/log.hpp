#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace erp {

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { logfmt, json };

/// A key and its value; the logger quotes and escapes the value, so bytes of a peer are welcome.
using LogField = std::pair<std::string_view, std::string_view>;

/// One line an event to standard error, as logfmt or JSON, safe from any thread. spdlog stays
/// behind this header because it costs seconds of compile time in each file that includes it.
class Log {
  public:
    explicit Log(LogLevel level = LogLevel::info, LogFormat format = LogFormat::logfmt);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    Log(Log&&) = delete;
    Log& operator=(Log&&) = delete;

    void write(LogLevel level,
               std::string_view message,
               std::initializer_list<LogField> fields = {});
    void debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
        write(LogLevel::debug, message, fields);
    }
    void info(std::string_view message, std::initializer_list<LogField> fields = {}) {
        write(LogLevel::info, message, fields);
    }
    void warn(std::string_view message, std::initializer_list<LogField> fields = {}) {
        write(LogLevel::warn, message, fields);
    }
    void error(std::string_view message, std::initializer_list<LogField> fields = {}) {
        write(LogLevel::error, message, fields);
    }

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// What follows the time stamp: `level=info msg="target is up" target=main`, or the JSON object.
/// Pure, so that the quoting can be tested.
[[nodiscard]] std::string log_line(LogFormat format,
                                   LogLevel level,
                                   std::string_view time,
                                   std::string_view message,
                                   std::initializer_list<LogField> fields);

}  // namespace erp
