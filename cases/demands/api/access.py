"""Demands that the post's organisation does not have now: granted, left, or shared for the sake of an action item."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.demands import origins, queries, question_sets, reading
from cases.demands.api import shapes
from cases.demands.identity import firm_words
from cases.demands.models import Case
from foundation.errors import NotVisible
from workflow.api_shapes import CURSOR, ERRORS
from workflow.api_subject import LineShape, Shown
from workflow.api_view import ActorView


class FormerRow(serializers.Serializer[Case]):
    """A demand that has left the department; nothing in it changes any more."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    title = serializers.CharField()


class FormerList(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="address of the next page")
    results = FormerRow(many=True)


class AskedShape(serializers.Serializer[Any]):
    points = serializers.ListField(child=serializers.CharField())
    at = serializers.DateTimeField()
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)


class FormerDetail(serializers.Serializer[Any]):
    """What the department saw of it, up to the end of its segment."""

    id = serializers.UUIDField(source="case.public_id")
    number = serializers.CharField(source="case.number")
    title = serializers.CharField(source="case.title")
    text = serializers.CharField(source="case.text")
    wanted = serializers.CharField(source="case.wanted")
    answers = serializers.SerializerMethodField()
    enterprise = serializers.SerializerMethodField()
    left_at = serializers.DateTimeField()
    until_seq = serializers.IntegerField(help_text="the last event that is shown")
    plan = shapes.Step(many=True)
    requests = AskedShape(many=True)
    timeline = LineShape(many=True, source="lines")

    def get_enterprise(self, segment: queries.Segment) -> str:
        return firm_words(segment.case, self.context["actor"])

    @extend_schema_field(shapes.Answer(many=True))
    def get_answers(self, segment: queries.Segment) -> list[dict[str, str]]:
        return [{"label": label, "text": text} for label, text in question_sets.told(segment.case)]


class GrantedView(ActorView):
    """The demands this post may open by a grant, newest first; those at hand are in the main list."""

    @extend_schema(operation_id="cases_granted", parameters=[CURSOR], responses={200: shapes.CaseList, **ERRORS})
    def get(self, request: Request) -> Response:
        found = queries.rows(Case.objects.granted_to(self.actor)).order_by("-id")
        return self.page(request, found, shapes.CaseRow)


class FormerListView(ActorView):
    """The demands that have left the post's department, newest first."""

    @extend_schema(operation_id="cases_former", parameters=[CURSOR], responses={200: FormerList, **ERRORS})
    def get(self, request: Request) -> Response:
        return self.page(request, queries.former_rows(self.actor), FormerRow)


class FormerView(ActorView):
    """One demand as far as the department saw it before it left."""

    @extend_schema(operation_id="cases_former_read", responses={200: FormerDetail, **ERRORS})
    def get(self, request: Request, public_id: UUID) -> Response:
        segment = queries.segment_of(public_id, self.actor)
        if segment is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        reading.note(segment.case, self.actor, reading.Kind.API)
        return Response(FormerDetail(segment, context={"actor": self.actor}).data)


class SharedDetail(serializers.Serializer[Any]):
    """What a department sees of a demand because an action item of issued minutes names it: the task and the text."""

    id = serializers.UUIDField(source="case.public_id")
    number = serializers.CharField(source="case.number")
    title = serializers.CharField(source="case.title")
    text = serializers.CharField(source="case.text")
    enterprise = serializers.SerializerMethodField(help_text="or its alias; empty where no firm asked")
    lead = serializers.CharField(source="case.lead.name", default=None, allow_null=True)
    came_from = shapes.OriginShape(many=True, help_text="the action items; what is reported on them is read there")
    told_due_on = serializers.DateField(
        source="case.told_due_on", allow_null=True, help_text="the date of the minutes while no term runs"
    )

    def get_enterprise(self, shared: Any) -> str:
        return firm_words(shared.case, self.context["actor"])


class SharedView(ActorView):
    """Task and text of one demand, as long as an action item names the post's department; who sees it whole: 404."""

    @extend_schema(operation_id="cases_shared_read", responses={200: SharedDetail, **ERRORS})
    def get(self, request: Request, public_id: UUID) -> Response:
        shared = queries.shared_task(public_id, self.actor)
        if shared is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        reading.note(shared.case, self.actor, reading.Kind.API)
        told = Shown(shared, came_from=origins.of_case(shared.case, self.actor))
        return Response(SharedDetail(told, context={"actor": self.actor}).data)
