"""Two roles on PostgreSQL: one owns the tables and migrates, the other works and owns nothing.

Whoever owns a table may drop its triggers, and whoever serves the site should not be able to. What the role of the
application may do is written down here, granted by `manage.py grant_application`, and compared by the deployment check.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from workflow import triggers

ALL = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
# A body is locked before it is erased, which takes the right to update; its trigger lets nothing be changed and only
# what has a tombstone be deleted.
RIGHTS = {
    triggers.EVENT: frozenset({"SELECT", "INSERT"}),
    triggers.SEAL: frozenset({"SELECT", "INSERT"}),
    triggers.TOMBSTONE: frozenset({"SELECT", "INSERT"}),
    triggers.BODY: ALL,
    # Rows stay; which of their columns may change, and for how long, is said by their triggers.
    triggers.DOCUMENT: frozenset({"SELECT", "INSERT", "UPDATE"}),
    triggers.SERIES: frozenset({"SELECT", "INSERT", "UPDATE"}),
    "django_migrations": frozenset({"SELECT"}),
}
POSSIBLE = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def rights_of(table: str) -> frozenset[str]:
    """What the role of the application may do with this table."""
    return RIGHTS.get(table, ALL)


def grant(connection: BaseDatabaseWrapper, role: str) -> int:
    """The role may do with every table what `rights_of` says, use every sequence, and no more; how many tables.

    For PostgreSQL, as the owner of the tables, after every migration. Raises ProgrammingError when there is no such
    role, or when this one may not grant.
    """
    name = connection.ops.quote_name(role)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("select quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
        tables = connection.introspection.table_names(cursor)
        cursor.execute(f"grant usage on schema {schema} to {name}")
        cursor.execute(f"revoke all on all tables in schema {schema} from {name}")
        for table in tables:
            rights = ", ".join(sorted(rights_of(table)))
            cursor.execute(f"grant {rights} on {schema}.{connection.ops.quote_name(table)} to {name}")
        cursor.execute(f"grant usage, select on all sequences in schema {schema} to {name}")
    return len(tables)


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """A sentence for each way in which the role of this connection may do more with the tables, or less, than wanted.

    Nothing is said on SQLite, which has no roles. One statement.
    """
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_user, c.relname, pg_has_role(current_user, c.relowner, 'USAGE'), "
            "array(select r from unnest(%s::text[]) r where has_table_privilege(current_user, c.oid, r)) "
            "from pg_class c where c.relkind in ('r', 'p') and pg_table_is_visible(c.oid) "
            "and c.relnamespace = current_schema()::regnamespace order by c.relname",
            [list(POSSIBLE)],
        )
        rows = cursor.fetchall()
    if not rows:
        return []
    role = rows[0][0]
    if owned := [table for _role, table, owns, _rights in rows if owns]:
        sentence = _("数据库角色 %(role)s 拥有 %(tables)s 等 %(n)s 张表，可以拆除台账的触发器")
        return [sentence % {"role": role, "tables": owned[0], "n": len(owned)}]
    return list(_deviations(role, [(table, frozenset(rights)) for _role, table, _owns, rights in rows]))


def _deviations(role: str, tables: Iterable[tuple[str, frozenset[str]]]) -> Iterable[str]:
    for table, rights in tables:
        if more := rights - rights_of(table):
            sentence = _("数据库角色 %(role)s 对表 %(table)s 有多余的权限：%(rights)s")
            yield sentence % {"role": role, "table": table, "rights": ", ".join(sorted(more))}
        if less := rights_of(table) - rights:
            sentence = _("数据库角色 %(role)s 对表 %(table)s 缺少权限：%(rights)s")
            yield sentence % {"role": role, "table": table, "rights": ", ".join(sorted(less))}
