"""A line of the list of demands. Fifty stand on a page, and a format costs a third of what a template does."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from workflow.templatetags.workflow_words import state_badge, time_badge

register = template.Library()

ROW = (
    '<tr role="row"><td role="cell" class="c-left">{}</td><td role="cell" class="c-state">{}</td>'
    '<td role="cell" class="c-title"><a class="t" href="{}">{}</a></td><td role="cell" class="c-firm">{}</td>'
    '<td role="cell" class="c-cat">{}</td><td role="cell" class="c-dist">{}</td>'
    '<td role="cell" class="c-no num">{}</td></tr>'
)


@register.simple_tag
def demand_row(row: Any) -> SafeString:
    """One row of the table: time left, state, title as a link, firm, category and class, banner, number."""
    return format_html(
        ROW,
        time_badge(row.left),
        state_badge(row.badge),
        row.url,
        row.title,
        row.enterprise,
        row.kind,
        row.district,
        row.number,
    )
