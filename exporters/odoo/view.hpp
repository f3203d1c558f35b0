#pragma once

#include "core/base/deadline.hpp"
#include "core/base/error.hpp"
#include "core/scrape/collection.hpp"
#include "core/tail/reader_state.hpp"
#include "exporters/odoo/counts/log_counts.hpp"
#include "exporters/odoo/directories/picture.hpp"
#include "exporters/odoo/probes/picture.hpp"
#include "exporters/odoo/processes/picture.hpp"
#include "exporters/odoo/sockets/socket_counts.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace erp::odoo {

/// What an Odoo is looked at by; each is optional and fails alone.
enum class Source : std::uint8_t { sockets, processes, log, probes, directories };
inline constexpr std::size_t kSources = 5;
[[nodiscard]] std::string_view to_string(Source source);
/// The first that is on, and may look, says whether Odoo runs.
inline constexpr std::array<Source, kSources> kByTrust{
    Source::sockets, Source::processes, Source::log, Source::probes, Source::directories};

/// How a source is.
struct SourceState {
    bool on = false;                         ///< the configuration has it
    bool seen = false;                       ///< it has published something
    std::optional<Error> problem;            ///< why it does not see what it should
    std::optional<Clock::time_point> as_of;  ///< its last look; nothing: now
    Unavailable missing = Unavailable::no;   ///< why a part of it is absent

    /// It may not look, cannot on this kernel, or does not know at which of several, which says
    /// nothing of Odoo.
    [[nodiscard]] bool is_blind() const {
        return problem && (problem->phase == Phase::privilege ||
                           problem->phase == Phase::unsupported || problem->phase == Phase::limit);
    }
};

/// All that is known of an Odoo at one moment; what a source has not seen yet is null.
struct View {
    std::array<SourceState, kSources> sources;
    std::shared_ptr<const tail::ReaderState> reader;  ///< of the log; not newer than its counts
    std::shared_ptr<const LogCounts> log;
    std::shared_ptr<const SocketCounts> sockets;
    std::shared_ptr<const ProcessPicture> processes;
    std::shared_ptr<const ProbePicture> probes;
    std::shared_ptr<const DirectoryPicture> directories;

    [[nodiscard]] SourceState& of(Source source) {
        return sources[static_cast<std::size_t>(source)];
    }
    [[nodiscard]] const SourceState& of(Source source) const {
        return sources[static_cast<std::size_t>(source)];
    }
};

}  // namespace erp::odoo
