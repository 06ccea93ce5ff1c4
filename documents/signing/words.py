"""How signatures tell a time."""

from datetime import datetime

from django.utils import dateformat
from django.utils.timezone import localtime
from django.utils.translation import pgettext


def local(moment: datetime) -> str:
    """2026年11月23日 09:30"""
    return dateformat.format(localtime(moment), pgettext("date pattern", "Y年n月j日 H:i"))


def day(moment: datetime) -> str:
    """2026年11月23日"""
    return dateformat.format(localtime(moment), pgettext("date pattern", "Y年n月j日"))
