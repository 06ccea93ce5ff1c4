"""Where the navigation leads in what every system shares."""

from django.utils.translation import gettext_lazy as _

from parties.exchange.kinds import open_to
from parties.roles import Role
from workflow.actor import Actor
from workflow.registry import MenuItem
from workflow.roster import has_roster


def is_administrator(actor: Actor) -> bool:
    return actor.role == Role.SYSTEM_ADMIN


ITEMS = (
    MenuItem(_("值班表"), "workflow:roster", "clock", has_roster, order=70),
    MenuItem(_("我的导出"), "workflow:exports", "down", lambda actor: actor.post is not None, order=74),
    MenuItem(_("工作日历"), "workflow:calendar", "cal", lambda actor: actor.post is not None, order=75),
    MenuItem(_("时限规则"), "workflow:policies", "scale", lambda actor: actor.post is not None, order=76),
    MenuItem(_("批量导入导出"), "exchange:overview", "swap", lambda actor: bool(open_to(actor)), order=79),
    MenuItem(_("投递"), "workflow:deliveries", "send", is_administrator, order=80),
    MenuItem(_("消息模板"), "workflow:messages", "mail", is_administrator, order=81),
    MenuItem(_("系统状态"), "workflow:health", "eye", is_administrator, order=90),
)
