"""Reading leaves a trace, and the firm sees which organisations have opened its demand (the page “visibility”)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max, QuerySet
from django.utils import translation

from cases.demands.models import Case, CaseReading
from parties.roles import ENTERPRISE_ROLES, OFFICE_ROLES
from workflow.actor import Actor

Kind = CaseReading.Kind
AGAIN_AFTER = timedelta(minutes=10)  # the same person, demand and way within this leave one row
LANGUAGE = "zh-hans"  # of what is kept, whatever the reader's

_TABLE = CaseReading._meta.db_table
# The rows are looked for and written in one statement; two requests at the same instant may still write two.
_INSERT = f"""
INSERT INTO {_TABLE} (case_id, user_id, organisation_id, role_text, kind, at)
SELECT c.id, %s, %s, %s, %s, %s FROM {Case._meta.db_table} c
WHERE c.id IN ({{ids}}) AND NOT EXISTS (
    SELECT 1 FROM {_TABLE} r WHERE r.case_id = c.id AND r.user_id = %s AND r.kind = %s AND r.at > %s)
"""  # noqa: S608 (our tables)
MOST = 500  # demands in one statement


def note(case: Case, actor: Actor, kind: str) -> None:
    """That this actor has opened the demand is on record, once in ten minutes; one statement, none for the system."""
    note_many([case.pk], actor, kind)


def note_many(case_ids: Iterable[int], actor: Actor, kind: str) -> None:
    """The same for everything in an export or a printed list; one statement for each 500 demands."""
    if actor.user_id is None or actor.post is None:
        return
    with translation.override(LANGUAGE):
        role = str(actor.post.role.label)
    ids = list(case_ids)
    at, since = (connection.ops.adapt_datetimefield_value(moment) for moment in (actor.now, actor.now - AGAIN_AFTER))
    for start in range(0, len(ids), MOST):
        some = ids[start : start + MOST]
        values = [actor.user_id, actor.organisation_id, role, kind, at, *some, actor.user_id, kind, since]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT.format(ids=", ".join(["%s"] * len(some))), values)


@dataclass(frozen=True)
class Reader:
    """An organisation that has opened a demand, and when it last did."""

    organisation: str
    last: datetime


def may_see_readings(actor: Actor) -> bool:
    """The firm and the platform office; a department is not told who else reads."""
    return actor.role in ENTERPRISE_ROLES | OFFICE_ROLES


def readers(case: Case, actor: Actor) -> list[Reader]:
    """The organisations that have opened the demand, the latest first; never the reader's own firm. One statement."""
    rows = readings(case, actor).order_by().values("organisation__name").annotate(last=Max("at"))
    found = [Reader(row["organisation__name"], row["last"]) for row in rows]
    return sorted(found, key=lambda one: (-one.last.timestamp(), one.organisation))


def readings(case: Case, actor: Actor) -> QuerySet[CaseReading]:
    """Every reading by others than the firm itself, newest first."""
    rows = CaseReading.objects.filter(case=case).select_related("organisation").order_by("-id")
    return rows.exclude(organisation_id=case.enterprise_id)
