#include "core/daemon/negotiation.hpp"

#include "core/http/accept.hpp"

#include <algorithm>
#include <optional>

namespace erp {
namespace {

constexpr Format kFormats[] = {Format::text, Format::openmetrics, Format::protobuf};

/// How specific an entry is for a format: 1 for any type, 2 for text/*, 3 for the type, 4 with its
/// version; 0: another format.
int match(const Preference& entry, Format format) {
    // Nobody expects bytes unasked: protobuf has to be named.
    const bool any = entry.is("*/*") || entry.is("*");
    if (any) return format == Format::protobuf ? 0 : 1;
    const auto version = entry.parameter("version");
    switch (format) {
        case Format::text:
            if (entry.is("text/*")) return 2;
            if (!entry.is("text/plain")) return 0;
            if (!version) return 3;
            return *version == "0.0.4" ? 4 : 0;
        case Format::openmetrics:
            if (entry.is("application/*")) return 2;
            if (!entry.is("application/openmetrics-text")) return 0;
            if (!version) return 3;
            return *version == "1.0.0" || *version == "0.0.1" ? 4 : 0;
        case Format::protobuf: {
            const auto encoding = entry.parameter("encoding");
            const bool ours = entry.is("application/vnd.google.protobuf") &&
                              entry.parameter("proto") == "io.prometheus.client.MetricFamily" &&
                              (!encoding || *encoding == "delimited");
            return ours ? 4 : 0;
        }
    }
    return 0;
}

/// Of equally specific entries, the one with the most weight.
const Preference* best_entry(const std::vector<Preference>& entries, Format format) {
    const Preference* best = nullptr;
    int specific = 0;
    for (const Preference& entry : entries) {
        const int how = match(entry, format);
        if (how == 0 || how < specific) continue;
        if (how > specific || entry.weight > best->weight) best = &entry;
        specific = how;
    }
    return best;
}

/// Our names are plain, so that only one scheme would change them: `dots` doubles underscores.
bool true_of_our_names(std::string_view escaping) {
    return escaping == "allow-utf-8" || escaping == "underscores" || escaping == "values";
}

}  // namespace

Representation representation(std::string_view accept) {
    const std::vector<Preference> entries = preferences(accept);
    Format format = Format::text;
    const Preference* chosen = nullptr;
    for (const Format offered : kFormats) {
        const Preference* entry = best_entry(entries, offered);
        if (entry == nullptr || entry->weight <= 0) continue;
        if (chosen != nullptr && entry->weight <= chosen->weight) continue;
        chosen = entry;
        format = offered;
    }
    Representation answer{format, std::string(content_type(format))};
    if (chosen == nullptr) return answer;
    // The older version has the same rules for all that is written here.
    if (format == Format::openmetrics && chosen->parameter("version") == "0.0.1") {
        answer.content_type = "application/openmetrics-text; version=0.0.1; charset=utf-8";
    }
    const auto escaping = chosen->parameter("escaping");
    if (escaping && true_of_our_names(*escaping)) {
        answer.content_type.append("; escaping=").append(*escaping);
    }
    return answer;
}

Compression compression(std::string_view accept_encoding) {
    std::optional<double> gzip;
    std::optional<double> zstd;
    double identity = 0;
    double any = 0;
    // A refusal wins over a repetition.
    const auto note = [](std::optional<double>& known, double weight) {
        known = weight == 0 || known == 0.0 ? 0 : std::max(weight, known.value_or(0));
    };
    for (const Preference& entry : preferences(accept_encoding)) {
        if (entry.is("gzip") || entry.is("x-gzip")) note(gzip, entry.weight);
        if (entry.is("zstd")) note(zstd, entry.weight);
        if (entry.is("identity")) identity = entry.weight;
        if (entry.is("*")) any = entry.weight;
    }
    const double by_gzip = gzip.value_or(any);
    const double by_zstd = zstd.value_or(0);
    const double best = std::max(by_gzip, by_zstd);
    if (best <= 0 || best < identity) return Compression::none;
    return by_zstd >= by_gzip ? Compression::zstd : Compression::gzip;
}

}  // namespace erp
