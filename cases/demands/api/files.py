"""Attachments over the API: sent as multipart forms, a result for each file; fetched one by one."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from cases.demands import moves, queries, reading
from cases.demands.api import shapes
from cases.demands.api.views import detail, visible_case
from cases.demands.forms import FORMS, AttachForm
from cases.demands.models import Case
from foundation.errors import Refused
from foundation.files.serving import answer
from workflow.api_inputs import field_errors, plain_inputs, schema_of
from workflow.api_shapes import ERRORS, KEY
from workflow.api_view import ActorView
from workflow.door import admit
from workflow.specs import specs

# The moves that bring files. Their addresses take a multipart form instead of JSON.
WITH_FILES = ("attach", "attach_public", "attach_internal")
LONGEST_SEEN = 10  # digits; Python reads no number of thousands of them


class FileView(ActorView):
    """The content of one attachment, as the page serves it."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever a client accepts, it gets the file as it is; refusals are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(operation_id="cases_file", responses={(200, "*/*"): OpenApiTypes.BINARY, **ERRORS})
    def get(self, request: Request, public_id: UUID, file_id: UUID) -> HttpResponseBase:
        attachment = queries.file_of(public_id, file_id, self.actor)
        reading.note_many([attachment.case_id], self.actor, reading.Kind.EXPORT)
        return answer(attachment.file)


class AttachView(ActorView):
    """Files join a demand. Those that are refused are named, and the others are taken all the same."""

    parser_classes = (MultiPartParser,)
    action = ""

    def run(self, request: Request, public_id: UUID) -> HttpResponse:
        data = dict(request.POST.items())
        sent, actor = request.FILES.getlist("uploads"), self.actor
        parts = [*sorted(data.items()), *((file.name, file.sha256) for file in sent)]
        body = repr([(str(name), str(value)) for name, value in parts]).encode()

        def do() -> tuple[int, Any]:
            case = visible_case(actor, public_id)
            seen = _seen(data)
            admit(case, self.action, by=actor, seen=seen)
            fields = {"description": FORMS[self.action].base_fields["description"]}
            inputs = plain_inputs(data, fields, also=frozenset({"seen"}))
            form = cast("AttachForm", FORMS[self.action](inputs, request.FILES, case=case, actor=actor))
            accepted = form.accepted()
            if not accepted or set(form.errors) - {"uploads"}:
                raise field_errors(form)
            run = getattr(moves, specs(Case)[self.action].run)
            description = inputs.get("description") or ""
            run(case.pk, by=actor, seen=seen, uploads=accepted, description=description)
            return 200, {
                "refused": [str(sentence) for sentence in form.errors.get("uploads") or ()],
                "case": detail(visible_case(actor, public_id), actor),
            }

        return self.answer_once(request, body, do)


def _seen(data: dict[str, Any]) -> int | None:
    """The chain sequence, which a form sends as text; it is not compared, for files only add."""
    seen = str(data.get("seen", ""))
    if not seen:
        return None
    if not (seen.isascii() and seen.isdecimal() and len(seen) <= LONGEST_SEEN and int(seen) < 2**31):
        raise Refused("seen", _("seen 应是您看到的流转序号"))
    return int(seen)


class AttachResult(serializers.Serializer[Any]):
    """What became of the files: the sentences of those that were refused, and the demand as it is now."""

    refused = serializers.ListField(child=serializers.CharField())
    case = shapes.CaseDetail()


def attach_view(action: str) -> type[AttachView]:
    """The view of one move that brings files, with an operation of its own in the schema."""
    spec = specs(Case)[action]
    name = action.title().replace("_", "")
    fields = {"description": FORMS[action].base_fields["description"]}
    shape = schema_of(
        f"{name}Input",
        fields,
        uploads=serializers.ListField(child=serializers.FileField()),
        seen=serializers.IntegerField(required=False),
    )

    @extend_schema(
        operation_id=f"cases_{action}",
        description=str(spec.label),
        parameters=[KEY],
        request={"multipart/form-data": shape},
        responses={200: AttachResult, **ERRORS},
    )
    def post(self: AttachView, request: Request, public_id: UUID) -> HttpResponse:
        return self.run(request, public_id)

    return type(f"{name}View", (AttachView,), {"action": action, "post": post})
