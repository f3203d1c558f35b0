#include "core/daemon/negotiation.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace erp {
namespace {

const std::string kProtobuf =
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

const std::string kProtobufType =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";
const std::string kOpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const std::string kText = "text/plain; version=0.0.4; charset=utf-8";
const std::string kUtf8 = "; escaping=allow-utf-8";

struct Case {
    std::string accept;
    Format format;
};

/// What a scraper sends, and the Content-Type that it gets.
struct Scraper {
    std::string accept;
    std::string content_type;
};

TEST_CASE("negotiation: the headers that Prometheus 2 sends", "[daemon]") {
    const auto& [accept, content_type] = GENERATE(values<Scraper>({
        // up to 2.48
        {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
         "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
         kOpenMetrics},
        // the same with native histograms
        {kProtobuf +
             ",application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;"
             "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
         kProtobufType},
        // 2.49 to 2.55
        {"application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;"
         "version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
         kOpenMetrics},
        {kProtobuf +
             ";q=0.5,application/openmetrics-text;version=1.0.0;q=0.4,"
             "application/openmetrics-text;version=0.0.1;q=0.3,text/plain;version=0.0.4;q=0.2,"
             "*/*;q=0.1",
         kProtobufType},
        // 2.49.0, whose last weight is none
        {"application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;"
         "version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=2",
         kOpenMetrics},
    }));
    CAPTURE(accept);
    CHECK(representation(accept).content_type == content_type);
}

TEST_CASE("negotiation: the headers that Prometheus 3 sends", "[daemon]") {
    const auto& [accept, content_type] = GENERATE(values<Scraper>({
        // 3.0 to 3.3
        {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
         "application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.5,"
         "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
         "text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;q=0.2",
         kOpenMetrics + kUtf8},
        {kProtobuf + ";escaping=allow-utf-8;q=0.6,"
                     "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
                     "application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.4,"
                     "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
                     "text/plain;version=0.0.4;escaping=allow-utf-8;q=0.2,*/*;q=0.1",
         kProtobufType + kUtf8},
        // 3.4 to 3.14
        {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
         "application/openmetrics-text;version=0.0.1;q=0.5,"
         "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,"
         "*/*;q=0.2",
         kOpenMetrics + kUtf8},
        {kProtobuf +
             ";q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
             "application/openmetrics-text;version=0.0.1;q=0.4,"
             "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,"
             "*/*;q=0.1",
         kProtobufType},
        // 3.15
        {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.7,"
         "application/openmetrics-text;version=0.0.1;q=0.6,"
         "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.4,"
         "*/*;q=0.3",
         kOpenMetrics + kUtf8},
        {kProtobuf +
             ";q=0.7,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
             "application/openmetrics-text;version=0.0.1;q=0.5,"
             "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,"
             "*/*;q=0.2",
         kProtobufType},
        // with scrape_protocols or metric_name_escaping_scheme of a job
        {"text/plain;version=0.0.4;q=0.7,*/*;q=0.6", kText},
        {"text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,"
         "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.4,*/*;q=0.3",
         kText},
        {"application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.6,"
         "application/openmetrics-text;version=0.0.1;q=0.5,"
         "text/plain;version=1.0.0;escaping=underscores;q=0.4,text/plain;version=0.0.4;q=0.3,"
         "*/*;q=0.2",
         kOpenMetrics + "; escaping=underscores"},
        {"application/openmetrics-text;version=1.0.0;escaping=dots;q=0.6,"
         "application/openmetrics-text;version=0.0.1;q=0.5,"
         "text/plain;version=1.0.0;escaping=dots;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
         kOpenMetrics},
        // one that would rather have what is not written here
        {"application/openmetrics-text;version=2.0.0;escaping=allow-utf-8;q=0.7,"
         "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
         "text/plain;version=0.0.4;q=0.5,*/*;q=0.4",
         kOpenMetrics + kUtf8},
    }));
    CAPTURE(accept);
    CHECK(representation(accept).content_type == content_type);
}

TEST_CASE("negotiation: others get the text of old", "[daemon]") {
    // Netdata and vmagent, curl, a browser, nothing
    const std::string_view accept =
        GENERATE("text/plain;version=0.0.4;q=1,*/*;q=0.1", "*/*",
                 "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "");
    CHECK(representation(accept).content_type == kText);
}

TEST_CASE("negotiation: weights decide, the more specific entry counts", "[daemon]") {
    const auto& [accept, format] = GENERATE_COPY(values<Case>({
        {"text/plain;q=0.4,application/openmetrics-text;q=0.6", Format::openmetrics},
        {"text/plain;q=0.6,application/openmetrics-text;q=0.4", Format::text},
        {"application/openmetrics-text,text/plain", Format::text},  // a tie
        {"text/*;q=0.1,application/*;q=0.2", Format::openmetrics},
        {"*/*;q=0.1,text/plain;q=0", Format::openmetrics},
        {"text/plain;version=0.0.4;q=0.1,text/plain;q=0.9,application/openmetrics-text;q=0.5",
         Format::openmetrics},
        {"application/openmetrics-text;version=2.0.0,text/plain;version=0.0.4;q=0.1", Format::text},
        {"application/openmetrics-text;version=\"1.0.0\"", Format::openmetrics},
        {"APPLICATION/OpenMetrics-Text", Format::openmetrics},
        {"application/vnd.google.protobuf", Format::text},
        {"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
         Format::text},
        {kProtobuf + ";q=0,*/*", Format::text},
        {"text/plain;version=1.0.0", Format::text},  // nothing acceptable
        {"application/json", Format::text},
        {"text/plain;q=0", Format::text},
        {"application/openmetrics-text;q=high,text/plain;q=0.1", Format::text},
        {"application/openmetrics-text;q=nan", Format::text},
        {",;q=1,/,\x01\xff=;;,application/openmetrics-text", Format::openmetrics},
    }));
    CAPTURE(accept);
    CHECK(representation(accept).format == format);
}

TEST_CASE("negotiation: the content type has the version and a true escaping scheme", "[daemon]") {
    const std::string& om = kOpenMetrics;
    const std::string old = "application/openmetrics-text; version=0.0.1; charset=utf-8";
    const std::string& text = kText;
    CHECK(representation("application/openmetrics-text").content_type == om);
    CHECK(representation("application/openmetrics-text;version=0.0.1").content_type == old);
    CHECK(representation("application/openmetrics-text;escaping=allow-utf-8").content_type ==
          om + "; escaping=allow-utf-8");
    CHECK(representation("text/plain;escaping=underscores").content_type ==
          text + "; escaping=underscores");
    CHECK(representation("text/plain;escaping=values").content_type == text + "; escaping=values");
    // It would rename what has an underscore; a scheme nobody knows; a header in a parameter.
    for (const std::string_view other : {"dots", "x", "", "a b", "allow-utf-8 x", "\"\r\nX: y\""}) {
        CAPTURE(other);
        CHECK(representation("text/plain;escaping=" + std::string(other)).content_type == text);
    }
    CHECK(representation(kProtobuf).content_type == kProtobufType);
}

TEST_CASE("negotiation: gzip is used when the client says so", "[daemon]") {
    const std::string_view header = GENERATE(
        "gzip", "GZip", "x-gzip", "deflate, gzip;q=1.0, *;q=0.5", "gzip;q=0.001", "br,gzip",
        " gzip ; q = 0.5 ", "*", "identity;q=0, *", "gzip;q=2", "gzip;level=9;q=0.1", "*;q=0, gzip",
        ",,gzip,", "gzip;;q=1", "gzip, zstd;q=0.5", "gzip, zstd;q=0", "identity;q=0.5, gzip");
    CHECK(compression(header) == Compression::gzip);
}

TEST_CASE("negotiation: zstd is used when the client names it and likes nothing better",
          "[daemon]") {
    const std::string_view header =
        GENERATE("zstd", "gzip, zstd", "zstd, gzip", "gzip;q=0.5, ZSTD;q=0.6", "zstd, *;q=0.1",
                 "gzip, deflate, br, zstd");
    CHECK(compression(header) == Compression::zstd);
}

TEST_CASE("negotiation: a body is never compressed unasked", "[daemon]") {
    const std::string_view header =
        GENERATE("", "identity", "deflate, br", "gzip;q=0", "gzip;q=0.000", "GZIP;Q=0", "*;q=0",
                 "*, gzip;q=0", "gzip;q=0, *;q=1", "gzip;q=nan", "gzip;q=-1",
                 "gzip;q=", "gzip;q=high", "gzipped", "not gzip", "gzip;q=0, x-gzip", ";", ",", "=",
                 "\x01\xff", "zstd;q=0", "identity, gzip;q=0.5");
    CHECK(compression(header) == Compression::none);
}

}  // namespace
}  // namespace erp
