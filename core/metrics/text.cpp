#include "core/metrics/exposition.hpp"
#include "core/metrics/text_buffer.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace erp {
namespace {

std::string_view type_word(Type type) {
    switch (type) {
        case Type::info:
        case Type::stateset:
        case Type::gauge:
            return "gauge";
        case Type::counter:
            return "counter";
        case Type::histogram:
            return "histogram";
        case Type::summary:
            return "summary";
        case Type::untyped:
            return "untyped";
    }
    return "untyped";
}

/// HELP: backslash and line feed are escaped, quotes are not.
void put_help(TextBuffer& out, std::string_view help) {
    out.reserve(2 * help.size());
    for (const char c : help) {
        if (c == '\\') {
            out.put("\\\\");
        } else if (c == '\n') {
            out.put("\\n");
        } else {
            out.put(c);
        }
    }
}

/// A label value's bytes; the caller has reserved twice its size.
void put_value(TextBuffer& out, std::string_view value) {
    std::size_t plain = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (c != '\\' && c != '"' && c != '\n') continue;
        out.put(value.substr(plain, i - plain));
        out.put('\\');
        out.put(c == '\n' ? 'n' : c);
        plain = i + 1;
    }
    out.put(value.substr(plain));
}

void put_label(TextBuffer& out, bool& first, std::string_view key, std::string_view value) {
    if (!first) out.put(',');
    first = false;
    out.put(key);
    out.put("=\"");
    put_value(out, value);
    out.put('"');
}

class Writer {
  public:
    explicit Writer(const Snapshot& snapshot)
        : snapshot_(snapshot), out_(64 + snapshot.size() * 128), prefixes_(snapshot.sources()) {}

    [[nodiscard]] std::string run() && {
        for (const Snapshot::Family& family : snapshot_.families()) {
            if (family.series.empty()) continue;
            put_head(*family.metric);
            for (const Series& series : family.series)
                put_series(series);
        }
        return std::move(out_).take();
    }

  private:
    void put_head(const Metric& metric) {
        out_.reserve(64 + 2 * metric.name.size());
        out_.put("# HELP ");
        out_.put(metric.name);
        out_.put(' ');
        put_help(out_, metric.help);
        out_.reserve(64 + metric.name.size());
        out_.put("\n# TYPE ");
        out_.put(metric.name);
        out_.put(' ');
        out_.put(type_word(metric.type));
        out_.put('\n');
    }

    void put_series(const Series& series) {
        const Distribution* distribution = series.distribution();
        if (distribution == nullptr) {
            put_line(series, "", {}, {}, series.point->value);
            return;
        }
        const bool histogram = series.metric->type == Type::histogram;
        const std::string_view key = histogram ? "le" : "quantile";
        for (const Distribution::Step& step : distribution->steps) {
            std::array<char, TextBuffer::kNumber> bound{};
            put_line(series, histogram ? "_bucket" : "", key, number(step.bound, bound),
                     step.value);
        }
        const auto count = static_cast<double>(distribution->count);
        if (histogram) put_line(series, "_bucket", key, "+Inf", count);
        put_line(series, "_sum", {}, {}, distribution->sum);
        put_line(series, "_count", {}, {}, count);
    }

    static std::string_view number(double v, std::array<char, TextBuffer::kNumber>& room) {
        return {room.data(), std::to_chars(room.data(), room.data() + room.size(), v).ptr};
    }

    void put_line(const Series& series,
                  std::string_view suffix,
                  std::string_view extra_key,
                  std::string_view extra_value,
                  double value) {
        const Metric& metric = *series.metric;
        const std::string& prefix = prefix_of(series);
        std::string_view labels = series.labels();
        std::size_t keys = 0;
        for (const std::string_view key : metric.labels)
            keys += key.size() + 4;
        out_.reserve(metric.name.size() + prefix.size() + keys + 2 * labels.size() +
                     2 * series.tenant.size() + 128);
        out_.put(metric.name);
        out_.put(suffix);
        const bool bare = prefix.empty() && metric.labels.size() == 0 && extra_key.empty() &&
                          series.tenant.empty();
        if (!bare) {
            out_.put('{');
            out_.put(prefix);
            bool first = prefix.empty();
            if (!series.tenant.empty()) put_label(out_, first, "tenant", series.tenant);
            for (const std::string_view key : metric.labels) {
                const std::size_t end = labels.find('\0');
                put_label(out_, first, key, labels.substr(0, end));
                labels.remove_prefix(end + 1);
            }
            if (!extra_key.empty()) put_label(out_, first, extra_key, extra_value);
            out_.put('}');
        }
        out_.put(' ');
        out_.put_number(value);
        out_.put('\n');
    }

    /// The source's labels as text, rendered once.
    const std::string& prefix_of(const Series& series) {
        std::optional<std::string>& prefix = prefixes_[series.source];
        if (!prefix) {
            TextBuffer text(0);
            bool first = true;
            for (const auto& [key, value] : snapshot_.source(series).labels) {
                text.reserve(key.size() + 2 * value.size() + 8);
                put_label(text, first, key, value);
            }
            prefix = std::move(text).take();
        }
        return *prefix;
    }

    const Snapshot& snapshot_;
    TextBuffer out_;
    std::vector<std::optional<std::string>> prefixes_;
};

}  // namespace

std::string write_text(const Snapshot& snapshot) {
    return Writer(snapshot).run();
}

}  // namespace erp
