"""What the minutes read before: revisions of a section, versions that were issued."""

from datetime import timedelta

from dialogue.symposia.models import Meeting, Revision, Section
from documents.enums import DocumentKind
from documents.models import Document
from workflow.actor import Actor

MOST_REVISIONS = 400
TOGETHER = timedelta(minutes=1)  # what one page saved within so long is shown as one


def revisions(section: Section) -> list[Revision]:
    """The texts of a section, the last first: of what one page saved within a minute only the last. One statement."""
    rows = section.revisions.select_related("by").order_by("-seq")[:MOST_REVISIONS]
    found: list[Revision] = []
    for row in rows:
        after = found[-1] if found else None
        same = after is not None and row.window and row.window == after.window and not after.merged
        if same and after is not None and after.at - row.at < TOGETHER and row.seq:
            continue
        found.append(row)
    return found


def issued_versions(meeting: Meeting, actor: Actor) -> list[Document]:
    """The versions of the minutes that were issued and that the actor may read, the first first. One statement."""
    mine = Document.objects.visible_to(actor, about=Meeting.ledger_kind).filter(
        subject_kind=Meeting.ledger_kind, subject_id=meeting.pk, kind=DocumentKind.MINUTES
    )
    return list(mine.order_by("version"))
