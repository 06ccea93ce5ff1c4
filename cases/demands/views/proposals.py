"""The second person's answer to what was proposed, and the proposer's second thoughts."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.demands.forms import DecideForm
from cases.demands.models import Case
from cases.demands.views.case import find, refused_page, show
from foundation.errors import DomainError, NotVisible, Refused
from workflow.models import Proposal
from workflow.proposals import decide, take_back
from workflow.specs import specs
from workflow.views.once import posted_once

VERBS = ("consent", "refuse", "take-back")


@require_POST
def answer(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """同意, 不同意 or 收回; what cannot be is said on the page of the demand, with the words kept."""
    if verb not in VERBS:
        raise Http404
    actor, reason = request.actor, request.POST.get("reason", "")

    def do() -> str:
        if verb == "take-back":
            proposal = take_back(public_id, by=actor)
        else:
            proposal = decide(public_id, by=actor, consent=verb == "consent", reason=reason)
        seen = Case.objects.visible_to(actor).filter(pk=proposal.subject_id).values_list("public_id", flat=True).first()
        return reverse("demands:case", args=[seen]) if seen else reverse("home")

    form = DecideForm(request.POST)
    try:
        if verb != "take-back" and not form.is_valid():
            return _again(request, public_id, form)
        url = posted_once(request, do)
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        return _again(request, public_id, form)
    except NotVisible:
        raise
    except DomainError as error:
        return refused_page(request, _case_of(request, public_id), error)
    messages.success(request, _done(public_id, verb))
    return redirect(url)


def _case_of(request: HttpRequest, public_id: UUID) -> Case | None:
    """The case of the proposal, as far as this person may open it."""
    subject = Proposal.objects.filter(public_id=public_id, subject_kind=Case.ledger_kind).values("subject_id")
    return Case.objects.visible_to(request.actor).filter(pk__in=subject).first()


def _again(request: HttpRequest, public_id: UUID, form: DecideForm) -> HttpResponse:
    case = _case_of(request, public_id)
    if case is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return show(request, find(case.public_id, request.actor), form=form, status=422)


def _done(public_id: UUID, verb: str) -> str:
    if verb == "take-back":
        return _("提请已收回")
    if verb == "refuse":
        return _("已表示不同意，提出人会收到通知")
    action = Proposal.objects.values_list("action", flat=True).get(public_id=public_id)
    return _("已同意，已办理：%(action)s") % {"action": specs(Case)[action].label}
