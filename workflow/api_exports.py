"""Lists as files through the API: which there are, asking for one, how far it is, and the file."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.errors import NotVisible, Refused
from foundation.files.serving import answer
from foundation.models import Export
from foundation.sheets.kinds import SheetKind
from workflow import registry
from workflow.api_inputs import storable
from workflow.api_shapes import ERRORS, KEY
from workflow.api_view import ActorView
from workflow.exports.asking import file_of, kept_query, offer, start_export, state_of, try_again


class ExportShape(serializers.Serializer[Export]):
    """One export and how far it is."""

    id = serializers.UUIDField(source="public_id")
    list = serializers.CharField(source="name")
    title = serializers.CharField()
    query = serializers.CharField(help_text="query string of the list")
    columns = serializers.ListField(child=serializers.CharField())
    format = serializers.CharField(source="kind")
    state = serializers.SerializerMethodField(help_text="WAITING, RUNNING, DONE, FAILED or OVER (the file is gone)")
    percent = serializers.IntegerField(source="job.share", allow_null=True)
    rows = serializers.IntegerField(allow_null=True)
    detail = serializers.CharField(source="job.message", help_text="with FAILED: the sentence that says why")
    created_at = serializers.DateTimeField()
    keep_until = serializers.DateTimeField(source="file.keep_until", allow_null=True, default=None)

    def get_state(self, export: Export) -> str:
        return state_of(export, self.context["actor"].now)


class ExportPage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="address of the next page")
    results = ExportShape(many=True)


class ExportInput(serializers.Serializer[Any]):
    """Describes the body to the schema; `_inputs` reads it."""

    list = serializers.CharField(help_text="name from /exports/lists/")
    query = serializers.CharField(required=False, help_text="query string of the list's page")
    columns = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="left out: those taken out last, or the usual ones"
    )
    format = serializers.ChoiceField(choices=SheetKind.choices, required=False)


class ColumnShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()


class ExportableShape(serializers.Serializer[Any]):
    """A list that can be asked for; whether this reader may open it is told when they ask."""

    name = serializers.CharField()
    title = serializers.CharField()
    parameters = serializers.SerializerMethodField()
    columns = ColumnShape(many=True)

    def get_parameters(self, listed: registry.ExportableList) -> list[str]:
        return [*listed.places, *listed.parameters]


class ExportableLists(serializers.Serializer[Any]):
    results = ExportableShape(many=True)


class ListsView(ActorView):
    """The lists that can be taken out, with their columns and the parameters of their query string."""

    @extend_schema(operation_id="exports_lists", responses={200: ExportableLists, **ERRORS})
    def get(self, request: Request) -> Response:
        return Response({"results": ExportableShape(list(registry.exports().values()), many=True).data})


class ExportsView(ActorView):
    """What this post has taken out, and taking out a list."""

    @extend_schema(
        operation_id="exports_list",
        parameters=[OpenApiParameter("cursor", OpenApiTypes.STR, description="from `next` of the page before")],
        responses={200: ExportPage, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        return self.page(request, _mine(self).order_by("-id"), ExportShape)

    @extend_schema(
        operation_id="exports_start", parameters=[KEY], request=ExportInput, responses={202: ExportShape, **ERRORS}
    )
    def post(self, request: Request) -> HttpResponse:
        def do() -> tuple[int, Any]:
            name, query, columns, kind = _inputs(request.data)
            listed = registry.exports().get(name)
            if listed is None:
                raise Refused("list", _("没有这个列表，可选的在 /exports/lists/"))
            usual = offer(listed, listed.ask(self.actor, kept_query(listed, query)), by=self.actor)
            export = start_export(
                by=self.actor,
                name=name,
                query=query,
                columns=usual.ticked if columns is None else columns,
                kind=kind or usual.kind,
            )
            return 202, _told(self, export)

        return self.answer_once(request, request._request.body, do)


class ExportView(ActorView):
    """How far one export is."""

    @extend_schema(operation_id="exports_read", responses={200: ExportShape, **ERRORS})
    def get(self, request: Request, public_id: UUID) -> Response:
        export = _mine(self).filter(public_id=public_id).first()
        if export is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        return Response(_told(self, export))


class AgainView(ActorView):
    """What failed is tried once more."""

    @extend_schema(operation_id="exports_again", parameters=[KEY], request=None, responses={202: ExportShape, **ERRORS})
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        def do() -> tuple[int, Any]:
            return 202, _told(self, try_again(public_id, by=self.actor))

        return self.answer_once(request, request._request.body, do)


class ExportFileView(ActorView):
    """The file, for its owner alone."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever a client accepts, it gets the file as it is; refusals are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(operation_id="exports_file", responses={(200, "*/*"): OpenApiTypes.BINARY, **ERRORS})
    def get(self, request: Request, public_id: UUID) -> HttpResponseBase:
        return answer(file_of(public_id, self.actor))


def _mine(view: ActorView) -> Any:
    return Export.objects.visible_to(view.actor).select_related("job", "file")


def _told(view: ActorView, export: Export) -> Any:
    return ExportShape(export, context={"actor": view.actor}).data


def _inputs(data: Any) -> tuple[str, QueryDict, list[str] | None, str]:
    """The body as list, query, columns (None: not said) and format. Raises Refused."""
    if isinstance(data, QueryDict) or not isinstance(data, dict):
        raise Refused("", _("请求内容应是一个 JSON 对象"))
    if unknown := [name for name in data if name not in ("list", "query", "columns", "format")]:
        raise Refused(unknown[0][:40].encode("utf-8", "replace").decode(), _("没有这一项"))
    texts = {name: data.get(name) or "" for name in ("list", "query", "format")}
    for name, value in texts.items():
        if not isinstance(value, str) or not storable(value):
            raise Refused(name, _("这一项应是文字（JSON 字符串）"))
    columns = data.get("columns")
    if columns is not None and not (
        isinstance(columns, list) and all(isinstance(one, str) and storable(one) for one in columns)
    ):
        raise Refused("columns", _("这一项应是由列名组成的列表"))
    return texts["list"], QueryDict(texts["query"]), columns, texts["format"]
