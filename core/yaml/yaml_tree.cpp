#include "core/yaml/yaml_tree.hpp"

#include "core/base/text.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <sstream>
#include <unordered_set>
#include <utility>

namespace erp {
namespace {

using Kind = YamlNode::Kind;
using Node = std::shared_ptr<const YamlNode>;

/// Ends the parse from inside an event; caught in parse_yaml().
struct Refused {
    YamlProblem problem;
};

/// Builds the tree from yaml-cpp's events.
class Builder final : public YAML::EventHandler {
  public:
    explicit Builder(YamlTree& tree) : tree_(tree) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) refuse(mark, "more than one document; a configuration is one");
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        leaf(mark, anchor, Kind::null, {}, false);
    }
    void OnScalar(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  const std::string& value) override {
        check_tag(mark, tag);
        leaf(mark, anchor, Kind::scalar, value, tag == "?");
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        if (anchor >= anchors_.size() || !anchors_[anchor]) {
            refuse(mark, "an alias stands inside its own anchor");
        }
        const Node node = anchors_[anchor];
        count(mark, node->values);
        attach(node, line_of(mark), false);
    }

    void OnSequenceStart(const YAML::Mark& mark,
                         const std::string& tag,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        check_tag(mark, tag);
        open(mark, anchor, Kind::list);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark,
                    const std::string& tag,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        check_tag(mark, tag);
        open(mark, anchor, Kind::map);
    }
    void OnMapEnd() override {
        merge_into(open_.back());
        close();
    }

  private:
    struct Key {
        std::string text;
        int line = 0;
        bool valid = true;
        bool merge = false;  ///< an unquoted <<
    };
    struct Open {
        std::shared_ptr<YamlNode> node;
        YAML::anchor_t anchor = 0;
        std::size_t counted_before = 0;
        int placed_at = 0;
        std::optional<Key> key;
        std::vector<std::pair<Node, int>> merges;
    };

    static int line_of(const YAML::Mark& mark) { return mark.line + 1; }

    [[noreturn]] static void refuse(const YAML::Mark& mark, std::string text) {
        throw Refused{{line_of(mark), std::move(text)}};
    }

    void problem(int line, std::string text) { tree_.problems.push_back({line, std::move(text)}); }

    void check_tag(const YAML::Mark& mark, const std::string& tag) {
        if (tag.empty() || tag == "?" || tag == "!") return;  // plain and quoted
        problem(line_of(mark), "a tag (an exclamation mark before a value) has no meaning here");
    }

    void count(const YAML::Mark& mark, std::size_t values) {
        counted_ += values;
        if (counted_ > kMostYamlValues) {
            refuse(mark, "more than 100000 values, with aliases expanded");
        }
    }

    void remember(YAML::anchor_t anchor, const Node& node) {
        if (anchor == 0) return;
        if (anchors_.size() <= anchor) anchors_.resize(anchor + 1);
        anchors_[anchor] = node;
    }

    void leaf(const YAML::Mark& mark,
              YAML::anchor_t anchor,
              Kind kind,
              const std::string& value,
              bool plain) {
        count(mark, 1);
        auto node = std::make_shared<YamlNode>();
        node->kind = kind;
        node->line = line_of(mark);
        node->scalar = value;
        remember(anchor, node);
        attach(node, node->line, plain && value == "<<");
    }

    void open(const YAML::Mark& mark, YAML::anchor_t anchor, Kind kind) {
        if (open_.size() >= kDeepestYaml) refuse(mark, "nested more than 64 levels deep");
        Open frame;
        frame.counted_before = counted_;
        count(mark, 1);
        frame.node = std::make_shared<YamlNode>();
        frame.node->kind = kind;
        frame.node->line = line_of(mark);
        frame.anchor = anchor;
        open_.push_back(std::move(frame));
    }

    void close() {
        const Open frame = std::move(open_.back());
        open_.pop_back();
        frame.node->values = counted_ - frame.counted_before;
        remember(frame.anchor, frame.node);
        attach(frame.node, frame.node->line, false);
    }

    /// Puts a complete node where it belongs: the root, an item, a key, or a key's value.
    void attach(const Node& node, int line, bool merge_key) {
        if (open_.empty()) {
            tree_.root = node;
            return;
        }
        Open& parent = open_.back();
        if (parent.node->kind == Kind::list) {
            parent.node->items.push_back(node);
        } else if (!parent.key) {
            const bool valid = node->kind == Kind::scalar;
            if (!valid) problem(line, "a key must be text");
            parent.key = Key{node->scalar, line, valid, merge_key};
        } else {
            const Key key = *std::exchange(parent.key, std::nullopt);
            if (key.merge) {
                parent.merges.emplace_back(node, key.line);
            } else if (key.valid) {
                parent.node->entries.push_back({key.text, key.line, node});
            }
        }
    }

    /// YAML 1.1's merge key: keys of the map itself win, then those of earlier maps.
    void merge_into(const Open& map) {
        if (map.merges.empty()) return;
        std::unordered_set<std::string> taken;
        for (const YamlNode::Entry& entry : map.node->entries)
            taken.insert(entry.key);
        const auto take = [&](const Node& from, int line) {
            if (from->kind != Kind::map) {
                problem(line, "<< needs a mapping or a list of mappings");
                return;
            }
            for (const YamlNode::Entry& entry : from->entries) {
                if (taken.insert(entry.key).second) map.node->entries.push_back(entry);
            }
        };
        for (const auto& [from, line] : map.merges) {
            if (from->kind != Kind::list) {
                take(from, line);
                continue;
            }
            for (const Node& item : from->items)
                take(item, line);
        }
    }

    YamlTree& tree_;
    int documents_ = 0;
    std::vector<Open> open_;
    std::vector<Node> anchors_;  ///< by yaml-cpp's number; null while the anchored node is open
    std::size_t counted_ = 0;
};

/// yaml-cpp takes some control characters for the end of the input (0x04) and passes broken UTF-8
/// on: such a file is refused before it is parsed.
std::optional<YamlProblem> bad_byte(std::string_view text) {
    int number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        const bool control = std::any_of(line.begin(), line.end(), [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return (byte < 0x20 && c != '\t' && c != '\r') || byte == 0x7F;
        });
        if (control) return YamlProblem{number, "a control character (NUL or the like)"};
        if (!is_label_value(line, line.size())) return YamlProblem{number, "not valid UTF-8"};
    }
    return std::nullopt;
}

int last_line(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    return 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

/// Without what follows a colon: there yaml-cpp quotes the document.
std::string syntax_text(const YAML::Exception& error) {
    const auto message = cut(error.msg, ':');
    return "not valid YAML: " + std::string(message ? message->first : error.msg);
}

}  // namespace

YamlTree parse_yaml(std::string_view text) {
    YamlTree tree;
    const auto failed = [&](YamlProblem problem) {
        tree.root = nullptr;
        tree.problems.push_back(std::move(problem));
    };
    if (text.size() > kLongestYaml) {
        failed({0, "larger than 1 MiB"});
        return tree;
    }
    if (auto problem = bad_byte(text)) {
        failed(*std::move(problem));
        return tree;
    }
    try {
        // yaml-cpp 0.7 takes an open quote for closed if the input ends after a line end, and with
        // it all keys that follow the quote. A comment as last line makes it see the end within the
        // quote.
        std::istringstream stream{std::string(text) + "\n#"};
        YAML::Parser parser(stream);
        Builder builder(tree);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (Refused& refused) {
        failed(std::move(refused.problem));
    } catch (const YAML::Exception& error) {
        const int line = error.mark.is_null() ? 0 : error.mark.line + 1;
        failed({std::min(line, last_line(text)), syntax_text(error)});
    } catch (const std::exception&) {
        failed({0, "not valid YAML"});
    }
    return tree;
}

}  // namespace erp
