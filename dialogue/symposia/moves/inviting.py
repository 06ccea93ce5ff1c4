"""Organisations are put on the list or taken off it, and answer whether they come."""

import json
from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from dialogue.symposia import queries, rules
from dialogue.symposia.dates import answer_day
from dialogue.symposia.enums import Answer, Heard, MeetingState, Part, Presence
from dialogue.symposia.models import Attendee, Meeting, Participant
from dialogue.symposia.moves.notices import renew_notices
from foundation.errors import Changed, NotYours, Refused
from parties.models import Department, Enterprise, Office, Organisation
from workflow.actor import Actor
from workflow.calendars import calendar_in_force
from workflow.door import move
from workflow.models import Event

ANSWERS = ("answer_invitation", "record_answer")


def invite(
    meeting_id: int,
    *,
    by: Actor,
    seen: int | None,
    firms: Collection[Enterprise] = (),
    departments: Collection[Department] = (),
    others: Collection[Office] = (),
    all_departments: bool = False,
    reason: str = "",
) -> Meeting:
    """These organisations are on the list of the meeting; those that were there before stay as they are.

    `all_departments` are those of the city in service (联席会议). Firms need the reason for which they were chosen.
    Before the notice nobody is told; after it those who are new have until its day to answer, and its documents name
    them.
    """
    places: dict[int, tuple[Organisation, Part]] = {}
    with transaction.atomic():
        wanted = [*departments, *(queries.municipal_departments() if all_departments else ())]
        for part, group in ((Part.FIRM, firms), (Part.DEPARTMENT, wanted), (Part.OTHER, others)):
            for place in group:
                places.setdefault(place.pk, (place, part))
        there = set(Participant.objects.filter(meeting_id=meeting_id).values_list("organisation_id", flat=True))
        new = [pair for pk, pair in places.items() if pk not in there]
        told = (
            {"waiting": "meeting_invited"} if Meeting.objects.filter(pk=meeting_id, notified_at__isnull=False) else {}
        )
        meeting = move(
            Meeting,
            meeting_id,
            "invite",
            by=by,
            seen=seen,
            say="、".join(place.name for place, _part in new),
            note=reason.strip(),
            tells=told,
        )
        _check_new(new, reason, number=len(there) + len(new))
        Participant.objects.bulk_create(
            Participant(
                meeting=meeting,
                organisation_id=place.pk,
                part=part,
                reason=reason.strip(),
                added_at=by.now,
                next_due_at=_answer_due(meeting, by),
            )
            for place, part in new
        )
        renew_notices(meeting, by=by, reason="调整参会单位")
        return meeting


def uninvite(meeting_id: int, *, by: Actor, seen: int | None, participant: Participant, reason: str) -> Meeting:
    """The organisation is no longer on the list. Only before the notice, when nobody has been told of it."""
    with transaction.atomic():
        name = participant.organisation.name
        meeting = move(Meeting, meeting_id, "uninvite", by=by, seen=seen, say=name, note=reason.strip(), reason=reason)
        row = meeting.participants.filter(pk=participant.pk).first()
        if row is None:
            raise Refused("participant", _("没有找到这个单位"))
        if row.part == Part.HOST:
            raise Refused("participant", _("主持单位不能移出，请先修改主持人"))
        row.delete()
        return meeting


def answer_invitation(
    meeting_id: int,
    *,
    by: Actor,
    seen: int | None = None,
    answer: str,
    note: str = "",
    people: Sequence[tuple[str, str]] = (),
) -> Meeting:
    """The actor's organisation comes with these people, as (name, post), or does not, and why.

    An answer may be given again until the meeting is held. Whoever has an account in the organisation under this name
    can sign in by it. Raises NotYours when the organisation is not invited.
    """
    with transaction.atomic():
        place = by.post.organisation_name if by.post else ""
        coming = [(name.strip(), post.strip()) for name, post in people]
        meeting = move(
            Meeting,
            meeting_id,
            "answer_invitation",
            by=by,
            seen=seen,
            say=_answered(place, answer, coming),
            facts={"participant": _mark_of(meeting_id, by.organisation_id)},
            answer=answer,
        )
        row = meeting.participants.filter(organisation_id=by.organisation_id).first()
        if row is None:
            raise NotYours(_("只有受邀单位可以回复"))
        _answer(meeting, row, answer, note, coming, by=by)
        return meeting


def record_answer(
    meeting_id: int,
    *,
    by: Actor,
    seen: int | None = None,
    participant: Participant,
    answer: str,
    heard: str,
    note: str = "",
    people: Sequence[tuple[str, str]] = (),
) -> Meeting:
    """What those invited told the office, as `heard`, stands as their answer, and that the office wrote it down.

    The next answer replaces it, whoever gives it. Raises Changed when another answer of theirs came after `seen`.
    """
    with transaction.atomic():
        row = Participant.objects.select_related("organisation").filter(pk=participant.pk, meeting=meeting_id).first()
        coming = [(name.strip(), post.strip()) for name, post in people]
        place, how = row.organisation.name if row else "", dict(Heard.choices).get(heard, "")
        meeting = move(
            Meeting,
            meeting_id,
            "record_answer",
            by=by,
            seen=seen,
            say=lambda: f"代填（{how}）：{_answered(place, answer, coming)}",
            facts={"participant": row.public_id.hex if row else "", "heard": heard},
            answer=answer,
        )
        if row is None:
            raise Refused("participant", _("没有找到这个单位"))
        rules.check_heard(heard)
        if seen is not None and _answered_since(meeting, row, seen):
            raise Changed(_("这个单位刚刚有了新的回复，您填的还没有保存。请看上面的回复；再保存一次，就以您填的为准。"))
        _answer(meeting, row, answer, note, coming, by=by, heard=heard)
        return meeting


def _answered(place: str, answer: str, coming: Sequence[tuple[str, str]]) -> str:
    return f"{place}参加，{len(coming)}人" if answer == Answer.COMES else f"{place}不参加"


def _mark_of(meeting_id: int, organisation_id: int | None) -> str:
    """The row whose answer an event is about, as its facts state it; "" when there is none, which is refused."""
    found = Participant.objects.filter(meeting=meeting_id, organisation_id=organisation_id)
    return next((public_id.hex for public_id in found.values_list("public_id", flat=True)), "")


def _answered_since(meeting: Meeting, row: Participant, seen: int) -> bool:
    """Whether somebody answered for them after `seen` and before this very event."""
    events = Event.objects.filter(subject_kind=Meeting.ledger_kind, subject_id=meeting.pk, action__in=ANSWERS)
    between = events.filter(seq__gt=seen, seq__lt=meeting.head_seq).values_list("facts", flat=True)
    return any(json.loads(facts).get("participant") == row.public_id.hex for facts in between)


def _answer(
    meeting: Meeting,
    row: Participant,
    answer: str,
    note: str,
    coming: Sequence[tuple[str, str]],
    *,
    by: Actor,
    heard: str = "",
) -> None:
    if row.part == Part.HOST and answer == Answer.DECLINES:
        raise Refused("answer", _("主持单位不能回复不参加，请主办单位修改安排"))
    rules.check_coming(answer, note, coming)
    row.answer, row.answer_note, row.heard = answer, note.strip(), heard
    row.answered_at, row.answered_by_id, row.next_due_at = by.now, by.user_id, None
    row.save()
    _name(meeting, row, coming, by=by)


def _check_new(new: Sequence[tuple[Organisation, Part]], reason: str, *, number: int) -> None:
    if not new:
        raise Refused("", _("没有新增的单位：请选择还不在名单上的单位"))
    if number > rules.MOST_INVITED:
        raise Refused("", _("一次会议最多邀请 %(n)s 个单位") % {"n": rules.MOST_INVITED})
    if any(part == Part.FIRM for _place, part in new) and not reason.strip():
        raise Refused("reason", _("请写明选择这些企业的原因"))


def _answer_due(meeting: Meeting, by: Actor) -> object:
    """The end of the day by which whoever is invited after the notice answers; None before it."""
    if meeting.state != MeetingState.NOTIFIED or meeting.answer_until is None:
        return None
    day, calendar = rules.local_day, calendar_in_force()
    late = answer_day(day(meeting.starts_at), day(by.now), calendar)
    return calendar.end_of_working_day(max(meeting.answer_until, late))


def _name(meeting: Meeting, row: Participant, coming: Sequence[tuple[str, str]], *, by: Actor) -> None:
    """The people of this organisation are those named, and the host; who has signed in already stays."""
    stay = {person.name: person for person in row.people.all() if person.user_id == meeting.host_id}
    stay |= {person.name: person for person in row.people.exclude(presence=Presence.EXPECTED)}
    row.people.exclude(pk__in=[person.pk for person in stay.values()]).delete()
    accounts = _accounts(meeting, row, [name for name, _post in coming], by)
    for name, post in coming:
        if person := stay.get(name):
            person.post = post
            person.save(update_fields=["post"])
        else:
            Attendee.objects.create(meeting=meeting, participant=row, name=name, post=post, user_id=accounts.get(name))


def _accounts(meeting: Meeting, row: Participant, names: Sequence[str], by: Actor) -> dict[str, int]:
    """By name the one person with a post in this organisation who is called so, unless somebody else names them."""
    posts = queries.posts_of_place(row.organisation_id, by.now).filter(user__name__in=names)
    found: dict[str, set[int]] = {}
    for name, user in posts.values_list("user__name", "user_id"):
        found.setdefault(name, set()).add(user)
    taken = set(meeting.attendees.filter(user__isnull=False).values_list("user_id", flat=True))
    return {name: min(users) for name, users in found.items() if len(users) == 1 and not users & taken}
