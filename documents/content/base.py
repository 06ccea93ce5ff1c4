"""What every document has, and its machine-readable form."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

import msgspec

from documents.enums import DocumentKind
from foundation.canonical import canonical, sha256

SCHEMA = "urn:ordos-direct-dialogue:document:{kind}:{version}"


@dataclass(frozen=True, kw_only=True)
class Content:
    """What one document says. Values are text, whole numbers, booleans, dates, moments, None and tuples of such
    values or of frozen dataclasses: what has a canonical JSON. Amounts are whole fen.

    A class that changes so that old content no longer reads gets the next `schema_version`, and keeps reading the old.
    """

    kind: ClassVar[DocumentKind]
    schema_version: ClassVar[int] = 1

    issuer: str  # 责任者: the office that answers for the document, as it signs
    title: str

    @classmethod
    def from_plain(cls, plain: Any) -> Self:
        """The content that `to_plain` wrote. Raises msgspec.ValidationError for anything else."""
        return msgspec.convert(plain, cls)

    def to_plain(self) -> Any:
        """Dicts, lists and text, as they stand in the machine-readable attachment."""
        return msgspec.to_builtins(self)


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """What a document is given when it is issued: number, day, version, where it can be checked.

    `replaces` names the version that this one corrects. `verify_at` is the address behind the QR code; "" for a draft,
    which has neither number nor code.
    """

    number: str = ""
    issued_on: date | None = None
    version: int = 1
    replaces: str = ""
    verify_at: str = ""

    @property
    def is_draft(self) -> bool:
        return not self.number


def schema_of(content: Content) -> str:
    """The name of the published schema that the content follows."""
    return SCHEMA.format(kind=content.kind.lower(), version=content.schema_version)


def machine_readable(content: Content, imprint: Imprint) -> str:
    """The canonical JSON of a document: what is embedded in its PDF, and whose SHA-256 is its `content_sha256`."""
    return canonical(
        {
            "schema": schema_of(content),
            "kind": str(content.kind),
            "imprint": msgspec.to_builtins(imprint),
            "content": content.to_plain(),
        }
    )


def content_sha256(content: Content, imprint: Imprint) -> str:
    return sha256(machine_readable(content, imprint))
