#include "core/tail/line_splitter.hpp"
#include "core/tail/unwrapper.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace {

using erp::tail::LineSplitter;
using erp::tail::Unwrapper;
using erp::tail::Wrapping;

/// All lines of a program that come out, each after the kind of what was made of it.
std::string read(std::string_view bytes, std::size_t step, Wrapping wrapping) {
    LineSplitter lines(256, 16);
    Unwrapper unwrapper(wrapping, 512);
    std::string seen;
    const auto take = [&](const LineSplitter::Line& line) {
        if (line.oversize) {
            seen += "oversize\n";
            return;
        }
        ERP_HOLDS(line.text.size() <= 256);
        const auto entry = unwrapper.take(line.text);
        ERP_HOLDS(entry.text.size() <= 512);
        seen += static_cast<char>('0' + static_cast<int>(entry.kind));
        seen += entry.text;
        // The padding can be read.
        for (std::size_t i = 0;
             i < LineSplitter::kPadding && entry.kind == Unwrapper::Kind::complete; ++i)
            (void)*static_cast<const volatile char*>(entry.text.data() + entry.text.size() + i);
        (void)erp::tail::last_start(line.text, "{\"");
        seen += '\n';
    };
    std::uint64_t given = 0;
    while (!bytes.empty()) {
        const auto room = lines.room();
        const std::size_t size = std::min({step, bytes.size(), room.size()});
        std::memcpy(room.data(), bytes.data(), size);
        bytes.remove_prefix(size);
        given += size;
        lines.filled(size);
        while (const auto line = lines.next())
            take(*line);
        ERP_HOLDS(lines.seen() == given && lines.taken() <= given);
    }
    if (const auto line = lines.rest()) take(*line);
    ERP_HOLDS(lines.taken() == given);
    Unwrapper again(wrapping, 512);
    ERP_HOLDS(again.restore(unwrapper.state()));
    ERP_HOLDS(again.state() == unwrapper.state());
    (void)again.restore(seen);
    return seen;
}

}  // namespace

// A log of whatever wrapper: it must not matter in which pieces it is read.
ERP_FUZZ(bytes) {
    for (const Wrapping wrapping :
         {Wrapping::detect, Wrapping::raw, Wrapping::docker, Wrapping::cri}) {
        const std::string whole = read(bytes, std::max<std::size_t>(bytes.size(), 1), wrapping);
        ERP_HOLDS(whole == read(bytes, 1, wrapping));
        ERP_HOLDS(whole == read(bytes, 7, wrapping));
    }
}
