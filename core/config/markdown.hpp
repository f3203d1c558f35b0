#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

/// The little Markdown that the references need.
namespace erp::markdown {

/// A row of a table; what would end a cell is escaped.
void append_row(std::string& out, std::initializer_list<std::string_view> cells);
/// The head of a table: the titles and the line below them.
void append_head(std::string& out, std::initializer_list<std::string_view> titles);
/// `text` in backquotes, or nothing when it is empty.
[[nodiscard]] std::string code(std::string_view text);

}  // namespace erp::markdown
