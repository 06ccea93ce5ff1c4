"""What happened to a subject, as one reader may know it: timeline, clocks, and where its chain stands."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Max
from django.utils.translation import gettext as _

from parties.models import User
from parties.roles import ENTERPRISE_ROLES
from workflow.actor import Actor
from workflow.models import Clock, Event
from workflow.specs import hidden_from, told_as
from workflow.subject import Subject


class Line(NamedTuple):
    """One event as the reader may see it."""

    seq: int
    action: str
    label: Any
    at: datetime
    who: str
    text: str
    note: str  # what was said with it; of a move that took two people else why it was proposed, not for the firm
    internal: bool
    body: dict[str, Any]
    proposer: str = ""  # of a move that took two people; empty for the firm
    digest: str = ""  # the hash of the event, by which paper is tied to the chain


def timeline(subject: Subject, actor: Actor, *, until: int | None = None, outward: bool = False) -> list[Line]:
    """The events of a subject, newest first, without those kept from this role, up to `until`. One statement.

    Who proposed a move that takes two people and why is nothing for the firm, nor for paper that goes out to it
    (`outward`, which has no internal events either).
    """
    return timeline_and_actions(subject, actor, until=until, outward=outward)[0]


def timeline_and_actions(
    subject: Subject, actor: Actor, *, until: int | None = None, outward: bool = False
) -> tuple[list[Line], frozenset[str]]:
    """The same, and the actions of all these events, told or not: by them a page knows what it need not look for.

    They are for that alone, never for anything that is shown.
    """
    events = Event.objects.filter(subject_kind=subject.ledger_kind, subject_id=subject.pk).order_by("-seq")
    if until is not None:
        events = events.filter(seq__lte=until)
    model, role = type(subject), actor.role
    firm = outward or role in ENTERPRISE_ROLES
    rows = list(events.values_list("seq", "action", "at", "digest", "actor", "body__text"))
    records = {seq: json.loads(text) for seq, _action, _at, _digest, text, _body in rows}
    lines, names = [], stand_ins(records, named=not firm)
    for seq, action, at, digest, _actor, text in rows:
        told = told_as(model, action)
        if role in told.kept_from or (outward and told.internal):
            continue
        # A body may have been erased when its retention ended (decision 0002); the event itself stays.
        body: dict[str, Any] = {"text": _("正文已销毁")} if text is None else json.loads(text)
        proposal: dict[str, str] = {} if firm else body.get("proposal", {})
        who = records[seq]
        lines.append(
            Line(
                seq,
                action,
                told.label,
                at,
                f"{who['role_text']} · {subject.organisation_shown(who, actor)}{names.get(seq, '')}",
                body.get("text", ""),
                body.get("note", "") or proposal.get("reason", ""),
                told.internal,
                body,
                proposal.get("proposer", ""),
                digest,
            )
        )
    return lines, frozenset(row[1] for row in rows)


def stand_ins(records: Mapping[int, Mapping[str, Any]], *, named: bool) -> dict[int, str]:
    """By event that was done in somebody's stead: “（C 代 A）”, as the people are called now; unnamed “（代）” alone.

    `records` are what the events keep of who acted: the keys of people. One statement, and none when nobody stood in or
    nobody is to be named.
    """
    pairs = {seq: (who["user_id"], who["on_behalf"][0]) for seq, who in records.items() if who.get("on_behalf")}
    if not named or not pairs:
        return dict.fromkeys(pairs, _("（代）"))
    people = dict(
        User.objects.filter(pk__in={user for pair in pairs.values() for user in pair}).values_list("pk", "name")
    )
    return {
        seq: _("（%(deputy)s 代 %(holder)s）") % {"deputy": people[who], "holder": people[holder]}
        if {who, holder} <= people.keys()
        else _("（代）")
        for seq, (who, holder) in pairs.items()
    }


def last_of(model: type[Subject], ids: Collection[int], by: Actor) -> dict[int, int]:
    """By subject: the sequence of its last event that is not kept from this actor's role; one statement."""
    events = Event.objects.filter(subject_kind=model.ledger_kind, subject_id__in=ids)
    seen = events.exclude(action__in=hidden_from(model, by.role)).order_by()
    return dict(seen.values("subject_id").annotate(last=Max("seq")).values_list("subject_id", "last"))


def clocks_of(subject: Subject) -> list[Clock]:
    """Every clock of a subject: the running ones by due date, then the stopped ones, newest first; one statement."""
    rows = list(Clock.objects.filter(subject_kind=subject.ledger_kind, subject_id=subject.pk))
    return sorted(rows, key=lambda c: (c.stopped_at is not None, c.due_at if c.stopped_at is None else c.started_at))
