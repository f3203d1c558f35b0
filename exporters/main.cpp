#include "core/daemon/daemon.hpp"

/// GnuTLS comes with libpq's LDAP, which initializes it when it needs it. By this documented switch
/// (GNUTLS_SKIP_GLOBAL_INIT) it does not do so at each start: 0.9 MB less resident.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" int _gnutls_global_init_skip() {
    return 1;
}

int main(int argc, char** argv) {
    return erp::run(argc, argv, erp::all_exporters());
}
