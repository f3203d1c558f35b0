#include "exporters/odoo/directories/watcher.hpp"

#include "exporters/odoo/directories/pacing.hpp"
#include "exporters/odoo/directories/survey.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace erp::odoo {
namespace {

constexpr Duration kAskAgain = std::chrono::seconds(5);  ///< for a directory that is not known

/// What the thread uses, all of it.
class Run {
  public:
    Run(DirectoryOptions options, std::string name, Log& log)
        : options_(std::move(options)), name_(std::move(name)), log_(log) {}

    void operator()(std::stop_token stop, Published<DirectoryPicture>& published) {
        stop_ = std::move(stop);
        published_ = &published;
        become_gentle();
        do {
            try {
                round();
            } catch (const std::exception& error) {  // no memory: what is shown grows old
                log_.error("the data directory was not looked at",
                           {{"target", name_}, {"reason", error.what()}});
            }
        } while (!pause(stop_, until_next()));
    }

  private:
    [[nodiscard]] Duration until_next() const {
        if (!survey_) return std::min(kAskAgain, options_.space_interval);
        return std::min(options_.interval, options_.space_interval);
    }

    /// The space left, and all files when it is time.
    void round() {
        const std::string data_dir = options_.data_dir();
        // One that is no longer told, since the master is gone, is still where the files are.
        if (data_dir.empty() && !survey_) return;
        if (!survey_ || (!data_dir.empty() && survey_->picture().data_dir != data_dir)) {
            survey_.emplace(data_dir);
            walked_.reset();
        }
        look_at_space();
        if (walked_ && Clock::now() - *walked_ < options_.interval) return;
        worked_since_ = Clock::now();
        if (!survey_->walk([this](std::size_t /*entries*/) { return rest(); },
                           [this] { publish_now_and_then(); })) {
            return;  // a stop was asked for
        }
        walked_ = Clock::now();
        publish();
        report();
    }

    void look_at_space() {
        survey_->look_at_space();
        looked_ = Clock::now();
        publish();
    }

    bool rest() {
        const Duration work = Clock::now() - worked_since_;
        if (pause(stop_, rest_after(work))) return false;
        worked_since_ = Clock::now();
        if (worked_since_ - looked_ >= options_.space_interval) look_at_space();
        return true;
    }

    void publish() {
        published_->publish(without_unknown(survey_->picture(), options_.known));
        said_ = Clock::now();
    }
    /// A copy of thousands of databases after each of them would cost more than the walk.
    void publish_now_and_then() {
        if (Clock::now() - said_ >= std::chrono::seconds(1)) publish();
    }

    /// Each change once.
    void report() {
        const DirectoryPicture& picture = survey_->picture();
        std::string reasons;
        for (const auto* problem :
             {&picture.space_problem, &picture.sessions_problem, &picture.filestore_problem}) {
            if (*problem) reasons += (reasons.empty() ? "" : "; ") + (*problem)->text;
        }
        if (reasons == reasons_) return;
        reasons_ = reasons;
        if (reasons.empty()) {
            log_.info("data directory is seen",
                      {{"target", name_}, {"directory", picture.data_dir}});
        } else {
            log_.warn("a part of the data directory is not seen",
                      {{"target", name_}, {"reason", reasons}});
        }
    }

    DirectoryOptions options_;
    std::string name_;
    Log& log_;
    Published<DirectoryPicture>* published_ = nullptr;
    std::stop_token stop_;
    std::optional<DirectorySurvey> survey_;
    std::optional<Clock::time_point> walked_;
    Clock::time_point looked_;
    Clock::time_point worked_since_;
    Clock::time_point said_;
    std::string reasons_;
};

}  // namespace

DirectoryWatcher::DirectoryWatcher(DirectoryOptions options, std::string name, Log& log)
    : Watcher("odoo folders", std::make_shared<Run>(std::move(options), std::move(name), log)) {}

}  // namespace erp::odoo
