"""The form in which an administrator writes a question set: a row for every question."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.demands import question_sets
from cases.demands.forms.restoring import restored
from cases.demands.question_sets import LONGEST_HINT, LONGEST_LABEL, LONGEST_UNIT, MOST_QUESTIONS, Fault
from cases.demands.questions import Question, as_data, from_data

SPLIT = "｜"  # between the name of a choice and the line under it


class QuestionForm(forms.Form):
    """One question. Its key is made once and never shown; the value of a choice is its name, or what it was before."""

    use_required_attribute = False

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    label = forms.CharField(label=_("问题"), max_length=LONGEST_LABEL)
    kind = forms.ChoiceField(label=_("种类"), choices=list(question_sets.KINDS.items()))
    required = forms.BooleanField(label=_("必须回答"), required=False)
    hint = forms.CharField(label=_("提示"), required=False, max_length=LONGEST_HINT)
    unit = forms.CharField(
        label=_("单位"), required=False, max_length=LONGEST_UNIT, help_text=_("数字题填写，例：万元")
    )
    choices = forms.CharField(
        label=_("选项"),
        required=False,
        max_length=3000,
        help_text=_("单选题填写，一行一个；需要说明的写成：名称｜说明"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    minimum_length = forms.IntegerField(label=_("最少字数"), required=False, min_value=0, max_value=4000)
    maximum_length = forms.IntegerField(label=_("最多字数"), required=False, min_value=0, max_value=4000)

    @property
    def name(self) -> str:
        """What a button of this row calls it."""
        return str(self["label"].value() or "")

    def question(self, before: Mapping[str, Question]) -> Question:
        """The question as it would be asked; `before` are those of the version it starts from, by key."""
        data = self.cleaned_data
        old = before.get(data.get("key", ""))
        values = {str(name): value for value, name, _line in as_data([old])[0]["choices"]} if old else {}
        pairs = [line.partition(SPLIT) for line in (data.get("choices") or "").splitlines() if line.strip()]
        choices = tuple((values.get(n.strip(), n.strip()), n.strip(), more.strip()) for n, _mark, more in pairs)
        return Question(
            data.get("key", ""),
            (data.get("label") or "").strip(),
            data.get("kind", ""),
            required=bool(data.get("required")),
            hint=(data.get("hint") or "").strip(),
            unit=(data.get("unit") or "").strip(),
            choices=choices,
            minimum_length=data.get("minimum_length") or 0,
            maximum_length=data.get("maximum_length") or 0,
        )


class BecauseForm(forms.Form):
    """Why the questions change; stays with the version."""

    use_required_attribute = False

    because = forms.CharField(
        label=_("为什么改"),
        max_length=400,
        help_text=_("和这一版一起留存，例：企业常漏写合同编号"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class QuestionRows:
    """The rows of a set as they were posted, or as a set has them; rows come, go and move without a script."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.rows = [dict(row) for row in rows]

    @classmethod
    def of(cls, data: Sequence[Mapping[str, Any]]) -> "QuestionRows":
        """The rows of a stored set."""
        return cls(
            [
                {
                    **entry,
                    "required": "on" if entry["required"] else "",
                    "choices": "\n".join(
                        f"{name}{SPLIT}{line}" if line else name for _v, name, line in entry["choices"]
                    ),
                    "minimum_length": entry["minimum_length"] or "",
                    "maximum_length": entry["maximum_length"] or "",
                }
                for entry in data
            ]
        )

    @classmethod
    def posted(cls, data: Mapping[str, Any]) -> "QuestionRows":
        """The rows of the page, at most a few more than may be asked."""
        count = str(data.get("rows", "0"))
        n = min(int(count), MOST_QUESTIONS + 1) if count.isdecimal() and len(count) < 4 else 0
        return cls([{name: data.get(f"{at}-{name}", "") for name in QuestionForm.base_fields} for at in range(n)])

    def apply(self, step: str) -> int | None:
        """Do what a button of a row says: `add`, `remove-3`, `up-3`, `down-3`; the row that is to be shown."""
        if step == "add":
            if len(self.rows) >= MOST_QUESTIONS:
                return None
            self.rows.append({"key": f"q{secrets.token_hex(4)}", "kind": "text", "required": "on"})
            return len(self.rows) - 1
        name, _dash, at = step.partition("-")
        if not (at.isdecimal() and len(at) < 4 and int(at) < len(self.rows)):
            return None
        row = int(at)
        if name == "remove":
            del self.rows[row]
            return min(row, len(self.rows) - 1) if self.rows else None
        to = row + {"up": -1, "down": 1}.get(name, 0)
        if 0 <= to < len(self.rows):
            self.rows[row], self.rows[to] = self.rows[to], self.rows[row]
            return to
        return row

    def forms(self) -> list[QuestionForm]:
        """A form for every row, to be judged."""
        return [QuestionForm(data, prefix=str(at)) for at, data in enumerate(self._data())]

    def drawn(self) -> list[QuestionForm]:
        """A form for every row, with what stands in it and no word of what is missing."""
        return [
            restored(lambda data, at=at: QuestionForm(data, prefix=str(at)), data)
            for at, data in enumerate(self._data())
        ]

    def _data(self) -> list[dict[str, Any]]:
        return [{f"{at}-{name}": value for name, value in row.items()} for at, row in enumerate(self.rows)]

    @staticmethod
    def judged(rows: Sequence[QuestionForm], before: Sequence[Question]) -> tuple[list[Question], list[Fault]]:
        """The questions and what is wrong with them; what is wrong with a row stands beside its box too."""
        known = {question.key: question for question in before}
        found = [
            Fault(at, field, str(sentence))
            for at, row in enumerate(rows)
            for field, sentences in row.errors.items()
            for sentence in sentences
        ]
        questions = list(from_data(as_data(row.question(known) for row in rows)))
        for fault in question_sets.faults(questions):
            if fault.row is not None:
                if rows[fault.row].has_error(fault.field):
                    continue
                rows[fault.row].add_error(fault.field, fault.sentence)
            found.append(fault)
        return questions, found
