"""The pages of posts, deputies and leaving look right at a desk and on a phone."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from playwright.sync_api import Page

from cases.demands.enums import CaseState
from parties.deputies import name_deputy
from parties.models import Membership
from parties.roles import Role
from tests.browser.conftest import DESK, Person
from tests.browser.test_looks import Visit, the_pages_are_right, to
from tests.factories import NOW, Town, actor, case_in
from workflow.leaving import field_of

TODAY = NOW.date()


def of(name: str, post: Membership) -> Visit:
    public_id = post.public_id if name == "post" else post.user.public_id
    return name, lambda page: page.goto(reverse(f"workflow:{name}", args=[public_id]))


def preview(town: Town) -> Visit:
    def go(page: Page) -> None:
        page.goto(reverse("workflow:leave", args=[town.handler.user.public_id]))
        page.locator(f"[name={field_of(town.handler)}]").select_option(index=1)
        page.get_by_role("button", name="预览").click()
        page.get_by_text("将要办理").wait_for()

    return "preview of leaving", go


def pages_of_the_liaison(town: Town) -> Iterator[Visit]:
    case_in(CaseState.IN_PROGRESS, town=town)
    Membership.objects.filter(pk=town.second_handler.pk).update(valid_to=TODAY + timedelta(days=3))
    yield to("workflow:posts")
    yield of("person_posts", town.handler)
    yield of("post", town.handler)
    yield of("leave", town.handler)
    yield preview(town)


def test_the_pages_of_posts_and_deputies_look_right(person: Person, town: Town) -> None:
    the_pages_are_right(person(town.liaison, DESK, scripts=True), pages_of_the_liaison(town))
    head = town.at(town.energy, Role.DEPARTMENT_HEAD)
    span = {"valid_from": TODAY, "valid_to": TODAY + timedelta(days=9), "reason": "赴外地学习"}
    name_deputy(town.party_secretary, by=actor(town.party_secretary), deputy=head.user, **span)
    the_pages_are_right(person(head, DESK, scripts=True), iter([to("workflow:deputies")]))
