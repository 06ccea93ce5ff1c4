"""What is printed: the list as it is filtered, one demand, and what is internal stays inside."""

from django.urls import reverse

from cases.demands import moves
from cases.demands.enums import CaseState
from cases.demands.models import CaseReading
from parties.roles import Role
from tests.factories import actor, case_in, later
from tests.pages import FRAME, statements, text

LIST = reverse("demands:print_list")


def page(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    return text(answer.content.decode())


def printed(case):
    return reverse("demands:print_case", args=[case.public_id])


def test_the_list_is_printed_as_it_is_filtered_with_who_and_when(town, sign_in):
    case_in("ACCEPTED", town=town, title="要打印的")
    case_in("SUBMITTED", town=town, title="不打印的")
    browser = sign_in(town.intake)
    words = page(browser, f"{LIST}?state=ACCEPTED&klass=COMPLEX")
    assert "状态：待派单 · 档次：复杂" in words
    assert "共 1 件" in words
    assert f"东胜区平台办公室 受理员 {town.intake.user.name} 打印于 2026年11月23日 10:00" in words
    assert "要打印的" in words
    assert "不打印的" not in words
    link = browser.get(reverse("demands:list"), {"state": "ACCEPTED"}).content.decode()
    assert f'href="{LIST}?state=ACCEPTED"' in link


def test_a_list_that_is_too_long_for_paper_says_so(town, sign_in, monkeypatch):
    monkeypatch.setattr("cases.demands.views.printing.MOST", 2)
    for n in range(3):
        case_in("SUBMITTED", town=town, title=f"第{n}件")
    words = page(sign_in(town.intake), LIST)
    assert "共 3 件 · 只打印前 2 件，请缩小筛选后分次打印。" in words
    assert "第2件" not in words
    monkeypatch.setattr("cases.demands.views.printing.MOST", 3)
    assert "只打印前" not in page(sign_in(town.intake), LIST)


def test_the_columns_are_those_of_the_list(town, sign_in):
    case_in("CLOSED", town=town)
    browser = sign_in(town.intake)
    browser.post(reverse("demands:columns"), {"column": ["title", "outcome"]})
    assert [column.name for column in browser.get(f"{LIST}?state=CLOSED").context["columns"]] == ["title", "outcome"]


def test_nobody_prints_what_they_may_not_open(town, sign_in):
    cases = [case_in(state, town=town) for state in CaseState if state != CaseState.DRAFT]
    stranger = sign_in(town.at(town.housing, Role.HANDLER))
    assert "没有符合条件的诉求" in page(stranger, f"{LIST}?state=ALL")
    assert {stranger.get(printed(case)).status_code for case in cases} == {404}


def test_printing_takes_a_fixed_number_of_statements(town, sign_in):
    """Paper has no frame, and so no count of notices: one statement less than FRAME; that it was printed is one."""
    browser = sign_in(town.intake)
    case_in("SUBMITTED", town=town)
    assert len(statements(browser, f"{LIST}?state=ALL")) == FRAME - 1 + 5
    case_in("CLOSED", town=town)
    case_in("IN_PROGRESS", town=town)
    assert len(statements(browser, f"{LIST}?state=ALL")) == FRAME - 1 + 5


def spoken(town):
    """A demand with every kind of internal word in it."""
    case = case_in("RESULT_REVIEW", town=town)
    by = actor(town.handler, later(hours=3))
    moves.add_internal_note(case.pk, by=by, text="不宜外传的话")
    moves.add_public_reply(case.pk, by=by, text="可以告诉企业的话")
    return case


INTERNAL = ("不宜外传的话", "供电方案答复单一份", "供电方案已于十一月二十日送达企业")


def test_a_demand_is_printed_whole_for_the_department_and_without_internal_parts_to_go_out(town, sign_in):
    case = spoken(town)
    browser = sign_in(town.handler)
    whole, outward = page(browser, printed(case)), page(browser, f"{printed(case)}?outward=1")
    for words in INTERNAL:
        assert words in whole
        assert words not in outward
    assert "含内部内容，请勿外传。" in whole
    assert "含内部内容，请勿外传。" not in outward
    assert "可以告诉企业的话" in outward
    assert "审签" not in outward.replace("待审签", "").split("流转记录")[0]  # the clock of the signer is internal


def test_a_firm_prints_no_internal_part_however_it_asks(town, sign_in):
    case = spoken(town)
    browser = sign_in(town.staff)
    for query in ("", "?outward=", "?outward=0"):
        words = page(browser, printed(case) + query)
        assert not [hidden for hidden in INTERNAL if hidden in words]
        assert "可以告诉企业的话" in words
        assert "打印全部内容" not in words


def test_a_signed_result_is_printed_for_the_firm_without_its_evidence(town, sign_in):
    case = case_in("AWAIT_CONFIRM", town=town)
    words = page(sign_in(town.staff), printed(case))
    assert "供电方案已于十一月二十日送达企业" in words
    assert "供电方案答复单一份" not in words


def test_what_was_printed_is_on_record(town, sign_in):
    first, second = case_in("SUBMITTED", town=town), case_in("ACCEPTED", town=town)
    browser = sign_in(town.intake)
    browser.get(LIST)
    printings = CaseReading.objects.filter(kind=CaseReading.Kind.PRINT, user=town.intake.user)
    assert set(printings.values_list("case_id", flat=True)) == {first.pk, second.pk}
    sign_in(town.dispatcher).get(printed(first))
    assert CaseReading.objects.filter(kind=CaseReading.Kind.PRINT, user=town.dispatcher.user).count() == 1


def test_a_hidden_firm_is_not_named_on_paper_of_the_department(town, sign_in):
    case = case_in("IN_PROGRESS", town=town, hidden=True)
    browser = sign_in(town.handler)
    for address in (LIST, printed(case), f"{printed(case)}?outward=1"):
        assert town.firm.name not in page(browser, address)
    assert town.firm.name in page(sign_in(town.intake), printed(case))


def test_the_way_to_paper_stands_on_the_page_of_the_demand(town, sign_in):
    case = case_in("SUBMITTED", town=town)
    html = sign_in(town.staff).get(reverse("demands:case", args=[case.public_id])).content.decode()
    assert f'href="{printed(case)}"' in html
