#include "exporters/odoo/processes/watcher.hpp"

#include "exporters/odoo/processes/observer.hpp"
#include "exporters/odoo/processes/pause.hpp"

#include <pthread.h>

#include <chrono>
#include <exception>
#include <utility>

namespace erp::odoo {
namespace {

/// What the thread uses, all of it.
class Run {
  public:
    Run(ProcessOptions options,
        std::string name,
        Log& log,
        std::shared_ptr<Published<ProcessPicture>> published,
        std::stop_token stop)
        : interval_(options.interval),
          observer_(ProcFolder(options.proc), find_cgroups(), std::move(options.wanted)),
          name_(std::move(name)),
          log_(log),
          published_(std::move(published)),
          stop_(std::move(stop)) {}

    void operator()() {
        ::pthread_setname_np(::pthread_self(), "odoo processes");
        do {
            const auto begun = Clock::now();
            try {
                ProcessPicture picture = observer_.look(ProcFolder::boot_seconds(), unix_now());
                picture.look_seconds = std::chrono::duration<double>(Clock::now() - begun).count();
                report(picture);
                published_->publish(std::move(picture), begun);
            } catch (const std::exception& error) {  // no memory: what is shown grows old
                log_.error("processes were not looked at",
                           {{"target", name_}, {"reason", error.what()}});
            }
        } while (!pause(stop_, interval_));
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
    ProcessObserver observer_;
    std::string name_;
    Log& log_;
    std::shared_ptr<Published<ProcessPicture>> published_;
    std::stop_token stop_;
    std::string problem_;
    std::string unread_;
    bool first_ = true;
};

}  // namespace

ProcessWatcher::ProcessWatcher(ProcessOptions options, std::string name, Log& log)
    : published_(std::make_shared<Published<ProcessPicture>>()) {
    auto run = std::make_shared<Run>(std::move(options), std::move(name), log, published_,
                                     stop_.get_token());
    thread_ = std::thread([run = std::move(run)] { (*run)(); });
}

ProcessWatcher::~ProcessWatcher() {
    request_stop();
    if (thread_.joinable()) thread_.detach();
}

void ProcessWatcher::stop() {
    request_stop();
    if (thread_.joinable()) thread_.join();
}

void ProcessWatcher::request_stop() {
    stop_.request_stop();
}

}  // namespace erp::odoo
