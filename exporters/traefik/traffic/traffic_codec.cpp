#include "exporters/traefik/traffic/traffic_codec.hpp"

#include "core/counting/codec.hpp"

namespace erp::traefik {

template <class Field>
void each(RequestCell& cell, Field field) {
    field(cell.requests);
    field(cell.request_bytes);
    field(cell.response_bytes);
}
template <class Field>
void each(ServerCell& cell, Field field) {
    field(cell.requests);
    field(cell.errors);
    each(cell.last_success, field);
}
template <class Field>
void each(NativeCell& cell, Field field) {
    each(cell.durations, field);
    field(cell.requests);
    field(cell.request_bytes);
    field(cell.response_bytes);
}

void encode(const Traffic& traffic, std::string& out) {
    counting::encode<Scheme>(traffic, out);
    counting::encode(traffic.durations, out);
    counting::encode(traffic.upstream, out);
}

std::optional<Traffic> decode(tail::ByteReader& in) {
    Traffic traffic;
    if (!counting::decode<Scheme>(in, traffic) ||
        !counting::decode(in, Durations::kMost + 1, traffic.durations) ||
        !counting::decode(in, Upstream::kMost + 1, traffic.upstream)) {
        return std::nullopt;
    }
    return traffic;
}

}  // namespace erp::traefik
