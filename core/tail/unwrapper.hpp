#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace erp::tail {

/// What a container runtime puts around each line of a program.
enum class Wrapping {
    detect,  ///< decided by the first line
    raw,     ///< nothing
    docker,  ///< json-file: {"log":"…\n","stream":"stdout","time":"…"}, parts of 16 KiB
    cri,     ///< "<time> stdout F …", P for a part that is continued
};

/// "detect", "raw", "docker", "cri", as the configuration spells them.
[[nodiscard]] std::optional<Wrapping> to_wrapping(std::string_view word);

/// Physical lines to a program's own lines: takes the wrapper off and joins parts, each of the two
/// streams for itself. Pure. The waiting parts are the only memory, at most `longest` bytes a
/// stream; they outlive the file, since a rotation may fall between two parts.
class Unwrapper {
  public:
    enum class Kind {
        complete,   ///< `text` is a line of the program
        part,       ///< kept; its end is still to come
        malformed,  ///< not what the wrapper writes
        oversize,   ///< the joined line is longer than allowed: dropped
    };
    struct Entry {
        Kind kind = Kind::complete;
        /// Without the newline, followed by LineSplitter::kPadding readable bytes. Valid until the
        /// next call and no longer than the line given.
        std::string_view text;
        std::string_view stream;  ///< "stdout" or "stderr"; empty: raw
        std::string_view time;    ///< RFC 3339 as the runtime wrote it; empty: raw
    };

    explicit Unwrapper(Wrapping wrapping, std::size_t longest = 1U << 20U)
        : wrapping_(wrapping), longest_(longest) {}

    /// `line` must have kPadding readable bytes behind it.
    [[nodiscard]] Entry take(std::string_view line);
    /// What begins each line of this wrapper and cannot stand inside one; empty: nothing does.
    [[nodiscard]] std::string_view line_start() const;

    /// The waiting parts, for a snapshot, and back. False: these bytes are not of state().
    [[nodiscard]] std::string state() const;
    [[nodiscard]] bool restore(std::string_view state);

  private:
    struct Waiting {
        std::string text;
        bool oversize = false;
    };
    Entry take_docker(std::string_view line);
    Entry take_cri(std::string_view line);
    Entry join(std::string_view text,
               std::string_view stream,
               std::string_view time,
               bool last,
               bool padded);

    Wrapping wrapping_;
    std::size_t longest_;
    std::array<Waiting, 2> waiting_;  ///< stdout, stderr
    std::string unescaped_;
    std::string joined_;
};

}  // namespace erp::tail
