"""Every write to a demand: one named function a move. Pages, API, commands and the demonstration call these alone."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.demands import queries, rules
from cases.demands.enums import Confirmation, ContactChannel, Klass, Origin, Outcome
from cases.demands.models import Case, Category, DutyItem, InfoRequest, IntakeItem, PlanStep, Result
from cases.demands.models.case import OF_THE_DEPARTMENT
from cases.demands.numbers import new_number
from cases.demands.questions import QUESTIONS_VERSION
from foundation.errors import NotVisible, NotYours, Refused, WrongMoment
from parties.models import Department, Enterprise, Membership, Office
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.clocks import ClockKind, Rebase
from workflow.door import move
from workflow.time_left import date_text

# What a firm was promised, or has to meet itself.
PROMISED = frozenset({ClockKind.RESOLVE, ClockKind.COMPLETION, ClockKind.ANSWER, ClockKind.CONFIRM})
ONE_OWNER = "职责清单单一责任部门自动派单"
TRIES = 8  # for a free number: each has 1 chance in 1,000,000 / (demands of that district and year) to be taken


def submit_case(
    *,
    by: Actor,
    category: Category,
    title: str,
    text: str,
    wanted: str = "",
    answers: Mapping[str, Any] | None = None,
    contact_name: str = "",
    contact_phone: str = "",
) -> Case:
    """A demand of the actor's own enterprise exists and waits for intake; the accept clock runs.

    The draft lives only inside this transaction. Raises NotYours when the actor does not act for an enterprise.
    """
    enterprise = Enterprise.objects.filter(pk=by.organisation_id).select_related("district").first()
    if enterprise is None:
        raise NotYours(_("只有企业可以提交诉求"))
    draft = Case(
        origin=Origin.ENTERPRISE,
        category=category,
        title=title.strip(),
        text=text.strip(),
        wanted=wanted.strip(),
        answers=dict(answers or {}),
        questions_version=QUESTIONS_VERSION,
        contact_name=contact_name.strip(),
        contact_phone=contact_phone.strip(),
    )
    return _open(draft, "submit", enterprise=enterprise, by=by, say=f"{enterprise.name}提交，类别{category.name}")


def register_intake(item_id: int, *, by: Actor, enterprise: Enterprise, title: str = "") -> Case:
    """A message of another channel has become a demand of `enterprise`; its clocks start now and not earlier.

    Two officers who claim it at once get one demand: the second is told so.
    """
    with transaction.atomic():
        item = IntakeItem.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=item_id).first()
        if item is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        if item.case_id is not None:
            raise WrongMoment(_("这条来件已经认领"))
        draft = Case(
            origin=Origin.INTAKE,
            title=" ".join((title.strip() or item.title.strip() or item.text).split())[: rules.LONGEST_TITLE],
            text=item.text,
            questions_version=QUESTIONS_VERSION,
            office_id=item.office_id,
        )
        case = _open(
            draft,
            "register",
            enterprise=enterprise,
            by=by,
            say=f"来自{item.source}，外部编号 {item.external_number}，认领到{enterprise.name}",
        )
        item.case, item.claimed_by_id, item.claimed_at = case, by.user_id, by.now
        item.save(update_fields=["case", "claimed_by", "claimed_at"])
        return case


def _open(draft: Case, action: str, *, enterprise: Enterprise, by: Actor, say: str) -> Case:
    """Save a draft for its enterprise and district, and take it out of draft with a number of its own."""
    draft.enterprise, draft.district_id, draft.opened_by_id = enterprise, enterprise.district_id, by.user_id
    if draft.office_id is None:
        office = Office.objects.filter(
            serves_id=enterprise.district_id, office_kind=Office.OfficeKind.PLATFORM, active=True
        ).first()
        if office is None:
            raise WrongMoment(_("企业所在旗区还没有平台办公室，请联系市平台办公室"))
        draft.office = office
    year = by.now.astimezone(ZONE).year
    with transaction.atomic():
        draft.save()
        for left in reversed(range(TRIES)):
            number = new_number(year, draft.district_id)
            try:
                with transaction.atomic():
                    return move(Case, draft.pk, action, by=by, seen=0, say=say, number=number)
            except IntegrityError:
                if not left or not Case.objects.filter(number=number).exists():
                    raise
    raise AssertionError("the loop returns or raises")


def request_completion(case_id: int, *, by: Actor, seen: int, points: Sequence[str]) -> Case:
    """The firm knows point by point what is missing; the accept clock has stopped and the completion clock runs."""
    return _ask("request_completion", InfoRequest.Kind.COMPLETION, case_id, by=by, seen=seen, points=points)


def complete_case(case_id: int, *, by: Actor, seen: int, answer: str) -> Case:
    """The firm has completed its demand; intake has half the accept limit."""
    return _take_answer("complete", case_id, by=by, seen=seen, answer=answer)


def end_incomplete(case_id: int, *, by: Actor, seen: int | None = None) -> Case:
    """A demand that was not completed in time has ended, after its firm was reminded. For the system."""
    return _expire_request("end_incomplete", ClockKind.COMPLETION, case_id, by=by, say="补正期满没有补正，诉求终止")


def _ask(action: str, kind: InfoRequest.Kind, case_id: int, *, by: Actor, seen: int, points: Sequence[str]) -> Case:
    texts = [point.strip() for point in points if point.strip()]
    with transaction.atomic():
        case = move(
            Case,
            case_id,
            action,
            by=by,
            seen=seen,
            say=lambda: f"请企业补充 {len(texts)} 项",
            note="\n".join(texts),
            record={"points": texts},
            points=texts,
        )
        InfoRequest.objects.create(case=case, kind=kind, points=texts, asked_by_id=by.user_id, asked_at=by.now)
        return case


def _take_answer(action: str, case_id: int, *, by: Actor, seen: int, answer: str) -> Case:
    with transaction.atomic():
        case = move(Case, case_id, action, by=by, seen=seen, note=answer.strip(), answer=answer)
        InfoRequest.objects.filter(case=case, answered_at=None, expired_at=None).update(
            answer=answer.strip(), answered_by=by.user_id, answered_at=by.now
        )
        return case


def _expire_request(action: str, kind: ClockKind, case_id: int, *, by: Actor, say: str, **inputs: Any) -> Case:
    with transaction.atomic():
        if kind == ClockKind.COMPLETION:
            inputs = {"known_at": by.now, "reminded_at": queries.reminded_at(case_id, kind)}
        case = move(Case, case_id, action, by=by, seen=queries.head_of(case_id), say=say, **inputs)
        InfoRequest.objects.filter(case=case, answered_at=None, expired_at=None).update(expired_at=by.now)
        return case


def accept_case(
    case_id: int,
    *,
    by: Actor,
    seen: int,
    category: Category,
    klass: str,
    urgent: bool = False,
    duty_item: DutyItem | None = None,
    duplicates_seen: bool = False,
    note: str = "",
) -> Case:
    """The demand is accepted and classed; resolve and dispatch run. A matter with one owner is dispatched at once."""
    with transaction.atomic():
        others = queries.open_siblings(case_id).count()
        case = move(
            Case,
            case_id,
            "accept",
            by=by,
            seen=seen,
            say=lambda: f"定为{category.name}类、{Klass(klass).label}" + ("、紧急" if urgent else ""),
            note=note,
            record={"open_siblings": others},
            category=category,
            klass=klass,
            urgent=urgent,
            duty_item=duty_item,
            duplicates_seen=duplicates_seen,
        )
        # Only now, when the door has let this person through: the number says something about the firm.
        if others and not duplicates_seen:
            raise Refused("duplicates_seen", _("该企业还有 %(n)s 件在办诉求，请核对是否重复后勾选") % {"n": others})
        owners = list(duty_item.owners.filter(active=True)[:2]) if duty_item else []
        if duty_item is None or len(owners) != 1:
            return case
        return dispatch_case(
            case_id,
            by=Actor.system(now=by.now, rule=ONE_OWNER, request_id=by.request_id),
            seen=case.head_seq,
            lead=owners[0],
            duty_item=duty_item,
        )


def dispatch_case(case_id: int, *, by: Actor, seen: int, lead: Department, duty_item: DutyItem, note: str = "") -> Case:
    """An accepted demand is with the department that must answer it; acknowledge and first contact start now."""
    return move(
        Case,
        case_id,
        "dispatch",
        by=by,
        seen=seen,
        say=f"依据职责清单“{duty_item.matter}”，主办{lead.name}",
        note=note,
        record={"duty_item": duty_item.code, "duty_version": duty_item.version, "basis": duty_item.legal_basis},
        lead=lead,
        duty_item=duty_item,
    )


def acknowledge_case(case_id: int, *, by: Actor, seen: int, handler: Membership) -> Case:
    """The department has it, with a named handler; the plan clock runs."""
    return move(
        Case,
        case_id,
        "acknowledge",
        by=by,
        seen=seen,
        say=f"承办人 {handler.user.name}",
        handler=handler,
    )


def acknowledge_overdue(case_id: int, *, by: Actor, seen: int | None = None) -> Case:
    """The demand is in progress although nobody acknowledged in time: a liaison stands in as handler. For the system.

    The breach stays on record. Raises WrongMoment when the department has nobody in office.
    """
    with transaction.atomic():
        stand_in = queries.stand_in(case_id, now=by.now)
        return move(
            Case,
            case_id,
            "acknowledge_overdue",
            by=by,
            seen=queries.head_of(case_id),
            say=lambda: f"签收期满未签收，自动签收，由 {stand_in.user.name if stand_in else ''} 暂代承办人",
            stand_in=stand_in,
        )


def name_handler(case_id: int, *, by: Actor, seen: int, handler: Membership, reason: str) -> Case:
    """Another handler of the lead department has the demand from now on."""
    return move(
        Case,
        case_id,
        "name_handler",
        by=by,
        seen=seen,
        say=f"承办人 {handler.user.name}",
        note=reason.strip(),
        handler=handler,
        reason=reason,
    )


def ask_firm(case_id: int, *, by: Actor, seen: int, points: Sequence[str]) -> Case:
    """The firm has concrete questions to answer; the resolve clock stands still meanwhile."""
    return _ask("ask_firm", InfoRequest.Kind.ANSWER, case_id, by=by, seen=seen, points=points)


def answer_case(case_id: int, *, by: Actor, seen: int, answer: str) -> Case:
    """The firm has answered, and the resolve clock goes on, due later by the pause."""
    return _take_answer("answer", case_id, by=by, seen=seen, answer=answer)


def answer_overdue(case_id: int, *, by: Actor, seen: int | None = None) -> Case:
    """The firm did not answer in time: the department goes on with what it has. For the system."""
    return _expire_request("answer_overdue", ClockKind.ANSWER, case_id, by=by, say="企业补充期满，按现有情况继续办理")


def record_first_contact(
    case_id: int, *, by: Actor, seen: int, contacted_at: dt.datetime, channel: str, person: str, summary: str
) -> Case:
    """The firm has been contacted; it sees this record and may mark 未联系."""
    return move(
        Case,
        case_id,
        "record_contact",
        by=by,
        seen=seen,
        say=lambda: f"{date_text(contacted_at, by.now)} {ContactChannel(channel).label}联系 {person.strip()}",
        note=summary.strip(),
        contacted_at=contacted_at,
        channel=channel,
        person=person,
        summary=summary,
    )


def deny_first_contact(case_id: int, *, by: Actor, seen: int, reason: str) -> Case:
    """The firm says that the recorded contact did not happen; the record stays and both are seen."""
    return move(
        Case,
        case_id,
        "deny_contact",
        by=by,
        seen=seen,
        say="企业表示没有被联系",
        note=reason.strip(),
        reason=reason,
    )


def save_plan(case_id: int, *, by: Actor, seen: int, steps: Sequence[tuple[str, dt.date]]) -> Case:
    """The dated steps of this round are on record; the plan clock stops."""
    ordered = sorted(((text.strip(), day) for text, day in steps), key=lambda step: step[1])
    with transaction.atomic():
        last = f"，最后一步 {ordered[-1][1].month}月{ordered[-1][1].day}日" if ordered else ""
        case = move(
            Case,
            case_id,
            "save_plan",
            by=by,
            seen=seen,
            say=f"{len(ordered)} 个步骤{last}",
            record={"steps": [[text, day.isoformat()] for text, day in ordered]},
            steps=ordered,
        )
        PlanStep.objects.bulk_create(
            PlanStep(case=case, round=case.round, position=n, text=text, due_on=day)
            for n, (text, day) in enumerate(ordered, start=1)
        )
        return case


def add_internal_note(case_id: int, *, by: Actor, text: str, seen: int | None = None) -> Case:
    """A note that the firm never sees."""
    return move(Case, case_id, "note_internal", by=by, seen=seen, note=text.strip(), text=text)


def add_public_reply(case_id: int, *, by: Actor, text: str, seen: int | None = None) -> Case:
    """A reply that the firm sees."""
    return move(Case, case_id, "reply_public", by=by, seen=seen, note=text.strip(), text=text)


def submit_result(case_id: int, *, by: Actor, seen: int, outcome: str, text: str, evidence: str) -> Case:
    """The result waits for its signer; the resolve clock is held at this moment."""
    with transaction.atomic():
        case = move(
            Case,
            case_id,
            "submit_result",
            by=by,
            seen=seen,
            say=lambda: f"办理结果：{Outcome(outcome).label}",
            record={"outcome": outcome, "result": text.strip(), "evidence": evidence.strip()},
            outcome=outcome,
            text=text,
            evidence=evidence,
        )
        Result.objects.create(
            case=case,
            round=case.round,
            outcome=outcome,
            text=text.strip(),
            evidence=evidence.strip(),
            submitted_by_id=by.user_id,
            submitted_at=by.now,
        )
        return case


def sign_off(case_id: int, *, by: Actor, seen: int, note: str = "") -> Case:
    """The result is the department's answer and lies with the firm for confirmation."""
    with transaction.atomic():
        case = move(Case, case_id, "sign_off", by=by, seen=seen, say="结果送企业确认", record={"opinion": note})
        Result.objects.filter(case=case, signed_at=None, returned_at=None).update(
            signed_by=by.user_id, signed_at=by.now
        )
        return case


def return_result(case_id: int, *, by: Actor, seen: int, reason: str) -> Case:
    """The result goes back to the handler with a reason; the resolve clock runs on as if it had never been held."""
    with transaction.atomic():
        case = move(
            Case, case_id, "return_result", by=by, seen=seen, say="结果退回承办人", note=reason.strip(), reason=reason
        )
        Result.objects.filter(case=case, signed_at=None, returned_at=None).update(returned_at=by.now)
        return case


def confirm_case(case_id: int, *, by: Actor, seen: int, confirmation: str, note: str = "") -> Case:
    """The firm has said in its own name what came of it, and the demand is closed."""
    return move(
        Case,
        case_id,
        "confirm",
        by=by,
        seen=seen,
        say=lambda: f"企业确认：{Confirmation(confirmation).label}",
        note=note.strip(),
        confirmation=confirmation,
    )


def close_unanswered(case_id: int, *, by: Actor, seen: int | None = None) -> Case:
    """A result to which the firm said nothing is closed as 未回应, after it was reminded. For the system."""
    with transaction.atomic():
        return move(
            Case,
            case_id,
            "close_unanswered",
            by=by,
            seen=queries.head_of(case_id),
            say="确认期满，企业未回应，默认办结",
            known_at=by.now,
            reminded_at=queries.reminded_at(case_id, ClockKind.CONFIRM),
        )


def archive_case(case_id: int, *, by: Actor, seen: int | None = None) -> Case:
    """A demand that was over for 30 days is in the archive. For the system."""
    return move(Case, case_id, "archive", by=by, seen=queries.head_of(case_id), say="归档")


def recalculate_clock(case_id: int, *, by: Actor, kind: ClockKind, why: str, seen: int | None = None) -> Case:
    """One running clock is due when the calendar now in force says. For the system, after a year was loaded.

    Whoever has to meet it hears the new date, and so does the firm when it was promised that date.
    """
    told = ("handler", "liaison") if kind in OF_THE_DEPARTMENT else ("turn",)
    tells = dict.fromkeys(told, "due_moved")
    if kind in PROMISED:
        tells["firm"] = "due_moved"
    return move(
        Case,
        case_id,
        "recalculate",
        by=by,
        seen=None,
        say=lambda: f"{why}，重算{kind.label}期限",
        effects=(Rebase(kind),),
        tells=tells,
    )
