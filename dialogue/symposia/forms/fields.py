"""What the forms of moves of a meeting are made of."""

from typing import Any

from django import forms
from django.urls import reverse

from dialogue.symposia.models import Meeting
from parties.models import Membership
from workflow.actor import Actor


def post_text(post: Membership) -> str:
    """“张建国 · 市领导办公室 · 领导”: one of the posts that may host a meeting."""
    return f"{post.user.name} · {post.organisation.name} · {post.get_role_display()}"


class MeetingForm(forms.Form):
    """The inputs of one move of one meeting. Alone it is the form of a move that takes none.

    Subclasses that need choices of the meeting override `prepare`. What the query string names as fields is filled in
    when the page is opened: a button beside a row leads to `…/act/choose_topic/?topic=…`.
    """

    use_required_attribute = False
    page = ""  # the name of its address, when the move has a page of its own instead of the generic one

    def __init__(self, *args: Any, meeting: Meeting, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting, self.actor = meeting, actor
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices that depend on the meeting; nothing by default."""

    def says(self) -> Any:
        """What stands above the questions, "" for nothing."""
        return ""

    def beside(self) -> dict[str, Any]:
        """What the page shows beside the questions, by the names that symposia/act.html knows; nothing by default."""
        return {}

    def done(self) -> Any:
        """What is said afterwards, "" for “已完成” with the name of the move."""
        return ""

    def leads_to(self) -> str:
        """The address to go on to afterwards, as long as the meeting is visible: its page."""
        return reverse("symposia:meeting", args=[self.meeting.public_id])
