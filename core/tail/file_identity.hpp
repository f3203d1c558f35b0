#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace erp::tail {

/// What stat() says of a file, as far as a reader cares.
struct FileLook {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;    ///< bytes
    std::uint64_t links = 0;   ///< 0: deleted, and open somewhere
    std::int64_t changed = 0;  ///< last write, ns of Unix time in the kernel's coarse clock
    bool regular = false;      ///< not a directory, FIFO, socket or device
    friend bool operator==(const FileLook&, const FileLook&) = default;
};

[[nodiscard]] inline bool same_file(const FileLook& a, const FileLook& b) {
    return a.device == b.device && a.inode == b.inode;
}

/// Nothing: errno says why.
[[nodiscard]] std::optional<FileLook> look_at(const std::string& path);
[[nodiscard]] std::optional<FileLook> look_at(int fd);

/// The clock that stamps files: it lags CLOCK_REALTIME by up to a tick, and comparing the two would
/// take a file for older than it is. ns of Unix time.
[[nodiscard]] std::int64_t file_clock_now();

/// Which file it is, whatever its name: device and inode, and since these are used again after a
/// deletion, a hash of the first bytes, at most kMostHead of them. An access log's first line holds
/// a time to the nanosecond, so the head alone also finds copies and compressed forms. What a
/// client can repeat comes before it: a container's runtime writes the time behind a part of 16
/// KiB, each byte of which may be escaped.
struct FileIdentity {
    static constexpr std::uint64_t kMostHead = 128U << 10U;

    /// Sizes of beginnings that are known apart, each one byte or a quarter more than the one
    /// before, to about kMostHead.
    static constexpr auto kSteps = [] {
        std::array<std::uint64_t, 51> sizes{};
        sizes.front() = 1;
        for (std::size_t i = 1; i < sizes.size(); ++i)
            sizes[i] = sizes[i - 1] + sizes[i - 1] / 4 + (sizes[i - 1] < 4 ? 1 : 0);
        return sizes;
    }();
    static_assert(kSteps.back() <= kMostHead && kSteps.back() > kMostHead / 2);

    /// The step of a beginning that is quickly looked at.
    static constexpr std::size_t kNearStep = 33;
    static constexpr std::uint64_t kMostNear = kSteps[kNearStep];
    static_assert(kMostNear > 2048 && kMostNear < 4096);

    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t head_size = 0;
    std::uint64_t head_hash = 0;
    std::array<std::uint64_t, kSteps.size()> steps{};  ///< hashes of kSteps bytes; 0: not known
    bool has_line = false;  ///< the head, as last checked, holds a newline

    /// Whether the head is enough to know the text by: a whole line, which has a time as a rule, or
    /// much of one.
    [[nodiscard]] bool tells() const { return has_line || head_size >= kMostHead; }
    [[nodiscard]] bool same_place(const FileLook& look) const {
        return device == look.device && inode == look.inode;
    }
    /// Whether a file with this head (kMostHead bytes, or all it has) begins as it did. If so, the
    /// identity takes in what grew.
    [[nodiscard]] bool check(std::string_view head);
    /// Whether it does as far as its first kMostNear bytes tell, or all it has: for a file that is
    /// open, which only its truncation can make another.
    [[nodiscard]] bool check_near(std::string_view near) const;
    /// Bytes that were read at that place of the file: those that follow the head are of it. They
    /// may be cut before the head is looked at again.
    void take(std::uint64_t at, std::string_view bytes);
    /// Whether both begin the same as far as the last step of the shorter one. Nothing: that is not
    /// known of one of them.
    [[nodiscard]] std::optional<bool> begins_alike(const FileIdentity& other) const;
    friend bool operator==(const FileIdentity&, const FileIdentity&) = default;

  private:
    void extend(std::string_view bytes);
};

}  // namespace erp::tail
