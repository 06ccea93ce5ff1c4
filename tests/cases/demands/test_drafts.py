"""What a firm types is kept on the server: by whom it is seen, what two windows do to each other, when it goes."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.urls import reverse

from cases.demands import drafting
from cases.demands.drafting import MOST_DRAFTS, SavedElsewhere, save_draft
from cases.demands.models import Case, Draft
from foundation.errors import NotVisible, NotYours, Refused
from parties.roles import Role
from tests.factories import NOW, Town, actor, case_in, category, later
from tests.pages import FRAME, fields, statements, text

pytestmark = pytest.mark.every_page

ADDRESS = "/demands/new/ENERGY/"
SAVE = "/demands/drafts/save/"
TYPED = {
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


def saved(town, who=None, *, now=NOW, **typed):
    return save_draft(by=actor(who or town.staff, now), category_code="ENERGY", version=1, typed=TYPED | typed)


def opened(browser, draft=None, place=0, address=ADDRESS):
    query = {"draft": str(draft.public_id), "place": str(place)} if draft else {}
    return fields(browser.get(address, query).content.decode())


# --- who sees it ---


def test_a_draft_belongs_to_the_firm_and_to_nobody_else(town):
    draft = saved(town)
    seen = {who.pk for who in town.everybody if Draft.objects.visible_to(actor(who)).exists()}
    assert seen == {town.staff.pk, town.firm_secretary.pk}
    for who in town.everybody:
        if who.pk not in seen:
            with pytest.raises((NotVisible, NotYours)):
                save_draft(by=actor(who), category_code="ENERGY", version=1, typed=TYPED, draft=draft.public_id, seq=1)
            with pytest.raises(NotVisible):
                drafting.delete_draft(draft.public_id, by=actor(who))
    assert Draft.objects.get().seq == 1


def test_a_strangers_page_is_not_found_and_shows_nothing(town, sign_in, clock):
    draft = saved(town, title="独有的标题")
    stranger = sign_in(town.at(town.neighbour, Role.ENTERPRISE_STAFF))
    for answer in (
        stranger.get(ADDRESS, {"draft": str(draft.public_id)}),
        stranger.get(reverse("demands:submit"), {"draft": str(draft.public_id)}),
        stranger.get(reverse("demands:delete_draft", args=[draft.public_id])),
        stranger.post(reverse("demands:delete_draft", args=[draft.public_id])),
        stranger.post(SAVE, TYPED | {"_category": "ENERGY", "_draft": str(draft.public_id), "_seq": "1"}),
        stranger.post(ADDRESS, TYPED | {"step": "save", "_draft": str(draft.public_id), "_seq": "1"}),
    ):
        assert answer.status_code == 404
        assert "独有的标题" not in answer.content.decode()
    assert "独有的标题" not in stranger.get(reverse("demands:submit")).content.decode()
    assert "份草稿" not in stranger.get(reverse("home")).content.decode()
    assert Draft.objects.get().data == draft.data


def test_a_draft_is_no_demand(town, sign_in, clock):
    saved(town)
    assert Case.objects.count() == 0
    assert "变压器增容" not in sign_in(town.staff).get(reverse("demands:list")).content.decode()
    assert "变压器增容" not in sign_in(town.intake).get(reverse("home")).content.decode()


# --- without a script ---


def test_a_button_saves_and_a_colleague_goes_on_from_the_home_page(town, sign_in, clock):
    browser = sign_in(town.staff)
    half = {name: TYPED[name] for name in ("title", "capacity", "contact_name")}
    answer = browser.post(ADDRESS, opened(browser) | half | {"step": "save"})
    assert answer.status_code == 302
    assert opened(browser, Draft.objects.get()).items() >= half.items()
    colleague = sign_in(town.firm_secretary)
    home = colleague.get(reverse("home")).content.decode()
    assert "有 1 份草稿没有提交" in text(home)
    listed = colleague.get(reverse("demands:submit")).content.decode()
    assert "变压器增容" in listed
    assert f"{town.staff.user.name} 保存于" in listed
    page = fields(colleague.get(answer.url).content.decode())
    assert {name: page[name] for name in half} == half
    assert "需要修改" not in colleague.get(answer.url).content.decode()


def test_every_step_saves_and_sending_leaves_no_draft(town, sign_in, clock):
    browser = sign_in(town.staff)
    wrong = browser.post(ADDRESS, opened(browser) | TYPED | {"text": "短", "step": "check"})
    assert wrong.status_code == 422
    assert Draft.objects.get().matters[0]["fields"]["text"] == "短"
    check = browser.post(ADDRESS, fields(wrong.content.decode()) | TYPED | {"step": "check"})
    assert check.status_code == 200
    assert Draft.objects.get().matters[0]["fields"]["text"] == TYPED["text"]
    sent = browser.post(ADDRESS, fields(check.content.decode()) | {"step": "send"})
    assert sent.status_code == 302
    assert (Case.objects.count(), Draft.objects.count()) == (1, 0)


def test_deleting_asks_first(town, sign_in, clock):
    draft, browser = saved(town), sign_in(town.staff)
    address = reverse("demands:delete_draft", args=[draft.public_id])
    assert address in browser.get(reverse("demands:submit")).content.decode()
    assert "“变压器增容”删除后不能恢复" in browser.get(address).content.decode()
    assert Draft.objects.count() == 1
    assert browser.post(address, follow=True).status_code == 200
    assert Draft.objects.count() == 0


def test_another_category_keeps_what_was_typed(town, sign_in, clock):
    draft, browser = saved(town), sign_in(town.staff)
    category("FINANCE", "融资")
    page = opened(browser, draft, address="/demands/new/FINANCE/")
    assert (page["title"], page["contact_name"]) == (TYPED["title"], TYPED["contact_name"])


def test_a_draft_of_a_category_that_is_no_longer_offered_goes_on_in_another(town, sign_in, clock):
    draft, browser = saved(town), sign_in(town.staff)
    town.power.active = False
    town.power.save()
    on = f"/demands/new/?draft={draft.public_id}&place=0"
    assert on.replace("&", "&amp;") in browser.get(reverse("demands:submit")).content.decode()
    assert f"/demands/new/BUILDING/?draft={draft.public_id}" in browser.get(on).content.decode()
    assert opened(browser, draft, address="/demands/new/BUILDING/")["title"] == TYPED["title"]


# --- autosave ---


def autosaved(browser, page, **typed):
    return browser.post(SAVE, page | typed, headers={"accept": "application/json"})


def test_the_script_gets_the_draft_and_its_number(town, sign_in, clock):
    browser = sign_in(town.staff)
    page = opened(browser)
    first = autosaved(browser, page, title="变压器").json()
    draft = Draft.objects.get()
    assert first["fields"] == {"_draft": str(draft.public_id), "_seq": 1}
    assert (first["saved_at"], first["words"]) == (draft.saved_at.isoformat(), "草稿已保存 · 11月23日 10:00")
    second = autosaved(browser, page | first["fields"], title="变压器增容").json()
    assert second["fields"]["_seq"] == 2
    assert [d.matters[0]["fields"]["title"] for d in Draft.objects.all()] == ["变压器增容"]


def test_an_answer_that_never_came_makes_no_second_draft_and_no_conflict(town, sign_in, clock):
    """The window names itself: it knows its own savings, answered or not."""
    browser = sign_in(town.staff)
    page = opened(browser)
    autosaved(browser, page, title="变")
    assert autosaved(browser, page, title="变压器").status_code == 200
    check = browser.post(ADDRESS, page | TYPED | {"step": "check"})
    assert check.status_code == 200
    assert Draft.objects.count() == 1


def test_a_window_that_saved_later_wins_nothing_silently(town, sign_in, clock):
    draft, browser, colleague = saved(town), sign_in(town.staff), sign_in(town.firm_secretary)
    mine, theirs = opened(browser, draft), opened(colleague, draft)
    assert autosaved(colleague, theirs, title="同事写的标题").status_code == 200
    answer = autosaved(browser, mine, title="我写的标题")
    assert answer.status_code == 409
    assert "两份内容都在" in answer.json()["detail"]
    assert answer.json()["url"] == f"{ADDRESS}?draft={draft.public_id}&place=0"
    assert Draft.objects.get().matters[0]["fields"]["title"] == "同事写的标题"
    by_hand = browser.post(
        ADDRESS, mine | {"title": "我写的标题", "kind": "POWER", "applied": "NOT_YET", "step": "save"}
    )
    shown = by_hand.content.decode()
    assert by_hand.status_code == 409
    assert "同事写的标题" in shown
    assert fields(shown)["title"] == "我写的标题"
    kept = browser.post(ADDRESS, fields(shown) | {"step": "save"})
    assert kept.status_code == 302
    assert Draft.objects.get().matters[0]["fields"]["title"] == "我写的标题"


def test_what_a_colleague_sent_is_not_sent_again(town, sign_in, clock):
    draft, browser, colleague = saved(town), sign_in(town.staff), sign_in(town.firm_secretary)
    choices = {"kind": "POWER", "applied": "NOT_YET", "step": "check"}
    mine, theirs = (
        fields(one.post(ADDRESS, opened(one, Draft.objects.get()) | choices).content.decode())
        for one in (browser, colleague)
    )
    assert colleague.post(ADDRESS, theirs | {"step": "send"}).status_code == 302
    answer = browser.post(ADDRESS, mine | {"step": "send"})
    assert answer.status_code == 404
    assert "刚刚已提交或删除" in answer.content.decode()
    assert fields(answer.content.decode())["text"] == TYPED["text"]
    assert Case.objects.count() == 1
    assert not Draft.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("typed", [{"_category": "NOTHING"}, {"_category": ""}])
def test_a_category_nobody_offers_keeps_nothing(town, sign_in, clock, typed):
    assert sign_in(town.staff).post(SAVE, TYPED | typed).status_code == 404
    assert Draft.objects.count() == 0


def test_nobody_but_a_firm_has_drafts(town, sign_in, clock):
    for who in (town.intake, town.handler):
        answer = sign_in(who).post(SAVE, TYPED | {"_category": "ENERGY"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")


# --- limits ---


def test_twenty_drafts_are_enough_and_sending_needs_none(town, sign_in, clock):
    for n in range(MOST_DRAFTS):
        saved(town, title=f"第{n}份")
    with pytest.raises(Refused, match="贵企业已有 20 份草稿，请先提交或删除一些"):
        saved(town)
    browser = sign_in(town.staff)
    by_hand = browser.post(ADDRESS, opened(browser) | TYPED | {"step": "save"})
    assert by_hand.status_code == 422
    assert "贵企业已有 20 份草稿" in by_hand.content.decode()
    assert fields(by_hand.content.decode())["text"] == TYPED["text"]
    check = browser.post(ADDRESS, opened(browser) | TYPED | {"step": "check"})
    assert check.status_code == 200
    assert browser.post(ADDRESS, fields(check.content.decode()) | {"step": "send"}).status_code == 302
    assert (Case.objects.count(), Draft.objects.count()) == (1, MOST_DRAFTS)


def test_a_text_without_end_is_refused(town):
    with pytest.raises(Refused, match="内容太长"):
        saved(town, text="长" * drafting.LONGEST_DRAFT)


def test_what_nobody_touched_is_warned_of_and_then_swept(town, sign_in, clock):
    saved(town, title="放了很久", now=NOW - timedelta(days=151))
    saved(town, title="放了太久", now=NOW - timedelta(days=181))
    saved(town, title="刚写的")
    listed = text(sign_in(town.staff).get(reverse("demands:submit")).content.decode())
    assert listed.count("很久没有改动") == 2
    assert "2026年" in listed or "12月22日" in listed
    assert drafting.sweep(NOW) == "drafts 1, forms 0"
    assert {d.matters[0]["fields"]["title"] for d in Draft.objects.all()} == {"放了很久", "刚写的"}


def test_the_pages_cost_a_fixed_number_of_statements(town, sign_in, clock):
    browser = sign_in(town.staff)
    saved(town)
    lists = [reverse("demands:submit"), reverse("home")]
    before = [len(statements(browser, address)) for address in lists]
    assert before[0] == FRAME + 3  # categories, drafts, their categories
    saved(town)
    saved(town)
    assert [len(statements(browser, address)) for address in lists] == before


# --- the form of a move ---


def test_what_was_typed_into_a_move_is_there_again_until_it_is_made(town, sign_in, clock):
    case, browser = case_in("IN_PROGRESS", town=town, contacted=True, planned=True), sign_in(town.handler)
    address = reverse("demands:act", args=[case.public_id, "submit_result"])
    keep = reverse("demands:save_form", args=[case.public_id, "submit_result"])
    assert keep in browser.get(address).content.decode()
    half = {"text": "供电方案答复单已送达", "outcome": "PARTLY", "seen": "1", "csrfmiddlewaretoken": "x"}
    answer = browser.post(keep, half, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["words"]) == (200, "已保存，没有提交 · 11月23日 10:00")
    page = browser.get(address).content.decode()
    assert "没有提交的内容都在下面" in page
    assert (fields(page)["text"], fields(page)["outcome"]) == (half["text"], "PARTLY")
    assert "需要修改" not in page
    other = fields(sign_in(town.second_handler).get(address).content.decode())
    assert other.get("text", "") == ""
    note = reverse("demands:act", args=[case.public_id, "note_internal"])
    assert fields(browser.get(note).content.decode())["text"] == ""
    assert browser.post(keep, half | {"forget": "1"}).url == address
    assert fields(browser.get(address).content.decode())["text"] == ""


def test_a_move_that_is_made_leaves_nothing_kept_and_one_that_is_refused_does(town, sign_in, clock):
    case, browser = case_in("IN_PROGRESS", town=town), sign_in(town.handler)
    address = reverse("demands:act", args=[case.public_id, "note_internal"])
    keep = reverse("demands:save_form", args=[case.public_id, "note_internal"])
    browser.post(keep, {"text": "先核实容量"})
    page = fields(browser.get(address).content.decode())
    assert browser.post(address, page | {"text": ""}).status_code == 422
    assert fields(browser.get(address).content.decode())["text"] == "先核实容量"
    assert browser.post(address, page).status_code == 302
    assert drafting.kept_form("case.note_internal", case.public_id, by=actor(town.handler)) is None


def test_a_demand_one_may_not_see_keeps_no_form(town, sign_in, clock):
    case = case_in("IN_PROGRESS", town=town)
    stranger = sign_in(town.at(town.neighbour, Role.ENTERPRISE_STAFF))
    keep = reverse("demands:save_form", args=[case.public_id, "reply_public"])
    assert stranger.post(keep, {"text": "x"}).status_code == 404
    handler = sign_in(town.handler)
    assert handler.post(reverse("demands:save_form", args=[case.public_id, "nothing"])).status_code == 404


# --- two at once ---


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_that_save_at_once_one_is_told(town: Town) -> None:
    draft = saved(town)
    said: list[object] = []
    ready = threading.Barrier(2)

    def window(name: str) -> None:
        by = actor(town.staff)
        ready.wait()
        try:
            said.append(
                save_draft(
                    by=by,
                    category_code="ENERGY",
                    version=1,
                    typed={"title": name},
                    draft=draft.public_id,
                    seq=draft.seq,
                    window=name,
                ).window
            )
        except SavedElsewhere as error:
            said.append(error.draft.window)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=window, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = Draft.objects.get()
    assert (kept.seq, kept.matters[0]["fields"]["title"]) == (2, kept.window)
    assert said == [kept.window] * 2


@pytest.mark.django_db(transaction=True)
def test_the_twenty_first_of_two_drafts_begun_at_once_is_refused(town: Town) -> None:
    for _n in range(MOST_DRAFTS - 1):
        saved(town)
    said: list[str] = []
    ready = threading.Barrier(2)

    def begin() -> None:
        by = actor(town.staff)
        ready.wait()
        try:
            save_draft(by=by, category_code="ENERGY", version=1, typed=TYPED)
            said.append("saved")
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(said), Draft.objects.count()) == (["refused", "saved"], MOST_DRAFTS)


def test_a_draft_saved_later_keeps_its_beginning(town):
    draft = saved(town)
    again = save_draft(
        by=actor(town.firm_secretary, later(hours=1)),
        category_code="ENERGY",
        version=1,
        typed=TYPED,
        draft=draft.public_id,
        seq=draft.seq,
    )
    assert (again.created_at, again.saved_at) == (NOW, later(hours=1))
    assert (again.owner_id, again.saved_by_id) == (town.staff.user_id, town.firm_secretary.user_id)
