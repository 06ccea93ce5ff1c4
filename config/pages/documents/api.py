"""Documents over the API: those this post reads, one of them, and its file."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.pages.documents.finding import PARAMETERS, document_of, found
from config.pages.documents.viewer import taken_out
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from foundation.models import JobState
from workflow.api_inputs import clean_text
from workflow.api_shapes import CURSOR, ERRORS
from workflow.api_view import ActorView
from workflow.registry import note_opened

WISHES = {
    "q": "words of the number or the title",
    "kind": "MINUTES, RECEIPT, … as in `kind`",
    "status": "VALID, REPLACED or WITHDRAWN",
    "year": "of the number",
}


class DocumentShape(serializers.Serializer[Document]):
    """One version of a document."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(choices=DocumentKind.choices)
    number = serializers.CharField()
    title = serializers.CharField()
    issuer = serializers.CharField()
    issued_on = serializers.DateField()
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=DocumentStatus.choices)
    status_at = serializers.DateTimeField(allow_null=True)
    status_reason = serializers.CharField(help_text="why it was replaced or withdrawn")
    state = serializers.SerializerMethodField(help_text="WAITING, RUNNING, DONE (there is a file) or FAILED")
    pages = serializers.IntegerField(allow_null=True)
    signer = serializers.CharField(help_text="empty without a signature")
    content_sha256 = serializers.CharField(help_text="of the machine-readable content")
    file_sha256 = serializers.CharField(help_text="of the PDF; empty until it is made")
    verify = serializers.SerializerMethodField(help_text="address of its public page")

    def get_state(self, document: Document) -> str:
        return JobState(document.making(self.context["actor"].now)).value

    def get_verify(self, document: Document) -> str:
        return settings.SITE_URL + reverse("verified", args=[document.code])


class DocumentPage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="address of the next page")
    results = DocumentShape(many=True)


class DocumentsView(ActorView):
    """The documents this post reads, the newest first."""

    http_method_names = ["get", "head"]

    @extend_schema(
        operation_id="documents",
        parameters=[
            CURSOR,
            *(OpenApiParameter(name, OpenApiTypes.STR, description=said) for name, said in WISHES.items()),
        ],
        responses={200: DocumentPage, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        wishes = {name: clean_text(name, request.query_params.get(name, "")) for name in PARAMETERS}
        return self.page(request, found(self.actor, wishes), DocumentShape)


class DocumentView(ActorView):
    """One version of a document, and how far its file is."""

    http_method_names = ["get", "head"]

    @extend_schema(operation_id="documents_read", responses={200: DocumentShape, **ERRORS})
    def get(self, request: Request, public_id: UUID) -> Response:
        document = document_of(self.actor, public_id)
        note_opened(document.subject_kind, [document.subject_id], self.actor)
        return Response(DocumentShape(document, context={"actor": self.actor}).data)


class DocumentFileView(ActorView):
    """The PDF, as the page serves it."""

    http_method_names = ["get", "head"]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever a client accepts, it gets the file as it is; refusals are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(operation_id="documents_file", responses={(200, "*/*"): OpenApiTypes.BINARY, **ERRORS})
    def get(self, request: Request, public_id: UUID) -> HttpResponseBase:
        return taken_out(document_of(self.actor, public_id), self.actor)


urlpatterns = [
    path("", DocumentsView.as_view(), name="documents"),
    path("<uuid:public_id>/", DocumentView.as_view(), name="document"),
    path("<uuid:public_id>/file/", DocumentFileView.as_view(), name="document-file"),
]
