"""Who: the firm itself, the handler of the case, the system."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from parties.roles import ENTERPRISE_ROLES
from workflow.actor import Actor
from workflow.rules import Permission, restriction

if TYPE_CHECKING:
    from cases.demands.models import Case


@restriction(_("本件由另一位承办人办理"))
def is_the_handler(case: "Case", actor: Actor) -> bool:
    return case.handler_id == actor.person_id


FIRM = {"enterprise_id": ENTERPRISE_ROLES}
only_the_system = Permission({}, _("这一步由系统按时限办理"), system=True)
