"""The home page: what to do next, and the boxes of all systems."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases.demands import queries
from cases.demands.models import Draft
from foundation.counters import bounded_counts, counter_words
from foundation.keyset import keyset_page
from parties.roles import ENTERPRISE_ROLES, Role
from workflow import registry
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.due import is_due_today, is_late
from workflow.models import Notice
from workflow.registry import Inbox, InboxEntry

FIRST = 10
PAGE = 30
ICONS = {"todo": "inbox", "done": "done", "mine": "send"}


def names() -> dict[str, str]:
    """The boxes in their order, by name."""
    return {"todo": _("待办"), "done": _("已办"), "mine": _("我发起")}


def home(request: HttpRequest) -> HttpResponse:
    """What is waiting for this person, least time left first; counters and list come from the same querysets."""
    actor = request.actor
    counts, boxes = _counted(actor)
    entries = _first_entries(actor, boxes)
    return render(
        request,
        "home.html",
        {
            "greeting": _greeting(actor),
            "working_day": _working_day_of_month(actor),
            "number": counts["todo"],
            "words": counter_words(counts["todo"]),
            "boxes": [_box(name, counts) for name in names()],
            "entries": entries,
            "unclaimed": counts["unclaimed"],
            "unclaimed_words": counter_words(counts["unclaimed"]),
            "drafts": counts["drafts"],
            "unread": counts["unread"],
            "is_firm": actor.role in ENTERPRISE_ROLES,
        },
    )


def box(request: HttpRequest, name: str) -> HttpResponse:
    """Everything in one box, a section for each system that has any."""
    if name not in names():
        raise Http404
    actor = request.actor
    counts, boxes = _counted(actor)
    sections = [
        _section(inbox, actor, rows, request.GET.get(inbox.name, ""))
        for inbox in registry.inboxes()
        if (rows := boxes.get((name, inbox.name))) is not None
    ]
    return render(
        request,
        "box.html",
        {
            "name": name,
            "asked": f"box={name}",
            "label": names()[name],
            "number": counter_words(counts[name]),
            "boxes": [_box(other, counts, current=name) for other in names()],
            "sections": [section for section in sections if section["entries"]],
            "unread": counts["unread"],
        },
    )


def _section(inbox: Inbox, actor: Actor, rows: QuerySet[Any], after: str) -> dict[str, Any]:
    page = keyset_page(rows, after=after, size=PAGE)
    return {"name": inbox.name, "entries": inbox.entries(actor, page.rows), "next": page.next, "first": page.first}


def _boxes(actor: Actor) -> dict[tuple[str, str], QuerySet[Any]]:
    """What this person has, by the names of the box and of the system; it is counted and listed."""
    found = {(name, inbox.name): inbox.box(actor, name) for inbox in registry.inboxes() for name in names()}
    return {where: rows for where, rows in found.items() if rows is not None}


def _counted(actor: Actor) -> tuple[dict[str, int], dict[tuple[str, str], QuerySet[Any]]]:
    """Every number of the page in one statement, and the boxes in which there is anything.

    What is late or due today is counted inside 待办 itself.
    """
    boxes = _boxes(actor)
    wanted: dict[tuple[str, str], QuerySet[Any]] = {**boxes}
    parts = {
        (name, system): {("late", system): is_late(actor.now), ("today", system): is_due_today(actor.now)}
        for name, system in boxes
        if name == "todo"
    }
    if actor.role == Role.INTAKE:
        wanted["unclaimed", "demands"] = queries.unclaimed(actor)
    if actor.role in ENTERPRISE_ROLES:
        wanted["drafts", "demands"] = Draft.objects.visible_to(actor)
    wanted["unread", "notices"] = Notice.objects.visible_to(actor).unread()
    counted = bounded_counts(wanted, parts=parts)
    totals = dict.fromkeys([*names(), "late", "today", "unclaimed", "drafts", "unread"], 0)
    for (name, _system), number in counted.items():
        totals[name] += number
    return totals, {where: rows for where, rows in boxes.items() if counted[where]}


def _first_entries(actor: Actor, boxes: dict[tuple[str, str], QuerySet[Any]]) -> list[InboxEntry]:
    """The most urgent lines of all systems; one statement for each that has any."""
    found: list[InboxEntry] = []
    for inbox in registry.inboxes():
        if (rows := boxes.get(("todo", inbox.name))) is not None:
            found += inbox.entries(actor, rows[:FIRST])
    return sorted(found, key=lambda entry: (entry.due_at is None, entry.due_at))[:FIRST]


def _box(name: str, counts: dict[str, int], *, current: str = "todo") -> dict[str, Any]:
    warn = _("超期 %(n)s") % {"n": counter_words(counts["late"])} if name == "todo" and counts["late"] else ""
    note = _("今天到期 %(n)s") % {"n": counter_words(counts["today"])} if name == "todo" and counts["today"] else ""
    return {
        "name": name,
        "label": names()[name],
        "icon": ICONS[name],
        "number": counter_words(counts[name]),
        "current": name == current,
        "warn": warn,
        "note": note,
    }


def _greeting(actor: Actor) -> str:
    hour = actor.now.astimezone(ZONE).hour
    if hour < 12:
        return _("上午好")
    return _("下午好") if hour < 18 else _("晚上好")


def _working_day_of_month(actor: Actor) -> int | None:
    """Which working day of the month it is; None on a day off."""
    today = actor.now.astimezone(ZONE).date()
    calendar = calendar_in_force()
    if not calendar.is_working_day(today):
        return None
    before = today.replace(day=1)
    return calendar.working_days_between(before, today) + calendar.is_working_day(before)
