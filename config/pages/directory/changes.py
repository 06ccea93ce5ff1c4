"""Entries are added, changed, put out of use and taken up again."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from config.pages.directory import words
from config.pages.directory.finding import entry_of, kind_of
from foundation.errors import Changed, DomainError, NotYours, Refused
from parties import rights
from parties.changes import covers_own_firm, seen_of
from parties.credit_code import Verdict, check
from parties.directory import Kind
from parties.entry_forms import EntryForm
from parties.fields import FIELDS
from parties.history import changes_of
from parties.models import Enterprise, PartyOrganisation
from workflow.actor import Actor
from workflow.views.once import posted_once, random_key

REASON = "code_reason"


def add_entry(request: HttpRequest, kind: str) -> HttpResponse:
    """A new entry of this kind, filled in and written."""
    by = request.actor
    shown = kind_of(kind, by)
    if not rights.may_add(shown.model, by):
        raise NotYours(rights.BY_OFFICES if shown.model in rights.KEPT_BY_OFFICES else rights.BY_ADMINISTRATORS)
    form = EntryForm(request.POST or None, model=shown.model, by=by, names=_boxes(request, shown))
    return _page(request, shown, form, None, lambda: shown.add(by=by, **form.cleaned_data))


def change_entry(request: HttpRequest, kind: str, public_id: UUID) -> HttpResponse:
    """What this person may change of an entry, filled with what it says now."""
    by = request.actor
    shown = kind_of(kind, by)
    entry = entry_of(shown, public_id, by)
    editable = _editable(entry, by)
    if not editable:
        raise NotYours(rights.refusal_to_change(entry, frozenset(FIELDS[shown.model]), by))
    names = editable & _boxes(request, shown, entry)
    form = EntryForm(request.POST or None, model=shown.model, by=by, names=names, entry=entry)
    seen = request.POST.get("seen", "")
    return _page(request, shown, form, entry, lambda: shown.change(entry, by=by, seen=seen, **form.cleaned_data))


def _editable(entry: Any, by: Actor) -> frozenset[str]:
    own = isinstance(entry, PartyOrganisation) and covers_own_firm(entry, by)
    return rights.editable(entry, by, own=own)


def _boxes(request: HttpRequest, kind: Kind, entry: Any = None) -> frozenset[str]:
    """The fields of the form: the reason for a code is asked for when the code needs one."""
    names = frozenset(FIELDS[kind.model])
    if kind.model is not Enterprise:
        return names
    code = request.POST.get("credit_code", entry.credit_code if entry else "")
    return names if check(code) is Verdict.WRONG_CHECK_DIGIT else names - {REASON}


def _page(request: HttpRequest, kind: Kind, form: EntryForm, entry: Any, write: Callable[[], Any]) -> HttpResponse:
    """The form, or when it is right the entry as it is now; what was typed stays whatever is refused."""
    if request.method != "POST":
        return _form_page(request, kind, form, entry)
    if not form.is_valid():
        return _form_page(request, kind, form, entry, status=422)
    try:
        url = posted_once(request, lambda: reverse("directory:entry", args=[kind.slug, write().public_id]))
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        return _form_page(request, kind, form, entry, status=422)
    except Changed as error:
        form.add_error(None, str(error.sentence))
        entry.refresh_from_db()
        return _form_page(request, kind, form, entry, status=409)
    messages.success(request, _("已保存") if entry else _("已登记"))
    return redirect(url)


def _form_page(request: HttpRequest, kind: Kind, form: EntryForm, entry: Any, *, status: int = 200) -> HttpResponse:
    context = {
        "kind": kind,
        "form": form,
        "entry": entry,
        "seen": seen_of(entry) if entry else "",
        "key": random_key(),
        "history": changes_of(entry, personal=True, people=False)[:1] if status == 409 else [],
        "warns": REASON in form.fields and status == 422,
    }
    return render(request, "directory/form.html", context, status=status)


def activate_entry(request: HttpRequest, kind: str, public_id: UUID) -> HttpResponse:
    """An entry is put out of use, or taken up again, after the person has read what that means."""
    by = request.actor
    shown = kind_of(kind, by)
    entry = entry_of(shown, public_id, by)
    if shown.activate is None:
        raise NotYours(_("人员离任请办理移交，不在这里停用"))
    if (sentence := rights.refusal_to_keep(entry, by)) is not None:
        raise NotYours(sentence)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            posted_once(request, lambda: str(_activate(request, shown, entry).public_id))
        except (Refused, Changed) as refusal:
            error = refusal
            entry.refresh_from_db()
        else:
            messages.success(request, _("已停用") if entry.active else _("已重新启用"))
            return redirect("directory:entry", shown.slug, public_id)
    context = {
        "kind": shown,
        "entry": entry,
        "standing": words.standing(entry),
        "seen": seen_of(entry),
        "key": random_key(),
        "error": error,
    }
    status = 200 if error is None else 409 if isinstance(error, Changed) else 422
    return render(request, "directory/activate.html", context, status=status)


def _activate(request: HttpRequest, kind: Kind, entry: Any) -> Any:
    assert kind.activate is not None
    return kind.activate(entry, by=request.actor, seen=request.POST.get("seen", ""), active=not entry.active)
