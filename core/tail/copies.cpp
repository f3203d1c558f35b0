// Which file is a copy of what was read: made before a truncation, or compressed.
#include "core/tail/followed_log.hpp"

#include <algorithm>

namespace erp::tail {

/// The source that a file is a copy of by its head alone, and the identity of that copy. Those that
/// begin as a whole head do go before those that are shorter than it: in the making, or made before
/// the last lines that were read came.
FollowedLog::Source* FollowedLog::copied_from(const LogFile& file, FileIdentity& copy) {
    FileIdentity own;
    (void)file.begins_like(own);
    Source* longer = nullptr;
    for (Source& source : sources_) {
        const FileIdentity& head = source.identity;
        // Of what was not read at all, any file that begins so will do: it is read whole. While it
        // is open, a whole line must be the same.
        const bool tells = source.lost() ? head.head_size > 0 : head.has_line;
        if (source.offset == 0 && !tells) continue;
        if (head.head_size < std::min(source.offset, FileIdentity::kMostHead)) continue;
        const auto alike = head.begins_alike(own);
        if (alike == false) continue;
        copy = head;
        if (file.begins_like(copy)) return &source;
        if (alike && longer == nullptr && own.head_size < head.head_size) longer = &source;
    }
    copy = own;
    return longer;
}

/// Copies that were made before a truncation, and compressed forms.
void FollowedLog::find_copies(std::vector<Candidate>& found,
                              const FileLook* there,
                              Clock::time_point now,
                              bool& moved) {
    for (Candidate& candidate : found) {
        const LogFile* const file = opened(candidate, moved);
        if (file == nullptr) continue;
        FileIdentity copy;
        if (Source* const source = copied_from(*file, copy)) {
            candidate.known = true;
            const bool elsewhere = there != nullptr && source->identity.same_place(*there);
            if (source->lost() && !elsewhere) take_copy(*source, candidate, copy, now);
        }
        if (!candidate.held) candidate.file = nullptr;
    }
}

/// What is left of a file that was cut is in a copy, which begins like `like`. What came between
/// the copy and the cut may have been read: then nothing is left.
void FollowedLog::take_copy(Source& source,
                            Candidate& candidate,
                            const FileIdentity& like,
                            Clock::time_point now) {
    source.identity = like;
    if (!candidate.compressed) {
        source.identity.device = candidate.look.device;
        source.identity.inode = candidate.look.inode;
    }
    const auto look = candidate.file->look();
    const bool whole = like.head_size < FileIdentity::kMostHead;
    if (candidate.compressed ? whole && like.head_size <= source.offset
                             : look && look->size <= source.offset) {
        source.end_at(candidate.compressed ? like.head_size : look->size);
    } else {
        take(source, candidate, now);
    }
}

}  // namespace erp::tail
