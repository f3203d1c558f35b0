#include "exporters/odoo/processes/watcher.hpp"

#include "exporters/odoo/log/release.hpp"
#include "exporters/odoo/processes/observer.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <utility>

namespace erp::odoo {
namespace {

/// What the thread uses, all of it.
class Run {
  public:
    Run(ProcessOptions options, std::string name, Log& log)
        : interval_(options.interval),
          version_(std::move(options.version)),
          observer_(ProcFolder(options.proc), find_cgroups(), std::move(options.wanted)),
          name_(std::move(name)),
          log_(log) {}

    void operator()(const std::stop_token& stop, Published<ProcessPicture>& published) {
        do {
            const auto begun = Clock::now();
            try {
                if (version_) observer_.hear_version(to_major_version(version_()));
                ProcessPicture picture = observer_.look(ProcFolder::boot_seconds(), unix_now());
                picture.look_seconds = std::chrono::duration<double>(Clock::now() - begun).count();
                report(picture);
                published.publish(std::move(picture), begun);
            } catch (const std::exception& error) {  // no memory: what is shown grows old
                log_.error("processes were not looked at",
                           {{"target", name_}, {"reason", error.what()}});
            }
        } while (!pause(stop, interval_));
    }

  private:
    /// Each change once.
    void report(const ProcessPicture& picture) {
        const std::string problem = picture.problem ? picture.problem->text : std::string();
        const std::string unread =
            picture.settings_problem ? picture.settings_problem->text : std::string();
        if (problem != problem_ || first_) {
            if (problem.empty()) {
                log_.info("processes are seen",
                          {{"target", name_}, {"master", std::to_string(picture.master)}});
            } else {
                log_.warn("processes are not seen", {{"target", name_}, {"reason", problem}});
            }
        }
        if (unread != unread_ && !unread.empty())
            log_.warn("settings are not read", {{"target", name_}, {"reason", unread}});
        problem_ = problem;
        unread_ = unread;
        first_ = false;
    }

    Duration interval_;
    std::function<std::string()> version_;
    ProcessObserver observer_;
    std::string name_;
    Log& log_;
    std::string problem_;
    std::string unread_;
    bool first_ = true;
};

}  // namespace

ProcessWatcher::ProcessWatcher(ProcessOptions options, std::string name, Log& log)
    : Watcher("odoo processes", std::make_shared<Run>(std::move(options), std::move(name), log)) {}

}  // namespace erp::odoo
