"""The pages of the directory: who reads which list and which line, forms that lose nothing, the demands of a firm."""

import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from parties import changes
from parties.models import Enterprise, PartyOrganisation, User
from parties.roles import Role
from tests.conftest import SignIn
from tests.factories import Town, actor, case_in, enterprise
from tests.pages import FRAME
from tests.pages import fields as boxes

KINDS = ("enterprises", "party-organisations", "departments", "offices", "industry-committees", "alliances", "people")
GOOD = "91150602MA0MYT3E8G"


SELECT = re.compile(r'<select name="(\w+)".*?</select>', re.S)
CHOSEN = re.compile(r'<option value="([^"]*)" selected')


def form(page: str) -> dict[str, str]:
    """What a browser would send of the form of a task page, its selects included."""
    page = page.split("<main")[1]
    selects = {found[1]: (CHOSEN.findall(found[0]) or [""])[0] for found in SELECT.finditer(page)}
    return boxes(page) | selects


def listed(kind: str, **params: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in params.items())
    return reverse("directory:list", args=[kind]) + (f"?{query}" if query else "")


def card(entry: Any, kind: str = "enterprises") -> str:
    return reverse("directory:entry", args=[kind, entry.public_id])


def branch(town: Town) -> PartyOrganisation:
    """A joint branch with a secretary that covers two firms, and an alliance of one of them."""
    desk = actor(town.intake)
    made = changes.add_party_organisation(
        by=desk,
        name="天骄联合支部",
        kind="JOINT_BRANCH",
        formation="JOINT",
        district=town.banner,
        secretary=town.firm_secretary.user,
    )
    for firm in (town.firm, town.neighbour):
        changes.cover_firm(made, by=desk, enterprise=firm, valid_from=date(2024, 1, 1))
    alliance = changes.add_alliance(by=desk, name="氢能联盟", district=town.banner)
    changes.admit_member(alliance, by=desk, enterprise=town.firm, valid_from=date(2024, 1, 1))
    changes.set_mass_organisation(made, by=desk, kind="UNION", head="赵六", members=80)
    return made


@pytest.mark.parametrize(
    ("who", "role", "readable"),
    [
        ("office", Role.INTAKE, KINDS),
        ("office", Role.SUPERVISOR, KINDS),
        ("energy", Role.HANDLER, KINDS),
        ("leaders", Role.LEADER, KINDS),
        ("city_office", Role.AUDIT_ADMIN, KINDS),
        ("firm", Role.ENTERPRISE_STAFF, ("enterprises", "party-organisations", "departments", "offices", "people")),
        ("firm", Role.AGENT, ("enterprises",)),
    ],
)
def test_each_post_reads_its_lists_and_is_kept_from_the_others(
    town: Town, sign_in: SignIn, who: str, role: Role, readable: tuple[str, ...]
) -> None:
    browser = sign_in(town.at(getattr(town, who), role))
    statuses = {kind: browser.get(listed(kind)).status_code for kind in KINDS}
    assert statuses == {kind: 200 if kind in readable else 403 for kind in KINDS}
    assert "企业名录" in browser.get(reverse("directory:first")).content.decode()
    assert reverse("directory:first") in browser.get("/").content.decode()


def test_a_list_takes_a_fixed_number_of_statements(town: Town, sign_in: SignIn, django_assert_num_queries: Any) -> None:
    branch(town)
    browser = sign_in(town.intake)
    for kind in ("enterprises", "party-organisations", "departments", "people"):
        browser.get(listed(kind))
        for params in ({"q": "甲公司"}, {"active": "all"}):
            with django_assert_num_queries(FRAME + 2):
                assert browser.get(listed(kind, **params)).status_code == 200


def test_a_card_takes_a_fixed_number_of_statements(town: Town, sign_in: SignIn, django_assert_num_queries: Any) -> None:
    browser, made = sign_in(town.intake), branch(town)
    case_in("IN_PROGRESS", town=town)
    for _more in range(2):
        browser.get(card(town.firm))
        with django_assert_num_queries(FRAME + 8):
            browser.get(card(town.firm))
        case_in("CLOSED", town=town)
        case_in("IN_PROGRESS", town=town)
        changes.cover_firm(
            made, by=actor(town.intake), enterprise=enterprise(of=town.banner), valid_from=date(2025, 1, 1)
        )


def test_a_list_is_searched_from_two_characters_on_filtered_and_paged(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(town.handler)
    for n in range(31):
        enterprise(f"云杉{n:02d}厂", of=town.banner)
    first = browser.get(listed("enterprises", q="云杉")).content.decode()
    assert (first.count("c-title"), "云杉29厂" in first, "云杉30厂" in first) == (30, True, False)
    onward = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "云杉30厂" in browser.get(listed("enterprises").split("?")[0] + onward).content.decode()
    short = browser.get(listed("enterprises", q="云")).content.decode()
    assert "至少填写两个字再搜索" in short
    assert "丙公司" in short
    there = browser.get(listed("enterprises", district="150625")).content.decode()
    assert ("丙公司" in there, "甲公司" in there) == (True, False)
    assert "甲公司" in browser.get(listed("enterprises", q=town.firm.credit_code[6:])).content.decode()


def test_how_a_firm_is_reached_is_for_its_desk_and_itself(town: Town, sign_in: SignIn) -> None:
    town.firm.contact_phone, town.firm.address = "0477-8581234", "天骄路 1 号"
    town.firm.save()
    branch(town)
    person = town.staff.user.name
    for who, learns in (
        (town.intake, True),
        (town.city_intake, True),
        (town.at(town.city_office, Role.SYSTEM_ADMIN), True),
        (town.staff, True),
        (town.at(town.other_office, Role.INTAKE), False),
        (town.handler, False),
        (town.at(town.office, Role.SUPERVISOR), False),
        (town.at(town.city_office, Role.AUDIT_ADMIN), False),
        (town.at(town.firm, Role.AGENT), False),
    ):
        page = sign_in(who).get(card(town.firm)).content.decode()
        main = page.split("<main")[1]
        assert [word in main for word in ("0477-8581234", "天骄路", person)] == [learns] * 3, who.role
        assert "甲公司" in main
    assert sign_in(town.staff).get(card(town.neighbour)).status_code == 404
    assert sign_in(town.staff).get(card(town.intake.user, "people")).status_code == 404
    assert sign_in(town.handler).get(card(town.staff.user, "people")).status_code == 404
    assert sign_in(town.intake).get(card(town.staff.user, "people")).status_code == 200


def test_a_firm_learns_nothing_of_those_who_share_its_branch(town: Town, sign_in: SignIn) -> None:
    made = branch(town)
    mine = sign_in(town.staff).get(card(made, "party-organisations")).content.decode()
    assert ("甲公司" in mine, "乙公司" in mine, town.firm_secretary.user.name in mine) == (True, False, True)
    far = sign_in(town.at(town.far_firm, Role.ENTERPRISE_STAFF))
    assert far.get(card(made, "party-organisations")).status_code == 404
    read = sign_in(town.handler).get(card(made, "party-organisations")).content.decode()
    assert ("乙公司" in read, town.firm_secretary.user.name in read, "赵六" in read) == (True, False, False)


def test_a_firm_is_entered_and_a_doubtful_code_asks_for_its_reason(town: Town, sign_in: SignIn) -> None:
    browser, here = sign_in(town.intake), reverse("directory:add", args=["enterprises"])
    blank = browser.get(here).content.decode()
    assert "code_reason" not in blank
    typed = form(blank) | {"name": "云杉智造", "district": "150602", "credit_code": "91350211m0000xuf46"}
    doubtful = browser.post(here, typed)
    page = doubtful.content.decode()
    assert (doubtful.status_code, 'name="code_reason"' in page, "云杉智造" in page) == (422, True, True)
    sent = browser.post(here, form(page) | {"code_reason": "营业执照如此"})
    made = Enterprise.objects.get(name="云杉智造")
    assert (sent.status_code, sent["Location"], made.credit_code) == (302, card(made), "91350211M0000XUF46")
    again = browser.post(here, form(page) | {"code_reason": "营业执照如此", "idempotency_key": "another"})
    assert (again.status_code, "已经有这个名称的条目" in again.content.decode()) == (422, True)
    shown = browser.get(card(made)).content.decode()
    assert "代码校验位不符" in shown
    assert "登记" in shown.split("变更记录")[1]
    elsewhere = form(blank) | {"name": "远泉", "district": "150625", "credit_code": GOOD}
    assert browser.post(here, elsewhere).status_code == 422  # a district that is not offered
    assert sign_in(town.handler).get(here).status_code == 403


def test_the_second_editor_keeps_what_was_typed_and_reads_who_was_faster(town: Town, sign_in: SignIn) -> None:
    clerk, here = sign_in(town.intake), reverse("directory:change", args=["enterprises", town.firm.public_id])
    stale = form(clerk.get(here).content.decode()) | {"industry": "化工"}
    other = sign_in(town.city_intake)
    assert other.post(here, form(other.get(here).content.decode()) | {"short_name": "云杉"}).status_code == 302
    answer = clerk.post(here, stale)
    page = answer.content.decode()
    assert (answer.status_code, 'value="化工"' in page, "市平台办公室 · 受理员" in page) == (409, True, True)
    assert clerk.post(here, form(page)).status_code == 302
    town.firm.refresh_from_db()
    assert town.firm.industry == "化工"


def test_people_of_a_firm_find_the_boxes_that_are_theirs(town: Town, sign_in: SignIn) -> None:
    browser, here = sign_in(town.staff), reverse("directory:change", args=["enterprises", town.firm.public_id])
    page = browser.get(here).content.decode()
    assert set(form(page)) - {"csrfmiddlewaretoken", "seen", "idempotency_key"} == {
        "size",
        "address",
        "contact_name",
        "contact_phone",
    }
    sent = browser.post(here, form(page) | {"contact_phone": "0477-8581234", "name": "改名公司"})
    town.firm.refresh_from_db()
    assert (sent.status_code, town.firm.contact_phone, town.firm.name) == (302, "0477-8581234", "甲公司")
    assert sign_in(town.handler).get(here).status_code == 403
    assert sign_in(town.at(town.far_firm, Role.ENTERPRISE_STAFF)).get(here).status_code == 404
    assert browser.get(reverse("directory:activate", args=["enterprises", town.firm.public_id])).status_code == 403


def test_firms_join_and_leave_and_entries_go_out_of_use(town: Town, sign_in: SignIn) -> None:
    made, browser = branch(town), sign_in(town.intake)
    where = ["party-organisations", made.public_id]
    add = reverse("directory:add_member", args=where)
    unknown = browser.post(
        add, form(browser.get(add).content.decode()) | {"enterprise": "没有", "valid_from": "2025-1-1"}
    )
    assert (unknown.status_code, "名录中没有这家企业" in unknown.content.decode()) == (422, True)
    typed = form(unknown.content.decode()) | {"enterprise": town.far_firm.credit_code, "valid_from": "2025-01-01"}
    assert browser.post(add, typed).status_code == 302
    end = reverse("directory:end_member", args=[*where, town.far_firm.public_id])
    assert browser.post(end, form(browser.get(end).content.decode()) | {"valid_to": "2025-12-31"}).status_code == 302
    assert browser.get(end).status_code == 404
    mass = reverse("directory:mass", args=where) + "?of=UNION"
    counted = form(browser.get(mass).content.decode())
    assert counted["head"] == "赵六"
    assert browser.post(mass, counted | {"members": "81"}).status_code == 302
    assert browser.post(mass, form(browser.get(mass).content.decode()) | {"remove": "1"}).status_code == 302
    off = reverse("directory:activate", args=where)
    assert browser.post(off, form(browser.get(off).content.decode())).status_code == 302
    assert not PartyOrganisation.objects.get().active
    assert "天骄联合支部" not in browser.get(listed("party-organisations")).content.decode()
    bureau = reverse("directory:activate", args=["departments", town.energy.public_id])
    admin = sign_in(town.at(town.city_office, Role.SYSTEM_ADMIN))
    answer = admin.post(bureau, form(admin.get(bureau).content.decode()))
    assert (answer.status_code, "还有 6 个岗位有人任职" in answer.content.decode()) == (422, True)


def test_an_administrator_opens_an_account_and_others_do_not(town: Town, sign_in: SignIn) -> None:
    admin, here = sign_in(town.at(town.city_office, Role.SYSTEM_ADMIN)), reverse("directory:add", args=["people"])
    typed = form(admin.get(here).content.decode()) | {"username": "nyj-new", "name": "李新", "phone": "13900000001"}
    made = admin.post(here, typed)
    person = User.objects.get(username="nyj-new")
    assert made["Location"] == card(person, "people")
    assert "nyj-new" in admin.get(made["Location"]).content.decode()
    assert sign_in(town.intake).get(here).status_code == 403
    assert sign_in(town.intake).get(made["Location"]).status_code == 404


def test_a_firms_demands_stand_on_its_card_for_whoever_may_open_them(town: Town, sign_in: SignIn) -> None:
    at_work = case_in("IN_PROGRESS", town=town, title="增容在办")
    over = case_in("CLOSED", town=town, title="增容办结")
    returned = case_in("RETURN_REVIEW", town=town, title="增容退单")
    hidden = case_in("IN_PROGRESS", town=town, title="隐名诉求", hidden=True)
    every = [at_work.title, over.title, returned.title, hidden.title]

    def seen(who: Any) -> list[str]:
        page = sign_in(who).get(card(town.firm)).content.decode()
        return [title for title in every if title in page]

    assert seen(town.intake) == seen(town.staff) == every
    assert seen(town.handler) == every[:3]
    for who in (
        town.housing_liaison,
        town.at(town.office, Role.SUPERVISOR),
        town.at(town.leaders, Role.LEADER),
        town.at(town.city_office, Role.SYSTEM_ADMIN),
        town.at(town.city_office, Role.SECURITY_ADMIN),
        town.at(town.city_office, Role.AUDIT_ADMIN),
        town.at(town.firm, Role.AGENT),
    ):
        assert seen(who) == [], who.role
    desk = sign_in(town.intake).get(card(town.firm)).content.decode()
    assert "h-returns" in desk
    own = sign_in(town.staff).get(card(town.firm)).content.decode()
    assert "h-returns" not in own
    assert '<h2 id="h-open">在办诉求 <span class="num">3</span></h2>' in own
    assert '<h2 id="h-open">在办诉求</h2>' in desk
