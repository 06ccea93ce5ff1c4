"""The boxes of the home page for meetings: whose turn it is, who must answer or comment, what is to be reported on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dialogue.symposia import queries
from dialogue.symposia.enums import MeetingState
from dialogue.symposia.models import ORGANISER, ActionItem, Meeting, Participant
from dialogue.symposia.rules import HOSTS, ORGANISERS, is_signer
from dialogue.symposia.views import words
from parties.roles import ENTERPRISE_ROLES, Role
from workflow.actor import Actor
from workflow.calendars import calendar_in_force
from workflow.models import Event
from workflow.registry import InboxEntry
from workflow.time_left import TimeLeft, time_left

# The word on the button of a to-do line, by state.
NEXT: dict[str, Any] = {
    MeetingState.COLLECTING: _("筹备"),
    MeetingState.NOTIFIED: _("组织"),
    MeetingState.HELD: _("起草"),
    MeetingState.DRAFTING: _("起草"),
    MeetingState.COMMENTING: _("修改"),
    MeetingState.IN_APPROVAL: pgettext_lazy("verb", "签发"),
    MeetingState.APPROVED: pgettext_lazy("verb", "印发"),
}
# Who answers and comments for an organisation: others may, but are not reminded of it.
ANSWERING = ENTERPRISE_ROLES | {Role.DEPARTMENT_LIAISON, Role.LEADER_OFFICE}
REPORTING = frozenset({Role.DEPARTMENT_LIAISON, Role.HANDLER})


class MeetingInbox:
    """Meetings whose turn it is, those this person moved, and those they planned."""

    name = "meetings"

    def box(self, actor: Actor, box: str) -> QuerySet[Meeting] | None:
        if actor.post is None or actor.role not in ORGANISERS | HOSTS:
            return None
        if box == "todo":
            # The time left may be nobody's while a correction is written; the day of the meeting is always there.
            return queries.rows(_todo(actor)).order_by("starts_at", "id")
        if box == "mine":
            mine = Meeting.objects.listed_for(actor).filter(opened_by_id=actor.user_id)
        else:
            moved = Event.objects.filter(user_id=actor.user_id, subject_kind=Meeting.ledger_kind).values("subject_id")
            mine = Meeting.objects.listed_for(actor).filter(pk__in=moved).exclude(pk__in=_todo(actor).values("pk"))
        return queries.rows(mine).order_by("-id")

    def entries(self, actor: Actor, rows: Iterable[Meeting]) -> list[InboxEntry]:
        """No statement runs here."""
        return [_entry(row, actor) for row in rows]


def _entry(row: Meeting, actor: Actor) -> InboxEntry:
    """What is next, for whoever does it; the minutes that wait for a signature open as the text that is signed."""
    signs = is_signer(row, actor) and row.state == MeetingState.IN_APPROVAL
    desk = row.turn_role == ORGANISER and row.turn_org_id == actor.organisation_id and actor.role in ORGANISERS
    label = NEXT.get(row.state, _("查看")) if signs or desk else _("查看")
    url = reverse("symposia:act", args=[row.public_id, "approve_issue"]) if signs else ""
    return entry(row, due_at=row.next_due_at, left=words.left(row, actor.now), label=label, url=url)


def _todo(actor: Actor) -> QuerySet[Meeting]:
    """What waits for the desk this person sits at, or for them in person as whoever signs."""
    desk = Q(turn_role=ORGANISER) if actor.role in ORGANISERS else Q(pk=None)
    signs = Q(signer_id=actor.person_id) | Q(signer=None, host_id=actor.person_id)
    mine = Q(signs, turn_role=actor.role) if actor.role in HOSTS else Q(pk=None)
    return Meeting.objects.visible_to(actor).filter(desk | mine, turn_org_id=actor.organisation_id)


class InvitationInbox:
    """Invitations that wait for an answer, and drafts of minutes that wait for a comment."""

    name = "invitations"

    def box(self, actor: Actor, box: str) -> QuerySet[Participant] | None:
        if box != "todo" or actor.role not in ANSWERING:
            return None
        rows = Participant.objects.filter(organisation_id=actor.organisation_id, next_due_at__isnull=False)
        readable = Meeting.objects.visible_to(actor).order_by().values("pk")
        names = ("meeting__office", "meeting__host", "meeting__host_org")
        return rows.filter(meeting__in=readable).select_related(*names).order_by("next_due_at", "id")

    def entries(self, actor: Actor, rows: Iterable[Participant]) -> list[InboxEntry]:
        """No statement runs here."""
        return [_invitation(row, actor) for row in rows]


def _invitation(row: Participant, actor: Actor) -> InboxEntry:
    """An answer is given after reading what is talked about, a comment on the page of the draft."""
    answers = row.meeting.state == MeetingState.NOTIFIED
    return entry(
        row.meeting,
        due_at=row.next_due_at,
        left=_left(row.next_due_at, actor.now),
        label=_("回复参会") if answers else _("提出意见"),
        url="" if answers else reverse("symposia:comments", args=[row.meeting.public_id]),
    )


class ItemInbox:
    """Action items on which their lead is to report: to its liaison all, to a handler those in their own hands."""

    name = "action-items"

    def box(self, actor: Actor, box: str) -> QuerySet[ActionItem] | None:
        if box != "todo" or actor.role not in REPORTING:
            return None
        rows = queries.to_report(actor)
        return rows.filter(case__handler_id=actor.person_id) if actor.role == Role.HANDLER else rows

    def entries(self, actor: Actor, rows: Iterable[ActionItem]) -> list[InboxEntry]:
        """No statement runs here."""
        return [
            InboxEntry(
                title=row.words,
                number=row.meeting.minutes_number,
                meta=(row.meeting.title, row.meeting.office.name),
                state_label=(badge := words.standing_badge(row)).label,
                state_tone=badge.tone,
                state_icon=badge.icon,
                due_at=row.next_due_at,
                time_left=(left := _left(row.next_due_at, actor.now)),
                url=reverse("symposia:item", args=[row.public_id]),
                action_label=_("报进展"),
                hot=left is not None and left.tone == "over",
            )
            for row in rows
        ]


def entry(row: Meeting, *, due_at: datetime | None, left: TimeLeft | None, label: Any, url: str = "") -> InboxEntry:
    """A line for a meeting that is loaded with its office and host; it leads to `url`, or to the meeting."""
    tone, icon = words.LOOK[row.state]
    return InboxEntry(
        title=row.title,
        number=row.minutes_number,
        meta=(*words.facts(row), row.office.name),
        state_label=row.get_state_display(),
        state_tone=tone,
        state_icon=icon,
        due_at=due_at,
        time_left=left,
        url=url or reverse("symposia:meeting", args=[row.public_id]),
        action_label=label,
        hot=left is not None and left.tone == "over",
    )


def _left(due_at: datetime | None, now: datetime) -> TimeLeft | None:
    return time_left(now=now, due_at=due_at, calendar=calendar_in_force()) if due_at else None
