"""What the addresses of every system take and answer alike."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

KEY = OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER)
CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="from `next` of the page before")


class ErrorShape(serializers.Serializer[Any]):
    """The one body of every refusal."""

    code = serializers.CharField()
    detail = serializers.CharField(help_text="a sentence for people, in the language of the person")
    fields = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="with bad_input: the sentences by input",
    )


ERRORS = dict.fromkeys((400, 401, 403, 404, 409), ErrorShape)
