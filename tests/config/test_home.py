"""The home page: what to do next, and counters that equal their lists."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from parties.roles import Role
from tests.factories import NOW, case_in, intake_item, later, member, user
from tests.pages import FRAME, statements, text


def home(browser):
    answer = browser.get(reverse("home"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_secretary_sees_first_what_is_due_first(town, sign_in, clock):
    case_in("RESULT_REVIEW", town=town, title="后到期的", start=NOW)
    case_in("RESULT_REVIEW", town=town, title="先到期的", start=NOW - timedelta(days=3))
    clock.move_to(later(hours=4))
    page = home(sign_in(town.party_secretary))
    assert "下午好，您有 2 项待办" in page
    assert page.index("先到期的") < page.index("后到期的")


def test_one_press_on_a_to_do_line_opens_the_page_of_signing(town, sign_in):
    case = case_in("RESULT_REVIEW", town=town)
    address = reverse("demands:act", args=[case.public_id, "sign_off"])
    assert f'href="{address}"' in home(sign_in(town.party_secretary))


def test_what_is_late_is_said_in_words_and_counted(town, sign_in, clock):
    case_in("SUBMITTED", town=town, start=NOW - timedelta(days=7))
    case_in("SUBMITTED", town=town, start=NOW)
    page = text(home(sign_in(town.intake)))
    assert "您有 2 项待办" in page
    assert "超期 1 · 今天到期 1" in page
    assert "超期 6 天" in page


def test_who_stands_in_as_handler_finds_the_demand_among_what_is_to_do(town, sign_in, clock):
    case_in("IN_PROGRESS", town=town, title="无人签收的诉求", stand_in=True)
    clock.move_to(later(days=3))
    listed = {who: sign_in(getattr(town, who)).get(reverse("box", args=["todo"])) for who in ("liaison", "handler")}
    assert "无人签收的诉求" in listed["liaison"].content.decode()
    assert "无人签收的诉求" not in listed["handler"].content.decode()


@pytest.mark.parametrize(
    ("state", "word", "action"), [("NEED_INFO", "补正", "complete"), ("WAIT_ENTERPRISE", "补充", "answer")]
)
def test_a_firm_that_is_asked_answers_one_press_from_home(town, sign_in, state, word, action):
    case = case_in(state, town=town)
    browser = sign_in(town.staff)
    address = reverse("demands:act", args=[case.public_id, action])
    assert "您有 1 项待办" in text(home(browser))
    assert re.search(rf'href="{address}"[^>]*>[^<]*(<[^>]*>)*{word}', home(browser))
    assert address not in home(sign_in(town.at(town.neighbour, Role.ENTERPRISE_STAFF)))


def test_each_box_counts_what_it_lists(town, sign_in):
    for state in ("SUBMITTED", "AWAIT_CONFIRM", "CLOSED"):
        case_in(state, town=town, title=f"{state} 的诉求")
    browser = sign_in(town.staff)
    page = browser.get(reverse("home"))
    numbers = {box["name"]: box["number"] for box in page.context["boxes"]}
    assert numbers == {"todo": "1", "done": "2", "mine": "3"}
    for name, number in numbers.items():
        listed = browser.get(reverse("box", args=[name])).content.decode()
        assert listed.count(" 的诉求</a>") == int(number)


@pytest.mark.every_page
@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_home_page(town, sign_in, role):
    case_in("IN_PROGRESS", town=town)
    for membership in (m for m in town.everybody if m.role == role):
        home(sign_in(membership))


def test_nobody_else_has_a_demand_of_another_firm_in_a_box(town, sign_in):
    case_in("AWAIT_CONFIRM", town=town, title="别人的诉求")
    browser = sign_in(town.at(town.neighbour, Role.ENTERPRISE_STAFF))
    assert "别人的诉求" not in home(browser)
    for name in ("todo", "done", "mine"):
        assert "别人的诉求" not in browser.get(reverse("box", args=[name])).content.decode()


def test_the_home_page_takes_two_statements_however_many_demands_there_are(town, sign_in):
    """All counters, that of the page head among them, and the demands; systems in which nothing waits are not asked."""
    browser = sign_in(town.intake)
    case_in("SUBMITTED", town=town)
    assert len(statements(browser, reverse("home"))) == FRAME - 1 + 2
    for _n in range(2):
        case_in("SUBMITTED", town=town)
    intake_item(town.office)
    assert len(statements(browser, reverse("home"))) == FRAME - 1 + 2


def test_a_box_takes_two_statements_however_much_is_in_it(town, sign_in):
    browser = sign_in(town.intake)
    case_in("SUBMITTED", town=town)
    assert len(statements(browser, reverse("box", args=["todo"]))) == FRAME - 1 + 2
    for _n in range(2):
        case_in("SUBMITTED", town=town)
    assert len(statements(browser, reverse("box", args=["todo"]))) == FRAME - 1 + 2


def test_who_neither_proposes_nor_decides_pays_nothing_for_proposals(town, sign_in):
    """The counters, and where anything waits what it is."""
    case_in("IN_PROGRESS", town=town)
    assert len(statements(sign_in(town.handler), reverse("home"))) == FRAME - 1 + 2
    assert len(statements(sign_in(town.staff), reverse("home"))) == FRAME - 1 + 1


def test_a_long_box_is_read_page_by_page(town, sign_in, monkeypatch):
    monkeypatch.setattr("config.pages.home.PAGE", 2)
    for n in range(3):
        case_in("SUBMITTED", town=town, title=f"第{n}件")
    browser = sign_in(town.intake)
    first = browser.get(reverse("box", args=["todo"]))
    section = first.context["sections"][0]
    second = browser.get(reverse("box", args=["todo"]), {section["name"]: section["next"]})
    assert [entry.title for entry in section["entries"]] == ["第0件", "第1件"]
    assert [entry.title for entry in second.context["sections"][0]["entries"]] == ["第2件"]


def test_a_box_nobody_knows_is_not_found(town, sign_in):
    assert sign_in(town.staff).get("/box/secret/").status_code == 404


def test_intake_is_told_of_messages_that_wait_for_an_enterprise(town, sign_in):
    intake_item(town.office)
    intake_item(town.other_office)
    assert "另有 1 件外部渠道来件待认领" in home(sign_in(town.intake))
    assert "待认领" not in home(sign_in(town.dispatcher))


def test_a_firm_with_nothing_to_do_is_offered_to_submit(town, sign_in):
    page = home(sign_in(town.staff))
    assert "您没有待办" in page
    assert f'href="{reverse("demands:submit")}"' in page
    assert reverse("demands:submit") not in home(sign_in(town.handler))


def test_somebody_without_a_post_can_still_open_the_page_and_sign_out(db, client, clock):
    client.force_login(user(), backend="django.contrib.auth.backends.ModelBackend")
    page = home(client)
    assert "没有生效的岗位" in page
    assert reverse("logout") in page


# --- the frame ---


def test_somebody_with_two_posts_changes_between_them_in_the_head(town, sign_in):
    second = member(town.energy, Role.HANDLER, person=town.deputy.user)
    browser = sign_in(town.deputy)
    assert "换一个岗位办理" in home(browser)
    answer = browser.post(reverse("switch_post"), {"post": second.public_id}, follow=True)
    assert "现在以承办人的岗位办理" in answer.content.decode()
    assert answer.wsgi_request.actor.post.membership_id == second.pk


def test_nobody_can_take_a_post_of_somebody_else(town, sign_in):
    browser = sign_in(town.staff)
    answer = browser.post(reverse("switch_post"), {"post": town.intake.public_id})
    assert answer.status_code == 403
    assert "这不是您现在的岗位" in answer.content.decode()
    assert browser.get(reverse("home")).wsgi_request.actor.post.membership_id == town.staff.pk


def test_large_text_stays_with_the_person(town, sign_in):
    browser = sign_in(town.staff)
    assert "data-text" not in home(browser)
    browser.post(reverse("large_text"), {"large": "1", "next": "/"})
    assert '<html lang="zh-hans" data-bs-theme="light" data-text="large">' in home(browser)
    assert 'data-text="large"' in home(sign_in(town.staff))
    browser.post(reverse("large_text"), {"large": "0", "next": "/"})
    assert "data-text" not in home(browser)


@pytest.mark.parametrize(("wanted", "back"), [("/demands/", "/demands/"), ("https://example.org/", "/"), ("", "/")])
def test_large_text_leads_back_to_a_page_of_ours_only(town, sign_in, wanted, back):
    answer = sign_in(town.staff).post(reverse("large_text"), {"large": "1", "next": wanted})
    assert answer.url == back


def test_the_navigation_holds_what_the_post_can_open(town, sign_in):
    firm, office, leader = (home(sign_in(who)) for who in (town.staff, town.intake, town.at(town.leaders, Role.LEADER)))
    for page, shown, hidden in (
        (firm, ["提交诉求", "诉求列表", "企业需求接诉即办"], ["待认领来件"]),
        (office, ["诉求列表", "待认领来件"], ["提交诉求"]),
        (leader, ["首页"], ["诉求列表", "企业需求接诉即办", "待认领来件"]),
    ):
        rail = page[page.index('class="rail') : page.index("</nav>", page.index('class="rail'))]
        assert [words for words in shown if words not in rail] == []
        assert [words for words in hidden if words in rail] == []
