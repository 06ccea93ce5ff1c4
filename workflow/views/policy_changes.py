"""A change of the rules of time: where it starts from, the form, the draft with its rehearsal, and its adoption."""

import csv
from collections.abc import Mapping
from datetime import datetime
from io import StringIO
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.errors import NotVisible, Refused
from foundation.models import JobState, Policy
from workflow.calendar import ZONE
from workflow.clocks import DEFAULT_CLOCK_POLICY
from workflow.policies import for_administrators, may_adopt, profiles
from workflow.policy_drafts import adopt_draft, draft_policy, find_draft, without
from workflow.policy_table import changes, groups
from workflow.rehearsal_job import start_rehearsal
from workflow.rehearsal_words import bars, clock_rows, csv_rows, figure_table, organisation_rows, whole_row
from workflow.versions import CLOCK_POLICY
from workflow.views.policy_forms import AdoptForm, PolicyForm

CURRENT = "current"


def begin(request: HttpRequest) -> HttpResponse:
    """What the change starts from: the version in force, or a profile."""
    for_administrators(request.actor)
    in_force = _in_force(request)
    starts = [(profile, changes(in_force.data, profile.data)) for profile in profiles()]
    return render(request, "workflow/policy_begin.html", {"policy": in_force, "starts": starts})


def change(request: HttpRequest, start: str) -> HttpResponse:
    """The form; what is right becomes a draft. `draft` in the address fills it with a draft that is to be mended."""
    for_administrators(request.actor)
    document, initial = _start(request, start)
    if request.method != "POST":
        return _form_page(request, PolicyForm(start=document, initial=initial), start)
    form = PolicyForm(request.POST, start=document)
    if form.is_valid():
        try:
            draft = draft_policy(
                form.document(),
                effective_from=form.cleaned_data["effective_from"],
                source=form.cleaned_data["source"],
                by=request.actor,
            )
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        else:
            return redirect("workflow:policy_draft", draft.public_id)
    return _form_page(request, form, start, status=422)


def _start(request: HttpRequest, start: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The document that fills the form, with a limit for every clock there is, and what the other boxes begin with."""
    if "draft" in request.GET:
        draft = find_draft(_uuid(request.GET["draft"]), request.actor)
        return _whole(draft.data), {"effective_from": draft.effective_from, "source": draft.source}
    if start == CURRENT:
        return _whole(_in_force(request).data), {}
    for profile in profiles():
        if profile.slug == start:
            return profile.data, {"source": profile.source}
    raise NotVisible(_("没有找到，或者您不能查看"))


def _whole(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data, "limits": {**DEFAULT_CLOCK_POLICY["limits"], **data["limits"]}}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotVisible(_("没有找到，或者您不能查看")) from error


def _form_page(request: HttpRequest, form: PolicyForm, start: str, *, status: int = 200) -> HttpResponse:
    return render(request, "workflow/policy_form.html", {"form": form, "start": start}, status=status)


def draft(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A draft: what it changes, what its rehearsal found, and how it goes on."""
    found = find_draft(public_id, request.actor)
    base = without(found)
    job = found.job
    stuck = job is not None and job.is_stuck(request.actor.now)
    context = {
        "draft": found,
        "policy": base,
        "changes": changes(base.data, found.data),
        "groups": groups(found.data),
        "job": job,
        "stuck": stuck,
        "at_work": job is not None and not stuck and job.state in (JobState.WAITING, JobState.RUNNING),
        "may_adopt": may_adopt(request.actor) and found.policy is None,
        "result": found.result,
    }
    if found.result is not None:
        context |= {
            "since": datetime.fromisoformat(found.result["since"]),
            "until": datetime.fromisoformat(found.result["until"]),
            "bars": bars(found.result),
            "tables": [
                figure_table(_("按时限和档次"), _("时限"), [*clock_rows(found.result), whole_row(found.result)]),
                figure_table(_("按单位"), _("单位"), organisation_rows(found.result)),
            ],
        }
    return render(request, "workflow/policy_draft.html", context)


@require_POST
def rehearse(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Start the rehearsal of a draft, unless it is under way or done."""
    start_rehearsal(find_draft(public_id, request.actor), by=request.actor)
    return redirect("workflow:policy_draft", public_id)


def rehearsal_csv(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The figures of a rehearsal as a file to keep."""
    found = find_draft(public_id, request.actor)
    if found.result is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    text = StringIO()
    csv.writer(text).writerows(csv_rows(found.result))
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, _("时限规则预演") + ".csv")
    response["Cache-Control"] = "no-store"
    return response


def adopt_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The differences once more, and the tick or the reason with which the draft becomes a version."""
    for_administrators(request.actor)
    found = find_draft(public_id, request.actor)
    if found.policy is not None:
        return redirect("workflow:policy_version", str(found.policy.version))
    base = without(found)
    form = AdoptForm(request.POST or None, rehearsed=found.result is not None)
    if request.method == "POST" and form.is_valid():
        policy = adopt_draft(
            found,
            result_seen=form.cleaned_data.get("result_seen", False),
            skipped_because=form.cleaned_data.get("skipped_because", ""),
            by=request.actor,
        )
        return redirect("workflow:policy_version", str(policy.version))
    context = {
        "draft": found,
        "policy": base,
        "changes": changes(base.data, found.data),
        "form": form,
    }
    return render(request, "workflow/policy_adopt.html", context, status=422 if request.method == "POST" else 200)


def _in_force(request: HttpRequest) -> Policy:
    return Policy.objects.in_force(CLOCK_POLICY, timezone.localtime(request.actor.now, ZONE).date())
