"""The duty list over the API: searched, and one matter with its versions. Read only."""

from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.demands.api import shapes
from cases.demands.duties.reading import SHOWN_VERSIONS, found, versions
from cases.demands.models import DutyItem
from foundation.errors import NotVisible
from workflow.api_inputs import clean_text
from workflow.api_shapes import CURSOR, ERRORS
from workflow.api_view import ActorView

WISHES = {
    "words": "words of the matter, its legal basis or its code",
    "category": "code of a category",
    "department": "code of a department that owns the matter",
}


class DutyListView(ActorView):
    """The duty list in force, with owners and legal basis."""

    @extend_schema(
        operation_id="duty_items",
        parameters=[
            CURSOR,
            *(OpenApiParameter(name, OpenApiTypes.STR, description=what) for name, what in WISHES.items()),
        ],
        responses={200: shapes.DutyList, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        wishes = {name: clean_text(name, request.query_params.get(name, "")) for name in WISHES}
        return self.page(request, found(wishes), shapes.DutyItemShape)


class DutyView(ActorView):
    """One version of a matter, and all versions there are of it."""

    @extend_schema(operation_id="duty_item", responses={200: shapes.DutyDetail, **ERRORS})
    def get(self, request: Request, public_id: UUID) -> Response:
        code = DutyItem.objects.filter(public_id=public_id).values_list("code", flat=True).first()
        if code is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        all_of_it = list(versions(code)[:SHOWN_VERSIONS])
        asked = DutyItem.objects.filter(public_id=public_id).prefetch_related("owners")
        item = next((one for one in all_of_it if one.public_id == public_id), None) or asked.get()
        return Response({**shapes.DutyRow(item).data, "versions": shapes.DutyRow(all_of_it, many=True).data})
