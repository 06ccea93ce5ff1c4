"""Shapes that the addresses of every system answer with."""

from typing import Any

from rest_framework import serializers


class ErrorShape(serializers.Serializer[Any]):
    """The one body of every refusal."""

    code = serializers.CharField()
    detail = serializers.CharField(help_text="a sentence for people, in the language of the person")
    fields = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="with bad_input: the sentences by input",
    )
