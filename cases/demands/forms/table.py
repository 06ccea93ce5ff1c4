"""One form for each move of an existing demand."""

from cases.demands.forms.attachments import (
    AttachForm,
    InternalAttachForm,
    PublicAttachForm,
    ReleaseForm,
    WithdrawForm,
    WithdrawInternalForm,
)
from cases.demands.forms.closing import ConfirmForm, ResultForm, ReturnForm, SignForm
from cases.demands.forms.fields import MoveForm
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

# One form for each move of an existing case, by its action.
FORMS: dict[str, type[MoveForm]] = {
    "request_completion": CompletionForm,
    "complete": AnswerForm,
    "accept": AcceptForm,
    "dispatch": DispatchForm,
    "acknowledge": AcknowledgeForm,
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
    "attach": AttachForm,
    "attach_public": PublicAttachForm,
    "attach_internal": InternalAttachForm,
    "release_attachment": ReleaseForm,
    "withdraw_attachment": WithdrawForm,
    "withdraw_internal": WithdrawInternalForm,
}
