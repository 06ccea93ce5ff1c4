"""Evidence packs of a demand, for those who may have them."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.demands import rules
from cases.demands.models import Case, EvidencePack
from documents.models import Document
from foundation.errors import NotVisible, NotYours
from workflow.actor import Actor


def case_of_packs(case_id: UUID, actor: Actor) -> Case:
    """The demand whose packs this actor may have. Raises NotVisible, and NotYours for others who see the demand."""
    case: Case | None = Case.objects.visible_to(actor).filter(public_id=case_id).first()
    if case is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    if not rules.may_make_pack.concerns(case, actor):
        raise NotYours(rules.may_make_pack.sentence)
    return case


def packs_of(case: Case, actor: Actor) -> QuerySet[EvidencePack]:
    """The packs of a demand with what is told of them, the newest first."""
    mine = EvidencePack.objects.visible_to(actor).filter(case=case)
    return mine.select_related("job", "file", "asked_by").order_by("-id")


def pack_of(case_id: UUID, pack_id: UUID, actor: Actor) -> EvidencePack:
    """One pack of a demand. Raises as `case_of_packs` does."""
    found = packs_of(case_of_packs(case_id, actor), actor).filter(public_id=pack_id).first()
    if found is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return found


def documents_of(case_id: int) -> QuerySet[Document]:
    """Every version of every document about a demand, whichever edition and whatever it is worth, as issued."""
    return Document.objects.filter(subject_kind=Case.ledger_kind, subject_id=case_id).order_by("pk")
