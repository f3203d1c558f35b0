#pragma once

#include "core/base/deadline.hpp"
#include "core/scrape/live_tenancy.hpp"
#include "core/scrape/published.hpp"
#include "core/tail/line_consumer.hpp"
#include "exporters/odoo/counts/databases.hpp"
#include "exporters/odoo/counts/gone.hpp"
#include "exporters/odoo/counts/ledger.hpp"
#include "exporters/odoo/counts/log_counts.hpp"
#include "exporters/odoo/counts/workers.hpp"
#include "exporters/odoo/log/assembler.hpp"
#include "exporters/odoo/processes/living_pids.hpp"
#include "exporters/odoo/processes/picture.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace erp::odoo {

/// Counts the lines of Odoo's logs. The reader's thread, counts() apart.
class ServerLog : public tail::LineConsumer {
  public:
    /// A record is over when its log was quiet for so long: its lines are written as one, but may
    /// reach the reader in pieces, as through a container's runtime.
    static constexpr std::chrono::milliseconds kQuiet{250};

    /// `postgres`: see Databases. `quiet` and `clock`, Unix time in ns: in tests others.
    ServerLog(LogFormat format,
              std::string postgres,
              std::shared_ptr<const CurrentTenancy> tenancy,
              std::chrono::nanoseconds quiet = kQuiet,
              std::function<std::int64_t()> clock = unix_nanoseconds);
    ~ServerLog() override;
    /// Before the first line: what looks at the processes that write it, and the /proc that is
    /// asked for one that has just begun.
    void watch_processes(std::shared_ptr<const Published<ProcessPicture>> processes,
                         ProcFolder proc = ProcFolder()) {
        processes_ = std::move(processes);
        living_ = LivingPids(std::move(proc));
    }
    ServerLog(const ServerLog&) = delete;
    ServerLog& operator=(const ServerLog&) = delete;
    ServerLog(ServerLog&&) = delete;
    ServerLog& operator=(ServerLog&&) = delete;

    tail::LineResult take(const tail::LogLine& line) override;
    void lose(const tail::LogLine& line) override;
    void miss(const tail::LogLine& line) override;
    Prepared prepare() override;
    std::optional<Error> restore(std::string_view bytes) override;

    /// Any thread; null before the first snapshot.
    [[nodiscard]] std::shared_ptr<const LogCounts> counts() const { return shown_->latest().value; }

  private:
    class Stream;  ///< one file, or one of the streams of a container

    [[nodiscard]] Stream& stream(std::string_view path, std::string_view name);
    template <class Function>
    void for_each_of(std::string_view path, Function function);
    void forget_gone(LogCounts& counts, std::int64_t now);
    [[nodiscard]] std::optional<bool> seen(std::int32_t pid, std::int64_t time);
    void forget();

    LogFormat format_;
    std::chrono::nanoseconds quiet_;
    std::shared_ptr<const Published<ProcessPicture>> processes_;  ///< null: they are not looked at
    LivingPids living_;
    Databases databases_;
    GoneDatabases gone_;
    std::function<std::int64_t()> clock_;
    Ledger ledger_;
    unsigned lines_ = 0;  ///< since the databases were last looked at, modulo
    std::map<std::string, std::unique_ptr<Stream>, std::less<>> streams_;
    std::string key_;         ///< of the stream of the last line
    Stream* last_ = nullptr;  ///< that stream
    std::shared_ptr<Published<LogCounts>> shown_ = std::make_shared<Published<LogCounts>>();
};

}  // namespace erp::odoo
