"""Where the navigation leads in what every system shares."""

from django.utils.translation import gettext_lazy as _

from parties.roles import Role
from workflow.registry import MenuItem

ITEMS = (
    MenuItem(_("时限规则"), "workflow:policies", "scale", lambda actor: actor.post is not None, order=80),
    MenuItem(_("系统状态"), "workflow:health", "eye", lambda actor: actor.role == Role.SYSTEM_ADMIN, order=90),
)
