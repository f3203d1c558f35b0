#include "core/counting/codec.hpp"
#include "core/counting/detail.hpp"
#include "core/counting/distinct.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>

namespace {

using namespace erp;
using namespace erp::counting;

enum class Label : std::uint8_t { host, code };

constexpr std::array<std::int64_t, 3> kBounds{kMillisecond, kSecond, 60 * kSecond};
using Requests = Kind<4, std::uint64_t, Label::host, Label::code>;
using Times = Kind<3, Histogram<3>, Label::host>;
using Balances = Kind<2, std::int64_t, Label::code>;

/// More events than there ever are; their sum is a number of 64 bits, with its sign.
constexpr std::uint64_t kMostCounted = std::uint64_t{1} << 60U;

struct Scheme {
    using Label = ::Label;
    static constexpr std::uint64_t kVersion = 1;
    static constexpr std::array<std::size_t, 2> kMostTexts{3, 5};
    using Kinds = KindList<Requests, Times, Balances>;
};

std::string encoded(const Counts<Scheme>& counts) {
    std::string out;
    encode(counts, out);
    return out;
}

/// What is restored goes on to be counted and is kept again.
void live(const Counts<Scheme>& counts) {
    Tables<Scheme> tables;
    const bool whole = tables.restore(counts);
    for (const char* host : {"", "one", "two", "three", "four"})
        ++tables.of<Requests>().at({tables.number(Label::host, host), Names::kNone});
    Counts<Scheme> later;
    tables.copy_to(later);
    ERP_HOLDS(whole || later.of<Times>().empty());
    ERP_HOLDS(later.of<Requests>().size() <= Requests::kMost + 1);
    ERP_HOLDS(later.names->front().size() <= Scheme::kMostTexts.front() + 2);
    const std::string kept = encoded(later);
    tail::ByteReader in(kept);
    Counts<Scheme> again;
    ERP_HOLDS(decode(in, again) && in.at_end());
    ERP_HOLDS(encoded(again) == kept);
    ERP_HOLDS(Tables<Scheme>().restore(again));
}

/// Prometheus refuses native buckets that are not as many observations as the count beside them.
void show(const Counts<Scheme>& counts, const Details& details) {
    DetailLog log(true);
    log.restore(details, counts.of<Times>(), kBounds);
    const Details shown = log.details();
    ERP_HOLDS(shown.size() == counts.of<Times>().size());
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const auto& observed = counts.of<Times>()[i].cell.counts;
        const auto all = std::accumulate(observed.begin(), observed.end(), std::uint64_t{0});
        const bool counted =
            std::ranges::all_of(observed, [](std::uint64_t n) { return n < kMostCounted; });
        ERP_HOLDS(!counted || NativeHistogram(*shown[i]->native).count() == all);
    }
}

}  // namespace

// What a log reader counted, as a snapshot holds it: any bytes are refused, or are counts that can
// be shown, gone on with and kept again.
ERP_FUZZ(bytes) {
    tail::ByteReader in(bytes);
    Counts<Scheme> counts;
    if (!decode(in, counts)) {
        ERP_HOLDS(!counts.names);
        return;
    }
    ERP_HOLDS(bytes.starts_with(encoded(counts)));
    live(counts);
    Details details;
    const bool whole = decode(in, Times::kMost + 1, details);
    ERP_HOLDS(whole || details.empty());
    show(counts, details);
    if (!whole) return;
    std::string kept;
    encode(details, kept);
    tail::ByteReader again(kept);
    Details restored;
    ERP_HOLDS(decode(again, Times::kMost + 1, restored) && again.at_end());
    Distinct distinct;
    if (distinct.restore(in.text())) ERP_HOLDS(std::isfinite(distinct.estimate()));
}
