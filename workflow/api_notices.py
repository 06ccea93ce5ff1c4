"""Notices through the API: those of the post that asks, newest first, and having read one."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.errors import NotVisible, Refused
from workflow import registry
from workflow.api_shapes import ERRORS
from workflow.api_view import ActorView
from workflow.models import Notice
from workflow.notices import mark_read


class NoticeShape(serializers.Serializer[Notice]):
    """One notice: number, kind, due date and the way to the subject; never its content."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    kind_label = serializers.SerializerMethodField()
    words = serializers.CharField()
    number = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    address = serializers.CharField(help_text="path of the page")
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)

    def get_kind_label(self, notice: Notice) -> str:
        return next((str(kind.label) for kind in registry.message_kinds() if kind.code == notice.kind), notice.kind)


class NoticeList(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="address of the next page")
    results = NoticeShape(many=True)


class NoticesView(ActorView):
    """The notices of this post."""

    @extend_schema(
        operation_id="notices_list",
        parameters=[
            OpenApiParameter("cursor", OpenApiTypes.STR, description="from `next` of the page before"),
            OpenApiParameter("unread", OpenApiTypes.STR, enum=["true"], description="only what has not been read"),
        ],
        responses={200: NoticeList, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        mine = Notice.objects.visible_to(self.actor)
        wanted = request.query_params.get("unread", "")
        if wanted not in ("", "true"):
            raise Refused("unread", _("只能是 true，或者不写"))
        return self.page(request, (mine.unread() if wanted else mine).order_by("-id"), NoticeShape)


class ReadView(ActorView):
    """A notice has been read."""

    @extend_schema(
        operation_id="notices_read",
        parameters=[OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER)],
        request=None,
        responses={200: NoticeShape, **ERRORS},
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        def do() -> tuple[int, Any]:
            mine = Notice.objects.visible_to(self.actor).filter(public_id=public_id)
            notice = mine.first()
            if notice is None:
                raise NotVisible(_("没有找到，或者您不能查看"))
            mark_read([notice.pk], by=self.actor)
            return 200, NoticeShape(mine.get()).data

        return self.answer_once(request, request._request.body, do)
