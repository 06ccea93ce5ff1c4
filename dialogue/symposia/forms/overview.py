"""The filter bar of the list of meetings, read from an address."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from dialogue.symposia.enums import MeetingKind, MeetingState
from dialogue.symposia.queries.overview import Wishes, offices_with_meetings
from foundation.texts import storable
from workflow.actor import Actor

PARAMETERS = ("q", "kind", "state", "office", "month")
LONGEST = 60  # characters that are searched for
STATES = {state.value: state.label for state in MeetingState if state != MeetingState.PLANNED}
FIRST_YEAR, LAST_YEAR = 2000, 2100


class MeetingFilters(forms.Form):
    """The boxes of the bar, what they mean (`wishes`) and what is wrong with them (`faults`); one statement.

    A value that nobody offers is as good as none: an old address still opens.
    """

    def __init__(self, actor: Actor, chosen: Any) -> None:
        super().__init__(initial={name: chosen.get(name, "") for name in PARAMETERS})
        offices = {str(office.public_id): office for office in offices_with_meetings(actor)}
        self.faults: dict[str, str] = {}
        hint = forms.TextInput(attrs={"placeholder": _("会议名称、纪要文号"), "maxlength": str(LONGEST)})
        self.fields["q"] = forms.CharField(label=_("关键词"), required=False, widget=hint)
        self._choice("kind", _("类型"), list(MeetingKind.choices))
        self._choice("state", _("状态"), list(STATES.items()))
        self._choice("office", _("主办单位"), [(key, office.name) for key, office in offices.items()])
        month = forms.TextInput(attrs={"type": "month", "placeholder": "2026-12"})
        self.fields["month"] = forms.CharField(label=_("月份"), required=False, widget=month)
        self.wishes = Wishes(
            words=self._words(chosen.get("q", "")),
            kind=_one_of(MeetingKind.values, chosen.get("kind", "")),
            state=_one_of(STATES, chosen.get("state", "")),
            office=offices.get(chosen.get("office", "")),
            month=self._month(chosen.get("month", "").strip()),
        )

    def said(self) -> list[str]:
        """Every chosen filter in words: “类型：恳谈会”."""
        chosen = self.wishes
        values = {
            "q": chosen.words,
            "kind": MeetingKind(chosen.kind).label if chosen.kind else "",
            "state": STATES.get(chosen.state, ""),
            "office": chosen.office.name if chosen.office else "",
            "month": f"{chosen.month:%Y-%m}" if chosen.month else "",
        }
        shown = {"q": _("关键词"), "kind": _("类型"), "state": _("状态"), "office": _("主办单位"), "month": _("月份")}
        pairs = ((shown[name], value) for name, value in values.items() if value)
        return [_("%(label)s：%(value)s") % {"label": label, "value": value} for label, value in pairs]

    def _choice(self, name: str, label: str, offered: list[tuple[str, Any]]) -> None:
        self.fields[name] = forms.ChoiceField(label=label, required=False, choices=[("", _("全部")), *offered])

    def _words(self, typed: str) -> str:
        words = typed.strip()
        if not (words.isprintable() and storable(words)):
            self.faults["q"] = _("搜索的文字中有无法识别的字符")
            return ""
        if len(words) > LONGEST:
            self.faults["q"] = _("最多搜索 %(n)s 个字") % {"n": LONGEST}
            return ""
        return words

    def _month(self, typed: str) -> date | None:
        if typed and (month := month_of(typed)) is None:
            self.faults["month"] = _("“%(value)s”不是月份，请按 2026-12 的样子填写") % {"value": typed[:20]}
            return None
        return month if typed else None


def _one_of(offered: Any, value: str) -> str:
    return value if value in offered else ""


def month_of(text: str) -> date | None:
    """The first day of “2026-12”; None for what is no month of these years."""
    year, dash, month = text.partition("-")
    if not (dash and year.isascii() and year.isdecimal() and month.isascii() and month.isdecimal()):
        return None
    if len(year) != 4 or len(month) > 2 or not FIRST_YEAR <= int(year) <= LAST_YEAR or not 1 <= int(month) <= 12:
        return None
    return date(int(year), int(month), 1)
