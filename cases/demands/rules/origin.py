"""Demands that a dialogue opens, dates and ends (move 38), and those of no firm."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from cases.demands.enums import GIVEN, OF_DIALOGUE, ORDERED, ContactChannel, Ending, Identity, Klass, Origin
from cases.demands.rules.asking import check_level
from cases.demands.rules.texts import LONGEST_TEXT, LONGEST_TITLE, check_text
from foundation.errors import Refused
from parties.roles import DEPARTMENT_ROLES, OFFICE_ROLES, Role
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.clocks import ClockKind, ClockState, Effect, PauseClock, Release, Resume, Start, StartHalf, Until
from workflow.rules import Permission, condition, moment

if TYPE_CHECKING:
    from cases.demands.models import Case
    from parties.models import Department

LATEST = dt.timedelta(days=365)  # a date further away is a slip of the hand
# Who may order it, besides the system: whether this very meeting, report or visit is theirs, the calling system knows.
MAY_ORDER: dict[str, frozenset[Role]] = {
    Origin.ACTION_ITEM: OFFICE_ROLES | {Role.SUPERVISOR, Role.LEADER_OFFICE},
    Origin.INSTRUCTION: frozenset({Role.LEADER, Role.LEADER_OFFICE}),
    Origin.FINDING: DEPARTMENT_ROLES | OFFICE_ROLES | {Role.LEADER, Role.LEADER_OFFICE, Role.RESIDENT_LIAISON},
}

only_its_origin = Permission({}, _("这一步由会议、批示或走访的系统办理"), system=True)
may_confirm_for_nobody = Permission(
    {"office_id": frozenset({Role.INTAKE, Role.DISPATCHER})}, _("没有提出企业的事项，只有主办的办公室可以确认")
)
may_record_opinion = Permission(
    {"office_id": frozenset({Role.SUPERVISOR})}, _("企业没有回应的任务事项，由本办公室的督办员核实企业意见")
)


@condition(_("只有企业提出的会议任务事项，由督办员核实企业意见"))
def waits_for_an_opinion(case: "Case") -> bool:
    return case.is_an_item and case.enterprise_id is not None


@moment(_("企业确认的时限还没有过，请等企业自己确认"))
def confirm_term_is_over(case: "Case", now: dt.datetime) -> bool:
    return case.next_clock == ClockKind.CONFIRM and case.next_due_at is not None and now > case.next_due_at


@condition(_("本件没有提出企业，请直接向主办的办公室了解"))
def has_a_firm(case: "Case") -> bool:
    return case.enterprise_id is not None


@condition(_("本件有提出企业，须由企业确认"))
def has_no_firm(case: "Case") -> bool:
    return case.enterprise_id is None


@condition(_("本件不是由会议任务事项转入的"))
def was_opened_by_an_item(case: "Case") -> bool:
    return case.origin == Origin.ACTION_ITEM


@condition(_("本件不是由会议任务事项或领导批示转入的"))
def was_ordered(case: "Case") -> bool:
    return case.origin in ORDERED


@condition(_("本件已经终止，不会再办理"))
def may_come_back(case: "Case") -> bool:
    return case.ending in ("", Ending.WITHDRAWN)


@condition(_("本件没有列入会议任务事项"))
def is_tied(case: "Case") -> bool:
    return case.tied_key != ""


@condition(_("会议任务事项不因企业未回应而办结，请督办员征求企业意见"))
def may_close_by_silence(case: "Case") -> bool:
    return not case.is_an_item


def is_ordered(case: "Case") -> bool:
    """Whether it is an action item or an instruction, or an action item was tied to it."""
    return case.origin in ORDERED or case.tied_to in ORDERED


def has_its_own_term(case: "Case") -> bool:
    """Whether its term comes from its origin, so that another class changes nothing about it."""
    return case.origin in ORDERED or case.due_on is not None


def may_order(kind: str, by: Actor) -> bool:
    return by.is_system or by.role in MAY_ORDER.get(kind, frozenset())


def check_asker(kind: str, enterprise: Any, office: Any, identity: str) -> None:
    """A firm asks, hidden or not; or, of an action item alone, nobody does, and an office is named that confirms."""
    check_level(identity)
    if enterprise is None and kind != Origin.ACTION_ITEM:
        raise Refused("enterprise", _("只有会议任务事项可以没有提出企业"))
    if enterprise is None and office is None:
        raise Refused("office", _("没有提出企业的事项，须写明主办的办公室"))
    if enterprise is None and identity != Identity.OPEN:
        raise Refused("identity", _("没有提出企业的事项，不能对承办部门隐名"))


def dating(day: dt.date, effects: Sequence[Effect], clock: ClockState | None, at: dt.datetime) -> tuple[Effect, ...]:
    """What makes a term of 办结 end on this day, after these effects of the move; `clock` is the one before the move.

    What is late already stays late: that clock ends with its verdict and a new one runs to the date, paused where the
    other would stand still. A result that was handed in in time is not late because it was sent back.
    """
    until, kinds = Until(ClockKind.RESOLVE, day), {type(one) for one in effects if one.kind == ClockKind.RESOLVE}
    if clock is None or kinds & {Start, StartHalf}:
        return (until,)
    ended = clock.stopped_at or clock.paused_at or clock.held_at or at
    if clock.due_at >= ended:
        return (until,)
    goes_on = kinds & {Resume, Release}
    waits = PauseClock in kinds or (clock.paused and not goes_on)
    return (Start(ClockKind.RESOLVE), until, *((PauseClock(ClockKind.RESOLVE),) if waits else ()))


def lies_ahead(day: dt.date, now: dt.datetime) -> bool:
    """Today is not enough, for the starting day is not counted."""
    return day > now.astimezone(ZONE).date()


def check_due_on(field: str, due_on: dt.date, now: dt.datetime) -> None:
    """A date that somebody set lies ahead, at most a year."""
    if not lies_ahead(due_on, now):
        raise Refused(field, _("办结日期须晚于今天"))
    if due_on > now.astimezone(ZONE).date() + LATEST:
        raise Refused(field, _("办结日期太远，最多一年"))


def check_open_from_origin(case: "Case", actor: Actor, *, number: str, due_on: dt.date | None) -> None:
    if case.origin not in OF_DIALOGUE or not case.origin_key:
        raise Refused("origin", _("来源不明"))
    check_text("title", case.title, most=LONGEST_TITLE)
    check_text("text", case.text, most=LONGEST_TEXT)
    if case.category_id is None:
        raise Refused("category", _("请选择类别"))
    if case.klass not in Klass.values:
        raise Refused("klass", _("请选择档次"))
    if case.duty_item is not None and case.duty_item.category_id != case.category_id:
        raise Refused("duty_item", _("这条职责不属于所选类别"))
    if due_on is not None:
        check_due_on("due_on", due_on, actor.now)


def check_hand_down(case: "Case", actor: Actor, *, lead: "Department") -> None:
    if not lead.active:
        raise Refused("lead", _("这个部门已停用"))


def check_move_date_by_origin(case: "Case", actor: Actor, *, kind: str, key: str, due_on: dt.date, reason: str) -> None:
    check_due_on("due_on", due_on, actor.now)
    check_text("reason", reason, least=2, most=1000)


def check_untie_by_origin(case: "Case", actor: Actor, *, reason: str, signers: Any) -> None:
    check_text("reason", reason, least=2, most=1000)


def check_end_by_correction(case: "Case", actor: Actor, *, reason: str) -> None:
    check_text("reason", reason, least=2, most=1000)


def check_confirm_by_office(case: "Case", actor: Actor, *, confirmation: Any) -> None:
    if confirmation not in GIVEN:
        raise Refused("confirmation", _("请选择问题是否解决"))


def check_record_opinion(
    case: "Case", actor: Actor, *, confirmation: Any, channel: Any, person: str, words: str
) -> None:
    check_confirm_by_office(case, actor, confirmation=confirmation)
    if channel not in ContactChannel.values:
        raise Refused("channel", _("请选择联系方式"))
    check_text("person", person, most=40)
    check_text("words", words, least=2, most=500)
