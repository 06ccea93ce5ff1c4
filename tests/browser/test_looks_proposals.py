"""The pages of moves that take two people look right to who proposes, who decides and the firm."""

from collections.abc import Iterator

from cases.demands.enums import CaseState
from cases.demands.models import Case
from parties.roles import Role
from tests.browser.conftest import DESK, Person
from tests.browser.test_looks import Visit, act, case_page, sent_empty, the_pages_are_right, to
from tests.cases.demands.table import ask_for, perform
from tests.factories import Town, actor, case_in, later


def waiting(town: Town) -> Case:
    """A demand of which another intake officer proposed that it is not accepted."""
    case = case_in(CaseState.SUBMITTED, town=town)
    ask_for("decline", case, by=actor(town.second_intake, later(hours=1)), town=town)
    return case


def pages_of_the_intake_officer(town: Town) -> Iterator[Visit]:
    submitted = case_in(CaseState.SUBMITTED, town=town)
    yield act(submitted, "decline")
    yield sent_empty(act(submitted, "decline"), "提请受理员或督办员同意")
    ask_for("decline", submitted, by=actor(town.intake, later(hours=1)), town=town)
    yield case_page(submitted)  # with 收回
    yield case_page(waiting(town))  # with 同意 and 不同意
    yield to("home")
    yield to("box", "mine")


def pages_of_the_supervisor(town: Town) -> Iterator[Visit]:
    yield case_page(waiting(town))
    yield to("home")
    yield to("box", "todo")


def pages_of_the_dispatcher(town: Town) -> Iterator[Visit]:
    yield act(case_in(CaseState.DISPATCHED, town=town), "reclassify")
    raised = case_in(CaseState.DISPATCHED, town=town)
    yield case_page(perform("reclassify", raised, by=actor(town.dispatcher, later(hours=1)), town=town))


def pages_of_the_firm(town: Town) -> Iterator[Visit]:
    case = case_in(CaseState.SUBMITTED, town=town)
    yield case_page(perform("decline", case, by=actor(town.intake, later(hours=1)), town=town))


def test_the_pages_of_who_proposes_and_of_who_decides_look_right(person: Person, town: Town) -> None:
    the_pages_are_right(person(town.intake, DESK, scripts=True), pages_of_the_intake_officer(town))
    the_pages_are_right(
        person(town.at(town.office, Role.SUPERVISOR), DESK, scripts=True), pages_of_the_supervisor(town)
    )


def test_the_pages_of_what_came_of_it_look_right(person: Person, town: Town) -> None:
    the_pages_are_right(person(town.dispatcher, DESK, scripts=True), pages_of_the_dispatcher(town))
    the_pages_are_right(person(town.staff, DESK, scripts=True), pages_of_the_firm(town))


def test_one_asks_and_another_consents_without_a_script(person: Person, town: Town) -> None:
    case = case_in(CaseState.SUBMITTED, town=town)
    page = person(town.intake, DESK)
    case_page(case)[1](page)
    page.get_by_role("link", name="不予受理").click()
    page.get_by_label("重复").check()
    page.get_by_label("对企业的说明").fill("与上一件诉求相同，请看上一件的进展。")
    page.get_by_label("提请理由").fill("标题和诉求都一样")
    page.get_by_role("button", name="提请受理员或督办员同意").click()
    page.get_by_text("已提请同意：不予受理").wait_for()
    second = person(town.at(town.office, Role.SUPERVISOR), DESK)
    second.get_by_text("提请“不予受理”").first.click()
    second.get_by_role("button", name="同意不予受理").click()
    second.get_by_text("已同意，已办理：不予受理").wait_for()
    assert Case.objects.get(pk=case.pk).state == CaseState.ENDED
