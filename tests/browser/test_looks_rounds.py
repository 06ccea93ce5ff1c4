"""The pages of 补正, 企业补充 and 更换承办人, and of why a clock is due, look right to each whose turn it is."""

from collections.abc import Iterator

import pytest

from cases.demands.enums import CaseState, Confirmation
from cases.demands.models import Case
from cases.demands.why import name_of
from tests.browser.conftest import DESK, Person
from tests.browser.test_looks import Visit, act, case_page, sent_empty, the_pages_are_right, to
from tests.factories import Town, case_in, later
from workflow.models import Clock


def clock_page(case: Case, kind: str) -> Visit:
    row = Clock.objects.filter(subject_kind=Case.ledger_kind, subject_id=case.pk, kind=kind).latest("started_seq")
    return to("demands:clock", case.public_id, name_of(row))


def pages_of_the_firm(town: Town) -> Iterator[Visit]:
    incomplete = case_in(CaseState.NEED_INFO, town=town)
    yield case_page(incomplete)
    yield act(incomplete, "complete")
    yield sent_empty(act(incomplete, "complete"), "补正提交")
    asked = case_in(CaseState.WAIT_ENTERPRISE, town=town, contacted=True, planned=True, asked=1, completed=True)
    yield case_page(asked)
    yield sent_empty(act(asked, "answer"), "企业补充")
    yield clock_page(asked, "ANSWER")
    yield clock_page(asked, "RESOLVE")  # it stands still
    yield to("demands:durations", asked.public_id)
    yield case_page(case_in(CaseState.ENDED, town=town, start=later(days=-30)))
    unanswered = case_in(CaseState.ARCHIVED, town=town, confirmation=Confirmation.UNANSWERED, start=later(days=-70))
    yield case_page(unanswered)


def pages_of_the_intake_officer(town: Town) -> Iterator[Visit]:
    submitted = case_in(CaseState.SUBMITTED, town=town)
    yield act(submitted, "request_completion")
    yield sent_empty(act(submitted, "request_completion"), "要求补正")
    yield clock_page(submitted, "ACCEPT")  # counts hours


def pages_of_the_liaison(town: Town) -> Iterator[Visit]:
    late = case_in(CaseState.IN_PROGRESS, town=town, stand_in=True, start=later(days=-7))
    yield case_page(late)
    yield act(late, "name_handler")
    yield sent_empty(act(late, "name_handler"), "更换承办人")
    yield clock_page(late, "ACKNOWLEDGE")  # over, and ended by the system
    yield to("demands:durations", late.public_id)


def pages_of_the_handler(town: Town) -> Iterator[Visit]:
    again = case_in(CaseState.IN_PROGRESS, town=town, asked=1)
    yield act(again, "ask_firm")
    yield sent_empty(act(again, "ask_firm"), "请企业补充")
    asked_twice = case_in(CaseState.IN_PROGRESS, town=town, asked=2)
    yield case_page(asked_twice)  # a third time is refused with its reason
    long = case_in(CaseState.IN_PROGRESS, town=town, klass="HARD", start=later(days=-20))
    yield clock_page(long, "RESOLVE")


ROLES = {
    "staff": pages_of_the_firm,
    "intake": pages_of_the_intake_officer,
    "liaison": pages_of_the_liaison,
    "handler": pages_of_the_handler,
}


@pytest.mark.parametrize("role", ROLES)
def test_the_pages_of_asking_and_answering_look_right(role: str, town: Town, person: Person) -> None:
    page = person(getattr(town, role), DESK, scripts=True)
    the_pages_are_right(page, ROLES[role](town))
