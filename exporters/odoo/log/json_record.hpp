#pragma once

#include "exporters/odoo/log/record.hpp"

#include <memory>
#include <string_view>

namespace erp::odoo {

/// A line of camptocamp's logging_json (ODOO_LOGGING_JSON), which is python-json-logger's: one
/// object with asctime, pid, levelname, dbname, name, message, perf_info and, behind an exception,
/// exc_info. Texts are in the parser's buffer, valid until the next line.
class JsonRecord {
  public:
    JsonRecord();
    JsonRecord(const JsonRecord&) = delete;
    JsonRecord& operator=(const JsonRecord&) = delete;
    JsonRecord(JsonRecord&&) = delete;
    JsonRecord& operator=(JsonRecord&&) = delete;
    ~JsonRecord();

    struct More {
        std::string_view message;    ///< its lines behind the first
        std::string_view traceback;  ///< exc_info
    };
    /// The line has 64 readable bytes behind it. False: it is no such object; `record` is of no
    /// use then.
    [[nodiscard]] bool parse(std::string_view line, Record& record, More& more);

  private:
    struct Scanner;
    std::unique_ptr<Scanner> scanner_;
};

}  // namespace erp::odoo
