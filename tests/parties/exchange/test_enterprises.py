"""Enterprises brought in by table: what each row would do, and what becomes of it."""

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.errors import Refused, WrongMoment
from foundation.models import JobState, SheetImport, SheetRow
from foundation.sheets import sweeping
from parties.changes import change_enterprise, seen_of
from parties.credit_code import check_digit
from parties.exchange import checking
from parties.exchange.starting import check_again, confirm
from parties.exchange.tasks import apply_sheet, check_sheet
from parties.models import Enterprise
from parties.roles import Role
from tests.factories import Town, actor, district, later
from tests.parties.exchange.tables import (
    FIRM,
    GOOD_CODES,
    WRONG_CODES,
    as_csv,
    as_workbook,
    brought,
    confirmed,
    counts,
    error_table,
    fresh,
    problems,
    row,
    standing,
    uploaded,
)

pytestmark = pytest.mark.usefixtures("clock")


def make_code(n: int) -> str:
    """A valid code of its own."""
    stem = f"91150602MA0{n:06d}"
    return stem + check_digit(stem)


@pytest.fixture
def admin(town: Town) -> Any:
    return town.at(town.city_office, Role.SYSTEM_ADMIN)


def test_a_row_says_what_it_would_do_and_nothing_holds_before_it_is_confirmed(town: Town, admin: Any) -> None:
    Enterprise.objects.filter(pk=town.firm.pk).update(credit_code=GOOD_CODES[0], industry="煤化工", size="SMALL")
    Enterprise.objects.filter(pk=town.neighbour.pk).update(credit_code=GOOD_CODES[1])
    table = as_csv(
        (*FIRM, "行业", "规模", "备注"),
        (GOOD_CODES[0].lower(), "甲公司", "150602", "新材料", "小型", "x"),
        (GOOD_CODES[1], "乙公司", "东胜区", "", "", "x"),
        (GOOD_CODES[2], "新公司", "杭锦旗", "", "medium", ""),
        ("（示例）" + GOOD_CODES[2], "示例", "东胜区", "", "", ""),
    )
    sheet = brought(table, admin)
    assert counts(sheet) == (1, 1, 1, 0)
    assert row(sheet, 2).changes == [["行业", "煤化工", "新材料"]]
    assert sheet.remarks == ["不认识的列没有导入：备注"]
    assert not Enterprise.objects.filter(credit_code=GOOD_CODES[2]).exists()
    done = confirmed(sheet, admin)
    assert done.applied_at is not None
    firm = Enterprise.objects.get(credit_code=GOOD_CODES[2])
    assert (firm.name, firm.district_id, firm.size) == ("新公司", town.other_banner.pk, "MEDIUM")
    assert firm.kind == "ENTERPRISE"
    town.firm.refresh_from_db()
    assert (town.firm.industry, town.firm.size) == ("新材料", "SMALL")


def test_what_is_brought_in_stands_in_the_history_with_the_post_of_whoever_did_it(town: Town, admin: Any) -> None:
    Enterprise.objects.filter(pk=town.firm.pk).update(credit_code=GOOD_CODES[0])
    rows = ((GOOD_CODES[0], "甲公司改名", "东胜区"), (GOOD_CODES[1], "新公司", "东胜区"))
    assert not LogEntry.objects.exists()
    confirmed(brought(as_csv(FIRM, *rows), admin), admin)
    made, changed = LogEntry.objects.order_by("action", "pk")
    new = Enterprise.objects.get(credit_code=GOOD_CODES[1])
    assert (made.action, made.object_id, made.changes["name"]) == (LogEntry.Action.CREATE, new.pk, ["None", "新公司"])
    assert (changed.action, changed.object_id) == (LogEntry.Action.UPDATE, town.firm.pk)
    assert changed.changes == {"name": ["甲公司", "甲公司改名"]}
    assert made.additional_data == {"as": "市平台办公室 · 系统管理员", "user": admin.user_id}


def test_an_export_that_comes_back_unchanged_changes_nothing(town: Town, admin: Any, tmp_path: Any) -> None:
    for n, firm in enumerate((town.firm, town.neighbour, town.far_firm)):
        Enterprise.objects.filter(pk=firm.pk).update(credit_code=GOOD_CODES[n])
    Enterprise.objects.filter(pk=town.firm.pk).update(
        contact_phone="+86 477-8580000", name="=甲 公司", size="MICRO", address="'引号"
    )
    Enterprise.objects.create(
        credit_code=WRONG_CODES[0], name="丁", district=town.banner, code_reason="执照如此", short_name="@丁"
    )
    for ending in ("csv", "xlsx"):
        sheet = brought(standing("enterprises", admin, tmp_path, ending), admin, name=f"企业.{ending}")
        assert counts(sheet) == (0, 0, 4, 0), problems(sheet)
        with pytest.raises(WrongMoment, match="没有可以确认的内容"):
            confirm(sheet.public_id, only_good=False, note="", by=actor(admin))


def test_each_wrong_code_is_told_apart(town: Town, admin: Any) -> None:
    given = {
        "": "请填写",
        "150602000012345": "15 位的旧工商注册号",
        "1506020001234": "13 位的旧工商注册号",
        "123456789": "9 位的组织机构代码",
        "企独蒙字第000123号": "不是统一社会信用代码",
        "91350100M000100Y4": "应为 18 位，现有 17 位",
        "9135010OM000100Y43": "字母 O",
        "91X50100M000100Y43": "行政区划",
        "91350100-M000100Y4": "数字和字母以外",
        "9.11101E+17": "已被 Excel 当作数字改动",
        WRONG_CODES[0]: "校验位不符理由",
    }
    rows = [(code, f"公司{n}", "东胜区") for n, code in enumerate(given)]
    sheet = brought(as_csv(FIRM, *rows), admin)
    assert counts(sheet) == (0, 0, 0, len(given))
    said = problems(sheet)
    for number, sentence in enumerate(given.values(), start=2):
        assert [key for key, _words in said[number]] == ["credit_code"]
        assert sentence in said[number][0][1]


def test_a_wrong_check_digit_is_taken_with_a_reason_and_a_reason_without_need_is_dropped(
    town: Town, admin: Any
) -> None:
    rows = ((WRONG_CODES[1], "戊公司", "东胜区", "执照如此"), (GOOD_CODES[0], "己公司", "东胜区", "不需要"))
    sheet = brought(as_csv((*FIRM, "校验位不符理由"), *rows), admin)
    assert (counts(sheet), sheet.rows_warned) == ((2, 0, 0, 0), 1)
    assert row(sheet, 2).warnings == ["校验位不符，按所写理由登记"]
    confirmed(sheet, admin)
    reasons = dict(Enterprise.objects.filter(name__in=("戊公司", "己公司")).values_list("name", "code_reason"))
    assert reasons == {"戊公司": "执照如此", "己公司": ""}


def test_names_and_districts_are_looked_at(town: Town, admin: Any) -> None:
    third = district("150603", "康巴什区", parent=town.city)
    moved = Enterprise.objects.create(name="丙公司", credit_code=make_code(8), district=third)
    same = Enterprise.objects.create(name="乙公司", credit_code=make_code(9), district=third)
    Enterprise.objects.filter(pk=town.firm.pk).update(credit_code=GOOD_CODES[0])
    rows = (
        (GOOD_CODES[0], "甲公司", "杭锦旗"),  # moves to another banner
        (GOOD_CODES[1], "丙公司", "东胜区"),  # the same name in the other banner
        (GOOD_CODES[2], "乙公司", "东胜区"),  # the same name in the same banner
        (make_code(1), "新公司", "东胜区"),
        (make_code(2), "新公司", "东胜区"),
        (make_code(1), "别的公司", "火星区"),
        (moved.credit_code, "丙公司", "杭锦旗"),  # moves to where the name is taken
        (same.credit_code, "乙公司", "康巴什区"),  # stays beside its namesake, which is no news
    )
    sheet = brought(as_csv(FIRM, *rows), admin)
    assert row(sheet, 2).warnings == ["将从东胜区划到杭锦旗"]
    assert row(sheet, 3).warnings == ["康巴什区、杭锦旗有同名的条目，请确认不是同一家"]
    found = problems(sheet)
    assert found[4] == [["name", "这个旗区已经有同名的条目"]]
    assert found[6] == [["name", "与第 5 行同名，旗区也相同"]]
    assert [key for key, _words in found[7]] == ["district", "credit_code"]
    assert found[8] == [["name", "这个旗区已经有同名的条目"]]
    assert (row(sheet, 9).verdict, row(sheet, 9).warnings) == ("SAME", [])


def test_an_office_brings_in_firms_of_its_own_banner_and_learns_nothing_of_others(town: Town, admin: Any) -> None:
    Enterprise.objects.filter(pk=town.far_firm.pk).update(credit_code=GOOD_CODES[0], contact_phone="0477-1111111")
    rows = (
        (GOOD_CODES[0], "丙公司", "杭锦旗", "0477-2222222"),
        (GOOD_CODES[1], "新公司", "杭锦旗", ""),
        (GOOD_CODES[2], "好公司", "东胜区", ""),
    )
    sheet = brought(as_csv((*FIRM, "联系电话"), *rows), town.intake)
    assert counts(sheet) == (1, 0, 0, 2)
    assert problems(sheet)[2] == [["credit_code", "已经登记在别的旗区，请联系那里的平台办公室或系统管理员"]]
    assert problems(sheet)[3][0][0] == "district"
    assert "0477-1111111" not in str(list(SheetRow.objects.values()))
    assert counts(brought(as_csv((*FIRM, "联系电话"), *rows), town.city_intake)) == (2, 1, 0, 0)


def test_rows_in_error_stop_all_unless_the_others_are_chosen(town: Town, admin: Any, tmp_path: Any) -> None:
    rows = ((GOOD_CODES[0], "=好公司", "东胜区"), ("123", "=坏公司", "东胜区"), ("", "\t坏二", "东胜区"))
    sheet = brought(as_csv((*FIRM, "问题"), *((*one, "") for one in rows)), admin)
    with pytest.raises(Refused, match="有 2 行有误") as refused:
        confirm(sheet.public_id, only_good=False, note="", by=actor(admin))
    assert refused.value.field == "only_good"
    confirmed(sheet, admin, only_good=True)
    assert Enterprise.objects.filter(name="=好公司").exists()
    for ending in ("csv", "xlsx"):
        header, *wrong = error_table(sheet, admin, tmp_path, ending)
        assert header == [*FIRM, "问题"]
        assert wrong[0][0] == "123"
        assert wrong[0][3] == "统一社会信用代码：代码应为 18 位，现有 3 位"
        raw = (tmp_path / "errors.csv").read_text(encoding="utf-8-sig")
        assert '"\'=坏公司"' in raw
        mended = [header, [GOOD_CODES[1], *wrong[0][1:]], [GOOD_CODES[2], *wrong[1][1:]]]
        again = brought(as_csv(*mended), admin)
        assert counts(again) == (2, 0, 0, 0)
    confirmed(again, admin)
    assert set(Enterprise.objects.values_list("name", flat=True)) >= {"=坏公司", "坏二"}


def test_rows_that_changed_since_the_preview_stop_the_whole_import(town: Town, admin: Any) -> None:
    Enterprise.objects.filter(pk=town.firm.pk).update(credit_code=GOOD_CODES[0])
    rows = ((GOOD_CODES[0], "甲改名", "东胜区"), (GOOD_CODES[1], "新公司", "东胜区"), (GOOD_CODES[2], "后来", "东胜区"))
    sheet = brought(as_csv(FIRM, *rows), admin)
    town.firm.refresh_from_db()
    change_enterprise(town.firm, by=actor(town.intake), seen=seen_of(town.firm), industry="别人改的")
    Enterprise.objects.create(credit_code=GOOD_CODES[2], name="别人登记的", district=town.banner)
    stopped = confirmed(sheet, admin)
    assert (stopped.applied_at, stopped.apply_job.state) == (None, JobState.FAILED)
    assert "第 2 行（甲改名）、第 4 行（后来），共 2 行；没有导入任何一行" in stopped.apply_job.message
    assert not Enterprise.objects.filter(credit_code=GOOD_CODES[1]).exists()
    check_again(sheet.public_id, by=actor(admin))
    assert fresh(sheet).checked_at is None


def test_a_conflict_in_the_middle_of_writing_leaves_nothing_and_can_be_confirmed_again(town: Town, admin: Any) -> None:
    rows = [(make_code(n), f"公司{n}", "东胜区", "同一地址" if n in (3, 7) else "") for n in range(9)]
    sheet = brought(as_csv((*FIRM, "地址"), *rows), admin)
    firms, history = Enterprise.objects.count(), LogEntry.objects.count()
    connection.check_constraints()  # what a test has written is pending on PostgreSQL, and forbids what follows
    with connection.cursor() as cursor:
        cursor.execute("create unique index for_a_while on parties_enterprise (address) where address <> ''")
    stopped = confirmed(sheet, admin)
    assert (Enterprise.objects.count(), LogEntry.objects.count()) == (firms, history)
    assert "写入时与别处刚登记的内容冲突，没有导入任何一行" in stopped.apply_job.message
    assert stopped.can_be_confirmed(later())
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("drop index for_a_while")
    assert confirmed(sheet, admin).applied_at is not None
    assert Enterprise.objects.count() == firms + 9


def test_two_confirmations_and_two_runs_are_one_import(town: Town, admin: Any) -> None:
    sheet = brought(as_csv(FIRM, (GOOD_CODES[0], "新公司", "东胜区")), admin)
    for _time in range(2):
        confirm(sheet.public_id, only_good=False, note="", by=actor(admin))
    job = fresh(sheet).apply_job
    assert SheetImport.objects.filter(apply_job=job).count() == 1
    assert job.state == JobState.WAITING
    for _time in range(2):
        apply_sheet.func(str(job.public_id))
    confirm(sheet.public_id, only_good=False, note="", by=actor(admin))
    assert fresh(sheet).apply_job == job
    assert Enterprise.objects.filter(name="新公司").count() == 1


def test_a_worker_that_died_is_followed_by_another_confirmation(town: Town, admin: Any, clock: Any) -> None:
    sheet = brought(as_csv(FIRM, (GOOD_CODES[0], "新公司", "东胜区")), admin)
    confirm(sheet.public_id, only_good=False, note="", by=actor(admin))
    dead = fresh(sheet).apply_job
    type(dead).objects.filter(pk=dead.pk).update(state=JobState.RUNNING, moved_at=later())
    clock.move_to(later(minutes=11))
    confirm(sheet.public_id, only_good=False, note="", by=actor(admin, later(minutes=11)))
    second = fresh(sheet).apply_job
    assert second != dead
    apply_sheet.func(str(dead.public_id))
    assert fresh(sheet).applied_at is None  # no longer its work to do
    apply_sheet.func(str(second.public_id))
    assert fresh(sheet).applied_at == later(minutes=11)


def test_whoever_lost_the_post_meanwhile_imports_nothing(town: Town, admin: Any) -> None:
    sheet = brought(as_csv(FIRM, (GOOD_CODES[0], "新公司", "东胜区")), town.intake)
    confirm(sheet.public_id, only_good=False, note="", by=actor(town.intake))
    type(town.intake).objects.filter(pk=town.intake.pk).update(valid_to=later(days=-1).date())
    apply_sheet.func(str(fresh(sheet).apply_job.public_id))
    assert "提交时的岗位已经结束" in fresh(sheet).apply_job.message
    assert not Enterprise.objects.filter(name="新公司").exists()


def test_checking_and_writing_take_as_many_statements_for_forty_firms_as_for_two(town: Town, admin: Any) -> None:
    def cost(numbers: range) -> tuple[int, int]:
        """Statements of the check and of the import, beside those that a first time would add."""
        rows = [(make_code(n), f"公司{n}", "东胜区") for n in numbers]
        sheet = uploaded(as_csv(FIRM, *rows), admin)
        with CaptureQueriesContext(connection) as checking:
            check_sheet.func(str(sheet.check_job.public_id))
        confirm(sheet.public_id, only_good=False, note="", by=actor(admin))
        job = fresh(sheet).apply_job
        with CaptureQueriesContext(connection) as writing:
            apply_sheet.func(str(job.public_id))
        assert Enterprise.objects.filter(name__startswith="公司").count() == numbers.stop
        return len(checking), len(writing)

    cost(range(2))
    assert cost(range(2, 4)) == cost(range(4, 44))


def test_a_table_in_gb18030_and_a_workbook_with_numbers_are_read(town: Town, admin: Any) -> None:
    rows = (GOOD_CODES[0], "镕堃公司", "东胜区")
    assert counts(brought(as_csv(FIRM, rows, encoding="gb18030"), admin)) == (1, 0, 0, 0)
    book = as_workbook(FIRM, rows, (911101066976941872, "数字公司", 150602), (None, None, None))
    sheet = brought(book, admin, name="表.xlsx")
    assert counts(sheet) == (1, 0, 0, 1)
    assert "已被 Excel 当作数字改动" in problems(sheet)[3][0][1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (as_csv(("企业名称", "所属旗区"), ("a", "b")), "缺少这些列：统一社会信用代码"),
        (as_csv((*FIRM, "企业名称"), ("1", "2", "3", "4")), "有同名的列"),
        (as_csv(FIRM), "文件里没有可以导入的行"),
        (b"", None),
        (as_csv(FIRM, *(("1", str(n), "3") for n in range(5))), "一次最多导入 4 行"),
    ],
    ids=["missing", "twice", "empty", "nothing", "long"],
)
def test_a_file_that_is_no_such_table_is_refused_with_what_to_do(
    town: Town, admin: Any, content: bytes, said: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if said is None:
        with pytest.raises(Refused, match="文件是空的"):
            uploaded(content, admin)
        return
    monkeypatch.setattr(checking, "MOST_ROWS", 4)
    sheet = brought(content, admin)
    assert sheet.checked_at is None
    assert sheet.check_job.state == JobState.FAILED
    assert said in sheet.check_job.message


def test_after_thirty_days_file_and_rows_are_gone_and_the_record_stays(town: Town, admin: Any, clock: Any) -> None:
    old = brought(as_csv(FIRM, (GOOD_CODES[0], "新公司", "东胜区")), admin)
    clock.move_to(later(days=29))
    new = uploaded(as_csv(FIRM, (GOOD_CODES[1], "新公司", "东胜区")), admin)
    SheetImport.objects.filter(pk=new.pk).update(created_at=later(days=29))
    assert sweeping.sweep(later(days=30)) == "rows 1, files 1"
    assert fresh(old).file.key == ""
    assert fresh(new).file.key
    assert not fresh(old).can_be_confirmed(later(days=30))
