"""One form for each move of an existing demand."""

from cases.demands.forms.attachments import (
    AttachForm,
    InternalAttachForm,
    PublicAttachForm,
    ReleaseForm,
    WithdrawAttachmentForm,
    WithdrawInternalForm,
)
from cases.demands.forms.closing import ConfirmForm, OfficeConfirmForm, OpinionForm, ResultForm, ReturnForm, SignForm
from cases.demands.forms.disputes import (
    AssignLeadForm,
    PassDownForm,
    ReassignForm,
    RejectForm,
    ReportUpForm,
    SendBackForm,
    TransferForm,
    UpholdForm,
)
from cases.demands.forms.evidence import PackForm
from cases.demands.forms.fields import MoveForm
from cases.demands.forms.firm import NudgeForm, PaperForm, RedoForm, UndoWithdrawalForm, WithdrawForm
from cases.demands.forms.handling import (
    AcknowledgeForm,
    AnswerForm,
    AskFirmForm,
    ContactForm,
    DenyContactForm,
    NameHandlerForm,
    NoteForm,
    PlanForm,
    ReplyForm,
)
from cases.demands.forms.intake import AcceptForm, CompletionForm, DispatchForm
from cases.demands.forms.recusal import AskRecusalForm, LiftRecusalForm, RecuseForm
from cases.demands.forms.relay import RelayToDepartmentForm, RelayToFirmForm, RevealForm
from cases.demands.forms.second_person import DeclineForm, ReclassifyForm

# One form for each move of an existing case, by its action.
FORMS: dict[str, type[MoveForm]] = {
    "request_completion": CompletionForm,
    "complete": AnswerForm,
    "accept": AcceptForm,
    "decline": DeclineForm,
    "dispatch": DispatchForm,
    "pass_down": PassDownForm,
    "report_up": ReportUpForm,
    "reclassify": ReclassifyForm,
    "acknowledge": AcknowledgeForm,
    "send_back": SendBackForm,
    "uphold_return": UpholdForm,
    "reject_return": RejectForm,
    "assign_lead": AssignLeadForm,
    "transfer": TransferForm,
    "reassign": ReassignForm,
    "name_handler": NameHandlerForm,
    "ask_firm": AskFirmForm,
    "answer": AnswerForm,
    "record_contact": ContactForm,
    "deny_contact": DenyContactForm,
    "save_plan": PlanForm,
    "note_internal": NoteForm,
    "reply_public": ReplyForm,
    "submit_result": ResultForm,
    "sign_off": SignForm,
    "return_result": ReturnForm,
    "confirm": ConfirmForm,
    "confirm_by_office": OfficeConfirmForm,
    "record_opinion": OpinionForm,
    "redo": RedoForm,
    "withdraw": WithdrawForm,
    "undo_withdrawal": UndoWithdrawalForm,
    "nudge": NudgeForm,
    "ask_recusal": AskRecusalForm,
    "recuse": RecuseForm,
    "lift_recusal": LiftRecusalForm,
    "relay_to_firm": RelayToFirmForm,
    "relay_to_department": RelayToDepartmentForm,
    "reveal_firm": RevealForm,
    "attach": AttachForm,
    "attach_public": PublicAttachForm,
    "attach_internal": InternalAttachForm,
    "release_attachment": ReleaseForm,
    "withdraw_attachment": WithdrawAttachmentForm,
    "withdraw_internal": WithdrawInternalForm,
    "issue_receipt": PaperForm,
    "issue_case_file": PaperForm,
    "make_pack": PackForm,
}
