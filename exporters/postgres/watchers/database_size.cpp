#include "exporters/postgres/watchers/database_size.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace erp::postgres {
namespace {

constexpr int kMostTries = 10;

/// Visits one database a statement; a round begins every interval.
class SizeWatcher final : public Watcher {
  public:
    explicit SizeWatcher(Duration interval) : Watcher(interval), walk_(interval) {}

    [[nodiscard]] bool due(Clock::time_point now) const override { return walk_.due(now); }
    [[nodiscard]] std::optional<Statement> next(const ServerState& /*state*/) override {
        const auto datname = walk_.next(Clock::now());
        if (!datname) return std::nullopt;
        visited_ = *datname;
        return Statement{std::string(kSizeStatement), {*datname}, true};
    }
    Result<void> take(const Result<Rows>& reply,
                      const ServerState& /*state*/,
                      Clock::time_point /*at*/) override {
        Result<double> bytes = Error{Phase::parse, "no size"};
        if (!reply) {
            bytes = reply.error();
        } else if (const auto number = reply->size() == 1 ? reply->number(0, 0) : std::nullopt) {
            bytes = *number;
        }
        walk_.saw(visited_, bytes);
        return {};
    }
    void know_databases(const std::vector<std::string>& names) override {
        walk_.set_databases(names);
    }
    [[nodiscard]] Samples samples() const override { return database_size_samples(walk_.sizes()); }

  private:
    SizeWalk walk_;
    std::string visited_;
};

std::unique_ptr<Watcher> watch(Duration interval) {
    return std::make_unique<SizeWatcher>(interval);
}

}  // namespace

Samples database_size_samples(const DatabaseSizes& sizes) {
    Samples samples;
    for (const auto& [name, bytes] : sizes.bytes)
        samples.add(kDatabaseSize, bytes, name);
    return samples;
}

void SizeWalk::set_databases(std::vector<std::string> names) {
    names_ = std::move(names);
    const auto gone = [this](const std::string& name) {
        return std::ranges::find(names_, name) == names_.end();
    };
    std::erase_if(left_, gone);
    std::erase_if(sizes_.bytes, [&](const auto& entry) { return gone(entry.first); });
}

bool SizeWalk::due(Clock::time_point now) const {
    if (names_.empty()) return false;
    return !left_.empty() || !began_ || now - *began_ >= interval_;
}

std::optional<std::string> SizeWalk::next(Clock::time_point now) {
    if (!due(now)) return std::nullopt;
    if (left_.empty()) {
        began_ = now;
        left_ = names_;
        tries_.clear();
    }
    std::string datname = std::move(left_.back());
    left_.pop_back();
    return datname;
}

void SizeWalk::saw(const std::string& datname, const Result<double>& bytes) {
    if (bytes) {
        sizes_.bytes[datname] = *bytes;
    } else if (bytes.error().phase == Phase::timeout && ++tries_[datname] < kMostTries) {
        left_.insert(left_.begin(), datname);
    } else {
        sizes_.bytes.erase(datname);
    }
}

const Collector kDatabaseSizes{.row = {.name = "database_size",
                                       .summary = "Disk space of each database.",
                                       .interval = std::chrono::minutes(5),
                                       .metrics = kDatabaseSizeMetrics},
                               .watch = watch};

}  // namespace erp::postgres
