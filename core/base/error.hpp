#pragma once

#include <ostream>
#include <string>
#include <string_view>

namespace erp {

/// Where a conversation with a target failed. The word is a label value of
/// erp_exporter_target_failures_total{phase}, so the set is closed and small.
enum class Phase {
    resolve,    ///< the address has no usable entry in DNS or the hosts file
    refused,    ///< nobody listens, or the socket file is missing
    connect,    ///< any other failure before the first byte of the protocol
    closed,     ///< the peer ended an established connection
    tls,        ///< handshake or certificate
    auth,       ///< credentials missing, wrong or not readable
    privilege,  ///< logged in, but the right is missing
    starting,   ///< the server is starting up, shutting down or recovering
    loading,    ///< the server reads its data from disk
    busy,       ///< the server, or an earlier job for it that is still running, takes no more work
    query,      ///< the server refused the request for another reason
    timeout,    ///< no complete answer by the deadline
    parse,      ///< the answer does not have the promised shape
    unsupported,  ///< this server version or build lacks what was asked for
    limit,        ///< an answer or a result is larger than allowed
    protocol,     ///< bytes that do not follow the wire protocol
};

inline constexpr Phase kPhases[] = {
    Phase::resolve, Phase::refused,     Phase::connect,   Phase::closed,
    Phase::tls,     Phase::auth,        Phase::privilege, Phase::starting,
    Phase::loading, Phase::busy,        Phase::query,     Phase::timeout,
    Phase::parse,   Phase::unsupported, Phase::limit,     Phase::protocol};

/// The label value, for example "timeout".
[[nodiscard]] std::string_view to_string(Phase phase);

/// A failure as a value: the phase goes to metrics, the text to the log only. A text never holds a
/// secret and may hold bytes of a peer; the logger escapes them.
struct Error {
    Phase phase = Phase::query;
    std::string text;
};

/// "timeout: no answer": for failing tests to print.
inline std::ostream& operator<<(std::ostream& out, const Error& error) {
    return out << to_string(error.phase) << ": " << error.text;
}

}  // namespace erp
