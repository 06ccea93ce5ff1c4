"""Pages of signing, of the minutes as text and of action items."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dialogue.symposia import moves
from dialogue.symposia.models import ActionItem, ItemProgress, Meeting
from documents.models import Document
from parties.models import Membership
from parties.roles import Role
from tests.api import Program
from tests.dialogue.symposia.test_writing import written
from tests.factories import Town, actor
from tests.meetings import TEXTS, Walk, fresh, meeting_in
from tests.pages import FRAME, statements, text
from workflow.models import OutboxMessage
from workflow.views.once import random_key

pytestmark = pytest.mark.django_db
ROW = 'data-k="牵头部门"'


@pytest.fixture
def browser_of(sign_in: Any, clock: Any) -> Any:
    """A browser of this person an hour after the last event of the meeting."""

    def at(who: Membership, meeting: Meeting) -> Client:
        assert meeting.head_at is not None
        clock.move_to(meeting.head_at + timedelta(hours=1))
        client: Client = sign_in(who)
        return client

    return at


def get(browser: Client, url: str, status: int = 200) -> str:
    answer = browser.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def act(meeting: Meeting, action: str) -> str:
    return reverse("symposia:act", args=[meeting.public_id, action])


def item_of(meeting: Meeting, number: int = 1) -> ActionItem:
    return ActionItem.objects.select_related("case").get(meeting=meeting, number=number)


def test_the_host_reads_the_very_text_and_its_items_and_signs_it_with_one_button(town: Town, browser_of: Any) -> None:
    meeting = meeting_in("IN_APPROVAL", town=town)
    browser = browser_of(town.at(town.leaders, Role.LEADER), meeting)
    page = get(browser, act(meeting, "approve_issue"))
    said = text(page)
    assert "一、二期用电增容 甲公司说明二期用电增容进度。 议定： 按“即接即用”办理。" in said
    assert (
        "答复供电方案 牵头：市能源局 配合：市住建局 责任人：赵喆 期限：2026年12月31日 转入一件新诉求，类别：用电用能"
        in said
    )
    assert act(meeting, "return_minutes") in page
    desk = browser_of(town.at(town.leaders, Role.LEADER_OFFICE), meeting)
    sentence = (
        "纪要已送签，到会情况是纪要的一部分，不能再改。要改的，先“撤回送签”（或者由签发人退回），改好后重新送签。"
    )
    own = get(desk, reverse("symposia:meeting", args=[meeting.public_id]))
    assert (sentence in own, act(meeting, "recall_minutes") in own) == (True, True)
    assert "放弃更正" not in own  # nothing was issued that a correction could be given up for
    assert sentence in get(desk, reverse("symposia:attendance", args=[meeting.public_id]), 409)
    data = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert browser.post(act(meeting, "approve_issue"), data | {"sha256": "0" * 64}).status_code == 409
    data["idempotency_key"] = random_key()
    assert browser.post(act(meeting, "approve_issue"), data).status_code == 302
    assert (fresh(meeting).state, fresh(meeting).approved_sha256) == ("APPROVED", data["sha256"])
    # What host and desk say to each other, and who comes from elsewhere, is not for those invited.
    signed = fresh(meeting)
    host = actor(town.at(town.leaders, Role.LEADER), signed.head_at)
    moves.return_minutes(signed.pk, by=host, seen=signed.head_seq, reason="数字要核实")
    mine = town.at(town.firm, Role.ENTERPRISE_SECRETARY).user.name
    others = town.at(town.energy, Role.DEPARTMENT_HEAD).user.name
    for who, theirs in ((town.at(town.leaders, Role.LEADER_OFFICE), True), (town.staff, False)):
        whole = text(get(browser_of(who, fresh(meeting)), reverse("symposia:meeting", args=[meeting.public_id])))
        assert ("数字要核实" in whole, mine in whole, others in whole) == (theirs, True, theirs)
        assert "主持人退回纪要修改" in whole


def test_what_keeps_minutes_from_being_sent_stands_above_the_text(town: Town, browser_of: Any) -> None:
    meeting = meeting_in("COMMENTING", town=town, texts=("【任务】接电｜牵头：市能源局", TEXTS[1]))
    browser = browser_of(town.at(town.leaders, Role.LEADER_OFFICE), meeting)
    page = get(browser, act(meeting, "submit_minutes"))
    assert "议题1“二期用电增容”任务1：没有写完成期限" in text(page)
    data = {"seen": str(meeting.head_seq), "idempotency_key": random_key()}
    answer = browser.post(act(meeting, "submit_minutes"), data)
    assert (answer.status_code, fresh(meeting).state) == (422, "COMMENTING")


def test_minutes_are_not_sent_while_a_comment_waits_for_its_answer(town: Town, browser_of: Any) -> None:
    meeting = written(town, state="COMMENTING")
    assert meeting.head_at is not None
    now = meeting.head_at + timedelta(hours=1)
    moves.comment_minutes(meeting.pk, by=actor(town.staff, now), remarks=[(None, "进度写错了")])
    meeting = fresh(meeting)
    desk = town.at(town.leaders, Role.LEADER_OFFICE)
    page = get(browser := browser_of(desk, meeting), act(meeting, "submit_minutes"))
    assert "还有 1 条意见没有答复" in text(page)
    assert "还没有回复的：市能源局" in text(page)
    assert reverse("symposia:comments", args=[meeting.public_id]) in page
    data = {"seen": str(meeting.head_seq), "idempotency_key": random_key()}
    answer = browser.post(act(meeting, "submit_minutes"), data)
    assert (answer.status_code, text(answer.content.decode()).count("还有 1 条意见没有答复")) == (422, 2)
    comment = meeting.comments.get(text="进度写错了")
    moves.answer_comment(meeting.pk, by=actor(desk, now), comment=comment, adoption="ADOPTED", answer="")
    meeting = fresh(meeting)
    assert "没有答复" not in text(get(browser, act(meeting, "submit_minutes")))
    assert moves.submit_minutes(meeting.pk, by=actor(desk, now), seen=meeting.head_seq).state == "IN_APPROVAL"


@pytest.mark.every_page
def test_from_a_demand_to_its_paragraph_and_back_in_one_click(town: Town, browser_of: Any) -> None:
    meeting = meeting_in("ISSUED", town=town)
    item, liaison = item_of(meeting), browser_of(town.liaison, meeting)
    case, minutes = (
        reverse("demands:case", args=[item.case.public_id]),
        reverse("symposia:minutes", args=[meeting.public_id]),
    )
    assert f'href="{minutes}#item-1"' in get(liaison, case)
    page = get(liaison, minutes)
    assert 'id="item-1"' in page
    assert f'href="{case}"' in page
    assert reverse("demands:case", args=[item_of(meeting, 3).case.public_id]) not in page  # of another department
    document = Document.objects.get(kind="MINUTES")
    assert reverse("documents:document", args=[document.public_id]) in page
    of_item = get(liaison, reverse("symposia:item", args=[item.public_id]))
    assert f'href="{minutes}#item-1"' in of_item
    assert f'href="{case}"' in of_item
    # A firm that was not there opens none of them.
    stranger = browser_of(town.at(town.neighbour, Role.ENTERPRISE_STAFF), meeting)
    for url in (
        minutes,
        reverse("symposia:item", args=[item.public_id]),
        reverse("symposia:meeting", args=[meeting.public_id]),
    ):
        get(stranger, url, 404)
    items = reverse("symposia:items")
    assert "还没有您能查看的任务事项" in get(stranger, items)
    assert f'<a href="{items}">清除筛选</a>' in get(stranger, f"{items}?standing=DONE")


@pytest.mark.every_page
def test_both_versions_are_read_and_a_removed_item_leads_to_the_one_that_had_it(town: Town, browser_of: Any) -> None:
    meeting = meeting_in("ISSUED", town=town)
    assert meeting.head_at is not None
    walk = Walk(town, now=meeting.head_at)
    meeting = walk.issue(walk.correct(meeting, "【任务1】答复供电方案｜牵头：市能源局｜期限：2026-12-31"))
    desk = browser_of(town.at(town.leaders, Role.LEADER_OFFICE), meeting)
    minutes = reverse("symposia:minutes", args=[meeting.public_id])
    gone = get(desk, reverse("symposia:item", args=[item_of(meeting, 2).public_id]))
    assert "本项由纪要第 2 版更正撤销" in text(gone)
    assert f'href="{minutes}?version=1#item-2"' in gone
    assert ["接通施工临时用电" in get(desk, minutes + which) for which in ("", "?version=1", "?version=x")] == [
        False,
        True,
        False,
    ]
    page = get(desk, reverse("symposia:meeting", args=[meeting.public_id]))
    assert "完成 0 / 共 2" in text(page)
    answer = desk.get(reverse("verify") + Document.objects.get(kind="MINUTES", version=2).code + "/")
    assert "完成 0 / 共 2" in text(answer.content.decode())


def test_the_lead_reports_on_the_page_of_the_item_and_nobody_else(town: Town, browser_of: Any) -> None:
    meeting = meeting_in("ISSUED", town=town)
    item, liaison = item_of(meeting), browser_of(town.liaison, meeting)
    page = get(liaison, reverse("symposia:item", args=[item.public_id]))
    url = re.findall(r'href="([^"]*report_progress[^"]*)"', page)[0]
    form = get(liaison, url)
    assert f'value="{item.public_id}" selected' in form
    assert str(item_of(meeting, 3).public_id) not in form
    data = {"item": str(item.public_id), "text": "", "idempotency_key": random_key()}
    empty = liaison.post(act(meeting, "report_progress"), data)
    assert (empty.status_code, ItemProgress.objects.count()) == (422, 0)
    answer = liaison.post(
        act(meeting, "report_progress"), data | {"text": "方案已经送审", "idempotency_key": random_key()}
    )
    assert (answer.status_code, answer["Location"]) == (302, reverse("symposia:item", args=[item.public_id]))
    assert "2026年12月 12月8日" in text(get(liaison, answer["Location"]))
    housing = browser_of(town.housing_liaison, meeting)
    seen = get(housing, reverse("symposia:item", args=[item.public_id]))
    assert ("report_progress" in seen, "方案已经送审" in seen) == (False, True)
    told = Program(town.housing_liaison).get(f"action-items/{item.public_id}/").json()
    assert [line["text"] for line in told["progress"]] == ["方案已经送审"]
    news = OutboxMessage.objects.filter(payload__tells={f"co_handler:{town.housing.pk}": "task_progress"})
    assert [message.number for message in news] == [item.case.number]
    data |= {"text": "越权", "idempotency_key": random_key()}
    assert housing.post(act(meeting, "report_progress"), data).status_code == 422
    assert ItemProgress.objects.count() == 1


def assert_what_a_department_helps_with_is_listed(town: Town, browser_of: Any, one: Meeting) -> None:
    """Housing helps with one item of another meeting: one click from the menu, counted, and on to the shared page."""
    helper, helps = browser_of(town.housing_liaison, one), "?mine=help&standing=OPEN"
    items = reverse("symposia:items")
    assert f'href="{items}"' in get(helper, "/")
    page = get(helper, items)
    assert f'href="{helps.replace("&", "&amp;")}"' in page
    assert "本单位牵头 · 办理中 1 本单位配合 · 办理中 1" in text(page)
    [helped] = ActionItem.objects.filter(others=town.housing)
    listed = get(helper, items + helps)
    case = reverse("demands:case", args=[helped.case.public_id])
    assert (listed.count(ROW), listed.count(f'href="{case}"'), helped.words in listed) == (1, 1, True)
    assert (len(statements(helper, items + helps)), get(helper, case).count(f"<h1>{helped.case.title}</h1>")) == (
        FRAME + 2,
        1,
    )
    [row] = Program(town.housing_liaison).get("action-items/", mine="help").json()["results"]
    assert (row["id"], row["case"], row["task"]) == (str(helped.public_id), None, str(helped.case.public_id))
    helped.case.access.all().delete()  # what it does not see has no number there either
    assert helped.case.number not in get(helper, items + helps)
    helped.others.clear()
    empty = get(helper, items + helps)
    assert "会议纪要把本单位列为配合部门的事项会列在这里" in empty
    assert "本单位配合 · 办理中 0" in text(empty)


@pytest.mark.every_page
def test_the_list_of_items_asks_as_much_for_one_row_as_for_three(town: Town, browser_of: Any) -> None:
    one = meeting_in("ISSUED", town=town, texts=("【任务】接电｜牵头：市能源局｜期限：2026-12-31", "只谈了情况。"))
    browser, url = browser_of(town.liaison, one), reverse("symposia:items")
    get(browser, url)
    assert (len(statements(browser, url)), get(browser, url).count(ROW)) == (FRAME + 2, 1)
    meeting_in("ISSUED", town=town)
    assert (len(statements(browser, url)), get(browser, url).count(ROW)) == (FRAME + 2, 4)
    staff, far = browser_of(town.staff, one), browser_of(town.at(town.leaders, Role.LEADER_OFFICE), one)
    assert len(statements(far, url)) == FRAME + 1
    assert_what_a_department_helps_with_is_listed(town, browser_of, one)
    assert [get(who, url + "?mine=1").count(ROW) for who in (staff, far)] == [3, 4]
    filtered = {"?mine=1": 3, "?standing=DONE": 0, "?standing=OPEN": 4, "?standing=nothing&mine=7": 4}
    assert {query: get(browser, url + query).count(ROW) for query in filtered} == filtered
    moves.report_progress(one.pk, by=actor(town.liaison, one.head_at), item=item_of(one), text="已经完成勘察")
    assert len(statements(browser, reverse("symposia:item", args=[item_of(one).public_id]))) == FRAME + 5
    assert len(statements(browser, reverse("symposia:minutes", args=[one.public_id]))) == FRAME + 6
