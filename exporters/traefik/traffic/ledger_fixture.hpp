#pragma once

#include "exporters/traefik/traffic/ledger.hpp"

#include <cstddef>

/// For tests of the ledger: an answered request of acme.
namespace erp::traefik {

inline constexpr std::int64_t kMs = bounds::kMillisecond;

inline Entry answered() {
    Entry entry;
    entry.start = 1'000'000 * bounds::kSecond;
    entry.duration = 40 * kMs;
    entry.origin_duration = 30 * kMs;
    entry.overhead = 10 * kMs;
    entry.status = 200;
    entry.origin_status = 200;
    entry.request_bytes = 5;
    entry.response_bytes = 700;
    entry.entrypoint = "websecure";
    entry.router = "odoo-acme@file";
    entry.service = "odoo-acme@file";
    entry.server = "10.0.0.1:8069";
    entry.protocol = "HTTP/2.0";
    entry.tls_version = "1.3";
    entry.tls_cipher = "TLS_AES_128_GCM_SHA256";
    return entry;
}

inline Judgement of_acme(Cause cause = Cause::origin, Fault fault = Fault::none) {
    Judgement judgement;
    judgement.workload = "interactive";
    judgement.outcome = {cause, fault};
    return judgement;
}

inline void count(Ledger& ledger, const Entry& entry, const Judgement& judgement) {
    ledger.count(entry, ledger.places_of(entry, "acme"), judgement);
}

template <class K>
std::size_t rows(Ledger& ledger) {
    return ledger.traffic().of<K>().size();
}

}  // namespace erp::traefik
