"""Documents of meetings: what they say, their numbers, and who reads which.

Papers are Chinese, whoever asks for them, as the ledger is.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from operator import attrgetter

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import translation

from dialogue.symposia import queries
from dialogue.symposia.enums import MeetingKind, Part, Presence, Retelling, SignedBy, TopicState
from dialogue.symposia.models import Meeting, Participant
from dialogue.symposia.queries.items import progress
from dialogue.symposia.rules import HOSTS, ORGANISERS
from documents.content import meetings
from documents.content.meetings import AttendanceRow, AttendanceSheet, MeetingNotice
from documents.content.parts import Contact
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from documents.numbers import Form, Series
from documents.registry import Progress
from parties.models import User
from parties.roles import ENTERPRISE_ROLES
from workflow.actor import Actor
from workflow.door import LEDGER_LANGUAGE

# Series and what stands behind the office's own word: several offices of a district hold meetings, so the district is
# no word of one office (documents.numbers.Series).
SERIES: dict[str, tuple[str, str, Form]] = {
    "ATTENDANCE": ("meeting_attendance", "签到", Form.LETTER),
    "INVITATION": ("meeting_invitation", "邀", Form.LETTER),
    "JOINT_MINUTES": ("joint_minutes", "联席纪要", Form.LETTER),
    "MINUTES": ("meeting_minutes", "纪要", Form.ISSUE),
    "NOTICE": ("meeting_notice", "会通", Form.LETTER),
}
LONGEST_OFFICE = 26  # characters of an office's name in a number; the column of the prefix holds thirty
MOST_SHOWN = 20  # documents of a meeting on its page; all of them stand in the list of documents


def series(what: str, meeting: Meeting) -> Series:
    """The numbers of this paper in the register of the meeting's office: “市领导办公室邀〔2026〕3号”."""
    name, word, form = SERIES[what]
    office = (meeting.office.short_name or meeting.office.name)[:LONGEST_OFFICE]
    return Series(name, prefix=f"{office}{word}", form=form)


class Papers:
    """Whose the documents about meetings are: those who may open the meeting whole, each their own.

    The organising office, in whose register they stand, and the house of the host read both letters of invitation;
    firms that take part the one to firms, others the one to them. What is for all who take part they all read. What is
    for the organisers (签到表) is for them, the host in person and who signs.
    """

    kind = Meeting.ledger_kind

    def readable(self, actor: Actor) -> Q | None:
        whole = Meeting.objects.order_by().filter(pk=OuterRef("subject_id")).seen_whole_by(actor)
        if actor.is_system:
            return Q(Exists(whole))
        if actor.post is None:
            return None
        organisation = actor.organisation_id
        signs = Q(signer_id=actor.person_id, signer_org_id=organisation) if actor.role in HOSTS else Q(pk=None)
        all_of_it = whole.filter(Q(office_id=organisation) | Q(host_org_id=organisation) | signs)
        desk = Q(office_id=organisation) if actor.role in ORGANISERS else Q(pk=None)
        at_desk = whole.filter(desk | Q(host_id=actor.person_id) | signs)
        letter = Retelling.FIRMS if actor.role in ENTERPRISE_ROLES else Retelling.ALL
        for_all = Q(audience=Retelling.ALL) & ~Q(kind=DocumentKind.NOTICE)
        theirs = Q(Exists(whole)) & (for_all | Q(kind=DocumentKind.NOTICE, audience=letter))
        kept = Q(audience=Retelling.ORGANISER)
        return theirs | (Q(Exists(all_of_it)) & ~kept) | (Q(Exists(at_desk)) & kept)

    def readable_of(self, opened: Meeting, actor: Actor) -> Q | None:
        condition = self.readable(actor)
        return condition and condition & Q(subject_id=opened.pk)

    def addresses(self, ids: Collection[int], actor: Actor) -> Mapping[int, str]:
        rows = Meeting.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", "public_id")
        return {pk: reverse("symposia:meeting", args=[public_id]) for pk, public_id in rows}

    def progress(self, ids: Collection[int]) -> Mapping[int, Progress]:
        return progress(ids)


def stated(document: Document) -> dict[str, str | int]:
    """What the event that issued a document says of it."""
    return {
        "number": document.number,
        "kind": document.kind,
        "version": document.version,
        "content_sha256": document.content_sha256,
    }


def of_meeting(meeting: Meeting, actor: Actor) -> list[Document]:
    """The documents about this meeting that the actor may read, the newest first; one statement.

    Versions that another has replaced are left out: the page of a document names them.
    """
    found = Document.objects.visible_to(actor, about=Meeting.ledger_kind).filter(
        subject_kind=Meeting.ledger_kind, subject_id=meeting.pk
    )
    return list(found.exclude(status="REPLACED").select_related("job").defer("content").order_by("-id")[:MOST_SHOWN])


def notice_of(meeting: Meeting, audience: Retelling, *, by: Actor) -> MeetingNotice | None:
    """会议通知 to departments and others, or 邀请函 to firms; None when nobody of the group is invited.

    Four statements. Whom to ask is whoever sends it. A topic is named by its title: whose it is stands in neither.
    Organisations of guests are named as taking part; the office tells them itself, for they cannot answer here.
    """
    with translation.override(LEDGER_LANGUAGE):
        invited = list(
            meeting.participants.exclude(part=Part.HOST).select_related("organisation").order_by("part", "pk")
        )
        firms = audience == Retelling.FIRMS
        to = [row.organisation.name for row in invited if (row.part == Part.FIRM) == firms]
        if not to:
            return None
        person, office = User.objects.get(pk=by.user_id), meeting.office
        topics = meeting.topics.filter(state=TopicState.CHOSEN).order_by("position").values_list("title", flat=True)
        guests = dict.fromkeys(guest.organisation_name for guest in queries.guests_of(meeting))
        kind = MeetingKind(meeting.kind).label
        called = meeting.title if meeting.title.endswith("会") or "会议" in meeting.title else f"{meeting.title}{kind}"
        return MeetingNotice(
            issuer=office.name,
            title=f"关于邀请参加{called}的函" if firms else f"关于召开{called}的通知",
            mark=office.name,
            to=tuple(to),
            opening=_opening(meeting, called, firms=firms),
            held_at=meeting.starts_at,
            place=meeting.place,
            host=f"{meeting.host_post or meeting.host_org.name}{meeting.host.name}",
            participants=(
                *_in_groups(invited, firms=firms),
                *(("、".join(f"{name}（列席）" for name in guests),) if guests else ()),
            ),
            topics=tuple(topics),
            requirements=_requirements(firms=firms),
            answer_by=meeting.answer_until,
            contact=Contact(name=person.name, phone=person.phone),
        )


def _opening(meeting: Meeting, called: str, *, firms: bool) -> tuple[str, ...]:
    """“为研究……，定于近日召开……”: a purpose of one sentence is the beginning of ours, a longer one stands before it."""
    purpose = [line.strip() for line in meeting.purpose.splitlines() if line.strip()]
    before = "" if firms else "经研究，"
    if len(purpose) == 1 and "。" not in purpose[0].rstrip("。"):
        before, purpose = f"为{purpose[0].removeprefix('为了').removeprefix('为').rstrip('。')}，", []
    if firms:
        return (*purpose, f"{before}现邀请贵单位参加{called}，有关事项如下：")
    return (*purpose, f"{before}定于近日召开{called}。现将有关事项通知如下：")


def _in_groups(invited: Iterable[Participant], *, firms: bool) -> tuple[str, ...]:
    """Who is invited: those named at the head of the letter by that, then the others, each group by its names.

    `invited` is in the order of the parts: departments, firms, others.
    """
    others = [row for row in invited if (row.part == Part.FIRM) != firms]
    return (
        "本函主送各企业" if firms else "本通知主送各单位",
        *("、".join(row.organisation.name for row in rows) for _part, rows in groupby(others, attrgetter("part"))),
    )


def _requirements(*, firms: bool) -> tuple[str, ...]:
    """Until when and how to answer is said by the layout."""
    before = () if firms else ("请围绕议题提前与企业对接，形成书面办理意见。",)
    return (*before, "请参会人员提前十分钟到会，凭会议二维码签到。")


# --- 签到表 ---

# It alone says why somebody was excused: read where the meeting is organised, and by its host.
ATTENDANCE_FOR = Retelling.ORGANISER
NOBODY_NAMED = "（未报人员）"


def attendance_in_force(meeting: Meeting) -> Document | None:
    """The sheet that stands; one statement."""
    found = Document.objects.filter(
        subject_kind=Meeting.ledger_kind, subject_id=meeting.pk, kind=DocumentKind.ATTENDANCE
    )
    return found.filter(status=DocumentStatus.VALID).order_by("-id").first()


def attendance_of(meeting: Meeting) -> AttendanceSheet:
    """签到表 as the roll is now, of a meeting that has been held. `meeting` with its names; two statements."""
    with translation.override(LEDGER_LANGUAGE):
        return AttendanceSheet(
            issuer=meeting.office.name,
            title="会议签到表",
            meeting=meeting.title,
            held_at=meeting.starts_at,
            place=meeting.place,
            host=meeting.host.name,
            rows=tuple(_attendance_row(seat) for seat in queries.roll(meeting)),
        )


def _attendance_row(seat: queries.Seat) -> AttendanceRow:
    by_code = seat.row is not None and seat.row.signed_by == SignedBy.CODE
    return AttendanceRow(
        name=seat.name or NOBODY_NAMED,
        post=seat.post,
        organisation=seat.organisation,
        presence=PRINTED[seat.presence],
        signed_at=seat.signed_at if by_code else None,
        reason=seat.reason,
    )


PRINTED = {
    Presence.EXPECTED: meetings.Presence.OPEN,
    Presence.PRESENT: meetings.Presence.PRESENT,
    Presence.EXCUSED: meetings.Presence.EXCUSED,
    Presence.ABSENT: meetings.Presence.ABSENT,
}
