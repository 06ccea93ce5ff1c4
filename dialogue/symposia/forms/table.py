"""One form for each move of an existing meeting that the generic page of a move draws."""

from dialogue.symposia.forms.fields import MeetingForm
from dialogue.symposia.forms.inviting import AnswerForm, InviteForm, UninviteForm
from dialogue.symposia.forms.planning import CancelForm, NoticeForm, PlanForm
from dialogue.symposia.forms.topics import ChooseForm, DeclineForm, ProposeForm

# By action, in alphabetical order.
FORMS: dict[str, type[MeetingForm]] = {
    "answer_invitation": AnswerForm,
    "cancel_meeting": CancelForm,
    "change_plan": PlanForm,
    "choose_topic": ChooseForm,
    "decline_topic": DeclineForm,
    "invite": InviteForm,
    "propose_topic": ProposeForm,
    "send_notice": NoticeForm,
    "uninvite": UninviteForm,
}
