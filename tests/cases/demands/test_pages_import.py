"""Import in the browser: the file, its columns, the worker's work, and who may see any of it."""

import datetime as dt
import gzip
import io
import signal
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from openpyxl import Workbook, load_workbook

from cases.demands.intake_import import uploads
from cases.demands.models import Case, IntakeItem, IntakeRun, IntakeUpload
from cases.demands.tasks import import_upload
from foundation.models import Job, JobState
from parties.roles import Role
from tests.factories import later
from tests.pages import FRAME, fields, statements, text

PAGE = "/demands/intake/import/"
ROWS = "工单号,标题,诉求内容,来电时间\nR-1,路灯不亮,园区路灯三天不亮。,2026/11/20 9:05\nR-2,,厂区停水。,\n"
CHOSEN = {"external_number": "0", "text": "2", "title": "1", "received_at": "3"}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """Uploaded files of a test lie in its own folder."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }


def workbook(*rows):
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def send(browser, content, name="11月热线.csv", **typed):
    octets = content.encode() if isinstance(content, str) else content
    form = fields(browser.get(PAGE).content.decode())
    return browser.post(PAGE, form | {"source": "12345热线", "file": SimpleUploadedFile(name, octets)} | typed)


def uploaded(browser, content=ROWS, **options):
    """The address of the page on which the columns are chosen."""
    answer = send(browser, content, **options)
    assert answer.status_code == 302, text(answer.content.decode())
    return answer.url


def work():
    """What `manage.py db_worker` does until nothing waits; it takes over the signals, which are given back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)}
    call_command("db_worker", batch=True, startup_delay=False, interval=0, reload=False, verbosity=0)
    for number, handler in before.items():
        signal.signal(number, handler)


def kept():
    """Names of the files in the storage."""
    return sorted(default_storage.listdir("intake")[1]) if default_storage.exists("intake") else []


def refusal(answer):
    assert answer.status_code == 422
    assert not IntakeUpload.objects.exists()
    assert kept() == []
    return answer.context["form"].errors


# --- the way through ---


@pytest.mark.django_db(transaction=True)
def test_a_file_is_imported_by_the_worker_and_removed(town, sign_in):
    browser = sign_in(town.intake)
    address = uploaded(browser)
    assert browser.post(address, CHOSEN).url == address
    job = Job.objects.get()
    assert (job.state, job.owner_id, job.title) == (JobState.WAITING, town.intake.user_id, "11月热线.csv")
    waiting = browser.get(address).content.decode()
    assert "后台就要开始导入" in waiting
    assert '<meta http-equiv="refresh" content="2">' in waiting
    work()
    assert list(IntakeItem.objects.order_by("pk").values_list("external_number", "title", "office")) == [
        ("R-1", "路灯不亮", town.office.pk),
        ("R-2", "", town.office.pk),
    ]
    run = IntakeRun.objects.get()
    assert (run.source, run.file_name) == ("12345热线", "11月热线.csv")
    done = browser.get(address).content.decode()
    assert "读 2 行，新增 2 件，已有 0 件，退回 0 行。" in text(done)
    assert "http-equiv" not in done
    assert reverse("demands:intake") in done
    assert kept() == []
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


@pytest.mark.django_db(transaction=True)
def test_rejected_rows_are_offered_as_a_file_to_keep(town, sign_in):
    browser = sign_in(town.intake)
    address = uploaded(browser, ROWS + "R-3,=1+1,,\n")
    browser.post(address, CHOSEN)
    work()
    page = browser.get(address).content.decode()
    assert "退回原因：内容为空 1。" in text(page)
    assert f"{address}errors/" in page
    answer = browser.get(f"{address}errors/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "4,内容为空,R-3,'=1+1,," in b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [name.endswith(".errors.csv") for name in kept()] == [True]


@pytest.mark.django_db(transaction=True)
def test_a_row_with_the_credit_code_of_an_enterprise_becomes_its_demand(town, sign_in):
    browser = sign_in(town.intake)
    book = workbook(("外部编号", "内容", "统一社会信用代码"), ("R-1", "厂区停水。", town.firm.credit_code))
    address = uploaded(browser, book, name="走访.xlsx")
    browser.post(address, {"external_number": "0", "text": "1", "credit_code": "2"})
    work()
    assert Case.objects.get().enterprise_id == town.firm.pk
    assert "按统一社会信用代码认领 1 件" in browser.get(address).content.decode()


@pytest.mark.django_db(transaction=True)
def test_pressing_twice_or_running_the_task_twice_imports_once(town, sign_in):
    browser = sign_in(town.intake)
    address = uploaded(browser)
    first, second = (browser.post(address, CHOSEN) for _n in range(2))
    assert first.url == second.url
    job = Job.objects.get()
    assert DBTaskResult.objects.count() == 1
    work()
    import_upload.enqueue(str(job.public_id))
    work()
    assert (IntakeItem.objects.count(), IntakeRun.objects.count()) == (2, 1)
    assert {result.status for result in DBTaskResult.objects.all()} == {"SUCCESSFUL"}
    assert browser.post(address, CHOSEN).url == address
    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_file_that_cannot_be_read_to_its_end_fails_with_its_sentence(town, sign_in):
    browser = sign_in(town.intake)
    address = uploaded(browser, ROWS + "R-3,,三,\n" + '"' + "长" * 210_000 + "\n")
    browser.post(address, CHOSEN)
    work()
    page = text(browser.get(address).content.decode())
    assert Job.objects.get().state == JobState.FAILED
    assert "导入没有完成" in page
    assert "多半是引号没有配对" in page
    assert kept() == []


@pytest.mark.django_db(transaction=True)
def test_an_uploaded_file_that_has_gone_is_said_without_naming_a_folder(town, sign_in, tmp_path):
    browser = sign_in(town.intake)
    address = uploaded(browser)
    browser.post(address, CHOSEN)
    for file in Path(tmp_path, "intake").iterdir():
        file.unlink()
    work()
    page = browser.get(address).content.decode()
    assert "上传的文件已经不在，请重新上传" in page
    assert str(tmp_path) not in page


# --- the worker died ---


@pytest.mark.django_db(transaction=True)
def test_an_import_whose_worker_died_is_shown_as_broken_off_and_can_be_started_again(town, sign_in, clock):
    browser = sign_in(town.intake)
    address = uploaded(browser)
    browser.post(address, CHOSEN)
    DBTaskResult.objects.all().delete()
    Job.objects.update(state=JobState.RUNNING, moved_at=later(), done=500, total=2000)
    clock.move_to(later(minutes=10))
    page = browser.get(address).content.decode()
    assert "25% · 已读 500 行" in text(page)
    assert '<rect width="25"' in page
    clock.move_to(later(minutes=10) + dt.timedelta(seconds=1))
    page = browser.get(address).content.decode()
    assert "中断，可重新导入" in page
    assert "http-equiv" not in page
    browser.post(address, CHOSEN)
    work()
    assert IntakeItem.objects.count() == 2
    assert "导入完成" in browser.get(address).content.decode()


@pytest.mark.django_db(transaction=True)
def test_work_that_ended_unexpectedly_keeps_the_file_and_can_be_started_again(town, sign_in):
    browser = sign_in(town.intake)
    address = uploaded(browser)
    browser.post(address, CHOSEN)
    IntakeUpload.objects.update(columns=[])  # nothing that could be written by the page
    work()
    assert DBTaskResult.objects.get().status == "FAILED"
    IntakeUpload.objects.update(columns={})
    page = browser.get(address).content.decode()
    assert "导入中断，没有做完" in page
    assert "重新开始导入" in page
    browser.post(address, CHOSEN)
    work()
    assert IntakeItem.objects.count() == 2
    assert kept() == []


@pytest.mark.django_db(transaction=True)
def test_a_place_where_the_rejected_rows_cannot_be_written_is_not_named(town, sign_in, tmp_path):
    browser = sign_in(town.intake)
    address = uploaded(browser)
    browser.post(address, CHOSEN)
    Path(default_storage.path(IntakeUpload.objects.get().errors)).mkdir()
    work()
    assert Job.objects.get().message == "服务器不能写退回文件，请联系管理员"


# --- columns ---


def test_usual_names_of_columns_are_chosen_beforehand_and_the_first_rows_shown(town, sign_in):
    browser = sign_in(town.intake)
    page = browser.get(uploaded(browser, ROWS + "R-3,,三,\nR-4,,第四行,\n"))
    form = page.context["form"]
    assert {name: form[name].value() for name in form.fields} == CHOSEN | {"credit_code": None}
    shown = text(page.content.decode())
    assert "园区路灯三天不亮。" in shown
    assert "第四行" not in shown


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (["ID", "Msg_Time", "Title", "Detail"], {"external_number": 0, "received_at": 1, "title": 2, "text": 3}),
        (["备注", "内容", "外部编号"], {"external_number": 2, "text": 1}),
        (["编号", "统一社会 信用代码"], {"external_number": 0, "credit_code": 1}),
        (["甲", "乙"], {}),
    ],
)
def test_columns_are_guessed_from_chinese_and_english_names(header, found):
    assert uploads.guess(header) == {target: str(place) for target, place in found.items()}


def test_number_and_text_must_be_chosen_and_what_was_chosen_stays(town, sign_in):
    browser = sign_in(town.intake)
    address = uploaded(browser)
    answer = browser.post(address, CHOSEN | {"text": ""})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["text"]
    assert answer.context["form"]["title"].value() == "1"
    assert browser.post(address, CHOSEN | {"text": "99"}).status_code == 422
    assert not Job.objects.exists()


def test_columns_without_a_name_or_with_the_same_one_cannot_be_chosen(town, sign_in):
    browser = sign_in(town.intake)
    uploaded(browser, "编号,内容,备注,备注,\nR-1,停水,一,二,三\n")
    upload = IntakeUpload.objects.get()
    assert (upload.header, upload.sample) == (["编号", "内容"], [["R-1", "停水"]])


def test_cells_no_database_keeps_are_shown_without_what_is_wrong_with_them(town, sign_in):
    browser = sign_in(town.intake)
    uploaded(browser, "编号,内容,备注\nR-1,停水,".encode() + b"\x07\xff\n")
    assert IntakeUpload.objects.get().sample == [["R-1", "停水", ""]]


# --- files ---


def bomb():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (uploads.LARGEST_UNPACKED + 1))
    return content.getvalue()


def archive_of(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "nothing")
    return content.getvalue()


def locked():
    """A workbook whose parts say that they have a password."""
    octets = bytearray(workbook(("编号", "内容"), ("R-1", "停水")))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := octets.find(mark, at + 1)) >= 0:
            octets[at + flags] |= 1
    return bytes(octets)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("来件.txt", ROWS.encode(), "只能导入 .csv、.csv.gz 和 .xlsx 文件"),
        ("来件.xls", b"\xd0\xcf\x11\xe0\0", "旧的 .xls 请另存为 .xlsx"),
        ("来件.csv", b"", "文件是空的"),
        ("来件.csv", b"\n\n", "文件是空的，或者第一行不是列名"),
        ("来件.csv", "编号,内容\n".encode(), "文件只有列名，没有来件"),
        ("来件.csv", "内容\n停水\n".encode(), "至少是外部编号和内容两列"),
        ("来件.csv", ",".join(map(str, range(101))).encode() + b"\n1\n", "文件有 101 列，最多 100 列"),
        ("来件.csv", ROWS.encode("utf-16"), "UTF-16"),
        ("来件.csv", b"MZ\0\0", "文件名以 .csv 结尾，内容却不是这种格式"),
        ("来件.csv", gzip.compress(ROWS.encode()), "文件名以 .csv 结尾，内容却不是这种格式"),
        ("来件.csv", ('编号,内容\n"' + "长" * 210_000).encode(), "文件的前几行读不出来"),
        ("来件.csv.gz", ROWS.encode(), "文件名以 .csv.gz 结尾，内容却不是这种格式"),
        ("来件.csv.gz", gzip.compress(ROWS.encode())[:-9], "文件已损坏"),
        ("来件.csv.gz", gzip.compress(b"0" * (uploads.LARGEST_UNPACKED + 1)), "文件解压后超过 100 MB"),
        ("来件.xlsx", ROWS.encode(), "文件名以 .xlsx 结尾，内容却不是这种格式"),
        ("来件.xlsx", b"PK\x03\x04 and no more", "文件已损坏"),
        ("来件.xlsx", archive_of("word/document.xml"), "文件名以 .xlsx 结尾，内容却不是这种格式"),
        ("来件.xlsx", archive_of("xl/workbook.xml"), "文件打不开"),
        ("来件.xlsx", locked(), "文件打不开：可能没有读取权限、已损坏、有密码"),
        ("来件.xlsx", bomb(), "文件解压后超过 100 MB"),
        ("来件.xlsx", workbook(("编号", "内容")), "文件只有列名，没有来件"),
        ("来件.csv", b"0" * (21 * uploads.MEGABYTE), "文件超过 20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_table_of_messages_gets_a_sentence_and_leaves_nothing(town, sign_in, name, content, sentence):
    answer = send(sign_in(town.intake), content, name=name)
    assert sentence in refusal(answer)["file"][0]
    assert fields(answer.content.decode())["source"] == "12345热线"


def test_what_is_missing_is_said_and_what_was_typed_stays(town, sign_in):
    browser = sign_in(town.intake)
    answer = browser.post(PAGE, {"source": "12345热线"})
    assert refusal(answer) == {"file": ["请选择文件"]}
    assert fields(answer.content.decode())["source"] == "12345热线"
    assert list(refusal(send(browser, ROWS, source="长" * 41))) == ["source"]
    assert list(refusal(send(browser, ROWS, source="热线\0"))) == ["source"]


def test_the_same_form_sent_twice_keeps_one_file_another_file_is_another_upload(town, sign_in):
    browser = sign_in(town.intake)
    form = fields(browser.get(PAGE).content.decode()) | {"source": "12345热线"}

    def press(content):
        return browser.post(PAGE, form | {"file": SimpleUploadedFile("来件.csv", content.encode())}).url

    assert press(ROWS) == press(ROWS)
    assert len(kept()) == 1
    assert press(ROWS) != press(ROWS + "R-3,,三,\n")
    assert len(kept()) == 2


def test_a_file_nobody_imported_within_a_day_is_removed_with_the_next_upload(town, sign_in, clock):
    browser = sign_in(town.intake)
    address = uploaded(browser)
    clock.move_to(later(hours=25))
    browser = sign_in(town.intake)
    uploaded(browser, ROWS + "R-3,,三,\n")
    assert len(kept()) == 1
    assert "请重新上传" in browser.get(address).content.decode()
    assert browser.post(address, CHOSEN).status_code == 302
    assert not Job.objects.exists()


def test_a_kept_file_is_readable_by_this_installation_alone(town, sign_in, settings, tmp_path):
    from config.settings import STORAGES

    options = STORAGES["default"]["OPTIONS"]
    settings.STORAGES = settings.STORAGES | {
        "default": STORAGES["default"] | {"OPTIONS": options | {"location": tmp_path}}
    }
    uploaded(sign_in(town.intake))
    (file,) = Path(tmp_path, "intake").iterdir()
    assert oct(file.stat().st_mode)[-3:] == "600"


def test_the_template_has_the_five_columns_as_text_and_its_own_rows_can_be_imported(town, sign_in):
    browser = sign_in(town.intake)
    answer = browser.get(reverse("demands:import_template"))
    assert answer["Content-Disposition"].startswith("attachment;")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.active
    header = [cell.value for cell in sheet[1]]
    assert header == ["外部编号", "内容", "标题", "收到时间", "统一社会信用代码"]
    assert sheet["A2"].number_format == "@"
    assert list(uploads.guess(header).values()) == ["0", "1", "2", "3", "4"]
    for place, value in enumerate(["150602000000000001", "停水"], start=1):
        sheet.cell(2, place).value = value
    filled = io.BytesIO()
    book.save(filled)
    uploaded(browser, filled.getvalue(), name="模板.xlsx")
    assert IntakeUpload.objects.get().sample == [["150602000000000001", "停水", "", "", ""]]


# --- who ---


def test_only_intake_of_the_own_office_sees_an_import(town, sign_in):
    mine = sign_in(town.intake)
    address = uploaded(mine)
    for membership in town.everybody:
        browser = sign_in(membership)
        own = membership.organisation_id == town.office.pk
        others = (200 if own else 404) if membership.role == Role.INTAKE else 403
        entrance = 200 if membership.role == Role.INTAKE else 403
        assert browser.get(address).status_code == others
        assert browser.get(f"{address}errors/").status_code == (404 if membership.role == Role.INTAKE else 403)
        assert browser.get(PAGE).status_code == entrance
        assert browser.get(f"{PAGE}template/").status_code == entrance
        if not own:
            assert browser.post(address, CHOSEN).status_code in (403, 404)
            assert browser.post(PAGE, {"source": "热线"}).status_code in (403, 422)
    assert not Job.objects.exists()


def test_the_list_of_messages_leads_to_the_import(town, sign_in):
    assert f'href="{PAGE}"' in sign_in(town.intake).get("/demands/intake/").content.decode()


def test_the_pages_take_one_statement_at_most(town, sign_in):
    browser = sign_in(town.intake)
    assert len(statements(browser, PAGE)) == FRAME
    address = uploaded(browser)
    assert len(statements(browser, address)) == FRAME + 1
    browser.post(address, CHOSEN)
    assert len(statements(browser, address)) == FRAME + 1
