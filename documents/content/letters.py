"""答复函: what a firm is told was done about its demand."""

from dataclasses import dataclass
from datetime import date

from documents.content.base import Content
from documents.content.parts import Basis, Contact, Section
from documents.enums import DocumentKind


@dataclass(frozen=True, kw_only=True)
class ReplyLetter(Content):
    """To the firm: what it asked, what was done, on what basis, and what it can do when it does not agree."""

    kind = DocumentKind.REPLY

    mark: str  # 发文机关标志: the name of the department, without “文件”
    to: str
    case_number: str
    submitted_on: date
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    outcome: str  # 解决, 部分解决, …: the word of the result as signed off
    basis: tuple[Basis, ...]
    remedies: tuple[str, ...]
    contact: Contact
    attachments: tuple[str, ...] = ()
    copies_to: tuple[str, ...] = ()
