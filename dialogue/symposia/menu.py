"""Where the navigation leads in this system."""

from django.utils.translation import gettext_lazy as _

from dialogue.symposia.rules import ORGANISERS, PARTICIPANTS
from parties.roles import DEPARTMENT_ROLES
from workflow.registry import MenuItem

ITEMS = (
    MenuItem(_("会议列表"), "symposia:list", "users", lambda actor: actor.role in ORGANISERS | PARTICIPANTS, order=40),
    MenuItem(_("任务事项"), "symposia:items", "flag", lambda actor: actor.role in DEPARTMENT_ROLES, order=41),
)
