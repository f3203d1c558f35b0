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
        const auto oid = walk_.next(Clock::now());
        if (!oid) return std::nullopt;
        visited_ = *oid;
        return Statement{std::string(kSizeStatement), {std::to_string(*oid)}, true};
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
    void met() override { walk_.met(); }
    void know_databases(const std::vector<DatabaseName>& databases) override {
        walk_.know_databases(databases);
    }
    [[nodiscard]] Samples samples() const override { return walk_.samples(); }

  private:
    SizeWalk walk_;
    std::uint32_t visited_ = 0;
};

std::unique_ptr<Watcher> watch(Duration interval) {
    return std::make_unique<SizeWatcher>(interval);
}

}  // namespace

void SizeWalk::know_databases(const std::vector<DatabaseName>& databases) {
    const auto before = std::exchange(names_, {});
    for (const DatabaseName& database : databases)
        names_.emplace(database.oid, database.name);
    const auto renamed = [this](const auto& entry) {
        const auto now = names_.find(entry.first);
        return now != names_.end() && now->second != entry.second;
    };
    if (std::exchange(met_, false) && std::ranges::any_of(before, renamed)) {
        began_.reset();
        left_.clear();
        bytes_.clear();
    }
    for (const DatabaseName& database : databases) {
        if (began_ && !before.contains(database.oid)) left_.push_back(database.oid);
    }
    std::erase_if(left_, [this](std::uint32_t oid) { return !names_.contains(oid); });
    std::erase_if(bytes_, [this](const auto& entry) { return !names_.contains(entry.first); });
}

bool SizeWalk::due(Clock::time_point now) const {
    if (names_.empty()) return false;
    return !left_.empty() || !began_ || now - *began_ >= interval_;
}

std::optional<std::uint32_t> SizeWalk::next(Clock::time_point now) {
    if (!due(now)) return std::nullopt;
    if (left_.empty()) {
        began_ = now;
        for (const auto& [oid, name] : names_)
            left_.push_back(oid);
        tries_.clear();
    }
    const std::uint32_t oid = left_.back();
    left_.pop_back();
    return oid;
}

void SizeWalk::saw(std::uint32_t oid, const Result<double>& bytes) {
    if (!names_.contains(oid)) return;  // it has gone meanwhile
    if (bytes) {
        bytes_[oid] = *bytes;
    } else if (bytes.error().phase == Phase::timeout && ++tries_[oid] < kMostTries) {
        left_.insert(left_.begin(), oid);
    } else {
        bytes_.erase(oid);
    }
}

Samples SizeWalk::samples() const {
    Samples samples;
    for (const auto& [oid, bytes] : bytes_)
        samples.add(kDatabaseSize, bytes, names_.at(oid));
    return samples;
}

const Collector kDatabaseSizes{.row = {.name = "database_size",
                                       .summary = "Disk space of each database.",
                                       .interval = std::chrono::minutes(5),
                                       .metrics = kDatabaseSizeMetrics},
                               .watch = watch};

}  // namespace erp::postgres
