// The rules of the house that a reader of the tree can check: layers, names and sizes of files.
#include <catch2/catch.hpp>
#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> sources(const char* folder) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(ERP_SOURCE_DIR) / folder)) {
        const std::string extension = entry.path().extension();
        if (extension == ".cpp" || extension == ".hpp") found.push_back(entry.path());
    }
    return found;
}

std::vector<std::string> lines(const fs::path& file) {
    std::ifstream in(file);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);)
        all.push_back(line);
    return all;
}

constexpr const char* kBelowTail[] = {"base", "metrics", "yaml", "tail"};

bool is_test(const fs::path& file) {
    return file.stem().string().ends_with("_test") || file.stem() == "fake_target";
}

TEST_CASE("architecture: core includes no exporter and names no system", "[contract]") {
    const re2::RE2 system("(?i)\\b(postgres|postgresql|redis|traefik|odoo)\\b");
    for (const fs::path& file : sources("core")) {
        if (is_test(file)) continue;
        for (const std::string& line : lines(file)) {
            CAPTURE(file.string(), line);
            CHECK(line.find("#include \"exporters/") == std::string::npos);
            // A comment may give an example; code may not know a system.
            const std::string code = line.substr(0, line.find("//"));
            const bool told_to_users =
                code.find("Prometheus exporter for Odoo") != std::string::npos;
            if (!told_to_users) CHECK_FALSE(re2::RE2::PartialMatch(code, system));
        }
    }
}

TEST_CASE("architecture: the log reader knows nothing but values and metrics", "[contract]") {
    for (const fs::path& file : sources("core/tail")) {
        for (const std::string& line : lines(file)) {
            CAPTURE(file.string(), line);
            if (!line.starts_with("#include \"")) continue;
            const bool allowed =
                std::any_of(std::begin(kBelowTail), std::end(kBelowTail), [&](const char* folder) {
                    return line.starts_with("#include \"core/" + std::string(folder) + "/");
                });
            CHECK(allowed);
        }
    }
}

TEST_CASE("architecture: exporters do not include each other", "[contract]") {
    for (const fs::path& file : sources("exporters")) {
        const fs::path relative = fs::relative(file, fs::path(ERP_SOURCE_DIR) / "exporters");
        const std::string own = "#include \"exporters/" + relative.begin()->string() + "/";
        for (const std::string& line : lines(file)) {
            CAPTURE(file.string(), line);
            if (line.starts_with("#include \"exporters/")) CHECK(line.starts_with(own));
        }
    }
}

TEST_CASE("architecture: a file fits in 300 lines and says what it is about", "[contract]") {
    for (const char* folder : {"core", "exporters"}) {
        for (const fs::path& file : sources(folder)) {
            CAPTURE(file.string());
            if (!is_test(file)) CHECK(lines(file).size() <= 300);
            for (const char* vague : {"utils", "util", "helpers", "helper", "common", "misc"}) {
                CHECK(file.stem() != vague);
            }
        }
    }
}

}  // namespace
