#pragma once

#include "core/tail/byte_codec.hpp"
#include "exporters/odoo/counts/open_runs.hpp"
#include "exporters/odoo/log/event.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace erp::odoo {

/// What errors tell of one request, which writes them before its own line, and 14 and 15 behind it.
struct RequestErrors {
    using Number = counting::Names::Number;
    bool open = false;                        ///< an error whose request has no line yet
    Number datname = counting::Names::kNone;  ///< of that error; none: it does not say
    /// The request whose line was the last. No route: there is none.
    Number last_datname = counting::Names::kNone;
    Number last_route = counting::Names::kNone;
    bool last_failed = false;
};

/// A process that writes a log.
struct Worker {
    WorkerType type = WorkerType::unknown;
    bool announced = false;  ///< as a worker: it does one thing at a time
    bool listens = false;    ///< a master; one that answers requests, too, does so in threads
    RequestErrors errors = {};
    /// Unix time in ns at which the log told last why it ends: further lines of that end count
    /// nothing. 0: it did not.
    std::int64_t ended = 0;
    /// Unix time in ns of its last record but the one with which it begins; 0: not known.
    std::int64_t heard = 0;
    OpenRuns runs = {};
};

/// The processes of one log by pid, as far as its lines tell: what happens to one of them takes
/// several lines. At most kMost. Who is beyond that goes by what it has written, since in a log
/// alone a client can invent numbers: first who ended, then who only said that it begins, then who
/// wrote in one moment only, and of these the one that has been silent for longest.
class Workers {
  public:
    static constexpr std::size_t kMost = 4'096;
    /// Lines of one end are no further apart, and a number is not given again so soon: ns.
    static constexpr std::int64_t kSameEnd = 60'000'000'000;
    /// Longer than what the times of one invented text can span (TimeOrder::kSlack): ns.
    static constexpr std::int64_t kMoment = 15'000'000'000;

    Workers() = default;
    ~Workers() = default;
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    Workers(Workers&&) = delete;
    Workers& operator=(Workers&&) = delete;

    [[nodiscard]] Worker& at(std::int32_t pid) { return entry(pid).worker; }
    /// A worker began; its pid may have been another's.
    void begin(std::int32_t pid, WorkerType type);
    /// The master of this pid, 0: not said, listens: from here on every process says that it begins
    /// before it writes anything else. (A boot alone is no sign: who upgrades a module by hand
    /// boots too.)
    void listens(std::int32_t pid) {
        complete_ = true;
        if (pid != 0) at(pid).listens = true;
    }
    /// Lines were lost, that of a process which began among them, maybe.
    void miss() { complete_ = false; }
    [[nodiscard]] bool knows(std::int32_t pid) { return find(pid) != nullptr; }
    /// Whether a process that is not known can have written the record that is read now. `begins`:
    /// which says that it has just begun. `seen`: whether it is, or was, among Odoo's processes.
    /// Nothing: those cannot be looked at; then all that one can go by is who said that it begins.
    [[nodiscard]] bool admits(bool begins, std::optional<bool> seen) const {
        return seen.value_or(begins || !complete_);
    }
    template <class Function>
    void for_each_but(std::int32_t pid, Function function) {
        for (auto& [number, entry] : all_)
            if (number != pid) function(entry.worker);
    }
    /// It wrote a record at `time`, Unix ns, and is known from then on.
    void wrote(std::int32_t pid, std::int64_t time, bool begins);

    /// As OpenRuns::renumber(), and routes.
    void renumber(std::span<const counting::Names::Number> datnames,
                  std::span<const counting::Names::Number> crons,
                  std::span<const counting::Names::Number> routes);

    void save(std::string& out) const;
    /// How many names there are of what is kept by number.
    struct NameCounts {
        std::size_t datnames = 0;
        std::size_t crons = 0;
        std::size_t routes = 0;
    };
    /// What the bytes have, the older versions less.
    enum class Form : std::uint8_t { first, with_errors, with_heard };
    /// False: the bytes are not of save(), or speak of names that there are not.
    [[nodiscard]] bool restore(tail::ByteReader& in, const NameCounts& names, Form form);

  private:
    /// What is known of a process besides that it was named.
    enum class Standing : std::uint8_t { named, wrote, lasts };
    struct Entry {
        Worker worker;
        Standing standing = Standing::named;
        std::int64_t first = 0;  ///< Unix time in ns of its first record; 0: none
        std::uint64_t used = 0;
    };

    using Entries = std::map<std::int32_t, Entry>;
    /// Null: it is not known.
    [[nodiscard]] Entry* find(std::int32_t pid);
    [[nodiscard]] Entry& entry(std::int32_t pid);
    void make_room();

    bool complete_ = false;
    std::uint64_t uses_ = 0;
    Entries all_;
    /// Those that were asked for last, by the end of their numbers: few write most of a log.
    std::array<Entries::value_type*, 64> recent_{};
};

}  // namespace erp::odoo
