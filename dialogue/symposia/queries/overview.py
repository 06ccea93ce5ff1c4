"""The meetings of a reader as a list, by the filters of an address, and those of a month."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from dialogue.symposia.models import Meeting
from dialogue.symposia.queries.rows import rows as as_rows
from parties.models import Office
from workflow.actor import Actor
from workflow.calendar import ZONE


@dataclass(frozen=True)
class Wishes:
    """What of the meetings somebody wants to see; an empty value asks for nothing. `month` is its first day."""

    words: str = ""
    kind: str = ""
    state: str = ""
    office: Office | None = None
    month: date | None = None


def found(actor: Actor, wishes: Wishes) -> QuerySet[Meeting]:
    """The meetings this actor may open and that meet the wishes, the latest first, with their names."""
    meetings = Meeting.objects.listed_for(actor)
    if wishes.words:
        meetings = meetings.filter(holding(wishes.words))
    if wishes.kind:
        meetings = meetings.filter(kind=wishes.kind)
    if wishes.state:
        meetings = meetings.filter(state=wishes.state)
    if wishes.office:
        meetings = meetings.filter(office_id=wishes.office.pk)
    if wishes.month:
        meetings = meetings.filter(in_month(wishes.month))
    return as_rows(meetings).order_by("-starts_at", "-id")


def holding(words: str) -> Q:
    """Title or number of the minutes hold the words. Firms are not looked for: a topic's may be hidden."""
    return Q(title__icontains=words) | Q(minutes_number__icontains=words)


def in_month(month: date) -> Q:
    """The meeting begins on a day of the month of this day."""
    first = month.replace(day=1)
    return _between(first, first + timedelta(days=monthrange(month.year, month.month)[1]))


def in_year(year: int) -> Q:
    return _between(date(year, 1, 1), date(year + 1, 1, 1))


def _between(first: date, end: date) -> Q:
    return Q(starts_at__gte=datetime.combine(first, time(), ZONE), starts_at__lt=datetime.combine(end, time(), ZONE))


def offices_with_meetings(actor: Actor) -> QuerySet[Office]:
    """The offices of which this actor may open a meeting, by name."""
    theirs = Meeting.objects.listed_for(actor).filter(office_id=OuterRef("pk"))
    return Office.objects.filter(Exists(theirs)).order_by("name", "pk")
