"""Addresses of meetings and action items. Every one signs in by itself: by token, or by session."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.demands.models import Case
from dialogue.symposia import documents, moves, queries
from dialogue.symposia.api import shapes
from dialogue.symposia.enums import MeetingKind, MeetingState, Standing
from dialogue.symposia.forms.fields import MeetingForm
from dialogue.symposia.forms.table import FORMS
from dialogue.symposia.models import ActionItem, Meeting, Topic
from dialogue.symposia.rules import MOST_INVITED, ORGANISERS
from foundation.errors import NotVisible, Refused
from workflow.actor import Actor
from workflow.api_moves import MoveView
from workflow.api_shapes import CURSOR, ERRORS
from workflow.api_subject import Shown, actions_of
from workflow.api_view import ActorView
from workflow.timeline import clocks_of, last_of, timeline

MOST_SHOWN = 100  # rows of each list inside a meeting


def visible_meeting(actor: Actor, public_id: UUID) -> Meeting:
    """The meeting with its names, when this actor may see it; NotVisible otherwise."""
    meeting = queries.with_names(Meeting.objects.visible_to(actor)).filter(public_id=public_id).first()
    if meeting is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return meeting


def detail(meeting: Meeting, actor: Actor) -> dict[str, Any]:
    """The meeting for one reader."""
    whole = queries.sees_whole(meeting, actor)
    topics = list(topics_of(meeting, actor))
    items = queries.of_meeting(meeting) if whole else []
    cases = open_cases([row.case_id for row in (*topics, *items)], actor)
    shown = Shown(
        meeting,
        whole=whole,
        seen=last_of(Meeting, [meeting.pk], actor).get(meeting.pk, meeting.head_seq),
        topics=[Shown(topic, case=cases.get(topic.case_id)) for topic in topics],
        participants=list(participants_of(meeting, actor)) if whole else [],
        items=[Shown(item, case_shown=cases.get(item.case_id)) for item in items],
        documents=documents.of_meeting(meeting, actor) if whole else [],
        clocks=clocks_of(meeting) if whole else [],
        timeline=timeline(meeting, actor) if whole else [],
        actions=actions_of(meeting, actor),
    )
    return dict(shapes.MeetingDetail(shown, context={"actor": actor}).data)


def topics_of(meeting: Meeting, actor: Actor) -> QuerySet[Topic]:
    """Those on the agenda in their order, then the others as they came."""
    topics = Topic.objects.visible_to(actor).filter(meeting=meeting).select_related("lead")
    return topics.order_by("position", "id")[:MOST_SHOWN]


def participants_of(meeting: Meeting, actor: Actor) -> list[Shown]:
    """Those invited; why and what they wrote with their answer only for the organising office and for themselves.

    Before the notice only the organising office and the host are shown whom it will go to.
    """
    office = actor.organisation_id == meeting.office_id and actor.role in ORGANISERS
    if not office and actor.organisation_id != meeting.host_org_id and meeting.notified_at is None:
        return []
    rows = meeting.participants.select_related("organisation").order_by("part", "id")[:MOST_INVITED]
    return [
        Shown(
            row,
            reason=row.reason if office else "",
            answer_note=row.answer_note if office or row.organisation_id == actor.organisation_id else "",
        )
        for row in rows
    ]


def open_cases(ids: Iterable[int | None], actor: Actor) -> dict[int, str]:
    """The public ids of those of these demands that the actor may open; one statement, and none for no demand."""
    if not (wanted := {pk for pk in ids if pk}):
        return {}
    seen = Case.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", "public_id")
    return {pk: str(public_id) for pk, public_id in seen}


def item_rows(actor: Actor) -> QuerySet[ActionItem]:
    """The items this actor may see, with all that a row shows, the demand only where they may open it."""
    seen = Case.objects.visible_to(actor).order_by().filter(pk=OuterRef("case_id"))
    rows = queries.item_rows(ActionItem.objects.visible_to(actor)).prefetch_related("others")
    return rows.annotate(case_shown=Subquery(seen.values("public_id")[:1]))


def chosen(rows: QuerySet[Any], request: Request, name: str, known: Mapping[str, Q]) -> QuerySet[Any]:
    """Those of the rows that the query string asks for by this name. Raises Refused for a value that is none."""
    value = request.query_params.get(name, "")
    if value and value not in known:
        raise Refused(name, _("没有这个选项"))
    return rows.filter(known[value]) if value else rows


class MeetingListView(ActorView):
    """The meetings this post may see, the latest first."""

    @extend_schema(
        operation_id="meetings_list",
        parameters=[
            CURSOR,
            OpenApiParameter("state", OpenApiTypes.STR, enum=MeetingState.values),
            OpenApiParameter("kind", OpenApiTypes.STR, enum=MeetingKind.values),
        ],
        responses={200: shapes.MeetingList, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        meetings = queries.with_names(Meeting.objects.visible_to(self.actor))
        for name, known in (("state", MeetingState.values), ("kind", MeetingKind.values)):
            meetings = chosen(meetings, request, name, {value: Q(**{name: value}) for value in known})
        return self.page(request, meetings.order_by("-starts_at", "-id"), shapes.MeetingRow)


class MeetingView(ActorView):
    """One meeting with agenda, list, items, papers and timeline, and what the reader may do."""

    @extend_schema(operation_id="meetings_read", responses={200: shapes.MeetingDetail, **ERRORS})
    def get(self, request: Request, public_id: UUID) -> Response:
        return Response(detail(visible_meeting(self.actor, public_id), self.actor))


class ItemListView(ActorView):
    """The action items of the meetings this post may see, the newest first."""

    @extend_schema(
        operation_id="action_items_list",
        parameters=[
            CURSOR,
            OpenApiParameter("standing", OpenApiTypes.STR, enum=Standing.values),
            OpenApiParameter(
                "mine", OpenApiTypes.STR, enum=["lead"], description="those of which the post is the lead"
            ),
        ],
        responses={200: shapes.ItemList, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        items = item_rows(self.actor)
        items = chosen(items, request, "standing", queries.STANDING)
        items = chosen(items, request, "mine", {"lead": Q(lead_id=self.actor.organisation_id)})
        return self.page(request, items.order_by("-id"), shapes.ItemRow)


class ItemView(ActorView):
    """One action item with what was reported on it."""

    @extend_schema(operation_id="action_items_read", responses={200: shapes.ItemDetail, **ERRORS})
    def get(self, request: Request, public_id: UUID) -> Response:
        item = item_rows(self.actor).filter(public_id=public_id).first()
        if item is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        return Response(shapes.ItemDetail(Shown(item, progress=queries.progress_of(item))).data)


class MeetingMoveView(MoveView):
    """One move of a meeting."""

    model, moves, operations, shape = Meeting, moves, "meetings", shapes.MeetingDetail

    @classmethod
    def form_of(cls, action: str) -> type[MeetingForm]:
        return FORMS[action]

    def find(self, public_id: UUID) -> Meeting:
        return visible_meeting(self.actor, public_id)

    def bound(self, subject: Meeting, inputs: dict[str, Any]) -> MeetingForm:
        return FORMS[self.action](inputs, meeting=subject, actor=self.actor)

    def shown(self, pk: int) -> Any | None:
        after = queries.with_names(Meeting.objects.visible_to(self.actor)).filter(pk=pk).first()
        return None if after is None else detail(after, self.actor)
