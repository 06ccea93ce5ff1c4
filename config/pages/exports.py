"""The boxes of the home page as they can be taken out, whatever systems their lines come from."""

from functools import partial
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from config.pages.home import names
from foundation.errors import NotVisible
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
