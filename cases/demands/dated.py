"""Who set the date of a demand, clock by clock: minutes, an instruction or a finding, instead of the policy."""

import json
from collections.abc import Iterable, Sequence

from django.db.models import Q

from cases.demands.enums import PAPER_OF
from cases.demands.models import Case
from workflow.clocks import NAMES, ClockKind, Until, decoded
from workflow.explain import SetDate
from workflow.models import Clock, Event

# The events that name the paper by which a date is set, then or when the next term begins.
TELLING = ("open_from_origin", "move_date_by_origin", "tie_by_origin")
SETS = f'"{NAMES[Until]}"'  # how the facts of an event say that it set one
# The sequence of the event that set a date, and what it set.
Dates = Sequence[tuple[int, SetDate]]


def of_case(case: Case) -> Dates:
    """The dates that were set, in their order; one statement, and none for a demand whose terms the policy counts."""
    if case.due_on is None:
        return []
    events = Event.objects.filter(subject_kind=Case.ledger_kind, subject_id=case.pk)
    return read(events.filter(Q(action__in=TELLING) | Q(facts__contains=SETS)).order_by("seq"))


def read(events: Iterable[Event]) -> Dates:
    """The dates that these events set, in their order."""
    found, paper = [], ""
    for event in events:
        if event.action not in TELLING and SETS not in event.facts:
            continue
        facts = json.loads(event.facts)
        if event.action in TELLING:
            paper = facts["origin_document"] or str(PAPER_OF[facts["origin_kind"]])
        found += [
            (event.seq, SetDate(effect.day, paper, event.effective_at))
            for effect in decoded(facts.get("clocks", ()))
            if isinstance(effect, Until) and effect.kind == ClockKind.RESOLVE
        ]
    return found


def of_clock(row: Clock, dates: Dates, later: Iterable[int]) -> SetDate | None:
    """What set the date of this clock last; `later` are the sequences at which further terms of 办结 began.

    A redo has a term of its own, and so has what was late already when its date was moved.
    """
    if row.kind != ClockKind.RESOLVE:
        return None
    end = min((seq for seq in later if seq > row.started_seq), default=None)
    within = [one for seq, one in dates if seq >= row.started_seq and (end is None or seq < end)]
    return within[-1] if within else None


def by_clock(rows: Iterable[Clock], dates: Dates) -> dict[int, SetDate | None]:
    """By the key of its row: what set the date of each clock of a demand."""
    rows = list(rows)
    starts = [row.started_seq for row in rows if row.kind == ClockKind.RESOLVE]
    return {row.pk: of_clock(row, dates, starts) for row in rows}
