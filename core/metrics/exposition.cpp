#include "core/metrics/exposition.hpp"

namespace erp {

std::string_view content_type(Format format) {
    switch (format) {
        case Format::text:
            break;
        case Format::openmetrics:
            return "application/openmetrics-text; version=1.0.0; charset=utf-8";
        case Format::protobuf:
            return "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
                   "encoding=delimited";
    }
    return "text/plain; version=0.0.4; charset=utf-8";
}

std::string write(const Snapshot& snapshot, Format format) {
    switch (format) {
        case Format::text:
            break;
        case Format::openmetrics:
            return write_openmetrics(snapshot);
        case Format::protobuf:
            return write_protobuf(snapshot);
    }
    return write_text(snapshot);
}

}  // namespace erp
