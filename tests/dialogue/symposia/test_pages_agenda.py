"""What organiser, firm and department read and do on the pages of a meeting before it is held."""

import re
from typing import Any

import pytest

from dialogue.symposia.models import Meeting, Topic
from parties.roles import Role
from tests.conftest import SignIn
from tests.factories import Town
from tests.meetings import fresh, meeting_in
from tests.pages import fields, text


def page_of(meeting: Meeting) -> str:
    return f"/symposia/{meeting.public_id}/"


def act(browser: Any, meeting: Meeting, action: str, query: str = "", **typed: Any) -> Any:
    """Open the page of a move and send it with what is typed."""
    address = f"{page_of(meeting)}act/{action}/"
    page = browser.get(address + query)
    assert page.status_code == 200, page.content.decode()
    return browser.post(address, {**fields(page.content.decode()), **typed})


def test_from_the_call_for_topics_to_the_answer_of_a_firm(town: Town, sign_in: SignIn) -> None:
    desk = sign_in(town.at(town.leaders, Role.LEADER_OFFICE))
    host = town.at(town.leaders, Role.LEADER)
    typed = fields(desk.get("/symposia/new/").content.decode()) | {
        "kind": "SYMPOSIUM",
        "title": "十二月政商座谈会",
        "starts_at": "2026-12-08T15:00",
        "ends_at": "2026-12-08T17:00",
        "host": host.public_id,
    }
    refused = desk.post("/symposia/new/", typed | {"ends_at": "2026-12-08T14:00"})
    assert refused.status_code == 422
    assert "预计结束应晚于开会时间" in refused.content.decode()
    assert "十二月政商座谈会" in refused.content.decode()
    assert desk.post("/symposia/new/", typed).status_code == 302
    assert desk.post("/symposia/new/", typed).status_code == 302  # the same form twice
    meeting = Meeting.objects.get()
    assert (str(meeting.topics_until), str(meeting.firms_until)) == ("2026-11-25", "2026-11-30")

    firm = sign_in(town.staff)
    assert "十二月政商座谈会" in firm.get("/symposia/").content.decode()
    assert act(firm, meeting, "propose_topic", title="二期用电增容", text="三个月没有答复").status_code == 302
    assert "二期用电增容" in firm.get(page_of(meeting)).content.decode()
    assert (
        "二期用电增容"
        not in sign_in(town.at(town.neighbour, Role.ENTERPRISE_STAFF)).get(page_of(meeting)).content.decode()
    )

    topic = Topic.objects.get()
    query = f"?topic={topic.public_id}"
    assert act(desk, meeting, "choose_topic", query, topic=topic.public_id, reason="多家反映").status_code == 302
    answer = act(desk, meeting, "invite", firms="甲公司\n没有的公司", reason="议题有关")
    assert answer.status_code == 422
    assert "没有找到这些企业，请填写全称或者统一社会信用代码：没有的公司" in answer.content.decode()
    typed = {"firms": "甲公司", "departments": [town.energy.public_id], "reason": "议题有关"}
    assert act(desk, meeting, "invite", **typed).status_code == 302

    notice = f"{page_of(meeting)}act/send_notice/"
    assert "请先在“修改安排”里填写地点" in desk.get(notice).content.decode()
    assert act(desk, meeting, "change_plan", host=host.public_id, place="三楼会议室").status_code == 302
    assert act(desk, meeting, "send_notice").status_code == 302
    assert fresh(meeting).state == "NOTIFIED"

    shown = text(firm.get(page_of(meeting)).content.decode())
    assert "关于邀请参加十二月政商座谈会的函" in shown
    assert "关于召开十二月政商座谈会的通知" not in shown
    assert "议题有关" not in shown
    assert "多家反映" in shown  # of the own topic
    assert shown.index("回复参会") < shown.index("参会单位")  # what waits for them stands first
    refused = act(firm, meeting, "answer_invitation", answer="DECLINES")
    assert "请写明不参加的原因" in refused.content.decode()
    coming = {"answer": "COMES", "people_name_0": "李经理", "people_post_0": "总经理"}
    assert act(firm, meeting, "answer_invitation", **coming).status_code == 302
    assert "李经理（总经理）" in desk.get(page_of(meeting)).content.decode()


def test_what_changed_meanwhile_is_409_and_nothing_typed_is_lost(town: Town, sign_in: SignIn) -> None:
    meeting = meeting_in("COLLECTING", town=town)
    desk = sign_in(town.at(town.leaders, Role.LEADER_OFFICE))
    address = f"{page_of(meeting)}act/cancel_meeting/"
    old = fields(desk.get(address).content.decode())
    host = town.at(town.leaders, Role.LEADER)
    act(desk, meeting, "change_plan", place="五楼", host=host.public_id)
    answer = desk.post(address, old | {"reason": "主持人出差"})
    assert answer.status_code == 409
    assert "办理了“修改安排”" in answer.content.decode()
    assert "主持人出差" in answer.content.decode()
    assert desk.post(address, fields(answer.content.decode())).status_code == 302


@pytest.mark.parametrize("state", ["COLLECTING", "NOTIFIED", "CANCELLED"])
def test_every_reader_opens_the_page_and_each_move_that_it_offers(town: Town, sign_in: SignIn, state: str) -> None:
    meeting = meeting_in(state, town=town)
    readers = [
        town.at(town.leaders, Role.LEADER_OFFICE),
        town.at(town.leaders, Role.LEADER),
        town.staff,
        town.liaison,
        town.at(town.far_firm, Role.ENTERPRISE_STAFF),
    ]
    for who in readers:
        browser = sign_in(who)
        page = browser.get(page_of(meeting))
        seen = state == "COLLECTING" or who not in (readers[4],)
        assert page.status_code == (200 if seen else 404), who.user.name
        for address in re.findall(r'href="(/symposia/[^"]+/act/[^"]+)"', page.content.decode()):
            assert browser.get(address.replace("&amp;", "&")).status_code == 200, address
