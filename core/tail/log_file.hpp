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

    /// The next read() gives the text from `offset` on.
    void seek(std::uint64_t offset);
    /// Bytes read, 0 at the end for now. An error of phase parse: damaged or unfinished gzip.
    [[nodiscard]] Result<std::size_t> read(std::span<char> room);

  private:
    class Inflater;
    LogFile(int fd, std::string path);
    [[nodiscard]] std::string_view head(std::span<char> room) const;

    Descriptor fd_;
    std::string path_;
    std::uint64_t position_ = 0;
    std::unique_ptr<Inflater> inflater_;
};

}  // namespace erp::tail
