"""Reading for a long time what is true at one moment, while everybody else goes on writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[bool]:
    """Whatever is read inside is of the moment of the first statement; nothing is to be written inside.

    PostgreSQL: a transaction of REPEATABLE READ that may only read. SQLite: a transaction that takes the lock of a
    reader and not, as ours usually do at BEGIN, that of the one writer: nobody waits for it. Inside a transaction that
    has begun already it adds nothing: that one's own view holds, and it gives False.
    """
    if connection.in_atomic_block:
        yield False
        return
    connection.ensure_connection()  # connecting reads the mode anew from the settings
    begins: Any = connection  # SQLite's has a mode of transactions, which the common type does not know
    usual = getattr(begins, "transaction_mode", None)
    if connection.vendor == "sqlite":
        begins.transaction_mode = "DEFERRED"
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield True
    finally:
        if connection.vendor == "sqlite":
            begins.transaction_mode = usual
