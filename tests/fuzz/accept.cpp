#include "core/http/accept.hpp"

#include "core/daemon/negotiation.hpp"
#include "tests/fuzz/fuzz.hpp"

// Accept and Accept-Encoding, as a client sends them.
ERP_FUZZ(header) {
    for (const erp::Preference& entry : erp::preferences(header)) {
        ERP_HOLDS(!entry.word.empty());
        ERP_HOLDS(entry.weight >= 0 && entry.weight <= 1);
    }
    const erp::Representation chosen = erp::representation(header);
    ERP_HOLDS(chosen.content_type.starts_with(erp::content_type(chosen.format).substr(0, 10)));
    for (const char c : chosen.content_type)
        ERP_HOLDS(c >= ' ' && c <= '~');
    (void)erp::compression(header);
}
