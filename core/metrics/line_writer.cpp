#include "core/metrics/line_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace erp {
namespace {

/// With backslash, line feed and, if asked, quotes escaped; the caller has reserved twice its size.
void put_escaped(TextBuffer& out, std::string_view text, bool escape_quotes) {
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c != '\\' && c != '\n' && (c != '"' || !escape_quotes)) continue;
        out.put(text.substr(plain, i - plain));
        out.put('\\');
        out.put(c == '\n' ? 'n' : c);
        plain = i + 1;
    }
    out.put(text.substr(plain));
}

void put_label(TextBuffer& out, bool& first, std::string_view key, std::string_view value) {
    if (!first) out.put(',');
    first = false;
    out.put(key);
    out.put("=\"");
    put_escaped(out, value, true);
    out.put('"');
}

}  // namespace

void LineWriter::put_line(std::string_view name,
                          std::string_view suffix,
                          const Series& series,
                          Extra extra,
                          double value) {
    const std::string& prefix = prefix_of(series);
    const std::vector<std::string>& keys = keys_of(*series.metric);
    std::string_view labels = series.labels();
    std::size_t size = name.size() + prefix.size() + 2 * labels.size() + 2 * series.tenant.size();
    for (const std::string& key : keys)
        size += key.size() + 2;
    out_.reserve(size + 128);
    out_.put(name);
    out_.put(suffix);
    const bool bare = prefix.empty() && keys.empty() && extra.key.empty() && series.tenant.empty();
    if (!bare) {
        out_.put('{');
        out_.put(prefix);
        bool first = prefix.empty();
        if (!series.tenant.empty()) put_label(out_, first, "tenant", series.tenant);
        const bool plain = series.samples->plain();
        for (const std::string& key : keys) {
            const std::size_t end = labels.find('\0');
            if (!first) out_.put(',');
            first = false;
            out_.put(key);
            if (plain) {
                out_.put(labels.substr(0, end));
            } else {
                put_escaped(out_, labels.substr(0, end), true);
            }
            out_.put('"');
            labels.remove_prefix(end + 1);
        }
        if (!extra.key.empty()) put_label(out_, first, extra.key, extra.value);
        out_.put('}');
    }
    out_.put(' ');
    out_.put_number(value);
}

void LineWriter::put_comment(std::string_view word, std::string_view name, std::string_view rest) {
    out_.reserve(8 + word.size() + name.size() + rest.size());
    out_.put("# ");
    out_.put(word);
    out_.put(' ');
    out_.put(name);
    out_.put(' ');
    out_.put(rest);
    end_line();
}

void LineWriter::put_help(std::string_view name, std::string_view help, bool escape_quotes) {
    out_.reserve(16 + name.size() + 2 * help.size());
    out_.put("# HELP ");
    out_.put(name);
    out_.put(' ');
    put_escaped(out_, help, escape_quotes);
    end_line();
}

void LineWriter::put_exemplar(const Exemplar& exemplar) {
    out_.reserve(128 + 2 * Exemplar::kMostLabelBytes + 64 * exemplar.labels.size());
    out_.put(" # {");
    bool first = true;
    for (const auto& [key, value] : exemplar.labels)
        put_label(out_, first, key, value);
    out_.put("} ");
    out_.put_number(exemplar.value);
    if (exemplar.unix_time > 0) {
        out_.put(' ');
        // Milliseconds: what Prometheus keeps.
        out_.put_number(std::round(exemplar.unix_time * 1000) / 1000);
    }
}

const std::string& LineWriter::prefix_of(const Series& series) {
    const Source& source = snapshot_.source(series);
    const bool usual = source.takes_all(*series.metric);
    std::optional<std::string>& prefix = usual ? prefixes_[series.source] : unusual_;
    if (!prefix || !usual) {
        TextBuffer text(0);
        bool first = true;
        source.for_each_label(*series.metric, [&](std::string_view key, std::string_view value) {
            text.reserve(key.size() + 2 * value.size() + 8);
            put_label(text, first, key, value);
        });
        prefix.emplace(text.view());
    }
    return *prefix;
}

const std::vector<std::string>& LineWriter::keys_of(const Metric& metric) {
    if (keys_metric_ != &metric) {
        keys_metric_ = &metric;
        keys_.clear();
        for (const std::string_view key : metric.labels)
            keys_.push_back(std::string(key) + "=\"");
    }
    return keys_;
}

std::string bound_text(double bound, bool with_point) {
    if (std::isnan(bound)) return "NaN";
    if (std::isinf(bound)) return bound > 0 ? "+Inf" : "-Inf";
    const double size = std::abs(bound);
    // The exponent as it is after rounding to the shortest digits would differ only for digits that
    // no bound has.
    const bool scientific = size != 0 && (size < 1e-4 || size >= 1e6);
    std::array<char, 64> room{};
    const auto end =
        std::to_chars(room.data(), room.data() + room.size(), bound,
                      scientific ? std::chars_format::scientific : std::chars_format::fixed);
    std::string text(room.data(), end.ptr);
    if (with_point && text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

}  // namespace erp
