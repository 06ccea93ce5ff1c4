"""The attachments of a demand, as a reader may know of them."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.demands.enums import Identity, Side
from cases.demands.models import Attachment, Case
from foundation.errors import NotVisible
from workflow.actor import Actor


def visible_attachments(case: Case, actor: Actor) -> list[Attachment]:
    """Those that this actor may know of, in the order in which they came; no statement when there never was one."""
    return list(_with_files(Attachment.objects.visible_to(actor, case=case))) if case.attached else []


def file_of(case_id: UUID, file_id: UUID, actor: Actor) -> Attachment:
    """The attachment, with its file, behind the public ids of a case and an attachment; two statements.

    Raises NotVisible, in the same words, for a case or a file that this actor may not know of, for a withdrawn one,
    and for one that is nowhere.
    """
    case = Case.objects.visible_to(actor).filter(public_id=case_id).first()
    found = None
    if case is not None:
        seen = Attachment.objects.visible_to(actor, case=case).filter(withdrawn_at=None)
        found = _with_files(seen).filter(public_id=file_id).first()
    if found is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return found


def waits_for_release(case_id: int) -> bool:
    """Whether the firm's files of this demand reach the department only when the office releases them."""
    return Case.objects.filter(pk=case_id).exclude(identity=Identity.OPEN).exists()


def to_release(case: Case) -> QuerySet[Attachment]:
    """Files of the firm that the department does not see yet."""
    waiting = case.attachments.filter(side=Side.FIRM, released_at=None, withdrawn_at=None)
    return _with_files(waiting)


def to_withdraw(case: Case, actor: Actor, *, internal: bool) -> QuerySet[Attachment]:
    """Files that the actor's own organisation has added and not taken back."""
    mine = case.attachments.filter(organisation_id=actor.organisation_id, withdrawn_at=None, public=not internal)
    return _with_files(mine)


def _with_files(rows: QuerySet[Attachment]) -> QuerySet[Attachment]:
    return rows.select_related("file", "organisation")
