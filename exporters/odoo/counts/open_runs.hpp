#pragma once

#include "core/counting/names.hpp"
#include "core/tail/byte_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace erp::odoo {

/// A run of a scheduled job that has begun and not ended.
struct OpenRun {
    counting::Names::Number datname = counting::Names::kNone;
    counting::Names::Number cron = counting::Names::kNone;
    std::int64_t start = 0;  ///< Unix time, ns
    bool partial = false;    ///< 18: it said that more is to do
};

/// Those of one process: a cron worker has one, a threaded server one in each cron thread, and in
/// syslog, which names no process, all have theirs here.
class OpenRuns {
  public:
    static constexpr std::size_t kMost = 64;  ///< those that began last

    [[nodiscard]] OpenRun* find(counting::Names::Number datname, counting::Names::Number cron);
    /// For a text that names no job: the only one of this database, or null.
    [[nodiscard]] OpenRun* only_of(counting::Names::Number datname);
    void begin(OpenRun run);
    /// `run` is of find() or only_of(), whose pointers end here.
    void end(const OpenRun* run);
    void clear() { all_.clear(); }
    /// Each number of `datnames` and `crons`, by the old one, is new; kOther: nobody has it.
    void renumber(std::span<const counting::Names::Number> datnames,
                  std::span<const counting::Names::Number> crons);
    [[nodiscard]] std::span<const OpenRun> all() const { return all_; }

    void save(std::string& out) const;
    /// See Workers::restore(). `with_partial`: the bytes say of each whether it is.
    [[nodiscard]] bool restore(tail::ByteReader& in,
                               std::size_t datnames,
                               std::size_t crons,
                               bool with_partial);

  private:
    std::vector<OpenRun> all_;  ///< in the order of their start
};

}  // namespace erp::odoo
