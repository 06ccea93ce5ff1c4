"""Which rows are late and which are due today: for every list and counter over a column `next_due_at`."""

from datetime import datetime, time, timedelta

from django.db.models import Q

from workflow.calendar import ZONE, Calendar


def is_late(now: datetime) -> Q:
    """超期: the due moment has passed."""
    return Q(next_due_at__lt=now)


def is_due_today(now: datetime) -> Q:
    """今天到期: still in time, and due by midnight; 24:00 of today belongs to today."""
    midnight = datetime.combine(now.astimezone(ZONE).date() + timedelta(days=1), time(), ZONE)
    return Q(next_due_at__gte=now, next_due_at__lte=midnight)


def is_due_within(now: datetime, working_days: int, calendar: Calendar) -> Q:
    """Still in time, and due by the end of the n-th working day after today."""
    last = calendar.nth_working_day_after(now.astimezone(ZONE).date(), working_days)
    return Q(next_due_at__gte=now, next_due_at__lte=datetime.combine(last + timedelta(days=1), time(), ZONE))
