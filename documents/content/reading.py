"""What a document says, read back from its machine-readable form."""

import json
from dataclasses import dataclass

import msgspec

from documents.content.base import Content, Imprint
from documents.content.minutes import Minutes
from documents.enums import DocumentKind

CLASSES: dict[DocumentKind, type[Content]] = {
    DocumentKind.MINUTES: Minutes,
}


@dataclass(frozen=True)
class Frozen:
    """What stands in the register: content and imprint."""

    content: Content
    imprint: Imprint


def read(text: str) -> Frozen:
    """The content and imprint that `machine_readable` wrote.

    Raises msgspec.ValidationError, ValueError or KeyError for anything else.
    """
    plain = json.loads(text)
    made = CLASSES[DocumentKind(plain["kind"])]
    return Frozen(made.from_plain(plain["content"]), msgspec.convert(plain["imprint"], Imprint))
