"""Who is told of a meeting: the people behind the names of audiences, as they are when the message is delivered."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse

from dialogue.symposia import queries
from dialogue.symposia.enums import Answer, Part, Presence
from dialogue.symposia.models import ORGANISER, Attendee, Meeting, Participant
from dialogue.symposia.rules import ORGANISERS
from parties.models import Membership
from parties.roles import ENTERPRISE_ROLES, Role
from workflow.notices import TURN
from workflow.registry import Reached

# Who answers for those invited, by what they are there; the others of a department or firm hear it from them.
SPEAKERS: dict[str, frozenset[Role]] = {
    Part.HOST: frozenset({Role.LEADER_OFFICE, Role.DEPARTMENT_LIAISON}),
    Part.FIRM: ENTERPRISE_ROLES,
    Part.DEPARTMENT: frozenset({Role.DEPARTMENT_LIAISON, Role.DEPARTMENT_HEAD}),
    Part.OTHER: frozenset({Role.LEADER_OFFICE}),
}
# Who hears what became of a topic of their firm or department, beside whoever wrote it.
PROPOSING = SPEAKERS[Part.FIRM] | SPEAKERS[Part.DEPARTMENT]
INVITED, WAITING, PRESENT, HOST, SIGNER, DESK = "invited", "waiting", "present", "host", "signer", "organiser"
COLLEAGUES = "colleagues"  # all of the desk, whoever opened the meeting


@dataclass(frozen=True)
class Seat:
    """As what an organisation takes part, what it answered, whether somebody of it came."""

    part: str
    answer: str
    came: bool


AUDIENCES = frozenset({TURN, INVITED, WAITING, PRESENT, HOST, SIGNER, DESK, COLLEAGUES})


def people(subject_id: int, audiences: Collection[str], now: datetime) -> Reached | None:
    """The posts to tell, in three statements, and one more for whoever put a topic forward (`queries.proposer_of`).
    Only those who may open the meeting now are among them.

    A turn of the organising office, and what it is told, goes to whoever opened the meeting while they are at its desk,
    and to the whole desk otherwise.
    """
    meeting = Meeting.objects.select_related("district").filter(pk=subject_id).first()
    if meeting is None:
        return None
    there = Exists(Attendee.objects.filter(participant=OuterRef("pk"), presence=Presence.PRESENT))
    seats = Participant.objects.filter(meeting=meeting).annotate(came=there)
    rows = {
        place: Seat(part, answer, came)
        for place, part, answer, came in seats.values_list("organisation_id", "part", "answer", "came")
    }
    proposers = _proposers(meeting, audiences)
    places = {*rows, meeting.office_id, meeting.host_org_id, meeting.signs_org_id}
    places |= {place for place, _person in proposers.values()}
    posts = queries.viewers_of(meeting, now=now).filter(organisation_id__in=places)
    found = list(posts.select_related("user", "organisation").order_by("pk"))
    of_topics = {name: [post for post in found if _proposed(post, *who)] for name, who in proposers.items()}
    named = {name: _of(meeting, name, found, rows) for name in AUDIENCES.intersection(audiences)}
    return Reached(reverse("symposia:meeting", args=[meeting.public_id]), named | of_topics)


def _proposers(meeting: Meeting, audiences: Collection[str]) -> dict[str, tuple[int, int | None]]:
    """Organisation and person behind each audience that is whoever put a topic forward."""
    asked = [int(pk) for name, _, pk in (name.partition(":") for name in audiences) if name == queries.PROPOSER]
    topics = meeting.topics.filter(pk__in=asked) if asked else ()
    return {queries.proposer_of(topic): (topic.proposed_for_id, topic.proposed_by_id) for topic in topics}


def _proposed(post: Membership, place: int, person: int | None) -> bool:
    """Whoever speaks for that organisation, and the person who wrote the topic, while they are there."""
    return post.organisation_id == place and (post.user_id == person or post.role in PROPOSING)


def _of(meeting: Meeting, name: str, posts: list[Membership], rows: dict[int, Seat]) -> list[Membership]:
    if name == TURN:
        if meeting.turn_role != ORGANISER:
            return [post for post in posts if _signs(meeting, post)]
        name = DESK
    if name in (DESK, COLLEAGUES):
        desk = [post for post in posts if post.organisation_id == meeting.office_id and post.role in ORGANISERS]
        opened = [post for post in desk if post.user_id == meeting.opened_by_id]
        return opened if opened and name == DESK else desk
    if name == HOST:
        return [
            post
            for post in posts
            if meeting.is_hosted_by(post) or _speaks(post, rows, lambda row: row.part == Part.HOST)
        ]
    if name == SIGNER:
        aides = [post for post in posts if post.organisation_id == meeting.signs_org_id]
        return [post for post in posts if _signs(meeting, post)] + [
            post for post in aides if post.role in SPEAKERS[Part.HOST]
        ]
    wanted: dict[str, Callable[[Seat], bool]] = {
        INVITED: lambda row: row.part != Part.HOST,
        WAITING: lambda row: row.answer == Answer.WAITING,
        PRESENT: lambda row: row.came and row.part != Part.HOST,  # queries.asked
    }
    return [post for post in posts if _speaks(post, rows, wanted[name])]


def _signs(meeting: Meeting, post: Membership) -> bool:
    signer = (meeting.signs_id, meeting.signs_org_id, meeting.signs_role)
    return (post.user_id, post.organisation_id, post.role) == signer


def _speaks(post: Membership, rows: dict[int, Seat], holds: Callable[[Seat], bool]) -> bool:
    row = rows.get(post.organisation_id)
    return row is not None and post.role in SPEAKERS[row.part] and holds(row)
