"""The inputs of the moves of a department and of the firm it asks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.demands import queries
from cases.demands.enums import ContactChannel
from cases.demands.forms.attachments import FilesField
from cases.demands.forms.fields import MomentField, MoveForm, PointsField, PublicIdChoice, StepsField, text_area
from cases.demands.forms.relay import DisclosingForm
from cases.demands.identity import contact_words
from parties.models import Membership


class AcknowledgeForm(MoveForm):
    handler = PublicIdChoice(Membership.objects.none(), label=_("承办人"), empty_label=_("请选择"))

    def prepare(self) -> None:
        field = self.fields["handler"]
        field.queryset = queries.fresh_handlers(self.case, now=self.actor.now)
        field.label_from_instance = lambda membership: membership.user.name


class NameHandlerForm(AcknowledgeForm):
    reason = text_area(_("更换原因"), rows=2, most=500)


class AskFirmForm(MoveForm):
    points = PointsField(
        label=_("请企业补充什么"),
        help_text=_("每行写一个具体问题，企业看得到；最多两次"),
        error_messages={"required": _("请写明要企业补充什么。")},
    )


class AnswerForm(DisclosingForm):
    free_text = ("answer",)
    answer = text_area(_("您的答复"), rows=5, help_text=_("请对照上面的各项逐一说明"))
    uploads = FilesField(required=False)


class ContactForm(MoveForm):
    contacted_at = MomentField(label=_("联系时间"))
    channel = forms.ChoiceField(
        label=_("联系方式"),
        choices=ContactChannel.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("没有这种联系方式")},
    )
    person = forms.CharField(label=_("联系了谁"), max_length=40)
    summary = text_area(_("沟通内容"), rows=3, most=500, help_text=_("企业看得到这段记录"))

    def prepare(self) -> None:
        self.initial.setdefault("contacted_at", self.actor.now)
        self.initial.setdefault("person", contact_words(self.case, self.actor)[0])


class DenyContactForm(DisclosingForm):
    free_text = ("reason",)
    reason = text_area(_("情况说明"), rows=3, most=500)


class PlanForm(MoveForm):
    steps = StepsField(label=_("办理步骤"), help_text=_("每一步写清做什么、哪一天完成，企业看得到"))


class NoteForm(DisclosingForm):
    text = text_area(_("内部备注"), most=1000, help_text=_("仅承办单位与平台可见，企业看不到"))


class ReplyForm(MoveForm):
    text = text_area(_("公开答复"), most=1000, help_text=_("企业可见"))
