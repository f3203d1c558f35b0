#include "core/tail/unwrapper.hpp"

#include "core/tail/byte_codec.hpp"
#include "core/tail/docker_line.hpp"
#include "core/tail/line_splitter.hpp"

namespace erp::tail {
namespace {

constexpr std::string_view kDockerStart = R"({"log":")";

bool is_stream(std::string_view word) {
    return word == "stdout" || word == "stderr";
}

struct CriLine {
    std::string_view time;
    std::string_view stream;
    std::string_view tags;
    std::string_view text;
};

/// "<RFC 3339> stdout|stderr P|F[:more tags] text"
std::optional<CriLine> read_cri_line(std::string_view line) {
    CriLine read;
    for (std::string_view* const field : {&read.time, &read.stream, &read.tags}) {
        const std::size_t blank = line.find(' ');
        *field = line.substr(0, blank);
        if (blank == std::string_view::npos) {
            // An empty line may come without the blank behind the tags.
            line.remove_prefix(line.size());  // still within the padded line
            break;
        }
        line.remove_prefix(blank + 1);
    }
    read.text = line;
    const bool time = read.time.size() >= 20 && read.time[4] == '-' && read.time[10] == 'T';
    const std::string_view tag = read.tags.substr(0, read.tags.find(':'));
    if (!time || !is_stream(read.stream) || (tag != "P" && tag != "F")) return std::nullopt;
    read.tags = tag;
    return read;
}

Wrapping detected(std::string_view line) {
    if (line.starts_with(kDockerStart)) return Wrapping::docker;
    return read_cri_line(line) ? Wrapping::cri : Wrapping::raw;
}

}  // namespace

std::optional<Wrapping> to_wrapping(std::string_view word) {
    if (word == "detect") return Wrapping::detect;
    if (word == "raw") return Wrapping::raw;
    if (word == "docker") return Wrapping::docker;
    if (word == "cri") return Wrapping::cri;
    return std::nullopt;
}

Unwrapper::Entry Unwrapper::take(std::string_view line) {
    if (wrapping_ == Wrapping::detect) wrapping_ = detected(line);
    switch (wrapping_) {
        case Wrapping::docker:
            return take_docker(line);
        case Wrapping::cri:
            return take_cri(line);
        case Wrapping::raw:
        case Wrapping::detect:
            break;
    }
    return {Kind::complete, line, {}, {}};
}

std::string_view Unwrapper::line_start() const {
    return wrapping_ == Wrapping::docker ? kDockerStart : std::string_view();
}

Unwrapper::Entry Unwrapper::take_docker(std::string_view line) {
    DockerLine read;
    if (!read_docker_line(line, unescaped_, read) || !is_stream(read.stream))
        return {Kind::malformed, line, {}, {}};
    std::string_view text = unescaped_;
    const bool last = text.ends_with('\n');
    if (last) text.remove_suffix(1);
    return join(text, read.stream, read.time, last, false);
}

Unwrapper::Entry Unwrapper::take_cri(std::string_view line) {
    const auto read = read_cri_line(line);
    if (!read) return {Kind::malformed, line, {}, {}};
    return join(read->text, read->stream, read->time, read->tags == "F", true);
}

Unwrapper::Entry Unwrapper::join(
    std::string_view text, std::string_view stream, std::string_view time, bool last, bool padded) {
    Waiting& waiting = waiting_[stream == "stderr" ? 1 : 0];
    if (waiting.text.size() + text.size() > longest_) {
        waiting.oversize = true;
        waiting.text.clear();
    }
    if (!last) {
        if (!waiting.oversize) waiting.text += text;
        return {Kind::part, {}, stream, time};
    }
    const bool oversize = waiting.oversize;
    waiting.oversize = false;
    if (oversize) return {Kind::oversize, {}, stream, time};
    if (waiting.text.empty() && padded) return {Kind::complete, text, stream, time};
    // Grows to the longest line and stays; the padding is within its capacity.
    joined_ = waiting.text;
    joined_ += text;
    waiting.text.clear();
    const std::size_t size = joined_.size();
    joined_.append(LineSplitter::kPadding, '\0');
    return {Kind::complete, std::string_view(joined_).substr(0, size), stream, time};
}

std::string Unwrapper::state() const {
    std::string out;
    put(out, static_cast<std::uint64_t>(wrapping_));
    for (const Waiting& waiting : waiting_) {
        put(out, std::uint64_t{waiting.oversize});
        put(out, waiting.text);
    }
    return out;
}

bool Unwrapper::restore(std::string_view state) {
    ByteReader in(state);
    const std::uint64_t wrapping = in.number();
    for (Waiting& waiting : waiting_) {
        waiting.oversize = in.number() != 0;
        waiting.text = in.text();
    }
    if (!in.at_end() || wrapping > static_cast<std::uint64_t>(Wrapping::cri)) {
        for (Waiting& waiting : waiting_)
            waiting = {};
        return false;
    }
    // What the configuration says counts; what was detected is worth keeping.
    if (wrapping_ == Wrapping::detect) wrapping_ = static_cast<Wrapping>(wrapping);
    return true;
}

}  // namespace erp::tail
