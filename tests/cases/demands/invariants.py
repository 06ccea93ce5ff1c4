"""What must hold of a demand after every move, whoever made it and whatever else happened."""

import json
from datetime import datetime

from cases.demands.models import Case
from workflow.chain import Written, verify_chain
from workflow.models import Clock, Event
from workflow.replay import differences_of


def running(case: Case) -> set[int]:
    return set(Clock.objects.filter(subject_id=case.pk, stopped_at=None).values_list("pk", flat=True))


def turn_of(case: Case) -> tuple[str, str] | None:
    if case.turn_org_id is None:
        assert case.turn_role == ""
        return None
    names = {case.office_id: "office", case.lead_id: "lead", case.enterprise_id: "enterprise"}
    return names[case.turn_org_id], case.turn_role


def assert_next_due_is_the_first_of_the_running(case: Case) -> None:
    clocks = Clock.objects.filter(subject_id=case.pk, stopped_at=None, held_at=None, paused_at=None).order_by(
        "due_at", "kind"
    )
    # Whoever has the turn can meet no clock but this one.
    if only := {"WAIT_ENTERPRISE": "ANSWER", "RETURN_REVIEW": "ARBITRATION"}.get(case.state):
        clocks = clocks.filter(kind=only)
    first = clocks.first()
    found = (case.next_clock, case.next_due_at, case.next_since)
    assert found == ((first.kind, first.due_at, first.started_at) if first else ("", None, None))


def assert_every_clock_is_its_replay(case: Case) -> None:
    """Stored due = function of (events, named versions), and so are all the other columns of a clock."""
    assert differences_of(Case, case.pk) == []


def assert_chain_holds(case: Case) -> None:
    events = Event.objects.filter(subject_kind="case", subject_id=case.pk).select_related("body").order_by("seq")
    written = [Written.of(event, event.body.text) for event in events]
    assert [event.seq for event in written] == list(range(1, case.head_seq + 1))
    assert verify_chain(written, subject=f"case:{case.pk}", head_seq=case.head_seq, head_hash=case.head_hash) == []


def assert_who_sees_the_task_is_their_replay(case: Case) -> None:
    """Who saw task and text, from when to when and by which paper: the events of its chain say no more and no less."""
    events = Event.objects.filter(subject_kind="case", subject_id=case.pk, action="share_by_origin").order_by("seq")
    running: dict[int, tuple[str, datetime]] = {}
    told: list[tuple[int, str, datetime, datetime | None]] = []
    for event in events:
        facts = json.loads(event.facts)
        for key in running.keys() - set(facts["shared_with"]):
            told.append((key, *running.pop(key), event.effective_at))
        for key in facts["shared_with"]:
            running.setdefault(key, (facts["origin_document"], event.effective_at))
    told += [(key, *since, None) for key, since in running.items()]
    rows = case.access.filter(source="CO_HANDLER").order_by("organisation_id", "valid_from")
    stored = list(rows.values_list("organisation_id", "reason", "valid_from", "valid_to"))
    assert stored == sorted(told, key=lambda row: (row[0], row[2]))
