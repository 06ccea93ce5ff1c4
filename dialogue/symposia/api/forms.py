"""The inputs of what the API takes otherwise than the page that is there for it."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogue.symposia.forms.fields import MeetingForm
from dialogue.symposia.forms.table import FORMS


class RemarksField(forms.Field):
    """Remarks as [(public id of a section or None, text)]; in JSON [{"section": …, "text": …}]."""

    takes_rows_of = ("section", "text")

    def to_python(self, value: Any) -> list[tuple[UUID | None, str]]:
        remarks = []
        for row in value or []:
            text = str((row or {}).get("text") or "").strip()
            if not text:
                raise forms.ValidationError(_("每条意见要有文字"))
            try:
                remarks.append((UUID(row["section"]) if row.get("section") else None, text))
            except ValueError as error:
                raise forms.ValidationError(_("没有这一段")) from error
        return remarks


class CommentForm(MeetingForm):
    """What an organisation says of the draft; no remarks at all say that it has nothing against it."""

    remarks = RemarksField(label=gettext_lazy("意见"), required=False)

    def clean_remarks(self) -> list[Any]:
        sections = {section.public_id: section for section in self.meeting.sections.all()}
        remarks = self.cleaned_data["remarks"]
        if any(section is not None and section not in sections for section, _text in remarks):
            raise forms.ValidationError(_("没有这一段"))
        return [(sections.get(section), text) for section, text in remarks]


# One form for each move of an existing meeting, by its action.
MOVES: dict[str, type[MeetingForm]] = {**FORMS, "comment_minutes": CommentForm}
