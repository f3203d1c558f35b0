#pragma once

#include "core/base/descriptor.hpp"
#include "core/tail/reader_state.hpp"

#include <optional>
#include <string>

namespace erp::tail {

/// The right to a snapshot, `<snapshot>.lock`: two that read with one would each count what the
/// other counts, and write over it. Another process's, or another one's of this process, which has
/// not ended yet. The file stays; the right ends with the process.
class SnapshotLock {
  public:
    explicit SnapshotLock(const std::string& snapshot)
        : path_(snapshot.empty() ? std::string() : snapshot + ".lock") {}

    struct Refusal {
        TailError kind;  ///< locked: another one has it; snapshot: nobody can have it
        std::string text;
    };
    /// Never waits. Nothing: it is ours, or there is no snapshot.
    [[nodiscard]] std::optional<Refusal> take();
    void release() { file_.reset(); }

  private:
    std::string path_;
    std::optional<Descriptor> file_;
};

}  // namespace erp::tail
