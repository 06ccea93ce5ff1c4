"""The working calendar: read by everybody, a year at a time; loaded by the system administrator, after a preview."""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from foundation.counters import counter_words
from foundation.errors import Changed, NotYours, Refused
from foundation.keyset import keyset_page
from parties.roles import ENTERPRISE_ROLES, Role
from workflow import recompute
from workflow.actor import Actor
from workflow.calendar import ZONE, Calendar, days_between
from workflow.calendar_forms import USUAL_FESTIVALS, ConfirmForm, FileForm, NoticeForm, read_hidden, usual_title
from workflow.calendar_loading import Preview, clocks_reaching_into, load_year, preview
from workflow.calendar_notice import FIRST_YEAR, LAST_YEAR, check_notice, csv_rows, read_file
from workflow.calendars import calendar_in_force
from workflow.models import CalendarVersion, CalendarYear

VERSIONS = 20  # a page
EDITIONS = 10  # of one year, the newest; each is in the list of versions too
_SATURDAY = 5


# --- reading ---


@dataclass(frozen=True)
class Cell:
    """One day in the table of its month: its number, the word under it, and how it is drawn."""

    number: str = ""
    words: str = ""
    look: str = "out"


@dataclass(frozen=True)
class Month:
    """One month as whole weeks, Monday first."""

    number: int
    working_days: int
    weeks: list[list[Cell]]


def calendar(request: HttpRequest) -> HttpResponse:
    """One year: which days are worked, by which notice; and the versions of the calendar."""
    actor = request.actor
    in_force = calendar_in_force(fresh=True)
    today = actor.now.astimezone(ZONE).date()
    year = _year(request, default=today.year)
    loads = CalendarYear.objects.filter(year=year).select_related("loaded_by").order_by("-edition")
    editions = list(loads[:EDITIONS])
    page = keyset_page(
        CalendarVersion.objects.select_related("by").order_by("-number"),
        after=request.GET.get("after", ""),
        size=VERSIONS,
    )
    return render(
        request,
        "workflow/calendar.html",
        {
            "year": year,
            "before": year - 1 if year > FIRST_YEAR else None,
            "after": year + 1 if year < LAST_YEAR else None,
            "version": in_force.version.rpartition("/")[2],
            "hours": "，".join(f"{opens:%H:%M}—{closes:%H:%M}" for opens, closes in in_force.spans),
            "provisional": year not in in_force.confirmed_years,
            "months": _months(in_force, year, today),
            "whole": sum(in_force.working_days_by_month(year)),
            "notice": editions[0] if editions else None,
            "festivals": _festivals(editions[0]) if editions else [],
            "make_up": [date.fromisoformat(day) for day in editions[0].make_up] if editions else [],
            "editions": [(row, _who(row.loaded_by, actor)) for row in editions],
            "versions": _versions(page.rows, actor),
            "next": page.next,
            "first": page.first,
            "job": recompute.last_job(),
            "may_load": actor.role == Role.SYSTEM_ADMIN,
        },
    )


def _year(request: HttpRequest, *, default: int) -> int:
    """The year of the address; what is no year of the calendar is as good as none."""
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else default
    return year if FIRST_YEAR <= year <= LAST_YEAR else default


def _months(in_force: Calendar, year: int, today: date) -> list[Month]:
    numbers = in_force.working_days_by_month(year)
    return [Month(month, numbers[month - 1], _weeks(in_force, year, month, today)) for month in range(1, 13)]


def _weeks(in_force: Calendar, year: int, month: int, today: date) -> list[list[Cell]]:
    first = date(year, month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    cells = [Cell()] * first.weekday()
    cells += [_cell(in_force, day, today) for day in days_between(first, last)]
    cells += [Cell()] * (-len(cells) % 7)
    return [cells[i : i + 7] for i in range(0, len(cells), 7)]


def _cell(in_force: Calendar, day: date, today: date) -> Cell:
    words, look = "", "f"
    if day in in_force.make_up:
        words, look = pgettext("day", "班"), "made-up"
    elif day in in_force.days_off:
        words, look = pgettext("day", "休"), "off"
    elif day.weekday() >= _SATURDAY:
        look = "w"
    return Cell(str(day.day), words, f"{look} today" if day == today else look)


def _festivals(row: CalendarYear) -> list[tuple[str, date, date, int]]:
    """Name, first and last day off, and how many days, in order."""
    spans = [(name, *map(date.fromisoformat, span)) for name, span in row.as_notice()["days_off"].items()]
    return [(name, first, last, (last - first).days + 1) for name, first, last in spans]


def _who(person: Any, actor: Actor) -> str:
    """Who loaded it: by name for officials, for a firm by the role alone."""
    if person is None:
        return _("随产品提供")
    return str(Role.SYSTEM_ADMIN.label) if actor.role in ENTERPRISE_ROLES else str(person)


def _versions(rows: list[CalendarVersion], actor: Actor) -> list[dict[str, Any]]:
    """Each version with what is new in it; the last row of a page is not compared."""
    news = [sorted(set(new.editions) - set(old.editions)) for new, old in pairwise(rows)] + [[]]
    return [
        {"row": row, "who": _who(row.by, actor), "shipped": row.by_id is None, "news": _named(names)}
        for row, names in zip(rows, news, strict=False)
    ]


def _named(names: Iterable[str]) -> str:
    """“2027年第1版” for the edition 2027-1."""
    pairs = [name.partition("-") for name in names]
    return _("、").join(_("%(year)s年第%(edition)s版") % {"year": year, "edition": n} for year, _dash, n in pairs)


# --- loading ---


def load(request: HttpRequest) -> HttpResponse:
    """The notice filled in row by row; sent, it comes back as a preview, or with what to mend."""
    for_system_admin(request.actor)
    if request.method != "POST":
        return _form_page(request, NoticeForm.of(_next_year()))
    if "mend" in request.POST:
        return _form_page(request, _carried(request))
    form = NoticeForm(request.POST)
    if form.is_valid():
        try:
            return _preview_page(request, preview(form.raw(), by=request.actor))
        except Refused as refused:
            form.refuse(refused)
    return _form_page(request, form, status=422)


def read(request: HttpRequest) -> HttpResponse:
    """A file: a whole notice leads to its preview, days alone to the form that they are filled into."""
    for_system_admin(request.actor)
    if request.method != "POST":
        return redirect("workflow:calendar_load")
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, NoticeForm.of(_next_year()), form, status=422)
    file = form.cleaned_data["file"]
    try:
        raw = read_file(file.read(), file.name)
    except Refused as refused:
        form.add_error("file", str(refused.sentence))
        return _form_page(request, NoticeForm.of(_next_year()), form, status=422)
    if "notice" not in raw and isinstance(raw.get("year"), int):
        return _form_page(request, NoticeForm.of(raw | {"notice": usual_title(raw["year"])}))
    try:
        return _preview_page(request, preview(raw, by=request.actor))
    except Refused as refused:
        form.add_error("file", str(refused.sentence))
        return _form_page(request, NoticeForm.of(raw), form, status=422)


def confirm(request: HttpRequest) -> HttpResponse:
    """The previewed notice is loaded, or the preview comes again with what to mend.

    A form sent twice loads once: the second time the notice is the one in force, and the page says so.
    """
    actor = request.actor
    for_system_admin(actor)
    if request.method != "POST":
        return redirect("workflow:calendar_load")
    raw = _hidden(request)
    try:
        return _confirmed(request, raw, actor)
    except Refused as refused:
        messages.info(request, str(refused.sentence))
        return redirect("workflow:calendar")


def _confirmed(request: HttpRequest, raw: dict[str, Any], actor: Actor) -> HttpResponse:
    found, status = preview(raw, by=actor), 422
    form = ConfirmForm(request.POST, doubts=bool(found.doubts))
    if form.is_valid():
        data = form.cleaned_data
        try:
            load_year(raw, by=actor, reason=data["reason"], seen=data["seen"], sure=data.get("sure", False))
        except Changed as changed:
            found, status = preview(raw, by=actor), 409
            form = ConfirmForm({**request.POST.dict(), "seen": found.seen}, doubts=bool(found.doubts))
            form.add_error(None, str(changed.sentence))
        else:
            messages.success(request, _("已载入，新版工作日历现在生效；在办时限正在重新计算"))
            return redirect(f"{reverse('workflow:calendar')}?year={found.notice.year}")
    return _preview_page(request, found, form, status=status)


def _hidden(request: HttpRequest) -> dict[str, Any]:
    try:
        return read_hidden(request.POST.get("notice", ""))
    except forms.ValidationError as error:
        raise Refused("notice", error.messages[0]) from error


def _carried(request: HttpRequest) -> NoticeForm:
    return NoticeForm.of(_hidden(request))


def _next_year() -> dict[str, Any]:
    """The first year without a notice, with the festivals it will have."""
    year = max(calendar_in_force().confirmed_years, default=FIRST_YEAR) + 1
    return {"year": year, "notice": usual_title(year), "days_off": {name: ["", ""] for name in USUAL_FESTIVALS}}


def _form_page(
    request: HttpRequest, form: NoticeForm, file: FileForm | None = None, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "file": file or FileForm()}
    return render(request, "workflow/calendar_load.html", context, status=status)


def _preview_page(
    request: HttpRequest, found: Preview, form: ConfirmForm | None = None, *, status: int = 200
) -> HttpResponse:
    if form is None:
        carried = json.dumps(found.notice.as_mapping(), ensure_ascii=False)
        form = ConfirmForm(initial={"notice": carried, "seen": found.seen}, doubts=bool(found.doubts))
    months = zip(range(1, 13), found.months_before, found.months_after, strict=True)
    context = {
        "found": found,
        "notice": found.notice,
        "version": found.seen,
        "months": [(month, before, after, after - before) for month, before, after in months],
        "sums": (sum(found.months_before), sum(found.months_after)),
        "clocks": counter_words(clocks_reaching_into(found.changes)),
        "form": form,
    }
    return render(request, "workflow/calendar_preview.html", context, status=status)


def sample(request: HttpRequest) -> HttpResponse:
    """The newest loaded notice as a file to write the next one by: every row in CSV, the whole notice in JSON."""
    for_system_admin(request.actor)
    row = CalendarYear.objects.order_by("-year", "-edition").first()
    if row is None:
        raise Http404
    notice = check_notice(row.as_notice())
    if request.GET.get("as") == "json":
        content, kind = json.dumps(notice.as_mapping(), ensure_ascii=False, indent=2) + "\n", "json"
    else:
        table = StringIO()
        csv.writer(table).writerows(csv_rows(notice))
        content, kind = "\ufeff" + table.getvalue(), "csv"  # the mark by which Excel knows UTF-8
    types = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
    response = HttpResponse(content, content_type=types[kind])
    response["Content-Disposition"] = f'attachment; filename="calendar-{row.year}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


def for_system_admin(actor: Actor) -> None:
    """Refuse whoever is not the system administrator."""
    if actor.role != Role.SYSTEM_ADMIN:
        raise NotYours(_("只有系统管理员可以载入放假安排"))
