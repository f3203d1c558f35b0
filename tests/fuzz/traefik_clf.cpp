#include "tests/fuzz/traefik_entry.hpp"

// One line of Traefik's access log in CLF.
ERP_FUZZ(bytes) {
    using namespace erp_fuzz;
    const Line line(bytes);
    for (const ClfQuotes quotes : {ClfQuotes::unknown, ClfQuotes::escaped, ClfQuotes::plain}) {
        const ClfLine parser(quotes);
        Entry common;
        if (parser.parse_common(line.text(), common) == ParseReason::none) {
            check_entry(common, line.text());
            check_inside(common, line.text());
        }
        Entry generic;
        if (parser.parse_generic(line.text(), generic) == ParseReason::none) {
            check_entry(generic, line.text());
            check_inside(generic, line.text());
            ERP_HOLDS(generic.router.empty() && !generic.router_known);
        }
    }
    (void)begins_like_clf(line.text());
    LineParser any(LogFormat::detect);
    Entry entry;
    const ParseReason reason = any.parse(line.text(), entry);
    const std::string words = reason == ParseReason::none ? words_of(entry) : "";
    ERP_HOLDS(any.parse(line.text(), entry) == reason);
    if (reason == ParseReason::none) ERP_HOLDS(words_of(entry) == words);
}
