"""The forms in which a policy is changed: a box for every number, and how a draft is adopted."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from workflow.clocks import ClockKind, Unit
from workflow.policies import LARGEST_SOURCE, check_policy
from workflow.policy_table import Line, lines

LONGEST_NUMBER = 9  # characters
NO_BOXES = ("remind_on_days", "by_origin")  # parts of a limit that are changed in the document alone
PARTS = ("amount", "unit", "urgent.amount", "urgent.unit", "at_least_working_days")


@dataclass(frozen=True)
class Row:
    """The boxes of one clock and class, as the template lays them out, and every sentence about them."""

    line: Line
    normal: tuple[BoundField, BoundField]
    urgent: tuple[BoundField, BoundField]
    floors: list[BoundField]
    sentences: list[object]


class PolicyForm(forms.Form):
    """One policy document. What a box is called in the document stands in `paths`, so that each fault finds its box."""

    use_required_attribute = False

    effective_from = forms.DateField(
        label=_("生效日期"),
        help_text=_("当天零点起，新开始的时限按新规则计算；已经在走的时限不变。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    source = forms.CharField(
        label=_("理由和依据"),
        max_length=LARGEST_SOURCE,
        help_text=_("文件名称、文号，为什么改。所有用户都能看到。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, start: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines(start)
        self.start = start
        self.paths: dict[str, str] = {}
        for line in self.lines:
            entry = start["limits"][line.kind.value]
            self._add_boxes(line, entry["by_class"][line.klass] if line.klass else entry)
        for kind in dict.fromkeys(line.kind for line in self.lines):
            least = start["limits"][kind.value].get("half_at_least")
            if least is not None:
                label = _("%(name)s：重新计时减半，不少于") % {"name": kind.label}
                self._add(f"limits.{kind.value}.half_at_least", f"{kind.value}-half", _number(label, least))

    def _add_boxes(self, line: Line, entry: Mapping[str, Any]) -> None:
        name = f"{line.kind.label} · {line.class_label}" if line.klass else str(line.kind.label)
        urgent = entry.get("urgent", {})
        fields: dict[str, forms.Field] = {
            "amount": _number(_("%(name)s：一般") % {"name": name}, entry["amount"]),
            "unit": _unit(_("%(name)s：一般，单位") % {"name": name}, entry["unit"]),
            "urgent.amount": _number(_("%(name)s：紧急") % {"name": name}, urgent.get("amount")),
            "urgent.unit": _unit(_("%(name)s：紧急，单位") % {"name": name}, urgent.get("unit", Unit.HOUR)),
        }
        if "at_least_working_days" in entry:
            label = _("%(name)s：至少几个工作日") % {"name": name}
            fields["at_least_working_days"] = _number(label, entry["at_least_working_days"])
        for part, field in fields.items():
            self._add(f"{_path(line)}.{part}", _box(line, part), field)

    def _add(self, path: str, box: str, field: forms.Field) -> None:
        self.fields[box] = field
        self.paths[path] = box

    def clean(self) -> dict[str, Any]:
        """The document is checked by the one validator; each sentence goes to the box that its path names."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for path, sentence in check_policy(self.document()):
            box = self.paths.get(path)
            if box is None or not self.has_error(box):
                self.add_error(box, sentence)
        return cleaned

    def document(self) -> dict[str, Any]:
        """What was typed, as a policy document; what is no number stays text and is refused by the validator."""
        limits: dict[str, Any] = {}
        for line in self.lines:
            kind = line.kind.value
            entry = self._entry(line)
            if line.klass:
                limits.setdefault(kind, {"by_class": {}})["by_class"][line.klass] = entry
            else:
                limits[kind] = entry
        for kind, entry in limits.items():
            if f"{kind}-half" in self.fields and self._typed(f"{kind}-half") != "":
                entry["half_at_least"] = self._typed(f"{kind}-half")
            entry |= {name: kept for name, kept in self.start["limits"][kind].items() if name in NO_BOXES}
        return {"kind": "clocks", "limits": limits}

    def _entry(self, line: Line) -> dict[str, Any]:
        typed = {part: self._typed(_box(line, part)) for part in PARTS}
        entry: dict[str, Any] = {"amount": typed["amount"], "unit": typed["unit"]}
        if typed["at_least_working_days"] != "":
            entry["at_least_working_days"] = typed["at_least_working_days"]
        if typed["urgent.amount"] != "":
            entry["urgent"] = {"amount": typed["urgent.amount"], "unit": typed["urgent.unit"]}
        return entry

    def _typed(self, box: str) -> int | str:
        """A number, or the text that is none; "" for an empty box and for one that the form does not have."""
        text = unicodedata.normalize("NFKC", self.cleaned_data.get(box) or "").strip()
        return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else text

    def groups(self) -> list[tuple[ClockKind, list[Row], BoundField | None]]:
        """The boxes by clock, with the one that holds for all its classes."""
        rows: dict[ClockKind, list[Row]] = {}
        for line in self.lines:
            amount, unit, urgent_amount, urgent_unit = (self[_box(line, part)] for part in PARTS[:4])
            floors = [self[_box(line, PARTS[4])]] if _box(line, PARTS[4]) in self.fields else []
            bound = [amount, unit, urgent_amount, urgent_unit, *floors]
            sentences: list[object] = [sentence for box in bound for sentence in box.errors]
            row = Row(line, (amount, unit), (urgent_amount, urgent_unit), floors, sentences)
            rows.setdefault(line.kind, []).append(row)
        halves = {kind: f"{kind.value}-half" for kind in rows}
        return [(kind, of, self[halves[kind]] if halves[kind] in self.fields else None) for kind, of in rows.items()]

    def general(self) -> list[BoundField]:
        """The questions about the whole."""
        return [self["effective_from"], self["source"]]


def _path(line: Line) -> str:
    return f"limits.{line.kind.value}" + (f".by_class.{line.klass}" if line.klass else "")


def _box(line: Line, part: str) -> str:
    return "-".join([line.kind.value, *([line.klass] if line.klass else []), part.replace(".", "-")])


def _number(label: Any, value: object) -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 4})
    return forms.CharField(label=label, initial=value, required=False, max_length=LONGEST_NUMBER, widget=widget)


def _unit(label: Any, value: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=Unit.choices, initial=value, required=False)


class AdoptForm(forms.Form):
    """Whether the rehearsal was looked at, or why it is not waited for."""

    use_required_attribute = False

    result_seen = forms.BooleanField(label=_("我已看过预演结果"), required=False)
    skipped_because = forms.CharField(
        label=_("不预演就启用的理由"),
        max_length=400,
        required=False,
        help_text=_("理由会和这一版一起留存。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, rehearsed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rehearsed = rehearsed
        del self.fields["skipped_because" if rehearsed else "result_seen"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.rehearsed and not cleaned.get("result_seen"):
            self.add_error("result_seen", _("请先看预演结果，再勾选"))
        if not self.rehearsed and not (cleaned.get("skipped_because") or "").strip():
            self.add_error("skipped_because", _("请写明为什么不等预演"))
        return cleaned
