#include "core/config/markdown.hpp"

namespace erp::markdown {

void append_row(std::string& out, std::initializer_list<std::string_view> cells) {
    out += '|';
    for (const std::string_view cell : cells) {
        out += ' ';
        for (const char c : cell) {
            if (c == '|') out += '\\';
            out += c == '\n' ? ' ' : c;
        }
        out += cell.empty() ? "|" : " |";
    }
    out += '\n';
}

void append_head(std::string& out, std::initializer_list<std::string_view> titles) {
    append_row(out, titles);
    out += '|';
    for (std::size_t i = 0; i < titles.size(); ++i)
        out += " --- |";
    out += '\n';
}

std::string code(std::string_view text) {
    if (text.empty()) return {};
    std::string out = "`";
    return out.append(text).append("`");
}

}  // namespace erp::markdown
