"""The directory over the API: the lists and enterprises in full, with the same rights and the same writes as pages."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.pages.directory import shapes
from config.pages.directory.finding import entry_of, kind_of
from foundation.errors import NotYours, Refused
from parties import rights
from parties.changes import add_enterprise, change_enterprise
from parties.directory import found
from parties.entry_forms import EntryForm
from parties.fields import FIELDS
from parties.models import Enterprise
from workflow.api_inputs import clean_text, field_errors, plain_inputs
from workflow.api_shapes import CURSOR, ERRORS, KEY
from workflow.api_view import ActorView

WISHES = {
    "q": "at least 2 characters of a name or code",
    "district": "code of the district",
    "industry": "words of the industry",
    "formation": "SINGLE, JOINT or AREA, of party organisations",
    "active": "0: those out of use; all: every one; else those in use",
}
ENTERPRISES = "enterprises"


class ListView(ActorView):
    """One list of the directory. A filter that a list does not have counts for nothing."""

    kind: ClassVar[str]
    row: ClassVar[type[serializers.Serializer[Any]]]

    def get(self, request: Request) -> Response:
        wishes = {name: clean_text(name, request.query_params.get(name, "")) for name in WISHES}
        return self.page(request, found(kind_of(self.kind, self.actor), self.actor, wishes), self.row)


def list_of(kind: str, row: type[serializers.Serializer[Any]], what: str) -> type[ListView]:
    """The view of one list, described for the schema."""
    described = extend_schema(
        operation_id=f"directory_{kind.replace('-', '_')}",
        description=what,
        parameters=[
            CURSOR,
            *(OpenApiParameter(name, OpenApiTypes.STR, description=said) for name, said in WISHES.items()),
        ],
        responses={200: shapes.page_of(row), **ERRORS},
    )

    def get(self: ListView, request: Request) -> Response:
        return ListView.get(self, request)

    return type(f"{row.__name__}List", (ListView,), {"kind": kind, "row": row, "get": described(get), "__doc__": what})


class EnterprisesView(list_of(ENTERPRISES, shapes.EnterpriseRow, "The enterprises this post reads, by name.")):  # type: ignore[misc]
    """The enterprises this post reads, by name; and a new one."""

    @extend_schema(
        operation_id="directory_enterprise_add",
        parameters=[KEY],
        request=shapes.EnterpriseFields,
        responses={201: shapes.EnterpriseDetail, **ERRORS},
    )
    def post(self, request: Request) -> HttpResponse:
        kind_of(ENTERPRISES, self.actor)
        if not rights.may_add(Enterprise, self.actor):
            raise NotYours(rights.BY_OFFICES)
        data = request.data

        def do() -> tuple[int, Any]:
            values = _values(data, self.actor, names=FIELDS[Enterprise])
            return 201, _detail(add_enterprise(by=self.actor, **values), self.actor)

        return self.answer_once(request, request._request.body, do)


class EnterpriseView(ActorView):
    """One enterprise, and changes of it."""

    http_method_names: ClassVar[list[str]] = ["get", "head", "patch"]

    @extend_schema(operation_id="directory_enterprise", responses={200: shapes.EnterpriseDetail, **ERRORS})
    def get(self, request: Request, public_id: UUID) -> Response:
        return Response(_detail(self._firm(public_id), self.actor))

    @extend_schema(
        operation_id="directory_enterprise_change",
        parameters=[KEY],
        request=shapes.EnterpriseChange,
        responses={200: shapes.EnterpriseDetail, **ERRORS},
    )
    def patch(self, request: Request, public_id: UUID) -> HttpResponse:
        firm, data = self._firm(public_id), request.data
        if not rights.editable(firm, self.actor):
            raise NotYours(rights.BY_OFFICES)

        def do() -> tuple[int, Any]:
            seen = data.get("seen") if isinstance(data, dict) else None
            if not isinstance(seen, str) or not seen:
                raise Refused("seen", _("seen 应是您看到的条目所带的值"))
            given = [name for name in FIELDS[Enterprise] if name in data]
            values = _values(data, self.actor, names=given, entry=firm)
            return 200, _detail(change_enterprise(firm, by=self.actor, seen=seen, **values), self.actor)

        return self.answer_once(request, request._request.body, do)

    def _firm(self, public_id: UUID) -> Enterprise:
        return entry_of(kind_of(ENTERPRISES, self.actor), public_id, self.actor)


def _values(data: Any, by: Any, *, names: Any, entry: Enterprise | None = None) -> dict[str, Any]:
    """The body through the form of the pages. Raises Refused and InvalidInputs."""
    every = EntryForm(model=Enterprise, by=by, names=FIELDS[Enterprise]).fields
    inputs = plain_inputs(data, every, also=frozenset({"seen"} if entry else ()))
    form = EntryForm(inputs, model=Enterprise, by=by, names=names)
    if not form.is_valid():
        raise field_errors(form)
    return form.cleaned_data


def _detail(firm: Enterprise, by: Any) -> Any:
    return shapes.EnterpriseDetail(firm, context={"actor": by}).data


urlpatterns = [
    path("enterprises/", EnterprisesView.as_view(), name="directory-enterprises"),
    path("enterprises/<uuid:public_id>/", EnterpriseView.as_view(), name="directory-enterprise"),
    path(
        "departments/",
        list_of("departments", shapes.DepartmentRow, "The departments this post reads, by name.").as_view(),
        name="directory-departments",
    ),
    path(
        "offices/",
        list_of("offices", shapes.OfficeRow, "The offices this post reads, by name.").as_view(),
        name="directory-offices",
    ),
    path(
        "party-organisations/",
        list_of(
            "party-organisations", shapes.PartyOrganisationRow, "The party organisations this post reads, by name."
        ).as_view(),
        name="directory-party-organisations",
    ),
    path(
        "people/",
        list_of("people", shapes.PersonRow, "The people this post sees, with their posts, by name.").as_view(),
        name="directory-people",
    ),
]
