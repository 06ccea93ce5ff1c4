"""What an archive asks of the file: PDF/A-3u by its own claim, content inside, metadata by GB/T 18894, tags."""

import io
import json
from datetime import date
from xml.etree import ElementTree

import pikepdf
import pytest

from documents.content.base import Imprint, content_sha256, file_name, machine_readable, retention
from documents.engine import archive
from documents.enums import DocumentKind
from foundation.canonical import sha256
from tests.paper import ISSUED, MINUTES, minutes, printed

pytestmark = pytest.mark.every_page

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
OWN = f"{{{archive.OWN}}}"


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def rdf(pdf: pikepdf.Pdf) -> ElementTree.Element:
    root = ElementTree.fromstring(pdf.Root.Metadata.read_bytes())
    [found] = root
    assert found.tag == f"{RDF}RDF"
    return found


def test_the_file_is_sound_and_says_it_is_pdf_a_3u() -> None:
    with opened(printed(MINUTES)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.pdf_version == "1.7"
        assert not pdf.is_encrypted
        assert [str(intent.S) for intent in pdf.Root.OutputIntents] == ["/GTS_PDFA1"]
        assert "/ID" in pdf.trailer
        metadata = pdf.open_metadata()
        assert metadata.pdfa_status == "3U"


def test_the_content_is_attached_once_as_it_is_hashed_in_the_register() -> None:
    with opened(printed(MINUTES)) as pdf:
        [name] = pdf.attachments
        file = pdf.attachments[name]
        data = file.get_file().read_bytes()
        assert name == "content.json"
        assert file.get_file().mime_type == "application/json"
        assert [str(one.AFRelationship) for one in pdf.Root.AF] == ["/Source"]
        assert str(pdf.Root.AF[0].UF) == "content.json"
        parameters = pdf.Root.AF[0].EF.F.Params
        assert str(parameters.ModDate) == str(parameters.CreationDate) == "D:20261119160000Z"
    assert data.decode() == machine_readable(MINUTES, ISSUED)
    assert sha256(data.decode()) == content_sha256(MINUTES, ISSUED)
    assert type(MINUTES).from_plain(json.loads(data)["content"]) == MINUTES


def test_what_is_printed_as_missing_stands_in_the_attachment_as_it_was() -> None:
    with opened(printed(minutes(opening=("\x07😀",), title="纪要\x07"))) as pdf:
        assert json.loads(pdf.attachments["content.json"].get_file().read_bytes())["content"]["opening"] == ["\x07😀"]
        assert str(pdf.docinfo.Title) == "纪要〓"
        assert rdf(pdf).find(f".//{OWN}title").text == "纪要〓"  # type: ignore[union-attr]


def test_one_rdf_has_every_field_of_gbt_18894_and_describes_its_own() -> None:
    with opened(printed(MINUTES)) as pdf:
        tree = rdf(pdf)
    fields = {element.tag.removeprefix(OWN): element.text for element in tree.iter() if element.tag.startswith(OWN)}

    assert fields == {
        "title": MINUTES.title,
        "number": "〔2026〕第3期",
        "responsible": "鄂尔多斯市政企直通办公室",
        "date": "2026-11-20",
        "matter": "鄂尔多斯市政企直通办公室·纪要",
        "retention": "永久",
        "secrecy": "内部",
        "format": "PDF/A-3u（ISO 19005-3）",
        "fileName": f"〔2026〕第3期 {MINUTES.title}.pdf",
        "program": "政企直通",
    }
    described = {element.text for element in tree.iter(f"{{{archive.PROPERTY}}}name")}
    assert described == set(fields) == set(archive.FIELDS)
    assert [element.text for element in tree.iter(f"{{{archive.SCHEMA}}}namespaceURI")] == [archive.OWN]


def test_the_standard_fields_agree_with_the_information_dictionary() -> None:
    with opened(printed(MINUTES)) as pdf:
        with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
            xmp = {key: metadata[key] for key in metadata if not key.startswith(f"{{{archive.EXTENSION}}}")}
        info = {str(key): str(value) for key, value in pdf.docinfo.items()}
        language = str(pdf.Root.Lang)

    def of(name: str) -> object:
        [found] = [value for key, value in xmp.items() if key.endswith("}" + name) and "ordos" not in key]
        return found

    assert (of("title"), of("creator"), of("description")) == (info["/Title"], [info["/Author"]], info["/Subject"])
    assert (of("Keywords"), of("CreatorTool"), of("Producer")) == (
        info["/Keywords"],
        info["/Creator"],
        info["/Producer"],
    )
    assert of("CreateDate") == of("ModifyDate") == "2026-11-20T00:00:00+08:00"
    assert info["/CreationDate"] == info["/ModDate"] == "D:20261120000000+08'00"
    assert language == "zh-CN"


def test_a_draft_has_no_date_at_all() -> None:
    with opened(printed(minutes(), Imprint())) as pdf:
        assert not {"/CreationDate", "/ModDate"} & set(pdf.docinfo.keys())
        assert "/ModDate" not in pdf.Root.AF[0].EF.F.Params
        assert "CreateDate" not in pdf.Root.Metadata.read_bytes().decode()
        assert rdf(pdf).find(f".//{OWN}number") is None


def test_a_screen_reader_is_told_the_structure_and_what_the_code_is() -> None:
    with opened(printed(MINUTES)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        kinds: list[str] = []
        alternatives: list[str] = []
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem":
                kinds.append(str(one.S))
                if "/Alt" in one:
                    alternatives.append(str(one.Alt))
    assert alternatives == ["核验二维码"]
    assert (kinds.count("/H1"), kinds.count("/H2"), kinds.count("/H3")) == (1, 2, 3)


def test_every_kind_has_its_retention_and_a_document_may_say_otherwise() -> None:
    from documents.content.base import RETENTION

    assert set(RETENTION) == set(DocumentKind)
    assert set(RETENTION.values()) <= {"永久", "30年", "10年"}
    assert retention(minutes()) == "永久"
    assert retention(minutes(retention="10年")) == "10年"
    with opened(printed(minutes(retention="10年", secrecy="公开"))) as pdf:
        assert (rdf(pdf).findtext(f".//{OWN}retention"), rdf(pdf).findtext(f".//{OWN}secrecy")) == ("10年", "公开")


def test_a_file_is_called_by_number_and_title_and_later_versions_say_so() -> None:
    assert file_name(minutes(title='关于a/b\\c:"*?\x07的纪要'), ISSUED) == "〔2026〕第3期 关于a b c 的纪要.pdf"
    assert file_name(minutes(), Imprint()) == "草稿 会议纪要.pdf"
    second = Imprint(number="〔2026〕第3期", issued_on=date(2026, 11, 20), version=2)
    assert file_name(minutes(title="长" * 200), second) == f"〔2026〕第3期 {'长' * 70}（第2版）.pdf"
