"""Who sees a meeting and how much of it, who may host it, and who may be invited."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from cases.demands.queries import posts_in_force
from dialogue.symposia.enums import MeetingState, Part, TopicState
from dialogue.symposia.models import Meeting
from dialogue.symposia.models.visibility import TOLD
from dialogue.symposia.rules import HOSTS, ORGANISERS, PARTICIPANTS, PROPOSERS
from parties.models import Department, District, Enterprise, Membership, Office, Organisation
from workflow.actor import Actor


def sees_whole(meeting: Meeting, actor: Actor) -> bool:
    """Whether this reader, who may open the meeting, sees more of it than the call for topics and their own topics.

    One statement.
    """
    return Meeting.objects.seen_whole_by(actor).filter(pk=meeting.pk).exists()


def viewers_of(meeting: Meeting, *, now: datetime) -> QuerySet[Membership]:
    """The memberships in force whose holders may open this meeting: the inverse of `Meeting.objects.visible_to`.

    One statement when evaluated. A test compares the two for every membership and meeting.
    """
    see = Q(organisation_id=meeting.office_id, role__in=ORGANISERS)
    invited, told = meeting.participants.all(), meeting.state in TOLD and meeting.notified_at is not None
    if not told:
        invited = invited.filter(part=Part.HOST)
    see |= Q(organisation_id__in=invited.values("organisation_id"), role__in=PARTICIPANTS)
    if told:
        items = meeting.items.order_by()
        concerned = (items.values("lead_id"), items.values("others__id"), items.values("enterprise_id"))
        for organisations in concerned:
            see |= Q(organisation_id__in=organisations, role__in=PARTICIPANTS)
    if meeting.signer_id is not None:
        see |= Q(user_id=meeting.signer_id, organisation_id=meeting.signer_org_id, role__in=HOSTS)
    if meeting.state == MeetingState.COLLECTING:
        called = Q(role__in=PROPOSERS)
        if meeting.district.level != District.Level.CITY:
            called &= Q(organisation__district_id=meeting.district_id)
        see |= called
    if meeting.state != MeetingState.PLANNED:
        theirs = meeting.topics.order_by().values("proposed_for_id")
        see |= Q(organisation_id__in=theirs, role__in=PROPOSERS)
    return posts_in_force(now).filter(see)


def possible_hosts(office: Office, now: datetime) -> QuerySet[Membership]:
    """Of the office's district and of the city, in office now: leaders, then secretaries and heads of departments."""
    here = Q(organisation__district_id=office.serves_id) | Q(organisation__district__level=District.Level.CITY)
    posts = posts_in_force(now).filter(here, role__in=HOSTS).select_related("user", "organisation")
    return posts.order_by("-organisation__kind", "-role", "organisation__name", "pk")


def still_signs(meetings: QuerySet[Meeting], now: datetime) -> QuerySet[Meeting]:
    """The same meetings, each with `still_signs`: whether whoever signs its minutes holds that post now."""
    place = Coalesce(OuterRef("signer_org_id"), OuterRef("host_org_id"))
    person = Coalesce(OuterRef("signer_id"), OuterRef("host_id"))
    posts = posts_in_force(now).filter(user_id=person, organisation_id=place, role__in=HOSTS)
    return meetings.annotate(still_signs=Exists(posts))


def without_desk(now: datetime) -> QuerySet[Meeting]:
    """The open meetings at whose organising office nobody holds a post that could go on with them. No content of
    them is for whoever is told, so nobody's rights are asked."""
    desk = posts_in_force(now).filter(organisation_id=OuterRef("office_id"), role__in=ORGANISERS)
    return Meeting.objects.filter(~Exists(desk), turn_org__isnull=False)


def municipal_departments() -> QuerySet[Department]:
    """The departments of the city in service, in the order of their codes."""
    return Department.objects.filter(active=True, district__level=District.Level.CITY).order_by("code")


def departments_near(meeting: Meeting) -> QuerySet[Department]:
    """The departments that a meeting may invite: of the city and of its own district."""
    here = Q(district__level=District.Level.CITY) | Q(district_id=meeting.district_id)
    return Department.objects.filter(here, active=True).order_by("district_id", "code")


def leader_offices(meeting: Meeting) -> QuerySet[Office]:
    """Leaders' offices that may be invited: of the city and of the meeting's own district."""
    here = Q(district__level=District.Level.CITY) | Q(district_id=meeting.district_id)
    return Office.objects.filter(here, active=True, office_kind=Office.OfficeKind.LEADER).order_by("name")


def firms_of_topics(meeting: Meeting) -> QuerySet[Enterprise]:
    """The firms of topics not declined that are not on the list yet; never one that hides behind an alias."""
    topics = meeting.topics.exclude(state=TopicState.DECLINED).filter(enterprise__isnull=False)
    shown = [
        pk for pk, name, shown in topics.values_list("enterprise_id", "enterprise__name", "firm_shown") if name == shown
    ]
    invited = meeting.participants.values("organisation_id")
    return Enterprise.objects.filter(pk__in=shown, active=True).exclude(pk__in=invited).order_by("name")


def on_the_platform(meeting: Meeting, names: Collection[str]) -> list[str]:
    """Those of these names that are no guest's: organisations on the list and, until the meeting is held, those that
    can be put on it. Both are known by full or short name. Four statements at most."""
    called = Q(name__in=names) | Q(short_name__in=names)
    known: list[QuerySet[Any]] = [
        Organisation.objects.filter(called, pk__in=meeting.participants.values("organisation_id"))
    ]
    if meeting.held_at is None:
        near = (Enterprise.objects.filter(active=True), departments_near(meeting), leader_offices(meeting))
        known += [places.filter(called) for places in near]
    found = {name for rows in known for pair in rows.values_list("name", "short_name") for name in pair}
    return [name for name in names if name in found]


def posts_of_place(organisation_id: int, now: datetime) -> QuerySet[Membership]:
    """The posts of an organisation that are held now."""
    return posts_in_force(now).filter(organisation_id=organisation_id)
