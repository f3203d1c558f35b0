#pragma once

#include "core/base/deadline.hpp"
#include "core/base/error.hpp"
#include "exporters/odoo/probes/probe.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace erp::odoo {

/// What is known by one kind of probe.
struct ProbeState {
    bool wanted = false;
    std::string unsupported;  ///< why it is asked no more; empty: it is
    std::array<std::uint64_t, kProbeResults> results{};
    /// Of the last that ended; nothing: none has.
    std::optional<ProbeResult> last;
    std::string reason;                      ///< of the last; empty: ok
    Duration took = Duration::zero();        ///< from before the connection to the whole answer
    std::optional<Clock::time_point> since;  ///< of the one that waits now

    /// Whether the last was answered well and soon, and none has waited for too long; nothing: the
    /// first is under way.
    [[nodiscard]] std::optional<bool> success(Clock::time_point now) const;
    /// Of the last, or of the one that waits, which is longer already.
    [[nodiscard]] Duration duration(Clock::time_point now) const;
};

/// All probes of one Odoo.
struct ProbePicture {
    std::array<ProbeState, kProbes> probes;
    std::optional<Error> problem;  ///< why none can be asked: the network namespace is closed to us

    [[nodiscard]] const ProbeState& of(Probe probe) const {
        return probes[static_cast<std::size_t>(probe)];
    }
};

}  // namespace erp::odoo
