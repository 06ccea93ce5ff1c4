"""The list of demands as a table. Many lines stand on a page, and a format costs a third of what a template does."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext

from cases.demands.columns import LEFT, Column

register = template.Library()

HEAD = '<th role="columnheader" scope="col"'


@register.simple_tag
def demand_heads(columns: Sequence[Column], *, pick: object = False, by_time: bool = False) -> SafeString:
    """The cells of the first line, as `demand_rows` needs them; `by_time` says that the list stands in that order."""
    return _heads(tuple(columns), bool(pick), by_time, get_language())


@lru_cache(maxsize=500)
def _heads(columns: tuple[Column, ...], pick: bool, by_time: bool, language: str | None) -> SafeString:
    cells = []
    for column in columns:
        up = by_time and column.name == LEFT
        sort, arrow = (' aria-sort="ascending"', " ↑") if up else ("", "")
        cells.append(f"{HEAD}{sort}>{escape(str(column.label))}{arrow}</th>")
    words = escape(pgettext("rows", "选择"))
    box = f'{HEAD}><span class="visually-hidden">{words}</span></th>' if pick else ""
    return mark_safe(box + "".join(cells))  # noqa: S308 (what is no markup of ours is escaped)


@register.simple_tag
def demand_rows(rows: Sequence[Any], columns: Sequence[Column]) -> SafeString:
    """Lines of the table: a box to pick one, where there is something to do with many, then the chosen cells."""
    form = _format(tuple(columns), any(row.pick for row in rows), get_language())
    lines = []
    for row in rows:
        cells = (row.pick, row.number, *row.cells) if row.pick else row.cells
        lines.append(form % tuple(cell if type(cell) is SafeString else escape(str(cell)) for cell in cells))
    return mark_safe("\n".join(lines))  # noqa: S308 (what is no markup of ours is escaped)


@lru_cache(maxsize=500)
def _format(columns: tuple[Column, ...], pick: bool, language: str | None) -> str:
    """The row with holes for its cells; on a phone a cell that is not among the usual ones says what it is.

    Quotation marks and end tags that HTML does not need are left out: they were a tenth of the page.
    """
    box = '<td role=cell><label><input type=checkbox name=row value=%s aria-label="%s"></label>' if pick else ""
    cells = "".join(f"<td role=cell class={_style(column)}{_said(column)}>%s" for column in columns)
    return f"<tr role=row>{box}{cells}"


def _style(column: Column) -> str:
    return f'"{column.style}"' if " " in column.style else column.style


def _said(column: Column) -> str:
    return f' data-k="{escape(str(column.label)).replace("%", "%%")}"' if column.style == "c-more" else ""
