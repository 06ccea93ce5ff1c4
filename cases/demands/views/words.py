"""How a demand reads on every page: badges, five steps, whose turn, what is next. No statement runs here."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from cases.demands.enums import OF_DIALOGUE, CaseState, Klass
from cases.demands.identity import firm_words, organisation_words
from cases.demands.inbox import LOOK
from cases.demands.models import Case
from parties.roles import Role
from workflow.actor import Actor
from workflow.calendars import calendar_in_force
from workflow.time_left import TimeLeft, date_text, time_left


@dataclass(frozen=True)
class Badge:
    """A state as its badge."""

    label: Any
    tone: str
    icon: str


BADGES = {state: Badge(CaseState(state).label, tone, icon) for state, (tone, icon) in LOOK.items()}


def state_badge(case: Case) -> Badge:
    return BADGES[case.state]


def left(case: Case, now: datetime) -> TimeLeft | None:
    """The time left on the clock that is due first; for a closed demand the day it was closed."""
    if case.next_due_at is not None:
        return time_left(
            now=now,
            due_at=case.next_due_at,
            since=case.next_since,
            working_days=case.next_days,
            calendar=calendar_in_force(),
        )
    if case.closed_at is not None:
        return TimeLeft(_("%(when)s 办结") % {"when": day_text(case.closed_at, now)}, "grey", "cal")
    if case.ended_at is not None:
        return TimeLeft(_("%(when)s 终止") % {"when": day_text(case.ended_at, now)}, "grey", "cal")
    return None


def day_text(moment: datetime, now: datetime) -> str:
    """“11月23日”: the day of `date_text`, for places where the hour does not matter."""
    return date_text(moment, now).rsplit(" ", 1)[0]


@dataclass(frozen=True)
class Line:
    """One line of a list."""

    url: str
    number: str
    title: str
    badge: Badge
    left: TimeLeft | None
    enterprise: str
    department: str
    kind: str
    district: str


def line(row: Case, actor: Actor) -> Line:
    """A list line for a case loaded by `queries.rows`."""
    category = row.category.name if row.category else ""
    return Line(
        url=case_address(row.public_id),
        number=row.number or "",
        title=row.title,
        badge=state_badge(row),
        left=left(row, actor.now),
        enterprise=firm_words(row, actor),
        department=row.lead.name if row.lead else "",
        kind=_kind(category, row.klass, row.urgent, get_language()),
        district=row.district.name,
    )


@lru_cache(maxsize=500)
def _kind(category: str, klass: str, urgent: bool, language: str | None) -> str:
    """“用电 · 复杂 · 紧急” in this language: fifty lines have a handful of them."""
    words = [pgettext("诉求类别", category) if category else "", KLASSES.get(klass, ""), _("紧急") if urgent else ""]
    return " · ".join(str(word) for word in words if word)


KLASSES: dict[str, Any] = dict(Klass.choices)
_SOME = UUID(int=0)


def case_address(public_id: UUID, page: str = "case", *more: str) -> str:
    """The address of a demand or of one of its pages, as `reverse` gives it, without asking it each time."""
    return _address_of_some(get_script_prefix(), page, more).replace(str(_SOME), str(public_id))


@lru_cache(maxsize=400)
def _address_of_some(prefix: str, page: str, more: tuple[str, ...]) -> str:
    return reverse(f"demands:{page}", args=[_SOME, *more])


# The step a firm sees itself at, by state; the five are fixed in the mission.
STEP = {
    CaseState.SUBMITTED: 1,
    CaseState.NEED_INFO: 1,
    CaseState.ENDED: 1,
    CaseState.ACCEPTED: 1,
    CaseState.DISPATCHED: 2,
    CaseState.RETURN_REVIEW: 2,
    CaseState.IN_PROGRESS: 3,
    CaseState.WAIT_ENTERPRISE: 3,
    CaseState.RESULT_REVIEW: 3,
    CaseState.AWAIT_CONFIRM: 4,
    CaseState.CLOSED: 5,
    CaseState.ARCHIVED: 5,
}


def five_steps(
    case: Case, *, now: datetime, resolve_due: datetime | None, provisional: bool = False
) -> list[dict[str, Any]]:
    """已提交 · 已派单 · 办理中 · 待您确认 · 已办结, each with its day; what lies ahead says when it is expected.

    `provisional` says that the day of the resolution may still move with a notice to come.
    """
    at = 1 if case.ending else STEP[case.state]
    ahead = resolve_due is not None and resolve_due >= now and at < 4  # what is overdue is promised to nobody
    words = _("预计 %(day)s前（暂定）") if provisional else _("预计 %(day)s前")
    expected = words % {"day": day_text(resolve_due, now)} if ahead else ""
    begun = _("%(day)s起") % {"day": day_text(case.acknowledged_at, now)} if case.acknowledged_at else ""
    no_firm = case.enterprise_id is None
    notes = [
        (_("已转入") if case.origin in OF_DIALOGUE else _("已提交"), _day(case.submitted_at, now)),
        (_("已派单"), _day(case.dispatched_at, now)),
        (_("办理中"), begun),
        (_("待主办单位确认") if no_firm else _("待您确认"), _day(case.answered_at, now) or expected),
        (_("已办结"), _day(case.closed_at, now) or (_("确认后") if no_firm else _("您确认后"))),
    ]
    steps = []
    for number, (label, note) in enumerate(notes, start=1):
        done = number < at or case.closed_at is not None
        status = "done" if done else "now" if number == at else "todo"
        steps.append({"label": label, "note": note, "status": status})
    return steps


def _day(moment: datetime | None, now: datetime) -> str:
    return day_text(moment, now) if moment else ""


def turn(case: Case, actor: Actor) -> str:
    """“市能源局 · 承办人”: whose turn it is; empty when nobody's."""
    if not case.turn_org:
        return ""
    who = organisation_words(case, case.turn_org_id, case.turn_org.name, actor)
    return f"{who} · {Role(case.turn_role).label}"


NEXT_STEP: dict[str, Any] = {
    CaseState.SUBMITTED: gettext_lazy("受理，定类别和档次"),
    CaseState.NEED_INFO: gettext_lazy("企业补正"),
    CaseState.ACCEPTED: gettext_lazy("派单到责任部门"),
    CaseState.DISPATCHED: gettext_lazy("签收，指定承办人"),
    CaseState.RETURN_REVIEW: gettext_lazy("裁决由哪个部门办理"),
    CaseState.WAIT_ENTERPRISE: gettext_lazy("企业补充，办结时限暂停"),
    CaseState.RESULT_REVIEW: gettext_lazy("审签后送企业确认"),
    CaseState.AWAIT_CONFIRM: gettext_lazy("企业确认是否解决"),
}


# Of an action item that no firm asked for.
OF_NO_FIRM: dict[str, Any] = {
    CaseState.RESULT_REVIEW: gettext_lazy("审签后送主办单位确认"),
    CaseState.AWAIT_CONFIRM: gettext_lazy("主办单位确认是否解决"),
}


def next_step(case: Case) -> str:
    """What whoever's turn it is does next, as the firm may read it too."""
    if case.enterprise_id is None and case.state in OF_NO_FIRM:
        return str(OF_NO_FIRM[case.state])
    if case.state != CaseState.IN_PROGRESS:
        return str(NEXT_STEP.get(case.state, ""))
    if case.stand_in:
        return _("指定承办人")
    if case.first_contact_at is None and case.enterprise_id is None:
        return _("联系主办的办公室，登记首联")
    if case.first_contact_at is None:
        return _("给企业转递第一条消息，即为首联") if case.hides_firm else _("联系企业，登记首联")
    if case.planned_at is None and case.klass != Klass.INQUIRY:
        return _("登记办理方案")
    return _("提交结果，送%(role)s审签") % {"role": case.signer_role.label}
