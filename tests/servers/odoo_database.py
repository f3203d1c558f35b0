"""A PostgreSQL data folder with two tenants' databases of Odoo, initialised once and copied for each test.

As a program it makes what is missing: that, and before it Odoo itself.
"""

import hashlib
import pathlib
import re
import shutil

from . import odoo_install, process, versions
from .postgres import Postgres, programs

TENANTS = ("acme", "globex")
ROLE = "odoo"
ADDON = pathlib.Path(__file__).with_name("odoo_addon")
MODULES = ("erp_load",)
SECONDS = 600  # for the first database; 20 are usual with the few modules

# Nobody leaves the host, and what a scheduled action does is the test's to say.
QUIET = """
UPDATE ir_cron SET active = false;
DELETE FROM ir_config_parameter WHERE key = 'database.uuid';
INSERT INTO ir_config_parameter (key, value) VALUES ('database.uuid', gen_random_uuid()::text);
"""


def template(modules=MODULES):
    """A folder with `data`, a cluster's, and `filestore`. A change of the addon's fields wants a new version of it."""
    server = re.search(r"postgresql/(\d+)/", str(programs())).group(1)
    digest = hashlib.sha256(" ".join(modules).encode())
    for path in sorted(ADDON.rglob("*")):
        if path.suffix in (".xml", ".csv") or path.name == "__manifest__.py":
            digest.update(path.read_bytes())
    return versions.kept(f"odoo-14-data-{server}-{digest.hexdigest()[:12]}", lambda folder: make(folder, modules))


def copy_addons(folder):
    """The checkout may be closed to the servers' user."""
    addons = process.subfolder(folder, "addons")
    for path in [ADDON, *ADDON.rglob("*")]:
        if path.is_dir() and path != ADDON and path.name != "__pycache__":
            process.subfolder(addons, path.relative_to(ADDON))
    for path in ADDON.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            process.write_file(addons / path.relative_to(ADDON), path.read_bytes())
    return addons


def configuration(settings):
    return "[options]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items())


def connection(postgres):
    return {"db_host": "127.0.0.1", "db_port": postgres.port, "db_user": ROLE, "db_password": postgres.password,
            "db_template": "template0"}


def make(folder, modules):
    with process.workspace() as place, Postgres(place, "main") as postgres:
        postgres.create().start()
        postgres.psql(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{postgres.password}'")
        filestore = initialise(place, postgres, modules)
        postgres.psql(QUIET, TENANTS[0])
        for tenant in TENANTS[1:]:
            postgres.psql(f"CREATE DATABASE {tenant} TEMPLATE {TENANTS[0]} OWNER {ROLE}")
            postgres.psql(QUIET, tenant)
        postgres.psql("VACUUM ANALYZE")
        postgres.stop()
        shutil.copytree(postgres.data, folder / "data")
        for tenant in TENANTS:
            shutil.copytree(filestore / TENANTS[0], folder / "filestore" / tenant)


def initialise(place, postgres, modules):
    """Makes the first tenant's database; where its attachments are."""
    file = process.write_file(place / "odoo.conf", configuration({
        **connection(postgres), "data_dir": process.subfolder(place, "files"), "addons_path": copy_addons(place)}))
    log = place / "init.log"
    words = ["/usr/bin/odoo", "-c", file, "-d", TENANTS[0], "-i", ",".join(modules), "--without-demo=all",
             "--stop-after-init", "--no-http", "--max-cron-threads=0"]
    with process.Process(words, log, before=lambda death: odoo_install.inside(place, death)) as run:
        run.child.wait(SECONDS)
        if run.child.returncode or " ERROR " in run.text():
            raise RuntimeError(f"Odoo's first database: {run.child.returncode}\n{run.tail()}")
    return place / "files" / "filestore"


def copy(postgres, files, modules=MODULES):
    """Gives a new server the data, and a folder the attachments."""
    source = template(modules)
    process.run_unprivileged(["cp", "-r", source / "data", postgres.data])
    process.run_unprivileged(["chmod", "-R", "u=rwX,go=", postgres.data])
    process.run_unprivileged(["cp", "-r", source / "filestore", files / "filestore"])
    process.run_unprivileged(["chmod", "-R", "u+rwX", files / "filestore"])


if __name__ == "__main__":
    print(odoo_install.root())
    print(template())
