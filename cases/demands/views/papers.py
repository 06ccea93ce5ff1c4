"""文书 of a demand: those this reader may open, and the buttons by which one is made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.demands import documents
from cases.demands.enums import Edition
from cases.demands.models import Case
from cases.demands.views.words import case_address
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from foundation.models import JobState
from workflow.actor import Actor
from workflow.door import Offer, refusal
from workflow.specs import specs
from workflow.views.once import random_key

# The moves that issue a paper; they stand in the panel 文书, not among the other buttons.
ACTIONS = {"issue_receipt": DocumentKind.RECEIPT, "issue_case_file": DocumentKind.CASE_FILE}
LABELS = {"issue_receipt": DocumentKind.RECEIPT.label, "issue_case_file": DocumentKind.CASE_FILE.label}


@dataclass(frozen=True)
class Row:
    """One document as the page draws it."""

    url: str
    name: str
    edition: Any
    version: int
    issued_on: date
    issued_as: str
    marks: list[tuple[Any, str, str]]


def panel(case: Case, actor: Actor, offered: Iterable[Offer], *, issued: bool) -> dict[str, Any]:
    """The documents of a demand and what this reader can have made of what is `offered`.

    One statement, none unless anything was ever `issued`.
    """
    found = documents.of_case(case, actor) if issued else []
    has_receipt = any(one.kind == DocumentKind.RECEIPT and one.is_valid for one in found)
    shown = [offer for offer in offered if offer.name in ACTIONS]
    if has_receipt:  # there is one of it: it stands in the list, and no button makes another
        shown = [offer for offer in shown if offer.name != "issue_receipt"]
    return {
        "papers": [_row(one, actor) for one in found],
        "paper_buttons": [_button(case, offer.name, offer.label) for offer in shown if offer.refusal is None],
        "paper_refused": [
            {"name": offer.name, "label": offer.label, "icon": offer.icon, "refusal": offer.refusal}
            for offer in shown
            if offer.refusal is not None
        ],
    }


def receipt_button(case: Case, actor: Actor) -> dict[str, Any] | None:
    """The button by which a firm has its receipt, once the demand is accepted. No statement."""
    action = "issue_receipt"
    return _button(case, action, LABELS[action]) if refusal(case, action, actor) is None else None


def address(case: Case, action: str, actor: Actor) -> str:
    """The page of the document that this move has made, or found to be there already; two statements at most."""
    kind = ACTIONS[action]
    edition = Edition.FIRM if kind == DocumentKind.RECEIPT else documents.edition_for(case, actor)
    document = documents.in_force(case, kind, edition)
    if document is None:
        return reverse("demands:case", args=[case.public_id])
    return reverse("documents:document", args=[document.public_id])


def done(action: str) -> str:
    """What is said when the document has a number and waits for its file, or was there before."""
    return _("%(kind)s已经编号登记，文件几秒钟内生成") % {"kind": LABELS[action]}


def _button(case: Case, action: str, label: Any) -> dict[str, Any]:
    return {
        "url": case_address(case.public_id, "act", action),
        "label": label,
        "icon": specs(Case)[action].icon,
        "key": random_key(),
    }


def _row(document: Document, actor: Actor) -> Row:
    marks: list[tuple[Any, str, str]] = []
    if document.status == DocumentStatus.WITHDRAWN:
        marks.append((DocumentStatus.WITHDRAWN.label, "red", "undo"))
    if (state := document.making(actor.now)) == JobState.FAILED:
        marks.append((_("文件没有生成"), "red", "alert"))
    elif state != JobState.DONE:
        marks.append((_("文件正在生成"), "blue", "clock"))
    return Row(
        url=reverse("documents:document", args=[document.public_id]),
        name=f"{document.get_kind_display()} {document.number}",
        edition=Edition(document.audience).label,
        version=document.version,
        issued_on=document.issued_on,
        issued_as=document.issued_as,
        marks=marks,
    )
