"""Whether the register and its files still say what was issued: every row and every byte, read once.

What somebody changed who owns the database shows where one of three no longer fits the others: the row, the frozen
JSON under its hash, the file under its own. Whoever changes all three, and the number with it, is shown by a copy that
is kept elsewhere, or by a signature. To whom a document belongs (subject, audience, office) stands in the row alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256 as hash_of

import msgspec
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from documents.addresses import VERIFY
from documents.content.reading import Frozen, read
from documents.enums import DocumentStatus
from documents.models import Document, NumberSeries
from documents.numbers import Form
from foundation.canonical import sha256
from foundation.files.storing import content
from foundation.keyset import keyset_chunks

CHUNK = 100  # documents in memory at a time
ATTACHED = "content.json"  # as documents.engine.archive names it
ORDER = ("series", "office_id", "year", "sequence", "version")


@dataclass
class Step:
    """So many documents further: how many were read, how many of them have no file yet, and a sentence a fault."""

    documents: int = 0
    unmade: int = 0
    faults: list[str] = field(default_factory=list)


def inspect() -> Iterator[Step]:
    """Every document of the register, CHUNK by CHUNK, one statement each and one for every series; files are read."""
    walk = _Walk()
    for chunk in keyset_chunks(Document.objects.select_related("file").order_by(*ORDER), size=CHUNK):
        step = Step()
        for document in chunk:
            step.documents += 1
            step.unmade += document.file_id is None
            step.faults += walk.comes_to(document)
            step.faults += (_("%(name)s：%(fault)s") % {"name": _name(document), "fault": f} for f in faults(document))
        yield step
    yield Step(faults=[*walk.ends(), *_empty_series()])


def _name(document: Document) -> str:
    words = {"number": document.number, "version": document.version, "series": document.series}
    return _("%(series)s %(number)s 第 %(version)s 版") % words


# --- one document ---


def faults(document: Document) -> Iterator[str]:
    """What is wrong with this one, a sentence each; its stored file loaded."""
    if sha256(document.content) != document.content_sha256:
        yield _("内容与登记的内容摘要不符")
    try:
        frozen = read(document.content)
    except (msgspec.ValidationError, ValueError, KeyError, TypeError):
        yield _("登记的内容读不出来")
    else:
        if other := _other_than(document, frozen):
            yield _("登记的%(columns)s与内容不符") % {"columns": "、".join(other)}
    if document.file is not None:
        yield from _faults_of_file(document)


def _other_than(document: Document, frozen: Frozen) -> list[str]:
    """The columns that say something else than the content, by their names for people."""
    said, imprint = frozen.content, frozen.imprint
    numbers = {
        form.value.format(prefix=document.prefix, year=document.year, sequence=document.sequence) for form in Form
    }
    fits = {
        "kind": document.kind == said.kind,
        "title": document.title == said.title,
        "issuer": document.issuer == said.issuer,
        "number": document.number == imprint.number and document.number in numbers,
        "version": document.version == imprint.version,
        "issued_on": document.issued_on == imprint.issued_on,
        "code": imprint.verify_at.endswith(f"/{VERIFY}{document.code}/"),
    }
    labels = {column.name: column.verbose_name for column in Document._meta.fields}
    return [str(labels[name]) for name, same in fits.items() if not same]


def _faults_of_file(document: Document) -> Iterator[str]:
    file = content(document.file)
    if file is None:
        yield _("文件缺失，或长度不符")
        return
    with file:
        pdf = file.read()
    if hash_of(pdf).hexdigest() != document.file_sha256:
        yield _("文件与登记的文件摘要不符")
    yield from _faults_of_pdf(document, pdf)


def _faults_of_pdf(document: Document, pdf: bytes) -> Iterator[str]:
    """The engine of a browser reads the file, not the one that wrote it."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(pdf) as opened:
            attached = (opened.get_attachment(n) for n in range(opened.count_attachments()))
            embedded = [bytes(one.get_data()) for one in attached if one.get_name() == ATTACHED]
            pages = len(opened)
    except pypdfium2.PdfiumError:
        yield _("文件不是完好的 PDF")
        return
    if embedded != [document.content.encode()]:
        yield _("文件附带的机读内容与登记的内容不符")
    if pages != document.pages:
        yield _("文件的页数与登记的不符")
    if document.signer:
        from documents.signing import check

        checked = check(pdf)
        if not (checked.intact and checked.whole):
            yield _("文件的电子签名不符")


# --- one after the other ---


class _Walk:
    """Goes through all documents in the order of their numbers and remembers where it stands."""

    def __init__(self) -> None:
        self.last: Document | None = None

    def comes_to(self, document: Document) -> Iterator[str]:
        """What is wrong between the document before and this one."""
        last = self.last
        if last is not None and _series_of(last) == _series_of(document):
            if last.sequence == document.sequence:
                yield from _between_versions(last, document)
            else:
                yield from _newest(last)
                yield from _missing(document, last.sequence + 1, document.sequence)
                yield from _first(document)
        else:
            yield from self.ends()
            yield from _missing(document, 1, document.sequence)
            yield from _first(document)
        self.last = document

    def ends(self) -> Iterator[str]:
        """What is wrong at the end of a series: its counter stands elsewhere than its last number."""
        if (last := self.last) is None:
            return
        yield from _newest(last)
        name, office_id, year = _series_of(last)
        counted = NumberSeries.objects.filter(name=name, office_id=office_id, year=year).first()
        if counted is None or counted.last < last.sequence:
            yield _("%(name)s：编号簿记到的号比它小，或没有这本编号簿") % {"name": _name(last)}
        else:
            yield from _missing(last, last.sequence + 1, counted.last + 1)


def _series_of(document: Document) -> tuple[str, int, int]:
    return document.series, document.office_id, document.year


def _missing(document: Document, start: int, stop: int) -> Iterator[str]:
    """Numbers from `start` to before `stop` that nobody has."""
    if start < stop:
        yield _("%(series)s %(year)s 年缺少顺序号 %(numbers)s（单位 %(office)s）") % {
            "series": document.series,
            "year": document.year,
            "numbers": start if stop == start + 1 else f"{start}–{stop - 1}",
            "office": document.office_id,
        }


def _first(document: Document) -> Iterator[str]:
    if document.version != 1:
        yield _("%(name)s：缺少前面的版本") % {"name": _name(document)}


def _between_versions(old: Document, new: Document) -> Iterator[str]:
    if new.version != old.version + 1:
        yield _("%(name)s：缺少前面的版本") % {"name": _name(new)}
    elif new.replaces_id != old.pk:
        yield _("%(name)s：所替换的不是前一版") % {"name": _name(new)}
    if old.status != DocumentStatus.REPLACED:
        yield _("%(name)s：已有新的版本，状态却不是“已被替换”") % {"name": _name(old)}


def _newest(document: Document) -> Iterator[str]:
    if document.status == DocumentStatus.REPLACED:
        yield _("%(name)s：状态是“已被替换”，却没有新的版本") % {"name": _name(document)}


def _empty_series() -> Iterator[str]:
    """Series whose numbers have all gone."""
    theirs = Document.objects.filter(series=OuterRef("name"), office_id=OuterRef("office_id"), year=OuterRef("year"))
    empty = NumberSeries.objects.filter(~Exists(theirs)).order_by("pk")
    for chunk in keyset_chunks(empty, size=CHUNK):
        for one in chunk:
            yield _("%(series)s %(year)s 年缺少顺序号 %(numbers)s（单位 %(office)s）") % {
                "series": one.name,
                "year": one.year,
                "numbers": f"1–{one.last}",
                "office": one.office_id,
            }
