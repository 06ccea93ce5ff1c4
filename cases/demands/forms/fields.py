"""What the forms of moves are made of."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.demands.models import Case, DutyItem
from foundation.choices import RowChoice
from workflow.actor import Actor

STEP_ROWS = 5
CHINESE_DATE = "%Y年%m月%d日"


class MoveForm(forms.Form):
    """The inputs of one move of one case; `seen` is the chain sequence that the page showed.

    Subclasses that need choices of the case override `prepare`.
    """

    use_required_attribute = False

    def __init__(self, *args: Any, case: Case, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.actor = case, actor
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices that depend on the case; nothing by default."""


class PublicIdChoice(RowChoice):
    """A row chosen by its public id; its integer key never leaves the database."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, to_field_name="public_id", **kwargs)


class DutyChoice(PublicIdChoice):
    """A matter of the duty list, named with its category and its owners."""

    def label_from_instance(self, item: DutyItem) -> str:
        owners = str(_("、")).join(owner.short_name or owner.name for owner in item.owners.all())
        words = {"category": item.category, "matter": item.matter, "owners": owners}
        return str(_("%(category)s · %(matter)s（%(owners)s）") % words)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A moment of our time. The far ends of the calendar are refused: reckoning with them would leave it."""

    widget = MomentInput

    def validate(self, value: dt.datetime | None) -> None:
        super().validate(value)
        if value is not None and not 2000 <= value.year <= 2100:
            raise forms.ValidationError(_("请填写正确的日期和时间"))


class StepsWidget(forms.MultiWidget):
    """Rows of a step and its date; empty rows are left out."""

    template_name = "widgets/steps.html"

    def __init__(self) -> None:
        super().__init__({f"{part}_{n}": w for n in range(STEP_ROWS) for part, w in self.row()})

    @staticmethod
    def row() -> tuple[tuple[str, forms.Widget], ...]:
        return ("text", forms.TextInput()), ("date", DateInput())

    def decompress(self, value: Any) -> list[Any]:
        flat = [part for step in value or [] for part in step]
        return flat + [None] * (STEP_ROWS * 2 - len(flat))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """A list of rows is not yet the flat list of boxes, as Django takes any list to be."""
        rows = [(row.get("text"), row.get("due_on")) if isinstance(row, dict) else row for row in value or []]
        return super().get_context(name, self.decompress(rows[:STEP_ROWS]), attrs)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if isinstance(data.get(name), list) and not hasattr(data, "getlist"):
            return data[name]  # JSON: [{"text": …, "due_on": …}]
        flat = super().value_from_datadict(data, files, name)
        return [{"text": flat[i], "due_on": flat[i + 1]} for i in range(0, len(flat), 2)]


class StepsField(forms.Field):
    """Dated steps as [(text, date)]; a row with only one of both is refused."""

    widget = StepsWidget
    takes_rows_of = ("text", "due_on")  # in JSON: [{"text": …, "due_on": …}]

    def to_python(self, value: Any) -> list[tuple[str, dt.date]]:
        text_field, day_field = forms.CharField(), forms.DateField(input_formats=["%Y-%m-%d", CHINESE_DATE])
        steps = []
        for row in value or []:
            if not isinstance(row, dict):
                raise forms.ValidationError(_("每个步骤要有文字和完成日期"))
            text, day = str(row.get("text") or "").strip(), row.get("due_on") or ""
            if not text and not day:
                continue
            if not text or not day:
                raise forms.ValidationError(_("每个步骤要有文字和完成日期"))
            steps.append((text_field.clean(text), day_field.clean(str(day))))
        return steps


def text_area(label: Any, *, rows: int = 4, required: bool = True, help_text: Any = "", most: int = 4000) -> Any:
    """A long text with a length that the browser and the server both know."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class PointsField(forms.CharField):
    """One point a line, as a list; empty lines are left out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), **kwargs)

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]
