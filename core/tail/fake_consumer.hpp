#pragma once

#include "core/tail/byte_codec.hpp"
#include "core/tail/line_consumer.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

/// What tests feed: counts each line by its text, and shows what was published.
namespace erp::tail {

using LineCounts = std::map<std::string, std::uint64_t, std::less<>>;

class FakeConsumer : public LineConsumer {
  public:
    LineResult take(const LogLine& line) override {
        ++counts[std::string(line.text)];
        return line.text.starts_with("bad") ? LineResult::malformed : LineResult::ok;
    }
    Prepared prepare() override {
        std::string bytes;
        put(bytes, std::uint64_t{counts.size()});
        for (const auto& [text, count] : counts) {
            put(bytes, text);
            put(bytes, count);
        }
        ++prepared;
        return {std::move(bytes),
                [this, copy = std::make_shared<const LineCounts>(counts)] { published = copy; },
                unfinished};
    }
    std::optional<Error> restore(std::string_view bytes) override {
        ByteReader in(bytes);
        counts.clear();
        const std::uint64_t lines = in.count();
        for (std::uint64_t i = 0; i < lines && in.ok(); ++i) {
            std::string text(in.text());
            counts[std::move(text)] = in.number();
        }
        if (in.at_end()) return std::nullopt;
        counts.clear();
        return Error{Phase::parse, "not a state"};
    }

    LineCounts counts;
    bool unfinished = false;  ///< what prepare() says
    unsigned prepared = 0;    ///< how often
    std::shared_ptr<const LineCounts> published = std::make_shared<const LineCounts>();
};

}  // namespace erp::tail
