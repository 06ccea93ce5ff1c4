"""What becomes of the action items of the demonstration's meetings: their demands go on through the moves."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from cases.demands.enums import OVER_STATES, CaseState, ContactChannel, Outcome
from cases.demands.models import Case
from cases.demands.moves import (
    acknowledge_case,
    confirm_by_office,
    confirm_case,
    dispatch_case,
    record_first_contact,
    save_plan,
    sign_off,
    submit_result,
)
from config.demo.meeting_texts import ItemFate, MeetingText
from config.demo.town import Town
from dialogue.symposia import moves
from dialogue.symposia.dates import first_report_after
from dialogue.symposia.models import ActionItem, Meeting
from parties.models import Membership
from parties.roles import Role
from workflow.actor import Actor, Channel, Post
from workflow.calendars import calendar_in_force

ISSUED = 4  # working days from the meeting to its minutes
OUTCOMES = {"SOLVED": Outcome.SOLVED, "PARTLY": Outcome.PARTLY, "UNSOLVED": Outcome.PARTLY}
WORDS = {
    "SOLVED": "情况属实，事项已经落实。",
    "PARTLY": "大部分已经落实，余下的请继续协调。",
    "UNSOLVED": "方案有了，事情还没有办成，希望下次会议继续研究。",
}
AFTER_TAKING = {"answered", "done", "handled"}


class ItemsOnStage:
    """The items of one meeting. `moment` is an hour so many working days after the meeting."""

    def __init__(
        self, text: MeetingText, town: Town, moment: Callable[[int, int, int], datetime], meeting: Callable[[], Meeting]
    ) -> None:
        self._text, self._town, self._moment, self._meeting = text, town, moment, meeting

    def acts(self, act: Callable[[datetime, Callable[[datetime], object]], Any]) -> Iterator[Any]:
        for number, fate in enumerate(self._text.items, start=1):
            for n, (at, step) in enumerate(self._steps(fate)):
                yield act(at + timedelta(minutes=9 * number + n), partial(step, number, fate))
            for n, at in enumerate(self._report_days(fate)):
                yield act(at + timedelta(minutes=4 * number), partial(self._report, number, fate, n))

    def _steps(self, fate: ItemFate) -> Iterator[tuple[datetime, Callable[[int, ItemFate, datetime], object]]]:
        if fate.ends == "waiting":
            return
        yield self._moment(ISSUED, 15, 0), self._dispatch
        yield self._moment(ISSUED + 1, 9, 10), self._take
        if fate.ends in AFTER_TAKING:
            yield self._moment(ISSUED + 1, 10, 30), self._contact
            yield self._moment(ISSUED + 2, 15, 0), self._plan
        if fate.ends in ("answered", "done"):
            yield self._moment(ISSUED + fate.days, 9, 30), self._result
            yield self._moment(ISSUED + fate.days, 15, 30), self._sign
        if fate.ends == "done":
            yield self._moment(ISSUED + fate.days + 1, 10, 0), self._confirm

    def _report_days(self, fate: ItemFate) -> Iterator[datetime]:
        """The days on which progress is due, but before the result."""
        issued, over = self._moment(ISSUED, 11, 0), fate.ends in ("answered", "done")
        last = self._moment(ISSUED + fate.days - 1, 16, 0)
        day: date = issued.date()
        for _report in fate.reports:
            day = first_report_after(day, calendar_in_force())
            at = datetime.combine(day, issued.timetz())
            yield min(at, last) if over else at

    # -- the demand of an item --

    def _item(self, number: int) -> ActionItem:
        return ActionItem.objects.select_related("case", "lead").get(meeting=self._meeting(), number=number)

    def _by(self, item: ActionItem, role: Role, at: datetime) -> Actor:
        return _actor(self._town.post_at(item.lead_id, role), at)

    def _dispatch(self, number: int, fate: ItemFate, at: datetime) -> None:
        case, item = self._case(number)
        if case.state == CaseState.ACCEPTED:
            by = _actor(self._town.post_at(case.office_id, Role.DISPATCHER), at)
            duty = self._town.duties[fate.duty]
            note = "会议纪要确定的任务事项，请按期限办理。"
            dispatch_case(case.pk, by=by, seen=case.head_seq, lead=item.lead, duty_item=duty, note=note)

    def _take(self, number: int, fate: ItemFate, at: datetime) -> None:
        case, item = self._case(number)
        if case.state == CaseState.DISPATCHED:
            handler = self._town.post_at(item.lead_id, Role.HANDLER)
            by = self._by(item, Role.DEPARTMENT_LIAISON, at)
            acknowledge_case(case.pk, by=by, seen=case.head_seq, handler=handler)

    def _contact(self, number: int, fate: ItemFate, at: datetime) -> None:
        case, item = self._case(number)
        if case.enterprise_id is None:
            person = self._meeting().recorder
        else:
            person = self._town.post_at(case.enterprise_id, Role.ENTERPRISE_STAFF).user.name
        record_first_contact(
            case.pk,
            by=self._by(item, Role.HANDLER, at),
            seen=case.head_seq,
            contacted_at=at - timedelta(minutes=15),
            channel=ContactChannel.PHONE.value,
            person=person,
            summary="电话告知会议议定的事项和完成期限，核对了联系人和需要配合提供的材料。",
        )

    def _plan(self, number: int, fate: ItemFate, at: datetime) -> None:
        case, item = self._case(number)
        calendar, today = calendar_in_force(), at.date()
        room = max(2, min(calendar.working_days_between(today, item.due_on), 3 * fate.days))
        first, last = (calendar.nth_working_day_after(today, n) for n in (max(1, room // 2), room - 1))
        steps = [("会同配合部门核对情况，形成办理意见", first), ("完成任务事项并告知结果", max(first, last))]
        save_plan(case.pk, by=self._by(item, Role.HANDLER, at), seen=case.head_seq, steps=steps)

    def _result(self, number: int, fate: ItemFate, at: datetime) -> None:
        case, item = self._case(number)
        submit_result(
            case.pk,
            by=self._by(item, Role.HANDLER, at),
            seen=case.head_seq,
            outcome=OUTCOMES[fate.confirmation].value,
            text=fate.result,
            evidence=fate.evidence,
        )

    def _sign(self, number: int, fate: ItemFate, at: datetime) -> None:
        case, item = self._case(number)
        by = self._by(item, Role.DEPARTMENT_SECRETARY, at)
        sign_off(case.pk, by=by, seen=case.head_seq, note="已核对会议纪要，同意。")

    def _confirm(self, number: int, fate: ItemFate, at: datetime) -> str:
        """The item is over; the word by which the stage knows it."""
        case, _item = self._case(number)
        said = {"confirmation": fate.confirmation, "note": WORDS[fate.confirmation]}
        if case.enterprise_id is None:
            by = _actor(self._town.post_at(case.office_id, Role.DISPATCHER), at)
            confirm_by_office(case.pk, by=by, seen=case.head_seq, **said)
        else:
            by = _actor(self._town.post_at(case.enterprise_id, Role.ENTERPRISE_STAFF), at)
            confirm_case(case.pk, by=by, seen=case.head_seq, **said)
        return "confirm"

    def _case(self, number: int) -> tuple[Case, ActionItem]:
        item = self._item(number)
        return item.case, item

    def _report(self, number: int, fate: ItemFate, n: int, at: datetime) -> None:
        item = self._item(number)
        if item.case.state in OVER_STATES:
            return
        by = self._by(item, Role.DEPARTMENT_LIAISON, at)
        moves.report_progress(item.meeting_id, by=by, item=item, text=fate.reports[n])


def _actor(membership: Membership, at: datetime) -> Actor:
    post = Post.of(membership)
    return Actor(user_id=membership.user_id, now=at, post=post, posts=(post,), channel=Channel.WEB)
