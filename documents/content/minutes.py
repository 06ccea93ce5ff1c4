"""纪要: what a meeting agreed (GB/T 9704-2012, 10.3)."""

from dataclasses import dataclass
from datetime import date

from documents.content.base import Content
from documents.content.parts import Moment
from documents.enums import DocumentKind


@dataclass(frozen=True, kw_only=True)
class Attendant:
    """Somebody at the meeting; `post` is shown in brackets behind the name, "" shows none."""

    name: str
    post: str = ""


@dataclass(frozen=True, kw_only=True)
class ActionItem:
    """One thing that somebody is to do. `number` is that of the whole minutes; None lets the layout count."""

    words: str
    lead: str
    with_others: tuple[str, ...] = ()
    person: str = ""
    due_on: date | None = None
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One topic: what was said, what was decided, and who does what until when. Paragraphs are single lines.

    Titles come without their numerals (一、): the layout counts.
    """

    title: str
    said: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    items: tuple[ActionItem, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """Which of the three there are, in the order in which they are read."""
        return tuple(part for part in ("said", "decided", "items") if getattr(self, part))


@dataclass(frozen=True, kw_only=True)
class Minutes(Content):
    """Reasons of absence are no part of minutes: they stand on the attendance sheet only."""

    kind = DocumentKind.MINUTES

    mark: str  # 纪要标志, “×××××纪要”
    held_at: Moment
    place: str
    host: Attendant
    opening: tuple[str, ...]
    topics: tuple[Topic, ...]
    present: tuple[Attendant, ...]  # 出席
    attending: tuple[Attendant, ...] = ()  # 列席
    excused: tuple[Attendant, ...] = ()  # 请假
    recorder: str = ""
    signer: Attendant | None = None  # 签发, when it is not the host
    copies_to: tuple[str, ...] = ()  # 抄送
