#pragma once

#include "core/tail/tail_options.hpp"
#include "core/tail/unwrapper.hpp"
#include "core/yaml/options.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// What every exporter that reads logs lets an operator say of them.
namespace erp::tail {

struct LogOptions {
    std::vector<std::string> paths;  ///< or patterns of glob(7), each an entry of its own
    Wrapping wrapper = Wrapping::detect;
    bool from_beginning = false;  ///< of a log that was never read
};

/// A path or pattern of glob(7), or a list of 1 to 16 of them, none of which matches another.
void read_log_paths(const ConfigValue& value, LogOptions& options);
void read_wrapper(const ConfigValue& value, LogOptions& options);
inline constexpr std::string_view kLogSyntax = "file, pattern or list of them";

/// The rows that fill the LogOptions `Member` of an exporter's options; `kLogPaths<Member>` reads
/// what stands under that exporter's own word.
template <auto Member, void (*Read)(const ConfigValue&, LogOptions&)>
void into_log(const ConfigValue& value, typename options::MemberOf<decltype(Member)>::Class& into) {
    Read(value, into.*Member);
}
template <auto Member>
inline constexpr auto kLogPaths = into_log<Member, read_log_paths>;
template <auto Member>
inline constexpr BoundOption<typename options::MemberOf<decltype(Member)>::Class> kWrapper{
    {.key = "wrapper",
     .syntax = "detect|raw|docker|cri",
     .fallback = "detect",
     .help = "What a container runtime writes around each line."},
    into_log<Member, read_wrapper>};
template <auto Member>
inline constexpr BoundOption<typename options::MemberOf<decltype(Member)>::Class> kFromBeginning{
    {.key = "from_beginning",
     .syntax = "true|false",
     .fallback = "false",
     .help = "Whether a log that was never read is read from its beginning, or from now on."},
    into_log<Member, [](const ConfigValue& value, LogOptions& options) {
        options::read_value(value, options.from_beginning);
    }>};

/// `snapshot` is the name of the file in `folder`, the daemon's state directory; without a folder
/// there is none. `line_start` see TailEntry.
[[nodiscard]] TailOptions tail_options(const LogOptions& options,
                                       const std::string& folder,
                                       std::string_view snapshot,
                                       std::string_view line_start = {});

/// Descriptors that a reader of these has open at most: what it waits on, its lock, a folder or a
/// snapshot; of each log the file and the one before it. A pattern counts as eight logs, and what
/// is renamed faster than it is let go of is not counted.
[[nodiscard]] std::size_t descriptors_of(const std::vector<std::string>& paths);

}  // namespace erp::tail
