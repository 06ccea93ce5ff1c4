"""A meeting is planned, its plan changes, its notice goes out, or it is called off."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dialogue.symposia import queries, rules
from dialogue.symposia.dates import answer_day, proposed_days, span_text
from dialogue.symposia.enums import Answer, MeetingKind, MeetingState, Part, TopicSource, TopicState
from dialogue.symposia.models import Attendee, Meeting, Participant, Topic
from dialogue.symposia.moves.attendance import void_presence
from dialogue.symposia.moves.notices import issue_notices, renew_notices, withdraw_notices
from foundation.errors import NotVisible, NotYours, Refused
from parties.models import Membership, Office, Organisation
from workflow.actor import Actor
from workflow.calendars import calendar_in_force
from workflow.door import locked, move
from workflow.time_left import full_text, long_day

CARRIED_BECAUSE = "上次会议的任务事项没有完成"


def open_meeting(
    *,
    by: Actor,
    kind: str,
    title: str,
    purpose: str = "",
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    place: str = "",
    host: Membership,
    host_post: str = "",
    recorder: str = "",
    topics_until: dt.date | None = None,
    firms_until: dt.date | None = None,
) -> Meeting:
    """A meeting of the actor's office takes up topics; its host is among those who take part.

    What the minutes of its earlier meetings of this kind left unfinished stands first on the agenda. Days that are not
    given are those of `dates.proposed_days`. Raises NotYours for anybody but the desk of an office, and Refused.
    """
    office = Office.objects.filter(pk=by.organisation_id).first()
    if office is None or by.role not in rules.ORGANISERS:
        raise NotYours(_("只有主办单位可以办理"))
    plan = _plan(
        title=title,
        purpose=purpose,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        host=host,
        host_post=host_post,
        recorder=recorder,
        topics_until=topics_until,
        firms_until=firms_until,
        by=by,
    )
    rules.check_plan(plan, by.now)
    rules.check_days_ahead(plan, by.now)
    _check_host(office, host, by)
    with transaction.atomic():
        # One meeting of an office is opened after the other: an item left unfinished goes on one agenda.
        Office.objects.select_for_update(of=("self",), no_key=True).get(pk=office.pk)
        draft = Meeting(kind=kind, office=office, district_id=office.serves_id, opened_by_id=by.user_id, **plan)
        draft.save()
        meeting = move(Meeting, draft.pk, "open_meeting", by=by, seen=0, say=lambda: _said(draft))
        _seat_host(meeting, by=by)
        _carry_over(meeting, by=by)
        return meeting


def change_plan(
    meeting_id: int,
    *,
    by: Actor,
    seen: int | None,
    title: str,
    purpose: str = "",
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    place: str = "",
    host: Membership,
    host_post: str = "",
    recorder: str = "",
    topics_until: dt.date | None = None,
    firms_until: dt.date | None = None,
) -> Meeting:
    """The plan is as given; what is the same is no change. After the notice its documents say the new plan too, as
    next versions, and everybody invited is told; the day for answers moves with the meeting where it has to.

    What only the desk reads is told to nobody invited, another recorder to the whole desk; what stands in no letter
    brings none of them up to date."""
    with transaction.atomic():
        before = _held(meeting_id, by)
        wanted = _plan(
            title=title,
            purpose=purpose,
            starts_at=starts_at,
            ends_at=ends_at,
            place=place,
            host=host,
            host_post=host_post,
            recorder=recorder,
            topics_until=topics_until or before.topics_until,
            firms_until=firms_until or before.firms_until,
            by=by,
        )
        changed = {name: value for name, value in wanted.items() if getattr(before, name) != value}
        if "host_id" in changed or "host_org_id" in changed:
            _check_host(before.office, host, by)
        told = before.state == MeetingState.NOTIFIED
        if told and "starts_at" in changed:
            changed |= _answers_by(before, changed["starts_at"], by)
        late = told and rules.local_day(wanted["starts_at"]) > rules.local_day(by.now)
        void = void_presence(before) if late and "starts_at" in changed else []
        concerned = {
            "invited": "meeting_changed" if told and changed.keys() - rules.OF_THE_DESK else "",
            "host": "meeting_planned" if "host_id" in changed else "",
            "colleagues": "meeting_changed" if "recorder" in changed else "",
        }
        meeting = move(
            Meeting,
            meeting_id,
            "change_plan",
            by=by,
            seen=seen,
            say=lambda: _changes(changed) + (f"；此前登记的到会情况作废，涉及{len(void)}人" if void else ""),
            facts={"attendance": void} if void else {},
            tells={audience: kind for audience, kind in concerned.items() if kind},
            **changed,
        )
        if changed.keys() & {"host_id", "host_org_id", "host_post"}:
            _seat_host(meeting, by=by, instead_of=before)
        if "answer_until" in changed:
            ends = calendar_in_force().end_of_working_day(changed["answer_until"])
            meeting.participants.exclude(next_due_at=None).update(next_due_at=ends)
        if told and changed.keys() - rules.IN_NO_LETTER:
            renew_notices(meeting, by=by, reason=_changes(changed))
        return meeting


def send_notice(
    meeting_id: int, *, by: Actor, seen: int | None, answer_until: dt.date | None = None, short_notice: str = ""
) -> Meeting:
    """Those invited know of the meeting, and answer by the day given: the working day before it unless another is.

    会议通知 and 邀请函 stand in the register. Raises Refused when no topic is chosen or nobody but the host invited.
    """
    with transaction.atomic():
        before = _held(meeting_id, by)
        day, calendar = rules.local_day, calendar_in_force()
        until = answer_until or answer_day(day(before.starts_at), day(by.now), calendar)
        meeting = move(
            Meeting,
            meeting_id,
            "send_notice",
            by=by,
            seen=seen,
            say=lambda: f"请于{long_day(until)}前回复参会人员",
            note=short_notice.strip(),
            answer_until=until,
            short_notice=short_notice.strip(),
        )
        if not meeting.topics.filter(state=TopicState.CHOSEN).exists():
            raise Refused("", _("请至少选用一个议题"))
        invited = meeting.participants.exclude(part=Part.HOST)
        if not invited.exists():
            raise Refused("", _("请至少邀请一个单位"))
        invited.filter(answer=Answer.WAITING).update(next_due_at=calendar.end_of_working_day(until))
        issue_notices(meeting, by=by)
        return meeting


def cancel_meeting(meeting_id: int, *, by: Actor, seen: int | None, reason: str) -> Meeting:
    """The meeting does not take place; nobody waits for an answer, and its notices are withdrawn."""
    with transaction.atomic():
        told = _held(meeting_id, by).state == MeetingState.NOTIFIED
        meeting = move(
            Meeting,
            meeting_id,
            "cancel_meeting",
            by=by,
            seen=seen,
            note=reason.strip(),
            tells=None if told else {"host": "meeting_cancelled"},
            reason=reason,
        )
        meeting.participants.update(next_due_at=None)
        withdraw_notices(meeting, by=by, reason=reason)
        return meeting


def _held(meeting_id: int, by: Actor) -> Meeting:
    """The meeting, locked until the transaction ends, before any series of numbers is."""
    meeting = locked(Meeting, meeting_id, by)
    if meeting is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return meeting


def _plan(
    *, host: Membership, topics_until: dt.date | None, firms_until: dt.date | None, by: Actor, **given: Any
) -> dict[str, Any]:
    """The columns of a plan (`rules.PLAN`), with the days that nobody gave."""
    day = rules.local_day
    topics, firms = proposed_days(day(given["starts_at"]), day(by.now), calendar_in_force())
    words = {name: _in_one_line(name, value) if isinstance(value, str) else value for name, value in given.items()}
    return {
        **words,
        "host_id": host.user_id,
        "host_org_id": host.organisation_id,
        "host_role": host.role,
        "topics_until": topics_until or topics,
        "firms_until": firms_until or firms,
    }


def _in_one_line(name: str, words: str) -> str:
    """Only the purpose has paragraphs: titles and places stand in headings, file names and calendars."""
    return words.strip() if name == "purpose" else " ".join(words.split())


def _answers_by(before: Meeting, starts_at: dt.datetime, by: Actor) -> dict[str, Any]:
    """Another day for the answers when the one that was told is over or lies after the meeting as it is moved now."""
    day, today, calendar = rules.local_day(starts_at), rules.local_day(by.now), calendar_in_force()
    if before.answer_until is None or today <= before.answer_until <= day:
        return {}
    until = answer_day(day, today, calendar)
    return {"answer_until": until} if until != before.answer_until else {}


def _check_host(office: Office, host: Membership, by: Actor) -> None:
    if not queries.possible_hosts(office, by.now).filter(pk=host.pk).exists():
        raise Refused("host", _("主持人应是本地或者上级的领导、部门党组书记或者主要负责人"))


def _said(meeting: Meeting) -> str:
    """What is opened, as the ledger keeps it."""
    kind, when = MeetingKind(meeting.kind).label, span_text(meeting.starts_at, meeting.ends_at)
    return f"{kind}，{when}，议题征集到{long_day(meeting.topics_until)}"


def _changes(changed: dict[str, Any]) -> str:
    """“开会时间改为2026年12月9日 15:00；改动会议目的”: short values by themselves, long ones by their name."""
    said = []
    for name, value in changed.items():
        label = str(getattr(Meeting._meta.get_field(name), "verbose_name", name))
        if isinstance(value, dt.datetime):
            said.append(f"{label}改为{full_text(value)}")
        elif isinstance(value, dt.date):
            said.append(f"{label}改为{long_day(value)}")
        elif name in ("title", "place"):
            said.append(f"{label}改为“{value}”")
        elif name not in ("host_org_id", "host_role"):
            said.append(f"改动{label}")
    return "；".join(said) or "改动主持人"


def _seat_host(meeting: Meeting, *, by: Actor, instead_of: Meeting | None = None) -> None:
    """The host's organisation takes part as such, and the host is one of the people expected; nobody else does so.

    The former host's organisation leaves the list before the notice; after it, it stays as one of those invited.
    """
    former_seat = meeting.participants.filter(part=Part.HOST).exclude(organisation_id=meeting.host_org_id)
    if meeting.answer_until is None:
        former_seat.delete()
    else:
        for seat in former_seat.select_related("organisation"):
            department = seat.organisation.kind == Organisation.Kind.DEPARTMENT
            seat.part, seat.answer = Part.DEPARTMENT if department else Part.OTHER, Answer.WAITING
            seat.answered_at, seat.answered_by, seat.heard = None, None, ""
            seat.next_due_at = calendar_in_force().end_of_working_day(meeting.answer_until)
            seat.save()
    row, _made = Participant.objects.update_or_create(
        meeting=meeting,
        organisation_id=meeting.host_org_id,
        defaults={
            "part": Part.HOST,
            "heard": "",
            "answer": Answer.COMES,
            "answered_at": by.now,
            "answered_by_id": by.user_id,
            "next_due_at": None,
        },
        create_defaults={
            "part": Part.HOST,
            "answer": Answer.COMES,
            "answered_at": by.now,
            "answered_by_id": by.user_id,
            "added_at": by.now,
        },
    )
    name = meeting.host.name
    former = Q(user_id=instead_of.host_id) if instead_of else Q(pk=None)
    meeting.attendees.filter(former | Q(user_id=meeting.host_id) | Q(participant=row, name=name)).delete()
    Attendee.objects.create(
        meeting=meeting, participant=row, user_id=meeting.host_id, name=name, post=meeting.host_post
    )


def _carry_over(meeting: Meeting, *, by: Actor) -> None:
    """Unfinished action items of this office's earlier meetings of the kind are the first topics, each once."""
    taken: set[int | None] = set()
    for position, item in enumerate(queries.unfinished(meeting.office_id, meeting.kind), start=1):
        case_id = None if item.case_id in taken else item.case_id
        taken |= {item.case_id}
        Topic.objects.create(
            meeting=meeting,
            source=TopicSource.CARRIED,
            state=TopicState.CHOSEN,
            case_id=case_id,
            carried_from=item,
            enterprise_id=item.enterprise_id,
            firm_shown=item.topic.firm_shown,
            lead_id=item.lead_id,
            title=item.words[: rules.LONGEST_TOPIC],
            text=f"{item.meeting.minutes_number}任务{item.number}，期限{long_day(item.due_on)}：{item.words}",
            proposed_for_id=meeting.office_id,
            proposed_by_id=by.user_id,
            proposed_at=by.now,
            reason=CARRIED_BECAUSE,
            decided_by_id=by.user_id,
            decided_at=by.now,
            position=position,
        )
