"""A dialogue produces demands: what an action item, an instruction or a finding does to them (move 38).

For the code of the system that holds the origin, in the transaction or the outbox job in which that is issued; no page
and no address leads here. Whose meeting, report or visit it is, that system has asked; the demand is moved by the
system, and the body of its event keeps who ordered it (decision 0038).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.demands import queries, rules
from cases.demands.enums import ORDERED, PAPER_OF, CaseState, Confirmation, ContactChannel, Ending, Identity, Origin
from cases.demands.identity import new_alias
from cases.demands.models import Case, Category, DutyItem
from cases.demands.moves.intake import dispatch_case
from cases.demands.moves.opening import open_draft
from cases.demands.naming import sentence
from foundation.errors import NotYours, Refused, WrongMoment
from foundation.prepared import Prepared
from parties.models import Department, Enterprise, Office
from parties.roles import Role
from workflow.actor import Actor
from workflow.chain import utc_text
from workflow.clocks import ClockKind, Until
from workflow.door import move
from workflow.time_left import long_day

# The rule by which the system acts, and the words of the ledger, by kind of origin.
RULES: dict[str, str] = {
    Origin.ACTION_ITEM: "会议纪要",
    Origin.INSTRUCTION: "领导批示交办",
    Origin.FINDING: "走访发现",
}
LONGEST_KEY = 64


@dataclass(frozen=True)
class Source:
    """What a demand comes from: its kind, its own key as text, the number of the paper that says so where there is one,
    and kind and key of the ledger subject it belongs to."""

    kind: str
    key: str
    document: str = ""
    subject: tuple[str, int] | None = None

    def as_facts(self) -> dict[str, Any]:
        """For the facts of an event, which nobody erases: keys and the number alone, no words."""
        return {
            "origin_kind": self.kind,
            "origin_key": self.key,
            "origin_document": self.document,
            "origin_subject": list(self.subject) if self.subject else None,
        }


def open_from_origin(
    source: Source,
    *,
    by: Actor,
    enterprise: Enterprise | None,
    category: Category,
    klass: str,
    title: str,
    text: str,
    urgent: bool = False,
    wanted: str = "",
    due_on: dt.date | None = None,
    lead: Department | None = None,
    duty_item: DutyItem | None = None,
    office: Office | None = None,
    identity: str = Identity.OPEN,
    alias: str = "",
    named_knowingly: bool = False,
) -> Case:
    """The one demand of this origin: 待派单, or 待签收 when a `lead` is given.

    Of an action item or an instruction its paper is then the basis; a finding needs the `duty_item` that names this
    lead, and where one is given to the others it is their basis too. `identity` is how the firm asked: one that hides
    is hidden here as well, under a new alias unless `alias` is given, and a text that names it is Refused unless the
    office means it (`named_knowingly`).

    Whoever calls again, or at the same moment, gets the same demand, as it was opened first and as it stands now.
    Resolve is due at the end of `due_on`, else by the policy: 10 working days for an instruction, 20 for an action
    item, by class for a finding. `text` is the released text. `office` is the firm's own unless given; an action item
    of no firm must name the office that confirms it. Raises NotYours for a post that may not order it, and Refused.
    """
    for_its_origin(source.kind, by)
    if not source.key or len(source.key) > LONGEST_KEY:
        raise ValueError("the key of an origin has 1 to 64 characters")
    if lead is not None and duty_item is None and source.kind not in ORDERED:
        raise Refused("duty_item", _("请选择职责依据"))
    rules.check_asker(source.kind, enterprise, office, identity)
    with transaction.atomic():
        if (first := _opened_by(source)) is not None:
            return first
        draft = Case(
            origin=source.kind,
            origin_key=source.key,
            origin_document=source.document,
            category=category,
            klass=klass,
            urgent=urgent,
            duty_item=duty_item,
            title=title.strip(),
            text=text.strip(),
            wanted=wanted.strip(),
            office=office,
            identity=identity,
            alias=alias or new_alias(),
            enterprise=enterprise,
        )
        if not named_knowingly and (places := queries.named_in(draft)):
            raise Refused(places[0].field, _("里面能看出是哪家企业：%(what)s") % {"what": sentence(places)})
        try:
            with transaction.atomic():
                case = _open(
                    draft,
                    "open_from_origin",
                    source,
                    by=by,
                    enterprise=enterprise,
                    due_on=due_on,
                    goes_on=lead is not None,
                )
        except IntegrityError:
            if (first := _opened_by(source)) is None:
                raise
            return first
        if lead is None:
            return case
        if duty_item is None:
            return hand_down(case.pk, source, by=by, seen=case.head_seq, lead=lead)
        return dispatch_case(case.pk, by=as_system(source.kind, by), seen=case.head_seq, lead=lead, duty_item=duty_item)


def _open(
    draft: Case,
    action: str,
    source: Source,
    *,
    by: Actor,
    enterprise: Enterprise | None,
    due_on: dt.date | None,
    goes_on: bool,
) -> Case:
    """Opened; whoever would dispatch it is told unless it goes on to its department at once."""

    def say() -> str:
        date = f"，办结日期 {long_day(due_on)}" if due_on else ""
        return f"由{source.document or Origin(source.kind).label}转入{date}"

    return open_draft(
        draft,
        action,
        enterprise=enterprise,
        by=as_system(source.kind, by),
        say=say,
        record=ordered(by),
        facts={**source.as_facts(), "due_on": due_on.isoformat() if due_on else None},
        effects=(Until(ClockKind.RESOLVE, due_on),) if due_on else (),
        tells={"firm": "accepted"} if goes_on else None,
        due_on=due_on,
    )


def hand_down(case_id: int, source: Source, *, by: Actor, seen: int, lead: Department) -> Case:
    """The department that minutes or an instruction named has the demand; their paper is the basis.

    It may pass the demand on (转办), and so may the office; it does not send it back, for nobody here arbitrates what
    a meeting or a leader decided. Raises NotYours, WrongMoment, Refused.
    """
    for_its_origin(source.kind, by)
    return move(
        Case,
        case_id,
        "hand_down",
        by=as_system(source.kind, by),
        seen=seen,
        say=lambda: f"依据{source.document or PAPER_OF[Origin(source.kind)]}交办，主办{lead.name}",
        record=ordered(by),
        lead=lead,
    )


def move_date_by_origin(
    case_id: int, source: Source, *, by: Actor, due_on: dt.date, reason: str, anew: bool = False
) -> Case:
    """An action item is tied to this open demand, which is due on its date, earlier or later than before.

    What is late already stays late: that clock ends with its verdict, and a new one runs to the date. The event keeps
    the old due date. Said again, nothing happens, also when another origin has set a date meanwhile, unless that one is
    gone and this one holds `anew`. Raises NotYours, WrongMoment where no department's term runs (待受理, 审签, 确认,
    over), Refused for a date that does not lie ahead.
    """
    for_its_origin(source.kind, by)
    with transaction.atomic():
        case = _locked(case_id)
        in_force = (case.tied_to, case.tied_key) if case.tied_key else (case.origin, case.origin_key)
        if (*in_force, case.due_on) == (source.kind, source.key, due_on):
            return case
        if not anew and queries.told_last_by(case.pk, source.kind, source.key) == (due_on.isoformat(), source.document):
            return case
        clock, at = queries.running_clock(case.pk, ClockKind.RESOLVE), max(by.now, case.head_at or by.now)
        effects = rules.dating(due_on, (), clock, at)
        document = f"依据{source.document}" if source.document else f"依据{RULES[source.kind]}"
        return move(
            Case,
            case_id,
            "move_date_by_origin",
            by=as_system(source.kind, by),
            seen=case.head_seq,
            say=lambda: f"{document}，办结日期改为 {long_day(due_on)}",
            note=reason.strip(),
            record=ordered(by),
            facts={
                **source.as_facts(),
                "due_on": due_on.isoformat(),
                "due_before": utc_text(clock.due_at) if clock else None,
            },
            effects=effects,
            kind=source.kind,
            key=source.key,
            due_on=due_on,
            reason=reason,
        )


def tie_by_origin(case_id: int, source: Source, *, by: Actor, due_on: dt.date, anew: bool = False) -> Case:
    """An action item is tied to this demand, whose state takes no date: that of the item waits for the next term.

    Whatever move leads into that term sets it, if it still lies ahead (`Case.clock_effects`). From then on the demand
    is the item's: the party secretary signs it, silence does not close it, its supervisor sees it. Said again, nothing
    happens. Raises NotYours, and WrongMoment where `move_date_by_origin` is possible, or the demand does not come back.
    ValueError for another kind.
    """
    if source.kind != Origin.ACTION_ITEM:
        raise ValueError("only an action item is tied without a date")
    for_its_origin(source.kind, by)
    with transaction.atomic():
        case = _locked(case_id)
        if not anew and queries.told_last_by(case.pk, source.kind, source.key) == (due_on.isoformat(), source.document):
            return case
        known = (source.kind, source.key) in ((case.origin, case.origin_key), (case.tied_to, case.tied_key))
        document, day = source.document or RULES[source.kind], long_day(due_on)
        what = f"依据{document}，办结日期改为 {day}" if known else f"列为{document}的任务事项，议定 {day} 前完成"
        return move(
            Case,
            case_id,
            "tie_by_origin",
            by=as_system(source.kind, by),
            seen=case.head_seq,
            say=f"{what}；现在没有办理时限在走，再进入办理时按这一天",
            record=ordered(by),
            facts={**source.as_facts(), "told_due_on": due_on.isoformat()},
            kind=source.kind,
            key=source.key,
            due_on=due_on,
            signers=_signers(case, by),
        )


def untie_by_origin(case_id: int, source: Source, *, by: Actor, reason: str) -> Case:
    """This action item, which a correction removed, is the demand's no more; a date that runs stays as it is.

    Nothing happens where another one was tied to it since, or the demand is over for good. Raises NotYours.
    """
    for_its_origin(source.kind, by)
    with transaction.atomic():
        case = _locked(case_id)
        if (case.tied_to, case.tied_key) != (source.kind, source.key) or case.state == CaseState.ARCHIVED:
            return case
        return move(
            Case,
            case_id,
            "untie_by_origin",
            by=as_system(source.kind, by),
            seen=case.head_seq,
            say=f"{source.document or RULES[source.kind]}更正，本件不再是其任务事项，到期时间不变",
            note=reason.strip(),
            record=ordered(by),
            facts=source.as_facts(),
            reason=reason,
            signers=_signers(case, by),
        )


def end_by_correction(case_id: int, *, by: Actor, document: str = "", reason: str) -> Case:
    """The demand of an action item that a correction of its minutes has removed is ended as 纪要更正.

    Said again, nothing happens. Raises NotYours, and WrongMoment for another demand or one that is over.
    """
    for_its_origin(Origin.ACTION_ITEM, by)
    with transaction.atomic():
        case = _locked(case_id)
        if case.ending == Ending.CORRECTED:
            return case
        return move(
            Case,
            case_id,
            "end_by_correction",
            by=as_system(Origin.ACTION_ITEM, by),
            seen=case.head_seq,
            say=f"{document or '会议纪要'}更正，本事项撤销",
            note=reason.strip(),
            record=ordered(by),
            reason=reason,
        )


def confirm_by_office(case_id: int, *, by: Actor, seen: int, confirmation: str, note: str = "") -> Case:
    """The office has said what came of an action item of no firm, and it is closed."""
    return move(
        Case,
        case_id,
        "confirm_by_office",
        by=by,
        seen=seen,
        say=lambda: f"主办单位确认：{Confirmation(confirmation).label}",
        note=note.strip(),
        confirmation=confirmation,
    )


def record_opinion(
    case_id: int, *, by: Actor, seen: int, confirmation: str, channel: str, person: str, words: str
) -> Case:
    """The supervisor has asked the firm that said nothing in its term, and the action item is closed by its words.

    It is told, and may still ask for a redo. Of a hidden firm the ledger's sentence does not say who was asked.
    """
    hidden = Case.objects.filter(pk=case_id, identity=Identity.HIDDEN).exists()
    asked = "" if hidden else f"，联系 {person.strip()}"
    return move(
        Case,
        case_id,
        "record_opinion",
        by=by,
        seen=seen,
        say=lambda: (
            f"企业期满未回应，督办员核实企业意见：{Confirmation(confirmation).label}"
            f"（{ContactChannel(channel).label}{asked}）"
        ),
        note=words.strip(),
        record={"channel": channel, "person": person.strip()},
        facts={"obtained_by": Role.SUPERVISOR.value},
        confirmation=confirmation,
        channel=channel,
        person=person,
        words=words,
    )


def _signers(case: Case, by: Actor) -> set[str]:
    """The roles in which somebody can sign the result that lies before its signer; none asked where none does."""
    if case.state != CaseState.RESULT_REVIEW:
        return set()
    return queries.signing_roles(case.pk, now=max(by.now, case.head_at or by.now))


def _opened_by(source: Source) -> Case | None:
    found: Case | None = next(iter(_OPENED_BY.rows(kind=source.kind, key=source.key)), None)
    return found


_OPENED_BY = Prepared(lambda *, kind, key: Case.objects.filter(origin=kind, origin_key=key)[:1], kind=str, key=str)


def _locked(case_id: int) -> Case:
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise WrongMoment(_("没有找到这件诉求"))
    return case


def for_its_origin(kind: str, by: Actor) -> None:
    """Raise NotYours for a post that may not order what comes from this kind of origin."""
    if kind not in RULES:
        raise ValueError(f"no demand comes from {kind}")
    if not rules.may_order(kind, by):
        raise NotYours(rules.only_its_origin.sentence)


def as_system(kind: str, by: Actor) -> Actor:
    """The system, which moves the demand for whoever ordered it."""
    return by if by.is_system else Actor.system(now=by.now, rule=RULES[kind], request_id=by.request_id)


def ordered(by: Actor) -> Mapping[str, Any]:
    """Who ordered it, for the body of the event."""
    return {} if by.is_system else {"ordered_by": by.as_record()}
