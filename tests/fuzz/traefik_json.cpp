#include "tests/fuzz/traefik_entry.hpp"

// One line of Traefik's JSON access log.
ERP_FUZZ(bytes) {
    using namespace erp_fuzz;
    const Line line(bytes);
    JsonLine parser("X-Tenant");
    Entry entry;
    const ParseReason reason = parser.parse(line.text(), entry);
    if (reason == ParseReason::none) check_entry(entry, line.text());
    const std::string words = reason == ParseReason::none ? words_of(entry) : "";

    // What was read before makes no difference, nor what stands behind the line: simdjson looks at
    // it where an object is not closed, so that only the kind of damage may be told differently.
    const auto kind = [](ParseReason of) {
        return of == ParseReason::truncated ? ParseReason::not_json : of;
    };
    const Line other(
        R"({"RequestPath":"\u0026","DownstreamStatus":200,"ServiceURL":{"Host":"a"}})");
    ERP_HOLDS(parser.parse(other.text(), entry) == ParseReason::none);
    for (const char behind : {'}', ',', '\n'}) {
        const Line longer(std::string(bytes) + std::string(100, behind));
        ERP_HOLDS(kind(parser.parse(longer.text().substr(0, bytes.size()), entry)) == kind(reason));
        if (reason == ParseReason::none) ERP_HOLDS(words_of(entry) == words);
    }

    LineParser any(LogFormat::detect, "X-Tenant");
    const ParseReason detected = any.parse(line.text(), entry);
    if (detected == ParseReason::none) (void)words_of(entry);
    if (bytes.starts_with('{')) ERP_HOLDS(detected == reason);
}
