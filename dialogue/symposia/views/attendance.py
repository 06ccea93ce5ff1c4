"""Who was there: the sums and buttons on the page of a meeting, and one page with everybody to record it by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dialogue.symposia import moves, queries, rules
from dialogue.symposia.enums import COUNTED, MeetingState, Presence
from dialogue.symposia.forms.attendance import AttendanceForm
from dialogue.symposia.models import Meeting
from dialogue.symposia.queries import Seat, Tally
from dialogue.symposia.rules import REMOVED, Mark
from dialogue.symposia.views import words
from dialogue.symposia.views.acting import find, refused_page
from foundation.errors import Changed, DomainError, NotVisible, Refused, WrongMoment
from workflow.actor import Actor
from workflow.door import refusal
from workflow.specs import specs
from workflow.time_left import date_text
from workflow.views.once import random_key

PEOPLE_A_PAGE = 100  # a form of four boxes each, within what one request may carry
# Their buttons stand in the panel; signing in has none: it takes the code on the screen.
ACTIONS = ("issue_attendance", "record_attendance", "sign_in")
NEWCOMER = ("participant", "organisation", "name", "post", "presence", "reason")
LOOK: dict[str, tuple[str, str]] = {
    Presence.EXPECTED: ("grey", "clock"),
    Presence.PRESENT: ("green", "done"),
    Presence.EXCUSED: ("amber", "pause"),
    Presence.ABSENT: ("red", "x"),
}


@dataclass(frozen=True)
class Line:
    """One person as a page shows them."""

    name: str
    post: str
    label: Any
    tone: str
    icon: str
    note: str
    reason: str
    # To record presence by hand: what the boxes are called, show and had shown.
    key: str = ""
    choices: list[tuple[str, Any, bool]] = field(default_factory=list)
    was: str = ""
    was_reason: str = ""
    contested: str = ""
    fault: str = ""


@dataclass(frozen=True)
class House:
    """An organisation, as what it takes part, and its people."""

    name: str
    part: Any
    lines: list[Line]


# --- on the page of the meeting ---


def panel(meeting: Meeting, actor: Actor, whole: bool) -> dict[str, Any]:
    """Sums for everybody who sees the meeting whole; by name for the organisers and the host, and one's own people.

    Two statements.
    """
    if not whole or meeting.state not in COUNTED:
        return {"attendance": None}
    seats = queries.roll(meeting)
    if not rules.sees_roll(meeting, actor):
        own = (seat for seat in seats if seat.is_of(actor.organisation_id))
        mine = [replace(seat, reason="") for seat in own]  # why a colleague is excused is not for the whole house
        return {"attendance": {"sums": sums(queries.tally(seats)), "houses": houses(mine, actor)}}
    links, sheet, may_record = [], None, rules.may_organise.refusal(meeting, actor) is None
    if may_record and refusal(meeting, "sign_in", actor) is None:
        coming = actor.now < meeting.ends_at
        links.append(_way(meeting, "screen", _("会场签到码"), "phone", primary=coming))
    if refusal(meeting, "record_attendance", actor) is None:
        links.append(_way(meeting, "attendance", _("到会登记"), "users"))
    # On its day this is what a meeting is opened for.
    day_has_come = rules.local_day(actor.now) >= rules.local_day(meeting.starts_at)
    ways = links if meeting.state == MeetingState.NOTIFIED and day_has_come else []
    if refusal(meeting, "issue_attendance", actor) is None:
        sheet = {
            "url": reverse("symposia:act", args=[meeting.public_id, "issue_attendance"]),
            "label": specs(Meeting)["issue_attendance"].label,
            "icon": "doc",
            "key": random_key(),
        }
    return {
        "attendance": {
            "sums": sums(queries.tally(seats)),
            "houses": houses(seats, actor),
            "ways": ways,
            "links": [link for link in links if link not in ways],
            "sheet": sheet,
            "closed": rules.why_closed(meeting) if may_record else "",
        }
    }


def _way(meeting: Meeting, name: str, label: str, icon: str, *, primary: bool = False) -> dict[str, Any]:
    """A button that leads to a page of who is there."""
    url = reverse(f"symposia:{name}", args=[meeting.public_id])
    return {"name": name, "label": label, "icon": icon, "primary": primary, "refusal": None, "url": url}


def sums(tally: Tally) -> list[tuple[Any, int]]:
    """应到 = 实到 + 请假 + 缺席, and before the meeting those who have still to sign."""
    found = [(_("应到"), tally.expected), (Presence.PRESENT.label, tally.present)]
    found += [(Presence.EXCUSED.label, tally.excused), (Presence.ABSENT.label, tally.absent)]
    return [*found, (Presence.EXPECTED.label, tally.waiting)] if tally.waiting else found


def houses(seats: Iterable[Seat], actor: Actor) -> list[House]:
    return [
        House(*house[1:], [_line(seat, actor) for seat in of_house])
        for house, of_house in groupby(seats, key=_house_of)
    ]


def _house_of(seat: Seat) -> tuple[int | None, str, str]:
    """What tells the organisations of a roll apart; its name, and as what it takes part."""
    return seat.participant.pk if seat.participant else None, seat.organisation, seat.part


def _line(seat: Seat, actor: Actor, **boxes: Any) -> Line:
    tone, icon = LOOK[seat.presence]
    note = ""
    if seat.row is not None and seat.row.signed_at:
        note = f"{seat.row.get_signed_by_display()} {date_text(seat.row.signed_at, actor.now)}"
    name = seat.name or _("（未报人员）")
    return Line(name, seat.post, seat.presence.label, tone, icon, note, seat.reason, **boxes)


# --- by hand ---


def attendance(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everybody expected on one page, and one person more; saved together, and nothing of it when two disagree."""
    actor = request.actor
    meeting = find(public_id, actor)
    if error := refusal(meeting, "record_attendance", actor):
        why = rules.why_closed(meeting) if isinstance(error, WrongMoment) else ""
        return refused_page(request, meeting, WrongMoment(why) if why else error)
    if request.method != "POST":
        return _draw(request, meeting, AttendanceForm(meeting=meeting, actor=actor))
    form = AttendanceForm(request.POST, meeting=meeting, actor=actor)
    if not form.is_valid():
        return _draw(request, meeting, form, status=422)
    try:
        moves.record_attendance(meeting.pk, by=actor, **form.cleaned_data)
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        return _draw(request, meeting, form, status=422)
    except Changed as error:
        form.prepare()
        form.add_error(None, str(error.sentence))
        return _draw(request, meeting, form, status=409)
    except NotVisible:
        raise
    except DomainError as error:
        return refused_page(request, meeting, error)
    messages.success(request, _("已保存到会情况"))
    return redirect(f"{form.leads_to()}?part={request.GET['part']}" if "part" in request.GET else form.leads_to())


def _part(request: HttpRequest, parts: int) -> int:
    """Which part of a long roll is asked for; the first for anything else."""
    asked = request.GET.get("part", "")
    return int(asked) if asked in map(str, range(1, parts + 1)) else 1


def _draw(request: HttpRequest, meeting: Meeting, form: AttendanceForm, *, status: int = 200) -> HttpResponse:
    actor, typed = request.actor, {mark.person: mark for mark in _typed(form)}
    parts = [form.seats[n : n + PEOPLE_A_PAGE] for n in range(0, len(form.seats), PEOPLE_A_PAGE)]
    part = _part(request, len(parts))
    boxed = [
        House(
            *house[1:],
            [_boxes(meeting, seat, form, typed.get(seat.key) if seat.key else None, actor) for seat in of_house],
        )
        for house, of_house in groupby(parts[part - 1], key=_house_of)
    ]
    context = {
        "meeting": meeting,
        "badge": words.state_badge(meeting),
        "facts": words.facts(meeting),
        "form": form,
        "houses": boxed,
        "part": part,
        "parts": range(1, len(parts) + 1),
        "sums": sums(queries.tally(form.seats)),
        "newcomer": [form[name] for name in NEWCOMER],
        "adding": form.is_bound and any(form[name].value() for name in NEWCOMER[:4]),
        "label": specs(Meeting)["record_attendance"].label,
    }
    return render(request, "symposia/attendance.html", context, status=status)


def _typed(form: AttendanceForm) -> list[Mark]:
    """The marks that were sent, also when they are not accepted."""
    if not form.is_bound:
        return []
    try:
        return list(form.fields["marks"].to_python(form["marks"].data) or ())
    except ValidationError:
        return []


def _boxes(meeting: Meeting, seat: Seat, form: AttendanceForm, mark: Mark | None, actor: Actor) -> Line:
    """One person with the boxes as they were left, beside what is recorded now where that is another thing."""
    if seat.key is None:
        return _line(seat, actor)
    if mark is None or not mark.says_something:
        mark = Mark(seat.key, seat.presence, seat.presence, seat.reason, seat.reason)
    contested = ""
    if mark.is_contested(seat.presence, seat.reason):
        now = f"{seat.presence.label} {seat.reason}".strip()
        contested = _("刚刚由别人登记为“%(now)s”。再保存一次，就以您下面选的为准。") % {"now": now}
        mark = Mark(seat.key, seat.presence, mark.presence, seat.reason, mark.reason)
    offered = [(p.value, p.label, p == mark.presence) for p in rules.presences(meeting)]
    if mark.presence not in [value for value, _label, _on in offered] and mark.presence != REMOVED:
        offered.insert(0, (mark.was, Presence(mark.was).label, True))
    if seat.row is not None and rules.may_remove(seat.row):
        offered.append((REMOVED, rules.REMOVED_LABEL, mark.presence == REMOVED))
    shown = _line(
        seat,
        actor,
        key=seat.key.hex,
        choices=offered,
        was=mark.was,
        was_reason=mark.was_reason,
        contested=contested,
        fault=form.faults.get(seat.key, ""),
    )
    return Line(**{**shown.__dict__, "reason": mark.reason})
