"""Who was there: signed in by the code on the screen, recorded by hand, and counted when the meeting has been held.

Everybody who writes holds the meeting first, so that two of them never write the same person at once. What the ledger
keeps are the numbers and the rows concerned; names and reasons stand in the rows alone.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import asdict

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dialogue.symposia import documents, queries, rules
from dialogue.symposia.enums import Capacity, Presence, SignedBy
from dialogue.symposia.models import Attendee, Meeting, Participant
from dialogue.symposia.moves.guests import refuse_the_platform
from dialogue.symposia.moves.holding import held
from dialogue.symposia.rules import REMOVED, Mark
from documents import register
from foundation.errors import Changed, Refused
from parties.models import User
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.door import LEDGER_LANGUAGE, move


def sign_in(meeting_id: int, *, by: Actor, seen: int | None = None, code: str) -> Meeting:
    """The person who holds the phone is present from now on, whoever they stand in for; once.

    Somebody of an invited organisation whom it did not name is added as expected and present. Raises Refused for a code
    that the screen has not shown lately, and for somebody of an organisation that is not invited.
    """
    with transaction.atomic():
        meeting = held(meeting_id, "sign_in", by=by, seen=seen)
        rules.check_code(meeting, code, by.now)
        row = _row_of(meeting, by)
        if row.presence == Presence.PRESENT:
            return meeting
        before = row.presence
        _put(row, Presence.PRESENT, by=by, signed_by=SignedBy.CODE)
        return move(
            Meeting,
            meeting_id,
            "sign_in",
            by=by,
            seen=seen,
            facts={"attendance": [[row.public_id.hex, str(before), row.presence]]},
            say="扫码签到",
        )


def record_attendance(
    meeting_id: int,
    *,
    by: Actor,
    seen: int | None = None,
    marks: Collection[Mark] = (),
    participant: Participant | None = None,
    organisation: str = "",
    name: str = "",
    post: str = "",
    presence: str = "",
    reason: str = "",
) -> Meeting:
    """The people marked stand as marked, and `name` is added: of the organisation `participant`, or as a guest of the
    organisation that is called so; nothing else changes.

    A mark that says what the page had shown changes nothing. Raises Changed, and records nothing, when somebody else
    has recorded something else of one of these people since; Refused for what cannot be recorded now.
    """
    with transaction.atomic():
        meeting = held(meeting_id, "record_attendance", by=by, seen=seen)
        done = _marked(meeting, [mark for mark in marks if mark.says_something], by=by)
        if name or post or organisation or participant is not None:
            whose = (participant, organisation.strip())
            done += _added(meeting, whose, name, post, presence or Presence.PRESENT, reason, by=by)
        if not done:
            return meeting
        return move(
            Meeting,
            meeting_id,
            "record_attendance",
            by=by,
            seen=seen,
            facts={"attendance": done},
            say=lambda: _recorded(after for _person, _before, after in done),
        )


def hold_meeting(meeting_id: int, *, by: Actor, seen: int | None = None) -> Meeting:
    """The meeting has taken place: who neither signed nor is excused is absent, and may still be recorded otherwise."""
    with transaction.atomic():
        meeting = held(meeting_id, "hold_meeting", by=by, seen=seen)
        Attendee.objects.filter(meeting=meeting, presence=Presence.EXPECTED).update(presence=Presence.ABSENT)
        meeting.participants.exclude(next_due_at=None).update(next_due_at=None)  # nobody can answer any more
        meeting.held_at = by.now  # only for the sums: the door reads the row anew
        sums = queries.tally(queries.roll(meeting))
        return move(
            Meeting,
            meeting_id,
            "hold_meeting",
            by=by,
            seen=seen,
            facts={"attendance": {name: n for name, n in asdict(sums).items() if name != "waiting"}},
            say=f"应到{sums.expected}人，实到{sums.present}人，请假{sums.excused}人，缺席{sums.absent}人",
        )


def issue_attendance(meeting_id: int, *, by: Actor, seen: int | None = None) -> Meeting:
    """签到表 stands in the register as the roll is now; the version in force, when it says the same."""
    with transaction.atomic():
        meeting = held(meeting_id, "issue_attendance", by=by, seen=seen)
        content, before = documents.attendance_of(meeting), documents.attendance_in_force(meeting)
        if before is not None:
            document = register.issue_version(before, content, by=by, reason="到会情况有变动")
            if document.pk == before.pk:
                return meeting
        else:
            document = register.issue(
                content,
                series=documents.series("ATTENDANCE", meeting),
                office_id=meeting.office_id,
                subject_kind=Meeting.ledger_kind,
                subject_id=meeting.pk,
                audience=documents.ATTENDANCE_FOR,
                issued_on=by.now.astimezone(ZONE).date(),
                by=by,
            )
        facts = {"document": documents.stated(document)}
        return move(Meeting, meeting_id, "issue_attendance", by=by, seen=seen, facts=facts, say="制发签到表")


def void_presence(meeting: Meeting) -> list[tuple[str, str, str]]:
    """Nobody has been at this meeting, which takes place on another day than that on which they came: whoever was
    expected is so again, whoever came unexpected is on no list. What each was and is, by the hex of their row.

    For the move that says the other day, in its transaction; who is excused stays so.
    """
    there = list(meeting.attendees.filter(presence=Presence.PRESENT).order_by("pk"))
    meeting.attendees.filter(pk__in=[row.pk for row in there if row.unexpected]).delete()
    back = {"presence": Presence.EXPECTED, "signed_at": None, "signed_by": ""}
    meeting.attendees.filter(pk__in=[row.pk for row in there]).update(**back)
    return [(row.public_id.hex, row.presence, REMOVED if row.unexpected else Presence.EXPECTED) for row in there]


# --- signing in ---


def _row_of(meeting: Meeting, by: Actor) -> Attendee:
    """The row of the person who acts: their own, that of their name in their organisation, or a new one."""
    if (row := queries.own_row(meeting, by.user_id)) is not None:
        return row
    party = Participant.objects.filter(meeting=meeting, organisation_id=by.organisation_id).first()
    if party is None:
        raise Refused("", _("您所在的单位不在受邀名单上，请到会场签到处登记"))
    name = User.objects.values_list("name", flat=True).get(pk=by.user_id)[: rules.LONGEST_NAME]
    row = party.people.filter(user=None, name=name).first()
    if row is None:
        row = Attendee(meeting=meeting, participant=party, unexpected=True)
        row.name, row.post = _free_name(party, name), _post_of(by)
    row.user_id = by.user_id
    return row


def _post_of(by: Actor) -> str:
    """“承办人”, and for whom somebody stands in: it is they who are there, not the holder of the post."""
    if by.post is None:
        return ""
    with translation.override(LEDGER_LANGUAGE):
        label = str(by.post.role.label)
    return (f"{label}（代{by.post.holder}）" if by.on_behalf else label)[: rules.LONGEST_POST]


def _free_name(party: Participant, name: str) -> str:
    """The name as the roll of this organisation can hold it: a second person of one name is “王芳（2）”."""
    taken, n, free = set(party.people.values_list("name", flat=True)), 1, name
    while free in taken:
        n += 1
        free = f"{name[: rules.LONGEST_NAME - 5]}（{n}）"
    return free


def _put(row: Attendee, presence: str, *, by: Actor, signed_by: SignedBy, reason: str = "") -> None:
    """The row says this presence; who is present has a time, and the one they had if they were."""
    if presence != Presence.PRESENT:
        row.signed_at, row.signed_by = None, ""
    elif row.presence != Presence.PRESENT:
        row.signed_at, row.signed_by = by.now, signed_by
    row.presence, row.reason = presence, reason if presence == Presence.EXCUSED else ""
    row.save()


# --- by hand ---


def _marked(meeting: Meeting, marks: list[Mark], *, by: Actor) -> list[tuple[str, str, str]]:
    """Every mark is written, or none: what each person was and is, by the hex of their row.

    Both are the same where only the reason is another.
    """
    rows = {row.public_id: row for row in meeting.attendees.all()}
    if any(mark.person not in rows for mark in marks):
        raise Refused("marks", _("名单刚刚有变动，请刷新后再登记"))
    contested = [rows[m.person] for m in marks if m.is_contested(rows[m.person].presence, rows[m.person].reason)]
    if contested:
        names = _("、").join(row.name for row in contested)
        raise Changed(_("有人刚刚登记过%(names)s，您的登记还没有保存。请核对后再保存一次。") % {"names": names})
    done = []
    for mark in marks:
        row = rows[mark.person]
        rules.check_presence(meeting, mark.presence, mark.reason, field="marks", row=row)
        if (row.presence, row.reason) == (mark.presence, mark.reason):
            continue
        done.append((row.public_id.hex, row.presence, mark.presence))
        if mark.presence == REMOVED:
            row.delete()
        else:
            _put(row, mark.presence, by=by, signed_by=SignedBy.HAND, reason=mark.reason)
    return done


def _added(
    meeting: Meeting,
    whose: tuple[Participant | None, str],
    name: str,
    post: str,
    presence: str,
    reason: str,
    *,
    by: Actor,
) -> list[tuple[str, str, str]]:
    """A person whom the organisation did not name, or a guest; nothing, when somebody has just added them the same."""
    participant, organisation = whose
    rules.check_newcomer(name, participant, organisation)
    rules.check_presence(meeting, presence, reason, field="reason" if presence == Presence.EXCUSED else "presence")
    if participant is not None and participant.meeting_id != meeting.pk:
        raise Refused("participant", _("这个单位不在受邀名单上，请先邀请"))
    there = meeting.attendees.filter(participant=participant, organisation_name=organisation)
    row = there.filter(name=name).first()
    if row is None:
        row = Attendee(meeting=meeting, participant=participant, name=name, post=post, unexpected=True)
        if participant is None:
            _check_guest(meeting, name, organisation, post)
            row.organisation_name, row.capacity = organisation, Capacity.OBSERVES
        _put(row, presence, by=by, signed_by=SignedBy.HAND, reason=reason)
        return [(row.public_id.hex, "", row.presence)]
    if row.presence != presence:
        raise Refused("name", _("名单上已有这位人员，请在名单里登记"))
    return []


def _check_guest(meeting: Meeting, name: str, organisation: str, post: str) -> None:
    refuse_the_platform(meeting, [organisation], field="organisation")
    there = meeting.attendees.filter(participant=None).count()
    rules.check_guests([(name, organisation, post)], there=there)


def _recorded(after: Iterable[str]) -> str:
    """“登记 3 人：实到 2 人，请假 1 人”, in the language of the ledger."""
    found = Counter(after)
    labels = {**{p.value: p.label for p in Presence}, REMOVED: pgettext("presence", "移出名单")}
    parts = [f"{label}{found[value]}人" for value, label in labels.items() if found[value]]
    return f"登记{sum(found.values())}人：{'，'.join(parts)}"
