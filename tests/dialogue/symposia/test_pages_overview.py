"""The meetings somebody may open: list, calendar of a month, cadence of a year, calendar file, search, boxes."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from icalendar import Calendar

from dialogue.symposia import moves
from dialogue.symposia.models import Meeting, Participant
from dialogue.symposia.queries.cadence import Duty, Held, cadence, cell, periods
from parties.models import Membership
from parties.roles import Role
from tests.conftest import SignIn
from tests.factories import CALENDAR, Town, actor, later, member
from tests.meetings import STARTS, fresh, meeting_in
from tests.pages import FRAME, statements, text

LIST, MONTH, CADENCE = "/symposia/", "/symposia/calendar/", "/symposia/cadence/"


def of_office(town: Town, starts_at: datetime = STARTS, **plan: Any) -> Meeting:
    """A meeting of the banner's platform office, in the chair its secretary of the department of energy."""
    return moves.open_meeting(
        by=actor(town.intake),
        **{
            "kind": "TALK",
            "title": "本办恳谈会",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=1),
            "host": town.party_secretary,
            **plan,
        },
    )


def titles(browser: Client, address: str = LIST, **query: str) -> list[str]:
    return [row.meeting.title for row in browser.get(address, query).context["rows"]]


@pytest.fixture
def secretary(town: Town) -> Membership:
    return town.at(town.leaders, Role.LEADER_OFFICE)


def test_the_list_has_what_its_reader_may_open_and_what_the_address_asks_for(
    town: Town, sign_in: SignIn, secretary: Membership
) -> None:
    meeting_in("NOTIFIED", town=town, title="市座谈会")
    of_office(town, title="区恳谈会")
    leaders, office, firm = sign_in(secretary), sign_in(town.intake), sign_in(town.staff)
    outsider = sign_in(town.at(town.far_firm, Role.ENTERPRISE_STAFF))
    assert (titles(leaders), titles(office), titles(outsider)) == (["市座谈会"], ["区恳谈会"], [])
    assert sorted(titles(firm)) == ["区恳谈会", "市座谈会"]
    assert titles(sign_in(town.at(town.city_office, Role.SYSTEM_ADMIN))) == []
    for query, wanted in (
        ({"kind": "TALK"}, ["区恳谈会"]),
        ({"state": "NOTIFIED"}, ["市座谈会"]),
        ({"office": str(town.leaders.public_id)}, ["市座谈会"]),
        ({"month": "2026-11"}, []),
        ({"q": "恳谈"}, ["区恳谈会"]),
    ):
        assert titles(firm, **query) == wanted, query
    assert len(titles(firm, kind="NONE", state="x", office="x", after="x")) == 2
    wrong = text(firm.get(LIST, {"month": "十二月", "q": "\x00"}).content.decode())
    assert "“十二月”不是月份" in wrong
    assert "无法识别的字符" in wrong


def test_the_list_is_paged_and_costs_three_statements_however_long_it_is(
    town: Town, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialogue.symposia.views.overview.PAGE", 2)
    browser = sign_in(town.intake)
    of_office(town)
    assert [len(statements(browser, address)) - FRAME for address in (LIST, MONTH)] == [3, 1]
    for n in (1, 2):
        of_office(town, STARTS + timedelta(days=n), title=f"第{n}场")
    assert [len(statements(browser, address)) - FRAME for address in (LIST, MONTH)] == [3, 1]
    first = browser.get(LIST)
    assert titles(browser) == ["第2场", "第1场"]
    assert titles(browser, after=first.context["next"]) == ["本办恳谈会"]


def test_the_calendar_has_meetings_on_their_days_and_marks_days_off(town: Town, sign_in: SignIn) -> None:
    of_office(town)
    meeting_in("NOTIFIED", town=town, title="不是这里的")
    browser = sign_in(town.intake)
    page = browser.get(MONTH, {"month": "2026-12"})
    days = {day.date: day for week in page.context["weeks"] for day in week}
    held = {day.date: [meeting.title for meeting, _badge in day.meetings] for day in days.values() if day.meetings}
    assert held == {date(2026, 12, 8): ["本办恳谈会"]}
    assert [day.off for day in days.values()][:7] == [False] * 5 + [True] * 2
    assert (days[date(2026, 11, 30)].here, days[date(2026, 12, 1)].here) == (False, True)
    october = {day.date: day for week in browser.get(MONTH, {"month": "2026-10"}).context["weeks"] for day in week}
    assert october[date(2026, 10, 1)].off
    assert [day.date for day in october.values() if day.made_up] == [
        day for day in october if day.weekday() >= 5 and CALENDAR.is_working_day(day)
    ]
    assert "不是这里的" not in page.content.decode()
    for month, before, after in (("2000-01", None, date(2000, 2, 1)), ("2100-12", date(2100, 11, 1), None)):
        context = browser.get(MONTH, {"month": month}).context
        assert (context["before"], context["after"]) == (before, after)
    for garbage in ("", "2026-13", "0000-00", "x", "²⁰²⁶-01"):
        assert browser.get(MONTH, {"month": garbage}).context["month"] == date(2026, 11, 1)


# --- cadence ---


def held(day: date, state: str = "HELD") -> Held:
    return Held(1, (1, 1), day, state, None, True)  # type: ignore[arg-type]


def test_a_month_is_done_due_or_overdue() -> None:
    months = periods(2026, 1)
    november, december, october = months[10], months[11], months[9]
    today = date(2026, 11, 23)

    def duty(period: Any, *meetings: Held, owed: bool = True) -> Duty:
        return cell(period, meetings, today, CALENDAR, owed=owed).duty

    assert duty(october) == Duty.OVERDUE
    assert duty(november) == Duty.DUE
    assert duty(december) == Duty.AHEAD
    assert duty(october, owed=False) == Duty.NONE
    assert duty(october, held(date(2026, 10, 31))) == Duty.DONE
    assert duty(october, held(date(2026, 11, 1)), held(date(2026, 9, 30))) == Duty.OVERDUE
    assert duty(october, held(date(2026, 10, 9), "NOTIFIED")) == Duty.OVERDUE
    assert duty(november, held(date(2026, 11, 30), "COLLECTING")) == Duty.DUE
    assert cell(november, [], today, CALENDAR, owed=True).until == date(2026, 11, 30)
    assert cell(october, [], today, CALENDAR, owed=True).until == date(2026, 10, 30)
    assert next((one.first, one.last) for one in periods(2028, 3)) == (date(2028, 1, 1), date(2028, 3, 31))


def duties(browser: Client, rows: str = "offices", **query: str) -> dict[str, list[str]]:
    lines = browser.get(CADENCE, query).context[rows]
    return {line["name"]: [str(cell.duty) for cell, _look in line["cells"]] for line in lines}


def test_the_year_of_an_office_is_read_by_itself_by_the_city_and_by_leaders(
    town: Town, sign_in: SignIn, secretary: Membership, clock: Any
) -> None:
    meeting = of_office(town, later(days=3))
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=later(days=-60), ends_at=later(days=-59))  # in September
    meeting = of_office(town, later(days=4), title="十一月的")
    office, city, leaders = sign_in(town.intake), sign_in(town.city_intake), sign_in(secretary)
    wanted = ["NONE"] * 8 + ["OVERDUE", "OVERDUE", "DUE", "AHEAD"]
    assert duties(office) == {"东胜区平台办公室": wanted}
    assert duties(office, "leaders") == {}
    everybody = {"市平台办公室", "东胜区平台办公室", "杭锦旗平台办公室", "市领导办公室"}
    assert set(duties(city)) == set(duties(leaders)) == everybody
    # An office owes nothing from before its own first meeting, and one that has never met is named.
    assert duties(city)["杭锦旗平台办公室"] == ["NONE"] * 10 + ["DUE", "AHEAD"]
    assert text(city.get(CADENCE).content.decode()).count("还没有开过会") == 4 + 2  # of all, and how it is counted
    leader = town.at(town.leaders, Role.LEADER).user.name
    assert duties(city, "leaders") == {leader: ["NONE", "NONE", "NONE", "DUE"]}
    with transaction.atomic():  # appointed again on the next day
        post, ends = town.at(town.leaders, Role.LEADER), date(2026, 11, 15)
        Membership.objects.filter(pk=post.pk).update(valid_to=ends)
        again = member(town.leaders, Role.LEADER, person=post.user, valid_from=ends + timedelta(days=1))
        lines = cadence(actor(again), 2026, CALENDAR).leaders
        assert [[str(one.duty) for one in line.cells] for line in lines] == [["NONE", "NONE", "NONE", "DUE"]]
        transaction.set_rollback(True)
    own, other = office.get(CADENCE).content.decode(), city.get(CADENCE).content.decode()
    assert f"/symposia/{meeting.public_id}/" in own
    assert str(meeting.public_id) not in other  # a figure leads on only where all behind it may be opened
    assert "1 场" in text(other)
    clock.move_to(later(days=30))
    office = sign_in(town.intake)
    assert duties(office)["东胜区平台办公室"][10:] == ["OVERDUE", "DUE"]
    assert duties(office, year="2027")["东胜区平台办公室"] == ["AHEAD"] * 12
    others = (town.staff, town.liaison, town.at(town.city_office, Role.SYSTEM_ADMIN))
    assert {sign_in(who).get(CADENCE).status_code for who in others} == {403}


def test_a_year_costs_the_same_statements_however_many_meetings_it_has(town: Town, sign_in: SignIn) -> None:
    browser, own = sign_in(town.city_intake), sign_in(town.intake)
    of_office(town)
    assert (len(statements(browser, CADENCE)) - FRAME, len(statements(own, CADENCE)) - FRAME) == (4, 3)
    of_office(town, later(days=5))
    of_office(town, later(days=6))
    assert (len(statements(browser, CADENCE)) - FRAME, len(statements(own, CADENCE)) - FRAME) == (4, 3)


# --- the calendar file ---


def test_the_calendar_file_says_when_and_where_and_knows_its_meeting_again(town: Town, sign_in: SignIn) -> None:
    meeting = meeting_in("NOTIFIED", town=town)
    firm = sign_in(town.staff)
    assert f'href="/symposia/{meeting.public_id}.ics"' in firm.get(f"/symposia/{meeting.public_id}/").content.decode()
    answer = firm.get(f"/symposia/{meeting.public_id}.ics")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert b"mailto" not in answer.content.lower()
    assert b"@" not in answer.content
    read = Calendar.from_ical(answer.content)
    [event] = read.events
    assert (str(event["UID"]), event["SEQUENCE"], event["STATUS"]) == (
        str(meeting.public_id),
        meeting.head_seq,
        "CONFIRMED",
    )
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert (event.start, event.end) == (STARTS, STARTS + timedelta(hours=2))
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (meeting.title, meeting.place)
    assert event["ORGANIZER"].params["CN"] == town.leaders.name
    assert [str(zone["TZID"]) for zone in read.timezones] == ["Asia/Shanghai"]
    cancelled = meeting_in("CANCELLED", town=town)
    file = sign_in(town.at(town.leaders, Role.LEADER)).get(f"/symposia/{cancelled.public_id}.ics").content
    [event] = Calendar.from_ical(file).events
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", fresh(cancelled).head_seq)
    outsider = sign_in(town.at(town.far_firm, Role.ENTERPRISE_STAFF))
    assert outsider.get(f"/symposia/{meeting.public_id}.ics").status_code == 404


# --- boxes and search ---


def boxes(browser: Client, name: str = "todo") -> dict[str, list[str]]:
    sections = browser.get(f"/box/{name}/").context["sections"]
    return {section["name"]: [str(entry.action_label) for entry in section["entries"]] for section in sections}


def test_the_home_page_says_who_is_to_do_what_about_a_meeting(
    town: Town, sign_in: SignIn, secretary: Membership
) -> None:
    meeting = meeting_in("COLLECTING", town=town)
    desk, host = sign_in(secretary), sign_in(town.at(town.leaders, Role.LEADER))
    assert boxes(desk) == {"meetings": ["筹备"]}
    assert boxes(desk, "mine") == {"meetings": ["筹备"]}
    assert boxes(sign_in(town.staff)) == boxes(sign_in(town.liaison)) == boxes(host) == {}
    meeting = meeting_in("NOTIFIED", town=town)
    for who in (town.staff, town.liaison, town.housing_liaison):
        assert boxes(sign_in(who)) == {"invitations": ["回复参会"]}, who.role
    assert boxes(sign_in(town.handler)) == boxes(sign_in(town.at(town.neighbour, Role.ENTERPRISE_STAFF))) == {}
    Participant.objects.filter(meeting=meeting, organisation=town.firm).update(next_due_at=None)
    assert boxes(sign_in(town.staff)) == {}


def test_minutes_wait_for_comments_for_the_host_and_for_reports(
    town: Town, sign_in: SignIn, secretary: Membership
) -> None:
    desk, host = sign_in(secretary), sign_in(town.at(town.leaders, Role.LEADER))
    firm, bureau, handler = sign_in(town.staff), sign_in(town.liaison), sign_in(town.handler)
    draft = meeting_in("COMMENTING", town=town)
    assert boxes(firm) == {}  # nobody of it was present
    unanswered = {"answer": "WAITING", "answered_at": None, "answered_by": None}  # came all the same
    draft.participants.filter(organisation=town.firm).update(next_due_at=later(days=20), **unanswered)
    assert (boxes(firm), boxes(host), boxes(desk)) == ({"invitations": ["提出意见"]}, {}, {"meetings": ["修改"]})
    assert f"/symposia/{draft.public_id}/draft/comments/" in firm.get("/box/todo/").content.decode()
    meeting_in("IN_APPROVAL", town=town)
    assert (boxes(host), boxes(desk)) == ({"meetings": ["签发"]}, {"meetings": ["修改"]})
    assert boxes(desk, "done") == {"meetings": ["查看"]}  # signing is not theirs
    assert "/act/approve_issue/" in host.get("/box/todo/").content.decode()  # two clicks from the home page
    meeting = meeting_in("ISSUED", town=town)
    items = meeting.items.filter(lead=town.energy)
    assert boxes(bureau)["action-items"] == ["报进展"] * items.count()
    assert "action-items" not in boxes(handler)
    assert "action-items" not in boxes(sign_in(town.at(town.far_department, Role.DEPARTMENT_LIAISON)))
    first = items.earliest("pk")
    type(first.case).objects.filter(pk=first.case_id).update(handler=town.handler.user)
    assert boxes(handler)["action-items"] == ["报进展"]
    for who, finds in ((bureau, True), (desk, True), (sign_in(town.intake), False)):
        sections = who.get("/search/", {"q": first.words[:6]}).context["sections"]
        found = [
            entry.title for section in sections if section["name"] == "action-items" for entry in section["entries"]
        ]
        assert found == ([first.words] if finds else [])


def test_meetings_are_found_by_title_by_those_who_may_open_them(
    town: Town, sign_in: SignIn, secretary: Membership
) -> None:
    meeting_in("NOTIFIED", town=town, title="用电专题座谈会")
    for who, finds in ((secretary, True), (town.staff, True), (town.intake, False), (town.city_intake, False)):
        sections = sign_in(who).get("/search/", {"q": "用电专题"}).context["sections"]
        assert [section["name"] for section in sections] == (["meetings"] if finds else []), who.role
    assert sign_in(secretary).get("/search/", {"q": "甲公司"}).context["sections"] == []
    assert titles(sign_in(secretary), q="用电专题") == ["用电专题座谈会"]
