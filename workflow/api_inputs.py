"""JSON in, through the same forms as the pages: one place says what a move takes, and the schema is drawn from it."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from foundation.errors import Refused
from foundation.texts import storable
from workflow.api import InvalidInputs

UNSTORABLE = _("含有无法保存的字符")
LONGEST_NAME = 60  # characters of an unknown name that are repeated to whoever sent it

SEVERAL = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)  # in JSON: a list

Fields = Mapping[str, forms.Field]


def plain_inputs(data: Any, fields: Fields, *, also: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The body of a request as form data: known names with values of the JSON type that each field takes.

    Raises Refused for an unknown name or a body that is no object, InvalidInputs for values of a wrong type.
    """
    if isinstance(data, QueryDict) or not isinstance(data, dict):
        raise Refused("", _("请求内容应是一个 JSON 对象"))
    for name in data:
        if name not in fields and name not in also:
            raise Refused(_printable(name), _("没有这一项"))
    inputs = {name: value for name, value in data.items() if name in fields}
    faults = {name: [str(fault)] for name, value in inputs.items() if (fault := _fault(fields[name], value))}
    if faults:
        raise InvalidInputs(faults)
    return inputs


def _fault(field: forms.Field, value: Any) -> Any | None:
    """The sentence that says why this JSON value is nothing for the field, or None. Null is as good as left out."""
    if value is None:
        return None
    if isinstance(field, forms.BooleanField):
        return None if isinstance(value, bool) else _("这一项应是 true 或 false")
    if row := getattr(field, "takes_rows_of", None):
        return _fault_of_rows(row, value)
    if isinstance(field, SEVERAL):
        return _fault_of_list(value)
    if getattr(field, "takes_numbers", False) and isinstance(value, int | float) and not isinstance(value, bool):
        return None
    return _fault_of_text(value)


def _fault_of_list(value: Any) -> Any | None:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return _("这一项应是由文字组成的列表")
    return next((fault for one in value if (fault := _fault_of_text(one))), None)


def _fault_of_rows(names: Iterable[str], value: Any) -> Any | None:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return _("这一项应是由 JSON 对象组成的列表")
    for row in value:
        if not row.keys() <= set(names):
            return _("列表中的对象只能有：%(names)s") % {"names": str(_("、")).join(names)}
        for part in row.values():
            if part is not None and (fault := _fault_of_text(part)):
                return fault
    return None


def _fault_of_text(value: Any) -> Any | None:
    if not isinstance(value, str):
        return _("这一项应是文字（JSON 字符串）")
    return None if storable(value) else UNSTORABLE


def _printable(name: str) -> str:
    return name[:LONGEST_NAME].encode("utf-8", "replace").decode()


def clean_text(name: str, value: str) -> str:
    """The text, when it can be stored or looked for. Raises Refused otherwise."""
    if not storable(value):
        raise Refused(name, UNSTORABLE)
    return value


def seen_of(data: Any) -> int | None:
    """The chain sequence the client saw; None when it gave none. Raises Refused when it is no such number."""
    seen = data.get("seen") if isinstance(data, dict) else None
    if seen is None:
        return None
    if isinstance(seen, bool) or not isinstance(seen, int) or not 0 <= seen < 2**31:
        raise Refused("seen", _("seen 应是您看到的流转序号"))
    return seen


def field_errors(form: forms.BaseForm) -> InvalidInputs:
    """The sentences of a form as an API error, by field."""
    return InvalidInputs({name: [str(error) for error in errors] for name, errors in form.errors.items()})


def schema_of(name: str, fields: Fields, **extra: serializers.Field) -> type[serializers.Serializer]:
    """A serializer class that only describes these fields to the schema; it validates nothing."""
    drawn = {key: _described(field) for key, field in fields.items()}
    return type(name, (serializers.Serializer,), {**drawn, **extra})


def _described(field: forms.Field) -> serializers.Field:
    common: dict[str, Any] = {"required": field.required, "label": str(field.label or "")}
    if hasattr(field, "takes_rows_of"):
        return serializers.ListField(child=serializers.DictField(child=serializers.CharField()), **common)
    if isinstance(field, SEVERAL):
        return serializers.ListField(child=serializers.CharField(), **common)
    if isinstance(field, forms.ModelChoiceField):
        return serializers.CharField(**common)
    choices = [*cast("Iterable[Any]", getattr(field, "choices", ()))]
    if isinstance(field, forms.ChoiceField) and choices:  # without any here they are those of the subject
        return serializers.ChoiceField(choices=choices, allow_blank=not field.required, **common)
    if isinstance(field, forms.BooleanField):
        return serializers.BooleanField(**common)
    if isinstance(field, forms.DateTimeField):
        return serializers.DateTimeField(**common)
    if isinstance(field, forms.DateField):
        return serializers.DateField(**common)
    longest = getattr(field, "max_length", None)
    return serializers.CharField(max_length=longest, allow_blank=not field.required, **common)
