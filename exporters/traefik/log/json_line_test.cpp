#include "exporters/traefik/log/json_line.hpp"

#include "exporters/traefik/log/recording.hpp"

#include <catch2/catch.hpp>

#include <list>
#include <string>

namespace erp::traefik {
namespace {

ParseReason reason_of(std::string_view text) {
    JsonLine parser;
    Entry entry;
    const Padded line(text);
    return parser.parse(line.text(), entry);
}

std::string with_path(std::string_view path) {
    JsonLine parser;
    Entry entry;
    const Padded line(
        std::string(R"({"DownstreamStatus":200,"RequestPath":")").append(path).append(R"("})"));
    REQUIRE(parser.parse(line.text(), entry) == ParseReason::none);
    return std::string(entry.path);
}

TEST_CASE("json: an entry of v3 has all its fields", "[traefik]") {
    const Recording recording("3.7.15/access.json.log");
    JsonLine parser("X-Real-Ip");
    Entry entry;
    REQUIRE(parser.parse(recording.lines().at(0), entry) == ParseReason::none);
    CHECK(entry.start == 1'795'318'942'624'267'506);
    CHECK(entry.duration == 1'342'333);
    CHECK(entry.origin_duration == 1'104'814);
    CHECK(entry.overhead == 237'519);
    CHECK(entry.status == 200);
    CHECK(entry.origin_status == 200);
    CHECK(entry.response_bytes == 512);
    CHECK(entry.request_bytes == 0);
    CHECK(entry.number == 1U);
    CHECK(entry.generation == Generation::v3);
    CHECK(entry.entrypoint == "websecure");
    CHECK(entry.router == "websecure-odoo-acme@file");
    CHECK(entry.service == "odoo-acme@file");
    CHECK(entry.server == "127.0.1.11:8069");
    CHECK(entry.host == "acme.erp.example");
    CHECK(entry.client == "127.0.0.1");
    CHECK(entry.method == "GET");
    CHECK(entry.path == "/web/login");
    CHECK(entry.protocol == "HTTP/1.1");
    CHECK(entry.scheme == "https");
    CHECK(entry.tls_version == "1.3");
    CHECK(entry.tls_cipher == "TLS_AES_128_GCM_SHA256");
    CHECK(entry.content_type == "text/html; charset=utf-8");
    CHECK(entry.tenant_header == "127.0.0.1");
    CHECK(entry.upgrade.empty());
    CHECK(entry.trace.empty());
}

TEST_CASE("json: v2 writes the server's URL as an object, v1 has other names", "[traefik]") {
    JsonLine parser;
    Entry entry;
    const Recording recording("2.11.53/access.json.log");
    REQUIRE(parser.parse(recording.lines().at(1), entry) == ParseReason::none);
    CHECK(entry.generation == Generation::v2);
    CHECK(entry.server == "127.0.1.13:8069");
    CHECK(entry.entrypoint == "websecure");

    // The server's address may be dropped; then the URL has it.
    const Padded v2(
        R"({"DownstreamStatus":200,"ServiceURL":{"Scheme":"http","User":null,"Host":"10.0.0.1:80",)"
        R"("Path":""},"StartUTC":"2026-01-01T00:00:00Z"})");
    REQUIRE(parser.parse(v2.text(), entry) == ParseReason::none);
    CHECK(entry.server == "10.0.0.1:80");
    CHECK(entry.start == 1'767'225'600'000'000'000);

    const Padded v1(
        R"({"BackendAddr":"10.0.0.1:80","BackendName":"backend-acme","BackendURL":{"Host":"x"},)"
        R"("DownstreamStatus":101,"FrontendName":"Host-acme",)"
        R"("StartLocal":"2020-01-01T02:00:00+02:00"})");
    REQUIRE(parser.parse(v1.text(), entry) == ParseReason::none);
    CHECK(entry.server == "10.0.0.1:80");
    CHECK(entry.service == "backend-acme");
    CHECK(entry.router == "Host-acme");
    CHECK(entry.start == 1'577'836'800'000'000'000);
}

TEST_CASE("json: escapes are resolved, and the query is cut off", "[traefik]") {
    CHECK(with_path(R"(/a\u0026b?token=hunter2)") == "/a&b");
    CHECK(with_path(R"(/\u003cscript\u003e\"\\\/\n\t)") == "/<script>\"\\/\n\t");
    CHECK(with_path(R"(/caf\u00e9/\ud83d\ude00)") == "/caf\xc3\xa9/\xf0\x9f\x98\x80");
    CHECK(with_path(R"(/a\ufffd)") == "/a\xef\xbf\xbd");
    CHECK(with_path(R"(/a\u0000b)") == std::string("/a\0b", 4));
    CHECK(with_path(R"(\\)") == "\\");
    CHECK(with_path("").empty());

    JsonLine parser;
    Entry entry;
    const Padded line(
        R"({"DownstreamStatus":200,"RouterName":"parent@file -\u003e child@file","msg":"\"",)"
        R"("RequestPath":"/a"})");
    REQUIRE(parser.parse(line.text(), entry) == ParseReason::none);
    CHECK(entry.router == "parent@file -> child@file");
    CHECK(entry.path == "/a");
}

TEST_CASE("json: every recorded path and router reads as simdjson's own reader has it",
          "[traefik]") {
    for (const std::string version : {"3.7.15", "3.3.6", "3.0.4", "2.11.53"}) {
        const Recording recording(version + "/access.json.log");
        JsonLine parser;
        simdjson::dom::parser dom;
        Entry entry;
        const auto text = [&](std::string_view line, const char* key) {
            std::string_view found;
            simdjson::dom::element whole = dom.parse(simdjson::padded_string(line));
            return whole[key].get(found) == simdjson::SUCCESS ? std::string(found) : "";
        };
        for (const std::string_view line : recording.lines()) {
            REQUIRE(parser.parse(line, entry) == ParseReason::none);
            const std::string path = text(line, "RequestPath");
            REQUIRE(entry.path == path.substr(0, path.find('?')));
            REQUIRE(entry.router == text(line, "RouterName"));
            REQUIRE(entry.client == text(line, "ClientHost"));
            REQUIRE(entry.host == text(line, "RequestHost"));
            REQUIRE(entry.tls_cipher == text(line, "TLSCipher"));
        }
    }
}

TEST_CASE("json: the first trace that is not all zeros", "[traefik]") {
    JsonLine parser;
    Entry entry;
    REQUIRE(parser.parse(Recording("3.7.15/access.tracing.json.log").lines().at(1), entry) ==
            ParseReason::none);
    CHECK(entry.trace.size() == 32);
    // 3.3.6 writes zeros when tracing is off.
    REQUIRE(parser.parse(Recording("3.3.6/access.json.log").lines().at(0), entry) ==
            ParseReason::none);
    CHECK(entry.trace.empty());
}

TEST_CASE("json: keys in any order, with blanks, and the last of two that are alike", "[traefik]") {
    JsonLine parser("X-Tenant");
    Entry entry;
    const Padded line(
        " {  \"trace_id\" : \"ab\" ,\t\"request_X-Tenant\" : \"acme\" , \"RequestPath\" : \"/1\", "
        "\"DownstreamStatus\" : 200 , \"RequestPath\":\"/2\", \"Duration\": 7 ,"
        "\"DownstreamStatus\":404 } ");
    REQUIRE(parser.parse(line.text(), entry) == ParseReason::none);
    CHECK(entry.trace == "ab");
    CHECK(entry.tenant_header == "acme");
    CHECK(entry.path == "/2");
    CHECK(entry.status == 404);
    CHECK(entry.duration == 7);
    // Nothing of a line stays for the next.
    const Padded next(R"({"DownstreamStatus":200})");
    REQUIRE(parser.parse(next.text(), entry) == ParseReason::none);
    CHECK(entry.path.empty());
    CHECK_FALSE(entry.duration);
}

TEST_CASE("json: a line reads the same whatever the keys of the lines before were", "[traefik]") {
    JsonLine parser("X-Tenant");
    Entry entry;
    std::list<Padded> lines;
    const auto read = [&](const std::string& text) {
        const Padded& line = lines.emplace_back(text);
        REQUIRE(parser.parse(line.text(), entry) == ParseReason::none);
    };
    read(R"({"Duration":7,"DownstreamStatus":200,"request_X-Tenant":"acme","RequestPath":"/1"})");
    CHECK(entry.tenant_header == "acme");
    // Each stands where another stood, or where it stood itself with a longer or shorter name.
    read(R"({"Duration\"":8,"request_X-Tenant":"a","DownstreamStatus":404,"RequestPath2":"/2"})");
    CHECK_FALSE(entry.duration);
    CHECK(entry.status == 404);
    CHECK(entry.tenant_header == "a");
    CHECK(entry.path.empty());
    read(
        R"({"DurationOf":9,"Duration":10,"Downstream":1,"RequestPath":"/3","DownstreamStatus":0})");
    CHECK(entry.duration == 10);
    CHECK(entry.status == 0);
    CHECK(entry.path == "/3");
    CHECK(entry.tenant_header.empty());
    // More keys than any Traefik writes.
    std::string many = R"({"DownstreamStatus":200)";
    for (int i = 0; i < 200; ++i)
        many += R"(,"Overhead":)" + std::to_string(i) + R"(,"request_)" + std::to_string(i) +
                R"(":"x")";
    read(many + "}");
    CHECK(entry.overhead == 199);
    read(many + R"(,"Duration":11})");
    CHECK(entry.overhead == 199);
    CHECK(entry.duration == 11);
}

TEST_CASE("json: what is no entry, and what is wrong with one", "[traefik]") {
    using R = ParseReason;
    CHECK(reason_of(R"({"level":"info","time":"2026-11-22T03:58:27Z","message":"hello"})") ==
          R::not_an_entry);
    CHECK(reason_of("{}") == R::not_an_entry);
    CHECK(reason_of(R"({"StartUTC":"2026-11-22T03:58:27Z","level":"info"})") == R::missing_status);
    CHECK(reason_of("") == R::not_json);
    CHECK(reason_of("[1]") == R::not_json);
    CHECK(reason_of(R"({"DownstreamStatus":200}{"DownstreamStatus":200})") == R::not_json);
    CHECK(reason_of(R"({"DownstreamStatus":200 "a":1})") == R::not_json);
    CHECK(reason_of(R"({"a":"b":"c"},"DownstreamStatus":200})") == R::not_json);
    CHECK(reason_of(R"({"a":],"DownstreamStatus":200})") == R::not_json);
    CHECK(reason_of(R"({"a":,"DownstreamStatus":200})") == R::not_json);
    CHECK(reason_of(R"({"a":{"b":],"c":1},"DownstreamStatus":200})") == R::not_json);
    CHECK(reason_of(R"({"DownstreamStatus":200,"a":})") == R::not_json);
    CHECK(reason_of(R"({"DownstreamStatus":200,"RequestPath":"\q"})") == R::not_json);
    CHECK(reason_of("{\"DownstreamStatus\":200,\"a\":\"\x1b[31m\"}") == R::not_json);
    CHECK(reason_of(std::string("{\"DownstreamStatus\":200,\"a\":\"\0\"}", 32)) == R::not_json);
    CHECK(reason_of("{\"DownstreamStatus\":200,\"a\":\"\xff\"}") == R::not_utf8);
    CHECK(reason_of("{\"DownstreamStatus\":200,\"a\":\"") == R::truncated);
    CHECK(reason_of("{\"DownstreamStatus\":200") == R::truncated);
    CHECK(reason_of(R"({"DownstreamStatus":"200"})") == R::wrong_type);
    CHECK(reason_of(R"({"DownstreamStatus":null})") == R::wrong_type);
    CHECK(reason_of(R"({"DownstreamStatus":2e2})") == R::wrong_type);
    CHECK(reason_of(R"({"DownstreamStatus":{"a":1}})") == R::wrong_type);
    CHECK(reason_of(R"({"DownstreamStatus":200,"RequestPath":7})") == R::wrong_type);
    CHECK(reason_of(R"({"DownstreamStatus":200,"RequestPath":["a"]})") == R::wrong_type);
    CHECK(reason_of(R"({"DownstreamStatus":1000})") == R::out_of_range);
    CHECK(reason_of(R"({"DownstreamStatus":-1})") == R::out_of_range);
    CHECK(reason_of(R"({"DownstreamStatus":200,"Duration":7776000000000000})") == R::none);
    CHECK(reason_of(R"({"DownstreamStatus":200,"Duration":7776000000000001})") == R::out_of_range);
    CHECK(reason_of(R"({"DownstreamStatus":200,"RequestContentSize":9223372036854775807})") ==
          R::out_of_range);
    CHECK(reason_of(R"({"DownstreamStatus":200,"RequestCount":99999999999999999999999999})") ==
          R::out_of_range);
    CHECK(reason_of(R"({"DownstreamStatus":200,"Duration":-1})") == R::out_of_range);
    CHECK(reason_of(R"({"DownstreamStatus":200,"StartUTC":"yesterday"})") == R::bad_time);
    CHECK(reason_of(R"({"DownstreamStatus":200,"StartUTC":"2026-02-30T00:00:00Z"})") ==
          R::bad_time);
}

TEST_CASE("json: depth and length do no harm", "[traefik]") {
    const std::string open(10'000, '[');
    const std::string close(10'000, ']');
    CHECK(reason_of("{\"DownstreamStatus\":200,\"a\":" + open + close + "}") ==
          ParseReason::not_json);
    CHECK(reason_of("{\"DownstreamStatus\":200,\"a\":" + open + "}") != ParseReason::none);
    CHECK(reason_of(R"({"DownstreamStatus":200,"a":[[{"b":[1,"x",{}]}],[]]})") ==
          ParseReason::none);
    CHECK(reason_of(R"({"DownstreamStatus":200,"a":[{"b":1]}})") == ParseReason::not_json);
    CHECK(reason_of(R"({"DownstreamStatus":200,"ServiceURL":{"User":{},"Host":["x"]}})") ==
          ParseReason::none);
    std::string quotes;
    for (int i = 0; i < 500'000; ++i)
        quotes += "\\\"";
    CHECK(with_path("/" + quotes) == "/" + std::string(500'000, '"'));
    std::string keys = "{\"DownstreamStatus\":200";
    for (int i = 0; i < 50'000; ++i)
        keys += ",\"RequestPath\":\"\\u0026\"";
    CHECK(reason_of(keys + "}") == ParseReason::none);
}

TEST_CASE("json: a client that is no text is none, and the request counts", "[traefik]") {
    JsonLine parser("");
    Entry entry;
    for (const char* client : {"null", "7", "{\"a\":1}", "[\"203.0.113.5\"]", "\"-\"", "\"\""}) {
        CAPTURE(client);
        const Padded line(std::string(R"({"DownstreamStatus":404,"ClientHost":)") + client + "}");
        REQUIRE(parser.parse(line.text(), entry) == ParseReason::none);
        CHECK(entry.client.empty());
        CHECK(entry.status == 404);
    }
}

}  // namespace
}  // namespace erp::traefik
