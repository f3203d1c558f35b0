#include "core/tail/log_file.hpp"

#include <isa-l/igzip_lib.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

namespace erp::tail {
namespace {

Error open_error(const std::string& path, int error) {
    const Phase phase = error == EACCES || error == EPERM ? Phase::privilege
                        : error == ENOENT                 ? Phase::refused
                                                          : Phase::query;
    return {phase, path + ": " + std::generic_category().message(error)};
}

Result<std::size_t> read_at(int fd, std::span<char> room, std::uint64_t offset) {
    for (;;) {
        const ssize_t got = ::pread(fd, room.data(), room.size(), static_cast<off_t>(offset));
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno != EINTR) return Error{Phase::query, std::generic_category().message(errno)};
    }
}

}  // namespace

/// A file of one or more gzip members, forwards.
class LogFile::Inflater {
  public:
    explicit Inflater(int fd) : fd_(fd) { begin_member(); }

    Result<std::size_t> read(std::span<char> room) {
        state_->next_out = reinterpret_cast<std::uint8_t*>(room.data());
        state_->avail_out =
            static_cast<std::uint32_t>(std::min<std::size_t>(room.size(), 1U << 30U));
        const std::uint32_t wanted = state_->avail_out;
        while (state_->avail_out == wanted && !ended_) {
            if (state_->avail_in == 0) {
                auto got = fill();
                if (!got) return got.error();
                if (*got == 0) {
                    ended_ = !inside_;
                    break;
                }
            }
            // Behind a member may come another, or padding.
            if (!inside_ && *state_->next_in != kFirstByte) {
                ended_ = true;
                break;
            }
            inside_ = true;
            const int status = isal_inflate(state_.get());
            if (status != ISAL_DECOMP_OK && status != ISAL_END_INPUT) {
                // What a damaged block gave before its error is not known to be right.
                ended_ = true;
                return Error{Phase::parse, "damaged gzip data"};
            }
            if (state_->block_state == ISAL_BLOCK_FINISH) next_member();
        }
        return std::size_t{wanted - state_->avail_out};
    }

    [[nodiscard]] bool inside() const { return inside_; }

  private:
    static constexpr std::uint8_t kFirstByte = 0x1F;

    void begin_member() {
        isal_inflate_init(state_.get());
        state_->crc_flag = ISAL_GZIP;
    }
    void next_member() {
        const auto in = state_->next_in;
        const auto in_left = state_->avail_in;
        const auto out = state_->next_out;
        const auto out_left = state_->avail_out;
        isal_inflate_reset(state_.get());
        state_->crc_flag = ISAL_GZIP;
        state_->next_in = in;
        state_->avail_in = in_left;
        state_->next_out = out;
        state_->avail_out = out_left;
        inside_ = false;
    }
    Result<std::size_t> fill() {
        auto got = read_at(fd_, {input_.data(), input_.size()}, position_);
        if (!got) return got;
        position_ += *got;
        state_->next_in = reinterpret_cast<std::uint8_t*>(input_.data());
        state_->avail_in = static_cast<std::uint32_t>(*got);
        return got;
    }

    int fd_;
    std::uint64_t position_ = 0;
    std::vector<char> input_ = std::vector<char>(64U << 10U);
    std::unique_ptr<inflate_state> state_ = std::make_unique<inflate_state>();
    bool inside_ = false;
    bool ended_ = false;
};

LogFile::LogFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {
    std::array<char, 2> magic{};
    const auto got = read_at(fd_.get(), magic, 0);
    if (got && *got == 2 && magic[0] == '\x1F' && magic[1] == '\x8B')
        inflater_ = std::make_unique<Inflater>(fd_.get());
}

LogFile::~LogFile() = default;

Result<std::unique_ptr<LogFile>> LogFile::open(const std::string& path) {
    const auto before = look_at(path);
    if (!before) return open_error(path, errno);
    if (!before->regular) return Error{Phase::unsupported, path + ": not a regular file"};
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return open_error(path, errno);
    std::unique_ptr<LogFile> file(new LogFile(fd, path));
    const auto opened = file->look();
    if (!opened || !opened->regular)
        return Error{Phase::unsupported, path + ": not a regular file"};
    return file;
}

/// The first bytes of the text, as many as there are.
LogFile::Head LogFile::head(std::span<char> room) const {
    std::optional<Inflater> inflater;
    if (compressed()) inflater.emplace(fd_.get());
    Head found;
    std::size_t size = 0;
    while (size < room.size()) {
        const std::span<char> left = room.subspan(size);
        const auto got = inflater ? inflater->read(left) : read_at(fd_.get(), left, size);
        found.broken = !got;
        if (!got || *got == 0) break;
        size += *got;
    }
    found.text = {room.data(), size};
    found.whole = size < room.size() && !found.broken && !(inflater && inflater->inside());
    return found;
}

bool LogFile::begins_like(FileIdentity& identity) const {
    constexpr std::size_t kMost = FileIdentity::kMostHead;
    const auto room = std::make_unique_for_overwrite<char[]>(kMost);
    return identity.check(head({room.get(), kMost}).text);
}

bool LogFile::is_still(const FileIdentity& identity) const {
    if (compressed()) return true;
    std::array<char, FileIdentity::kMostNear> room;  // NOLINT(*-member-init): head() fills it
    return identity.check_near(head(room).text);
}

std::optional<std::uint64_t> LogFile::text_size() const {
    if (!compressed()) {
        const auto now = look();
        return now ? std::optional(now->size) : std::nullopt;
    }
    constexpr std::size_t kMost = FileIdentity::kMostHead;
    const auto room = std::make_unique_for_overwrite<char[]>(kMost);
    const Head all = head({room.get(), kMost});
    return all.whole ? std::optional(all.text.size()) : std::nullopt;
}

bool LogFile::in_the_making() const {
    constexpr std::int64_t kLongestSilence = 10'000'000'000;
    const auto now = look();
    if (!compressed() || !now) return false;
    // A time to come is another clock's, if it is more than a tick away.
    constexpr std::int64_t kTick = 20'000'000;
    const std::int64_t silence = file_clock_now() - now->changed;
    if (silence < -kTick || silence >= kLongestSilence) return false;
    constexpr std::size_t kMost = FileIdentity::kMostHead;
    const auto room = std::make_unique_for_overwrite<char[]>(kMost);
    const Head begun = head({room.get(), kMost});
    return !begun.whole && !begun.broken;
}

bool LogFile::unfinished() const {
    return compressed() && inflater_->inside();
}

void LogFile::seek(std::uint64_t offset) {
    position_ = offset;
    if (!compressed()) return;
    inflater_ = std::make_unique<Inflater>(fd_.get());
    position_ = 0;
    from_ = offset;
}

/// What is before that place in a compressed file, as far as it is there by now.
Result<void> LogFile::pass_over() {
    std::vector<char> passed(64U << 10U);
    while (position_ < from_) {
        const std::size_t most = std::min<std::uint64_t>(passed.size(), from_ - position_);
        const auto got = inflater_->read(std::span(passed).first(most));
        if (!got) return got.error();
        if (*got == 0) break;
        position_ += *got;
    }
    return {};
}

Result<std::size_t> LogFile::read(std::span<char> room) {
    if (position_ < from_) {
        if (const auto passed = pass_over(); !passed) return passed.error();
        if (position_ < from_) return std::size_t{0};
    }
    auto got = compressed() ? inflater_->read(room) : read_at(fd_.get(), room, position_);
    if (got) position_ += *got;
    return got;
}

}  // namespace erp::tail
