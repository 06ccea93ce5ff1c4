"""What anybody may know of a document who holds it or its code: that it is ours, what it is worth, and counts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from documents import registry
from documents.addresses import CODE_LENGTH
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from documents.registry import Progress

LISTS_ITEMS = frozenset({DocumentKind.MINUTES})  # a letter or a roll of the same meeting lists none
SHA256_LENGTH = 64  # hexadecimal digits


@dataclass(frozen=True)
class Verified:
    """A document as the public page tells of it: never its title, whom it is about, a reason, or a person.

    The hashes are hexadecimal; `file_sha256` is "" until the file is made. `signer` is "" without a signature.
    `replaced_by` is the version that stands under the same number today, None unless this one was replaced.
    `progress` counts the items that a document lists, None for one that lists none.
    """

    code: str
    number: str
    kind: str
    kind_label: Any
    issued_on: date
    version: int
    status: DocumentStatus
    status_at: datetime | None
    replaced_by: int | None
    content_sha256: str
    file_sha256: str
    signer: str
    progress: Progress | None

    @property
    def is_valid(self) -> bool:
        return self.status == DocumentStatus.VALID


def find_by_code(code: str) -> Verified | None:
    """The document behind a QR code, large and small letters alike; None when there is none. Two statements at most
    for the document, and those of its system for the counts.
    """
    code = code.strip().lower()
    return _verified(code=code) if len(code) == CODE_LENGTH else None


def find_by_file(sha256: str) -> Verified | None:
    """The document whose issued file has this SHA-256, in hexadecimal digits; None when there is none.

    As many statements as `find_by_code`.
    """
    sha256 = sha256.strip().lower()
    return _verified(file_sha256=sha256) if len(sha256) == SHA256_LENGTH else None


def _verified(**key: str) -> Verified | None:
    found = Document.objects.defer("content").filter(**key).first()
    if found is None:
        return None
    return Verified(
        code=found.code,
        number=found.number,
        kind=found.kind,
        kind_label=DocumentKind(found.kind).label,
        issued_on=found.issued_on,
        version=found.version,
        status=DocumentStatus(found.status),
        status_at=found.status_at,
        replaced_by=_newest_version(found) if found.status == DocumentStatus.REPLACED else None,
        content_sha256=found.content_sha256,
        file_sha256=found.file_sha256,
        signer=found.signer,
        progress=_progress(found),
    )


def _newest_version(document: Document) -> int | None:
    return (
        Document.objects.filter(
            series=document.series, office_id=document.office_id, year=document.year, sequence=document.sequence
        )
        .order_by("-version")
        .values_list("version", flat=True)
        .first()
    )


def _progress(document: Document) -> Progress | None:
    if document.kind not in LISTS_ITEMS:
        return None
    subjects = registry.subjects(document.subject_kind)
    return subjects.progress([document.subject_id]).get(document.subject_id) if subjects else None
