"""A private nginx that serves the files of a folder; of NAME.gz too, to who accepts gzip."""

from . import process

CONFIG = """\
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    gzip_static on;
    default_type text/plain;
    keepalive_requests 100000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen {address}; root {folder}; }}
}}
"""


class Nginx(process.Service):
    """files: content by name."""

    def __init__(self, parent, files):
        self.folder = process.subfolder(parent, "nginx")
        self.address = f"127.0.0.1:{process.free_port()}"
        for name, content in files.items():
            process.write_file(self.folder / name, content)
        self.file = process.write_file(self.folder / "nginx.conf",
                                       CONFIG.format(folder=self.folder, address=self.address))

    def start(self):
        # What it says before it has read the configuration goes to standard error as well.
        self.server = process.Process(["/usr/sbin/nginx", "-c", self.file, "-e", "stderr"],
                                      self.folder / "output")
        self.server.wait_for(lambda: (self.folder / "pid").exists(), "nginx serves")
        return self
