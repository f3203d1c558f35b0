#pragma once

#include "exporters/traefik/log/line_parser.hpp"
#include "exporters/traefik/log/outcome.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <cstring>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>

namespace erp_fuzz {

using namespace erp::traefik;

/// A line with exactly the bytes behind it that parsers may read: one more is a finding.
class Line {
  public:
    explicit Line(std::string_view text)
        : size_(text.size()), bytes_(new char[text.size() + kBehind]) {
        std::memcpy(bytes_.get(), text.data(), size_);
        std::memset(bytes_.get() + size_, '"', kBehind);
    }
    [[nodiscard]] std::string_view text() const { return {bytes_.get(), size_}; }

  private:
    static constexpr std::size_t kBehind = 64;
    std::size_t size_;
    std::unique_ptr<char[]> bytes_;
};

/// All that an entry says, in one text. Reads each byte of it, so that a view of anything that is
/// gone is a finding.
inline std::string words_of(const Entry& entry) {
    std::string words;
    for (const std::string_view text :
         {entry.entrypoint, entry.router, entry.service, entry.server, entry.host, entry.method,
          entry.path, entry.protocol, entry.scheme, entry.tls_version, entry.tls_cipher,
          entry.upgrade, entry.content_type, entry.grpc_status, entry.trace, entry.tenant_header}) {
        words += text;
        words += '\n';
    }
    for (const auto& number : {entry.start, entry.duration, entry.origin_duration, entry.overhead,
                               entry.response_bytes, entry.request_bytes})
        words += (number ? std::to_string(*number) : "-") + "\n";
    words += entry.number ? std::to_string(*entry.number) : "-";
    words += " " + std::to_string(entry.status.value_or(-1));
    words += " " + std::to_string(entry.origin_status.value_or(-1));
    const Outcome outcome = outcome_of(entry);
    words += " " + std::string(to_string(outcome.cause)) + " ";
    words += to_string(outcome.fault);
    return words;
}

inline void check_entry(const Entry& entry, std::string_view line) {
    ERP_HOLDS(entry.status && *entry.status >= 0 && *entry.status <= 999);
    ERP_HOLDS(entry.origin_status.value_or(0) >= 0 && entry.origin_status.value_or(0) <= 999);
    for (const auto& number : {entry.start, entry.duration, entry.origin_duration, entry.overhead,
                               entry.response_bytes, entry.request_bytes})
        ERP_HOLDS(number.value_or(0) >= -86'400'000'000'000);
    ERP_HOLDS(entry.duration.value_or(0) >= 0 && entry.response_bytes.value_or(0) >= 0);
    ERP_HOLDS(entry.path.find('?') == std::string_view::npos);
    // Escapes only shorten a text.
    ERP_HOLDS(words_of(entry).size() <= line.size() + 400);
}

/// Of CLF, which resolves no escapes.
inline void check_inside(const Entry& entry, std::string_view line) {
    const std::less_equal<> not_after;
    for (const std::string_view text :
         {entry.router, entry.server, entry.method, entry.path, entry.protocol}) {
        ERP_HOLDS(text.empty() ||
                  (not_after(line.data(), text.data()) &&
                   not_after(text.data() + text.size(), line.data() + line.size())));
    }
}

}  // namespace erp_fuzz
