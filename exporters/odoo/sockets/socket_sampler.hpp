#pragma once

#include "core/base/log.hpp"
#include "core/scrape/watcher.hpp"
#include "exporters/odoo/sockets/socket_session.hpp"

#include <string>

namespace erp::odoo {

/// A session that looks once an interval, or a second where looks cost much.
class SocketSampler : public Watcher<SocketCounts> {
  public:
    /// `name` is the target's, for the log, which must outlive the thread.
    SocketSampler(SocketOptions options, std::string name, Log& log);
};

}  // namespace erp::odoo
