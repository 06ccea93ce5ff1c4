"""The rules of time over the API: what is in force, what comes, and every version. Read only."""

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.keyset import keyset_page
from foundation.models import Policy
from workflow.api_shapes import ErrorShape
from workflow.api_view import PAGE, ActorView
from workflow.calendar import ZONE
from workflow.policies import coming, versions
from workflow.policy_table import lines
from workflow.versions import CLOCK_POLICY

COMING = 10  # versions announced at a time


class LimitShape(serializers.Serializer[Any]):
    amount = serializers.IntegerField()
    unit = serializers.CharField(read_only=True)
    at_least_working_days = serializers.IntegerField(allow_null=True)
    text = serializers.CharField(read_only=True, help_text="in the reader's language")


class LineShape(serializers.Serializer[Any]):
    clock = serializers.CharField(source="kind.value", read_only=True)
    klass = serializers.CharField(help_text="empty: whatever the class")
    normal = LimitShape()
    urgent = LimitShape(allow_null=True, help_text="null: as `normal`")


class PolicyShape(serializers.Serializer[Policy]):
    """One version of the rules of time."""

    version = serializers.IntegerField()
    label = serializers.CharField(help_text="how events and clocks name it")
    effective_from = serializers.DateField()
    source = serializers.CharField()
    adopted_as = serializers.CharField(help_text="organisation and role; empty: shipped with the product")
    adopted_at = serializers.DateTimeField(allow_null=True)
    limits = serializers.SerializerMethodField()
    document = serializers.JSONField(source="data")

    @extend_schema(responses=LineShape(many=True))
    def get_limits(self, policy: Policy) -> list[dict[str, Any]]:
        return list(LineShape(lines(policy.data), many=True).data)


class PoliciesShape(serializers.Serializer[Any]):
    in_force = PolicyShape()
    coming = PolicyShape(many=True, help_text="the next first, at most ten")
    next = serializers.CharField(allow_null=True, help_text="address of the next page of `versions`")
    versions = PolicyShape(many=True, help_text="the newest first")


class ClockPoliciesView(ActorView):
    """Which limits apply to a clock that starts today, which ones come, and all there were."""

    @extend_schema(
        operation_id="clock_policies",
        parameters=[OpenApiParameter("cursor", OpenApiTypes.STR, description="from `next` of the page before")],
        responses={200: PoliciesShape, **dict.fromkeys((400, 401, 403, 404, 409), ErrorShape)},
    )
    def get(self, request: Request) -> Response:
        today = timezone.localtime(self.actor.now, ZONE).date()
        page = keyset_page(versions().order_by("-version"), after=request.query_params.get("cursor", ""), size=PAGE)
        address = request.build_absolute_uri(f"{request.path}?cursor={page.next}") if page.next else None
        found = {
            "in_force": Policy.objects.in_force(CLOCK_POLICY, today),
            "coming": list(coming(today)[:COMING]),
            "next": address,
            "versions": page.rows,
        }
        return Response(PoliciesShape(found).data)
