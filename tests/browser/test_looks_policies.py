"""The pages of the rules of time at 1440 and 360 px, in every condition a draft can be in."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from foundation.models import Job, JobState
from parties.roles import Role
from tests.browser.conftest import DESK, Person
from tests.browser.test_looks import Visit, the_pages_are_right, to
from tests.factories import Town, case_in, later
from tests.workflow.test_policies import PROFILES, admin, document, draft
from tests.workflow.test_rehearsal_job import rehearsed
from workflow import versions
from workflow.models import PolicyDraft
from workflow.policies import adopt
from workflow.rehearsal_job import start_rehearsal


@pytest.fixture(autouse=True)
def versions_are_read_anew() -> None:
    versions.forget()


def with_mistakes(page: Page) -> None:
    to("workflow:policy_change", "current")[1](page)
    page.locator("[name=PLAN-amount]").fill("0")
    page.locator("[name=RESOLVE-half]").fill("x")
    page.locator("[name=CONFIRM-unit]").select_option("HOUR")
    page.get_by_role("button", name="下一步：核对改动").click()
    expect(page.get_by_role("alert")).to_be_visible()


def unfolded(visit: Visit) -> Visit:
    name, go = visit

    def opened(page: Page) -> None:
        go(page)
        for summary in page.get_by_role("main").locator("details.fold > summary").all():
            summary.click()

    return f"{name} unfolded", opened


def untouched_adoption(made: PolicyDraft) -> Visit:
    name, go = to("workflow:policy_adopt", made.public_id)

    def opened(page: Page) -> None:
        go(page)
        page.get_by_role("button", name="启用").click()
        expect(page.get_by_role("alert")).to_be_visible()

    return f"{name} with errors", opened


def visits(town: Town) -> Iterator[Visit]:
    for klass in ("ORDINARY", "INQUIRY", "COMPLEX"):
        case_in("CLOSED", town=town, klass=klass, pace=timedelta(days=1), start=later(days=-30))
    adopt(PROFILES["beijing"].data, effective_from=date(2027, 1, 1), source="市府办〔2026〕1号", by=admin(town))
    fresh, running = draft(town, source=PROFILES["beijing"].source), draft(town)
    start_rehearsal(running, by=admin(town))
    job = PolicyDraft.objects.get(pk=running.pk).job
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, moved_at=timezone.now(), done=1, total=4)
    done = rehearsed(town)
    yield to("workflow:policies")
    yield to("workflow:policies", query="?start=")
    yield to("workflow:policy_versions")
    yield to("workflow:policy_version", "2")
    yield to("workflow:policy_begin")
    yield to("workflow:policy_change", "beijing")
    yield "form with errors", with_mistakes
    yield to("workflow:policy_draft", fresh.public_id)
    yield to("workflow:policy_draft", running.public_id, query="?refresh=off")
    yield unfolded(to("workflow:policy_draft", done.public_id))
    for made in (fresh, done):
        yield to("workflow:policy_adopt", made.public_id)
        yield untouched_adoption(made)
    adopt(document(), effective_from=date(2027, 1, 1), source="依据", by=admin(town))
    yield to("workflow:policy_versions")


def test_the_pages_of_the_rules_of_time_look_right_at_a_desk_and_on_a_phone(town: Town, person: Person) -> None:
    page = person(town.at(town.city_office, Role.SYSTEM_ADMIN), DESK, scripts=True)
    the_pages_are_right(page, visits(town))
