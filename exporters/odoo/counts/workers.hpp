#pragma once

#include "core/counting/names.hpp"
#include "core/tail/byte_codec.hpp"
#include "exporters/odoo/log/event.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace erp::odoo {

/// A run of a scheduled job that has begun and not ended.
struct OpenRun {
    bool open = false;
    counting::Names::Number datname = counting::Names::kNone;
    counting::Names::Number cron = counting::Names::kNone;
    std::int64_t start = 0;  ///< Unix time, ns
};

/// A process that writes a log.
struct Worker {
    WorkerType type = WorkerType::unknown;
    bool ended = false;  ///< the log told why: further lines of that end count nothing
    OpenRun run;
};

/// The processes of one log by pid, as far as its lines tell: what happens to one of them takes
/// several lines. At most kMost, those that wrote last.
class Workers {
  public:
    static constexpr std::size_t kMost = 4'096;

    [[nodiscard]] Worker& at(std::int32_t pid);
    /// A worker began; its pid may have been another's.
    void begin(std::int32_t pid, WorkerType type);
    /// The master listens: from here on every process says that it begins before it writes
    /// anything else. (A boot alone is no sign: who upgrades a module by hand boots too.)
    void listens() { complete_ = true; }
    /// The record that is read now says that this process has just begun.
    void begins(std::int32_t pid);
    /// Whether this process can have written the record that is read now; it is known from then on.
    /// `seen`: whether it was among Odoo's processes, whose beginning nothing told if it was before
    /// the first look at them; nothing: not known.
    [[nodiscard]] bool may_write(std::int32_t pid, std::optional<bool> seen);
    [[nodiscard]] bool knows(std::int32_t pid) const { return all_.contains(pid); }

    void save(std::string& out) const;
    /// False: the bytes are not of save(), or speak of names that there are not: `datnames` and
    /// `crons` are how many there are.
    [[nodiscard]] bool restore(tail::ByteReader& in, std::size_t datnames, std::size_t crons);

  private:
    struct Entry {
        Worker worker;
        std::uint64_t used = 0;
    };

    bool complete_ = false;
    bool announces_ = false;  ///< a process said that it begins: all do, unless it is long ago
    std::uint64_t uses_ = 0;
    std::map<std::int32_t, Entry> all_;
};

}  // namespace erp::odoo
