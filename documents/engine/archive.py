"""What an archive needs: the machine-readable content inside the PDF, and metadata by GB/T 18894-2016.

Title, number, who answers for it, day, matter, retention, secrecy, format, file name and program are written here. The
size of a file cannot stand inside it: it stands with its SHA-256 in the register.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

import weasyprint
from weasyprint.document import DocumentMetadata
from weasyprint.pdf.metadata import NS

from documents.content.base import Content, Imprint, file_name, machine_readable, retention

ATTACHED = "content.json"
VARIANT = "pdf/a-3u"
FORMAT = "PDF/A-3u（ISO 19005-3）"
PROGRAM = "政企直通"
OWN = "urn:ordos-direct-dialogue:archive:1#"
EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
XML = "http://www.w3.org/XML/1998/namespace"
CHINA = timezone(timedelta(hours=8))
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
FIELDS = {
    "title": "题名",
    "number": "文件编号",
    "responsible": "责任者",
    "date": "日期",
    "matter": "机构或问题",
    "retention": "保管期限",
    "secrecy": "密级",
    "format": "格式信息",
    "fileName": "计算机文件名",
    "program": "文档创建程序",
}
for prefix, namespace in {
    "archive": OWN,
    "pdfaExtension": EXTENSION,
    "pdfaSchema": SCHEMA,
    "pdfaProperty": PROPERTY,
}.items():
    register_namespace(prefix, namespace)


@dataclass(frozen=True)
class Record:
    """The fields of one document. `day` is "" for a draft, which has no date of its own."""

    values: dict[str, str]
    day: str
    keywords: tuple[str, ...]


def record(content: Content, imprint: Imprint) -> Record:
    day = imprint.issued_on.isoformat() if imprint.issued_on else ""
    kind = str(content.kind.label)
    values = {
        "title": content.title,
        "number": imprint.number,
        "responsible": content.issuer,
        "date": day,
        "matter": f"{content.issuer}·{kind}",
        "retention": retention(content),
        "secrecy": content.secrecy,
        "format": FORMAT,
        "fileName": file_name(content, imprint),
        "program": PROGRAM,
    }
    keywords = (kind, imprint.number) if imprint.number else (kind, "草稿")
    return Record({name: _clean(value) for name, value in values.items()}, day, tuple(map(_clean, keywords)))


class Metadata(DocumentMetadata):
    """The fields of WeasyPrint, written with those of the archive as one RDF."""

    def __init__(self, of: Record, *, lang: str, attachments: Sequence[weasyprint.Attachment]) -> None:
        # Midnight in China: the day on which a document is dated is the only time it has.
        moment = f"{of.day}T00:00:00+08:00" if of.day else None
        super().__init__(
            title=of.values["title"],
            authors=[of.values["responsible"]],
            description=f"{of.values['retention']}；{of.values['secrecy']}",
            keywords=list(of.keywords),
            generator=PROGRAM,
            created=moment,
            modified=moment,
            attachments=list(attachments),
            lang=lang,
        )
        self.fields = of.values

    def generate_rdf_metadata(self, variant: str, version: int, conformance: str) -> bytes:
        rdf = Element(_name("rdf", "RDF"))
        about = SubElement(rdf, _name("rdf", "Description"), {_name("rdf", "about"): ""})
        _text(about, _name("pdfaid", "part"), str(version))
        _text(about, _name("pdfaid", "conformance"), conformance)
        _language(about, _name("dc", "title"), self.title)
        authors = SubElement(SubElement(about, _name("dc", "creator")), _name("rdf", "Seq"))
        for author in self.authors:
            _text(authors, _name("rdf", "li"), author)
        _language(about, _name("dc", "description"), self.description)
        _text(about, _name("dc", "format"), "application/pdf")
        _text(about, _name("pdf", "Keywords"), ", ".join(self.keywords))
        _text(about, _name("pdf", "Producer"), f"WeasyPrint {weasyprint.__version__}")
        _text(about, _name("xmp", "CreatorTool"), self.generator)
        if self.created:
            _text(about, _name("xmp", "CreateDate"), self.created)
            _text(about, _name("xmp", "ModifyDate"), self.modified)
        for field, value in self.fields.items():
            if value:
                _text(about, f"{{{OWN}}}{field}", value)
        _describe(about)
        return tostring(rdf, encoding="utf-8")


def attachment(content: Content, imprint: Imprint) -> weasyprint.Attachment:
    """The content as it is hashed in the register."""
    day = imprint.issued_on or date(1970, 1, 1)  # a draft's is taken out again by `finish`
    moment = datetime(day.year, day.month, day.day, tzinfo=CHINA).astimezone(UTC)
    return weasyprint.Attachment(
        string=machine_readable(content, imprint),
        name=ATTACHED,
        description="机读内容",
        relationship="Source",
        created=moment,
        modified=moment,
    )


def finish(_document: Any, pdf: Any) -> None:
    """The attachment is named once, with its media type; nothing is dated that has no day."""
    files = pdf.catalog["AF"]
    files[:] = list(dict.fromkeys(files))
    for one in pdf.objects:
        extra = getattr(one, "extra", {})
        if extra.get("Type") == "/EmbeddedFile":
            extra["Subtype"] = "/application#2fjson"
            if "CreationDate" not in pdf.info:
                del extra["Params"]["CreationDate"], extra["Params"]["ModDate"]


def _describe(about: Element) -> None:
    """The schema of the own fields, as ISO 19005 asks of every namespace that is not predefined."""
    schemas = SubElement(SubElement(about, f"{{{EXTENSION}}}schemas"), _name("rdf", "Bag"))
    one = SubElement(schemas, _name("rdf", "li"), {_name("rdf", "parseType"): "Resource"})
    _text(one, f"{{{SCHEMA}}}schema", "GB/T 18894-2016")
    _text(one, f"{{{SCHEMA}}}namespaceURI", OWN)
    _text(one, f"{{{SCHEMA}}}prefix", "archive")
    properties = SubElement(SubElement(one, f"{{{SCHEMA}}}property"), _name("rdf", "Seq"))
    for field, words in FIELDS.items():
        entry = SubElement(properties, _name("rdf", "li"), {_name("rdf", "parseType"): "Resource"})
        _text(entry, f"{{{PROPERTY}}}name", field)
        _text(entry, f"{{{PROPERTY}}}valueType", "Text")
        _text(entry, f"{{{PROPERTY}}}category", "external")
        _text(entry, f"{{{PROPERTY}}}description", words)


def _name(prefix: str, name: str) -> str:
    return f"{{{NS[prefix]}}}{name}"


def _text(parent: Element, name: str, words: str) -> None:
    SubElement(parent, name).text = words


def _language(parent: Element, name: str, words: str) -> None:
    choices = SubElement(SubElement(parent, name), _name("rdf", "Alt"))
    SubElement(choices, _name("rdf", "li"), {f"{{{XML}}}lang": "x-default"}).text = words


def _clean(value: str) -> str:
    """Characters that XML does not have are shown as missing; all others stay as they are."""
    return NOT_IN_XML.sub("〓", value)
