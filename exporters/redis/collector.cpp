#include "exporters/redis/collector.hpp"

namespace erp::redis {
namespace {

std::optional<double> value_of(const Info& info, const Field& field) {
    if (field.scale == Scale::status) {
        const auto word = info.text(field.name);
        if (!word) return std::nullopt;
        return *word == "ok" ? 1 : 0;
    }
    const auto value = info.number(field.name);
    if (!value) return std::nullopt;
    switch (field.scale) {
        case Scale::milli:
            return *value / 1e3;
        case Scale::micro:
            return *value / 1e6;
        default:
            return value;
    }
}

}  // namespace

void add_fields(Samples& samples, const Info& info, std::span<const Field> fields) {
    for (const Field& field : fields) {
        if (const auto value = value_of(info, field)) samples.add_row(field.metric, *value, {});
    }
}

Result<Samples> samples_of(const Info& info, std::span<const Field> fields) {
    Samples samples;
    add_fields(samples, info, fields);
    return samples;
}

}  // namespace erp::redis
