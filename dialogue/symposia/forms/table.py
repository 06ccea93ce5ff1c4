"""One form for each move of an existing meeting that the generic page of a move draws."""

from dialogue.symposia.forms import issuing, writing
from dialogue.symposia.forms.attendance import AttendanceForm, CodeForm, HoldForm, SheetForm
from dialogue.symposia.forms.fields import MeetingForm
from dialogue.symposia.forms.inviting import (
    AnswerForm,
    GuestsForm,
    InviteForm,
    RecordAnswerForm,
    UninviteForm,
    UninviteGuestForm,
)
from dialogue.symposia.forms.planning import CancelForm, NoticeForm, PlanForm
from dialogue.symposia.forms.topics import ChooseForm, DeclineForm, ProposeForm, WithdrawForm

# By action, in alphabetical order.
FORMS: dict[str, type[MeetingForm]] = {
    "answer_comment": writing.AnswerCommentForm,
    "answer_invitation": AnswerForm,
    "approve_issue": issuing.ApproveForm,
    "ask_comments": writing.AskCommentsForm,
    "begin_correction": issuing.CorrectionForm,
    "cancel_meeting": CancelForm,
    "change_plan": PlanForm,
    "change_signer": issuing.SignerForm,
    "choose_topic": ChooseForm,
    "decline_topic": DeclineForm,
    "drop_correction": issuing.DropForm,
    "hold_meeting": HoldForm,
    "invite": InviteForm,
    "invite_guests": GuestsForm,
    "issue_attendance": SheetForm,
    "issue_minutes": issuing.IssueForm,
    "propose_topic": ProposeForm,
    "recall_minutes": issuing.RecallForm,
    "record_answer": RecordAnswerForm,
    "record_attendance": AttendanceForm,
    "report_progress": issuing.ProgressForm,
    "return_minutes": issuing.ReasonForm,
    "send_notice": NoticeForm,
    "sign_in": CodeForm,
    "start_minutes": writing.StartMinutesForm,
    "submit_minutes": issuing.SubmitForm,
    "uninvite": UninviteForm,
    "uninvite_guest": UninviteGuestForm,
    "withdraw_topic": WithdrawForm,
}
