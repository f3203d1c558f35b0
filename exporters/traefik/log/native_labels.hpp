#pragma once

#include "exporters/traefik/log/entry.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace erp::traefik {

/// The labels of Traefik's own request metrics, from an entry of its log. All are bounded, whatever
/// clients send.

/// RequestMethod, or EXTENSION_METHOD for what is none of ten.
[[nodiscard]] std::string_view native_method(const Entry& entry);

/// http, websocket, sse, grpc or grpc-web. Traefik looks at the request's headers; where they are
/// not kept, the answer tells: a connection that was taken over, or the type of its body. v2 has no
/// gRPC.
[[nodiscard]] std::string_view native_protocol(const Entry& entry);

/// The status sent; of gRPC in v3 the status of the call, if its header is kept. Empty: not known.
[[nodiscard]] std::string native_code(const Entry& entry);

/// All that count it: of a router with children ("a -> b") each layer does. Empty: none matched.
[[nodiscard]] std::vector<std::string_view> native_routers(const Entry& entry);

/// Whether Traefik counts it at all: it forgets what breaks off in the middle of an answer.
[[nodiscard]] bool native_counts(const Entry& entry);

}  // namespace erp::traefik
