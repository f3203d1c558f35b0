#pragma once

#include "exporters/traefik/log/line_parser.hpp"

#include <simdjson.h>

#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

/// For tests: what real versions of Traefik wrote, and what was done to make them write it.
namespace erp::traefik {

inline std::string file_text(const std::string& path) {
    std::ifstream file("testdata/" + path, std::ios::binary);
    if (!file) throw std::runtime_error("no testdata/" + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A text with the bytes behind it that parsers want.
class Padded {
  public:
    explicit Padded(std::string_view text) : bytes_(text), size_(text.size()) {
        bytes_.append(64, '\0');
    }
    [[nodiscard]] std::string_view text() const { return {bytes_.data(), size_}; }

  private:
    std::string bytes_;
    std::size_t size_;
};

/// The lines of a file, each of them followed by the rest of the file and 64 bytes.
class Recording {
  public:
    explicit Recording(const std::string& path) : bytes_(file_text(path)) {
        std::size_t begin = 0;
        for (std::size_t end = 0; (end = bytes_.text().find('\n', begin)) != std::string::npos;
             begin = end + 1)
            lines_.push_back(bytes_.text().substr(begin, end - begin));
    }
    [[nodiscard]] const std::vector<std::string_view>& lines() const { return lines_; }

  private:
    Padded bytes_;
    std::vector<std::string_view> lines_;
};

/// Something that a driver did, and the lines it led to.
struct Case {
    std::string name;
    std::size_t first_line = 0;  ///< from 1
    std::size_t lines = 0;
    std::string fault;  ///< what the driver knows: "client", "backend (network)", …
};

inline std::vector<Case> cases_of(const std::string& path) {
    simdjson::dom::parser parser;
    std::vector<Case> cases;
    const simdjson::padded_string text(file_text(path + ".cases.json"));
    for (const simdjson::dom::element row : parser.parse(text).get_array()) {
        Case found;
        found.name = std::string(std::string_view(row["case"]));
        found.lines = static_cast<std::size_t>(std::int64_t(row["lines"]));
        if (found.lines > 0)
            found.first_line = static_cast<std::size_t>(std::int64_t(row["first_line"]));
        found.fault = std::string(std::string_view(row["fault"]));
        cases.push_back(std::move(found));
    }
    return cases;
}

/// How many lines of a file turn out to be what.
inline std::map<std::string, std::size_t> reasons_of(const Recording& recording,
                                                     LineParser& parser) {
    std::map<std::string, std::size_t> reasons;
    Entry entry;
    for (const std::string_view line : recording.lines())
        ++reasons[std::string(to_string(parser.parse(line, entry)))];
    return reasons;
}

}  // namespace erp::traefik
