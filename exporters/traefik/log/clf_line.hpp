#pragma once

#include "exporters/traefik/log/entry.hpp"
#include "exporters/traefik/log/parse_reason.hpp"

#include <optional>
#include <string_view>

namespace erp::traefik {

/// How Traefik writes a quote inside a quoted column of CLF. Where two pieces of a line look like
/// `[time] "GET / HTTP/1.1" 200 …`, this decides which of them a client has invented.
enum class ClfQuotes {
    unknown,  ///< so that such a line is not read: it counts as ambiguous
    escaped,  ///< as \": 3.6.18, 3.7.2 and later
    plain,    ///< as it is: before that
};

/// As the configuration spells them; "detect" is unknown.
[[nodiscard]] std::optional<ClfQuotes> to_clf_quotes(std::string_view word);

/// Entries of `accessLog.format: common` (the default) and `genericCLF`. What they cannot tell:
/// - host, entrypoint, service, TLS and the time that the server took are not in it, and generic
///   has neither router, server, number nor duration;
/// - v1.7 and v2.0 to 2.10.4 print OriginStatus and OriginContentSize as status and size;
/// - a Duration that the configuration drops is 0, as is one below a millisecond (see Coverage);
/// - a line feed in the name of a user who logs in splits an entry: its head is malformed, its tail
///   is read as the entry;
/// - of an entry that begins inside another one, cut off by a full disk, only the second is seen.
class ClfLine {
  public:
    explicit ClfLine(ClfQuotes quotes = ClfQuotes::unknown) : quotes_(quotes) {}

    /// `entry` is overwritten, and is of use after `none` only.
    [[nodiscard]] ParseReason parse_common(std::string_view line, Entry& entry) const;
    [[nodiscard]] ParseReason parse_generic(std::string_view line, Entry& entry) const;

  private:
    ParseReason parse_request(std::string_view line, Entry& entry) const;

    ClfQuotes quotes_;
};

/// Whether it begins as entries do, `<address> - `, where <address> may be a list: "a, b - ".
[[nodiscard]] bool begins_like_clf(std::string_view line);

}  // namespace erp::traefik
