#include "exporters/odoo/processes/settings_file.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <string>

namespace erp::odoo {
namespace {

constexpr std::size_t kLongestValue = 16384;
constexpr std::string_view kSpace = " \t\f\v\r\n";

std::string_view strip(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// The name under which a key of this section is kept; empty: not at all.
std::string kept_name(std::string_view section, std::string key) {
    if (section == "queue_job") key.insert(0, "queue_job.");
    if (section != "options" && section != "queue_job" && section != "DEFAULT") return {};
    return key;
}

class Parser {
  public:
    explicit Parser(Settings& settings) : settings_(settings) {}

    void line(std::string_view line) {
        const std::string_view text = strip(line);
        if (text.starts_with('#') || text.starts_with(';')) return;
        if (text.empty()) {
            if (in_value_) append({});
            return;
        }
        const std::size_t indent = line.find_first_not_of(kSpace);
        if (in_value_ && indent > indent_) return append(text);
        finish();
        indent_ = indent;
        if (text.front() == '[' && text.find(']', 2) != std::string_view::npos) {
            section_ = text.substr(1, text.find(']', 2) - 1);
            return;
        }
        const std::size_t sign = text.find_first_of("=:");
        if (section_.empty() || sign == std::string_view::npos || sign == 0) return;
        in_value_ = true;
        key_ = kept_name(section_, to_lower(strip(text.substr(0, sign))));
        if (!key_.empty()) value_ = strip(text.substr(sign + 1));
    }

    void finish() {
        if (in_value_ && !key_.empty()) {
            // What [DEFAULT] says is weaker than the section itself, wherever it stands.
            const bool general = section_ == "DEFAULT";
            if (!general || !settings_.find(key_))
                settings_.set(key_, strip(value_), SettingSource::file);
        }
        in_value_ = false;
        key_.clear();
        value_.clear();
    }

  private:
    void append(std::string_view text) {
        if (key_.empty() || value_.size() + text.size() > kLongestValue) return;
        value_.append("\n").append(text);
    }

    Settings& settings_;
    std::string section_;
    bool in_value_ = false;  ///< of a key that is kept, or of another one
    std::string key_;
    std::string value_;
    std::size_t indent_ = 0;
};

}  // namespace

void read_settings_file(std::string_view text, Settings& settings) {
    Parser parser(settings);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        parser.line(text.substr(0, end));
        const std::size_t ending = text.substr(end).starts_with("\r\n") ? 2 : 1;
        text.remove_prefix(std::min(end + ending, text.size()));
    }
    parser.finish();
}

}  // namespace erp::odoo
