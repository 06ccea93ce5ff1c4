"""What every document has, and its machine-readable form."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

import msgspec

from documents.enums import DocumentKind
from foundation.canonical import canonical, sha256

INTERNAL = "内部"  # read after signing in; state secrets have no place in the system at all
# Archive periods by the National Archives Administration's rules of 2006 (order no. 8): permanent, 30 or 10 years.
RETENTION = {
    DocumentKind.MINUTES: "永久",
    DocumentKind.ATTENDANCE: "30年",
    DocumentKind.NOTICE: "10年",
    DocumentKind.SUPERVISION: "30年",
    DocumentKind.DISPATCH: "30年",
    DocumentKind.REPLY: "30年",
    DocumentKind.RECEIPT: "10年",
    DocumentKind.CASE_FILE: "30年",
    DocumentKind.MANDATE: "30年",
    DocumentKind.MANDATE_END: "30年",
    DocumentKind.MANDATE_RENEWAL: "30年",
    DocumentKind.CLOSING: "30年",
    DocumentKind.BULLETIN: "10年",
}
LONGEST_FILE_NAME = 80  # characters
NOT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')

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
    retention: str = ""  # 保管期限; "" is the one of its kind (RETENTION)
    secrecy: str = INTERNAL  # 密级

    @classmethod
    def from_plain(cls, plain: Any) -> Self:
        """The content that `to_plain` wrote. Raises msgspec.ValidationError for anything else, unknown fields too."""
        content = msgspec.convert(plain, cls)
        _refuse_what_was_not_read(plain, content.to_plain())
        return content

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


def _refuse_what_was_not_read(plain: Any, read: Any, path: str = "$") -> None:
    """Dataclasses let pass what they do not know: words that stand in the file and on no page."""
    if isinstance(plain, dict):
        if unknown := sorted(plain.keys() - read.keys()):
            raise msgspec.ValidationError(f"Object contains unknown field `{unknown[0]}` - at `{path}`")
        for key, value in plain.items():
            _refuse_what_was_not_read(value, read[key], f"{path}.{key}")
    elif isinstance(plain, list):
        for index, (one, other) in enumerate(zip(plain, read, strict=True)):
            _refuse_what_was_not_read(one, other, f"{path}[{index}]")


def content_sha256(content: Content, imprint: Imprint) -> str:
    return sha256(machine_readable(content, imprint))


def retention(content: Content) -> str:
    """保管期限: what the document says of itself, or the period of its kind."""
    return content.retention or RETENTION[content.kind]


def file_name(content: Content, imprint: Imprint) -> str:
    """How its file is called: number and title; a later version says which it is."""
    version = f"（第{imprint.version}版）" if imprint.version > 1 else ""
    name = NOT_IN_FILE_NAMES.sub(" ", f"{imprint.number or '草稿'} {content.title}").strip()
    return f"{name[:LONGEST_FILE_NAME]}{version}.pdf"
