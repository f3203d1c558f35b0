#include "core/counting/codec.hpp"

namespace erp::counting {

void put_names(const NameTexts& names, std::string& out) {
    tail::put(out, std::uint64_t{names.size()});
    for (const std::vector<std::string>& texts : names) {
        tail::put(out, std::uint64_t{texts.size()});
        for (const std::string& text : texts)
            tail::put(out, std::string_view(text));
    }
}

bool read_names(tail::ByteReader& in, std::span<const std::size_t> most, NameTexts& names) {
    if (in.count() != most.size()) return false;
    names.resize(most.size());
    for (std::size_t label = 0; label < most.size(); ++label) {
        const std::uint64_t texts = in.count();
        if (texts > most[label] + 2) return false;
        for (std::uint64_t i = 0; i < texts; ++i)
            names[label].emplace_back(in.text());
    }
    return in.ok();
}

}  // namespace erp::counting
