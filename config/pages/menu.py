"""Where the navigation leads in what spans several systems."""

from django.utils.translation import gettext_lazy as _

from parties.directory import readable
from workflow.registry import MenuItem

ITEMS = (MenuItem(_("名录"), "directory:first", "users", lambda actor: bool(readable(actor)), order=71),)
