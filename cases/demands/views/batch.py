"""Batch actions: what was picked, what will be refused, the inputs once, and the result of each row."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.demands import batch, queries
from cases.demands.forms import MoveForm
from cases.demands.models import BatchRow, BatchRun, Case, Verdict
from cases.demands.views import words
from cases.demands.views.lists import asked
from foundation.errors import DomainError, NotVisible, Refused
from workflow.actor import Actor
from workflow.specs import Spec, specs
from workflow.views.once import NOT_CONTENT, random_key

RUN = "run"
LOOK = {
    Verdict.DONE: ("green", "done"),
    Verdict.REFUSED: ("red", "alert"),
    Verdict.CHANGED: ("amber", "swap"),
    Verdict.WAITING: ("grey", "clock"),
}


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """The page on which the inputs are given once, with a forecast for each row; with step=run the batch itself."""
    actor = request.actor
    try:
        spec = batch.spec_of(request.POST.get("action", ""), actor)
        rows = _picked(request, actor)
        batch.check_number(len(rows))
    except Refused as error:
        return render(request, "errors/refused.html", {"error": error, "back": _back(request)}, status=422)
    cases = _cases(rows, actor)
    foreseen = batch.foreseen(spec.action, cases, dict(rows), actor)
    run = request.POST.get("step") == RUN
    able = next((case for case in cases if case.pk not in foreseen), None)
    sample = able or next(iter(cases), None)
    if sample is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    form = batch.form_for(spec.action, request.POST if run else None, case=sample, actor=actor)
    if not run or not form.is_valid():
        return _confirm(request, spec, rows, cases, foreseen, form, status=422 if run else 200)
    return _run(request, spec, rows, form)


def _run(request: HttpRequest, spec: Spec, rows: Sequence[batch.Row], form: MoveForm) -> HttpResponse:
    """The batch, once for each drawing of its form, and on to its result."""
    try:
        run = batch.run_batch(
            rows,
            by=request.actor,
            action=spec.action,
            inputs=form.cleaned_data,
            key=request.POST.get("idempotency_key", ""),
            digest=_digest(request.POST),
        )
    except DomainError as error:
        return render(request, "errors/refused.html", {"error": error, "back": _back(request)}, status=error.status)
    address = reverse("demands:batch_result", args=[run.public_id])
    query = request.POST.get("query", "")
    return redirect(f"{address}?{query}" if query else address)


def _digest(posted: QueryDict) -> str:
    content = sorted((name, value) for name, values in posted.lists() for value in values if name not in NOT_CONTENT)
    return hashlib.sha256(urlencode(content).encode()).hexdigest()


def _picked(request: HttpRequest, actor: Actor) -> list[batch.Row]:
    """The rows that were ticked, each once, or all of the list that was looked at; one more than may be, to tell."""
    if request.POST.get("whole"):
        query = QueryDict(request.POST.get("query", "")[:1000], mutable=True)
        found = asked(query, actor).cases[: batch.MOST + 1].values_list("public_id", "head_seq")
        return list(found)
    rows: dict[UUID, int] = {}
    for picked in request.POST.getlist("row"):
        name, _dot, seen = picked.partition(".")
        try:
            rows[UUID(name)] = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        except ValueError:
            continue
    return list(rows.items())


def _cases(rows: Sequence[batch.Row], actor: Actor) -> list[Case]:
    """The demands that this person may open, in the order in which they were picked; one statement."""
    seen = Case.objects.visible_to(actor).filter(public_id__in=[public_id for public_id, _seen in rows])
    place = {public_id: n for n, (public_id, _seen) in enumerate(rows)}
    return sorted(queries.with_names(seen), key=lambda case: place[case.public_id])


def _back(request: HttpRequest) -> str:
    query = request.POST.get("query", "") if request.method == "POST" else request.GET.urlencode()
    return f"{reverse('demands:list')}?{query}" if query else reverse("demands:list")


def _confirm(
    request: HttpRequest,
    spec: Spec,
    rows: Sequence[batch.Row],
    cases: Sequence[Case],
    foreseen: Mapping[int, Any],
    form: MoveForm,
    *,
    status: int,
) -> HttpResponse:
    actor = request.actor
    context = {
        "spec": spec,
        "form": form,
        "picked": [f"{public_id.hex}.{seen}" for public_id, seen in rows],
        "rows": [{"line": words.line(case, actor), "refusal": foreseen.get(case.pk)} for case in cases],
        "number": len(rows),
        "able": len(cases) - len(foreseen),
        "unable": len(rows) - len(cases) + len(foreseen),
        "hidden": len(rows) - len(cases),
        "query": request.POST.get("query", ""),
        "back": _back(request),
        "key": random_key(),
    }
    return render(request, "demands/batch.html", context, status=status)


def result(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What came of each row; those that were not done can be tried again."""
    actor = request.actor
    run = BatchRun.objects.visible_to(actor).filter(public_id=public_id).first()
    if run is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    rows = batch.told(list(run.rows.all()), actor)
    there = Case.objects.visible_to(actor).filter(pk__in=[row.case_id for row in rows if row.case_id])
    cases = {case.pk: case for case in queries.rows(there, more=["head_seq"])}
    counts = {verdict: sum(row.verdict == verdict for row in rows) for verdict in Verdict}
    again = [cases[row.case_id] for row in rows if row.verdict != Verdict.DONE and row.case_id and row.case_id in cases]
    context = {
        "label": specs(Case)[run.action].label,
        "action": run.action,
        "rows": [_shown(row, cases, actor) for row in rows],
        "counts": [(verdict.label, *LOOK[verdict], counts[verdict]) for verdict in Verdict if counts[verdict]],
        "waiting": counts[Verdict.WAITING],
        "again": [f"{case.public_id.hex}.{case.head_seq}" for case in again],
        "query": request.GET.urlencode(),
        "back": _back(request),
    }
    return render(request, "demands/batch_result.html", context)


def _shown(row: BatchRow, cases: Mapping[int, Case], actor: Actor) -> dict[str, Any]:
    """A row of the result; of a demand that this person no longer sees nothing but its place."""
    case = cases.get(row.case_id or 0)
    tone, icon = LOOK[Verdict(row.verdict)]
    return {
        "line": words.line(case, actor) if case else None,
        "position": row.position,
        "verdict": row.get_verdict_display(),
        "tone": tone,
        "icon": icon,
        "sentence": row.sentence,
    }
