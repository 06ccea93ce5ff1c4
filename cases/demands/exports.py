"""The lists of this system as they can be taken out: the querysets of their pages, and what the pages show of a row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cases.demands import queries, reading
from cases.demands.columns import COLUMNS, USUAL
from cases.demands.duties.reading import found
from cases.demands.enums import CaseState, Klass
from cases.demands.filters import NAMES, in_words
from cases.demands.models import Case, CaseReading, DutyItem, Withdrawal
from cases.demands.owned import unowned_by
from cases.demands.views import words
from cases.demands.views.access import read_by
from cases.demands.views.duties import DutyFilter, for_workers
from cases.demands.views.intake import waiting_for
from cases.demands.views.lists import asked
from cases.demands.views.table import CONFIRMATIONS, outcome_words
from foundation.errors import NotVisible, NotYours
from parties.roles import ENTERPRISE_ROLES, Role
from workflow.actor import Actor
from workflow.registry import ExportableList, ExportColumn, ExportPart, ExportRequest
from workflow.time_left import last_moment
from workflow.views.posts import for_givers

MORE = ("confirmation", "handler_id", "outcome", "round")  # columns of the table beyond those of every row


def note(keys: Iterable[int], by: Actor) -> None:
    """Taking out a demand is logged like opening and printing it (the page “visibility”)."""
    reading.note_many(dict.fromkeys(keys), by, reading.Kind.EXPORT)


def _of_case(case: Case) -> tuple[str, int]:
    return Case.ledger_kind, case.pk


# --- demands ---


@dataclass(frozen=True)
class Shown:
    """One demand as its page shows it in a list."""

    case: Case
    line: words.Line


def _shown(actor: Actor, cases: list[Case]) -> list[Shown]:
    """No statement runs here."""
    return [Shown(case, words.line(case, actor)) for case in cases]


def _demands(actor: Actor, query: QueryDict) -> ExportRequest:
    what = asked(query, actor)
    said = [in_words(name, value, what.choices) for name, value in what.wishes.pairs()]
    part = ExportPart(queries.rows(what.cases, more=MORE), show=partial(_shown, actor), subject=_of_case)
    return ExportRequest([part], said=said, shown=[column.name for column in what.columns])


def _granted(actor: Actor, query: QueryDict) -> ExportRequest:
    rows = queries.rows(Case.objects.granted_to(actor), more=MORE).order_by("-id")
    return ExportRequest([ExportPart(rows, show=partial(_shown, actor), subject=_of_case)])


def _due(moment: datetime | None) -> datetime | None:
    """A term that ends at 24:00 ends in the last moment of its day."""
    return last_moment(moment) if moment else None


def _column(name: str, value: Callable[[Shown, Actor], Any], width: int = 16) -> ExportColumn:
    """A column of the list under the name it has there."""
    return ExportColumn(name, COLUMNS[name].label, value, width)


CASE_COLUMNS = (
    _column("number", lambda row, actor: row.line.number, 22),
    _column("title", lambda row, actor: row.line.title, 50),
    _column("state", lambda row, actor: row.line.badge.label),
    _column("left", lambda row, actor: row.line.left and row.line.left.words, 20),
    ExportColumn("due", _("到期"), lambda row, actor: _due(row.case.next_due_at), 22),
    _column("firm", lambda row, actor: row.line.enterprise, 30),
    _column("district", lambda row, actor: row.line.district),
    _column("department", lambda row, actor: row.line.department, 22),
    _column("handler", lambda row, actor: row.case.handler and row.case.handler.name),
    _column("category", lambda row, actor: pgettext("诉求类别", row.case.category.name) if row.case.category else ""),
    _column("klass", lambda row, actor: words.KLASSES.get(row.case.klass)),
    ExportColumn("urgent", _("紧急程度"), lambda row, actor: gettext("紧急") if row.case.urgent else ""),
    _column("kind", lambda row, actor: row.line.kind, 26),
    _column("submitted", lambda row, actor: row.case.submitted_at, 22),
    _column("closed", lambda row, actor: row.case.closed_at, 22),
    _column("round", lambda row, actor: row.case.round, 8),
    _column("outcome", lambda row, actor: outcome_words(row.case, actor)),
    _column("confirmation", lambda row, actor: CONFIRMATIONS.get(row.case.confirmation)),
)

DEMANDS = ExportableList(
    "demands", _("诉求列表"), "demands:list", _demands, CASE_COLUMNS, parameters=(*NAMES, "all"), usual=USUAL
)
GRANTED = ExportableList("granted", _("另行授权的诉求"), "demands:shared", _granted, CASE_COLUMNS, usual=USUAL)


# --- what has left the department ---


@dataclass(frozen=True)
class Left:
    case: Case
    at: datetime | None


def _left(actor: Actor, cases: list[Case]) -> list[Left]:
    """One statement."""
    left = queries.left_on([case.pk for case in cases], actor)
    return [Left(case, left.get(case.pk)) for case in cases]


def _former(actor: Actor, query: QueryDict) -> ExportRequest:
    return ExportRequest([ExportPart(queries.former_rows(actor), show=partial(_left, actor), subject=_of_case)])


FORMER = ExportableList(
    name="former",
    title=_("转出的诉求"),
    page="demands:shared",
    ask=_former,
    parameters=("which",),
    columns=(
        ExportColumn("number", _("编号"), lambda row, actor: row.case.number, 22),
        ExportColumn("title", _("诉求"), lambda row, actor: row.case.title, 50),
        ExportColumn("left", _("转出时间"), lambda row, actor: row.at, 22),
    ),
)


# --- messages of other channels ---


def _intake(actor: Actor, query: QueryDict) -> ExportRequest:
    _filters, rows = waiting_for(actor, query)
    return ExportRequest([ExportPart(rows)], said=[query[name] for name in ("words", "source") if query.get(name)])


INTAKE = ExportableList(
    name="intake",
    title=_("待认领来件"),
    page="demands:intake",
    ask=_intake,
    parameters=("words", "source"),
    columns=(
        ExportColumn("source", _("来源"), lambda item, actor: item.source),
        ExportColumn("number", _("外部编号"), lambda item, actor: item.external_number, 22),
        ExportColumn("received", _("收到时间"), lambda item, actor: item.received_at, 22),
        ExportColumn("title", _("标题"), lambda item, actor: item.title, 40),
        ExportColumn("text", _("内容"), lambda item, actor: item.text, 80),
    ),
)


# --- the duty list ---


def _duties(actor: Actor, query: QueryDict) -> ExportRequest:
    for_workers(actor)
    filters = DutyFilter(query)
    rows = found(filters.wishes())
    chosen = {name: value for name, value in filters.cleaned_data.items() if value}
    said = [
        gettext("%(label)s：%(value)s") % {"label": filters.fields[name].label, "value": value}
        for name, value in chosen.items()
    ]
    return ExportRequest([ExportPart(rows)], said=said)


def _owners(item: DutyItem, _actor: Actor) -> str:
    return gettext("、").join(owner.name for owner in item.owners.all())


DUTIES = ExportableList(
    name="duties",
    title=_("职责清单"),
    page="demands:duties",
    ask=_duties,
    parameters=("words", "category", "department", "retired"),
    columns=(
        ExportColumn("code", _("编号"), lambda item, actor: item.code),
        ExportColumn("matter", _("事项"), lambda item, actor: item.matter, 50),
        ExportColumn("category", _("类别"), lambda item, actor: str(item.category)),
        ExportColumn("klass", _("通常档次"), lambda item, actor: Klass(item.klass).label),
        ExportColumn("owners", _("责任部门"), _owners, 30),
        ExportColumn("basis", _("法定依据"), lambda item, actor: item.legal_basis, 40),
        ExportColumn("text", _("条文"), lambda item, actor: item.law_text, 60),
        ExportColumn("url", _("条文网址"), lambda item, actor: item.law_url, 40),
        ExportColumn("version", _("版本"), lambda item, actor: item.version, 8),
        ExportColumn("from", _("生效日期"), lambda item, actor: item.effective_from),
        ExportColumn("retired", _("停用时间"), lambda item, actor: item.retired_at, 22),
    ),
    usual=("code", "matter", "category", "klass", "owners", "basis", "text", "url"),
)


# --- for supervision, and for whoever may see who has read a demand ---


def _withdrawals(actor: Actor, query: QueryDict) -> ExportRequest:
    if actor.role != Role.SUPERVISOR:
        raise NotYours(_("只有督办员可以查看撤回情况"))
    return ExportRequest([ExportPart(queries.withdrawals(actor), subject=_of_withdrawal)])


def _of_withdrawal(row: Withdrawal) -> tuple[str, int]:
    return Case.ledger_kind, row.case_id


def _department(row: Withdrawal, _actor: Actor) -> str:
    return row.case.lead.name if row.case.lead else ""


WITHDRAWALS = ExportableList(
    name="withdrawals",
    title=_("撤回情况"),
    page="demands:withdrawals",
    ask=_withdrawals,
    columns=(
        ExportColumn("number", _("编号"), lambda row, actor: row.case.number, 22),
        ExportColumn("department", _("主办部门"), _department, 22),
        ExportColumn("state", _("撤回前的状态"), lambda row, actor: CaseState(row.state_before).label),
        ExportColumn("reason", _("撤回原因"), lambda row, actor: row.reason, 60),
        ExportColumn("contacted", _("撤回前 48 小时内部门联系过企业"), lambda row, actor: row.contacted_before),
        ExportColumn("at", _("撤回时间"), lambda row, actor: row.at, 22),
        ExportColumn("undone", _("恢复时间"), lambda row, actor: row.undone_at, 22),
    ),
)


def _readings(actor: Actor, query: QueryDict) -> ExportRequest:
    try:
        case = read_by(UUID(query.get("case", "")), actor)
    except ValueError as error:
        raise NotVisible(_("没有找到，或者您不能查看")) from error
    return ExportRequest([ExportPart(reading.readings(case, actor))], said=[case.number or ""])


def _role(row: CaseReading, actor: Actor) -> str:
    """A firm learns which offices read, and not who in them."""
    return "" if actor.role in ENTERPRISE_ROLES else row.role_text


READINGS = ExportableList(
    name="readings",
    title=_("查阅记录"),
    page="demands:readings",
    places=("case",),
    ask=_readings,
    columns=(
        ExportColumn("organisation", pgettext_lazy("reading", "单位"), lambda row, actor: row.organisation.name, 30),
        ExportColumn("role", _("角色"), _role),
        ExportColumn("kind", _("方式"), lambda row, actor: row.get_kind_display()),
        ExportColumn("at", _("时间"), lambda row, actor: row.at, 22),
    ),
)

# --- for whoever gives posts ---


def _unowned(actor: Actor, query: QueryDict) -> ExportRequest:
    for_givers(actor)
    return ExportRequest([ExportPart(unowned_by(actor).select_related("lead"))])


UNOWNED = ExportableList(
    name="unowned",
    title=_("无人负责的诉求"),
    page="workflow:posts",
    ask=_unowned,
    columns=(
        ExportColumn("number", _("编号"), lambda case, actor: case.number, 22),
        ExportColumn("department", _("主办部门"), lambda case, actor: case.lead.name if case.lead else "", 22),
    ),
)

LISTS = (DEMANDS, GRANTED, FORMER, INTAKE, DUTIES, WITHDRAWALS, READINGS, UNOWNED)
