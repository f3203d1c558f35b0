#include "core/base/error.hpp"

namespace erp {

std::string_view to_string(Phase phase) {
    switch (phase) {
        case Phase::resolve:
            return "resolve";
        case Phase::refused:
            return "refused";
        case Phase::connect:
            return "connect";
        case Phase::closed:
            return "closed";
        case Phase::tls:
            return "tls";
        case Phase::auth:
            return "auth";
        case Phase::privilege:
            return "privilege";
        case Phase::starting:
            return "starting";
        case Phase::loading:
            return "loading";
        case Phase::busy:
            return "busy";
        case Phase::query:
            return "query";
        case Phase::timeout:
            return "timeout";
        case Phase::parse:
            return "parse";
        case Phase::unsupported:
            return "unsupported";
        case Phase::limit:
            return "limit";
        case Phase::protocol:
            return "protocol";
    }
    return "query";
}

}  // namespace erp
