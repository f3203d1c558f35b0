#pragma once

#include "core/tail/unwrapper.hpp"
#include "exporters/odoo/log/assembler.hpp"
#include "exporters/odoo/log/time_order.hpp"

#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

/// For tests: what real versions of Odoo wrote.
namespace erp::odoo {

inline std::string file_text(const std::string& path) {
    std::ifstream file("testdata/" + path, std::ios::binary);
    if (!file) throw std::runtime_error("no testdata/" + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The lines of a text, each of them followed by the rest of it and 64 bytes.
class Lines {
  public:
    explicit Lines(std::string text) : bytes_(std::move(text)) {
        const std::size_t size = bytes_.size();
        bytes_.append(64, '\0');
        for (std::size_t begin = 0; begin < size;) {
            const std::size_t end = std::min(size, bytes_.find('\n', begin));
            lines_.emplace_back(bytes_.data() + begin, end - begin);
            begin = end + 1;
        }
    }
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;
    Lines(Lines&&) = delete;
    Lines& operator=(Lines&&) = delete;
    ~Lines() = default;
    [[nodiscard]] const std::vector<std::string_view>& all() const { return lines_; }

  private:
    std::string bytes_;
    std::vector<std::string_view> lines_;
};

using Counts = std::map<std::string, std::size_t>;

/// Counts what it gets, by names that tests choose. Records must not go back in time.
class CountingSink : public RecordSink {
  public:
    /// What a record counts as; empty: nothing.
    using Name = std::function<std::string(const Record&, const Event&)>;
    explicit CountingSink(Name name) : name_(std::move(name)) {}

    bool genuine(const Record& record) override { return goes_on(order_, record); }
    bool seems_genuine(const Record& record) override {
        TimeOrder order = order_;
        return goes_on(order, record);
    }
    void take(const Record& record, const Event& event) override {
        const std::string name = name_(record, event);
        if (!name.empty()) ++counts[name];
    }
    bool has_database(std::string_view) override { return false; }
    void refuse(std::string_view) override {}
    Counts counts;

  private:
    static bool goes_on(TimeOrder& order, const Record& record) {
        return !record.time || order.take(*record.time, [] {
            return std::numeric_limits<std::int64_t>::max() / 2;
        });
    }

    Name name_;
    TimeOrder order_;
};

inline Counts counts_of(const Lines& lines, const CountingSink::Name& name) {
    CountingSink sink(name);
    Assembler assembler(LogFormat::detect, sink);
    for (const std::string_view line : lines.all()) {
        if (assembler.take(line) == LineKind::suspicious) ++sink.counts["suspicious"];
    }
    assembler.finish();
    return sink.counts;
}

/// The last record of a text, and the event that it is.
class Read : private RecordSink {
  public:
    explicit Read(std::string text, LogFormat format = LogFormat::detect)
        : lines_(std::move(text)), assembler_(format, *this) {
        for (const std::string_view line : lines_.all())
            last = assembler_.take(line);
        assembler_.finish();
    }
    Record record;
    Event event;
    LineKind last = LineKind::stray;  ///< of its last line
    std::size_t records = 0;

  private:
    bool genuine(const Record&) override { return true; }
    bool seems_genuine(const Record&) override { return true; }
    bool has_database(std::string_view) override { return false; }
    void refuse(std::string_view) override {}
    void take(const Record& taken, const Event& meant) override {
        record = taken;
        event = meant;
        ++records;
    }
    Lines lines_;
    Assembler assembler_;
};

/// A message as an Odoo logs it.
inline Read read(const std::string& level, const std::string& logger, const std::string& message) {
    return Read("2026-11-22 04:02:33,066 22561 " + level + " acme " + logger + ": " + message +
                " \n");
}

inline Counts kinds_of(const Lines& lines) {
    return counts_of(lines, [](const Record&, const Event& event) {
        return std::string(to_string(event.kind));
    });
}

}  // namespace erp::odoo
