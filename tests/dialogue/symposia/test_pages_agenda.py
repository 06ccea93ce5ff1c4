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
    shown = text(firm.get(page_of(meeting)).content.decode())
    assert ("二期用电增容" in shown, "下一步 提出议题 到期 2026年11月25日 24:00" in shown) == (True, True)
    assert (
        "二期用电增容"
        not in sign_in(town.at(town.neighbour, Role.ENTERPRISE_STAFF)).get(page_of(meeting)).content.decode()
    )

    # Taken back and put forward again in other words, from the button beside it.
    topic = Topic.objects.get()
    query = f"?topic={topic.public_id}"
    assert f"act/withdraw_topic/{query}" in firm.get(page_of(meeting)).content.decode()
    assert "withdraw_topic" not in desk.get(page_of(meeting)).content.decode()
    assert act(firm, meeting, "withdraw_topic", query, topic=topic.public_id).status_code == 302
    assert "本单位还没有提出议题" in firm.get(page_of(meeting)).content.decode()
    assert act(firm, meeting, "propose_topic", title="二期用电增容", text="三个月没有答复").status_code == 302
    topic = Topic.objects.get()
    query = f"?topic={topic.public_id}"
    assert act(desk, meeting, "choose_topic", query, topic=topic.public_id, reason="多家反映").status_code == 302
    answer = act(desk, meeting, "invite", firms="甲公司\n没有的公司", reason="议题有关")
    assert answer.status_code == 422
    assert "没有找到这些企业，请填写全称或者统一社会信用代码：没有的公司" in answer.content.decode()
    typed = {"firms": "甲公司", "departments": [town.energy.public_id], "reason": "议题有关"}
    assert act(desk, meeting, "invite", **typed).status_code == 302

    notice = f"{page_of(meeting)}act/send_notice/"
    shown = text(desk.get(page_of(meeting)).content.decode())
    assert "下一步 选用议题，邀请单位，发出通知 到期 2026年12月3日 17:30" in shown
    assert "请先在“修改安排”里填写地点" in desk.get(notice).content.decode()
    assert act(desk, meeting, "change_plan", host=host.public_id, place="三楼会议室").status_code == 302
    assert "现在发出，没有受邀的单位就不能再提议题" in desk.get(notice).content.decode()
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
    coming = {"answer": "COMES", "people_name_0": "李\x00经理", "people_post_0": "总经理"}
    assert "含有无法保存的字符" in act(firm, meeting, "answer_invitation", **coming).content.decode()
    coming["people_name_0"] = "李经理\n"
    assert act(firm, meeting, "answer_invitation", **coming).status_code == 302
    assert "李经理（总经理）" in desk.get(page_of(meeting)).content.decode()

    # Whoever telephoned, and a guest of a bank that has no account.
    energy = meeting.participants.get(organisation_id=town.energy.pk)
    query = f"?participant={energy.public_id}"
    assert f"act/record_answer/{query}" in desk.get(page_of(meeting)).content.decode()
    answer = act(desk, meeting, "record_answer", query, answer="COMES")
    assert answer.status_code == 422
    assert "请填写至少一名参会人员" in answer.content.decode()
    told = {"answer": "COMES", "people_name_0": "赵科", "people_post_0": "科长"}
    many = told | {f"people_name_{n}": f"第{n}人" for n in range(1, 7)}  # as many as somebody may have named elsewhere
    assert act(desk, meeting, "record_answer", query, **many).status_code == 302
    assert act(desk, meeting, "record_answer", query).status_code == 302
    assert energy.people.count() == 7  # all of them stood in the boxes
    gone = dict.fromkeys((f"people_name_{n}" for n in range(1, 7)), "")
    assert act(desk, meeting, "record_answer", query, **told, **gone).status_code == 302
    name = town.at(town.leaders, Role.LEADER_OFFICE).user.name
    assert f"主办单位代填 · 电话答复 · {name}" in text(desk.get(page_of(meeting)).content.decode())
    shown = text(firm.get(page_of(meeting)).content.decode())
    assert ("主办单位代填" in shown, "赵科" in shown) == (True, False)  # by whom and who: desk and that organisation
    liaison = sign_in(town.liaison)
    mine = text(liaison.get(f"{page_of(meeting)}act/answer_invitation/").content.decode())
    assert "主办单位已按你们的电话答复代填：参加，1人。与实际不符的，请在这里改。" in mine
    bank = {"guests_name_1": "钱行长", "guests_organisation_1": "建设银行"}
    answer = act(desk, meeting, "invite_guests", **bank, guests_name_3="孙记者")
    assert answer.status_code == 422
    assert "每名列席人员要有姓名和单位" in answer.content.decode()
    assert fields(answer.content.decode())["guests_organisation_1"] == "建设银行"  # where it was typed
    assert act(desk, meeting, "invite_guests", **bank, guests_post_1="副行长").status_code == 302
    page = desk.get(page_of(meeting)).content.decode()
    assert "钱行长 列席 建设银行 · 副行长" in text(page)
    theirs = text(firm.get(page_of(meeting)).content.decode())
    assert ("建设银行 列席" in theirs, "钱行长" in theirs) == (True, False)
    guest = re.search(r"act/uninvite_guest/\?guest=([^\"]+)", page)[1]  # type: ignore[index]
    gone = act(desk, meeting, "uninvite_guest", f"?guest={guest}", guest=guest, reason="改派他人")
    assert gone.status_code == 302
    assert "钱行长" not in desk.get(page_of(meeting)).content.decode()


def test_what_changed_meanwhile_is_409_and_nothing_typed_is_lost(town: Town, sign_in: SignIn) -> None:
    meeting = meeting_in("COLLECTING", town=town)
    desk = sign_in(town.at(town.leaders, Role.LEADER_OFFICE))
    assert "发出通知 请至少选用一个议题" in text(desk.get(page_of(meeting)).content.decode())
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
