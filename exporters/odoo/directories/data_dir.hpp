#pragma once

#include <unistd.h>
#include <utime.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

namespace erp::odoo {

/// A data directory, for tests.
class DataDir {
  public:
    DataDir() {
        char name[] = "/tmp/erp_data_XXXXXX";
        path = ::mkdtemp(name);
    }
    ~DataDir() { std::filesystem::remove_all(path); }
    DataDir(const DataDir&) = delete;
    DataDir& operator=(const DataDir&) = delete;
    DataDir(DataDir&&) = delete;
    DataDir& operator=(DataDir&&) = delete;

    void write(const std::string& name, std::size_t bytes, std::time_t age = 0) const {
        const std::filesystem::path file = path + "/" + name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << std::string(bytes, 'x');
        const std::time_t then = std::time(nullptr) - age;
        const utimbuf times{then, then};
        ::utime(file.c_str(), &times);
    }

    std::string path;
};

}  // namespace erp::odoo
