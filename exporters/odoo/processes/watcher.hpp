#pragma once

#include "core/base/log.hpp"
#include "core/scrape/published.hpp"
#include "exporters/odoo/processes/master.hpp"
#include "exporters/odoo/processes/picture.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <thread>

namespace erp::odoo {

struct ProcessOptions {
    MasterWanted wanted;
    Duration interval = std::chrono::seconds(5);
    std::string proc = "/proc";  ///< of another namespace, or of a test
};

/// Looks at the processes of one Odoo on a thread of its own.
class ProcessWatcher {
  public:
    /// `name` is the target's, for the log, which must outlive the thread.
    ProcessWatcher(ProcessOptions options, std::string name, Log& log);
    /// As request_stop(); the thread owns what it uses and ends on its own.
    ~ProcessWatcher();
    ProcessWatcher(const ProcessWatcher&) = delete;
    ProcessWatcher& operator=(const ProcessWatcher&) = delete;
    ProcessWatcher(ProcessWatcher&&) = delete;
    ProcessWatcher& operator=(ProcessWatcher&&) = delete;

    /// Waits for nothing.
    void request_stop();
    /// request_stop(), and waits for the thread: not on the I/O thread.
    void stop();
    /// Any thread.
    [[nodiscard]] std::shared_ptr<const Published<ProcessPicture>> published() const {
        return published_;
    }

  private:
    std::shared_ptr<Published<ProcessPicture>> published_;
    std::stop_source stop_;
    std::thread thread_;
};

}  // namespace erp::odoo
