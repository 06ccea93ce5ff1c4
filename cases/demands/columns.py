"""The columns of the list of demands: which there are, which stand there unless somebody chose others."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LEFT, TITLE = "left", "title"


@dataclass(frozen=True, eq=False)  # there is one of each, and every line of a list looks them up
class Column:
    """`style` is what a phone does with it, `more` the columns of the table it needs beyond those of every row."""

    name: str
    label: Any
    style: str = "c-more"
    more: tuple[str, ...] = ()


COLUMNS = {
    column.name: column
    for column in (
        Column(LEFT, _("剩余时间"), "c-left"),
        Column("state", _("状态"), "c-state"),
        Column(TITLE, _("诉求"), "c-title"),
        Column("firm", _("企业"), "c-firm"),
        Column("kind", _("类别 · 档次"), "c-cat"),
        Column("district", _("旗区"), "c-dist"),
        Column("number", _("编号"), "c-no num"),
        Column("department", _("主办部门")),
        Column("handler", _("承办人"), more=("handler_id",)),
        Column("category", _("类别")),
        Column("klass", _("档次")),
        Column("submitted", pgettext_lazy("column", "提交")),
        Column("closed", pgettext_lazy("column", "办结")),
        Column("round", _("轮次"), more=("round",)),
        Column("outcome", _("办理结果"), more=("outcome",)),
        Column("confirmation", _("企业确认"), more=("confirmation",)),
    )
}
USUAL = (LEFT, "state", TITLE, "firm", "kind", "district", "number")


def chosen_columns(text: str) -> tuple[Column, ...]:
    """The columns that a stored text names, in its order; the usual ones when it names none that there is.

    The title is always among them: it is the way to the demand.
    """
    names = [name for name in dict.fromkeys(text.split(",")) if name in COLUMNS]
    if not names:
        names = list(USUAL)
    if TITLE not in names:
        names.insert(0, TITLE)
    return tuple(COLUMNS[name] for name in names)


def as_text(columns: Iterable[str]) -> str:
    """What is stored of a choice: "" for the usual columns, so that they may change with the product."""
    names = tuple(column.name for column in chosen_columns(",".join(columns)))
    return "" if names == USUAL else ",".join(names)
