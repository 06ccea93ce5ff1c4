"""A line of the list of demands. Many stand on a page, and a format costs a third of what a template does."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cases.demands.columns import Column

register = template.Library()


@register.simple_tag
def demand_row(row: Any, columns: Sequence[Column]) -> SafeString:
    """One row of the table: a box to pick it, where there is something to do with many, then the chosen cells."""
    form = _format(tuple(columns), bool(row.pick), get_language())
    return format_html(form, *([row.pick, row.number] if row.pick else []), *row.cells)


@lru_cache(maxsize=500)
def _format(columns: tuple[Column, ...], pick: bool, language: str | None) -> str:
    """The row with holes for its cells; on a phone a cell that is not among the usual ones says what it is.

    Quotation marks and end tags that HTML does not need are left out: they were a tenth of the page.
    """
    box = '<td role=cell><label><input type=checkbox name=row value={} aria-label="{}"></label>' if pick else ""
    cells = "".join(f"<td role=cell class={_style(column)}{_said(column)}>{{}}" for column in columns)
    return f"<tr role=row>{box}{cells}"


def _style(column: Column) -> str:
    return f'"{column.style}"' if " " in column.style else column.style


def _said(column: Column) -> str:
    return f' data-k="{column.label}"' if column.style == "c-more" else ""
