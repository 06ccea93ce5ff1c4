"""Which firms belong to a party organisation or an alliance, and the mass organisations of a party organisation."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from config.pages.directory.finding import entry_of, kind_of, nothing_there
from foundation.errors import NotYours, Refused
from parties import changes, rights
from parties.directory import Kind
from parties.entry_forms import EndForm, MassForm, SpanForm
from parties.models import Alliance, AllianceMember, MassOrganisation, PartyCoverage, PartyOrganisation
from workflow.actor import Actor
from workflow.views.once import posted_once, random_key

ENTERS = {PartyOrganisation: changes.cover_firm, Alliance: changes.admit_member}
REMOVE = "remove"  # name of a button


def _kept(request: HttpRequest, slug: str, public_id: UUID, *, own: bool = False) -> tuple[Kind, Any]:
    """The party organisation or alliance, if this person keeps it, or with `own` if it covers their firm.

    Raises NotVisible and NotYours.
    """
    by: Actor = request.actor
    kind = kind_of(slug, by)
    entry = entry_of(kind, public_id, by)
    if kind.model not in ENTERS:
        raise nothing_there()
    if own and isinstance(entry, PartyOrganisation) and changes.covers_own_firm(entry, by):
        return kind, entry
    if (sentence := rights.refusal_to_keep(entry, by)) is not None:
        raise NotYours(sentence)
    return kind, entry


def add_member(request: HttpRequest, kind: str, public_id: UUID) -> HttpResponse:
    """A firm belongs to this party organisation or alliance from a day on."""
    shown, entry = _kept(request, kind, public_id)
    form = SpanForm(request.POST or None)
    title = _("登记覆盖企业") if shown.model is PartyOrganisation else _("登记成员企业")
    enter: Callable[..., Any] = ENTERS[shown.model]
    return _form(request, shown, entry, form, title, lambda: enter(entry, by=request.actor, **form.cleaned_data))


def end_member(request: HttpRequest, kind: str, public_id: UUID, firm_id: UUID) -> HttpResponse:
    """A firm belongs to this party organisation or alliance up to a day."""
    shown, entry = _kept(request, kind, public_id)
    is_party = shown.model is PartyOrganisation
    rows: Any = PartyCoverage.objects if is_party else AllianceMember.objects
    column = "party_organisation" if is_party else "alliance"
    row = rows.filter(**{column: entry}, enterprise__public_id=firm_id, valid_to=None).select_related("enterprise")
    open_row = row.first()
    if open_row is None:
        raise nothing_there()
    form = EndForm(request.POST or None)
    title = _("%(firm)s：填写结束日期") % {"firm": open_row.enterprise}
    end: Callable[..., Any] = changes.end_coverage if is_party else changes.end_member
    return _form(request, shown, entry, form, title, lambda: end(open_row, by=request.actor, **form.cleaned_data))


def mass_organisation(request: HttpRequest, kind: str, public_id: UUID) -> HttpResponse:
    """The party organisation leads a mass organisation of a kind, with so many members, or no longer."""
    shown, entry = _kept(request, kind, public_id, own=True)
    if shown.model is not PartyOrganisation:
        raise nothing_there()
    asked = request.GET.get("of", "")
    kept = entry.mass_organisations.filter(kind=asked).first() if asked in MassOrganisation.Kind.values else None
    initial = {"kind": kept.kind, "head": kept.head, "members": kept.members} if kept else {"members": 0}
    form = MassForm(request.POST or None, initial=initial)

    def write() -> None:
        if REMOVE in request.POST:
            changes.remove_mass_organisation(entry, by=request.actor, kind=form.cleaned_data["kind"])
        else:
            changes.set_mass_organisation(entry, by=request.actor, **form.cleaned_data)

    return _form(request, shown, entry, form, _("群团组织"), write, removable=kept is not None)


def _form(
    request: HttpRequest,
    kind: Kind,
    entry: Any,
    form: forms.Form,
    title: str,
    write: Callable[[], Any],
    *,
    removable: bool = False,
) -> HttpResponse:
    """The form, or when it is right the page of the entry; what was typed stays whatever is refused."""
    here = reverse("directory:entry", args=[kind.slug, entry.public_id])
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                posted_once(request, lambda: _done(write, here))
            except Refused as error:
                form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
            else:
                messages.success(request, _("已保存"))
                return redirect(here)
    context = {"kind": kind, "entry": entry, "form": form, "title": title, "key": random_key(), "removable": removable}
    return render(request, "directory/member.html", context, status=status)


def _done(write: Callable[[], Any], address: str) -> str:
    write()
    return address
