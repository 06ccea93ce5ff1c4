"""The inputs of the pages that every system shares."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from parties.models import User
from workflow import words
from workflow.models.notices import TemplateChannel


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class ShiftForm(forms.Form):
    """Who is on duty from when to when. People are chosen by name; their key stays in the database's own pages."""

    use_required_attribute = False
    user = forms.ChoiceField(label=_("值班人员"))
    starts_at = forms.DateTimeField(label=_("开始时间"), widget=MomentInput())
    ends_at = forms.DateTimeField(label=_("结束时间"), widget=MomentInput())

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.username: person for person in people}
        self.fields["user"].choices = [("", _("请选择")), *((p.username, p.name) for p in self.people.values())]

    def clean_user(self) -> User:
        return self.people[self.cleaned_data["user"]]


class WordsForm(forms.Form):
    """The words of one kind of message on one channel; a notice is its subject alone."""

    use_required_attribute = False
    subject = forms.CharField(label=_("标题"), max_length=words.LONGEST_SUBJECT)
    body = forms.CharField(
        label=_("正文"), max_length=words.LONGEST_BODY, widget=forms.Textarea(attrs={"rows": 10}), strip=False
    )

    def __init__(self, *args: Any, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if channel == TemplateChannel.NOTICE:
            del self.fields["body"]
            self.fields["subject"].label = _("通知内容（一行）")
        else:
            for field in self.fields.values():
                field.widget.attrs["lang"] = words.MAIL_LANGUAGE
