#include "exporters/odoo/log/assembler.hpp"
#include "exporters/odoo/log/route.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <string>
#include <vector>

namespace {

using namespace erp::odoo;

bool is_inside(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

bool is_small(std::optional<std::int64_t> number) {
    return !number || (*number >= 0 && *number < 2'000'000'000'000'000'000);
}

/// What every event holds to, whatever a client wrote.
class Sink : public RecordSink {
  public:
    bool genuine(const Record& record) override { return !record.pid || *record.pid % 7 != 1; }
    bool seems_genuine(const Record& record) override { return genuine(record); }
    bool has_database(std::string_view name) override { return name.size() % 2 == 0; }
    void refuse(std::string_view reason) override {
        ERP_HOLDS(reason == "database" || reason == "login");
    }
    void take(const Record& record, const Event& event) override {
        ++records;
        ERP_HOLDS(!record.logger.empty());
        ERP_HOLDS(!record.pid || *record.pid % 7 != 1);
        ERP_HOLDS(!record.time || *record.time >= 0);
        ERP_HOLDS(!to_string(record.level).empty() && !to_string(area_of(record.logger)).empty());

        for (const std::string_view text : {event.method, event.path, event.name, event.database})
            ERP_HOLDS(is_inside(text, record.message));
        ERP_HOLDS(event.exception.size() <= 100);
        for (const char c : event.exception)
            ERP_HOLDS((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      c == '_' || c == '.');
        ERP_HOLDS(!event.status || (*event.status >= 0 && *event.status <= 999));
        for (const auto number : {event.queries, event.sql, event.python, event.duration,
                                  event.bytes, event.count, event.job})
            ERP_HOLDS(is_small(number));
        ERP_HOLDS(event.duration.has_value() || !event.sql || !event.python);

        words += to_string(event.kind);
        for (const std::string_view word :
             {to_string(event.error), to_string(event.reason), to_string(event.conflict),
              to_string(event.skip), to_string(route_of(event.path))})
            words.append(" ").append(word);
        words.append(" ").append(event.exception).append("\n");
        const RpcCall call = rpc_call_of(event.path);
        ERP_HOLDS(is_inside(call.model, event.path) && is_inside(call.method, event.path));
    }
    std::size_t records = 0;
    std::string words;
};

/// The lines of a text, each followed by 64 bytes as LineSplitter gives them.
std::string words_of(std::string_view text, LogFormat format, char padding) {
    Sink sink;
    Assembler assembler(format, sink);
    std::size_t begun = 0;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        std::string padded(line);
        padded.append(64, padding);
        if (assembler.take(std::string_view(padded).substr(0, line.size())) == LineKind::record)
            ++begun;
    }
    assembler.finish();
    ERP_HOLDS(sink.records <= begun);
    return sink.words;
}

}  // namespace

// Lines of Odoo's log, in any of its formats.
ERP_FUZZ(bytes) {
    for (const LogFormat format :
         {LogFormat::detect, LogFormat::plain, LogFormat::syslog, LogFormat::json})
        // What stands behind a line makes no difference.
        ERP_HOLDS(words_of(bytes, format, '\0') == words_of(bytes, format, '}'));
}
