"""Who may have everything of a demand in one file."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from cases.demands.rules.texts import check_text
from parties.roles import OFFICE_ROLES
from workflow.actor import Actor
from workflow.rules import Permission

if TYPE_CHECKING:
    from cases.demands.models import Case

LONGEST_PURPOSE = 200

may_make_pack = Permission({"office_id": OFFICE_ROLES}, _("只有本件的平台办公室可以生成和下载证据包"))


def check_make_pack(case: "Case", actor: Actor, *, purpose: str, documents: Sequence[Any]) -> None:
    check_text("purpose", purpose, least=2, most=LONGEST_PURPOSE)
