"""JSON in, through the same forms as the pages: one place says what a move takes, and the schema is drawn from it."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from foundation.errors import Refused

SCALARS = (str, int, bool, type(None))


def plain_inputs(data: Any, fields: dict[str, forms.Field], *, also: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The body of a request as form data. Raises Refused for unknown names and wrong JSON types."""
    if isinstance(data, QueryDict) or not isinstance(data, dict):
        raise Refused("", _("请求内容应是一个 JSON 对象"))
    for name, value in data.items():
        if name in also:
            continue
        if name not in fields:
            raise Refused(str(name), _("没有这一项"))
        lists = getattr(fields[name], "takes_list", False)
        if not isinstance(value, SCALARS) and not (lists and isinstance(value, list)):
            raise Refused(name, _("这一项的类型不对"))
        if isinstance(value, str):
            clean_text(name, value)
    return {name: value for name, value in data.items() if name not in also}


def clean_text(name: str, value: str) -> str:
    """The text, when it can be stored. Raises Refused for a lone surrogate or a NUL character."""
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise Refused(name, _("含有无法保存的字符"))
    return value


def seen_of(data: Any) -> int | None:
    """The chain sequence the client saw; None when it gave none. Raises Refused when it is no such number."""
    seen = data.get("seen") if isinstance(data, dict) else None
    if seen is None:
        return None
    if isinstance(seen, bool) or not isinstance(seen, int) or not 0 <= seen < 2**31:
        raise Refused("seen", _("seen 应是您看到的流转序号"))
    return seen


def field_errors(form: forms.BaseForm) -> serializers.ValidationError:
    """The sentences of a form as an API error, by field."""
    return serializers.ValidationError({name: [str(e) for e in errors] for name, errors in form.errors.items()})


def schema_of(name: str, fields: dict[str, forms.Field], **extra: serializers.Field) -> type[serializers.Serializer]:
    """A serializer class that only describes these fields to the schema; it validates nothing."""
    drawn = {key: _described(field) for key, field in fields.items()}
    return type(name, (serializers.Serializer,), {**drawn, **extra})


def _described(field: forms.Field) -> serializers.Field:
    common: dict[str, Any] = {"required": field.required, "label": str(field.label or "")}
    if getattr(field, "takes_list", False):
        return serializers.ListField(child=serializers.DictField(), **common)
    if isinstance(field, forms.ModelChoiceField):
        return serializers.CharField(**common)
    if isinstance(field, forms.ChoiceField):
        choices = [*cast("Iterable[Any]", field.choices)]
        return serializers.ChoiceField(choices=choices, allow_blank=not field.required, **common)
    if isinstance(field, forms.BooleanField):
        return serializers.BooleanField(**common)
    if isinstance(field, forms.DateTimeField):
        return serializers.DateTimeField(**common)
    if isinstance(field, forms.DateField):
        return serializers.DateField(**common)
    longest = getattr(field, "max_length", None)
    return serializers.CharField(max_length=longest, allow_blank=not field.required, **common)
