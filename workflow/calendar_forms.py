"""What an administrator fills in to load a year: a file or the notice row by row, and the last word before it loads."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from foundation.errors import Refused
from foundation.texts import from_json
from workflow.calendar_notice import FIRST_YEAR, LAST_YEAR, check_festival, read_day

ROWS = 10
USUAL_FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


class DayInput(forms.DateInput):
    input_type = "date"


def usual_title(year: int) -> str:
    """How the State Council has called its notice of a year since 2008."""
    return f"国务院办公厅关于{year}年部分节假日安排的通知"


class FileForm(forms.Form):
    """A notice as a file."""

    use_required_attribute = False

    file = forms.FileField(
        label=gettext_lazy("文件"),
        max_length=200,
        help_text=gettext_lazy(
            ".json 写全一份通知；.csv 三列：日期,类型,节日，类型写“休”或“班”，标题和文号在下一页补上"
        ),
        widget=forms.FileInput(attrs={"accept": ".json,.csv"}),
        error_messages={"empty": gettext_lazy("文件是空的"), "required": gettext_lazy("请选择文件")},
    )


class NoticeForm(forms.Form):
    """A notice row by row. Days stay text until they are read, so that what was typed comes back as it was."""

    use_required_attribute = False

    year = forms.IntegerField(label=gettext_lazy("年份"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    notice = forms.CharField(label=gettext_lazy("通知标题"), max_length=200)
    number = forms.CharField(
        label=gettext_lazy("文号"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("例如 国办发明电〔2025〕7号；查不到就空着"),
    )
    date = forms.CharField(label=gettext_lazy("印发日期"), max_length=20, widget=DayInput())
    source = forms.CharField(
        label=gettext_lazy("来源网址"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("通知原文的网址，任何人都能据此核对"),
    )
    make_up = forms.CharField(
        label=gettext_lazy("补班日"),
        max_length=600,
        required=False,
        help_text=gettext_lazy("每行一天，例如 2026-02-14；都是周六或周日"),
        widget=forms.Textarea(attrs={"rows": 7}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(ROWS):
            self.fields[f"festival_{n}"] = forms.CharField(
                label=pgettext_lazy("form", "节日"), max_length=20, required=False
            )
            self.fields[f"first_{n}"] = forms.CharField(
                label=gettext_lazy("第一天"), max_length=20, required=False, widget=DayInput()
            )
            self.fields[f"last_{n}"] = forms.CharField(
                label=gettext_lazy("最后一天"), max_length=20, required=False, widget=DayInput()
            )

    @classmethod
    def of(cls, raw: dict[str, Any]) -> "NoticeForm":
        """An unsent form that holds what a file states, as far as it fits."""
        return cls(initial=_as_fields(raw))

    @property
    def about(self) -> list[Any]:
        """The boxes before the festivals."""
        return [self[name] for name in ("year", "notice", "number", "date", "source")]

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The boxes of each festival."""
        return [(self[f"festival_{n}"], self[f"first_{n}"], self[f"last_{n}"]) for n in range(ROWS)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.days_off: dict[str, list[str]] = {}
        for n in range(ROWS):
            name, first, last = (data.get(f"{part}_{n}") or "" for part in ("festival", "first", "last"))
            if first or last:
                self._festival(n, name, first, last)
        if "year" in data and not self.days_off and not self.errors:
            self.add_error("first_0", _("请填写至少一个节日的第一天"))
        return data

    def _festival(self, n: int, name: str, first: str, last: str) -> None:
        if not name:
            self.add_error(f"festival_{n}", _("请填写这几天是什么节日"))
        elif not first:
            self.add_error(f"first_{n}", _("请填写第一天"))
        elif name in self.days_off:
            self.add_error(f"festival_{n}", _("“%(name)s”写了两次；两个节日连在一起时合写一个名称") % {"name": name})
        else:
            self.days_off[name] = [first, last or first]
            if "year" in self.cleaned_data:
                try:
                    check_festival(name, self.days_off[name], self.cleaned_data["year"])
                except Refused as refused:
                    self.add_error(f"first_{n}", str(refused.sentence))

    def clean_make_up(self) -> list[str]:
        days = []
        for line in self.cleaned_data["make_up"].splitlines():
            if line.strip():
                day = read_day(line)
                if day is None:
                    raise forms.ValidationError(_("“%(text)s”不是日期，请写成 2026-02-14 的样子") % {"text": line[:20]})
                days.append(day.isoformat())
        return days

    def raw(self) -> dict[str, Any]:
        """The notice in the form of the shipped files, for whoever checks and loads it."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("year", "notice", "number", "date", "source", "make_up")},
            "days_off": self.days_off,
        }

    def refuse(self, refused: Refused) -> None:
        """The sentence stands beside its box, or above the form when it is about several."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused.sentence))


def _as_fields(raw: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: raw[name] for name in ("year", "notice", "number", "date", "source") if name in raw}
    if isinstance(raw.get("make_up"), list):
        found["make_up"] = "\n".join(map(str, raw["make_up"]))
    if isinstance(raw.get("days_off"), dict):
        for n, (name, span) in enumerate(list(raw["days_off"].items())[:ROWS]):
            first, last = span if isinstance(span, list) and len(span) == 2 else ("", "")
            found |= {f"festival_{n}": name, f"first_{n}": first, f"last_{n}": last}
    return found


class ConfirmForm(forms.Form):
    """The last word: why, and for a year with doubts that somebody has looked. The notice itself goes along unseen."""

    use_required_attribute = False

    notice = forms.CharField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("载入理由"),
        max_length=500,
        help_text=gettext_lazy("与版本一起长期保存，例如：国务院办公厅公布2027年放假安排"),
    )

    def __init__(self, *args: Any, doubts: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if doubts:
            self.fields["sure"] = forms.BooleanField(
                label=gettext_lazy("我已对照通知原文核对，天数无误"),
                error_messages={"required": gettext_lazy("请先对照通知原文核对")},
            )


def read_hidden(text: str) -> dict[str, Any]:
    """The notice that a page carried along. Raises ValidationError for whatever no page of ours wrote."""
    try:
        found = from_json(text)
    except ValueError as error:
        raise forms.ValidationError(_("页面内容不完整，请重新填写")) from error
    if not isinstance(found, dict):
        raise forms.ValidationError(_("页面内容不完整，请重新填写"))
    return found
