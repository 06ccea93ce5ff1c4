"""A firm submits a demand: category, questions, check, confirmation. No script is needed and nothing typed is lost."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.demands import moves, reading
from cases.demands.enums import CaseState, Identity
from cases.demands.forms import SubmitForm
from cases.demands.models import Category
from cases.demands.questions import answer_lines
from cases.demands.views import naming, words
from cases.demands.views.case import find
from cases.demands.views.once import posted_once, random_key
from foundation.errors import NotYours, Refused
from parties.roles import ENTERPRISE_ROLES
from workflow.actor import Actor


def for_firms(actor: Actor) -> None:
    """Refuse whoever acts for anybody but an enterprise, before they have typed a page full."""
    if actor.role not in ENTERPRISE_ROLES:
        raise NotYours(_("只有企业可以提交诉求"))


def choose_category(request: HttpRequest) -> HttpResponse:
    """Step 1: what it is about."""
    for_firms(request.actor)
    categories = Category.objects.filter(active=True)
    return render(request, "demands/submit_category.html", {"categories": categories, "step": 1})


def answer_questions(request: HttpRequest, category: str) -> HttpResponse:
    """Steps 2 and 3: the questions of the category, then all answers to look over, then the demand is sent."""
    for_firms(request.actor)
    chosen = get_object_or_404(Category, pk=category, active=True)
    if request.method != "POST":
        return _questions(request, chosen, SubmitForm(category=chosen))
    form = SubmitForm(request.POST, category=chosen)
    step = request.POST.get("step", "check")
    if step == "edit":
        return _questions(request, chosen, SubmitForm(initial=request.POST.dict(), category=chosen))
    if not form.is_valid():
        return _questions(request, chosen, form, status=422)
    if step != "send":
        return _check(request, chosen, form)
    knowingly = bool(request.POST.get("named_knowingly"))
    try:
        address = posted_once(request, lambda: _send(form, request.actor, named_knowingly=knowingly))
    except Refused as error:
        if error.field == "named_knowingly":
            return _check(request, chosen, form, status=422)
        form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        return _questions(request, chosen, form, status=422)
    return redirect(address)


def _send(form: SubmitForm, actor: Actor, *, named_knowingly: bool) -> str:
    case = moves.submit_case(by=actor, named_knowingly=named_knowingly, **form.inputs())
    return reverse("demands:submitted", args=[case.public_id])


def _questions(request: HttpRequest, category: Category, form: SubmitForm, *, status: int = 200) -> HttpResponse:
    context = {"category": category, "form": form, "step": 2}
    return render(request, "demands/submit_questions.html", context, status=status)


def _check(request: HttpRequest, category: Category, form: SubmitForm, *, status: int = 200) -> HttpResponse:
    """Every answer as it will be read, each with a way back to its box."""
    inputs = form.inputs()
    told = dict(answer_lines(category.pk, inputs["answers"]))
    rows = []
    for bound in form:
        label = str(bound.label)
        shown = told.get(label) or (form.cleaned_data.get(bound.name) or "")
        if bound.name == "identity":
            shown = Identity(inputs["identity"]).label
        rows.append({"label": label, "text": shown or _("未填写"), "target": _target(bound)})
    posted = [(name, value) for name, values in request.POST.lists() if name in form.fields for value in values]
    context: dict[str, Any] = {"category": category, "rows": rows, "posted": posted, "key": random_key(), "step": 3}
    context |= {"named": naming.of_submission(form, inputs, request.actor), "unticked": status == 422}
    return render(request, "demands/submit_check.html", context, status=status)


def _target(bound: Any) -> str:
    return f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label


def submitted(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Step 4: the number, who has it now, what comes next and by when."""
    return render(request, "demands/submitted.html", _promise(request, public_id) | {"step": 4})


def receipt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same on one sheet to print."""
    promise = _promise(request, public_id)
    reading.note(promise["case"], request.actor, reading.Kind.PRINT)
    return render(request, "demands/receipt.html", promise)


def _promise(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    actor = request.actor
    case = find(public_id, actor)
    return {
        "case": case,
        "badge": words.state_badge(case),
        "left": words.left(case, request.actor.now),
        "waiting": case.state == CaseState.SUBMITTED,
        "turn": words.turn(case, actor),
        "next_step": words.next_step(case),
        "told": answer_lines(case.category_id, case.answers) if case.category_id else [],
    }
