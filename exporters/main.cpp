#include "core/daemon/daemon.hpp"

int main(int argc, char** argv) {
    return erp::run(argc, argv, erp::all_exporters());
}
