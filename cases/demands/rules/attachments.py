"""Who may add files to a demand, release them to a department that does not know the firm, and take them back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cases.demands.enums import Identity, Side
from cases.demands.rules.people import FIRM
from cases.demands.rules.texts import check_text
from foundation.errors import Refused, WrongMoment
from parties.roles import OFFICE_ROLES, Role
from workflow.actor import Actor
from workflow.rules import Permission, condition

if TYPE_CHECKING:
    from cases.demands.models import Attachment, Case
    from foundation.files.storing import Upload

MEGABYTE = 1024 * 1024
LONGEST_DESCRIPTION = 200
OFFICIALS = {"lead_id": frozenset({Role.DEPARTMENT_LIAISON, Role.HANDLER}), "office_id": OFFICE_ROLES}

may_attach = Permission(FIRM, _("这里只有提出企业可以添加附件"))
may_attach_for_all = Permission(OFFICIALS, _("只有主办部门的联络员、承办人和平台办公室可以添加公开附件"))
may_attach_internally = Permission(OFFICIALS, _("只有主办部门的联络员、承办人和平台办公室可以添加或撤回内部附件"))
may_release = Permission(
    {"office_id": frozenset({Role.INTAKE, Role.DISPATCHER})}, _("只有平台办公室的受理员和派单员可以放行附件")
)
may_withdraw_attachment = Permission({**FIRM, **OFFICIALS}, _("只有添加附件的单位可以撤回"))


def needs_release(case: "Case") -> bool:
    """Whether files of the firm reach the department only once they are released: at every level but 公开."""
    return case.identity != Identity.OPEN


files_need_release = condition(_("企业身份公开，附件不需要放行"))(needs_release)


def check_attach(case: "Case", actor: Actor, *, uploads: "Sequence[Upload]", description: str) -> None:
    """How many and how large: of one sending, and of the demand with those it has (settings)."""
    if not uploads:
        raise Refused("uploads", _("请选择文件"))
    if len(uploads) > settings.FILES_AT_ONCE:
        raise Refused("uploads", _("一次最多 %(n)s 个文件") % {"n": settings.FILES_AT_ONCE})
    if case.attached + len(uploads) > settings.FILES_OF_A_CASE:
        raise Refused("uploads", _("一件诉求最多 %(n)s 个附件") % {"n": settings.FILES_OF_A_CASE})
    if case.attached_size + sum(upload.size for upload in uploads) > settings.FILES_SIZE_OF_A_CASE * MEGABYTE:
        raise Refused("uploads", _("一件诉求的附件合计不超过 %(n)s MB") % {"n": settings.FILES_SIZE_OF_A_CASE})
    if description.strip():
        check_text("description", description, most=LONGEST_DESCRIPTION)


check_attach_public = check_attach_internal = check_attach


def check_release_attachment(case: "Case", actor: Actor, *, attachment: "Attachment") -> None:
    if attachment.case_id != case.pk or attachment.side != Side.FIRM:
        raise Refused("attachment", _("请从企业的附件中选择"))
    if attachment.released_at is not None or attachment.withdrawn_at is not None:
        raise WrongMoment(_("这个附件已经放行或撤回"))


def check_withdraw_attachment(case: "Case", actor: Actor, *, attachment: "Attachment") -> None:
    _check_mine(case, actor, attachment, internal=False)


def check_withdraw_internal(case: "Case", actor: Actor, *, attachment: "Attachment") -> None:
    _check_mine(case, actor, attachment, internal=True)


def _check_mine(case: "Case", actor: Actor, attachment: "Attachment", *, internal: bool) -> None:
    theirs = attachment.organisation_id != actor.organisation_id
    if attachment.case_id != case.pk or theirs or attachment.is_internal != internal:
        raise Refused("attachment", _("请从本单位添加的附件中选择"))
    if attachment.withdrawn_at is not None:
        raise WrongMoment(_("这个附件已经撤回"))
