"""The pages of the rules of time in English and in Chinese; what is kept is Chinese whoever writes it."""

from datetime import date, timedelta

import pytest

from foundation.models import Job, JobState, Policy
from parties.models import User
from parties.roles import Role
from tests.factories import NOW, case_in, later
from tests.languages import CHINESE, ENGLISH, language_of, stored_words, words_in
from tests.workflow.test_policies import PROFILES, admin, document, draft
from tests.workflow.test_policy_pages import FORM, filled
from tests.workflow.test_rehearsal_job import rehearsed
from workflow import versions
from workflow.models import PolicyDraft
from workflow.policies import adopt
from workflow.rehearsal_job import start_rehearsal


@pytest.fixture(autouse=True)
def versions_are_read_anew():
    versions.forget()


@pytest.fixture
def browser(town, sign_in):
    """Of the system administrator."""
    return sign_in(town.at(town.city_office, Role.SYSTEM_ADMIN))


def pages_of(town, browser):
    """Every page in every condition, by a name for the message of the test."""
    for _n in range(2):
        case_in("CLOSED", town=town, klass="ORDINARY", pace=timedelta(days=1), start=later(days=-30))
    adopt(PROFILES["shandong"].data, effective_from=date(2027, 1, 1), source="依据", by=admin(town))
    adopt(document(), effective_from=date(2027, 1, 1), source="依据", by=admin(town))
    fresh, waiting, running = draft(town), draft(town), draft(town)
    start_rehearsal(waiting, by=admin(town))
    start_rehearsal(running, by=admin(town))
    Job.objects.filter(pk=PolicyDraft.objects.get(pk=running.pk).job_id).update(
        state=JobState.RUNNING, moved_at=NOW, done=1, total=4
    )
    done = rehearsed(town)
    addresses = [
        "/policies/",
        "/policies/?start=x",
        "/policies/versions/",
        "/policies/versions/3/",
        "/policies/versions/3/?with=9",
        "/policies/versions/9/",
        "/policies/change/",
        FORM,
        *(f"/policies/drafts/{made.public_id}/" for made in (fresh, waiting, running, done)),
        *(f"/policies/drafts/{made.public_id}/adopt/" for made in (fresh, done)),
    ]
    for address in addresses:
        yield address, browser.get(address).content.decode()
    wrong = {"PLAN-amount": "0", "CONFIRM-unit": "HOUR", "RESOLVE-half": "0", "effective_from": "2026-01-01"}
    yield "wrong form", browser.post(FORM, filled(browser, **wrong)).content.decode()
    for made in (fresh, done):
        yield "wrong tick", browser.post(f"/policies/drafts/{made.public_id}/adopt/").content.decode()
    overtaken = browser.post(f"/policies/drafts/{done.public_id}/adopt/", {"result_seen": "on"})
    adopt(document(), effective_from=date(2027, 1, 1), source="依据", by=admin(town))
    yield "adopted", browser.get(overtaken.url).content.decode()
    late = browser.post(f"/policies/drafts/{fresh.public_id}/adopt/", {"skipped_because": "急"})
    yield "overtaken", late.content.decode()


@pytest.mark.every_page
@pytest.mark.parametrize(("language", "foreign"), [("en", CHINESE), ("zh-hans", ENGLISH)])
def test_no_page_has_a_word_of_the_other_language(town, browser, language, foreign):
    User.objects.update(language=language)
    kept = ("市平台办公室 · 系统管理员", "市府办〔2026〕1号")  # data: who adopted a version, and what was typed
    pages = [(name, page.replace(kept[0], "").replace(kept[1], "")) for name, page in pages_of(town, browser)]
    assert {language_of(page) for _name, page in pages} == {language}
    data = stored_words()
    assert {name: words for name, page in pages if (words := words_in(page, foreign, data=data))} == {}


def test_whoever_reads_english_leaves_a_chinese_record(town, browser):
    User.objects.update(language="en")
    made = draft(town)
    browser.post(f"/policies/drafts/{made.public_id}/rehearse/")
    assert Job.objects.get().title == "时限规则预演"
    browser.post(f"/policies/drafts/{made.public_id}/adopt/", {"skipped_because": "急"})
    assert Policy.objects.get(version=2).adopted_as == "市平台办公室 · 系统管理员"
