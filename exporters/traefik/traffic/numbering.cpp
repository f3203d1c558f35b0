#include "exporters/traefik/traffic/numbering.hpp"

#include "core/tail/byte_codec.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace erp::traefik {

using tail::put;

namespace {

void add(FileCounts& counts, const RequestNumbers& numbers) {
    counts.missing += numbers.missing();
    counts.late += numbers.late();
    counts.resets += numbers.resets();
}

}  // namespace

FileList::File& FileList::file_of(std::string_view entry) {
    const auto found = std::ranges::find_if(
        files_, [entry](const File& file) { return file.counts.name == entry; });
    if (found != files_.end()) return *found;
    files_.emplace_back().counts.name = entry;
    return files_.back();
}

FileList::Log& FileList::log_of(File& file, std::string_view path) {
    if (!file.logs.empty() && file.logs.front().path == path) return file.logs.front();
    const auto found =
        std::ranges::find_if(file.logs, [path](const Log& log) { return log.path == path; });
    if (found != file.logs.end()) {
        file.logs.splice(file.logs.begin(), file.logs, found);
        return file.logs.front();
    }
    if (file.logs.size() >= kMostLogs) {
        add(file.counts, file.logs.back().numbers);
        file.logs.pop_back();
    }
    file.logs.emplace_front().path = path;
    return file.logs.front();
}

void FileList::count_error(const tail::LogLine& line, ParseReason reason) {
    File& file = file_of(line.entry);
    ++file.counts.parse_errors[static_cast<std::size_t>(reason)];
    if (reason == ParseReason::missing_status) file.coverage.see_without_status();
    if (reason == ParseReason::other_format) file.coverage.see_other_format();
}

bool FileList::is_fresh(const tail::LogLine& line, Entry& entry) {
    File& file = file_of(line.entry);
    file.coverage.see(entry);
    if (!entry.number) return true;
    file.counts.numbered = true;
    return log_of(file, line.path)
               .numbers.see(entry.number, entry.start, end_of(entry).value_or(0)) == Seen::fresh;
}

std::vector<FileCounts> FileList::counts() const {
    std::vector<FileCounts> all;
    for (const File& file : files_) {
        all.push_back(file.counts);
        all.back().coverage = file.coverage.report();
        for (const Log& log : file.logs)
            add(all.back(), log.numbers);
    }
    return all;
}

void FileList::save(std::string& out) const {
    put(out, std::uint64_t{files_.size()});
    for (const File& file : files_) {
        put(out, std::string_view(file.counts.name));
        put(out, std::uint64_t{kParseReasons});
        for (const std::uint64_t errors : file.counts.parse_errors)
            put(out, errors);
        put(out, std::uint64_t{file.counts.numbered ? 1U : 0U});
        put(out, file.counts.missing);
        put(out, file.counts.late);
        put(out, file.counts.resets);
        put(out, std::uint64_t{file.logs.size()});
        for (const Log& log : file.logs) {
            put(out, std::string_view(log.path));
            log.numbers.save(out);
        }
    }
}

bool FileList::restore(tail::ByteReader& in) {
    std::vector<File> files(in.count());
    for (File& file : files) {
        file.counts.name = in.text();
        const std::uint64_t reasons = in.number();  // of an older version, fewer
        if (reasons > kParseReasons) return false;
        for (std::uint64_t i = 0; i < reasons; ++i)
            file.counts.parse_errors.at(i) = in.number();
        file.counts.numbered = in.number() != 0;
        file.counts.missing = in.number();
        file.counts.late = in.number();
        file.counts.resets = in.number();
        const std::uint64_t logs = in.count();
        for (std::uint64_t i = 0; i < logs && in.ok(); ++i) {
            Log& log = file.logs.emplace_back();
            log.path = in.text();
            if (!log.numbers.restore(in)) return false;
        }
    }
    if (!in.ok()) return false;
    files_ = std::move(files);
    return true;
}

void FileList::save_coverage(std::string& out) const {
    for (const File& file : files_)
        file.coverage.save(out);
}

bool FileList::restore_coverage(tail::ByteReader& in) {
    return std::ranges::all_of(files_, [&in](File& file) { return file.coverage.restore(in); });
}

}  // namespace erp::traefik
