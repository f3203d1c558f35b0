#pragma once

#include "core/base/descriptor.hpp"
#include "core/base/result.hpp"
#include "core/tail/file_identity.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace erp::tail {

/// An open file, plain or gzip, whose text is read from some offset forwards. It keeps the file
/// whatever happens to its name.
class LogFile {
  public:
    /// Never waits: a FIFO or device is refused, since to hold one open may block its writer.
    [[nodiscard]] static Result<std::unique_ptr<LogFile>> open(const std::string& path);
    ~LogFile();
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;
    LogFile(LogFile&&) = delete;
    LogFile& operator=(LogFile&&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    /// Compressed by its first two bytes, not by its name. Such a file does not grow.
    [[nodiscard]] bool compressed() const { return inflater_ != nullptr; }
    /// Of the file itself: compressed bytes for a compressed one.
    [[nodiscard]] std::optional<FileLook> look() const { return look_at(fd_.get()); }

    /// Whether the text begins with the head of `identity`; extends the identity if so.
    [[nodiscard]] bool begins_like(FileIdentity& identity) const;
    /// Of a file that was that one when it was opened: whether its first bytes are still the same.
    [[nodiscard]] bool is_still(const FileIdentity& identity) const;

    /// Bytes of the text; nothing: it is compressed, and longer than a head or not complete.
    [[nodiscard]] std::optional<std::uint64_t> text_size() const;

    /// The next read() gives the text from `offset` on.
    void seek(std::uint64_t offset);
    /// Bytes read, 0 at the end for now. An error of phase parse: damaged gzip.
    [[nodiscard]] Result<std::size_t> read(std::span<char> room);
    /// At the end: it is compressed and lacks its own end, since it is in the making or was cut
    /// off.
    [[nodiscard]] bool unfinished() const;

    /// It is compressed, not known to be complete, and was written to in the last 10 s: who makes
    /// it is not silent for longer.
    [[nodiscard]] bool in_the_making() const;

  private:
    class Inflater;
    LogFile(int fd, std::string path);
    struct Head {
        std::string_view text;
        bool whole = false;   ///< there is no more of it
        bool broken = false;  ///< it cannot be read on
    };
    [[nodiscard]] Result<void> pass_over();
    [[nodiscard]] Head head(std::span<char> room) const;

    Descriptor fd_;
    std::string path_;
    std::uint64_t position_ = 0;
    std::uint64_t from_ = 0;  ///< of a compressed file: where reading begins
    std::unique_ptr<Inflater> inflater_;
};

}  // namespace erp::tail
