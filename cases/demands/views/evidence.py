"""证据包 of a demand: what was asked for, how far it is, the file and its hash."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cases.demands import queries, reading, rules
from cases.demands.evidence.asking import try_again
from cases.demands.models import Case, EvidencePack
from cases.demands.models.packs import OVER
from foundation.errors import DomainError, NotVisible, WrongMoment
from foundation.files.serving import answer
from foundation.keyset import keyset_page
from foundation.models import JobState
from workflow.actor import Actor
from workflow.door import refusal

PAGE = 20
MAKE = "make_pack"  # its button stands on the page of the packs
LOOK = {
    JobState.WAITING.value: (JobState.WAITING.label, "blue", "clock"),
    JobState.RUNNING.value: (JobState.RUNNING.label, "blue", "clock"),
    JobState.DONE.value: (JobState.DONE.label, "green", "done"),
    JobState.FAILED.value: (gettext_lazy("没有完成"), "red", "alert"),
    OVER: (gettext_lazy("已过保存期"), "grey", "arch"),
}


def may_have_packs(case: Case, actor: Actor) -> bool:
    return rules.may_make_pack.concerns(case, actor)


def packs(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every pack of the demand, the newest first, with what it is doing now; how to check one."""
    actor = request.actor
    case = queries.case_of_packs(public_id, actor)
    reading.note(case, actor, reading.Kind.OPEN)
    page = keyset_page(queries.packs_of(case, actor), after=request.GET.get("after", ""), size=PAGE)
    rows = [_row(pack, actor) for pack in page.rows]
    context = {
        "case": case,
        "rows": rows,
        "refused": refusal(case, MAKE, actor),
        "at_work": page.first and any(row["at_work"] for row in rows),
        "next": page.next,
        "first": page.first,
    }
    return render(request, "demands/packs.html", context)


def _row(pack: EvidencePack, actor: Actor) -> dict[str, Any]:
    state = pack.making(actor.now)
    label, tone, drawing = LOOK[state]
    return {
        "pack": pack,
        "state": state,
        "label": label,
        "tone": tone,
        "icon": drawing,
        "at_work": state in (JobState.WAITING, JobState.RUNNING),
        "why": (pack.job.message or _("证据包没有做完，可以再试一次。")) if state == JobState.FAILED else "",
    }


def file(request: HttpRequest, public_id: UUID, pack_id: UUID) -> HttpResponseBase:
    """The file of a pack; having taken it out is on record like every other reading."""
    actor = request.actor
    pack = queries.pack_of(public_id, pack_id, actor)
    if pack.file is None:
        raise WrongMoment(_("证据包还没有做完"))
    if pack.is_over(actor.now):
        raise WrongMoment(_("文件已过保存期，请重新生成"))
    reading.note_many([pack.case_id], actor, reading.Kind.EXPORT)
    return answer(pack.file)


@require_POST
def again(request: HttpRequest, public_id: UUID, pack_id: UUID) -> HttpResponse:
    """What failed waits once more."""
    pack = queries.pack_of(public_id, pack_id, request.actor)
    try:
        try_again(pack.public_id, by=request.actor)
    except NotVisible:
        raise
    except DomainError as error:
        messages.error(request, str(error.sentence))
    else:
        messages.success(request, _("已重新开始生成"))
    return redirect("demands:packs", public_id)
