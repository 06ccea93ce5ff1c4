"""Who changes what the whole city works by: the duty list and the rules of dispatch."""

from django.utils import translation
from django.utils.translation import gettext as _

from foundation.errors import NotYours
from parties.roles import OFFICE_ROLES, Role
from workflow.actor import Actor
from workflow.door import LEDGER_LANGUAGE


def may_adopt(by: Actor) -> bool:
    """Whether this post changes the duty list and the rules of dispatch."""
    return by.role == Role.SYSTEM_ADMIN


def may_read_rules(by: Actor) -> bool:
    """Whether this post works with the rules of dispatch: administrators, and the desk that dispatches."""
    return may_adopt(by) or by.role in OFFICE_ROLES


def for_administrators(by: Actor) -> None:
    """Raise NotYours unless this post changes the duty list and the rules of dispatch."""
    if not may_adopt(by):
        raise NotYours(_("只有系统管理员可以修改职责清单和派单规则"))


def post_text(by: Actor) -> str:
    """Organisation and role as kept text, in the one language of what is kept."""
    with translation.override(LEDGER_LANGUAGE):
        return f"{by.post.organisation_name} · {by.post.role.label}" if by.post else ""
