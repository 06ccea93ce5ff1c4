"""Where the navigation leads in this system."""

from django.utils.translation import gettext_lazy as _

from cases.demands.adoption import may_read_rules
from cases.demands.models.visibility import SEEN_BY, SUPERVISES
from parties.roles import ENTERPRISE_ROLES, Role
from workflow.actor import Actor
from workflow.registry import MenuItem


def _has_a_list(actor: Actor) -> bool:
    return actor.role in SEEN_BY or actor.role in SUPERVISES


ITEMS = (
    MenuItem(_("提交诉求"), "demands:submit", "pen", lambda actor: actor.role in ENTERPRISE_ROLES, order=10),
    MenuItem(_("诉求列表"), "demands:list", "list", _has_a_list, order=20),
    MenuItem(_("撤回情况"), "demands:withdrawals", "undo", lambda actor: actor.role == Role.SUPERVISOR, order=25),
    MenuItem(_("待认领来件"), "demands:intake", "inbox", lambda actor: actor.role == Role.INTAKE, order=30),
    MenuItem(_("职责清单"), "demands:duties", "doc", lambda actor: actor.post is not None, order=72),
    MenuItem(_("派单规则"), "demands:dispatch_rules", "swap", may_read_rules, order=73),
    MenuItem(_("问题集"), "demands:question_sets", "help", lambda actor: actor.role == Role.SYSTEM_ADMIN, order=78),
)
