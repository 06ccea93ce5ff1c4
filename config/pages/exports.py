"""Lists as they can be taken out: the boxes of the home page, of all systems, and the accounts that wait."""

from functools import partial
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from config.pages.accounts import coming_posts, for_setters
from config.pages.home import names
from foundation.errors import NotVisible
from parties import initial_passwords
from workflow import registry
from workflow.actor import Actor
from workflow.models import LedgerSubject
from workflow.registry import ExportableList, ExportColumn, ExportPart, ExportRequest, InboxEntry
from workflow.time_left import last_moment


def _box(actor: Actor, query: QueryDict) -> ExportRequest:
    """The lines of one box, system by system as on its page."""
    name = query.get("box", "")
    if name not in names():
        raise NotVisible(_("没有找到，或者您不能查看"))
    found = [(inbox, inbox.box(actor, name)) for inbox in registry.inboxes()]
    parts = [
        ExportPart(rows, show=partial(inbox.entries, actor), subject=_subject)
        for inbox, rows in found
        if rows is not None
    ]
    return ExportRequest(parts, said=[names()[name]])


def _subject(row: Any) -> tuple[str, int] | None:
    """What moves, or what a proposal is about."""
    if isinstance(row, LedgerSubject):
        return row.ledger_kind, row.pk
    kind, key = getattr(row, "subject_kind", ""), getattr(row, "subject_id", None)
    return (kind, key) if kind and key is not None else None


def _due(entry: InboxEntry, _actor: Actor) -> Any:
    return entry.due_at and last_moment(entry.due_at)


BOX = ExportableList(
    name="box",
    title=_("待办和已办"),
    page="box",
    places=("box",),
    ask=_box,
    columns=(
        ExportColumn("number", _("编号"), lambda entry, actor: entry.number, 22),
        ExportColumn("title", _("事项"), lambda entry, actor: entry.title, 50),
        ExportColumn("state", _("状态"), lambda entry, actor: entry.state_label),
        ExportColumn("left", _("剩余时间"), lambda entry, actor: entry.time_left and entry.time_left.words, 20),
        ExportColumn("due", _("到期"), _due, 22),
        ExportColumn("about", _("说明"), lambda entry, actor: " · ".join(map(str, entry.meta)), 40),
        ExportColumn("next", _("下一步"), lambda entry, actor: entry.action_label),
    ),
)


def _accounts(actor: Actor, query: QueryDict) -> ExportRequest:
    for_setters(actor)
    return ExportRequest([ExportPart(initial_passwords.waiting(actor))])


ACCOUNTS = ExportableList(
    name="accounts",
    title=_("尚未启用的账号"),
    page="accounts:waiting",
    ask=_accounts,
    columns=(
        ExportColumn("name", _("姓名"), lambda person, actor: person.name),
        ExportColumn("account", _("账号"), lambda person, actor: person.username, 22),
        ExportColumn("posts", _("岗位"), lambda person, actor: coming_posts(person), 50),
        ExportColumn("standing", _("状态"), lambda person, actor: initial_passwords.standing(person, actor)[0], 26),
        ExportColumn("until", _("初始密码有效期至"), lambda person, actor: person.initial_password_until, 22),
    ),
)
