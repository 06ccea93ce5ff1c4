"""Cases with chains of events, written and attacked: what the tests of the ledger share."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from cases.demands.models import Case
from foundation.canonical import sha256
from parties.models import District, Enterprise, Office
from workflow import triggers
from workflow.actor import Actor
from workflow.chain import Fault, Written, append_event, event_digest, payload_digest
from workflow.models import Event
from workflow.verify import verify_all

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def submission(case: Case, **changes: Any) -> dict[str, Any]:
    """What append_event() and make_event() are told, unless a test says otherwise."""
    given: dict[str, Any] = {
        "action": "submit",
        "from_state": "DRAFT",
        "to_state": "SUBMITTED",
        "actor": {"role": "ENTERPRISE_STAFF", "organisation": "内蒙古甲羊绒有限公司"},
        "user_id": 7,
        "at": NOON,
        "effective_at": NOON,
        "policy": "clocks-v1",
        "calendar": "2026",
        "facts": {"district": case.district_id},
        "body": {"text": "提交诉求"},
    }
    return {**given, **changes}


def five_cases() -> list[Case]:
    """Cases without events."""
    city = District.objects.create(code="150600", name="鄂尔多斯市", level=District.Level.CITY)
    office = Office.objects.create(
        name="市两新工委办公室", district=city, serves=city, office_kind=Office.OfficeKind.PLATFORM
    )
    firm = Enterprise.objects.create(name="内蒙古甲羊绒有限公司", district=city, credit_code="91150600MA0000000A")
    return [
        Case.objects.create(enterprise=firm, district=city, office=office, title=f"诉求{n}", text="说明")
        for n in range(5)
    ]


def write(case: Case, action: str = "submit", **changes: Any) -> Event:
    with transaction.atomic():
        written = append_event(case, **submission(case, action=action, **changes))
        Case.objects.filter(pk=case.pk).update(head_seq=case.head_seq, head_hash=case.head_hash)
    return written


def person(user_id: int) -> Actor:
    """Somebody who acts without a post."""
    return Actor(user_id=user_id, now=NOON, request_id="test")


def faults(batch: int = 500) -> list[Fault]:
    return [fault for step in verify_all([Case], batch=batch) for fault in step.faults]


def as_the_attacker(sql: str, *params: Any) -> None:
    """Run a statement with the triggers out of the way, as the owner of the tables could."""
    connection.check_constraints()  # PostgreSQL alters no table while a deferred check of it is still to come
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute(sql, params)
        connection.check_constraints()


def recompute_chain(case: Case) -> None:
    """Compute every hash of a chain anew from what the tables hold, head included, as their owner could."""
    prev = ""
    for event in Event.objects.filter(subject_kind="case", subject_id=case.pk).order_by("seq").select_related("body"):
        event.prev, event.payload_sha256 = prev, payload_digest(sha256(event.body.text), event.facts)
        prev = event_digest(Written.of(event, event.body.text))
        as_the_attacker(
            "update workflow_event set prev = %s, payload_sha256 = %s, digest = %s where id = %s",
            event.prev,
            event.payload_sha256,
            prev,
            event.pk,
        )
    Case.objects.filter(pk=case.pk).update(head_hash=prev)
