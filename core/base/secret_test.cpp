#include "core/base/secret.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <type_traits>

namespace erp {
namespace {

template <class T>
concept Printable = requires(std::ostringstream& out, const T& value) {
    out << value;
};
template <class T>
concept Comparable = requires(const T& value) {
    value == value;
};

static_assert(!Printable<Secret> && !Comparable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<std::string, Secret>);
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);

/// A folder that goes with the test.
class Folder {
  public:
    Folder() {
        std::string path = (std::filesystem::temp_directory_path() / "erp_secret_XXXXXX").string();
        REQUIRE(::mkdtemp(path.data()) != nullptr);
        path_ = path;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    Folder(Folder&&) = delete;
    Folder& operator=(Folder&&) = delete;

    [[nodiscard]] std::string file(const std::string& name, const std::string& text) const {
        std::string path = path_ / name;
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    [[nodiscard]] std::string path() const { return path_; }

  private:
    std::filesystem::path path_;
};

SecretSource source(SecretSource::Kind kind, std::string name) {
    return {kind, std::move(name)};
}

TEST_CASE("secret: a moved secret leaves nothing behind", "[base]") {
    Secret first(std::string("hunter2"));
    Secret second(std::move(first));
    CHECK(first.empty());  // NOLINT(bugprone-use-after-move): the point of the test
    CHECK(second.reveal() == "hunter2");
    Secret third;
    third = std::move(second);
    CHECK(second.empty());  // NOLINT(bugprone-use-after-move)
    CHECK(std::string(third.reveal_c_str()) == "hunter2");
}

TEST_CASE("secret: a source that is not given is an empty secret", "[base]") {
    CHECK_FALSE(SecretSource{}.given());
    CHECK(SecretSource{}.read().value().empty());
}

TEST_CASE("secret: a file is read without the line end that editors add", "[base]") {
    const Folder folder;
    const auto read = [&](const std::string& text) {
        return source(SecretSource::Kind::file, folder.file("secret", text)).read();
    };
    CHECK(read("hunter2\n").value().reveal() == "hunter2");
    CHECK(read("hunter2\r\n").value().reveal() == "hunter2");
    CHECK(read(" two words ").value().reveal() == " two words ");
    CHECK(read(std::string(65536, 'x')).value().reveal().size() == 65536);
}

TEST_CASE("secret: an error names the source and never what it holds", "[base]") {
    const Folder folder;
    const std::string path = folder.path() + "/missing";
    const auto missing = source(SecretSource::Kind::file, path).read();
    REQUIRE(missing.has_error());
    CHECK(missing.error().phase == Phase::auth);
    CHECK(missing.error().text ==
          "cannot read secret file " + path + ": No such file or directory");

    const auto empty = source(SecretSource::Kind::file, folder.file("empty", "\n")).read();
    REQUIRE(empty.has_error());
    CHECK(empty.error().text.ends_with(": empty"));

    const std::string long_text(65537, 'q');
    const auto large = source(SecretSource::Kind::file, folder.file("large", long_text)).read();
    REQUIRE(large.has_error());
    CHECK(large.error().text.ends_with(": longer than 64 KiB"));
    CHECK(large.error().text.find("qqq") == std::string::npos);
}

TEST_CASE("secret: a FIFO or a folder in the file's place does not hang", "[base]") {
    const Folder folder;
    const std::string fifo = folder.path() + "/fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    for (const std::string& path : {fifo, folder.path()}) {
        const auto read = source(SecretSource::Kind::file, path).read();
        REQUIRE(read.has_error());
        CHECK(read.error().text.ends_with(": not a regular file"));
    }
}

TEST_CASE("secret: environment and systemd credentials are read at each call", "[base]") {
    const Folder folder;
    const auto variable = source(SecretSource::Kind::environment, "ERP_SECRET_TEST");
    ::unsetenv("ERP_SECRET_TEST");
    REQUIRE(variable.read().has_error());
    CHECK(variable.read().error().text == "environment variable ERP_SECRET_TEST is not set");
    ::setenv("ERP_SECRET_TEST", "one", 1);
    CHECK(variable.read().value().reveal() == "one");
    ::setenv("ERP_SECRET_TEST", "two", 1);
    CHECK(variable.read().value().reveal() == "two");
    ::unsetenv("ERP_SECRET_TEST");

    const auto credential = source(SecretSource::Kind::credential, "main");
    ::unsetenv("CREDENTIALS_DIRECTORY");
    REQUIRE(credential.read().has_error());
    CHECK(credential.read().error().text ==
          "credential main: the service was given no credentials");
    (void)folder.file("main", "hunter2\n");
    ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
    CHECK(credential.read().value().reveal() == "hunter2");
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

}  // namespace
}  // namespace erp
