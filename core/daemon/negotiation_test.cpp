#include "core/daemon/negotiation.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace erp {
namespace {

const std::string kProtobuf =
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

struct Case {
    std::string accept;
    Format format;
};

TEST_CASE("negotiation: the headers that scrapers really send", "[daemon]") {
    const std::string tail_24 =
        ";q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,"
        "*/*;q=0.2";
    const std::string tail_34 =
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
        "application/openmetrics-text;version=0.0.1;q=0.4,"
        "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,"
        "*/*;q=0.1";
    const auto& [accept, format] = GENERATE_COPY(values<Case>(
        {// Prometheus up to 2.48, 2.49 to 2.55, 2.49.0 with its invalid weight
         {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
          "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
          Format::openmetrics},
         {"application/openmetrics-text;version=1.0.0" + tail_24, Format::openmetrics},
         {"application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;"
          "version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=2",
          Format::openmetrics},
         // with native histograms: protobuf first
         {kProtobuf +
              ",application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;"
              "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
          Format::protobuf},
         // 3.0 to 3.3
         {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
          "application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.4,"
          "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
          "text/plain;version=0.0.4;escaping=allow-utf-8;q=0.2,*/*;q=0.1",
          Format::openmetrics},
         // 3.4 and later, without and with protobuf
         {tail_34, Format::openmetrics},
         {kProtobuf + ";q=0.6," + tail_34, Format::protobuf},
         // Netdata and vmagent, curl, a browser, nothing
         {"text/plain;version=0.0.4;q=1,*/*;q=0.1", Format::text},
         {"*/*", Format::text},
         {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Format::text},
         {"", Format::text}}));
    CAPTURE(accept);
    CHECK(representation(accept).format == format);
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
    const std::string om = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    const std::string old = "application/openmetrics-text; version=0.0.1; charset=utf-8";
    const std::string text = "text/plain; version=0.0.4; charset=utf-8";
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
    CHECK(representation(kProtobuf).content_type ==
          "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
          "encoding=delimited");
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
    const std::string_view header = GENERATE("zstd", "gzip, zstd", "gzip;q=0.5, ZSTD;q=0.6",
                                             "zstd, *;q=0.1", "gzip, deflate, br, zstd");
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
