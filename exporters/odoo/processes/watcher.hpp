#pragma once

#include "core/base/log.hpp"
#include "core/scrape/watcher.hpp"
#include "exporters/odoo/processes/master.hpp"
#include "exporters/odoo/processes/picture.hpp"

#include <functional>
#include <string>

namespace erp::odoo {

struct ProcessOptions {
    MasterWanted wanted;
    Duration interval = std::chrono::seconds(5);
    std::function<std::string()> version =
        {};                      ///< Odoo's by its log, asked by our thread; may be null
    std::string proc = "/proc";  ///< of another namespace, or of a test
};

/// Looks at the processes of one Odoo.
class ProcessWatcher : public Watcher<ProcessPicture> {
  public:
    /// `name` is the target's, for the log, which must outlive the thread.
    ProcessWatcher(ProcessOptions options, std::string name, Log& log);
};

}  // namespace erp::odoo
