"""One demand: what, who has it, what is next, by when; and the page of each of its moves."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.demands import dated, drafting, moves, origins, queries, reading, telling
from cases.demands.dispatching.basis import dispatched_by
from cases.demands.forms import FORMS, DecideForm, MoveForm, form_of, in_one_line, proposed_inputs
from cases.demands.models import Case
from cases.demands.views import (
    access,
    asking,
    clocks,
    evidence,
    files,
    kept,
    naming,
    papers,
    pending,
    relay,
    signing,
    speaking,
    words,
)
from cases.demands.why import name_of
from foundation.errors import Changed, DomainError, NotVisible, NotYours, Refused
from workflow.actor import Actor
from workflow.calendars import calendar_in_force
from workflow.clocks import ClockKind
from workflow.door import Offer, offers, refusal
from workflow.proposals import REASON, propose
from workflow.roster import on_duty
from workflow.specs import specs
from workflow.time_left import is_provisional
from workflow.timeline import timeline_and_actions
from workflow.views.once import posted_once, random_key

# Moves that decide by what the firm wrote: its words stand open above the questions.
ANSWERS = ("complete", "answer")  # moves by which a firm answers what it was asked
READ_FIRST = ("accept", "dispatch", "acknowledge", "request_completion", "decline", "reclassify")


RESULT, PLANNED = "submit_result", "save_plan"  # what comes before there is a result or a plan to look for
ELSEWHERE = {"return_result", *access.HERE, *files.IN_THE_LIST, *papers.ACTIONS, evidence.MAKE}  # stand there


def find(public_id: UUID, actor: Actor, *, names: bool = True) -> Case:
    """The case, if this person may open it; with its names unless no page is drawn of it."""
    case = queries.one_visible(public_id, actor, names=names)
    if case is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return case


def case_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything this person may know of the demand, and what they can do about it."""
    try:
        case = find(public_id, request.actor)
    except NotVisible:
        return access.part_page(request, public_id, telling.asked)
    return show(request, case)


def show(request: HttpRequest, case: Case, *, form: DecideForm | None = None, status: int = 200) -> HttpResponse:
    """The page of a demand loaded with its names; `form` is the answer to a proposal that needs mending."""
    actor = request.actor
    reading.note(case, actor, reading.Kind.OPEN)
    firm = telling.is_firm(actor)
    lines, happened = timeline_and_actions(case, actor)
    rows = telling.clocks(case, actor)
    dates = dated.by_clock(rows, dated.of_case(case))
    resolve = next((row for row in rows if row.kind == ClockKind.RESOLVE), None)
    offered = offers(case, actor)
    open_offers, refused = _actions(case, offered)
    boxes = speaking.boxes(case, actor, {offer["name"] for offer in open_offers})
    return render(
        request,
        "demands/case.html",
        {
            "case": case,
            "badge": words.state_badge(case),
            "left": words.left(case, actor.now),
            "facts": telling.facts(case),
            "came_from": origins.of_case(case, actor),
            "set_date": dates[resolve.pk] if resolve else None,
            "opinion": telling.opinion(case, lines, actor),
            "turn": words.turn(case, actor),
            "next_step": words.next_step(case),
            "is_firm": firm,
            "steps": words.five_steps(
                case,
                now=actor.now,
                resolve_due=resolve.due_at if resolve else None,
                provisional=resolve is not None and is_provisional(resolve.state, calendar_in_force()),
            ),
            "possible": [offer for offer in open_offers if offer["name"] not in speaking.BOXES],
            "boxes": boxes,
            "refused": refused,
            "result": telling.result_for(case, actor) if RESULT in happened else None,
            "pairs": telling.asked(case, actor),
            "requests": queries.info_requests(case),
            "plan_steps": list(case.plan_steps.filter(round=case.round)) if PLANNED in happened else [],
            "lines": lines,
            "declined": telling.declined(case, lines),
            "messages_relayed": relay.conversation(lines),
            "relays": [action for action in open_offers if action["name"] in relay.MOVES],
            "pending": pending.panel(case, actor, form),
            "holders": [*_holders(case, actor), *dispatched_by(lines, actor)],
            "clocks": [
                clocks.shown(
                    row,
                    now=actor.now,
                    explained=row.stopped_at is None,
                    set_date=dates[row.pk],
                    url=words.case_address(case.public_id, "clock", name_of(row)),
                )
                for row in rows
            ],
            **access.panel(case, actor, offered),
            "may_have_packs": evidence.may_have_packs(case, actor),
            **files.section(case, actor),
            **papers.panel(case, actor, offered, issued=not happened.isdisjoint(papers.ACTIONS)),
            "together": queries.sent_together(case, actor),
        },
        status=status,
    )


def _actions(case: Case, offered: Iterable[Offer]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The buttons: those that lead somewhere, and those shown with the sentence that refuses them.

    审签退回 has no button of its own: it stands on the page of 审签; 回避 stands in the panel 谁能看到这件诉求, and
    what issues a paper in the panel 文书.
    """
    shown = [
        {
            "name": offer.name,
            "label": offer.label,
            "icon": offer.icon,
            "primary": offer.primary,
            "refusal": offer.refusal,
            "url": words.case_address(case.public_id, "act", offer.name),
        }
        for offer in offered
        if offer.name not in ELSEWHERE
    ]
    return [a for a in shown if not a["refusal"]], [a for a in shown if a["refusal"]]


def _holders(case: Case, actor: Actor) -> list[tuple[str, str]]:
    """Who has it, as (what they are to it, who)."""
    pairs = telling.holders(case)
    if case.acknowledged_at:
        pairs.append((_("何时接手"), words.date_text(case.acknowledged_at, actor.now)))
    if case.lead and case.turn_org_id:
        pairs.append((_("审签"), str(case.signer_role.label)))
    if case.urgent and case.turn_org_id and not telling.is_firm(actor):
        house = case.office_id if case.turn_org_id == case.office_id else case.lead_id
        watch = [person.name for person in on_duty(house, actor.now)] if house else []
        pairs.append((_("现在值班"), str(_("、")).join(watch) or _("没有排班")))
    return pairs


def act(request: HttpRequest, public_id: UUID, action: str) -> HttpResponse:
    """The page of one move: its form, and on POST the move itself."""
    actor = request.actor
    case = find(public_id, actor, names=request.method != "POST")
    if action not in FORMS:
        raise Http404
    if request.method == "POST":
        return _run(request, case, action)
    if error := refusal(case, action, actor):
        return refused_page(request, case, error)
    reading.note(case, actor, reading.Kind.OPEN)
    return draw(request, case, action, kept.opened(form_of(action), case, action, actor))


def _run(request: HttpRequest, case: Case, action: str) -> HttpResponse:
    """Carry the move out once, and lead on; or the same page again with everything typed and what to mend."""
    actor = request.actor
    action, data = signing.chosen(action, request.POST)
    if isinstance(error := refusal(case, action, actor), NotYours):
        return refused_page(request, case, error)  # the page of a wrong input shows what its form is about
    form = form_of(action)(data, request.FILES, case=case, actor=actor)
    if not form.is_valid():
        if error := refusal(case, action, actor):
            return refused_page(request, case, error)
        files.keep_accepted(request, case, action, form)
        return draw(request, find(case.public_id, actor), action, form, status=422)
    if before_it_runs := asking.first(request, case, action, form):
        return draw(request, find(case.public_id, actor), action, form, more=before_it_runs)
    try:
        url = posted_once(
            request,
            lambda: _move(case, action, form, actor, request.POST.get("seen", "")),
            foreseen=reverse("demands:case", args=[case.public_id]),
        )
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        files.keep_accepted(request, case, action, form)
        return draw(request, find(case.public_id, actor), action, form, status=422)
    except Changed as error:
        files.keep_accepted(request, case, action, form)
        form.add_error(None, str(error.sentence))
        return draw(request, find(case.public_id, actor), action, form, status=409)
    except NotVisible:
        raise
    except DomainError as error:
        return refused_page(request, case, error)
    messages.success(request, _done(case, action, form))
    return redirect(url)


def _move(case: Case, action: str, form: MoveForm, actor: Actor, seen: str) -> str:
    """Run the move, or propose it when it takes two people; the address to go on to."""
    spec, at = specs(Case)[action], kept.number(seen)
    with transaction.atomic():
        drafting.forget_form(kept.kind_of(action), case.public_id, by=actor)
        if spec.decided_by is not None:
            inputs, why = proposed_inputs(form), form.cleaned_data[REASON]
            say = partial(in_one_line, action, inputs)
            propose(Case, case.pk, action, by=actor, seen=at, inputs=inputs, reason=why, say=say)
            return reverse("demands:case", args=[case.public_id])
        moved = getattr(moves, spec.run)(case.pk, by=actor, seen=at, **form.cleaned_data)
    if action in signing.ACTIONS:
        return signing.next_address(actor)
    if action in papers.ACTIONS:
        return papers.address(case, action, actor)
    if action == evidence.MAKE:
        return reverse("demands:packs", args=[case.public_id])
    unchanged = action not in access.HERE and isinstance(moved, Case) and moved.is_seen_like(case)
    visible = unchanged or queries.one_visible(case.public_id, actor, names=False)
    return reverse("demands:case", args=[case.public_id]) if visible else reverse("demands:list")


def _done(case: Case, action: str, form: MoveForm) -> str:
    if action == "sign_off":
        return _("已通过，送企业确认") if case.enterprise_id else _("已通过，送主办单位确认")
    if action == "return_result":
        return _("已退回承办人")
    if action == "confirm":
        return _("感谢您的确认，本件已办结")
    if action == evidence.MAKE:
        return _("已开始生成证据包，做完后在这里下载")
    if action == "withdraw":
        return _("已撤回。24 小时内可以在本件页面恢复")
    if action in papers.ACTIONS:
        return papers.done(action)
    if specs(Case)[action].decided_by is not None:
        return _("已提请同意：%(action)s") % {"action": specs(Case)[action].label}
    return _("已完成：%(action)s") % {"action": specs(Case)[action].label}


def refused_page(request: HttpRequest, case: Case | None, error: DomainError) -> HttpResponse:
    """The sentence that refuses the move, with the way back to the demand."""
    back = reverse("demands:case", args=[case.public_id]) if case else reverse("home")
    return render(request, "errors/refused.html", {"error": error, "back": back}, status=error.status)


def draw(
    request: HttpRequest,
    case: Case,
    action: str,
    form: MoveForm,
    *,
    status: int = 200,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of a move: what the demand is about, the questions, one button; `more` is what it shows besides."""
    actor = request.actor
    context = {
        "case": case,
        "badge": words.state_badge(case),
        "left": words.left(case, actor.now),
        "facts": telling.facts(case),
        "action": action,
        "label": specs(Case)[action].label,
        "icon": specs(Case)[action].icon,
        "form": form,
        "seen": queries.last_seen([case.pk], actor).get(case.pk, case.head_seq),
        "key": random_key(),
        "consent": pending.whose_consent(case, specs(Case)[action]),
        "keeping": kept.keeping(case, action, form),
        "others": [words.line(row, actor) for row in getattr(form, "others", [])],
        "suggestions": getattr(form, "suggestions", []),
        **asking.beside(case, action, actor),
        **(more or {}),
    }
    if action in signing.ACTIONS:
        context["form"] = signing.one_box(form, case, actor)
        return render(request, "demands/sign_off.html", context | signing.page(case, actor), status=status)
    if action in ("confirm", "confirm_by_office", "record_opinion"):
        return render(
            request, "demands/confirm.html", context | {"result": telling.result_for(case, actor)}, status=status
        )
    context |= {"pairs": telling.asked(case, actor), "read_first": action in READ_FIRST}
    if action == "accept" and refusal(case, "request_completion", actor) is None:
        url = reverse("demands:act", args=[case.public_id, "request_completion"])
        context["beside"] = {"url": url, "words": _("材料不全？要求补正")}
    if action == "accept":
        context["named"] = naming.shown(queries.named_in(case))
    if action in ANSWERS:
        context["requests"] = [request for request in queries.info_requests(case) if request.is_open]
    return render(request, "demands/act.html", context, status=status)
