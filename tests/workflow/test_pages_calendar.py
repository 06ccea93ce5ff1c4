"""The pages of the working calendar: everybody reads, the system administrator loads after a preview."""

import csv
import json
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from foundation.models import Job, JobState
from parties.roles import Role
from tests.factories import NOW
from tests.pages import FRAME, fields, statements, text
from tests.workflow.calendar_years import NOTICE_2027, loaded, notice
from workflow.calendar import shipped_notices
from workflow.calendars import calendar_in_force
from workflow.models import CalendarVersion, CalendarYear

YEAR, LOAD, FILE, CONFIRM, SAMPLE = (
    reverse(f"workflow:{name}")
    for name in ("calendar", "calendar_load", "calendar_file", "calendar_confirm", "calendar_sample")
)


@pytest.fixture
def admin(town, sign_in):
    return sign_in(town.at(town.city_office, Role.SYSTEM_ADMIN))


def words(answer):
    return text(answer.content.decode())


def typed(raw=NOTICE_2027, **other):
    """The form as a person fills it in."""
    filled = {name: raw[name] for name in ("year", "notice", "number", "date", "source")}
    filled["make_up"] = "\n".join(raw["make_up"])
    for n, (name, (first, last)) in enumerate(raw["days_off"].items()):
        filled |= {f"festival_{n}": name, f"first_{n}": first, f"last_{n}": last}
    return filled | other


def sent(browser, raw, name="notice.json", encoding="utf-8"):
    content = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
    return browser.post(FILE, {"file": SimpleUploadedFile(name, content.encode(encoding))})


# --- reading ---


@pytest.mark.parametrize("who", ["staff", "firm_secretary", "intake", "dispatcher", "liaison", "handler"])
def test_everybody_reads_a_year_but_finds_no_way_to_change_it(town, sign_in, who):
    browser = sign_in(getattr(town, who))
    page = words(browser.get(YEAR))
    assert "2026年工作日历" in page
    assert "全年 248 个工作日" in page
    assert "2月 16 个工作日" in page
    assert "国办发明电〔2025〕7号 · 2025年11月4日 · 通知原文" in page
    assert "春节 2026年2月15日—2026年2月23日 9 天" in page
    assert "第 1 版 随产品提供" in page
    assert "暂定" not in page
    assert "载入放假安排" not in page
    for method, address in [("get", LOAD), ("post", LOAD), ("post", FILE), ("post", CONFIRM), ("get", SAMPLE)]:
        assert getattr(browser, method)(address).status_code == 403
    assert CalendarVersion.objects.count() == 1


def test_the_menu_leads_there(town, sign_in, admin):
    for browser in (admin, sign_in(town.staff)):
        assert f'href="{YEAR}"' in browser.get(reverse("home")).content.decode()


def test_the_days_of_a_month_are_drawn_as_they_count(admin):
    months = admin.get(YEAR).context["months"]
    february = {cell.number: (cell.words, cell.look) for week in months[1].weeks for cell in week if cell.number}
    assert (len(february), all(len(week) == 7 for week in months[1].weeks)) == (28, True)
    assert [february[n] for n in ("13", "14", "15", "21", "23")] == [
        ("", "f"),
        ("班", "made-up"),
        ("休", "off"),
        ("休", "off"),
        ("休", "off"),
    ]
    assert february["7"] == ("", "w")
    today = [cell.number for week in months[10].weeks for cell in week if "today" in cell.look]
    assert today == ["23"]


def test_a_year_without_a_notice_is_marked(admin):
    page = words(admin.get(YEAR, {"year": "2027"}))
    assert "2027年工作日历 暂定" in page
    assert "2027年的放假安排没有载入" in page
    assert "依据" not in page


def test_a_year_with_two_editions_shows_both_notices(admin):
    page = words(admin.get(YEAR, {"year": "2020"}))
    assert "国务院办公厅关于延长2020年春节假期的通知 国办发明电〔2020〕1号" in page
    assert "第 1 版 · 国务院办公厅关于2020年部分节假日安排的通知 · 国办发明电〔2019〕16号" in page


@pytest.mark.parametrize("year", ["abc", "", "99999", "1999", "2101", "²⁰²⁶", "-1"])
def test_what_is_no_year_shows_this_one(admin, year):
    assert admin.get(YEAR, {"year": year}).context["year"] == 2026


def test_the_years_lead_on_to_each_other(admin):
    context = admin.get(YEAR, {"year": "2000"}).context
    assert (context["before"], context["after"]) == (None, 2001)
    assert admin.get(YEAR, {"year": "2100"}).context["after"] is None


def test_the_page_takes_four_statements_however_many_versions(town, admin):
    assert len(statements(admin, YEAR)) == FRAME + 4
    for n in range(3):
        loaded(town, number=f"第{n}号")
    assert len(statements(admin, f"{YEAR}?year=2027")) == FRAME + 4


def test_versions_say_who_loaded_what_and_a_firm_reads_the_role_alone(town, sign_in, admin):
    loaded(town)
    for number in range(21):
        loaded(town, number=f"第{number}号")
    name = town.at(town.city_office, Role.SYSTEM_ADMIN).user.name
    page = words(admin.get(YEAR, {"year": "2027"}))
    assert f"第 23 版 2027年第22版 {name} 2026年11月23日 10:00 国务院办公厅公布放假安排" in page
    firm = words(sign_in(town.staff).get(YEAR, {"year": "2027"}))
    assert name not in firm
    assert "第 23 版 2027年第22版 系统管理员" in firm
    second = admin.get(YEAR, {"year": "2027", "after": admin.get(YEAR).context["next"]})
    assert [entry["row"].number for entry in second.context["versions"]] == [3, 2, 1]


def test_the_page_shows_how_far_the_recomputing_is(town, sign_in, admin):
    loaded(town)
    firm = sign_in(town.staff)
    for browser in (admin, firm):
        assert "在办时限正在重新计算" in words(browser.get(YEAR))
    job = Job.objects.filter(kind="calendar_recompute")
    job.update(state=JobState.RUNNING, done=400, total=1000, moved_at=NOW)
    assert "已核对 400 / 1000" in words(firm.get(YEAR))
    job.update(state=JobState.DONE, message="核对 1000 个在办时限", finished_at=NOW)
    assert "上次重算：核对 1000 个在办时限" in words(admin.get(YEAR))
    assert "重算" not in words(firm.get(YEAR))
    job.update(state=JobState.FAILED, message="重算中断")
    assert "重算中断" in words(firm.get(YEAR))


# --- loading ---


def test_a_notice_is_filled_in_previewed_and_loaded(town, admin):
    answer = admin.post(LOAD, typed())
    page = words(answer)
    assert answer.status_code == 200
    assert "载入前核对：2027年" in page
    assert "与现行第 1 版相比，" in page
    assert "在办时限中有 0 个经过这些日子" in page
    assert "1月 21 20 -1" in page
    assert "全年 261 243" in page
    assert "2027年1月1日 星期五 上班 休息 元旦" in page
    assert "2027年2月14日 星期日 休息 上班" in page
    assert CalendarVersion.objects.count() == 1
    form = fields(answer.content.decode())
    done = admin.post(CONFIRM, form | {"reason": "国务院办公厅公布2027年放假安排"}, follow=True)
    assert "已载入" in words(done)
    assert done.request["QUERY_STRING"] == "year=2027"
    assert CalendarYear.objects.get(year=2027).as_notice() == {**NOTICE_2027, "edition": 1}
    assert calendar_in_force().version == "calendar/2"
    again = admin.post(CONFIRM, form | {"reason": "国务院办公厅公布2027年放假安排"}, follow=True)
    assert "与现行的 2027 年安排完全相同" in words(again)
    assert CalendarVersion.objects.count() == 2


def test_a_first_page_offers_the_next_year_and_its_festivals(admin):
    form = fields(admin.get(LOAD).content.decode())
    assert form["year"] == "2027"
    assert form["notice"] == "国务院办公厅关于2027年部分节假日安排的通知"
    assert [form[f"festival_{n}"] for n in (0, 6, 7)] == ["元旦", "国庆节", ""]


@pytest.mark.parametrize(
    ("other", "field", "sentence"),
    [
        ({"date": ""}, "date", "请填写印发日期"),
        ({"date": "2027-13-01"}, "date", "不是日期"),
        ({"year": "1900"}, "year", "2000"),
        ({"source": "gov.cn"}, "source", "http"),
        ({"first_1": "2027-02-20"}, "first_1", "最后一天早于第一天"),
        ({"festival_1": ""}, "festival_1", "什么节日"),
        ({"first_1": ""}, "first_1", "第一天"),
        ({"festival_1": "元旦"}, "festival_1", "写了两次"),
        ({"first_0": "2025-01-01", "last_0": "2025-01-01"}, "first_0", "不在 2027 年"),
        ({"make_up": "二月十四日"}, "make_up", "不是日期"),
        ({"make_up": "2027-03-01"}, "make_up", "不是周六或周日"),
        ({f"{part}_{n}": "" for part in ("first", "last") for n in range(10)}, "first_0", "至少一个"),
    ],
)
def test_what_is_to_be_mended_stands_beside_its_box_and_what_was_typed_stays(admin, other, field, sentence):
    answer = admin.post(LOAD, typed(**other))
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    assert {name: fields(page)[name] for name in typed()} == {
        name: str(v) for name, v in typed(**other).items() if name in typed()
    }
    assert CalendarVersion.objects.count() == 1


def test_overlapping_festivals_are_named_above_the_form(admin):
    answer = admin.post(LOAD, typed(first_2="2027-02-13", last_2="2027-02-15"))
    assert answer.status_code == 422
    assert "“春节”和“清明节”有重叠的日子" in words(answer)


def test_a_festival_of_one_day_needs_no_last_day(admin):
    answer = admin.post(LOAD, typed(last_0=""))
    assert answer.context["notice"].days_off[0][2].isoformat() == "2027-01-01"


def test_from_the_preview_one_goes_back_to_what_was_typed(admin):
    form = fields(admin.post(LOAD, typed()).content.decode())
    back = fields(admin.post(LOAD, form | {"mend": "1"}).content.decode())
    assert {name: back[name] for name in typed()} == {name: str(value) for name, value in typed().items()}


def test_the_last_word_needs_a_reason_and_what_was_typed_stays(admin):
    form = fields(admin.post(LOAD, typed()).content.decode())
    answer = admin.post(CONFIRM, form | {"reason": " "})
    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors
    assert fields(answer.content.decode())["notice"] == form["notice"]
    assert CalendarVersion.objects.count() == 1


def test_an_unusual_year_is_loaded_only_by_somebody_who_says_so(admin):
    few = typed(make_up="", **{f"{part}_{n}": "" for part in ("first", "last") for n in range(1, 7)})
    few |= {"first_0": "2027-01-02", "last_0": "2027-01-03", "make_up": ""}
    answer = admin.post(LOAD, few)
    assert "2027 年共 261 个工作日，往年在 235 到 260 个之间" in words(answer)
    form = fields(answer.content.decode()) | {"reason": "核对"}
    assert admin.post(CONFIRM, form).status_code == 422
    assert CalendarVersion.objects.count() == 1
    assert admin.post(CONFIRM, form | {"sure": "on"}).status_code == 302
    assert CalendarVersion.objects.count() == 2


def test_a_preview_that_is_older_than_the_version_in_force_comes_again(town, admin):
    form = fields(admin.post(LOAD, typed()).content.decode())
    loaded(town, number="别的文号")
    answer = admin.post(CONFIRM, form | {"reason": "公布"})
    assert answer.status_code == 409
    assert "工作日历刚刚换了版本" in words(answer)
    assert "与现行第 2 版相比，0 天变了" in words(answer)
    fresh = fields(answer.content.decode())
    assert (fresh["seen"], fresh["reason"]) == ("2", "公布")
    assert admin.post(CONFIRM, fresh).status_code == 302
    assert CalendarVersion.objects.count() == 3


@pytest.mark.parametrize("carried", ["", "[", "[]", '{"year": 2027}', "null"])
def test_a_form_that_no_page_of_ours_wrote_loads_nothing(admin, carried):
    answer = admin.post(CONFIRM, {"notice": carried, "seen": "1", "reason": "试"})
    assert answer.status_code in (302, 400)
    assert CalendarVersion.objects.count() == 1


def test_addresses_that_only_take_forms_lead_back_to_the_form(admin):
    for address in (FILE, CONFIRM):
        assert admin.get(address)["Location"] == LOAD


# --- files ---


def test_a_whole_notice_in_a_file_leads_straight_to_its_preview(admin):
    answer = sent(admin, NOTICE_2027)
    assert answer.status_code == 200
    assert "载入前核对：2027年" in words(answer)
    assert json.loads(fields(answer.content.decode())["notice"]) == NOTICE_2027


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_days_from_a_spreadsheet_are_filled_into_the_form(admin, encoding):
    rows = "日期,类型,节日\n2027-01-01,休,元旦\n2027/1/2,休,元旦\n2027年1月3日,休,元旦\n\n2027-02-14,班,\n"
    form = fields(sent(admin, rows, "放假.csv", encoding).content.decode())
    assert (form["year"], form["notice"]) == ("2027", "国务院办公厅关于2027年部分节假日安排的通知")
    assert [form[name] for name in ("festival_0", "first_0", "last_0")] == ["元旦", "2027-01-01", "2027-01-03"]
    assert form["make_up"] == "2027-02-14"


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        ("{", "a.json", "不是合格的 JSON"),
        ("[1]", "a.json", "要有一份通知"),
        ("day\n", "a.csv", "第一行要是"),
        ("日期,类型,节日\n昨天,休,元旦\n", "a.csv", "第 2 行：“昨天”不是日期"),
        ("日期,类型,节日\n2027-01-01,假,元旦\n", "a.csv", "第 2 行：类型要写“休”或“班”"),
        ("日期,类型,节日\n2027-01-01,休,\n", "a.csv", "第 2 行：休息日要写节日"),
        ("日期,类型,节日\n2027-02-14,班,\n", "a.csv", "没有休息日"),
        ("日期,类型,节日\n2027-01-01,休,元旦\n2027-01-03,休,元旦\n", "a.csv", "不连续"),
        ("x", "a.xlsx", "只能导入 .json 或 .csv"),
        ("x" * 300_000, "a.csv", "超过 256 KB"),
        (json.dumps(notice(make_up=["2027-03-01"])), "a.json", "不是周六或周日"),
        ("", "a.json", "空的"),
    ],
)
def test_a_file_that_is_no_notice_is_refused_in_words(admin, content, name, sentence):
    answer = sent(admin, content, name)
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["file"].errors["file"])
    assert CalendarVersion.objects.count() == 1


def test_the_samples_can_be_read_back(town, admin):
    answer = admin.get(SAMPLE)
    assert 'filename="calendar-2026.csv"' in answer["Content-Disposition"]
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert (rows[0], rows[1], len(rows)) == (["日期", "类型", "节日"], ["2026-01-01", "休", "元旦"], 1 + 33 + 6)
    form = fields(sent(admin, answer.content.decode(), "calendar-2026.csv").content.decode())
    assert form["make_up"].splitlines() == shipped_notices()[-1]["make_up"]
    whole = json.loads(admin.get(SAMPLE, {"as": "json"}).content)
    assert whole | {"edition": 1} == shipped_notices()[-1]


# --- the command ---


def ran(tmp_path, raw=NOTICE_2027, **options):
    file, out, err = tmp_path / "2027.json", StringIO(), StringIO()
    file.write_text(json.dumps(raw), encoding="utf-8")
    call_command("load_calendar_year", file, reason="公布", stdout=out, stderr=err, **options)
    return out.getvalue()


@pytest.mark.usefixtures("clock")
def test_a_year_is_loaded_by_command(town, tmp_path):
    name = town.at(town.city_office, Role.SYSTEM_ADMIN).user.username
    assert "2027 年工作日 261 → 243 个" in ran(tmp_path, dry_run=True)
    assert CalendarVersion.objects.count() == 1
    assert "现行版本 calendar/2" in ran(tmp_path, by=name)
    assert CalendarVersion.objects.get(number=2).by.username == name
    with pytest.raises(CommandError, match="完全相同"):
        ran(tmp_path)


@pytest.mark.usefixtures("clock")
def test_the_command_says_what_is_wrong(town, tmp_path):
    with pytest.raises(CommandError, match="不是现任系统管理员"):
        ran(tmp_path, by=town.handler.user.username)
    with pytest.raises(CommandError, match="make_up：2027-03-01 不是周六或周日"):
        ran(tmp_path, notice(make_up=["2027-03-01"]))
    with pytest.raises(CommandError, match="读不到文件"):
        call_command("load_calendar_year", tmp_path / "missing.json", reason="公布")
    few = notice(days_off={"元旦": ["2027-01-02", "2027-01-03"]}, make_up=[])
    with pytest.raises(CommandError, match="sure：2027 年共 261 个工作日"):
        ran(tmp_path, few)
    ran(tmp_path, few, sure=True)
    assert CalendarVersion.objects.count() == 2
