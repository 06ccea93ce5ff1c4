"""How a document is spoken of: what it is worth, and how far the worker is with it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.enums import DocumentStatus
from documents.models import Document
from foundation.models import JobState

Look = tuple[Any, str, str]  # words, tint, drawing

WORTH: dict[str, Look] = {
    DocumentStatus.VALID: (DocumentStatus.VALID.label, "green", "check"),
    DocumentStatus.REPLACED: (DocumentStatus.REPLACED.label, "amber", "swap"),
    DocumentStatus.WITHDRAWN: (DocumentStatus.WITHDRAWN.label, "red", "undo"),
}
AT_WORK = frozenset({JobState.WAITING, JobState.RUNNING})
MAKING: dict[str, Look] = {
    JobState.WAITING: (pgettext_lazy("document", "等待生成"), "blue", "clock"),
    JobState.RUNNING: (pgettext_lazy("document", "正在生成"), "blue", "clock"),
    JobState.FAILED: (pgettext_lazy("document", "没有生成"), "red", "alert"),
}
FAILED = _("文件没有生成出来，可以再试一次。")


def looks(document: Document, now: datetime) -> list[Look]:
    """The badges beside a document: what it is worth, and how far it is while there is no file."""
    state = document.making(now)
    return [WORTH[document.status], *([MAKING[state]] if state in MAKING else [])]
