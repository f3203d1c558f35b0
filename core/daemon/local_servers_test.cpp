#include "core/daemon/local_servers.hpp"

#include "core/daemon/config_source.hpp"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

namespace erp {
namespace {

namespace fs = std::filesystem;

/// A folder with sockets that listen, and one loopback port.
class Host {
  public:
    Host() {
        std::string pattern = (fs::temp_directory_path() / "erp_XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~Host() {
        for (const int fd : sockets_)
            ::close(fd);
        fs::remove_all(folder_);
    }
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    Host(Host&&) = delete;
    Host& operator=(Host&&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const {
        return (folder_ / name).string();
    }
    int listen_at(const std::string& name, bool listens = true) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string where = path(name);
        std::memcpy(address.sun_path, where.data(), where.size());
        const int fd = sockets_.emplace_back(::socket(AF_UNIX, SOCK_STREAM, 0));
        REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
        if (listens) REQUIRE(::listen(fd, 4) == 0);
        return fd;
    }
    std::string listen_on_port() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int fd = sockets_.emplace_back(::socket(AF_INET, SOCK_STREAM, 0));
        REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
        REQUIRE(::listen(fd, 4) == 0);
        socklen_t size = sizeof(address);
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
        return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    }

  private:
    fs::path folder_;
    std::vector<int> sockets_;
};

std::vector<std::string> names(const std::vector<LocalServer>& servers) {
    std::vector<std::string> all;
    all.reserve(servers.size());
    for (const LocalServer& server : servers)
        all.push_back(server.name + " " + server.address);
    return all;
}

using Texts = std::vector<std::string>;

TEST_CASE("local servers: sockets that answer, by their number, the usual one by its exporter",
          "[daemon]") {
    Host host;
    host.listen_at(".s.DB.5432");
    host.listen_at(".s.DB.5433");
    for (const char* no_port : {".s.DB.0", ".s.DB.99999", ".s.DB.05432", ".s.DB.-1", ".s.DB.x"})
        host.listen_at(no_port);
    host.listen_at(".s.DB.5434", false);  // left by a server that is gone
    std::ofstream(host.path(".s.DB.5432.lock")) << "1";
    std::ofstream(host.path(".s.DB.5435")) << "no socket";
    const std::string socket = host.path(".s.DB.*");
    const std::string address = host.path("") + ":*";
    const std::string port = host.listen_on_port();
    const Place places[] = {{.address = address, .socket = socket, .usual = "5432"},
                            {.address = port}};
    Exporter exporter{};
    exporter.name = "db";
    exporter.places = places;
    const Exporter* const exporters[] = {&exporter};
    CHECK(names(find_local_servers(exporters)) ==
          Texts{"db " + host.path("") + ":5432", "db-5433 " + host.path("") + ":5433"});
    // The port is the same server's: it counts where the socket is not there.
    const Place only_port[] = {{.address = "127.0.0.1:1"}, {.address = port}};
    exporter.places = only_port;
    CHECK(names(find_local_servers(exporters)) == Texts{"db " + port});
}

TEST_CASE("local servers: what was found stays and is not connected to again", "[daemon]") {
    const Host host;
    const std::string gone = host.path("gone");
    const Place places[] = {{.address = gone, .socket = gone}};
    Exporter exporter{};
    exporter.name = "db";
    exporter.places = places;
    const Exporter* const exporters[] = {&exporter};
    const std::vector<LocalServer> known{{"db", "db", gone}};
    CHECK(find_local_servers(exporters, known) == known);
    CHECK(find_local_servers(exporters).empty());
}

TEST_CASE("local servers: they make a configuration", "[daemon]") {
    CHECK(to_yaml({}) == "targets: []\n");
    CHECK(to_yaml(std::vector<LocalServer>{{"db", "postgres", "/run/x:5432"}}) ==
          "targets:\n  - name: db\n    exporter: postgres\n    address: \"/run/x:5432\"\n");
}

}  // namespace
}  // namespace erp
