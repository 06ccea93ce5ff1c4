"""The minutes as they read now, set by the worker as they would be printed: without a number, registered nowhere."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from dialogue.symposia import documents, queries
from dialogue.symposia.enums import MeetingState
from dialogue.symposia.models import Meeting
from documents import drafts
from documents.content.base import Imprint, file_name
from foundation.errors import NotYours
from foundation.models import Job
from workflow.actor import Actor


def start_preview(meeting: Meeting, *, by: Actor) -> Job:
    """A preview of the minutes is waited for. Whether this person may read them is asked before."""
    kind = drafts.kind_for(Meeting.ledger_kind, meeting.pk)
    title = _("预览：%(title)s") % {"title": documents.title_of(meeting)}
    keeps = queries.keeps_minutes(meeting, by)
    return drafts.start(kind, title[:200], by=by, begin=lambda job: make_preview.enqueue(job, keeps))


@task()
def make_preview(job: str, keeps: bool) -> None:
    """The preview has its file; a job that has ended stays as it is.

    `keeps` says that the asker reads every draft. Anybody else reads the one that they were asked about: written anew
    by the time the worker comes to it, it is nothing for them.
    """
    work = drafts.waiting(job, f"{drafts.OF}{Meeting.ledger_kind}:")
    if work is None:
        return
    names = Meeting.objects.select_related("office__district", "host", "signer")
    meeting = names.get(pk=drafts.subject_of(work)[1])
    written = documents.minutes_of(meeting)

    def content() -> documents.Minutes:
        if not keeps and meeting.state not in (MeetingState.COMMENTING, MeetingState.IN_APPROVAL):
            raise NotYours(_("征求意见已经结束"))
        return written

    drafts.set_draft(
        work,
        content,
        name=lambda: file_name(written, Imprint()),
        failed=gettext_lazy("预览没有生成，请返回再试一次。"),
    )
