"""Time that goes by between the steps of the story: what a running tick and worker would have done meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from django.conf import settings
from django.db.models import Min, Q
from django_tasks_db.models import DBTaskResult

from cases.demands.enums import CaseState
from cases.demands.models import Case
from cases.demands.rules import ARCHIVED_AFTER
from documents.tasks import make_document
from parties.models import Membership
from workflow import outbox
from workflow.actor import Actor, Channel, Post
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.models import Clock, MessageState, Notice, OutboxMessage
from workflow.models.clocks import COUNTING
from workflow.notices import ANNOUNCE, mark_read
from workflow.overdue import make_system_moves, send_reminders
from workflow.seals import seal_ledger
from workflow.specs import specs

NOTICE_DAYS = 3  # working days before the as-of day whose notices are there
SEALS = 3  # the days before the as-of day that begin with a seal
SEALED_AT = time(0, 10)
MINUTE = timedelta(minutes=1)
READ_AFTER = timedelta(minutes=10)
ENDS_BY_ITSELF = {spec.after for spec in specs(Case).values() if spec.after}


class Passing:
    """The system's part of the story, each thing in the minute in which a running tick would have done it."""

    def __init__(self, as_of: date) -> None:
        self._midnight = datetime.combine(as_of, time(), ZONE)
        self._now = self._midnight - timedelta(days=3650)  # before every story
        calendar, day = calendar_in_force(), as_of
        for _n in range(NOTICE_DAYS):
            day -= timedelta(days=1)
            while not calendar.is_working_day(day):
                day -= timedelta(days=1)
        self._told_from = datetime.combine(day, time(), ZONE)
        self._seals = list(_seal_moments(as_of))
        self._to_archive: datetime | None = None
        self._look: datetime = self._midnight  # the minute in which the tick finds what an end has brought about

    def until(self, moment: datetime) -> None:
        """Every move, reminder, notice and seal of the system before this moment is there."""
        while (due := self._next()).at < moment:
            if due.seal:
                self._seals.remove(due.at)
                seal_ledger(now=due.at)
                continue
            self._now = due.at
            if due.reminders:
                send_reminders(due.at)
            if due.moves:
                if due.at >= self._look:
                    self._look = self._midnight
                make_system_moves(due.at)
                self._to_archive = None
            self.tell(due.at)

    def somebody_ended(self, at: datetime) -> None:
        """A demand may be over, or no longer: when the next one goes into the archive has to be asked again.

        With the last of its action items a meeting is over as well.
        """
        self._to_archive = None
        self._look = min(self._look, self._minute_after(at))

    def to_the_end(self) -> None:
        """The as-of day begins: half of the notices are read, and of the past the worker has only papers to make."""
        self.until(self._midnight)
        OutboxMessage.objects.exclude(state=MessageState.SENT).delete()
        DBTaskResult.objects.exclude(task_path=make_document.module_path).delete()  # papers still get their files
        self._read_half()

    def _next(self) -> "_Due":
        """The minute in which the tick finds something to do next, or the next seal; later than the last one."""
        clocks = Clock.objects.filter(COUNTING).aggregate(
            reminder=Min("next_reminder_at"),
            over=Min("due_at", filter=Q(kind__in=ENDS_BY_ITSELF, due_at__gte=self._now)),
        )
        if self._to_archive is None:
            self._to_archive = self._next_to_archive()
        reminder = self._minute_after(clocks["reminder"])
        move = min(self._minute_after(clocks["over"]), self._to_archive, self._look)
        seal = min([*self._seals[:1], self._midnight])
        at = min(reminder, move, seal)
        return _Due(at, seal=at == seal, reminders=at == reminder, moves=at == move)

    def _next_to_archive(self) -> datetime:
        before = self._now - ARCHIVED_AFTER
        over = Case.objects.aggregate(
            closed=Min("closed_at", filter=Q(state=CaseState.CLOSED, closed_at__gt=before)),
            ended=Min("ended_at", filter=Q(state=CaseState.ENDED, ended_at__gt=before)),
        )
        return min(self._minute_after(moment and moment + ARCHIVED_AFTER) for moment in over.values())

    def _minute_after(self, moment: datetime | None) -> datetime:
        """The tick comes with every full minute, and finds what lies before it."""
        if moment is None:
            return self._midnight
        return min(self._midnight, moment.replace(second=0, microsecond=0) + MINUTE)

    def tell(self, at: datetime) -> None:
        """What was announced at this moment is with its people; mail of the past and older news are not delivered."""
        if at < self._told_from:
            return
        waiting = OutboxMessage.objects.filter(channel=ANNOUNCE, state=MessageState.WAITING, created_at__gte=at)
        for public_id in waiting.order_by("pk").values_list("public_id", flat=True):
            if not outbox.attempt(str(public_id), clock=lambda: at):
                raise RuntimeError(f"announcement {public_id} was not delivered")

    def _read_half(self) -> None:
        """Everybody has read the older half of their notices, ten minutes after the last of these came."""
        posts = {post.pk: post for post in Membership.objects.select_related("user", "organisation")}
        notices = Notice.objects.order_by("user_id", "pk")
        for user_id, theirs in groupby(notices, key=attrgetter("user_id")):
            told = list(theirs)
            read = told[: (len(told) + user_id % 2) // 2]  # of a single notice every second person
            if not read:
                continue
            held = tuple(Post.of(posts[pk]) for pk in sorted({notice.membership_id for notice in read}))
            now = min(read[-1].created_at + READ_AFTER, self._midnight - timedelta(seconds=1))
            by = Actor(user_id=user_id, now=now, post=held[0], posts=held, channel=Channel.WEB)
            mark_read([notice.pk for notice in read], by=by)


@dataclass(frozen=True)
class _Due:
    """A minute, and what there is to do in it."""

    at: datetime
    seal: bool
    reminders: bool
    moves: bool


def _seal_moments(as_of: date) -> Iterator[datetime]:
    """When the last days were sealed; none where the file already holds the seals of another database."""
    file = Path(settings.SEALS_FILE)
    if file.exists() and file.stat().st_size:
        return
    for days in range(SEALS, 0, -1):
        yield datetime.combine(as_of - timedelta(days=days), SEALED_AT, ZONE)
