"""One form for each move of an existing meeting that the generic page of a move draws."""

from dialogue.symposia.forms.attendance import AttendanceForm, CodeForm, HoldForm, SheetForm
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
    "hold_meeting": HoldForm,
    "invite": InviteForm,
    "issue_attendance": SheetForm,
    "propose_topic": ProposeForm,
    "record_attendance": AttendanceForm,
    "send_notice": NoticeForm,
    "sign_in": CodeForm,
    "uninvite": UninviteForm,
}
