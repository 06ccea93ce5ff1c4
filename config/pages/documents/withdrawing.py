"""A document is taken back by the office in whose register it stands."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.pages.documents.finding import document_of
from documents import register
from documents.models import Document
from foundation.errors import DomainError, NotYours, Refused, WrongMoment
from parties.roles import Role
from workflow.actor import Actor
from workflow.views.once import posted_once, random_key

# Whoever accepts and dispatches has documents issued in the office's name, and may take them back.
WITHDRAW = frozenset({Role.INTAKE, Role.DISPATCHER})


class WithdrawForm(forms.Form):
    use_required_attribute = False
    reason = forms.CharField(
        label=gettext_lazy("撤回原因"),
        help_text=gettext_lazy("能看到这份文书的人都会看到原因；公开的核验页只说“已撤回”，不说原因。"),
        max_length=register.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("请写明原因")},
    )


def refusal_to_withdraw(document: Document, actor: Actor) -> DomainError | None:
    """Why this actor cannot withdraw the document; None when they can."""
    if actor.role not in WITHDRAW or actor.organisation_id != document.office_id:
        return NotYours(_("文书由登记它的平台办公室的受理员或派单员撤回"))
    if not document.is_valid:
        return WrongMoment(_("只有有效的文书可以撤回"))
    return None


def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The reason, and what withdrawing means; then the document is no longer in force."""
    document = document_of(request.actor, public_id)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if (refusal := refusal_to_withdraw(document, request.actor)) is not None and request.method != "POST":
        raise refusal
    if form.is_valid():
        try:
            address = posted_once(request, lambda: _withdrawn(document, request.actor, form.cleaned_data["reason"]))
        except Refused as error:
            form.add_error("reason", str(error.sentence))
        else:
            messages.success(request, _("已撤回"))
            return redirect(address)
    elif refusal is not None:
        raise refusal
    context = {"document": document, "form": form, "key": random_key()}
    return render(request, "documents/withdraw.html", context, status=422 if form.errors else 200)


def _withdrawn(document: Document, actor: Actor, reason: str) -> str:
    if (refusal := refusal_to_withdraw(document, actor)) is not None:
        raise refusal
    register.withdraw(document, by=actor, reason=reason)
    return reverse("documents:document", args=[document.public_id])
