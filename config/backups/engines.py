"""The database as one file, and back: pg_dump and pg_restore on PostgreSQL, the online backup on SQLite.

PostgreSQL's programs are those of `programs`, a folder, or else of the path. They must not be older than the server.
"""

import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from config.backups.manifest import DATABASE, Say, Unusable

PROGRESS_EVERY = 5.0  # seconds
# Those of the database's OPTIONS that are libpq's; the others are Django's and psycopg's. Asking the connection itself
# would give options that only its own version of libpq knows, and the programs may be older.
LIBPQ = ("connect_timeout", "options", "passfile", "service", "sslcert", "sslkey", "sslmode", "sslrootcert")


@contextmanager
def written(folder: Path, *, programs: Path | None, say: Say) -> Iterator[None]:
    """The database lies in the folder as one file; inside, one reads exactly what is in that file."""
    part = folder / DATABASE[connection.vendor]
    if connection.vendor == "postgresql":
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
                # It waits for pg_dump, and counts large tables: neither is a fault of this connection.
                cursor.execute("set local idle_in_transaction_session_timeout = 0")
                cursor.execute("set local statement_timeout = 0")
                cursor.execute("select pg_export_snapshot()")
                (snapshot,) = cursor.fetchone()
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={part}"]
            _run("pg_dump", *options, programs=programs, grows=part, say=say)
            yield
    else:
        connection.ensure_connection()
        copy = sqlite3.connect(part)
        try:
            connection.connection.backup(copy)
            copy.execute("pragma journal_mode=delete")
        finally:
            copy.close()
        with _looking_at(part):
            yield


@contextmanager
def _looking_at(part: Path) -> Iterator[None]:
    """The whole process reads the SQLite copy instead of its database; nothing else runs in a command."""
    own = connection.settings_dict.copy()
    connection.close()
    connection.settings_dict.update(NAME=str(part), OPTIONS={})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(own)


def is_empty() -> bool:
    """Whether the database has no table at all."""
    return not connection.introspection.table_names()


def load(folder: Path, *, programs: Path | None, say: Say) -> None:
    """The empty database holds what the file of the backup holds; all of it or, on PostgreSQL, nothing."""
    part = folder / DATABASE[connection.vendor]
    if connection.vendor == "postgresql":
        options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
        _run("pg_restore", *options, str(part), programs=programs, grows=None, say=say)
        with connection.cursor() as cursor:
            cursor.execute("analyze")
    else:
        connection.ensure_connection()
        with sqlite3.connect(f"file:{part}?mode=ro", uri=True) as copy:
            copy.backup(connection.connection)
        copy.close()
        connection.close()  # the next one sets its pragmas anew


def _run(program: str, *options: str, programs: Path | None, grows: Path | None, say: Say) -> None:
    """The program has ended well. Its password goes through the environment, where other accounts cannot read it."""
    facts = connection.settings_dict
    environment = {**os.environ, "LC_MESSAGES": "C"}
    if facts["PASSWORD"]:
        environment["PGPASSWORD"] = facts["PASSWORD"]
    command: list[Any] = [programs / program if programs else program, f"--dbname={_address(facts)}", *options]
    try:
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)  # noqa: S603
    except OSError as error:
        raise Unusable(
            _("找不到程序 %(program)s：请安装 postgresql-client，或用 --programs 指明它所在的目录")
            % {"program": program}
        ) from error
    with process:
        began = time.monotonic()
        while True:
            try:
                _out, said = process.communicate(timeout=PROGRESS_EVERY)
                break
            except subprocess.TimeoutExpired:
                _say_how_far(time.monotonic() - began, grows, say)
            except BaseException:
                process.kill()
                raise
    if process.returncode:
        raise Unusable(_("%(program)s 没有成功：%(said)s") % {"program": program, "said": said.strip()})


def _address(facts: dict[str, Any]) -> str:
    """Where the database is, in the words of libpq and without the password."""
    from psycopg.conninfo import make_conninfo  # not needed on SQLite

    where = {"host": facts["HOST"], "port": facts["PORT"], "user": facts["USER"], "dbname": facts["NAME"]}
    more = {name: value for name, value in facts["OPTIONS"].items() if name in LIBPQ}
    return make_conninfo(**{name: value for name, value in {**where, **more}.items() if value})


def _say_how_far(seconds: float, grows: Path | None, say: Say) -> None:
    if grows is not None and grows.exists():
        size = grows.stat().st_size / 1_000_000
        say(_("  已用 %(seconds).0f 秒，写出 %(size).0f MB……") % {"seconds": seconds, "size": size})
    else:
        say(_("  已用 %(seconds).0f 秒……") % {"seconds": seconds})
