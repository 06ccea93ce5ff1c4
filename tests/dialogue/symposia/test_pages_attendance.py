"""The pages of attendance: everybody on one page, the code on the screen, one button on a phone."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
import segno
from django.test import Client
from django.urls import reverse

from dialogue.symposia import moves
from dialogue.symposia.codes import code_for
from dialogue.symposia.models import Attendee, Meeting, Participant
from dialogue.symposia.views.attendance import PEOPLE_A_PAGE
from parties.deputies import name_deputy
from parties.models import Membership
from parties.roles import Role
from tests.factories import Town, actor, member
from tests.meetings import STARTS, meeting_in
from tests.pages import FRAME, statements, text

# What is written is tested on both engines in test_attendance.
pytestmark = [pytest.mark.django_db, pytest.mark.every_page]

BEFORE = STARTS - timedelta(minutes=10)


@pytest.fixture
def meeting(town: Town, clock: Any) -> Meeting:
    clock.move_to(BEFORE)
    return meeting_in("NOTIFIED", town=town, answered=True)


def desk(town: Town) -> Membership:
    return town.at(town.leaders, Role.LEADER_OFFICE)


def row(meeting: Meeting, who: Membership) -> Attendee:
    return Attendee.objects.get(meeting=meeting, user=who.user)


def boxes(meeting: Meeting, who: Membership) -> str:
    """How the boxes of this person are called."""
    return f"marks-{row(meeting, who).public_id.hex}"


def address(name: str, meeting: Meeting, *more: str) -> str:
    return reverse(f"symposia:{name}", args=[meeting.public_id, *more])


def posted(page: str) -> dict[str, str]:
    """What a browser would send back of the page with everybody on it."""
    inputs = [dict(re.findall(r'([a-z]+)="([^"]*)"', tag)) | {"tag": tag} for tag in re.findall("<input[^>]*>", page)]
    return {
        one["name"]: one.get("value", "")
        for one in inputs
        if one.get("name") and (one.get("type") != "radio" or " checked" in one["tag"])
    }


def get(browser: Client, url: str, status: int = 200) -> str:
    answer = browser.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_everybody_is_recorded_on_one_page_and_what_is_wrong_stands_beside_the_person(
    town: Town, meeting: Meeting, sign_in: Any
) -> None:
    head, boss = town.at(town.energy, Role.DEPARTMENT_HEAD), town.at(town.firm, Role.ENTERPRISE_SECRETARY)
    browser, url = sign_in(desk(town)), address("attendance", meeting)
    page = get(browser, url)
    assert "应到 4 实到 0 请假 1 缺席 0 未签到 3" in text(page)
    assert "（未报人员） 请假 当日参加自治区会议 · 这个单位没有报人员；有人到会的，在下面补登" in text(page)
    data, mine, his = (
        posted(page),
        boxes(meeting, head),
        boxes(meeting, boss),
    )

    answer = browser.post(url, data | {f"{mine}-presence": "PRESENT", f"{his}-presence": "EXCUSED", "name": "王工"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请假的，请写明原因" in page
    assert f"{boss.user.name}：请假的，请写明原因" in page  # and at the top
    again = posted(page)
    assert (again[f"{mine}-presence"], again[f"{his}-presence"], again["name"]) == ("PRESENT", "EXCUSED", "王工")
    assert again[f"{mine}-was"] == "EXPECTED"
    assert row(meeting, head).presence == "EXPECTED"  # all or nothing

    house = Participant.objects.get(meeting=meeting, organisation_id=town.housing.pk)
    again |= {f"{his}-reason": "出国", "participant": str(house.public_id), "post": "科长"}
    assert browser.post(url, again)["Location"] == url
    page = get(browser, url)
    assert "应到 4 实到 2 请假 1 缺席 0 未签到 1" in text(page)
    assert "王工 科长 现场登记 12月8日 14:50" in text(page)
    assert browser.post(url, posted(page) | {"organisation": "市供电公司", "name": "周工"}).status_code == 302
    assert "市供电公司 列席 周工" in text(get(browser, url))
    assert posted(page)[f"{his}-reason"] == "出国"


def test_two_at_once_see_what_the_other_recorded_and_their_own_choice(
    town: Town, meeting: Meeting, sign_in: Any
) -> None:
    head, leader = town.at(town.energy, Role.DEPARTMENT_HEAD), town.at(town.leaders, Role.LEADER)
    browser, url = sign_in(desk(town)), address("attendance", meeting)
    data, mine = posted(get(browser, url)), boxes(meeting, head)
    moves.sign_in(meeting.pk, by=actor(head, BEFORE), code=code_for(meeting.public_id, BEFORE))
    host = boxes(meeting, leader)
    answer = browser.post(
        url, data | {f"{mine}-presence": "EXCUSED", f"{mine}-reason": "开会", f"{host}-presence": "PRESENT"}
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert f"有人刚刚登记过{head.user.name}，您的登记还没有保存。" in page
    assert "刚刚由别人登记为“实到”。再保存一次，就以您下面选的为准。" in page
    again = posted(page)
    assert (again[f"{mine}-presence"], again[f"{mine}-reason"], again[f"{mine}-was"]) == ("EXCUSED", "开会", "PRESENT")
    assert (row(meeting, head).presence, row(meeting, leader).presence) == ("PRESENT", "EXPECTED")
    assert browser.post(url, again).status_code == 302
    assert (row(meeting, head).presence, row(meeting, leader).presence) == ("EXCUSED", "PRESENT")


def test_reasons_are_for_the_organisers_and_the_host_and_the_page_costs_the_same_for_more(
    town: Town, meeting: Meeting, sign_in: Any
) -> None:
    boss, url = town.at(town.firm, Role.ENTERPRISE_SECRETARY), address("attendance", meeting)
    browser = sign_in(desk(town))
    data = posted(get(browser, url))
    his = boxes(meeting, boss)
    assert browser.post(url, data | {f"{his}-presence": "EXCUSED", f"{his}-reason": "住院"}).status_code == 302
    for who, sums, reason in (
        (desk(town), True, True),
        (town.at(town.leaders, Role.LEADER), True, True),
        (town.staff, True, False),  # of the same firm, whose own people it sees
        (town.liaison, True, False),
    ):
        page = text(get(sign_in(who), address("meeting", meeting)))
        assert ("应到 4 实到 0 请假 2 缺席 0 未签到 2" in page, "住院" in page) == (sums, reason), who
    assert f"{boss.user.name} 负责人 请假" in text(get(sign_in(town.staff), address("meeting", meeting)))
    assert sign_in(town.liaison).get(url).status_code == 403
    assert sign_in(town.at(town.far_department, Role.HANDLER)).get(url).status_code == 404
    before = len(statements(browser, url))
    for place in (town.neighbour, town.far_firm):
        moves.invite(meeting.pk, by=actor(desk(town), BEFORE), seen=head(meeting), firms=[place], reason="与议题有关")
    assert (before, len(statements(browser, url))) == (FRAME + 4, FRAME + 4)
    assert browser.get(address("act", meeting, "record_attendance"))["Location"] == url


def test_a_long_roll_is_recorded_page_by_page(town: Town, meeting: Meeting, sign_in: Any) -> None:
    energy, browser = Participant.objects.get(meeting=meeting, organisation_id=town.energy.pk), sign_in(desk(town))
    Attendee.objects.bulk_create(
        Attendee(meeting=meeting, participant=energy, name=f"第{n}人") for n in range(PEOPLE_A_PAGE)
    )
    url, found = address("attendance", meeting), []
    for part, after in ((1, "1"), (2, "2"), (3, "x")):
        page = get(browser, f"{url}?part={after}")
        data = posted(page)
        found.append(sum(name.endswith("-presence") for name in data))
        assert ('aria-current="true">第 2 页' in page) is (part == 2)
    assert found == [PEOPLE_A_PAGE, 3, PEOPLE_A_PAGE]  # and a seat of the department that sends nobody
    last = Attendee.objects.get(name=f"第{PEOPLE_A_PAGE - 1}人")
    data = posted(get(browser, f"{url}?part=2")) | {f"marks-{last.public_id.hex}-presence": "PRESENT"}
    assert browser.post(f"{url}?part=2", data)["Location"] == f"{url}?part=2"
    last.refresh_from_db()
    assert last.presence == "PRESENT"


def head(meeting: Meeting) -> int:
    return Meeting.objects.get(pk=meeting.pk).head_seq


def test_the_meeting_is_held_from_its_page_and_the_sheet_made(
    town: Town, meeting: Meeting, sign_in: Any, clock: Any
) -> None:
    browser, url = sign_in(desk(town)), address("act", meeting, "hold_meeting")
    assert "会议还没有到开始时间；提前开会的，请先修改安排" in get(browser, url, 409)
    clock.move_to(STARTS)
    assert "还有 3 人没有签到，将记为缺席；以后仍可以登记更正。" in get(browser, url)
    assert browser.post(url).status_code == 302
    page = text(get(browser, address("meeting", meeting)))
    assert "应到 4 实到 0 请假 1 缺席 3" in page
    answer = browser.post(address("act", meeting, "issue_attendance"))
    assert answer["Location"].startswith("/documents/")
    assert "签到表" in get(browser, answer["Location"])
    leader = sign_in(town.at(town.leaders, Role.LEADER))
    assert leader.get(answer["Location"]).status_code == 200
    for stranger in (
        town.liaison,
        town.firm_secretary,
        member(town.leaders, Role.LEADER),
    ):  # a leader, but not the host
        assert sign_in(stranger).get(address("meeting", meeting)).status_code == 200
        assert sign_in(stranger).get(answer["Location"]).status_code == 404


def test_the_screen_shows_a_code_of_the_minute_that_leads_to_the_page_of_signing_in(
    town: Town, meeting: Meeting, sign_in: Any, clock: Any, settings: Any
) -> None:
    browser, url = sign_in(desk(town)), address("screen", meeting)
    answer = browser.get(url)
    assert (answer["Refresh"], browser.get(f"{url}?still=1").get("Refresh")) == ("60", None)
    page = answer.content.decode()
    picture = browser.get(re.search(r'src="([^"]*code\.svg[^"]*)"', page)[1])  # type: ignore[index]
    code = code_for(meeting.public_id, BEFORE)
    expected = segno.make(f"{settings.SITE_URL}/symposia/check-in/{code}/", error="m", micro=False)
    drawn = io.BytesIO()
    expected.save(drawn, kind="svg", border=2, svgclass=None, lineclass=None)
    assert picture.content == drawn.getvalue()
    assert (picture["Content-Type"], "no-store" in picture["Cache-Control"]) == ("image/svg+xml", True)
    for name in ("screen", "screen_code"):
        for who, status in ((town.at(town.leaders, Role.LEADER), 403), (town.staff, 403), (town.dispatcher, 404)):
            assert sign_in(who).get(address(name, meeting)).status_code == status
    clock.move_to(STARTS - timedelta(days=1))
    assert "签到从会议当天开始" in get(sign_in(desk(town)), url, 409)


def test_a_phone_leads_to_one_button_and_then_says_that_it_is_done(
    town: Town, meeting: Meeting, sign_in: Any, clock: Any, client: Client
) -> None:
    boss, url = (
        town.at(town.firm, Role.ENTERPRISE_SECRETARY),
        reverse("symposia:check_in", args=[code_for(meeting.public_id, BEFORE)]),
    )
    assert client.get(url)["Location"] == f"{reverse('login')}?next={url}"
    browser = sign_in(boss)
    page = get(browser, url)
    assert page.count('<form method="post" action="/symposia/check-in/') == 1
    assert f"{meeting.title} 政商座谈会" in text(page)
    assert f"甲公司 · {Role.ENTERPRISE_SECRETARY.label} 签到" in text(page)
    assert browser.post(url)["Location"] == url
    assert f"您已签到 {boss.user.name} · 12月8日 14:50" in text(get(browser, url))
    neighbour = sign_in(town.at(town.neighbour, Role.ENTERPRISE_STAFF))
    page = get(neighbour, url, 403)
    assert "您所在的单位不在这次会议的受邀名单上" in page
    assert meeting.title not in page
    assert neighbour.post(url).status_code == 403
    assert get(browser, f"{url[:-2]}/", 404)
    clock.move_to(BEFORE + timedelta(minutes=10))
    assert "您已签到" in get(sign_in(boss), url)
    for method in ("get", "post"):
        answer = getattr(sign_in(town.staff), method)(url)
        assert (answer.status_code, "签到码已过期" in answer.content.decode()) == (409, True)
    moves.cancel_meeting(meeting.pk, by=actor(desk(town), BEFORE), seen=head(meeting), reason="改期")
    fresh = reverse("symposia:check_in", args=[code_for(meeting.public_id, BEFORE + timedelta(minutes=10))])
    assert "现在是“已取消”，不能“扫码签到”" in get(sign_in(town.staff), fresh, 409)
    assert Attendee.objects.filter(meeting=meeting, presence="PRESENT").count() == 1


def test_who_has_several_posts_chooses_as_whom_and_need_not_change_the_post_first(
    town: Town, meeting: Meeting, sign_in: Any
) -> None:
    url = reverse("symposia:check_in", args=[code_for(meeting.public_id, BEFORE)])
    outside = town.at(town.far_department, Role.HANDLER)
    for place in (town.energy, town.housing):
        member(place, Role.HANDLER, person=outside.user)
    page = get(sign_in(outside), url)
    assert [f"{place} · 承办人" in text(page) for place in ("市能源局", "市住建局", "杭锦旗能源局")] == [
        True,
        True,
        False,
    ]
    chosen = re.findall(r'name="post" value="([^"]*)"', page.partition("<main")[2])
    assert sign_in(outside).post(url, {"post": chosen[1]}).status_code == 302
    assert row(meeting, outside).participant.organisation_id == town.housing.pk
    deputy, absent = town.deputy, town.at(town.energy, Role.DEPARTMENT_HEAD)
    day = STARTS.date()
    name_deputy(absent, by=actor(absent, BEFORE), deputy=deputy.user, valid_from=day, valid_to=day, reason="出差")
    words = f"代 {absent.user.name} 参会，签到表上写您的姓名"
    assert words in text(get(sign_in(deputy), url))
