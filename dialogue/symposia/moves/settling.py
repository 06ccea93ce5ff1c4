"""What issuing does to action items and their demands, in its transaction: new ones, changed ones, removed ones."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.demands.enums import OVER_STATES, CaseState, Klass, Origin
from cases.demands.models import Case
from cases.demands.moves import (
    Source,
    end_by_correction,
    move_date_by_origin,
    open_from_origin,
    share_by_origin,
    tie_by_origin,
    untie_by_origin,
)
from cases.demands.rules import lies_ahead, may_come_back
from dialogue.symposia import queries
from dialogue.symposia.dates import first_report_after
from dialogue.symposia.documents.planned import Plan, Planned
from dialogue.symposia.models import ActionItem, Meeting
from foundation.errors import Refused, WrongMoment
from parties.models import Office, Organisation
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force


@dataclass
class Settled:
    """What was done, by the numbers of the items; `unmoved`: whose demand takes no date in its present state."""

    opened: list[int] = field(default_factory=list)
    tied: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    unmoved: list[tuple[int, Case]] = field(default_factory=list)

    def words(self) -> str:
        """What of it there is, as the ledger says it; asked in the language of the ledger."""
        named = (
            ("新立诉求", self.opened),
            ("关联在办诉求", self.tied),
            ("改期", self.moved),
            ("撤销", self.removed),
        )
        parts = [f"{what}：任务{'、'.join(map(str, sorted(numbers)))}" for what, numbers in named if numbers]
        parts += [
            f"任务{number}的诉求现在没有办理时限在走，"
            + ("再进入办理时按议定的日期" if case.told_due_on else "办结日期没有改动")
            for number, case in self.unmoved
        ]
        return "；".join(parts)


def public_id_of(meeting: Meeting, number: int) -> UUID:
    """The key of an item, which is the key of its demand's origin: the same whenever the same minutes are issued."""
    return uuid5(meeting.public_id, f"item {number}")


@dataclass
class Settling:
    """The issue of one version of the minutes, as it goes on; the caller's transaction holds the meeting.

    `document` is the number of the minutes.
    """

    meeting: Meeting
    version: int
    document: str
    by: Actor
    done: Settled = field(default_factory=Settled)
    changed: set[int] = field(default_factory=set)  # demands of which the text of an item says something else now

    def settle(self, plan: Plan) -> Settled:
        """Every item of the text has its row and exactly one demand; those that the text no longer has are ended.

        The demands that are there already are locked in the order of their keys, so that two meetings which have some
        in common wait for one another instead of blocking each other.
        """
        known = [row.case_id for row in plan.removed] + [one.row.case_id for one in plan.items if one.row]
        keys = {*known, *(one.ties.pk for one in plan.items if one.ties)}
        list(Case.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values_list("pk"))
        again = {one.ties.pk for one in plan.items if one.ties}
        for row in plan.removed:
            self._remove(row, tied_again=row.case_id in again)
        for one in plan.items:
            if one.row is None:
                self._add(one)
            else:
                self._change(one, one.row)
        self._share(keys)
        owe_reports(self.meeting, by=self.by)
        return self.done

    def _remove(self, row: ActionItem, *, tied_again: bool) -> None:
        """A demand that the item opened ends, unless another item goes on with it; one that it was tied to goes on
        without it, by the date of the item that it has besides, or by its own."""
        row.removed_in, row.next_due_at = self.version, None
        row.save(update_fields=["removed_in", "next_due_at"])
        self.done.removed.append(row.number)
        if tied_again:
            return
        case = Case.objects.get(pk=row.case_id)
        rest = ActionItem.objects.filter(case=case, removed_in=None).order_by("-pk").first()
        if rest is not None:
            if case.tied_key == str(row.public_id):
                self._date_again(rest)
        elif row.tied:
            untie_by_origin(case.pk, self._source(row), by=self.by, reason=self._reason)
        elif case.state not in OVER_STATES:
            end_by_correction(case.pk, by=self.by, document=self.document, reason=self._reason)

    def _change(self, one: Planned, row: ActionItem) -> None:
        """The row says what the text says now. A known item keeps its key, its demand and its lead's."""
        moved, before = one.moved, (row.words, row.person, row.due_on)
        self._write(one, row)
        row.save()
        if (row.words, row.person, row.due_on) != before:
            self.changed.add(row.case_id)
        self._co_handlers(one, row)
        if moved and self._date(row):
            self.done.moved.append(row.number)

    def _add(self, one: Planned) -> None:
        """A new item: tied to the demand of its topic, or with one of its own, also where that has ended meanwhile."""
        number = one.number
        assert number is not None
        ties = None if one.ties is None else _still_open(one.ties)
        row = ActionItem(
            public_id=public_id_of(self.meeting, number),
            meeting=self.meeting,
            number=number,
            enterprise=one.topic.enterprise,
            issued_in=self.version,
            tied=ties is not None,
            next_due_at=first_report(self.by),
        )
        self._write(one, row)
        row.case = ties or self._open(one, row)
        row.save(force_insert=True)
        self._co_handlers(one, row)
        (self.done.tied if row.tied else self.done.opened).append(number)
        if row.tied:
            self._date(row)

    def _write(self, one: Planned, row: ActionItem) -> None:
        line = one.draft.line
        assert one.draft.lead is not None
        assert line.due_on is not None
        row.topic, row.position, row.words = one.topic, one.position, line.words
        row.lead, row.person, row.due_on = one.draft.lead, line.person, line.due_on

    def _co_handlers(self, one: Planned, row: ActionItem) -> None:
        row.others.set(one.draft.others)

    def _source(self, row: ActionItem) -> Source:
        subject = (Meeting.ledger_kind, row.meeting_id)
        return Source(Origin.ACTION_ITEM, str(row.public_id), self.document, subject)

    def _open(self, one: Planned, row: ActionItem) -> Case:
        """The demand of this item: of the firm of its topic, hidden where it is; of none, an office confirms."""
        if one.category is None:
            raise Refused("", _("没有可用的诉求类别，任务事项不能转入"))
        told = one.demand(self.document)
        return open_from_origin(
            self._source(row),
            by=self.by,
            enterprise=told.enterprise,
            category=one.category,
            klass=Klass.COMPLEX,
            title=told.title,
            text=told.text,
            due_on=row.due_on,
            lead=row.lead,
            office=None if told.enterprise else self._confirming_office(),
            identity=told.identity,
            alias=told.alias,
        )

    def _confirming_office(self) -> Office:
        """The organising office, or the platform office of the district where a leader's office organises."""
        if self.meeting.office.office_kind == Office.OfficeKind.PLATFORM:
            return self.meeting.office
        platform = Office.objects.filter(
            serves_id=self.meeting.district_id, office_kind=Office.OfficeKind.PLATFORM, active=True
        ).first()
        if platform is None:
            raise WrongMoment(_("没有企业的任务事项由平台办公室确认，会议所在地还没有平台办公室"))
        return platform

    def _date(self, row: ActionItem, *, anew: bool = False) -> bool:
        """Whether the demand of this item is due on its date now. Where its state takes none, the date waits for the
        next term, and that is noted; of a demand that is over for good it is noted alone."""
        try:
            row.case = move_date_by_origin(
                row.case_id, self._source(row), by=self.by, due_on=row.due_on, reason=self._reason, anew=anew
            )
        except WrongMoment:
            case = Case.objects.get(pk=row.case_id)
            if case.state != CaseState.ARCHIVED and may_come_back(case):
                row.case = case = tie_by_origin(case.pk, self._source(row), by=self.by, due_on=row.due_on, anew=anew)
            self.done.unmoved.append((row.number, case))
            return False
        return True

    def _date_again(self, row: ActionItem) -> None:
        """The date of this item, of any meeting, holds again: one that came after it is gone. If it has passed, the
        other one runs on, but does not wait for a term any more."""
        case = Case.objects.get(pk=row.case_id)
        if not lies_ahead(row.due_on, self.by.now):
            waits = case.told_due_on is not None and case.state != CaseState.ARCHIVED and may_come_back(case)
            if waits:
                tie_by_origin(case.pk, self._source(row), by=self.by, due_on=row.due_on, anew=True)
            return
        before = list(self.done.unmoved)
        self._date(row, anew=True)
        self.done.unmoved = before  # its number is one of another meeting

    def _share(self, keys: set[int]) -> None:
        """Of every demand that these minutes have to do with: exactly the departments that its items name beside its
        own see task and text, and those whose item is gone see them no more; its own chain tells of it."""
        items = ActionItem.objects.filter(removed_in=None).select_related("lead").prefetch_related("others")
        touched = ActionItem.objects.filter(meeting=self.meeting, removed_in=None).values("case_id")
        named: dict[int, dict[int, Organisation]] = {}
        for item in items.filter(Q(case_id__in=keys) | Q(case_id__in=touched)):
            named.setdefault(item.case_id, {}).update({one.pk: one for one in (item.lead, *item.others.all())})
        for case in Case.objects.filter(pk__in={*keys, *named}).order_by("pk"):
            departments = [one for one in named.get(case.pk, {}).values() if one.pk != case.lead_id]
            share_by_origin(case.pk, self.document, departments, by=self.by, changed=case.pk in self.changed)

    @property
    def _reason(self) -> str:
        return self.meeting.correction_reason or f"{self.document}议定"


def _still_open(case: Case) -> Case | None:
    """The demand, locked until the issue is done, or None: it was over before the lock was had."""
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    return None if locked.state in OVER_STATES else locked


def owe_reports(meeting: Meeting, *, by: Actor) -> None:
    """Every open item of this meeting is reported on: also one that was over when the meeting was closed, and whose
    demand came back since."""
    silent = queries.open_items().filter(meeting=meeting, next_due_at=None).values_list("pk", flat=True)
    ActionItem.objects.filter(pk__in=list(silent)).update(next_due_at=first_report(by))


def first_report(by: Actor) -> datetime:
    """The end of the first day from tomorrow on by which progress is reported."""
    calendar = calendar_in_force()
    return calendar.end_of_working_day(first_report_after(by.now.astimezone(ZONE).date(), calendar))
