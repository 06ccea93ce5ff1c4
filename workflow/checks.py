"""System checks of the workflow: the site does not start over a ledger that can be rewritten."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.translation import gettext as _

from workflow import roles, triggers


def ledger_faults(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """A sentence for every trigger that does not guard a table of the ledger; for the start and for /readyz.

    The tables are those of events, bodies, seals and tombstones. Nothing is said of a database that was not migrated.
    Two statements, whatever the size of the ledger.
    """
    if not triggers.tables_exist(connections[using]):
        return []
    return [
        _("台账防篡改触发器缺失：%(name)s（数据库 %(alias)s）") % {"name": name, "alias": using}
        for name in triggers.missing(connections[using])
    ]


@register(Tags.database)
def ledger_triggers_stand(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """An error for every trigger that is missing while the table is there.

    Runs only when databases are named (`check --database default`, and `migrate`). `migrate` stops at this error too
    before it could put the triggers back; that is wanted, for somebody should know they were gone, and the hint says
    how to go on.
    """
    return [
        Error(
            sentence,
            hint=_("先查明原因，再运行 manage.py migrate --skip-checks 重新安装，并用 manage.py verify_ledger 核验。"),
            id="workflow.E001",
        )
        for alias in databases or ()
        for sentence in ledger_faults(alias)
    ]


@register(Tags.database, deploy=True)
def application_owns_no_table(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """A warning when the role of the site could take the ledger's triggers away, or may do other than it should.

    For `check --deploy --database default` as the application's role: one role for everything is fine for a trial.
    """
    return [
        checks.Warning(
            sentence,
            hint=_("以表的所有者身份运行 manage.py grant_application，网站和后台用另一个角色（docs/operations.md）。"),
            id="workflow.W001",
        )
        for alias in databases or ()
        for sentence in roles.faults(connections[alias])
    ]
