#include "exporters/odoo/log/recording.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace erp::odoo;

namespace {

/// What a container's runtime wrapped, and the log that it is a part of.
Lines unwrapped(const std::string& path) {
    const Lines wrapped(file_text(path));
    erp::tail::Unwrapper unwrapper(erp::tail::Wrapping::detect);
    std::string text;
    for (const std::string_view line : wrapped.all()) {
        const auto entry = unwrapper.take(line);
        REQUIRE(entry.kind == erp::tail::Unwrapper::Kind::complete);
        text.append(entry.text).append("\n");
    }
    return Lines(std::move(text));
}

}  // namespace

TEST_CASE("a log that came through a container's runtime has the same records") {
    for (const std::string version : {"14", "17", "18"}) {
        CAPTURE(version);
        const Lines docker = unwrapped(version + "/docker-json-file.log");
        REQUIRE(docker.all().size() == 200);
        const Counts kinds = kinds_of(docker);
        CHECK(kinds == kinds_of(unwrapped(version + "/cri.log")));

        // They are lines of the whole log that stand together.
        const Lines whole(file_text(version + "/odoo-server.log"));
        const auto begin = std::search(whole.all().begin(), whole.all().end(), docker.all().begin(),
                                       docker.all().end());
        REQUIRE(begin != whole.all().end());
        std::string part;
        for (auto line = begin; line != begin + 200; ++line)
            part.append(*line).append("\n");
        CHECK(kinds == kinds_of(Lines(part)));
        CHECK(kinds.at("request") > 0);
        CHECK(kinds.at("rpc_error") > 0);
        CHECK(kinds.at("bad_query") > 0);
    }
}
