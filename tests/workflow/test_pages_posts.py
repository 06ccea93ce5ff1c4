"""Pages and API of posts, deputies and leaving, as people meet them."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from parties.deputies import name_deputy
from parties.models import Deputy, Membership, User
from parties.roles import Role
from tests.api import Program
from tests.conftest import SignIn
from tests.factories import NOW, Town, actor, case_in, member, user
from tests.pages import FRAME, statements, text
from workflow.leaving import field_of
from workflow.models import Event, Notice
from workflow.post_forms import people_words

TODAY = NOW.date()
WEEK = {"valid_from": TODAY.isoformat(), "valid_to": (TODAY + timedelta(days=6)).isoformat(), "reason": "出差"}
pytestmark = pytest.mark.usefixtures("clock")


def admin(town: Town) -> Membership:
    return town.at(town.city_office, Role.SYSTEM_ADMIN)


def test_an_administrator_appoints_and_nothing_typed_is_lost(town: Town, sign_in: SignIn) -> None:
    browser, person = sign_in(admin(town)), user("新来的")
    typed = {
        "account": person.username,
        "place": "市能源局",
        "role": "INTAKE",
        "valid_from": "2026-11-23",
        "source": "能任〔2026〕3号",
    }
    answer = browser.post(reverse("workflow:posts"), typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "这类组织没有这个岗位" in page
    assert "能任〔2026〕3号" in page
    assert browser.post(reverse("workflow:posts"), typed | {"role": "HANDLER"}).status_code == 302
    assert person.memberships.get().source == "能任〔2026〕3号"
    person_page = text(browser.get(reverse("workflow:person_posts", args=[person.public_id])).content.decode())
    assert "2026年11月23日 起" in person_page
    assert browser.post(reverse("workflow:posts"), typed | {"place": "没有的局", "role": "HANDLER"}).status_code == 422


def test_a_post_is_dated_ended_and_given_a_deputy_by_the_administrator(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(admin(town))
    address = reverse("workflow:post", args=[town.party_secretary.public_id])
    head = town.at(town.energy, Role.DEPARTMENT_HEAD)
    deputy = {"do": "deputy", "post": town.party_secretary.public_id, "deputy": head.user.public_id}
    assert browser.post(address, deputy | WEEK).status_code == 302
    row = Deputy.objects.get()
    assert (row.principal_id, row.named_by_id) == (town.party_secretary.user_id, admin(town).user_id)
    assert "结束代理" in browser.get(address).content.decode()
    late = {"do": "dates", "valid_from": "2020-01-01", "valid_to": "2026-11-01"}
    answer = browser.post(address, late)
    assert (answer.status_code, "结束日期最早是昨天" in answer.content.decode()) == (422, True)
    handler = reverse("workflow:post", args=[town.handler.public_id])
    assert browser.post(handler, {"do": "end", "on": "2026-11-30"}).status_code == 302
    assert str(Membership.objects.get(pk=town.handler.pk).valid_to) == "2026-11-30"
    page = text(browser.get(reverse("workflow:posts")).content.decode())
    assert "14 天内到期的任职" in page
    assert town.handler.user.name in page.split("现有任职")[0]
    assert sign_in(town.housing_liaison).get(handler).status_code == 404


def test_the_lists_of_posts_cost_the_same_for_one_and_three(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(town.liaison)
    Membership.objects.filter(pk=town.handler.pk).update(valid_to=TODAY)
    case_in("IN_PROGRESS", town=town)
    one = len(statements(browser, reverse("workflow:posts")))
    for n in range(2):
        member(town.energy, Role.HANDLER, valid_to=TODAY + timedelta(days=n))
    assert "名下 1 件在办诉求" in text(browser.get(reverse("workflow:posts")).content.decode())
    assert len(statements(browser, reverse("workflow:posts"))) == one == FRAME + 4
    mine = sign_in(town.handler)
    name_deputy(town.handler, by=actor(town.handler), deputy=town.second_handler.user, **dates(1))
    few = len(statements(mine, reverse("workflow:deputies")))
    Membership.objects.filter(pk=town.handler.pk).update(valid_to=None)
    for n in (2, 3):
        name_deputy(town.handler, by=actor(town.handler), deputy=town.second_handler.user, **dates(n))
    assert len(statements(mine, reverse("workflow:deputies"))) == few == FRAME + 2


def dates(n: int) -> dict[str, Any]:
    day = TODAY + timedelta(days=n - 1)
    return {"valid_from": day, "valid_to": day, "reason": "培训"}


def test_a_person_names_a_deputy_who_acts_with_the_holders_name_on_every_page(town: Town, sign_in: SignIn) -> None:
    User.objects.filter(pk=town.party_secretary.user_id).update(name="李四")
    head = town.at(town.energy, Role.DEPARTMENT_HEAD)
    browser = sign_in(town.party_secretary)
    given = {"post": town.party_secretary.public_id, "deputy": head.user.public_id, **WEEK}
    assert browser.post(reverse("workflow:deputies"), given | {"reason": ""}).status_code == 422
    assert browser.post(reverse("workflow:deputies"), given).status_code == 302
    row = Deputy.objects.get()
    other = sign_in(head)
    assert "代 李四 · 党组书记" in text(other.get(reverse("home")).content.decode())
    other.post(reverse("switch_post"), {"post": town.party_secretary.public_id})
    page = text(other.get(reverse("home")).content.decode())
    assert "您正在代 李四（党组书记 · 市能源局）办理，每一步都会这样记录。" in page
    Notice.objects.create(
        user=town.party_secretary.user,
        membership=town.party_secretary,
        key="one",
        kind="your_turn",
        subject_kind="case",
        subject_id=0,
        number="2026-150602-0000001",
        words="轮到您办理",
        address="/",
        created_at=NOW,
    )
    assert "轮到您办理" in (notices := text(other.get(reverse("workflow:notices")).content.decode()))
    assert "代 李四" in notices.rsplit("轮到您办理", 1)[1]
    case = case_in("RESULT_REVIEW", town=town)
    act = reverse("demands:act", args=[case.public_id, "sign_off"])
    assert other.post(act, {"seen": case.head_seq}).status_code == 302
    shown = text(browser.get(reverse("demands:case", args=[case.public_id])).content.decode())
    assert f"党组书记 · 市能源局（{head.user.name} 代 李四）" in shown
    firm = text(sign_in(town.staff).get(reverse("demands:case", args=[case.public_id])).content.decode())
    assert "党组书记 · 市能源局（代）" in firm
    assert head.user.name not in firm
    assert browser.post(reverse("workflow:end_deputy", args=[row.public_id])).status_code == 302
    assert "您正在代" not in other.get(reverse("home")).content.decode()
    assert sign_in(town.housing_liaison).post(reverse("workflow:end_deputy", args=[row.public_id])).status_code == 404


def test_leaving_is_previewed_and_then_done_at_once(town: Town, sign_in: SignIn) -> None:
    case = case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.liaison)
    address = reverse("workflow:leave", args=[town.handler.user.public_id])
    page = text(browser.get(address).content.decode())
    assert case.number in page
    assert case.title not in page
    name = field_of(town.handler)
    assert browser.post(address, {"step": "confirm", name: ""}).status_code == 422
    heir = {name: str(town.second_handler.user.public_id)}
    preview = text(browser.post(address, {"step": "preview", **heir}).content.decode())
    assert f"由{town.second_handler.user.name}接任" in preview
    assert not Event.objects.filter(action="relieve_handler").exists()
    assert browser.post(address, {"step": "confirm", **heir}).status_code == 302
    assert User.objects.get(pk=town.handler.user_id).left_on == TODAY
    assert browser.post(address, {"step": "confirm", **heir}).status_code == 409
    assert sign_in(town.housing_liaison).get(address).status_code == 404


def test_a_program_names_and_ends_deputies_of_its_own_post(town: Town) -> None:
    program = Program(town.handler)
    [colleague, *_others] = [
        row
        for row in program.get("deputies/candidates/").json()["results"]
        if row["id"] == str(town.second_handler.user.public_id)
    ]
    bad = program.post("deputies/", {"deputy": colleague["id"], **WEEK, "valid_to": "2027-11-23"})
    assert (bad.status_code, list(bad.json()["fields"])) == (400, ["valid_to"])
    made = program.post("deputies/", {"deputy": colleague["id"], **WEEK})
    assert (made.status_code, made.json()["deputy"]) == (201, town.second_handler.user.name)
    assert [row["id"] for row in program.get("deputies/").json()["results"]] == [made.json()["id"]]
    stand_in = Program(town.second_handler)
    assert stand_in.get("deputies/").json()["results"] == []  # it has to do with its one post
    assert stand_in.get("posts/").json()["results"][0]["holder"] == ""
    assert stand_in.post(f"deputies/{made.json()['id']}/end/").status_code == 404
    assert program.post(f"deputies/{made.json()['id']}/end/").json()["ended_at"]
    assert program.post(f"deputies/{made.json()['id']}/end/").status_code == 409


def test_who_is_chosen_stands_there_once_with_every_post(town: Town) -> None:
    """Two of one name can be told apart."""
    secretary = town.at(town.energy, Role.DEPARTMENT_SECRETARY)
    head = member(town.energy, Role.DEPARTMENT_HEAD, person=secretary.user)
    assert people_words([secretary, head]) == [
        (str(secretary.user.public_id), f"{secretary.user.name} · 党组书记、部门主要负责人 · 市能源局")
    ]
