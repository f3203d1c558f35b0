#include "exporters/traefik/routing/unmatched.hpp"

#include "exporters/traefik/routing/host.hpp"

#include <array>

namespace erp::traefik {
namespace {

constexpr std::size_t kLongestPath = 512;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The text in lower case, with the escape of a dot undone (%2eenv is .env).
class PathText {
  public:
    explicit PathText(std::string_view path) {
        path = path.substr(0, kLongestPath);
        for (std::size_t i = 0; i < path.size(); ++i) {
            if (path[i] == '%' && i + 2 < path.size() && path[i + 1] == '2' &&
                lower(path[i + 2]) == 'e') {
                bytes_[size_++] = '.';
                i += 2;
            } else {
                bytes_[size_++] = lower(path[i]);
            }
        }
    }
    [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }

  private:
    std::array<char, kLongestPath> bytes_;
    std::size_t size_ = 0;
};

bool is_wordpress(std::string_view segment) {
    return segment.starts_with("wp-") || segment.starts_with("wordpress") || segment == "wp" ||
           segment == "xmlrpc.php" || segment == "wlwmanifest.xml";
}

bool is_cgi(std::string_view segment) {
    return segment.starts_with("cgi-") || segment.ends_with(".cgi");
}

/// /.well-known/ is where certificate authorities and browsers look (RFC 8615); "." and ".." are
/// left in a path only where somebody escapes them.
bool is_dotfile(std::string_view segment) {
    return segment.starts_with('.') && segment != ".well-known";
}

bool is_php(std::string_view segment) {
    if (segment.starts_with("php") || segment == "pma") return true;
    const std::size_t dot = segment.rfind(".php");  // .php, .php7, .phtml is rare
    return dot != std::string_view::npos && segment.size() - dot <= 5;
}

}  // namespace

std::string_view to_string(HostKind kind) {
    switch (kind) {
        case HostKind::known_tenant:
            return "known_tenant";
        case HostKind::unknown:
            return "unknown";
        case HostKind::ip:
            return "ip";
        case HostKind::empty:
            return "empty";
    }
    return "unknown";
}

HostKind host_kind(std::string_view host, bool attributed) {
    if (host.empty()) return HostKind::empty;
    if (attributed) return HostKind::known_tenant;
    return is_address(normalised_host(host)) ? HostKind::ip : HostKind::unknown;
}

std::string_view to_string(Probe probe) {
    switch (probe) {
        case Probe::php:
            return "php";
        case Probe::dotfile:
            return "dotfile";
        case Probe::wp:
            return "wp";
        case Probe::cgi:
            return "cgi";
        case Probe::actuator:
            return "actuator";
        case Probe::other:
            return "other";
    }
    return "other";
}

Probe probe_of(std::string_view path) {
    const PathText text(path);
    bool cgi = false;
    bool actuator = false;
    bool dotfile = false;
    bool php = false;
    for (std::string_view rest = text.view(); !rest.empty();) {
        const std::size_t slash = rest.find('/');
        const std::string_view segment = rest.substr(0, slash);
        rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
        if (is_wordpress(segment)) return Probe::wp;
        cgi = cgi || is_cgi(segment);
        actuator = actuator || segment.starts_with("actuator");
        dotfile = dotfile || is_dotfile(segment);
        php = php || is_php(segment);
    }
    if (cgi) return Probe::cgi;
    if (actuator) return Probe::actuator;
    if (dotfile) return Probe::dotfile;
    return php ? Probe::php : Probe::other;
}

}  // namespace erp::traefik
