"""Where the navigation leads in what every system shares."""

from django.utils.translation import gettext_lazy as _

from parties.deputies import WITHOUT_DEPUTY
from parties.exchange.kinds import open_to
from parties.roles import Role
from parties.staff import gives_posts
from workflow.actor import Actor
from workflow.registry import MenuItem
from workflow.roster import has_roster


def has_deputies(actor: Actor) -> bool:
    """Whether somebody could stand in for this person in one of their posts."""
    return any(post.role not in WITHOUT_DEPUTY for post in actor.posts)


def is_administrator(actor: Actor) -> bool:
    return actor.role == Role.SYSTEM_ADMIN


ITEMS = (
    MenuItem(_("任职管理"), "workflow:posts", "users", gives_posts, order=68),
    MenuItem(_("我的代理"), "workflow:deputies", "swap", has_deputies, order=69),
    MenuItem(_("值班表"), "workflow:roster", "clock", has_roster, order=70),
    MenuItem(_("我的导出"), "workflow:exports", "down", lambda actor: actor.post is not None, order=74),
    MenuItem(_("工作日历"), "workflow:calendar", "cal", lambda actor: actor.post is not None, order=75),
    MenuItem(_("时限规则"), "workflow:policies", "scale", lambda actor: actor.post is not None, order=76),
    MenuItem(_("批量导入导出"), "exchange:overview", "swap", lambda actor: bool(open_to(actor)), order=79),
    MenuItem(_("投递"), "workflow:deliveries", "send", is_administrator, order=80),
    MenuItem(_("消息模板"), "workflow:messages", "mail", is_administrator, order=81),
    MenuItem(_("系统状态"), "workflow:health", "eye", is_administrator, order=90),
)
