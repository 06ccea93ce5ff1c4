"""What was typed and not sent, put back into its boxes."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.http import QueryDict
from django.urls import reverse

from cases.demands import drafting
from cases.demands.forms.restoring import restored
from cases.demands.models import Case
from cases.demands.views import signing
from foundation.texts import storable
from workflow.actor import Actor

F = TypeVar("F", bound=forms.Form)
MARK = "_"  # before the name of what a page sends along by itself; the key of a question begins with a letter


def typed(posted: QueryDict, names: Mapping[str, Any]) -> dict[str, str]:
    """What was typed into these boxes, but for what no database keeps."""
    return {name: posted[name] for name in names if name in posted and storable(posted[name])}


def beside(data: Mapping[str, Any], name: str) -> str:
    """What a page sends along by itself under this name; nothing for what no database can be asked for."""
    text = str(data.get(name, ""))
    return text if storable(text) else ""


def number(text: str, *, most: int = 10**9) -> int | None:
    """A number as a page sends it along, or None for what is none or larger than `most`."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        return None
    return int(text) if int(text) <= most else None


def kind_of(action: str) -> str:
    """Under which name the form of a move is kept; both verdicts of a signer stand under one box."""
    return f"{Case.ledger_kind}.{'sign_off' if action in signing.ACTIONS else action}"


def opened(make: Callable[..., F], case: Case, action: str, actor: Actor) -> F:
    """The form of a move as it is opened: with what this person typed before, if they did. One statement."""
    found = drafting.kept_form(kind_of(action), case.public_id, by=actor)
    if found is None:
        return make(case=case, actor=actor)
    form = restored(lambda data: make(data, case=case, actor=actor), found.data)
    form.kept_at = found.saved_at
    return form


def keeping(case: Case, action: str, form: forms.Form) -> dict[str, Any]:
    """Where the page keeps what is typed, and from when it has something already."""
    action = "sign_off" if action in signing.ACTIONS else action
    url = reverse("demands:save_form", args=[case.public_id, action])
    return {"url": url, "kept_at": getattr(form, "kept_at", None)}
