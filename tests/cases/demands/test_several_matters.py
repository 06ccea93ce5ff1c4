"""Several matters in one submission: each a demand of its own, all or none of them, known to each other."""

import pytest
from django.urls import reverse

from cases.demands import drafting, moves, queries
from cases.demands.drafting import MOST_MATTERS
from cases.demands.models import Case, Draft
from cases.demands.rules.splitting import numbered_matters
from foundation.errors import Refused
from parties.roles import Role
from tests.api import Program
from tests.factories import actor, case_in, category
from tests.pages import FRAME, fields, statements, text

pytestmark = pytest.mark.every_page

ENERGY, LAND = "/demands/new/ENERGY/", "/demands/new/LAND/"
POWER = {
    "title": "变压器增容",
    "text": "申请变压器增容三个月，没有答复。",
    "wanted": "通电",
    "kind": "POWER",
    "capacity": "630千伏安",
    "applied": "NOT_YET",
    "needed_by": "2026-12-20",
    "contact_name": "李经理",
    "contact_phone": "0477-5550100",
}
PLOT = {
    "title": "三号地块没有办证",
    "text": "园区三号地块已摘牌，还没有拿到不动产权证。",
    "wanted": "拿到不动产权证",
    "stage": "SUPPLIED",
    "place": "园区三号地块",
    "area": "20",
}


@pytest.fixture
def land(town):
    return category("LAND", "用地")


def on(browser, address, **typed):
    """The answer to the form at this address, filled so."""
    return browser.post(address.partition("?")[0], fields(browser.get(address).content.decode()) | typed)


def first_then_second(browser):
    """The check page of the second matter, the first one before it."""
    check = on(browser, ENERGY, **POWER, step="check")
    assert "再加一件事" in check.content.decode()
    choose = browser.post(ENERGY, fields(check.content.decode()) | {"step": "add"})
    assert choose.url == f"/demands/new/?draft={Draft.objects.get().public_id}&place=1"
    page = browser.get(choose.url).content.decode()
    assert "第 2 件事：选择类别" in page
    address = f"{LAND}?draft={Draft.objects.get().public_id}&place=1"
    assert address.replace("&", "&amp;") in page
    form = fields(browser.get(address).content.decode())
    assert "contact_phone" not in form
    return browser.post(LAND, form | PLOT | {"step": "check"})


def test_two_matters_are_two_demands_of_one_submission(town, land, sign_in, clock):
    browser = sign_in(town.staff)
    check = first_then_second(browser)
    shown = text(check.content.decode())
    assert shown.index("第 2 件") < shown.index("第 1 件")
    assert "变压器增容" in shown
    assert "李经理" in shown
    sent = browser.post(LAND, fields(check.content.decode()) | {"step": "send"})
    first, second = Case.objects.order_by("pk")
    assert (first.title, second.title) == (POWER["title"], PLOT["title"])
    assert first.number != second.number
    assert first.submission == second.submission is not None
    assert (second.contact_name, second.contact_phone) == (POWER["contact_name"], POWER["contact_phone"])
    assert second.answers == {"stage": "SUPPLIED", "place": "园区三号地块", "area": "20"}
    assert Draft.objects.count() == 0
    assert sent.url == reverse("demands:submitted", args=[first.public_id])
    done = browser.get(sent.url).content.decode()
    assert "2 件诉求已提交" in text(done)
    for case in (first, second):
        assert case.number in done
        assert reverse("demands:receipt", args=[case.public_id]) in done


def test_sending_twice_makes_two_demands_and_no_more(town, land, sign_in, clock):
    browser = sign_in(town.staff)
    form = fields(first_then_second(browser).content.decode()) | {"step": "send"}
    first, second = (browser.post(LAND, form) for _n in range(2))
    assert first.url == second.url
    assert Case.objects.count() == 2


def test_they_name_each_other_to_the_firm_and_the_office_and_to_nobody_else(town, land, sign_in, clock):
    browser = sign_in(town.staff)
    browser.post(LAND, fields(first_then_second(browser).content.decode()) | {"step": "send"})
    first, second = Case.objects.order_by("pk")
    alone = case_in("SUBMITTED", town=town)
    for who in (town.staff, town.intake):
        page = sign_in(who).get(reverse("demands:case", args=[first.public_id])).content.decode()
        assert "同批提交" in page
        assert second.number in page
        assert alone.number not in page
    assert "同批提交" not in browser.get(reverse("demands:case", args=[alone.public_id])).content.decode()
    Case.objects.update(lead=town.energy)
    for case in (first, second):
        assert queries.sent_together(case, actor(town.handler)) == []
        assert Program(town.handler).get(f"cases/{case.public_id}/").json()["submission"] is None
    assert Program(town.staff).get(f"cases/{first.public_id}/").json()["submission"] == str(first.submission)


def test_all_or_nothing(town, land):
    good = {
        "category": town.power,
        "title": "增容",
        "text": POWER["text"],
        "contact_name": "李",
        "contact_phone": "0477-5550100",
    }
    draft = drafting.save_draft(by=actor(town.staff), category_code="ENERGY", version=1, typed=POWER)
    with pytest.raises(Refused):
        drafting.send([good, good | {"text": "短"}], by=actor(town.staff), draft=draft)
    assert (Case.objects.count(), Draft.objects.count()) == (0, 1)
    assert len(drafting.send([good], by=actor(town.staff), draft=draft)) == 1
    assert Case.objects.get().submission is None


def test_a_matter_that_is_not_finished_keeps_all_from_being_sent(town, land, sign_in, clock):
    browser = sign_in(town.staff)
    check = first_then_second(browser)
    draft = Draft.objects.get()
    address = f"{ENERGY}?draft={draft.public_id}&place=0"
    page = fields(browser.get(address).content.decode())
    saved = browser.post(ENERGY, page | {"kind": "POWER", "applied": "NOT_YET", "capacity": "", "step": "save"})
    assert saved.status_code == 302
    window = fields(check.content.decode()) | {"_seq": str(Draft.objects.get().seq), "step": "send"}
    answer = browser.post(LAND, window)
    assert answer.status_code == 422
    assert "还有一件事没有填完" in answer.content.decode()
    assert "没有填完" in answer.content.decode()
    assert Case.objects.count() == 0


def test_a_matter_is_taken_out_again_and_the_others_stay(town, land, sign_in, clock):
    browser = sign_in(town.staff)
    first_then_second(browser)
    draft = Draft.objects.get()
    answer = browser.post(reverse("demands:drop_matter", args=[draft.public_id]), {"out": "0", "known": str(draft.seq)})
    assert answer.url == f"{LAND}?draft={draft.public_id}&place=0"
    page = fields(browser.get(answer.url).content.decode())
    assert (page["title"], page["contact_name"]) == (PLOT["title"], POWER["contact_name"])
    draft = Draft.objects.get()
    with pytest.raises(Refused, match="草稿里只有这一件事"):
        drafting.drop_matter(draft.public_id, place=0, seq=draft.seq, by=actor(town.staff))


def test_five_matters_are_the_most(town, sign_in, clock):
    by, draft = actor(town.staff), None
    for place in range(MOST_MATTERS):
        draft = drafting.save_draft(
            by=by,
            category_code="ENERGY",
            version=1,
            typed=POWER,
            place=place,
            draft=draft and draft.public_id,
            seq=draft and draft.seq,
        )
    with pytest.raises(Refused, match="一次最多提交 5 件事"):
        drafting.save_draft(
            by=by,
            category_code="ENERGY",
            version=1,
            typed=POWER,
            place=MOST_MATTERS,
            draft=draft.public_id,
            seq=draft.seq,
        )
    browser = sign_in(town.staff)
    choices = {"kind": "POWER", "applied": "NOT_YET"}
    check = on(browser, f"{ENERGY}?draft={draft.public_id}&place=2", **choices, step="check")
    assert "再加一件事" not in check.content.decode()
    refused = browser.post(ENERGY, fields(check.content.decode()) | {"step": "add"})
    assert refused.status_code == 422
    sent = browser.post(ENERGY, fields(check.content.decode()) | {"step": "send"})
    assert sent.status_code == 302
    assert Case.objects.count() == MOST_MATTERS
    assert len(set(Case.objects.values_list("submission", flat=True))) == 1


def test_the_confirmation_costs_the_same_for_two_and_for_five(town, sign_in, clock):
    browser, matter = sign_in(town.staff), {
        "category": town.power,
        "title": "增容",
        "text": POWER["text"],
        "contact_phone": "0477-5550100",
    }  # fmt: skip
    costs = []
    for n in (2, 5):
        case = drafting.send([matter] * n, by=actor(town.staff))[0]
        costs.append(len(statements(browser, reverse("demands:submitted", args=[case.public_id]))))
    assert costs[0] == costs[1] <= FRAME + 4


def test_a_stranger_sees_neither_the_confirmation_nor_the_others(town, sign_in, clock):
    case = moves.submit_case(
        by=actor(town.staff), category=town.power, title="增容", text=POWER["text"], contact_phone="0477-5550100"
    )
    stranger = sign_in(town.at(town.neighbour, Role.ENTERPRISE_STAFF))
    assert stranger.get(reverse("demands:submitted", args=[case.public_id])).status_code == 404


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("一、变压器增容没有答复。\n二、园区道路没有路灯。", 2),
        ("1. 增容\n2. 路灯\n3. 停车", 3),
        ("（1）增容；（2）路灯", 2),
        ("①增容 ②路灯", 0),
        ("①增容。②路灯。", 2),
        ("我公司有1.5万平方米厂房，2.3公里道路。", 0),
        ("一期厂房已建成，二期厂房停工。", 0),
        ("2026年10月提出申请，1、2号变压器都不够。", 0),
        ("1. 只有一件事", 0),
        ("", 0),
    ],
)
def test_a_text_that_counts_its_points_is_told_from_one_that_does_not(words, number):
    assert numbered_matters(words) == number


def test_a_text_with_several_matters_gets_a_hint_and_no_refusal(town, sign_in, clock):
    several = "一、变压器增容三个月没有答复。\n二、园区道路没有路灯。"
    check = on(sign_in(town.staff), ENERGY, **POWER | {"text": several}, step="check")
    assert check.status_code == 200
    assert "像是写了 2 件事" in check.content.decode()
