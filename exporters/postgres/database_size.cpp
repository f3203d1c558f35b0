#include "exporters/postgres/database_size.hpp"

#include <algorithm>
#include <utility>

namespace erp::postgres {
namespace {

constexpr int kMostTries = 10;

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
    return !left_.empty() || !began_ || now - *began_ >= interval_;
}

std::optional<std::string> SizeWalk::next(Clock::time_point now) {
    if (names_.empty() || !due(now)) return std::nullopt;
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
                                       .metrics = kDatabaseSizeMetrics}};

}  // namespace erp::postgres
