"""The inputs of messages through the platform, and the warning when a text names the firm while it is hidden."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.demands import queries, rules
from cases.demands.forms.fields import MoveForm, text_area
from cases.demands.identity import knows_firm
from cases.demands.naming import places_named, sentence

NAMED = _("里面能看出是哪家企业：%(what)s。请改写；确实要这样发，请勾选“我知道会暴露身份，仍然发送”。")


class DisclosingForm(MoveForm):
    """Words that the department reads. While the firm is hidden, one that names it is sent only by who means to.

    Only those are warned who know the firm: to anybody else the warning would tell whether a guess is right.
    """

    named_knowingly = forms.BooleanField(label=_("我知道会暴露身份，仍然发送"), required=False)
    free_text: tuple[str, ...] = ("text",)

    def prepare(self) -> None:
        self.order_fields([*(name for name in self.fields if name != "named_knowingly"), "named_knowingly"])
        texts = {name: str(self.data.get(name) or "") for name in self.free_text}
        looked_at = self.is_bound and self.case.hides_firm and knows_firm(self.case, self.actor)
        self.places = places_named(texts, queries.names_of(self.case)) if looked_at else []
        if not self.places:
            del self.fields["named_knowingly"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.places and not data.pop("named_knowingly", False):
            for field in dict.fromkeys(place.field for place in self.places):
                here = [place for place in self.places if place.field == field]
                self.add_error(field, NAMED % {"what": sentence(here)})
        return data


class RelayToFirmForm(MoveForm):
    text = text_area(
        _("消息"), rows=4, most=rules.LONGEST_RELAYED, help_text=_("由平台转给企业，企业看得到；第一条消息即为首联")
    )


class RelayToDepartmentForm(DisclosingForm):
    text = text_area(
        _("消息"),
        rows=4,
        most=rules.LONGEST_RELAYED,
        help_text=_("由平台转给承办部门，对方只看到称呼；请不要写企业名称、地址和电话"),
    )


class RevealForm(MoveForm):
    sure = forms.BooleanField(
        label=_("我确认公开企业身份"),
        help_text=_("公开后承办部门可以看到企业名称、联系人和电话，包括以前的记录；不能再改回隐名"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data.pop("sure", None)
        return data
