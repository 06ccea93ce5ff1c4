"""Where the navigation leads in this system."""

from django.utils.translation import gettext_lazy as _

from dialogue.symposia.rules import ORGANISERS, PARTICIPANTS
from workflow.registry import MenuItem

ITEMS = (
    MenuItem(_("会议列表"), "symposia:list", "users", lambda actor: actor.role in ORGANISERS | PARTICIPANTS, order=40),
)
