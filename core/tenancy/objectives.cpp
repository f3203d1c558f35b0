#include "core/tenancy/objectives.hpp"

namespace erp {

Objectives overridden(Objectives own, const Objectives& defaults) {
    // insert() leaves what is there.
    own.latency.insert(defaults.latency.begin(), defaults.latency.end());
    own.workflow.insert(defaults.workflow.begin(), defaults.workflow.end());
    own.queue_age.insert(defaults.queue_age.begin(), defaults.queue_age.end());
    own.rpo.insert(defaults.rpo.begin(), defaults.rpo.end());
    if (!own.availability) own.availability = defaults.availability;
    if (!own.rto) own.rto = defaults.rto;
    return own;
}

}  // namespace erp
