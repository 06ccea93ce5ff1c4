"""One form for each move of an existing meeting that the generic page of a move draws."""

from dialogue.symposia.forms import issuing
from dialogue.symposia.forms.attendance import AttendanceForm, CodeForm, HoldForm, SheetForm
from dialogue.symposia.forms.fields import MeetingForm

# By action, in alphabetical order.
FORMS: dict[str, type[MeetingForm]] = {
    "approve_issue": issuing.ApproveForm,
    "begin_correction": issuing.CorrectionForm,
    "close_meeting": issuing.CloseForm,
    "drop_correction": issuing.DropForm,
    "hold_meeting": HoldForm,
    "issue_attendance": SheetForm,
    "issue_minutes": issuing.IssueForm,
    "record_attendance": AttendanceForm,
    "report_progress": issuing.ProgressForm,
    "return_minutes": issuing.ReasonForm,
    "sign_in": CodeForm,
    "submit_minutes": issuing.SubmitForm,
}
