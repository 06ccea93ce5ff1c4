"""受理回执 and 办理单 of demands: what they say, in which edition, and who reads which (docs/decisions/0034).

Papers are Chinese, whoever asks for them, as the ledger is.

An edition says to its readers what the page of the demand says to them: everything here is asked of `telling`,
`identity` and `queries` for one reader, and nothing is decided anew.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cases.demands import dated, queries, rules, telling
from cases.demands.enums import Confirmation, Edition, Identity
from cases.demands.identity import firm_words, knows_firm
from cases.demands.models import Attachment, Case, InfoRequest, Result
from documents.content import case_file
from documents.content.case_file import CaseFile
from documents.content.receipt import Receipt, Term
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from documents.numbers import Series
from documents.registry import Progress
from foundation.errors import NotVisible
from parties.roles import DEPARTMENT_ROLES, ENTERPRISE_ROLES, OFFICE_ROLES
from workflow.actor import Actor
from workflow.calendars import calendar_in_force
from workflow.clocks import ClockKind, Limits
from workflow.door import LEDGER_LANGUAGE
from workflow.explain import SetDate, limit_words
from workflow.models import Clock, Event
from workflow.time_left import full_text, is_provisional
from workflow.timeline import Line, timeline
from workflow.versions import policy_in_force

# 机关代字: one platform office serves a district, so no two offices write the same.
PREFIXES = {DocumentKind.RECEIPT: "政企受", DocumentKind.CASE_FILE: "政企办"}


MOST_SHOWN = 20  # documents of a demand on its page; all of them stand in the list of documents


def series(kind: DocumentKind, case: Case) -> Series:
    """The numbers of this kind in the register of the demand's office: “东胜区政企受〔2026〕3号”."""
    return Series(f"demand_{kind.lower()}", prefix=f"{case.district.name}{PREFIXES[kind]}")


# --- editions ---


def edition_for(case: Case, actor: Actor) -> Edition:
    """For whom this reader, who may open the demand, has papers made and reads them.

    Raises NotVisible for readers without an edition: they have the page.
    """
    if actor.role in ENTERPRISE_ROLES:
        return Edition.FIRM
    if actor.role in OFFICE_ROLES:
        return Edition.OFFICE
    if actor.role in DEPARTMENT_ROLES:
        return Edition.LEAD if knows_firm(case, actor) else Edition.LEAD_HIDDEN
    raise NotVisible(_("没有找到，或者您不能查看"))


class Papers:
    """Whose the documents about demands are: those who may open the demand, each their own edition.

    The office, in whose register they stand, reads every edition: its page shows all that the others' show. A
    department reads what names the firm only while the firm is open to it, whenever it was written.
    """

    kind = Case.ledger_kind

    def readable(self, actor: Actor) -> Q | None:
        cases = Case.objects.visible_to(actor).order_by()
        always, named = self._editions(actor, Identity.HIDDEN), self._editions(actor, Identity.OPEN)
        found = Q(audience__in=always, subject_id__in=cases.values("pk")) if always else None
        if found and (only_named := [edition for edition in named if edition not in always]):
            found |= Q(audience__in=only_named, subject_id__in=cases.filter(identity=Identity.OPEN).values("pk"))
        return found

    def readable_of(self, opened: Case, actor: Actor) -> Q | None:
        editions = self._editions(actor, opened.identity)
        return Q(audience__in=editions, subject_id=opened.pk) if editions else None

    @staticmethod
    def _editions(actor: Actor, identity: str) -> list[Edition]:
        """Those that this reader may read of the papers of a demand that they see and whose firm shows itself so."""
        if actor.is_system or actor.role in OFFICE_ROLES:
            return list(Edition)
        if actor.role in ENTERPRISE_ROLES:
            return [Edition.FIRM]
        if actor.role in DEPARTMENT_ROLES:
            return [Edition.LEAD_HIDDEN, *([Edition.LEAD] if identity == Identity.OPEN else [])]
        return []

    def addresses(self, ids: Collection[int], actor: Actor) -> Mapping[int, str]:
        rows = Case.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", "public_id")
        return {pk: reverse("demands:case", args=[public_id]) for pk, public_id in rows}

    def progress(self, ids: Collection[int]) -> Mapping[int, Progress]:
        return {}


def of_case(case: Case, actor: Actor) -> list[Document]:
    """The documents about this demand that the actor may read, the newest first; one statement.

    Versions that another has replaced are left out: the page of a document names them.
    """
    found = Document.objects.visible_to(actor, about=Case.ledger_kind, opened=case)
    current = found.exclude(status=DocumentStatus.REPLACED).select_related("job").defer("content")
    return list(current.order_by("-id")[:MOST_SHOWN])


def in_force(case: Case, kind: DocumentKind, edition: Edition) -> Document | None:
    """The document of this kind and edition that stands, in the register of the office that has the demand now."""
    found = Document.objects.filter(subject_kind=Case.ledger_kind, subject_id=case.pk, kind=kind, audience=edition)
    return found.filter(status=DocumentStatus.VALID, office_id=case.office_id).order_by("-id").first()


# --- 受理回执 ---


def receipt_of(case: Case, actor: Actor) -> Receipt:
    """What the firm has in hand: what was taken up, by whom, by when it hears, what it may do. Three statements.

    `case` is loaded with its names; `actor` is of the firm or of the office. For a demand that was accepted.
    """
    with translation.override(LEDGER_LANGUAGE):
        accepted = Event.objects.filter(subject_kind=Case.ledger_kind, subject_id=case.pk, action="accept")
        last = accepted.order_by("-seq")[0]
        who = json.loads(last.actor)
        limits = Case.clock_limits(policy_in_force(actor.now).data, case.event_facts())
        return Receipt(
            issuer=case.office.name,
            title=f"诉求{case.number}受理回执",
            case_number=case.number or "",
            firm=firm_words(case, actor),
            matter=case.title,
            category=str(case.category),
            klass=str(case.get_klass_display()),
            received_at=_present(case.submitted_at),
            accepted_at=last.at,
            accepted_by=f"{case.organisation_shown(who, actor)} · {who['role_text']}",
            terms=tuple(_terms(queries.clocks(case), limits, dated.of_case(case))),
            rights=tuple(_rights()),
            ways=tuple(_ways(case)),
        )


PROMISED = (ClockKind.FIRST_CONTACT, ClockKind.RESOLVE)


def _terms(rows: Iterable[Clock], limits: Limits, dates: dated.Dates) -> Iterable[Term]:
    """First contact and result by the last clock of each, or by its limit alone while it has not begun."""
    begun = {row.state.kind: row for row in sorted(rows, key=lambda row: row.started_seq)}
    names = {ClockKind.FIRST_CONTACT: "主办部门第一次联系您", ClockKind.RESOLVE: "主办部门答复办理结果"}
    for kind in PROMISED:
        if kind not in begun:
            yield Term(what=names[kind], limit=f"派单后 {limits.whole(kind).text()}内")
            continue
        clock = begun[kind].state
        yield Term(
            what=names[kind],
            limit=limit_words(clock, dated.of_clock(begun[kind], dates, ())),
            due_at=clock.due_at,
            due=full_text(clock.due_at),
            provisional=clock.running and is_provisional(clock, calendar_in_force()),
        )


def _rights() -> Iterable[str]:
    yield "主办部门没有按时联系您的，可以标记“未联系”。"
    yield f"可以催办，每 {rules.NUDGE_EVERY} 个工作日一次。"
    yield "认为经办人员与本事项有利害关系的，可以申请其回避。"
    days, most = rules.REDONE_WITHIN.days, rules.MOST_ROUNDS - 1
    yield f"结果由您确认；没有解决的，可以在办结后 {days} 天内申请重办，由另一位承办人办理，最多 {most} 次。"
    yield f"可以撤回诉求，撤回后 {rules.UNDONE_WITHIN // timedelta(hours=1)} 小时内可以恢复。"
    yield "可以查看哪些单位看过本件。"


def _ways(case: Case) -> Iterable[str]:
    yield f"登录平台，在“诉求列表”中按编号 {case.number} 查看进度、时限和每一步的办理单位。"
    yield "轮到您办理时，首页的待办里会出现本件。"
    yield "遇企业补充材料等情形时限会有变动；“暂定”的日期在放假安排公布后可能调整。以平台显示的为准。"


# --- 办理单 ---


def case_file_of(case: Case, actor: Actor) -> CaseFile:
    """All that this reader may know of the demand. `case` is loaded with its names.

    Four statements, and one each where there were requests to the firm, attachments, questions it answered, or people
    who stood in for others.
    """
    with translation.override(LEDGER_LANGUAGE):
        edition, firm = edition_for(case, actor), telling.is_firm(actor)
        lines, rows = timeline(case, actor), telling.clocks(case, actor)
        dates = dated.by_clock(rows, dated.of_case(case))
        return CaseFile(
            issuer=case.office.name,
            title=f"诉求{case.number}办理单",
            edition=str(edition.label),
            internal=edition != Edition.FIRM,
            case_number=case.number or "",
            matter=case.title,
            state=str(case.get_state_display()),
            round=case.round,
            facts=_pairs([("基本情况", " · ".join(telling.facts(case))), *telling.holders(case), *_moments(case)]),
            words=case.text,
            told=_pairs(telling.asked(case, actor)),
            requests=tuple(map(_request, queries.info_requests(case))),
            declined=_pairs(telling.declined(case, lines)),
            plan=tuple(
                case_file.PlanStep(words=step.text, due_on=step.due_on)
                for step in case.plan_steps.filter(round=case.round)
            ),
            results=tuple(_result(row, evidence=not firm) for row in telling.results(case, actor)),
            **_opinion(case, lines),
            limits=tuple(
                _limit(row, dates[row.pk]) for row in sorted(rows, key=lambda row: (row.started_seq, row.kind))
            ),
            files=tuple(_file(case, actor, one) for one in queries.visible_attachments(case, actor)),
            steps=tuple(map(_step, reversed(lines))),
            head_sequence=lines[0].seq,
            head_sha256=lines[0].digest,
        )


def _present(moment: datetime | None) -> datetime:
    assert moment is not None
    return moment


def _pairs(pairs: Iterable[tuple[Any, Any]]) -> tuple[case_file.Fact, ...]:
    return tuple(case_file.Fact(name=str(name), words=str(words)) for name, words in pairs)


def _moments(case: Case) -> list[tuple[str, str]]:
    """When it was submitted, dispatched, ended, as far as it was."""
    named = [
        ("提交", case.submitted_at),
        ("派单", case.dispatched_at),
        ("首联", case.first_contact_at),
        ("办结", case.closed_at),
        ("终止", case.ended_at),
    ]
    found = [(str(name), full_text(moment)) for name, moment in named if moment]
    return [*found, ("终止原因", str(case.get_ending_display()))] if case.ending else found


def _request(row: InfoRequest) -> case_file.Request:
    return case_file.Request(
        what=str(row.get_kind_display()),
        asked_at=row.asked_at,
        points=tuple(row.points),
        answer=row.answer,
        answered_at=row.answered_at,
        expired=row.expired_at is not None,
    )


def _result(row: Result, *, evidence: bool) -> case_file.Result:
    return case_file.Result(
        round=row.round,
        outcome=str(row.get_outcome_display()),
        reply=row.text,
        evidence=row.evidence if evidence else "",
        submitted_at=row.submitted_at,
        signed_at=row.signed_at,
        returned_at=row.returned_at,
    )


def _opinion(case: Case, lines: Iterable[Line]) -> dict[str, str]:
    """What the firm says came of it, and its words with that, while the demand is closed by it; of no firm, nothing."""
    if not case.confirmation or case.enterprise_id is None:
        return {}
    said = (
        ""
        if case.confirmation == Confirmation.UNANSWERED
        else next(line.note for line in lines if line.action in ("confirm", "record_opinion"))
    )
    return {"opinion": str(case.get_confirmation_display()), "opinion_words": said}


def _limit(row: Clock, set_date: SetDate | None) -> case_file.Limit:
    clock = row.state
    return case_file.Limit(
        what=str(clock.kind.label),
        limit=limit_words(clock, set_date),
        started_at=clock.started_at,
        due_at=clock.due_at,
        due=full_text(clock.due_at),
        stopped_at=clock.stopped_at,
        kept=telling.standing(clock),
        provisional=clock.running and is_provisional(clock, calendar_in_force()),
    )


def _file(case: Case, actor: Actor, one: Attachment) -> case_file.File:
    return case_file.File(
        name=one.file.name,
        sha256=one.file.sha256,
        size=one.file.size,
        added_by=telling.added_by(one),
        added_at=one.at,
        description=one.description,
        marks=tuple(str(words) for words, _tint, _drawing in telling.marks(case, actor, one)),
    )


def _step(line: Line) -> case_file.Step:
    return case_file.Step(
        sequence=line.seq,
        at=line.at,
        what=str(line.label),
        who=line.who,
        words=line.text,
        said=line.note,
        internal=line.internal,
        proposer=line.proposer,
    )
