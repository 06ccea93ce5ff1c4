"""Messages of other channels: who sees them, and how one becomes a demand."""

from django.urls import reverse

from cases.demands.models import Case
from parties.roles import Role
from tests.factories import intake_item
from tests.pages import FRAME, fields, statements, text

LIST = "/demands/intake/"


def address(item):
    return reverse("demands:claim", args=[item.public_id])


def claim(browser, item, firm, **typed):
    search = f"{address(item)}?firm={firm.name}"
    form = fields(browser.get(search).content.decode())
    return browser.post(search, form | {"enterprise": firm.public_id} | typed)


def test_an_intake_officer_sees_the_messages_of_the_own_office_oldest_first(town, sign_in):
    first, second = intake_item(town.office), intake_item(town.office)
    intake_item(town.other_office)
    answer = sign_in(town.intake).get(LIST)
    assert [row.external_number for row in answer.context["rows"]] == [first.external_number, second.external_number]
    assert answer.context["total"] == "2"


def test_messages_are_filtered_by_words_and_source(town, sign_in):
    lamp = intake_item(town.office, text="厂区门前路灯不亮")
    intake_item(town.office)
    browser = sign_in(town.intake)

    def found(**wanted):
        return [row.external_number for row in browser.get(LIST, wanted).context["rows"]]

    assert found(words="路灯") == [lamp.external_number]
    assert found(words=lamp.external_number) == [lamp.external_number]
    assert len(found(source="12345热线")) == 2
    assert len(found(source="没有的来源")) == 2
    assert found(words="没有的词") == []


def test_a_message_becomes_a_demand_of_the_enterprise_that_was_found(town, sign_in):
    item = intake_item(town.office)
    browser = sign_in(town.intake)
    answer = claim(browser, item, town.firm, title="厂区停电")
    case = Case.objects.get()
    assert answer.url == reverse("demands:case", args=[case.public_id])
    assert (case.enterprise_id, case.title, case.state) == (town.firm.pk, "厂区停电", "SUBMITTED")
    assert "受理时限开始计算" in browser.get(answer.url).content.decode()
    assert browser.get(LIST).context["rows"] == []


def test_only_enterprises_that_were_found_can_be_chosen(town, sign_in):
    item = intake_item(town.office)
    browser = sign_in(town.intake)
    page = browser.get(f"{address(item)}?firm=甲公司").content.decode()
    assert str(town.firm.public_id) in page
    assert str(town.neighbour.public_id) not in page
    answer = browser.post(f"{address(item)}?firm=甲公司", {"enterprise": town.neighbour.public_id, "title": "停电"})
    assert answer.status_code == 422
    assert Case.objects.count() == 0


def test_one_character_finds_nothing_and_the_page_says_what_to_type(town, sign_in):
    page = text(sign_in(town.intake).get(f"{address(intake_item(town.office))}?firm=公").content.decode())
    assert "至少写两个字" in page


def test_a_mistake_keeps_what_was_typed(town, sign_in):
    item = intake_item(town.office)
    answer = claim(sign_in(town.intake), item, town.firm, enterprise="", title="厂区停电")
    assert answer.status_code == 422
    assert fields(answer.content.decode())["title"] == "厂区停电"


def test_a_second_press_makes_no_second_demand(town, sign_in):
    item = intake_item(town.office)
    browser = sign_in(town.intake)
    search = f"{address(item)}?firm=甲公司"
    form = fields(browser.get(search).content.decode()) | {"enterprise": town.firm.public_id}
    first, second = (browser.post(search, form) for _n in range(2))
    assert first.url == second.url
    assert Case.objects.count() == 1


def test_who_opens_a_claimed_message_is_told_and_led_to_the_demand(town, sign_in):
    item = intake_item(town.office)
    other = sign_in(town.second_intake)
    search = f"{address(item)}?firm=甲公司"
    form = fields(other.get(search).content.decode()) | {"enterprise": town.firm.public_id}
    claim(sign_in(town.intake), item, town.firm)
    late = other.post(search, form)
    assert late.status_code == 409
    assert "这条来件已经认领" in late.content.decode()
    page = other.get(address(item)).content.decode()
    assert "这条来件已于 11月23日 10:00 认领登记" in text(page)
    assert reverse("demands:case", args=[Case.objects.get().public_id]) in page


def test_nobody_but_intake_of_the_own_office_sees_a_message(town, sign_in):
    item = intake_item(town.office)
    for membership in town.everybody:
        browser = sign_in(membership)
        if membership.role != Role.INTAKE:
            assert browser.get(LIST).status_code == 403
            assert browser.get(address(item)).status_code == 403
        elif membership.organisation_id != town.office.pk:
            assert browser.get(LIST).context["rows"] == []
            assert browser.get(address(item)).status_code == 404


def test_the_list_of_messages_takes_three_statements_however_long_it_is(town, sign_in):
    browser = sign_in(town.intake)
    intake_item(town.office)
    assert len(statements(browser, LIST)) == FRAME + 3
    intake_item(town.office)
    intake_item(town.office)
    assert len(statements(browser, LIST)) == FRAME + 3


def test_a_search_for_a_character_no_database_keeps_finds_nothing(town, sign_in):
    answer = sign_in(town.intake).get(address(intake_item(town.office)), {"firm": "没有\0的公司"})
    assert answer.status_code == 200
    assert answer.context["found"] == []
