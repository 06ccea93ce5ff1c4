"""The home page: what to do next, and the boxes of all systems."""

from typing import Any

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
    counts = _counts(actor)
    entries = _first_entries(actor)
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
            "is_firm": actor.role in ENTERPRISE_ROLES,
        },
    )


def box(request: HttpRequest, name: str) -> HttpResponse:
    """Everything in one box, a section for each system that has any."""
    if name not in names():
        raise Http404
    actor = request.actor
    counts = _counts(actor)
    sections = [_section(inbox, actor, name, request.GET.get(inbox.name, "")) for inbox in registry.inboxes()]
    return render(
        request,
        "box.html",
        {
            "name": name,
            "asked": f"box={name}",
            "label": names()[name],
            "number": counter_words(counts[name]),
            "boxes": [_box(other, counts, current=name) for other in names()],
            "sections": [section for section in sections if section and section["entries"]],
        },
    )


def _section(inbox: Inbox, actor: Actor, name: str, after: str) -> dict[str, Any] | None:
    queryset = inbox.box(actor, name)
    if queryset is None:
        return None
    page = keyset_page(queryset, after=after, size=PAGE)
    return {"name": inbox.name, "entries": inbox.entries(actor, page.rows), "next": page.next, "first": page.first}


def _counts(actor: Actor) -> dict[str, int]:
    """Every number of the page in one statement. What is late or due today is counted inside 待办 itself."""
    wanted = {}
    for inbox in registry.inboxes():
        for name in names():
            if (rows := inbox.box(actor, name)) is not None:
                wanted[name, inbox.name] = rows
        if (rows := inbox.box(actor, "todo")) is not None:
            wanted["late", inbox.name] = rows.filter(is_late(actor.now))
            wanted["today", inbox.name] = rows.filter(is_due_today(actor.now))
    if actor.role == Role.INTAKE:
        wanted["unclaimed", "demands"] = queries.unclaimed(actor)
    if actor.role in ENTERPRISE_ROLES:
        wanted["drafts", "demands"] = Draft.objects.visible_to(actor)
    counted = bounded_counts(wanted)
    totals = dict.fromkeys([*names(), "late", "today", "unclaimed", "drafts"], 0)
    for (name, _inbox), number in counted.items():
        totals[name] += number
    return totals


def _first_entries(actor: Actor) -> list[InboxEntry]:
    """The most urgent lines of all systems; one statement a system."""
    found: list[InboxEntry] = []
    for inbox in registry.inboxes():
        rows = inbox.box(actor, "todo")
        if rows is not None:
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
