"""One form for each move of an existing meeting that the generic page of a move draws."""

from dialogue.symposia.forms.fields import MeetingForm

# By action, in alphabetical order.
FORMS: dict[str, type[MeetingForm]] = {}
