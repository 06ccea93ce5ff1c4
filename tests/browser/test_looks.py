"""Every page of every role at 1440 and 360 px: no sideways scrolling, WCAG 2.2 A and AA, targets for a finger.

Errors in the console, a broken security policy and requests to other hosts are watched by the fixture `faults`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from cases.demands.enums import CaseState, Confirmation, Klass, Outcome
from cases.demands.models import Case
from cases.demands.moves import add_internal_note, add_public_reply, deny_first_contact, register_intake
from foundation.models import Job, JobState
from parties.roles import Role
from tests.browser.conftest import DESK, PHONE, Faults, LoadCity, OpenBrowser, Person
from tests.browser.looks import faults_at, sideways
from tests.factories import Town, actor, case_in, intake_item, later, member

Visit = tuple[str, Callable[[Page], Any]]

LONG_TITLE = "园区二期厂房专用变压器增容申请自八月提出以来一直没有供电方案答复单影响设备试车和职工返岗计划安排，盼协调"
LONG_WORD = "https://example.org/" + "very-long-address-without-a-space-" * 4


class Cases:
    """A demand in every state, with everything a page can show of one."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.submitted = case_in(CaseState.SUBMITTED, town=town, title=LONG_TITLE, text=f"见附件 {LONG_WORD} 。" * 3)
        self.accepted = case_in(CaseState.ACCEPTED, town=town, urgent=True, klass=Klass.HARD)
        self.dispatched = case_in(CaseState.DISPATCHED, town=town, contacted=True)
        self.in_progress = case_in(CaseState.IN_PROGRESS, town=town)
        self.planned = case_in(CaseState.IN_PROGRESS, town=town, contacted=True, planned=True, title="方案已登记的诉求")
        self.review = case_in(CaseState.RESULT_REVIEW, town=town, outcome=Outcome.PARTLY)
        self.short_review = case_in(CaseState.RESULT_REVIEW, town=town, klass=Klass.INQUIRY)
        self.answered = case_in(CaseState.AWAIT_CONFIRM, town=town)
        self.closed = case_in(CaseState.CLOSED, town=town, confirmation=Confirmation.UNSOLVED)
        self.item = intake_item(town.office)
        self.claimed = intake_item(town.office, text=f"来电反映 {LONG_WORD} 打不开。")
        self._talk()

    def _talk(self) -> None:
        """Notes, replies and a denied contact on the demand in progress; a claimed message."""
        case, now = self.planned, later(hours=3)
        case = add_internal_note(case.pk, by=actor(self.town.handler, now), text=f"内部核对：{LONG_WORD}")
        case = add_public_reply(
            case.pk, by=actor(self.town.handler, now), text="供电方案十一月二十五日送达。\n\n请确认时间。"
        )
        self.planned = deny_first_contact(
            case.pk, by=actor(self.town.staff, now), seen=case.head_seq, reason="没有接到电话"
        )
        intake = actor(self.town.intake, now)
        register_intake(self.claimed.pk, by=intake, enterprise=self.town.neighbour, title="来件已认领")


@pytest.fixture
def cases(town: Town) -> Cases:
    return Cases(town)


# --- how to come to a page ---


def to(name: str, *args: Any, query: str = "") -> Visit:
    """The page of this address."""
    address = reverse(name, args=args) + query
    return address, lambda page: page.goto(address)


def case_page(case: Case) -> Visit:
    return to("demands:case", case.public_id)


def act(case: Case, action: str) -> Visit:
    return to("demands:act", case.public_id, action)


def sent_empty(visit: Visit, button: str) -> Visit:
    """The same page after its button was pressed with nothing filled in: the errors stand at their boxes."""
    name, go = visit

    def opened(page: Page) -> None:
        go(page)
        page.get_by_role("main").locator("input[type=text], textarea").evaluate_all(
            "boxes => boxes.forEach(b => b.value = '')"
        )
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("alert")).to_be_visible()

    return f"{name} with errors", opened


def check_answers(page: Page) -> None:
    page.goto(reverse("demands:questions", args=["ENERGY"]))
    page.get_by_label("一句话说明诉求").fill(LONG_TITLE[:60])
    page.get_by_label("情况说明").fill(f"资料在 {LONG_WORD}")
    page.get_by_label("希望结果").fill("十一月底前取得供电方案答复单")
    page.get_by_label("用电报装或增容").check()
    page.get_by_label("现有和需要的容量").fill("630 千伏安，需要 1250 千伏安")
    page.get_by_label("还没有申请").check()
    page.get_by_label("联系人").fill("李经理")
    page.get_by_label("联系电话").fill("0477-5550100")
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.get_by_role("heading", name="核对后提交")).to_be_visible()


def page_with_menu(page: Page) -> None:
    """The menu of a phone is open, and at a desk the choice of posts."""
    page.goto(reverse("home"))
    page.evaluate("document.querySelectorAll('header details').forEach(fold => fold.open = true)")


EVERYBODY = [
    to("home"),
    to("box", "todo"),
    to("demands:list"),
    ("the menu", page_with_menu),
]


def pages_of_the_firm(c: Cases) -> Iterator[Visit]:
    yield from EVERYBODY
    yield to("box", "done")
    yield to("box", "mine")
    yield to("demands:list", query="?all=1&state=ALL")
    yield to("demands:list", query="?q=查无此件")
    for case in (c.submitted, c.accepted, c.dispatched, c.planned, c.review, c.answered, c.closed):
        yield case_page(case)
    yield act(c.in_progress, "confirm")  # refused: not yet
    yield act(c.answered, "confirm")
    yield sent_empty(act(c.answered, "confirm"), "确认，办结")
    yield act(c.dispatched, "deny_contact")
    yield to("demands:submit")
    yield to("demands:questions", "ENERGY")
    yield to("demands:questions", "BUILDING")
    yield sent_empty(to("demands:questions", "ENERGY"), "下一步：核对")
    yield "check", check_answers
    yield to("demands:submitted", c.submitted.public_id)
    yield to("demands:receipt", c.submitted.public_id)


def pages_of_the_intake_officer(c: Cases) -> Iterator[Visit]:
    yield from EVERYBODY
    yield case_page(c.submitted)
    yield act(c.submitted, "accept")
    yield sent_empty(act(c.submitted, "accept"), "受理")
    yield to("demands:intake")
    yield to("demands:intake", query="?words=查无此件")
    yield to("demands:claim", c.item.public_id)
    yield to("demands:claim", c.item.public_id, query="?firm=查无此企业")
    yield to("demands:claim", c.item.public_id, query="?firm=公司")
    yield sent_empty(to("demands:claim", c.item.public_id, query="?firm=公司"), "登记为诉求")
    yield to("demands:claim", c.claimed.public_id)


def pages_of_the_dispatcher(c: Cases) -> Iterator[Visit]:
    yield to("home")
    yield case_page(c.accepted)
    yield act(c.accepted, "dispatch")
    yield sent_empty(act(c.accepted, "dispatch"), "派单")
    yield act(c.accepted, "note_internal")
    yield case_page(c.closed)


def pages_of_the_arbitrator(c: Cases) -> Iterator[Visit]:
    yield to("home")
    yield case_page(c.planned)


def pages_of_the_liaison(c: Cases) -> Iterator[Visit]:
    yield from EVERYBODY
    yield case_page(c.dispatched)
    yield act(c.dispatched, "acknowledge")
    yield sent_empty(act(c.dispatched, "acknowledge"), "签收")
    yield act(c.in_progress, "record_contact")
    yield sent_empty(act(c.in_progress, "record_contact"), "登记首联")
    yield act(c.in_progress, "reply_public")


def pages_of_the_handler(c: Cases) -> Iterator[Visit]:
    yield from EVERYBODY
    yield case_page(c.planned)
    yield act(c.in_progress, "save_plan")
    yield sent_empty(act(c.in_progress, "save_plan"), "登记方案")
    yield act(c.planned, "submit_result")
    yield sent_empty(act(c.planned, "submit_result"), "提交结果")
    yield act(c.planned, "note_internal")


def pages_of_the_deputy(c: Cases) -> Iterator[Visit]:
    yield to("home")
    yield case_page(c.short_review)
    yield act(c.short_review, "sign_off")


def pages_of_the_party_secretary(c: Cases) -> Iterator[Visit]:
    yield to("home")
    yield case_page(c.review)
    yield act(c.review, "sign_off")
    yield sent_empty(act(c.review, "sign_off"), "退回")


def pages_of_others(c: Cases) -> Iterator[Visit]:
    yield from EVERYBODY
    yield case_page(c.review)  # not theirs


def uploaded(page: Page) -> None:
    """The columns of a file are to be chosen."""
    page.goto(reverse("demands:import"))
    page.get_by_label("来源").fill("12345热线")
    rows = f"工单号,诉求内容,一个名字很长的列也要放得下\nR-1,{LONG_WORD},1\nR-2,厂区停水,2\n"
    page.get_by_label("文件").set_input_files({"name": "热线.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.get_by_role("button", name="下一步：选择各列").click()
    expect(page.get_by_role("heading", name="各项在哪一列")).to_be_visible()


def with_an_error(page: Page) -> None:
    uploaded(page)
    page.get_by_label("内容", exact=False).first.select_option("")
    page.get_by_role("button", name="开始导入").click()
    expect(page.get_by_role("alert")).to_be_visible()


def at_work(page: Page) -> None:
    """The import waits for the worker; the page no longer refreshes itself, as whoever reads slowly may choose."""
    uploaded(page)
    page.get_by_role("button", name="开始导入").click()
    page.get_by_role("link", name="停止自动刷新").click()
    expect(page.get_by_role("link", name="刷新", exact=True)).to_be_visible()


def ended(state: JobState, message: str) -> Callable[[Page], None]:
    def opened(page: Page) -> None:
        at_work(page)
        Job.objects.update(state=state, message=message, finished_at=timezone.now())
        page.get_by_role("link", name="刷新", exact=True).click()
        expect(page.get_by_role("main")).to_contain_text(message)

    return opened


def pages_of_an_import(c: Cases) -> Iterator[Visit]:
    yield to("demands:import")
    yield sent_empty(to("demands:import"), "下一步：选择各列")
    yield "columns", uploaded
    yield "columns with errors", with_an_error
    yield "at work", at_work
    yield "done", ended(JobState.DONE, "读 2 行，新增 2 件，已有 0 件，退回 0 行。")
    yield "failed", ended(JobState.FAILED, "上传的文件已经不在，请重新上传")


ROLES = {
    "staff": pages_of_the_firm,
    "firm_secretary": pages_of_others,
    "intake": pages_of_the_intake_officer,
    "dispatcher": pages_of_the_dispatcher,
    "arbitrator": pages_of_the_arbitrator,
    "liaison": pages_of_the_liaison,
    "handler": pages_of_the_handler,
    "deputy": pages_of_the_deputy,
    "party_secretary": pages_of_the_party_secretary,
}


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_looks_right_at_a_desk_and_on_a_phone(
    role: str, town: Town, cases: Cases, person: Person
) -> None:
    page = person(getattr(town, role), DESK, scripts=True)
    the_pages_are_right(page, ROLES[role](cases), wcag_at=(DESK, PHONE))


def the_pages_are_right(page: Page, visits: Iterable[Visit], *, wcag_at: tuple[dict[str, int], ...] = (PHONE,)) -> None:
    found = []
    for name, go in visits:
        page.set_viewport_size(DESK)
        go(page)
        found += faults_at(page, name, wcag_at=wcag_at)
    assert not found, "\n".join(["", *found])


def test_the_checks_see_what_is_wrong(open_browser: OpenBrowser, faults: Faults) -> None:
    page = open_browser(PHONE, scripts=True)
    to("login")[1](page)
    page.evaluate(
        """() => {
          const main = document.querySelector('main');
          main.insertAdjacentHTML('beforeend', '<p id="wide">a</p><p><button>b</button></p><p id="pale">faint</p>');
          document.getElementById('wide').style.width = '2000px';
          document.getElementById('pale').style.color = '#bbb';
        }"""
    )
    found = "\n".join(faults_at(page, "a bad page", wcag_at=(DESK, PHONE)))
    assert "scrolls sideways" in found
    assert "color-contrast" in found
    assert "too small for a finger: button “b”" in found
    assert faults.found == []
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">d</p>')")
    page.evaluate("fetch('https://example.org/').catch(() => null)")
    page.evaluate("fetch('/static/missing.css')")
    seen = "\n".join(faults.found)
    assert "inline style" in seen
    assert "https://example.org/" in seen
    assert "404" in seen
    faults.found.clear()


@pytest.fixture
def own_folder(settings: Any, tmp_path: Path) -> None:
    """Uploaded files of a test lie in its own folder."""
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": storage}


def test_the_pages_of_an_import_look_right(own_folder: None, town: Town, cases: Cases, person: Person) -> None:
    page = person(town.intake, DESK, scripts=True)
    the_pages_are_right(page, pages_of_an_import(cases))


# --- who is not signed in, who has several posts, who may see nothing ---


def test_the_pages_before_signing_in_look_right(load_city: LoadCity, open_browser: OpenBrowser) -> None:
    load_city(1)
    page = open_browser(DESK, scripts=True)

    def mistaken(page: Page) -> None:
        page.get_by_role("textbox", name="账号").fill("qy01")
        page.get_by_label("密码").fill("wrong")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert")).to_contain_text("账号或密码不正确")

    def locked(page: Page) -> None:
        for _time in range(4):
            page.get_by_role("textbox", name="账号").fill("qy01")
            page.get_by_label("密码").fill("wrong again")
            page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="登录已暂停")).to_be_visible()

    visits = [
        to("login"),
        ("sent to sign in", lambda page: page.goto(reverse("demands:list"))),
        ("a wrong password", mistaken),
        ("locked out", locked),
    ]
    the_pages_are_right(page, visits)


def test_the_pages_of_a_person_with_two_posts_look_right(town: Town, cases: Cases, person: Person) -> None:
    member(town.city_office, Role.DISPATCHER, person=town.intake.user)
    page = person(town.intake, DESK, scripts=True)

    def switched(page: Page) -> None:
        page_with_menu(page)
        page.get_by_role("banner").get_by_role("button", name="派单员").first.click()
        expect(page.get_by_role("status")).to_contain_text("现在以派单员的岗位办理")

    the_pages_are_right(page, [("two posts", page_with_menu), ("the other post", switched)])


@pytest.mark.parametrize(
    ("organisation", "role"),
    [("leaders", Role.LEADER), ("city_office", Role.SYSTEM_ADMIN), ("office", Role.SUPERVISOR)],
)
def test_the_pages_of_whoever_sees_no_demand_look_right(
    organisation: str, role: Role, town: Town, cases: Cases, person: Person
) -> None:
    page = person(town.at(getattr(town, organisation), role), DESK, scripts=True)
    visits = [to("home"), to("demands:list", query="?state=ALL"), case_page(cases.review)]
    if role == Role.SYSTEM_ADMIN:
        visits.append(to("workflow:health"))
    the_pages_are_right(page, visits)


def test_the_pages_of_errors_look_right(town: Town, cases: Cases, person: Person) -> None:
    page = person(town.staff, DESK, scripts=True)

    def expired(page: Page) -> None:
        page.goto(reverse("demands:questions", args=["ENERGY"]))
        page.get_by_label("一句话说明诉求").fill(LONG_TITLE)
        page.get_by_label("一句话说明诉求").blur()
        expect(page.locator(".saved-at")).to_contain_text("草稿已保存")
        page.context.clear_cookies(name="csrftoken")
        page.get_by_role("button", name="下一步：核对").click()
        expect(page.get_by_role("heading", name="页面已过期")).to_be_visible()

    visits = [
        ("no such page", lambda page: page.goto("/nowhere/")),
        to("demands:intake"),  # of another role
        act(cases.closed, "confirm"),  # too late
        ("an expired form", expired),
    ]
    the_pages_are_right(page, visits)


# --- larger than usual, and longer words ---


def most_used(cases: Cases) -> list[Visit]:
    return [
        to("home"),
        to("demands:list"),
        case_page(cases.planned),
        sent_empty(to("demands:questions", "ENERGY"), "下一步：核对"),
        act(cases.answered, "confirm"),
    ]


def test_large_text_fits_at_a_desk_and_on_a_phone(town: Town, cases: Cases, person: Person) -> None:
    page = person(town.staff, DESK, scripts=True)
    page.get_by_role("banner").get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_have_attribute("data-text", "large")
    the_pages_are_right(page, most_used(cases))


def test_english_words_fit_at_a_desk_and_on_a_phone(town: Town, cases: Cases, person: Person) -> None:
    page = person(town.party_secretary, DESK, scripts=True)
    page.get_by_role("banner").get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    the_pages_are_right(page, [*EVERYBODY, case_page(cases.planned), act(cases.review, "sign_off")])


@pytest.mark.parametrize("width", [180, 320, 720])
def test_pages_zoomed_in_do_not_scroll_sideways(width: int, town: Town, cases: Cases, person: Person) -> None:
    """200 % of a phone, 400 % and 200 % of a desk: to a page, zoom is a narrower screen."""
    page = person(town.staff, {"width": width, "height": 500}, scripts=True)
    found = []
    for name, go in most_used(cases):
        go(page)
        found += sideways(page, f"{name} at {width} px")
    assert found == []


# --- other ways to use a page ---


def test_a_form_can_be_filled_in_with_the_keyboard_alone(town: Town, cases: Cases, person: Person) -> None:
    """Tab reaches every control in the order of the page, each shows where the focus is, and nothing hides it."""
    page = person(town.party_secretary, PHONE, scripts=True)
    act(cases.review, "sign_off")[1](page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    main = page.get_by_role("main")
    for control in [
        main.get_by_role("link", name="返回待办"),
        main.get_by_role("link", name="查看全部经过"),
        main.get_by_label("审签意见"),
        page.get_by_role("button", name="退回"),
        page.get_by_role("button", name="通过，送企业确认"),
    ]:
        expect(control).to_be_focused()
        the_focus_can_be_seen(control)
        page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已通过，送企业确认")


def the_focus_can_be_seen(control: Locator) -> None:
    assert control.evaluate("it => parseFloat(getComputedStyle(it).outlineWidth)") >= 2
    met = """it => {
      const box = it.getBoundingClientRect();
      return it.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
    }"""
    assert control.evaluate(met), "something lies over the control that has the focus"


def test_a_receipt_prints_on_one_sheet(town: Town, cases: Cases, person: Person) -> None:
    page = person(town.staff, DESK)
    page.goto(reverse("demands:receipt", args=[cases.answered.public_id]))
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
