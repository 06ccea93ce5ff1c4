"""The draft of the rules of dispatch, for administrators: rule by rule, its rehearsal, and its adoption."""

import csv
from datetime import datetime
from io import StringIO
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.demands.adoption import for_administrators
from cases.demands.dispatching import drafts
from cases.demands.dispatching.book import rules_of
from cases.demands.dispatching.figures import bars, csv_rows, figure_lines, move_lines
from cases.demands.dispatching.rehearsal_job import start_rehearsal
from cases.demands.dispatching.rules import Rule
from cases.demands.dispatching.words import differences, names_for, sentence
from cases.demands.models import DispatchRuleSet
from cases.demands.views.dispatch_forms import AdoptForm, RuleForm
from cases.demands.views.dispatch_rules import lines
from foundation.errors import Changed, NotVisible, Refused
from workflow.actor import Actor

NEW = "new"  # the place of a rule that is not there yet
LONGEST_NUMBER = 6  # digits


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """There is a draft, begun from the rules in force unless there was one already."""
    drafts.begin_draft(by=request.actor)
    return redirect("demands:dispatch_draft")


def draft_page(request: HttpRequest) -> HttpResponse:
    """The draft in words and in order, what it changes, and what its rehearsal found."""
    draft = drafts.the_draft(request.actor)
    base = DispatchRuleSet.objects.filter(version=draft.base).first()
    old, new = rules_of(base), rules_of(draft)
    names = names_for(old, new)
    context: dict[str, Any] = {
        "draft": draft,
        "lines": lines(new, names),
        "number": len(new),
        "full": len(new) >= drafts.MOST_RULES,
        "base": base,
        "changes": differences(old, new, names),
        "job": draft.job,
        "at_work": drafts.is_under_way(draft.job, request.actor.now),
        **_figures(draft, names_of={one.position: one for one in lines(new, names)}),
    }
    return render(request, "demands/dispatch_draft.html", context)


def _figures(draft: DispatchRuleSet, *, names_of: dict[int, Any]) -> dict[str, Any]:
    result = draft.result
    if result is None:
        return {"result": None}
    return {
        "result": result,
        "since": datetime.fromisoformat(result["since"]),
        "until": datetime.fromisoformat(result["until"]),
        "figures": figure_lines(result, names_of),
        "bars": bars(result),
        "moves": move_lines(result),
    }


def rule_page(request: HttpRequest, place: str) -> HttpResponse:
    """The form of one rule; its sentence before it is saved, and then the draft with it."""
    draft = drafts.the_draft(request.actor)
    rules = rules_of(draft)
    position = None if place == NEW else _position(place)
    if position is not None and position > len(rules):
        raise NotVisible(_("没有这一条规则"))
    if request.method != "POST":
        initial = RuleForm.initial_of(rules[position - 1]) if position else {"effect": "DISPATCH", "urgent": ""}
        return _rule_form(request, draft, RuleForm(initial=initial), place)
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _rule_form(request, draft, form, place, status=422)
    try:
        if "preview" in request.POST:
            drafts.check_rule(form.rule())
            return _rule_form(request, draft, form, place, said=form.rule())
        drafts.save_rule(form.rule(), position=position, seen=_number(request, "seen"), by=request.actor)
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        return _rule_form(request, draft, form, place, status=422)
    except Changed as error:
        form.add_error(None, str(error.sentence))
        return _rule_form(request, drafts.the_draft(request.actor), form, place, status=409)
    return redirect("demands:dispatch_draft")


def _rule_form(
    request: HttpRequest,
    draft: DispatchRuleSet,
    form: RuleForm,
    place: str,
    *,
    said: Rule | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "place": place,
        "draft": draft,
        "is_new": place == NEW,
        "said": sentence(said, names_for([said])) if said else "",
    }
    return render(request, "demands/dispatch_rule.html", context, status=status)


def _position(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER and int(text) > 0):
        raise NotVisible(_("没有这一条规则"))
    return int(text)


def _number(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER else 0


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """One rule stands higher, lower or no longer there; or the whole draft is given up."""
    actor = request.actor
    for_administrators(actor)
    seen = _number(request, "seen")
    match request.POST.get("what"):
        case "up" | "down" as way:
            drafts.shift_rule(_number(request, "position"), up=way == "up", seen=seen, by=actor)
        case "remove":
            drafts.remove_rule(_number(request, "position"), seen=seen, by=actor)
        case "drop":
            drafts.drop_draft(seen=seen, by=actor)
            messages.success(request, _("草案已放弃"))
            return redirect("demands:dispatch_rules")
        case _other:
            raise Refused("what", _("没有这个操作"))
    return redirect("demands:dispatch_draft")


@require_POST
def rehearse(request: HttpRequest) -> HttpResponse:
    """Start the rehearsal of the draft, unless it is under way or done."""
    start_rehearsal(seen=_number(request, "seen"), by=request.actor)
    return redirect("demands:dispatch_draft")


def rehearsal_csv(request: HttpRequest) -> HttpResponse:
    """The figures of the rehearsal as a file to keep."""
    draft = drafts.the_draft(request.actor)
    if draft.result is None:
        raise NotVisible(_("还没有预演结果"))
    rules = rules_of(draft)
    names = {line.position: line for line in lines(rules, names_for(rules))}
    text = StringIO()
    csv.writer(text).writerows(csv_rows(draft.result, names))
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, _("派单规则预演") + ".csv")
    response["Cache-Control"] = "no-store"
    return response


def adopt_page(request: HttpRequest) -> HttpResponse:
    """What the draft changes once more, and the tick with which it becomes the version in force."""
    actor: Actor = request.actor
    for_administrators(actor)
    draft = drafts.the_draft(actor)
    if draft.result is None:
        return redirect("demands:dispatch_draft")
    form, status = AdoptForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                adopted = drafts.adopt_draft(
                    source=form.cleaned_data["source"],
                    result_seen=form.cleaned_data["result_seen"],
                    seen=_number(request, "seen"),
                    by=actor,
                )
            except Refused as error:
                form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
            except Changed as error:
                form.add_error(None, str(error.sentence))
                status = 409
            else:
                messages.success(request, _("已启用，新受理的诉求按这一版派单"))
                return redirect("demands:dispatch_version", str(adopted.version))
    base = DispatchRuleSet.objects.filter(version=draft.base).first()
    old, new = rules_of(base), rules_of(draft)
    context = {"draft": draft, "form": form, "base": base, "changes": differences(old, new, names_for(old, new))}
    return render(request, "demands/dispatch_adopt.html", context, status=status)
