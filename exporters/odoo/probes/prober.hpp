#pragma once

#include "core/base/log.hpp"
#include "core/net/network_namespace.hpp"
#include "core/scrape/watcher.hpp"
#include "exporters/odoo/probes/picture.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace erp::odoo {

struct ProbeOptions {
    std::vector<Probe> wanted;
    asio::ip::tcp::endpoint http;    ///< of web and db_server
    asio::ip::tcp::endpoint gevent;  ///< of gevent
    std::string path;                ///< of web and gevent; empty: /web/health
    NamespaceFinder find_namespace;  ///< null: that of this process; called before each probe
    Duration interval = std::chrono::seconds(15);
    /// A worker that takes longer holds our request whether we wait or not.
    Duration answer = std::chrono::seconds(60);
    /// Where the page was not found, though this began no session: a server that starts has none.
    Duration again = std::chrono::minutes(10);
    /// Where an error's page began a session: each is a file that Odoo keeps for days.
    Duration after_error_session = std::chrono::minutes(1);
    /// Odoo's version as far as it is known. Called from the prober's thread.
    std::function<std::string()> version = [] { return std::string(); };
};

/// Asks an Odoo for its health, as a load balancer does: one probe after the other, so that at most
/// one worker is busy with us, and after each round it rests for as long as the round took at the
/// least. An answer's delay is the queue's. A page that begins a session, or is not there
/// where that begins one, is not asked for again of the same version.
class Prober : public Watcher<ProbePicture> {
  public:
    /// `name` is the target's, for the log, which must outlive the thread.
    Prober(ProbeOptions options, std::string name, Log& log);
};

}  // namespace erp::odoo
