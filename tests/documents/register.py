"""Minutes of one page, issued in the office of the town."""

from datetime import date
from typing import Any

from documents import register
from documents.content.minutes import Attendant, Minutes
from documents.models import Document
from documents.numbers import Form, Series
from documents.tasks import make_document
from tests.factories import NOW, Town, actor

TODAY = NOW.date()
SERIES = Series("minutes", form=Form.ISSUE)


def minutes(title: str = "关于扩建项目用地的会议纪要", *, place: str = "三楼第二会议室") -> Minutes:
    return Minutes(
        issuer="东胜区企业服务专班",
        title=title,
        mark="政企对话会议纪要",
        held_at=NOW,
        place=place,
        host=Attendant(name="张建国"),
        opening=("会议听取汇报，研究了办理意见。",),
        topics=(),
        present=(Attendant(name="张建国", post="市政府"),),
    )


def issued(town: Town, *, issued_on: date = TODAY, series: Series = SERIES, **fields: Any) -> Document:
    fields = {"office_id": town.office.pk, "subject_kind": "meeting", "subject_id": 7} | fields
    return register.issue(minutes(), series=series, issued_on=issued_on, by=actor(town.intake), **fields)


def again(document: Document) -> Document:
    """As it stands in the register."""
    return Document.objects.select_related("job", "file").get(pk=document.pk)


def work(document: Document) -> Document:
    """What the worker makes of it, in this very process."""
    make_document.func(str(again(document).job.public_id))
    return again(document)
