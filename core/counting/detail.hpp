#pragma once

#include "core/counting/histogram.hpp"
#include "core/counting/table.hpp"
#include "core/metrics/native_histogram.hpp"
#include "core/metrics/samples.hpp"
#include "core/tail/byte_codec.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace erp::counting {

/// What some formats show of a histogram beside its buckets. Immutable.
struct Detail {
    std::shared_ptr<const NativeBuckets> native;  ///< null: not wanted
    std::vector<Exemplar> exemplars;              ///< at most one a bucket; not kept by restarts
};

/// Of each row of a kind of histograms, by its index; null: nothing.
using Details = std::vector<std::shared_ptr<const Detail>>;

/// Collects them. One thread.
class DetailLog {
  public:
    /// Rows that can have exemplars; of further ones none are kept.
    static constexpr std::size_t kMostTraced = 2'000;
    static constexpr std::size_t kLongestTrace = 64;  ///< bytes

    explicit DetailLog(bool native = false) : native_(native) {}

    /// An observation of `row` in `bucket`. `trace` is kept if it is hexadecimal; `at` is Unix
    /// time. All in seconds.
    void observe(
        std::size_t row, std::size_t bucket, double value, std::string_view trace, double at);

    /// As of now; rows without a change since the last call are the same objects.
    [[nodiscard]] Details details();
    /// Native buckets of an earlier run, where they are wanted, of the rows of a table. Prometheus
    /// refuses a page whose native buckets are not as many observations as the count beside them: a
    /// row without them (they were not wanted then) begins with its classic ones.
    template <std::size_t K, std::size_t N>
    void restore(const Details& details,
                 const std::vector<Row<K, Histogram<N>>>& rows,
                 const std::array<std::int64_t, N>& bounds) {
        rows_.clear();
        if (!native_) return;
        rows_.resize(rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows_[i].native = native_of(i < details.size() ? details[i].get() : nullptr,
                                        rows[i].cell.counts, bounds);
            rows_[i].changed = true;
        }
    }

  private:
    static NativeHistogram native_of(const Detail* detail,
                                     std::span<const std::uint64_t> counts,
                                     std::span<const std::int64_t> bounds);
    struct Shown {
        NativeHistogram native;
        std::vector<Exemplar> by_bucket;  ///< without labels: none
        bool changed = false;
        std::shared_ptr<const Detail> shown;
    };

    bool native_;
    std::vector<Shown> rows_;
};

void encode(const Details& details, std::string& out);
/// Nothing in `details` and false: the bytes are not of encode().
[[nodiscard]] bool decode(tail::ByteReader& in, std::size_t most, Details& details);

}  // namespace erp::counting
