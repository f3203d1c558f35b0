#pragma once

#include "exporters/odoo/directories/folder_walk.hpp"
#include "exporters/odoo/directories/picture.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp::odoo {

/// A file of a session, and not what is left of one that is just being written.
[[nodiscard]] bool is_session_file(std::string_view name);

/// Free and whole space of the file system that holds `path`. A dead network file system may hang
/// this for ever.
[[nodiscard]] Result<SpaceLeft> space_of(const std::string& path);

/// The same picture with the folders for whose names `known` is false added up: who may make a
/// database, or a folder, must not make series.
[[nodiscard]] DirectoryPicture without_unknown(
    DirectoryPicture picture, const std::function<bool(std::string_view name)>& known);

/// What is known of the data directory of one Odoo, piece by piece. `filestore`, the folder of a
/// database and `sessions` may be links, as where one disk is not enough. One thread.
class DirectorySurvey {
  public:
    static constexpr std::size_t kMostDatabases = 10'000;

    explicit DirectorySurvey(std::string data_dir, WalkBounds bounds = {});

    /// Where the filestore is, which may be a disk of its own; of the data directory while there is
    /// none, or it cannot be reached.
    void look_at_space();
    /// One round over all that takes long: sessions, then the filestore of each database. Calls
    /// `changed` after each piece. A database whose walk fails keeps what it had no longer than to
    /// the next round. False: the pacer ended it.
    bool walk(const Pacer& pace, const std::function<void()>& changed);

    [[nodiscard]] const DirectoryPicture& picture() const { return picture_; }

  private:
    bool count_sessions(const Pacer& pace);
    bool size_filestore(const std::string& database, const Pacer& pace);

    /// A folder that is not counted. The first one and how many others is what is told.
    void leave_out(Error why);

    /// Why a link is not followed: that of a container leads elsewhere when we follow it.
    [[nodiscard]] std::optional<Error> leads_astray(const std::string& path) const;

    WalkBounds bounds_;
    bool other_root_;  ///< reached by /proc/<pid>/root
    DirectoryPicture picture_;
    std::string first_left_out_;  ///< of this round
    std::size_t left_out_ = 0;
};

}  // namespace erp::odoo
