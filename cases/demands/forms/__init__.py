"""The inputs of every move, once: pages draw these forms, the API reads them. Rules about a move stay in rules."""

from cases.demands.forms.closing import ConfirmForm, ResultForm, ReturnForm, SignForm
from cases.demands.forms.fields import (
    CHINESE_DATE,
    STEP_ROWS,
    DateInput,
    DutyChoice,
    MomentField,
    MomentInput,
    MoveForm,
    PointsField,
    PublicIdChoice,
    StepsField,
    StepsWidget,
    text_area,
)
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
from cases.demands.forms.relay import DisclosingForm, RelayToDepartmentForm, RelayToFirmForm, RevealForm
from cases.demands.forms.submission import ClaimForm, NumberText, SubmitForm, question_field
from cases.demands.forms.table import FORMS

__all__ = [
    "CHINESE_DATE",
    "FORMS",
    "STEP_ROWS",
    "AcceptForm",
    "AcknowledgeForm",
    "AnswerForm",
    "AskFirmForm",
    "ClaimForm",
    "CompletionForm",
    "ConfirmForm",
    "ContactForm",
    "DateInput",
    "DenyContactForm",
    "DisclosingForm",
    "DispatchForm",
    "DutyChoice",
    "MomentField",
    "MomentInput",
    "MoveForm",
    "NameHandlerForm",
    "NoteForm",
    "NumberText",
    "PlanForm",
    "PointsField",
    "PublicIdChoice",
    "RelayToDepartmentForm",
    "RelayToFirmForm",
    "ReplyForm",
    "ResultForm",
    "ReturnForm",
    "RevealForm",
    "SignForm",
    "StepsField",
    "StepsWidget",
    "SubmitForm",
    "question_field",
    "text_area",
]
