"""How a page says time and state: one wording and one badge for each, whatever system shows it.

The words themselves are computed in `workflow.time_left`; here they only become markup. Nothing reads the clock: the
page passes the moment it was asked at (`actor.now`), so that one page never disagrees with itself.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol

from django import template
from django.utils import dateformat
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, pgettext

from foundation.templatetags.ui import icon, tag
from workflow.calendar import ZONE
from workflow.time_left import TimeLeft, date_text, full_text, long_day, short_day
from workflow.timeline import Line

register = template.Library()


class Badged(Protocol):
    """A state that knows its badge: what it is called, its tint, its drawing."""

    label: str
    tone: str
    icon: str


@register.simple_tag
def time_badge(left: TimeLeft | None) -> SafeString | str:
    """The time left as a badge, with “暂定” beside it while the date may still move; empty when no clock runs."""
    if left is None:
        return ""
    badge = tag(left.words, left.tone, left.icon)
    return format_html("{} {}", badge, provisional_tag()) if left.provisional else badge


@register.simple_tag
def provisional_tag() -> SafeString:
    """“暂定”: a date counted through a year whose holidays are not announced."""
    return tag(pgettext("date", "暂定"))


@register.simple_tag
def state_badge(state: Badged) -> SafeString:
    """A state as a badge: its name in the fixed vocabulary, tinted by whose turn it is."""
    return tag(state.label, state.tone, state.icon)


@register.filter
def when(moment: datetime | None, now: datetime) -> str:
    """“11月27日 17:30”, with the year when it is another one; empty when it has not happened."""
    return date_text(moment, now) if moment else ""


@register.filter
def full_when(moment: datetime) -> str:
    """“2026年11月27日 17:30”, for headers, receipts and whatever is printed; midnight as 24:00 of the day it ends."""
    return full_text(moment)


@register.filter
def clock_time(moment: datetime) -> str:
    """“15:28”."""
    return localtime(moment, ZONE).strftime("%H:%M")


@register.filter
def full_day(moment: datetime) -> str:
    """“2026年11月23日 星期一”."""
    return dateformat.format(localtime(moment, ZONE), pgettext("date pattern", "Y年n月j日 l"))


@register.filter
def day_and_weekday(day: date) -> str:
    """“2026年11月23日 星期一” of a day that has no hour."""
    return dateformat.format(day, pgettext("date pattern", "Y年n月j日 l"))


@register.simple_tag
def timeline_lines(lines: Iterable[Line], now: datetime) -> SafeString:
    """What happened as the items of a list: put together here, for in a template a line costs ten times as much."""
    language = get_language()
    inward, outward = _badges(language)
    labels: dict[str, str] = {}
    items = []
    for line in lines:
        label = labels.get(line.action) or labels.setdefault(line.action, escape(str(line.label)))
        badge = inward if line.internal else outward if line.action == "reply_public" else ""
        at, when = line.at.astimezone(ZONE).isoformat(), date_text(line.at, now)
        items.append(
            f'<li{_INWARD if line.internal else ""}><div class="ev"><b>{label}</b>{badge}'
            f'<time datetime="{at}">{escape(when)}</time><span>{escape(line.who)}</span></div>'
        )
        if line.text:
            items.append(f"\n<p>{escape(line.text)}</p>")
        if line.note:
            open_, close = _around(line.action, language)
            items.append(f"\n{open_}{linebreaks(line.note, autoescape=True)}{close}")
        if line.proposer:
            proposed = gettext("由%(who)s提请") % {"who": line.proposer}
            items.append(f'\n<p class="muted small">{escape(proposed)}</p>')
        items.append("</li>\n")
    return SafeString("".join(items))


_INWARD = ' class="inward"'


@lru_cache(maxsize=8)
def _badges(language: str | None) -> tuple[SafeString, SafeString]:
    """Of what is for the house alone and of what is said to the firm, in this language."""
    return tag(pgettext("note", "内部"), "amber", "lock"), tag(pgettext("note", "公开"), "blue", "chat")


@lru_cache(maxsize=200)
def _around(action: str, language: str | None) -> tuple[str, str]:
    """What stands before and after the words of a move: an internal note and a public reply have heads of their own."""
    box = '<div class="{}"><div class="note-h">{}{} <span>{}</span></div>'
    if action == "note_internal":
        words = gettext("内部备注"), gettext("仅承办单位与平台可见，企业看不到")
        return format_html(box, "note", icon("lock"), *words), "</div>"
    if action == "reply_public":
        return format_html(box, "reply", icon("chat"), gettext("公开答复"), gettext("企业可见")), "</div>"
    return '<blockquote class="said">', "</blockquote>"


register.filter(short_day)
register.filter(long_day)
