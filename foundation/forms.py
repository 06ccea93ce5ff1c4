"""Every form of the product names what is missing: “请填写会议地点。” instead of “该字段是必填项。”.

Django asks the renderer of a form for the class of its bound fields, which are there before anything is cleaned: this
is the one place that forms of all apps, and of the libraries in use, go through.
"""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

GENERAL = forms.Field.default_error_messages["required"]
FILL_IN, CHOOSE, UPLOAD, TICK = _("请填写{what}。"), _("请选择{what}。"), _("请上传{what}。"), _("请勾选“{what}”。")
ANSWER = _("请回答：{what}")
NAMELESS = _("缺少必需的内容，请刷新页面后再试。")


def missing(field: forms.Field) -> Any:
    """The sentence beside this field when it is left empty, in the language of whoever reads it."""
    label = field.label
    if not label:
        return NAMELESS
    if isinstance(field, forms.BooleanField):
        return format_lazy(TICK, what=label)
    if str(label).endswith(("？", "?")):
        return format_lazy(ANSWER, what=label)
    if field.widget.needs_multipart_form:
        return format_lazy(UPLOAD, what=label)
    return format_lazy(CHOOSE if isinstance(field, forms.ChoiceField) else FILL_IN, what=label)


class Asked(forms.BoundField):
    """A field of a form; what it says when it is left empty names it, unless it has words of its own."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        if field.required and field.error_messages.get("required") is GENERAL:
            field.error_messages["required"] = missing(field)


class Renderer(TemplatesSetting):
    """Templates of widgets are found like all others."""

    bound_field_class = Asked
