"""The eight systems (八项制度) as data: an entry can be renamed, reordered or replaced without touching a page.

The official list of all eight is not public; three are named in the source, the others are the mechanisms that the
same source says were set up. An entry without a page is not offered yet.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class System:
    """One of the eight. `page` names its entry page, "" while it has none; `named` says that the source names it."""

    code: str
    name: str | Promise
    icon: str
    page: str = ""
    named: bool = False
    enabled: bool = True

    @property
    def offered(self) -> bool:
        return self.enabled and bool(self.page)


# In the order of the navigation.
SYSTEMS = (
    System("links", _("联系服务企业"), "link", named=True),
    System("demands", _("企业需求接诉即办"), "fast", page="demands:list", named=True),
    System("reviews", _("评议政府部门"), "vote", named=True),
    System("symposia", _("政商座谈会"), "users", page="symposia:list"),
    System("leaders", _("领导联系企业"), "pin"),
    System("direct_reports", _("信息直报"), "mail"),
    System("agency", _("领办代办帮办"), "hand"),
    System("liaison", _("驻企联络员"), "user"),
)
