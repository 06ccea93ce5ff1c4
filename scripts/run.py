"""The whole product on this machine, for looking at it: database, demonstration, background worker, tick and site.

Everything stops together: on Ctrl-C, when the terminal closes, or when one of the three ends by itself.
Not for production: one machine, plain HTTP, and accounts whose passwords stand on the sign-in page.

PORT (default 8000) chooses the port; SIZE the size of the demonstration (small, city or large), each in a file of its
own in var/; DATABASE_URL another database.
"""

import fcntl
import http.client
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN_DIR = ROOT / "var" / "run"
HOST = "127.0.0.1"
SMALL = "small"  # starts within a minute on two slow cores
SIZES = {
    SMALL: "40 家企业、15 个部门、120 多件诉求",
    "city": "800 家企业、69 个部门、14 个月 1200 件诉求，首次装入约两三分钟",
    "large": "在 city 之上再有往年归档的诉求，共 10 万件，首次装入要几分钟到十几分钟",
}
ANSWER_WITHIN = 60  # seconds until the site must answer
PROGRAMS = ("granian", "run_worker", "run_tick", "db_worker")  # what this command starts, or has started once
STOP_WITHIN = 15  # seconds a process may take to finish what it has begun


def fail(*sentences: str) -> None:
    """Leaves with these sentences."""
    sys.exit("✗ " + "\n  ".join(sentences))


@contextmanager
def step(sentence: str) -> Iterator[None]:
    print(f"▸ {sentence} …", flush=True)
    began = time.monotonic()
    yield
    print(f"  完成，用时 {time.monotonic() - began:.1f} 秒", flush=True)


# --- one at a time ---------------------------------------------------------------------------------------------------
def only_one() -> io.TextIOWrapper:
    """Holds the lock of this folder as long as the returned file is open; the system frees it whatever happens."""
    RUN_DIR.mkdir(parents=True, exist_ok=True)
    lock = (RUN_DIR / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        fail(f"本目录的系统已经在运行（{lock.read().strip()}）。请先在那个终端按 Ctrl-C 停止。")
    return lock


def _is_ours(pid: int) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        return Path(f"/proc/{pid}/cwd").resolve() == ROOT and any(program in command for program in PROGRAMS)
    except OSError:
        return False


def _wait_for_group_to_go(group: int) -> None:
    """Every process of the group is gone, and with it its port; waits 5 s at most."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)


def stop_leftovers() -> None:
    """Nothing of an earlier run is alive: the site of one that was killed would answer beside the new one."""
    for file in RUN_DIR.glob("*.pid"):
        pid = int(file.read_text() or 0)
        if pid and _is_ours(pid):
            print(f"▸ 停止上次遗留的进程 {pid}", flush=True)
            os.killpg(pid, signal.SIGKILL)
            _wait_for_group_to_go(pid)
        file.unlink()


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def use_size(size: str) -> None:
    """Every size but the small one has a database and seals of its own, unless the environment names others."""
    if size not in SIZES:
        fail(f"SIZE={size} 不认识。可以是：" + "；".join(f"{name}（{words}）" for name, words in SIZES.items()))
    if size != SMALL and "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = f"sqlite:///{ROOT / 'var' / f'{size}.sqlite3'}"
        os.environ.setdefault("DIALOGUE_SEALS_FILE", str(ROOT / "var" / "seals" / f"{size}.jsonl"))


def how_to_get_more(size: str) -> str:
    """The other sizes, and what to type for them."""
    more = [f"  SIZE={name} make run    {words}" for name, words in SIZES.items() if name != size]
    return "\n".join(["其他规模的演示（各用各的数据库，互不影响）：", *more])


# --- database and files ----------------------------------------------------------------------------------------------
def prepare(size: str) -> str:
    """The database is current and holds the demonstration; returns the table of its accounts."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["DIALOGUE_DEMO"] = "1"  # what this command shows is the demonstration
    os.environ.setdefault("DIALOGUE_LOG_FORMAT", "line")  # somebody reads along
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError
    from django.db import connection, connections
    from django.db.migrations.executor import MigrationExecutor

    with step(f"更新数据库结构（{connection.display_name}）"):
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        # A missing ledger trigger would stop the very command that puts it back; the check follows below.
        call_command("migrate", verbosity=1 if pending else 0, skip_checks=True)
    try:
        with step("检查设置和数据库"):
            call_command("check", databases=["default"], stdout=io.StringIO())
    except SystemCheckError as error:
        fail(str(error))
    with step("收集静态文件"):
        call_command("collectstatic", interactive=False, verbosity=0)
    with step(f"装入演示数据（{size}：{SIZES[size]}）"):
        call_command("load_demo", size=size)
    accounts = io.StringIO()
    call_command("demo_accounts", stdout=accounts)
    connections.close_all()
    return accounts.getvalue()


# --- processes -------------------------------------------------------------------------------------------------------
class Processes:
    """Worker, tick and site, each the head of its own process group, so that Ctrl-C reaches this program alone."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str, **settings: str) -> None:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=settings | os.environ,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.running[name] = process
        (RUN_DIR / f"{name}.pid").write_text(str(process.pid))

    def ended(self) -> str | None:
        """The name of a process that has ended by itself."""
        return next((name for name, process in self.running.items() if process.poll() is not None), None)

    def stop(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN
        for name, process in self.running.items():
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            (RUN_DIR / f"{name}.pid").unlink(missing_ok=True)


def wait_until(condition: Callable[[], bool], processes: Processes) -> None:
    deadline = time.monotonic() + ANSWER_WITHIN
    while not condition():
        if name := processes.ended():
            fail(f"{name} 没有启动，原因见上面的输出。")
        if time.monotonic() > deadline:
            fail(f"等了 {ANSWER_WITHIN} 秒，网站仍没有应答。")
        time.sleep(0.1)


def site_answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_WITHIN)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0
    except ConnectionError:
        return False
    finally:
        connection.close()


def stop_on_signal(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    os.chdir(ROOT)
    port = int(os.environ.get("PORT") or 8000)
    address = f"http://{HOST}:{port}/"
    size = os.environ.get("SIZE") or SMALL
    use_size(size)
    os.environ.setdefault("DIALOGUE_SITE_URL", address)
    lock = only_one()
    lock.truncate(0)
    lock.write(f"进程 {os.getpid()}，{address}")
    lock.flush()
    stop_leftovers()
    if not port_is_free(port):
        fail(f"端口 {port} 已被别的程序占用。", f"请停止那个程序，或换一个端口：make run PORT={port + 1}")
    accounts = prepare(size)

    signal.signal(signal.SIGTERM, stop_on_signal)
    signal.signal(signal.SIGHUP, stop_on_signal)
    processes = Processes()
    try:
        with step("启动后台任务和网站"):
            # The messages of the demonstration are delivered now: two lines for each would push the accounts away.
            processes.start("worker", "manage.py", "run_worker", "--no-reload", DIALOGUE_LOG_LEVEL="WARNING")
            processes.start("tick", "manage.py", "run_tick")
            # One process with a few threads: the cache lives in the process, and SQLite has one writer anyway.
            processes.start(
                "site", "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "4",
                "--host", HOST, "--port", str(port), "--no-ws", "--log-level", "warning", "config.wsgi:application",
            )  # fmt: skip
            wait_until(lambda: site_answers(port), processes)
        print(
            f"\n{accounts.rstrip()}\n\n{how_to_get_more(size)}\n\n系统已启动：{address}\n按 Ctrl-C 停止。", flush=True
        )
        while (name := processes.ended()) is None:
            time.sleep(0.5)
        fail(f"{name} 自己停止了，原因见上面的输出。")
    except KeyboardInterrupt:
        print("\n▸ 正在停止 …", flush=True)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        processes.stop()
    print("已停止。")


if __name__ == "__main__":
    main()
