#include "exporters/odoo/log/json_record.hpp"

#include "exporters/odoo/log/plain_line.hpp"
#include "exporters/odoo/log/scan.hpp"

#include <simdjson.h>

namespace erp::odoo {

namespace ondemand = simdjson::ondemand;

struct JsonRecord::Scanner {
    ondemand::parser parser;
    std::string_view time;
    std::string_view level;

    bool scan(std::string_view line, Record& record, More& more);
    static bool take_pid(ondemand::value& value, Record& record);
    std::string_view* text_of(std::string_view key, Record& record, More& more);
};

/// Where the text of a key goes; nullptr: it is not read.
std::string_view* JsonRecord::Scanner::text_of(std::string_view key, Record& record, More& more) {
    if (key == "asctime") return &time;
    if (key == "levelname") return &level;
    if (key == "dbname") return &record.database;
    if (key == "name") return &record.logger;
    if (key == "message") return &record.message;
    if (key == "perf_info") return &record.perf;
    if (key == "exc_info") return &more.traceback;
    return nullptr;
}

/// A number, or a text that is one.
bool JsonRecord::Scanner::take_pid(ondemand::value& value, Record& record) {
    std::string_view token = value.raw_json_token();
    while (!token.empty() && (token.back() == ' ' || token.back() == '"'))
        token.remove_suffix(1);
    eat(token, "\"");
    record.pid = to_pid(token);
    return record.pid.has_value();
}

bool JsonRecord::Scanner::scan(std::string_view line, Record& record, More& more) {
    ondemand::document document;
    ondemand::object object;
    if (parser.iterate(line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING)
            .get(document) ||
        document.get_object().get(object))
        return false;
    for (auto next : object) {
        ondemand::field field;
        std::string_view key;
        if (std::move(next).get(field) || field.unescaped_key().get(key)) return false;
        ondemand::value& value = field.value();
        if (key == "pid") {
            if (!take_pid(value, record)) return false;
            continue;
        }
        std::string_view* const text = text_of(key, record, more);
        if (text == nullptr) continue;
        ondemand::json_type type{};
        if (value.type().get(type)) return false;
        // null: python-json-logger's word for an attribute that is not there.
        if (type == ondemand::json_type::string && value.get_string().get(*text)) return false;
    }
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

JsonRecord::JsonRecord() : scanner_(std::make_unique<Scanner>()) {}
JsonRecord::~JsonRecord() = default;

bool JsonRecord::parse(std::string_view line, Record& record, More& more) {
    record = {};
    more = {};
    scanner_->time = scanner_->level = {};
    if (!scanner_->scan(line, record, more)) return false;
    record.time = to_unix_time(scanner_->time);
    const auto level = to_level(scanner_->level);
    if (!record.time || !record.pid || !level || record.logger.empty()) return false;
    record.level = *level;
    const std::string_view first = before(record.message, '\n');
    more.message = record.message.substr(first.size());
    eat(more.message, "\n");
    record.message = first;
    return true;
}

}  // namespace erp::odoo
