"""A PostgreSQL server of Debian's for one measurement: a temporary cluster, run by an unprivileged user, then gone.

Unlike the server of the tests it writes through to the disk and counts its statements (pg_stat_statements).
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

PROGRAMS = Path("/usr/lib/postgresql")
SETTINGS = {
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.max": "10000",
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "max_connections": "120",
    "listen_addresses": "",
    "autovacuum": "off",  # the script vacuums itself: a vacuum in the midst of a round would be measured with it
    "jit": "off",
}


def programs() -> Path:
    """The folder of the newest server; installed with apt when there is none and we may."""
    if not (found := sorted(PROGRAMS.glob("*/bin/initdb"))):
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            sys.exit("No PostgreSQL server: install the package postgresql, or set DATABASE_URL.")
        print("Installing Debian's package postgresql …", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql"], check=True, env=quiet
        )
        found = sorted(PROGRAMS.glob("*/bin/initdb"))
    return found[-1].parent


@contextmanager
def cluster() -> Iterator[str]:
    """The URL of a running server; it and its data are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-pg-", ignore_cleanup_errors=True) as folder:
        home, here = Path(folder), programs()
        account: dict[str, int] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            account = {"user": nobody.pw_uid, "group": nobody.pw_gid}
            os.chown(home, nobody.pw_uid, nobody.pw_gid)
        data, log = home / "data", home / "log"
        words = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres", f"--pgdata={data}"]
        subprocess.run([here / "initdb", "--no-sync", *words], check=True, capture_output=True, cwd="/", **account)
        options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        with log.open("wb") as out:
            server = subprocess.Popen(
                [here / "postgres", "-D", data, "-k", home, *options],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd="/",
                start_new_session=True,
                **account,
            )
        try:
            deadline = time.monotonic() + 60
            while subprocess.run([here / "pg_isready", "-q", "-h", home], check=False).returncode:
                if server.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"PostgreSQL did not start:\n{log.read_text()}")
                time.sleep(0.1)
            print("PostgreSQL runs in a temporary cluster.", flush=True)
            yield f"postgresql://postgres@{quote(folder, safe='')}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # whoever is still connected
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
