"""Forms of signing, issuing, correcting and reporting. Those that sign or issue show what will be signed or issued."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.demands.forms.fields import PublicIdChoice
from dialogue.symposia import documents, queries, rules
from dialogue.symposia.enums import MeetingState
from dialogue.symposia.forms.fields import MeetingForm, post_text
from dialogue.symposia.models import ActionItem
from dialogue.symposia.rules import LONGEST_PROGRESS, LONGEST_WHY_NOT
from foundation.choices import RowChoice
from parties.models import Membership


class ReadingForm(MeetingForm):
    """Nothing to fill in: the text of the minutes and what becomes of its items stand above the button."""

    written: documents.Minutes | None = None

    def beside(self) -> dict[str, Any]:
        self.written, plan = documents.as_written(self.meeting, self.actor.now)
        return {"written": self.written, "plan": plan}


class SubmitForm(ReadingForm):
    def beside(self) -> dict[str, Any]:
        silent = queries.not_heard(self.meeting, rules.local_day(self.actor.now))
        return super().beside() | {"waiting": queries.unanswered(self.meeting).count(), "silent": silent}

    def says(self) -> Any:
        return _("送签后文本和到会情况都不能再改，要改的须先撤回；签发后由主办单位印发。")


class ApproveForm(ReadingForm):
    """`sha256` is the fingerprint of the text on the page: what is signed is what was read."""

    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def says(self) -> Any:
        return _("签发的就是上面的文本，一个字也不会再改。")

    def beside(self) -> dict[str, Any]:
        found = super().beside()
        assert self.written is not None
        self.initial["sha256"] = documents.fingerprint(self.written)
        return found | {"other": reverse("symposia:act", args=[self.meeting.public_id, "return_minutes"])}


class IssueForm(ReadingForm):
    def says(self) -> Any:
        if self.meeting.version:
            return _("印发后成为新的一版，文号不变；前一版注明已被替换。")
        return _("印发后编定文号，每一项任务随即转入诉求办理，参会各方都能看到。")


class ReasonForm(MeetingForm):
    reason = forms.CharField(
        label=_("原因"),
        max_length=LONGEST_WHY_NOT,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_WHY_NOT}),
    )


class SignerForm(ReasonForm):
    """Somebody else who may host a meeting of this office."""

    signer = PublicIdChoice(Membership.objects.none(), label=_("签发人"), empty_label=_("请选择"))
    signer_post = forms.CharField(
        label=_("签发人职务"), max_length=60, required=False, help_text=_("按纪要上的写法，例如：副市长")
    )
    field_order = ("signer", "signer_post", "reason")

    def prepare(self) -> None:
        meeting = self.meeting
        present = {"user_id": meeting.signs_id, "organisation_id": meeting.signs_org_id, "role": meeting.signs_role}
        field: Any = self.fields["signer"]
        field.queryset = queries.possible_hosts(meeting.office, self.actor.now).exclude(**present)
        field.label_from_instance = post_text

    def says(self) -> Any:
        words = {"name": self.meeting.signs.name}
        return _("现在由%(name)s签发。改由他人签发后，纪要和以后的更正都由新的签发人本人签发；主持人不变。") % words


class RecallForm(ReasonForm):
    def says(self) -> Any:
        if self.meeting.state == MeetingState.APPROVED:
            return _("已经签发的，签发人不再任职时才能撤回，撤回后签发作废。再办“改由他人签发”，重新送签。")
        return _("撤回后文本和到会情况都可以再改，改好重新送签。签发人会收到撤回的消息；已经签发的不能撤回。")


class CorrectionForm(ReasonForm):
    def says(self) -> Any:
        return _("更正稿同样要征求意见、签发、印发；印发之前现行版本继续有效。更正原因印发以后参会各方看得到。")

    def done(self) -> Any:
        return _("可以写更正稿了；写好以后征求意见、签发、印发。")

    def leads_to(self) -> str:
        return reverse("symposia:write", args=[self.meeting.public_id])


class DropForm(ReasonForm):
    def says(self) -> Any:
        return _("正在写的更正稿不再印发，文本和到会情况都恢复为现行版本。")


class ItemChoice(RowChoice):
    def label_from_instance(self, item: ActionItem) -> str:
        return f"{item.number}. {item.words[:60]}"


class ProgressForm(MeetingForm):
    """An open item of the actor's own department, and what was done on it."""

    item = ItemChoice(ActionItem.objects.none(), label=_("任务事项"), to_field_name="public_id", empty_label=None)
    text = forms.CharField(
        label=_("进展"),
        help_text=_("做了什么，还差什么，预计何时完成。参会各方都能看到。"),
        max_length=LONGEST_PROGRESS,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": LONGEST_PROGRESS}),
    )

    def prepare(self) -> None:
        mine = queries.own_items(self.actor).filter(meeting=self.meeting)
        field: Any = self.fields["item"]
        field.queryset = mine.select_related("case").order_by("number")

    def leads_to(self) -> str:
        item = self.cleaned_data.get("item")
        return reverse("symposia:item", args=[item.public_id]) if item else super().leads_to()
