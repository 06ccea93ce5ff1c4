"""Sections of the minutes are saved as they are written, and read again as they were issued.

No moves: of a draft the ledger keeps nothing, its revisions keep everything (decision 0041).
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dialogue.symposia import markup, rules
from dialogue.symposia.merging import Conflict, merge, with_numbers_of
from dialogue.symposia.models import Meeting, Revision, Section
from foundation.errors import NotVisible, Refused
from foundation.prepared import Prepared
from workflow.actor import Actor
from workflow.shaped import Shaped


@dataclass(frozen=True)
class Saved:
    """A section after it was saved: its text may be another than was sent, when items got numbers or texts were merged.

    `others` are the people whose savings the page had not seen; `conflicts` the paragraphs that both had changed.
    """

    section: Section
    meeting: Meeting
    others: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def save_section(public_id: UUID, *, by: Actor, text: str, seq: int | None, window: str = "") -> Saved:
    """What was written is kept, and every item in it has its number.

    `seq` is the number of savings that the page knows of. When others saved meanwhile, their text and this one are
    merged and both stand as revisions: nothing that anybody wrote is lost. `window` names the page, which may not have
    heard the answer to its last saving: what it wrote itself is nobody else's. Raises NotVisible, NotYours,
    WrongMoment, Refused.
    """
    with transaction.atomic():
        meeting, section = _locked(public_id, by)
        rules.check_writing(meeting, by)
        text = "\n".join(markup.lines_of(text))  # a browser sends two characters for the end of a line
        seen = rules.check_section(text, seq, section.seq)
        since = section.revisions.filter(seq__gt=seen).order_by("-seq") if seen < section.seq else None
        if since is None:
            _keep(section, meeting, _with_numbers(meeting, text), by=by, window=window)
            return Saved(section, meeting)
        own = since.filter(window=window, merged=False).first() if window else None
        base = own or section.revisions.get(seq=seen)
        mine = _with_numbers(meeting, with_numbers_of(base.text, text))
        merged = merge(base.text, mine, section.text)
        if merged.text != section.text:
            _keep(section, meeting, mine, by=by, window=window)
            _keep(section, meeting, merged.text, by=by, window=window, merged=True)
        others = since.exclude(window=window) if window else since
        names = dict.fromkeys(others.exclude(by=None).order_by("seq").values_list("by__name", flat=True))
        return Saved(section, meeting, tuple(names), merged.conflicts)


def restore_sections(meeting: Meeting, *, by: Actor) -> None:
    """The sections read again as the version in force was issued; what was written since stays among the revisions.

    For whoever gives up a correction, in the transaction of that move, which holds the lock of the meeting.
    """
    for section in meeting.sections.select_for_update(of=("self",)):
        issued = section.revisions.filter(version__lte=meeting.version).order_by("-seq").first()
        if issued is not None:
            _keep(section, meeting, issued.text, by=by, window="")


def _locked(public_id: UUID, by: Actor) -> tuple[Meeting, Section]:
    """The section and before it its meeting, as every move locks it: nobody signs what is being saved."""
    place = _PLACE.first(by, public_id=public_id)
    if place is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    (meeting,) = _LOCK.rows(Meeting, pk=place[1])
    (section,) = _LOCK.rows(Section, pk=place[0])
    return meeting, section


def _place(by: Actor, *, public_id: UUID) -> QuerySet[Section, tuple[int, int]]:
    visible = Meeting.objects.visible_to(by).order_by().values("pk")
    return Section.objects.filter(public_id=public_id, meeting__in=visible).values_list("pk", "meeting_id")


_PLACE = Shaped(_place, public_id=UUID)
_LOCK = Prepared(lambda model, *, pk: model.objects.select_for_update(of=("self",)).filter(pk=pk), pk=int)


def _with_numbers(meeting: Meeting, text: str) -> str:
    """The text with its items numbered; the numbers are given for good."""
    text, given = markup.numbered(text, meeting.items_numbered)
    if given > markup.LAST_NUMBER:
        raise Refused("text", _("一次会议的任务编号最多到 %(n)s") % {"n": markup.LAST_NUMBER})
    if given != meeting.items_numbered:
        meeting.items_numbered = given
        Meeting.objects.filter(pk=meeting.pk).update(items_numbered=given)
    return text


def _keep(section: Section, meeting: Meeting, text: str, *, by: Actor, window: str, merged: bool = False) -> None:
    """The section has this text, and a revision says so; nothing is written when it had it already."""
    if text == section.text:
        return
    section.text, section.seq, section.window = text, section.seq + 1, window
    section.saved_at, section.saved_by_id = by.now, by.user_id
    section.save(update_fields=["text", "seq", "window", "saved_at", "saved_by"])
    revision_of(section, meeting, text, by=by, merged=merged).save()


def revision_of(section: Section, meeting: Meeting, text: str, *, by: Actor, merged: bool = False) -> Revision:
    """The row, not written yet, that says that the section has this text."""
    return Revision(
        section=section,
        seq=section.seq,
        version=meeting.next_version,
        text=text,
        window=section.window,
        merged=merged,
        at=by.now,
        by_id=by.user_id,
    )
