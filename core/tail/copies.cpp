// Which file is a copy of what was read: made before a truncation, or compressed.
#include "core/tail/followed_log.hpp"

#include <algorithm>
#include <optional>

namespace erp::tail {

namespace {

/// How a file begins, beside a text of which the head is known.
enum class Beginning { other, shorter, whole };

Beginning compare(const LogFile& file, const FileIdentity& own, const FileIdentity& head) {
    const auto alike = head.begins_alike(own);
    if (alike == false) return Beginning::other;
    FileIdentity like = head;
    if (file.begins_like(like)) return Beginning::whole;
    return alike && own.head_size < head.head_size ? Beginning::shorter : Beginning::other;
}

/// No copy is longer than what it is a copy of.
bool is_longer(const LogFile& file, const FileIdentity& own, std::uint64_t size) {
    return file.text_size().value_or(own.head_size) > size;
}

}  // namespace

/// Of the text itself, as far as it can be seen: what is not read of it may be in a copy.
std::optional<std::uint64_t> FollowedLog::Source::size() const {
    if (compressed || (file == nullptr && name.empty())) return std::nullopt;
    const auto look = file ? file->look() : look_at(name);
    if (!look || !identity.same_place(*look)) return std::nullopt;
    return std::max(look->size, offset);
}

/// The source that a file is a copy of by its head, `own`, alone. Those that begin as a whole head
/// do go before those that are shorter than it: in the making, or made before the last lines that
/// were read came.
FollowedLog::Source* FollowedLog::copied_from(const LogFile& file, const FileIdentity& own) {
    Source* longer = nullptr;
    for (Source& source : sources_) {
        const FileIdentity& head = source.identity;
        // Of what was not read at all, any file that begins so will do: it is read whole. While it
        // is open, a whole line must be the same.
        const bool tells = source.lost() ? head.head_size > 0 : head.tells();
        if (source.offset == 0 && !tells) continue;
        if (head.head_size < std::min(source.offset, FileIdentity::kMostHead)) continue;
        const Beginning beginning = compare(file, own, head);
        if (beginning == Beginning::other) continue;
        const auto size = source.size();
        if (size && is_longer(file, own, *size)) continue;
        if (beginning == Beginning::whole) return &source;
        if (longer == nullptr || (source.lost() && !longer->lost())) longer = &source;
    }
    return longer;
}

/// Copies that were made before a truncation, and compressed forms. `newest` is the file at the
/// path, if it is no source yet.
void FollowedLog::find_copies(std::vector<Candidate>& found,
                              const FileLook* there,
                              const LogFile* newest,
                              Clock::time_point now,
                              bool& moved) {
    const bool is_sought = std::ranges::any_of(sources_, &Source::lost);
    FileIdentity head;
    if (newest != nullptr) (void)newest->begins_like(head);
    for (Candidate& candidate : found) {
        const LogFile* const file = opened(candidate, moved);
        if (file == nullptr) continue;
        FileIdentity own;
        (void)file->begins_like(own);
        const bool little = own.head_size == 0 || (is_sought && !own.tells());
        if (little && file->in_the_making() && (!moving_since_ || waits_for_rest(now))) {
            moved = true;  // what it is a form of is not seen yet
        } else if (Source* const source = copied_from(*file, own)) {
            candidate.known = true;
            const bool elsewhere = there != nullptr && source->identity.same_place(*there);
            if (source->lost() && !elsewhere) take_copy(*source, candidate, own, now);
        } else if (head.tells() && compare(*file, own, head) != Beginning::other) {
            const auto look = newest->look();
            candidate.known = look && !is_longer(*file, own, look->size);
        }
        if (!candidate.held) candidate.file = nullptr;
    }
}

/// What is left of a file that was cut is in a copy, with the head `own`. What came between the
/// copy and the cut may have been read: then nothing is left.
void FollowedLog::take_copy(Source& source,
                            Candidate& candidate,
                            const FileIdentity& own,
                            Clock::time_point now) {
    source.identity = own;
    source.identity.device = candidate.look.device;
    source.identity.inode = candidate.look.inode;
    if (const auto size = candidate.file->text_size(); size && *size <= source.offset) {
        source.end_at(*size);
    } else {
        take(source, candidate, now);
    }
}

}  // namespace erp::tail
