"""Files that are not what they say, that unpack to too much, or whose names lead elsewhere: at every address that takes
files. What a file is judged by is tested in tests/foundation/files; here, that every address asks for the judgement."""

import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from openpyxl import Workbook

from cases.demands.models import Attachment, IntakeUpload
from foundation.files.model import Scan, StoredFile
from foundation.files.names import LONGEST_NAME
from foundation.files.scanning import examine
from tests.clamd import scanner
from tests.files import EICAR, GIF, JPEG, PDF, PNG, TEXT, XLSX, ZIP, archive
from tests.hostile.sending import CHINESE, wrong_with
from tests.hostile.values import MANY
from tests.hostile.world import MOMENT, NOTICE, Target, World, content
from tests.pages import text

MEGABYTE = 1024 * 1024
TAKING = {
    *("api:attach", "api:attach_public", "api:attach_internal", "demands:act#attach", "demands:act#attach_public"),
    *("demands:act#attach_internal", "demands:act#complete", "demands:act#answer", "demands:questions#send"),
    *("demands:import", "workflow:calendar_file", "exchange:upload", "exchange:upload#departments"),
}
# These take one file.
ONE_FILE = ("demands:import", "workflow:calendar_file", "exchange:upload", "exchange:upload#departments")


def needs(name: str) -> bool:
    """Whether these tests send anything to this address."""
    return name in TAKING or name in ("workflow:calendar_load#mend", "workflow:calendar_confirm")


def bomb(entries: int = 1, size: int = 30 * MEGABYTE) -> bytes:
    """A small archive of blanks that unpacks to so much."""
    return archive({f"{n}.txt": b" " * size for n in range(entries)})


# As tests of detection show, each of these is refused by what it is; here they come to every address.
BAD = {
    "两样.pdf": PDF + ZIP,
    "图和脚本.gif": GIF[:-1] + b"/*<script>alert(1)</script>*/=1;",
    "图和网页.jpg": JPEG + b"<html><body onload=alert(1)>",
    "图.png": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "图.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "页.html": b"<!doctype html><script>alert(1)</script>",
    "页.pdf": b"<!doctype html><script>alert(1)</script>",
    "合同.jpg": PDF,
    "程序.pdf": b"MZ\x90\x00" + bytes(200),
    "程序.exe": PDF,
    "宏.docm": XLSX,
    "空.pdf": b"",
    "套.zip": archive({"a.zip": archive({"b.zip": archive({"c.zip": ZIP})})}),
    "大.zip": bomb(4),
    "多.zip": archive({f"{n}": b"" for n in range(3001)}),
    "路径.zip": archive({"../../etc/cron.d/x": b"* * * * * root x\n"}),
    "自身.zip": ZIP[:-22] + ZIP,
}


@pytest.fixture
def takes_files(world: World) -> list[tuple[Target, dict[str, Any], str]]:
    """Every address with a box for files, what goes along, and the name of the box."""
    found = [(target, body, files[0]) for target, body, files in world.taking if files]
    assert {target.name for target, _body, _name in found} >= TAKING
    return found


def send(world: World, target: Target, body: dict[str, Any], box: str, *files: tuple[str, bytes]) -> HttpResponse:
    """The answer, and how many files were kept because of it; what was done goes back."""
    with transaction.atomic():
        before = StoredFile.objects.count() + IntakeUpload.objects.count()
        sent = [SimpleUploadedFile("x", data) for _name, data in files]
        for file, (name, _data) in zip(sent, files, strict=True):
            file._name = name  # as a client sends it: Django's own class would tidy it up
        answer = world.client(target).post(target.address, {**body, box: sent})
        answer.whole = content(answer)
        answer.kept = StoredFile.objects.count() + IntakeUpload.objects.count() - before
        answer.names = list(StoredFile.objects.order_by("-pk").values_list("name", flat=True)[: answer.kept])
        transaction.set_rollback(True)
    return answer


@pytest.mark.every_page
def test_nothing_bad_is_kept_at_any_address(
    world: World, takes_files: list[tuple[Target, dict[str, Any], str]]
) -> None:
    """Ten bad files at a time: none is kept, and each is named with its sentence."""
    files = list(BAD.items())
    for target, body, box in takes_files:
        alone = target.name == "exchange:upload"
        for some in [[file] for file in files] if alone else (files[:9], files[9:]):
            answer = send(world, target, body, box, *some)
            assert (answer.kept, wrong_with(answer, answer.whole)) == (0, ""), target
            said = answer.whole.decode()
            # A submission goes through without its files, and tells so on the next page.
            if target.name not in (*ONE_FILE, "demands:questions#send"):
                assert answer.status_code in (200, 400, 422), target
                assert [name for name, _data in some if name not in said] == [], target


def told(answer: HttpResponse) -> str:
    """What the page says to whoever sent it."""
    return text(answer.whole.decode().partition("<main")[2])[-600:]


NAMES = [
    *(
        "../../../etc/passwd.pdf",
        "/etc/passwd.pdf",
        "C:\\Windows\\system32\\a.pdf",
        "..\\..\\a.pdf",
        "con.pdf",
        "NUL.pdf",
    ),
    *("甲\x00乙.pdf", "发票\u202efdp.pdf", "\u200b\u200d.pdf", "长" * 300 + ".pdf", "a.b.pdf", ".pdf", " .pdf"),
    *(
        "<script>alert(1)</script>.pdf",
        'a"; filename="b.html.pdf',
        "=cmd|' /C calc'!A0.pdf",
        "𠮷😀.pdf",
        "%2e%2e%2f.pdf",
    ),
]
NAMELESS = ["a\r\nX: y.pdf", "....", "", " ", "..", "a", "\u202e", "pdf", "a.pdf\x00.html", "a.pdf ."]


def test_a_name_leads_nowhere_and_deceives_nobody(world: World) -> None:
    target = next(target for target in world.targets if target.name == "demands:act#attach")
    for some in (NAMES[:9], NAMES[9:]):
        answer = send(world, target, {"seen": "1"}, "uploads", *((name, PDF) for name in some))
        assert (answer.status_code, answer.kept) == (302, len(some)), told(answer)
        for name in answer.names:
            assert re.fullmatch(r"[^\x00-\x1f/\\:*?\"<>|\u200b-\u200f\u202a-\u202e]+\.pdf", name), name
            assert len(name) <= LONGEST_NAME
            assert not name.lower().startswith((".", "con.", "nul."))
    for name in NAMELESS:
        answer = send(world, target, {"seen": "1"}, "uploads", (name, PDF))
        assert wrong_with(answer, answer.whole) == ""
        assert all(kept.endswith(".pdf") for kept in answer.names), (name, answer.names)


def test_more_files_than_a_request_takes_are_refused_in_the_words_of_the_address(world: World) -> None:
    for name, status in (("api:attach", 400), ("demands:act#attach", 400)):
        target = next(target for target in world.targets if target.name == name)
        answer = send(world, target, {}, "uploads", *(("a.pdf", PDF) for _n in range(21)))
        assert (answer.status_code, answer.kept, wrong_with(answer, answer.whole)) == (status, 0, "")
        assert ("json" in answer["Content-Type"]) is target.is_api


def test_the_test_virus_is_found_under_whatever_name_it_came(world: World, settings: Any) -> None:
    target = next(target for target in world.targets if target.name == "api:attach")
    with scanner() as clamd, transaction.atomic():
        settings.CLAMAV = clamd.address
        packed = archive({"a.txt": EICAR}, method=zipfile.ZIP_STORED)
        box = [
            SimpleUploadedFile(name, data) for name, data in (("病毒.txt", EICAR), ("包.zip", packed), ("好.pdf", PDF))
        ]
        answer = world.client(target).post(target.address, {"uploads": box})
        assert answer.status_code == 200, answer.content
        rows = list(Attachment.objects.select_related("file").order_by("-pk")[:3])
        assert {row.file.scan for row in rows} == {Scan.WAITING}
        for row in rows:
            examine(row.file, now=MOMENT)
            row.refresh_from_db()
        leaving = {row.file.name: row.may_leave for row in rows}
        assert leaving == {"病毒.txt": False, "包.zip": False, "好.pdf": True}
        case = json.loads(answer.content)["case"]["id"]
        for row in rows:
            address = reverse("demands:file", args=[case, row.public_id])
            fetched = world.browser("staff").get(address)
            assert (content(fetched) == PDF, fetched.status_code) == ((True, 200) if row.may_leave else (False, 403))
        transaction.set_rollback(True)


# --- tables of messages ---


def book(**parts: bytes | None) -> bytes:
    """A small workbook with some of its parts replaced; the name of a part has __ for its slashes."""
    made, whole = Workbook(), io.BytesIO()
    for row in (("编号", "内容", "数"), ("R-1", "路灯不亮。", 3.5), ("R-2", "厂区停水。", 4)):
        made.active.append(row)
    made.save(whole)
    with zipfile.ZipFile(whole) as found:
        content_of = {name: found.read(name) for name in found.namelist()}
    for name, data in parts.items():
        path = next(one for one in content_of if one.replace("/", "__").startswith(name))
        content_of[path] = content_of[path].replace(*data) if isinstance(data, tuple) else data
    return archive(content_of)


SHEET = "xl__worksheets__sheet1"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "%s">%s]>' % (
    b"a" * 1000,
    b"".join(b'<!ENTITY %c "%s">' % (n + 1, b"&%c;" % n * 20) for n in range(97, 103)),
)
TABLES = {
    "entities": {SHEET: LAUGHS + b"<worksheet><sheetData><row><c><v>&g;</v></c></row></sheetData></worksheet>"},
    "file entity": {
        SHEET: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row r="1">'
        b'<c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row></sheetData></worksheet>'
    },
    "dimension": {SHEET: (b'ref="A1:C3"', b'ref="A1:XFD1048576"')},
    "last cell": {SHEET: (b'r="C3"', b'r="XFD1048576"')},
    "row without end": {SHEET: (b'row r="3"', b'row r="99999999999"')},
    "row that is none": {SHEET: (b'row r="3"', b'row r="-1"')},
    "number": {SHEET: (b"<v>3.5<", b"<v>" + b"9" * 5000 + b"<")},
    "text that is not there": {SHEET: (b't="inlineStr"><is><t>R-1</t></is>', b't="s"><v>99999</v>')},
    "attribute nobody knows": {"xl__workbook": (b"<sheet ", b'<sheet odd="1" ')},
    "no type": {"[Content_Types]": (b"ContentType=", b"Content=")},
    "styles": {"xl__styles": b"<styleSheet><fills><fill/></fills></styleSheet>"},
    "links elsewhere": {
        "xl___rels__workbook": (
            b"</Relationships>",
            b'<Relationship Id="x" TargetMode="External" Target="http://evil.example/" '
            b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"/></Relationships>',
        )
    },
    "nothing": {"xl__workbook": b""},
}


@pytest.mark.every_page
@pytest.mark.parametrize("kind", TABLES)
def test_a_workbook_that_is_made_to_hurt_is_read_soon_or_refused(world: World, kind: str) -> None:
    target = next(target for target in world.targets if target.name == "demands:import")
    began = time.perf_counter()
    answer = send(world, target, {"source": "信箱"}, "file", ("来件.xlsx", book(**TABLES[kind])))
    assert wrong_with(answer, answer.whole) == ""
    assert time.perf_counter() - began < 20
    assert b"root:" not in answer.whole
    if answer.kept == 0:
        assert CHINESE.search(answer.whole.decode().partition("<main")[2])


def test_cells_that_are_formulas_or_worse_are_shown_as_they_are(world: World) -> None:
    rows = '编号,内容\n=1+1,"=HYPERLINK(""http://evil.example"")"\n<script>alert(1)</script>,\u202e甲\ufeff乙\n'
    answer = send(world, next(t for t in world.targets if t.name == "demands:import"), {"source": "信箱"}, "file",
                  ("来件.csv", rows.encode()))  # fmt: skip
    assert (answer.status_code, answer.kept) == (302, 1)


# --- a notice of days off ---


def leaves(found: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(found, dict | list) and found:
        for key in found if isinstance(found, dict) else range(len(found)):
            yield from leaves(found[key], (*path, key))
    yield path


def replaced(found: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(found) if isinstance(found, dict) else list(found)
    copy[path[0]] = replaced(copy[path[0]], path[1:], value)
    return copy


@pytest.mark.every_page
def test_a_notice_with_nonsense_anywhere_in_it_is_refused_or_shown(world: World) -> None:
    file = next(target for target in world.targets if target.name == "workflow:calendar_file")
    mend, confirm = (
        next(t for t in world.targets if t.name.startswith(f"workflow:calendar_{n}")) for n in ("load#mend", "confirm")
    )
    nonsense = [
        "\ud800",
        "甲\x00乙",
        2**70,
        -1,
        None,
        [],
        {},
        [[["x"]]],
        True,
        1.5,
        "",
        "9999-12-31",
        "0000-00-00",
        "x" * 9999,
    ]
    notice, faults = json.loads(NOTICE), []
    for n, path in enumerate(dict.fromkeys(leaves(notice))):
        for wrong in nonsense if MANY else nonsense[n % len(nonsense) :][:1]:
            sent = json.dumps(replaced(notice, path, wrong))
            for target, body in ((mend, {"mend": "1"}), (confirm, {"seen": "1", "reason": "依据"}), (file, {})):
                try:
                    if target is file:
                        answer = send(world, file, {}, "file", ("notice.json", sent.encode()))
                    else:
                        with transaction.atomic():
                            answer = world.client(target).post(target.address, {**body, "notice": sent})
                            answer.whole = answer.content
                            transaction.set_rollback(True)
                    if wrong_with(answer, answer.whole):
                        faults.append(f"{target} {path} {wrong!r} {wrong_with(answer, answer.whole)}")
                except Exception as error:  # noqa: BLE001
                    faults.append(f"{target.name} {path} {wrong!r} {error!r}")
    assert faults == []


@pytest.mark.parametrize(
    "table",
    [
        "日期,类型,节日\n" + "x" * 200_000,
        '日期,类型,节日\n"x',
        "日期,类型,节日\n\x00,\x00,\x00",
        "日期,类型,节日\n9999-99-99,休,x" * 50,
    ],
    ids=["long cell", "quote", "nul", "no days"],
)
def test_a_table_of_days_that_is_none_is_refused(world: World, table: str) -> None:
    target = next(target for target in world.targets if target.name == "workflow:calendar_file")
    answer = send(world, target, {}, "file", ("days.csv", table.encode()))
    assert (answer.status_code, wrong_with(answer, answer.whole)) == (422, "")
    assert reverse("workflow:calendar_file") in answer.whole.decode()


def test_pictures_of_every_kind_are_no_bad_files(world: World) -> None:
    target = next(target for target in world.targets if target.name == "api:attach")
    answer = send(world, target, {}, "uploads", ("a.png", PNG), ("b.jpg", JPEG), ("c.gif", GIF), ("d.txt", TEXT))
    assert (answer.status_code, answer.kept) == (200, 4)
