"""谁能看到这件诉求: the panel on the page of a demand, the record of who has opened it, and what others see in part."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.demands import origins, queries, reading, telling
from cases.demands.columns import chosen_columns
from cases.demands.identity import firm_words
from cases.demands.models import Case
from cases.demands.views import table, words
from foundation.counters import bounded_counts, counter_words
from foundation.errors import NotVisible, NotYours
from foundation.keyset import keyset_page
from workflow.actor import Actor
from workflow.door import Offer

PAGE = 25
PLAIN = {"current": False, "warn": False, "icon": "", "note": ""}
# Moves that stand in the panel and not among what there is to do: they are about who sees the demand.
HERE = ("ask_recusal", "recuse", "lift_recusal")

Asked = Callable[[Case, Actor], list[tuple[str, str]]]  # what the firm wrote, as this reader may read it


def panel(case: Case, actor: Actor, offered: Iterable[Offer]) -> dict[str, Any]:
    """What the panel of the case page shows: two statements, and one more for those who may see who has read it.

    `offered` are the moves that this reader is offered, here and elsewhere.
    """
    seen = queries.seen_by(case, actor)
    told = reading.may_see_readings(actor)
    links = [
        {"label": offer.label, "icon": offer.icon, "url": words.case_address(case.public_id, "act", offer.name)}
        for offer in offered
        if offer.name in HERE and offer.refusal is None and (offer.name != "lift_recusal" or seen.kept_out)
    ]
    return {
        "viewers": [_line(viewer, actor) for viewer in seen.viewers],
        "kept_out": _kept_out(seen.kept_out),
        "access_links": links,
        "readers_shown": told,
        "readers": reading.readers(case, actor) if told else [],
    }


def _kept_out(names: list[str]) -> str:
    if not names:
        return ""
    people = {"n": len(names), "names": str(_("、")).join(names)}
    return ngettext("%(n)s 人回避：%(names)s", "%(n)s 人回避：%(names)s", len(names)) % people


def _line(viewer: queries.Viewer, actor: Actor) -> dict[str, Any]:
    """One organisation in words: by what and since when, in which roles, and how much it sees."""
    since = words.day_text(viewer.since, actor.now) if viewer.since else ""
    if viewer.until is not None:
        why = _("曾主办（到 %(day)s）") % {"day": words.day_text(viewer.until, actor.now)}
        if viewer.shared:
            why = _("%(why)s，%(day)s起") % {"why": str(_("、")).join([why, *viewer.why[1:]]), "day": since}
        much = _("到转出时为止")
    else:
        why = str(_("、")).join(viewer.why)
        why = _("%(why)s，%(day)s起") % {"why": why, "day": since} if since else why
        much = _("全部") if viewer.sees_notes else _("全部，内部备注除外")
    if viewer.shared:
        much = _("任务和诉求内容") if viewer.until is None else _("任务和诉求内容，此外到转出时为止")
    if viewer.ends is not None:
        why = _("%(why)s，到 %(day)s") % {"why": why, "day": words.day_text(viewer.ends, actor.now)}
    return {"organisation": viewer.organisation, "why": why, "roles": str(_("、")).join(viewer.roles), "much": much}


def read_by(public_id: UUID, actor: Actor) -> Case:
    """The demand whose record of readings this actor may see. Raises NotVisible, NotYours."""
    case: Case | None = Case.objects.visible_to(actor).filter(public_id=public_id).first()
    if case is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    if not reading.may_see_readings(actor):
        raise NotYours(_("只有提出企业和平台办公室可以查看查阅记录"))
    return case


def readings(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """查阅记录: every time somebody else opened, printed or took out the demand, by organisation, newest first."""
    actor = request.actor
    case = read_by(public_id, actor)
    page = keyset_page(reading.readings(case, actor), after=request.GET.get("after", ""), size=PAGE)
    context = {
        "case": case,
        "rows": page.rows,
        "next": page.next,
        "first": page.first,
        "is_firm": telling.is_firm(actor),
    }
    context["asked"] = f"case={public_id}"
    return render(request, "demands/readings.html", context)


def part_page(
    request: HttpRequest, public_id: UUID, asked: Callable[[Case, Actor], list[tuple[str, str]]]
) -> HttpResponse:
    """What somebody sees who does not see the demand whole: their task, and what their department had of it before."""
    actor = request.actor
    segment, shared = queries.segment_of(public_id, actor), queries.shared_task(public_id, actor)
    case = shared.case if shared else segment.case if segment else None
    if case is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    reading.note(case, actor, reading.Kind.OPEN)
    context: dict[str, Any] = {"case": case, "task": _task(case, actor) if shared else None}
    if segment is None:
        return render(request, "demands/shared_task.html", context)
    context |= {"case": segment.case, "segment": segment, "lines": segment.lines, "pairs": asked(segment.case, actor)}
    return render(request, "demands/former.html", context)


def _task(case: Case, actor: Actor) -> dict[str, Any]:
    """The item because of which this reader sees the demand, whose it is and who has it; of its content the text."""
    firm = firm_words(case, actor) or _("没有提出企业")
    return {
        "case": case,
        "pairs": [(_("企业"), firm), *([(_("主办部门"), case.lead.name)] if case.lead else [])],
        "came_from": origins.of_case(case, actor),
    }


def elsewhere(actor: Actor) -> dict[str, Any]:
    """The lists beside that of present work, by name: what was granted, and what has left the department."""
    return {"granted": Case.objects.granted_to(actor), "former": Case.objects.left_by(actor)}


def shortcuts(counts: dict[str, int]) -> list[dict[str, Any]]:
    """Links to these lists beside the filters of the main one, when anything stands in them."""
    address, labels = reverse("demands:shared"), {"granted": _("另行授权"), "former": _("转出的")}
    return [
        {"label": label, "url": f"{address}?which={name}", "number": counter_words(counts[name]), **PLAIN}
        for name, label in labels.items()
        if counts[name]
    ]


def shared_list(request: HttpRequest) -> HttpResponse:
    """另行授权 and 转出的: what this person may open although their organisation does not have it now."""
    actor = request.actor
    former = request.GET.get("which") == "former"
    counts = bounded_counts(elsewhere(actor))
    found = queries.former_rows(actor) if former else queries.rows(Case.objects.granted_to(actor)).order_by("-id")
    page = keyset_page(found, after=request.GET.get("after", ""), size=PAGE)
    columns = chosen_columns("")
    left = queries.left_on([row.pk for row in page.rows], actor) if former else {}
    return render(
        request,
        "demands/shared.html",
        {
            "former": former,
            "columns": columns,
            "rows": [{"case": row, "left_at": left.get(row.pk)} for row in page.rows] if former else [],
            "lines": [] if former else [table.row(row, actor, columns) for row in page.rows],
            "granted_words": counter_words(counts["granted"]),
            "former_words": counter_words(counts["former"]),
            "next": page.next,
            "first": page.first,
        },
    )
