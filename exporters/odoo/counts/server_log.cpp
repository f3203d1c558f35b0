#include "exporters/odoo/counts/server_log.hpp"

#include "core/base/deadline.hpp"
#include "core/counting/codec.hpp"
#include "core/counting/forget.hpp"
#include "core/tail/byte_codec.hpp"
#include "exporters/odoo/log/time_order.hpp"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

namespace erp::odoo {

template <class Field>
void each(WorkCell& cell, Field field) {
    field(cell.queries);
    each(cell.duration, field);
    each(cell.sql, field);
    each(cell.python, field);
}
template <class Field>
void each(CronCell& cell, Field field) {
    each(cell.success, field);
    each(cell.start, field);
}
template <class Field>
void each(Rhythm& cell, Field field) {
    each(cell.start, field);
    each(cell.day, field);
    for (std::int64_t& gap : cell.longest)
        each(gap, field);
}

namespace {

/// 5: with the time at which a process was heard last. 4: with lines that may be a client's text.
/// 3: with the record that is read at the moment, the format, and errors of requests by process.
constexpr std::uint64_t kVersion = 5;
constexpr std::uint64_t kWithDoubt = 4;
constexpr std::uint64_t kWithRecord = 3;
constexpr std::uint64_t kOldest = 2;
/// A client's text is written as one, so that its end is read at once. What another text says later
/// must not end it, with all that others wrote between.
constexpr std::chrono::nanoseconds kLongestDoubt = std::chrono::milliseconds(100);
constexpr unsigned kLookMask = 0xFF;  ///< new databases count after so many lines at the latest
constexpr std::size_t kMostStreams = 2'000;

/// Of a clock that never goes back, to some ms: it is asked for each line.
std::chrono::nanoseconds coarse_now() {
    timespec at = {};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &at);
    return std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec);
}

/// Whether a process says that it has just begun: a master, the gevent process, or a worker.
bool begins(const Record& record) {
    if (record.logger == "odoo") return record.message.starts_with("Odoo version");
    return record.logger == "odoo.service.server" && record.message.starts_with("Worker Worker") &&
           record.message.ends_with("alive");
}

}  // namespace

class ServerLog::Stream : public RecordSink {
  public:
    explicit Stream(ServerLog& log) : log_(log), assembler_(log.format_, *this) {}

    LineKind take(std::string_view line) {
        heard_ = coarse_now();
        if (!assembler_.in_doubt()) {
            doubted_ = heard_;
        } else if (heard_ - doubted_ > kLongestDoubt) {
            assembler_.end_doubt();
            doubted_ = heard_;
        }
        return assembler_.take(line);
    }
    void lose() {
        if (coarse_now() - doubted_ > kLongestDoubt) assembler_.end_doubt();
        assembler_.lose();
    }
    /// True: a record is not over yet.
    [[nodiscard]] bool waits(std::chrono::nanoseconds now) {
        if (now - heard_ >= log_.quiet_) assembler_.finish();
        return assembler_.keeps_record();
    }
    [[nodiscard]] Workers& workers() { return workers_; }
    void save(std::string& out) const {
        workers_.save(out);
        assembler_.save(out);
    }
    [[nodiscard]] bool restore(tail::ByteReader& in,
                               std::uint64_t version,
                               const Workers::NameCounts& names) {
        heard_ = coarse_now();
        doubted_ = heard_;
        const auto form = version == kVersion     ? Workers::Form::with_heard
                          : version < kWithRecord ? Workers::Form::first
                                                  : Workers::Form::with_errors;
        return workers_.restore(in, names, form) &&
               (version < kWithRecord || assembler_.restore(in, version >= kWithDoubt));
    }

    [[nodiscard]] bool genuine(const Record& record) override {
        if (record.time && !order_.take(*record.time, unix_nanoseconds)) {
            log_.ledger_.count_suspicious("time");
            return false;
        }
        if (!record.pid) return true;
        if (!may_write(record)) {
            log_.ledger_.count_suspicious("pid");
            return false;
        }
        workers_.wrote(*record.pid, time_of(record), begins(record));
        return true;
    }
    [[nodiscard]] bool seems_genuine(const Record& record) override {
        TimeOrder order = order_;
        return (!record.time || order.take(*record.time, unix_nanoseconds)) &&
               (!record.pid || may_write(record));
    }
    [[nodiscard]] bool has_database(std::string_view name) override {
        return log_.databases_.known(name) == name;
    }
    void refuse(std::string_view reason) override { log_.ledger_.count_suspicious(reason); }
    void take(const Record& record, const Event& event) override {
        const std::int64_t time = time_of(record);
        log_.ledger_.count(record, event, log_.databases_, workers_, time);
        if (record.pid && event.kind != EventKind::boot && event.kind != EventKind::worker_alive)
            workers_.at(*record.pid).heard = time;
    }

  private:
    static std::int64_t time_of(const Record& record) {
        return record.time ? *record.time : unix_nanoseconds();
    }
    [[nodiscard]] bool may_write(const Record& record) {
        return workers_.knows(*record.pid) ||
               workers_.admits(begins(record), log_.seen(*record.pid, time_of(record)));
    }

    ServerLog& log_;
    Workers workers_;
    TimeOrder order_;
    Assembler assembler_;
    std::chrono::nanoseconds heard_{};    ///< when its last line came
    std::chrono::nanoseconds doubted_{};  ///< and the last one that was not held
};

ServerLog::ServerLog(LogFormat format,
                     std::string postgres,
                     std::shared_ptr<const CurrentTenancy> tenancy,
                     std::chrono::nanoseconds quiet,
                     std::function<std::int64_t()> clock)
    : format_(format),
      quiet_(quiet),
      databases_(std::move(postgres), std::move(tenancy)),
      clock_(std::move(clock)) {}

ServerLog::~ServerLog() = default;

/// Whether a process that the log has not known so far is one of Odoo's, or was; nothing: they are
/// not seen, or not for that time. One that has just begun is in no picture yet.
std::optional<bool> ServerLog::seen(std::int32_t pid, std::int64_t time) {
    const auto picture = processes_ ? processes_->latest().value : nullptr;
    if (!picture) return std::nullopt;
    living_.meet(picture->master);
    const auto known = picture->known.knows(pid, static_cast<double>(time) * 1e-9);
    if (!known || *known) return known;
    return living_.has(pid, picture->master, time, unix_nanoseconds());
}

/// Processes of two containers, or of two files, have the same pids at times.
ServerLog::Stream& ServerLog::stream(std::string_view path, std::string_view name) {
    if (last_ != nullptr && key_.size() == path.size() + 1 + name.size() &&
        key_.starts_with(path) && key_.ends_with(name)) {
        return *last_;
    }
    key_.assign(path).append(1, '\n').append(name);
    auto found = streams_.find(key_);
    if (found == streams_.end()) {
        if (streams_.size() >= kMostStreams) streams_.erase(streams_.begin());
        found = streams_.emplace(key_, std::make_unique<Stream>(*this)).first;
    }
    last_ = found->second.get();
    return *last_;
}

tail::LineResult ServerLog::take(const tail::LogLine& line) {
    if ((lines_++ & kLookMask) == 0) databases_.follow();
    switch (stream(line.path, line.stream).take(line.text)) {
        case LineKind::record:
        case LineKind::continuation:
            return tail::LineResult::ok;
        case LineKind::suspicious:
        case LineKind::stray:
            break;
    }
    return tail::LineResult::foreign;
}

/// The streams of one log.
template <class Function>
void ServerLog::for_each_of(std::string_view path, Function function) {
    for (const auto& [key, stream] : streams_) {
        const std::string_view name = std::string_view(key).substr(key.rfind('\n'));
        if (key.size() == path.size() + name.size() && key.starts_with(path)) function(*stream);
    }
}

void ServerLog::lose(const tail::LogLine& line) {
    if (!line.stream.empty()) return stream(line.path, line.stream).lose();
    for_each_of(line.path, [](Stream& stream) { stream.lose(); });
}

void ServerLog::miss(const tail::LogLine& line) {
    for_each_of(line.path, [](Stream& stream) { stream.workers().miss(); });
}

tail::LineConsumer::Prepared ServerLog::prepare() {
    databases_.follow();
    lines_ = 1;
    Prepared prepared;
    for (const auto& [key, stream] : streams_)
        prepared.unfinished |= stream->waits(coarse_now());
    LogCounts now = ledger_.counts();
    forget_gone(now, clock_());
    tail::put(prepared.bytes, kVersion);
    counting::encode<Scheme>(now, prepared.bytes);
    tail::put(prepared.bytes, std::uint64_t{streams_.size()});
    for (const auto& [key, stream] : streams_) {
        tail::put(prepared.bytes, std::string_view(key));
        stream->save(prepared.bytes);
    }
    prepared.publish = [shown = shown_, now = std::move(now)] { shown->publish(now); };
    return prepared;
}

/// The counts of databases that are gone, which are those of the ledger, so that there is room for
/// those of others, and what is shown of them ends.
void ServerLog::forget_gone(LogCounts& counts, std::int64_t now) {
    const std::vector<bool> gone = gone_.find(counts, databases_, now);
    if (gone.empty()) return;
    const counting::NewNumbers numbers = counting::forget(counts, Label::datname, gone);
    ledger_ = Ledger();
    (void)ledger_.restore(counts);
    const auto of = [&](Label label) {
        return std::span(numbers[static_cast<std::size_t>(label)]);
    };
    for (const auto& [key, stream] : streams_)
        stream->workers().renumber(of(Label::datname), of(Label::cron), of(Label::route));
    databases_.remember((*counts.names)[static_cast<std::size_t>(Label::datname)]);
    gone_.clear();
}

void ServerLog::forget() {
    ledger_ = Ledger();
    streams_.clear();
    last_ = nullptr;
    databases_.remember({});
}

std::optional<Error> ServerLog::restore(std::string_view bytes) {
    forget();
    if (bytes.empty()) return std::nullopt;
    tail::ByteReader in(bytes);
    LogCounts counts;
    const std::uint64_t version = in.number();
    bool whole = version >= kOldest && version <= kVersion &&
                 counting::decode<Scheme>(in, counts) && ledger_.restore(counts);
    const auto texts = [&counts](Label label) -> const std::vector<std::string>& {
        return (*counts.names)[static_cast<std::size_t>(label)];
    };
    const std::uint64_t streams = whole ? in.count() : 0;
    whole = whole && streams <= kMostStreams;
    for (std::uint64_t i = 0; i < streams && whole; ++i) {
        const auto stream =
            streams_.emplace(std::string(in.text()), std::make_unique<Stream>(*this)).first;
        whole = stream->second->restore(in, version,
                                        {.datnames = texts(Label::datname).size(),
                                         .crons = texts(Label::cron).size(),
                                         .routes = texts(Label::route).size()});
    }
    if (whole && in.at_end()) {
        databases_.remember(texts(Label::datname));
        return std::nullopt;
    }
    forget();
    return Error{Phase::parse, "the snapshot is not one of this reader's"};
}

}  // namespace erp::odoo
