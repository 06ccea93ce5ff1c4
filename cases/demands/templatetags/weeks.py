"""The calendar of a clock: a page has dozens of days, and a format costs a tenth of what a template does."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def week_rows(weeks: Iterable[Iterable[Any]]) -> SafeString:
    """The rows of the table of `cases.demands.views.clocks.weeks`."""
    return SafeString("".join(f"<tr>{''.join(map(_cell, week))}</tr>" for week in weeks))


def _cell(day: Any) -> str:
    look = f' class="{day.look}"' if day.look else ""
    return f"<td{look}>{day.number}<small>{escape(day.words)}</small></td>"
