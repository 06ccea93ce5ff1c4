"""Addresses of meetings and action items. Every one signs in by itself: by token, or by session."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.demands.models import Case
from dialogue.symposia import moves, queries
from dialogue.symposia.api import shapes
from dialogue.symposia.api.detail import detail
from dialogue.symposia.api.forms import MOVES
from dialogue.symposia.enums import MeetingKind, MeetingState, Standing
from dialogue.symposia.forms.fields import MeetingForm
from dialogue.symposia.forms.planning import OpenForm
from dialogue.symposia.models import ActionItem, Meeting
from dialogue.symposia.rules import ORGANISERS
from foundation.errors import NotVisible, NotYours, Refused
from parties.models import Office
from workflow.actor import Actor
from workflow.api_inputs import field_errors, plain_inputs, schema_of
from workflow.api_moves import MoveView
from workflow.api_shapes import CURSOR, ERRORS, KEY
from workflow.api_subject import Shown
from workflow.api_view import ActorView


def visible_meeting(actor: Actor, public_id: UUID) -> Meeting:
    """The meeting with its names, when this actor may see it; NotVisible otherwise."""
    meeting = queries.with_names(Meeting.objects.visible_to(actor)).filter(public_id=public_id).first()
    if meeting is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return meeting


def item_rows(items: QuerySet[ActionItem], actor: Actor) -> QuerySet[ActionItem]:
    """These items, with all that a row shows; the demand only where this actor may open it, whole or task and text."""
    whole, part = Case.objects.visible_to(actor), Case.objects.shared_with(actor)
    shown = {"case_shown": whole, "task_shown": part}
    rows = queries.item_rows(items).prefetch_related("others")
    return rows.annotate(
        **{
            name: Subquery(cases.order_by().filter(pk=OuterRef("case_id")).values("public_id")[:1])
            for name, cases in shown.items()
        }
    )


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
        meetings = queries.rows(Meeting.objects.listed_for(self.actor))
        for name, known in (("state", MeetingState.values), ("kind", MeetingKind.values)):
            meetings = chosen(meetings, request, name, {value: Q(**{name: value}) for value in known})
        return self.page(request, meetings.order_by("-starts_at", "-id"), shapes.MeetingRow)

    @extend_schema(
        operation_id="meetings_open",
        parameters=[KEY],
        request=schema_of("OpenMeetingInput", OpenForm.base_fields),
        responses={201: shapes.MeetingDetail, **ERRORS},
    )
    def post(self, request: Request) -> HttpResponse:
        """A meeting of the post's own office is written down, and topics are called for."""
        body, data = request._request.body, request.data

        def do() -> tuple[int, Any]:
            office = Office.objects.filter(pk=self.actor.organisation_id).first()
            if office is None or self.actor.role not in ORGANISERS:
                raise NotYours(_("只有主办单位可以办理"))
            draft = Meeting(office=office, district_id=office.serves_id)
            form = OpenForm(plain_inputs(data, OpenForm.base_fields), meeting=draft, actor=self.actor)
            if not form.is_valid():
                raise field_errors(form)
            meeting = moves.open_meeting(by=self.actor, **form.cleaned_data)
            return 201, detail(visible_meeting(self.actor, meeting.public_id), self.actor)

        return self.answer_once(request, body, do)


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
                "mine",
                OpenApiTypes.STR,
                enum=["lead", "help"],
                description="those of which the post's department is the lead, or with which it helps",
            ),
        ],
        responses={200: shapes.ItemList, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        items = item_rows(ActionItem.objects.listed_for(self.actor), self.actor)
        items = chosen(items, request, "standing", queries.STANDING)
        place = self.actor.organisation_id
        items = chosen(items, request, "mine", {"lead": Q(lead_id=place), "help": queries.helped_by(place)})
        return self.page(request, items.order_by("-id"), shapes.ItemRow)


class ItemView(ActorView):
    """One action item with what was reported on it."""

    @extend_schema(operation_id="action_items_read", responses={200: shapes.ItemDetail, **ERRORS})
    def get(self, request: Request, public_id: UUID) -> Response:
        item = item_rows(ActionItem.objects.visible_to(self.actor), self.actor).filter(public_id=public_id).first()
        if item is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        return Response(shapes.ItemDetail(Shown(item, progress=queries.progress_of(item))).data)


class MeetingMoveView(MoveView):
    """One move of a meeting."""

    model, moves, operations, shape = Meeting, moves, "meetings", shapes.MeetingDetail

    @classmethod
    def form_of(cls, action: str) -> type[MeetingForm]:
        return MOVES[action]

    def find(self, public_id: UUID) -> Meeting:
        return visible_meeting(self.actor, public_id)

    def bound(self, subject: Meeting, inputs: dict[str, Any]) -> MeetingForm:
        return MOVES[self.action](inputs, meeting=subject, actor=self.actor)

    def shown(self, pk: int) -> Any | None:
        after = queries.with_names(Meeting.objects.visible_to(self.actor)).filter(pk=pk).first()
        return None if after is None else detail(after, self.actor)
