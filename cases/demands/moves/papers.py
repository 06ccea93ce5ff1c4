"""Papers are issued: 受理回执, once; 办理单, a new version when anything has changed (docs/decisions/0034)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.demands import documents, queries
from cases.demands.enums import Edition
from cases.demands.models import Case
from documents import register
from documents.content.base import Content
from documents.enums import DocumentKind
from documents.models import Document
from foundation.errors import NotVisible
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.door import admit, move


def issue_receipt(case_id: int, *, by: Actor, seen: int | None = None) -> Case:
    """The firm's receipt stands in the register of the office; the one that is there already, when there is one.

    Of many who ask at once one has it made. The office may have it made for a firm that came by telephone.
    """
    with transaction.atomic():
        case = _held(case_id, "issue_receipt", by=by, seen=seen)
        if documents.in_force(case, DocumentKind.RECEIPT, Edition.FIRM) is not None:
            return case
        document = _issued(case, documents.receipt_of(case, by), Edition.FIRM, by=by)
        return move(Case, case_id, "issue_receipt", by=by, seen=seen, facts=_stated(document), say="制发受理回执")


def issue_case_file(case_id: int, *, by: Actor, seen: int | None = None) -> Case:
    """The edition for this reader stands in the register and says how the demand stands now.

    The version in force, when nothing that this reader may know has changed since it was made.
    """
    with transaction.atomic():
        case = _held(case_id, "issue_case_file", by=by, seen=seen)
        edition, content = documents.edition_for(case, by), documents.case_file_of(case, by)
        before = documents.in_force(case, DocumentKind.CASE_FILE, edition)
        if before is None:
            document = _issued(case, content, edition, by=by)
        else:
            document = register.issue_version(before, content, by=by, reason="办理情况有变动")
            if document.pk == before.pk:
                return case
        return move(Case, case_id, "issue_case_file", by=by, seen=seen, facts=_stated(document), say="制发办理单")


def _held(case_id: int, action: str, *, by: Actor, seen: int | None) -> Case:
    """The demand, locked until the transaction ends, with its names.

    It is locked before the series of numbers is, by every move that issues: the other way round two of them could wait
    for each other. And whoever waits for the demand does not hold up the numbers of all the others.
    """
    seen_by_actor = queries.with_names(Case.objects.visible_to(by)).select_for_update(of=("self",))
    case = seen_by_actor.filter(pk=case_id).first()
    if case is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    admit(case, action, by=by, seen=seen)
    return case


def _issued(case: Case, content: Content, edition: Edition, *, by: Actor) -> Document:
    return register.issue(
        content,
        series=documents.series(content.kind, case),
        office_id=case.office_id,
        subject_kind=Case.ledger_kind,
        subject_id=case.pk,
        audience=edition,
        issued_on=by.now.astimezone(ZONE).date(),
        by=by,
    )


def _stated(document: Document) -> dict[str, Any]:
    """What the chain says of a paper for good: it outlives the words of the event."""
    return {
        "document": {
            "number": document.number,
            "kind": document.kind,
            "edition": document.audience,
            "version": document.version,
            "content_sha256": document.content_sha256,
        }
    }
