"""Who sees a meeting and who is told of it: one answer, read from both ends."""

from typing import Any

from dialogue.symposia import audiences, moves, queries
from dialogue.symposia.models import ActionItem, Attendee, Meeting
from parties.models import Membership, Office
from parties.roles import Role
from tests.conftest import SignIn
from tests.factories import NOW, Town, actor, case_in, district, later, member, office
from tests.meetings import STARTS, fresh, meeting_in
from tests.pages import FRAME, statements
from workflow.door import locked
from workflow.models import Notice, OutboxMessage
from workflow.outbox import attempt


def all_meetings(town: Town) -> dict[str, Meeting]:
    """A meeting of the city's leader's office in every state so far, one that nobody was told of, one of a banner."""
    found = {state: meeting_in(state, town=town) for state in ("COLLECTING", "NOTIFIED", "CANCELLED")}
    listed = meeting_in("COLLECTING", town=town)
    desk = actor(town.at(town.leaders, Role.LEADER_OFFICE), later(hours=1))
    moves.invite(
        listed.pk, by=desk, seen=listed.head_seq, firms=[town.far_firm], departments=[town.energy], reason="同行"
    )
    moves.cancel_meeting(listed.pk, by=desk, seen=listed.head_seq + 1, reason="改期")
    found["cancelled before anybody was told"] = listed
    banner = moves.open_meeting(
        by=actor(town.dispatcher),
        kind="TALK",
        title="恳谈会",
        starts_at=STARTS,
        ends_at=STARTS.replace(hour=17),
        host=town.party_secretary,
    )
    moves.propose_topic(banner.pk, by=actor(town.staff), title="道路亮化")
    found["of the banner"] = banner
    called_off = moves.open_meeting(
        by=actor(town.dispatcher),
        kind="TALK",
        title="取消的恳谈会",
        starts_at=STARTS,
        ends_at=STARTS.replace(hour=17),
        host=town.at(town.leaders, Role.LEADER),
    )
    moves.propose_topic(called_off.pk, by=actor(town.staff), title="道路亮化")
    seen = fresh(called_off).head_seq
    moves.cancel_meeting(called_off.pk, by=actor(town.dispatcher), seen=seen, reason="改期")
    found["of the banner, called off"] = called_off
    concerned = meeting_in("NOTIFIED", town=town, title="有任务事项的会议")
    item = ActionItem.objects.create(
        meeting=concerned,
        topic=concerned.topics.first(),
        number=1,
        position=1,
        words="完成复核",
        lead=town.far_department,
        due_on=STARTS.date(),
        case=case_in("IN_PROGRESS", town=town),
        enterprise=town.far_firm,
    )
    item.others.add(town.housing)
    found["with an item of others"] = concerned
    signed = meeting_in("COLLECTING", town=town, title="由他人签发的会议")
    moves.cancel_meeting(signed.pk, by=desk, seen=signed.head_seq, reason="改期")
    instead = town.at(town.far_department, Role.DEPARTMENT_HEAD)
    Meeting.objects.filter(pk=signed.pk).update(
        signer_id=instead.user_id, signer_org_id=instead.organisation_id, signer_role=instead.role
    )
    found["signed by somebody from elsewhere"] = signed
    return {name: fresh(meeting) for name, meeting in found.items()}


def test_the_meetings_somebody_sees_are_those_whose_viewers_they_are(town: Town) -> None:
    meetings = all_meetings(town)
    gone = member(town.leaders, Role.LEADER_OFFICE, valid_to=NOW.date().replace(year=2025))
    other = office("杭锦旗领导办公室", of=district("150625"), kind=Office.OfficeKind.LEADER)
    posts = [*town.everybody, gone, member(other, Role.LEADER_OFFICE), member(other, Role.LEADER)]
    viewers = {
        name: set(queries.viewers_of(meeting, now=NOW).values_list("pk", flat=True))
        for name, meeting in meetings.items()
    }
    for post in posts:
        by = actor(post)
        if by.post is None:
            assert not any(post.pk in seen for seen in viewers.values())
            continue
        seen = set(Meeting.objects.visible_to(by).values_list("pk", flat=True))
        assert seen == {meetings[name].pk for name, of in viewers.items() if post.pk in of}, post
        assert seen == {meeting.pk for meeting in meetings.values() if locked(Meeting, meeting.pk, by)}, post
        # Lists find the same from the other side.
        everything, items = Meeting.objects, ActionItem.objects
        assert set(everything.listed_for(by).values_list("pk", flat=True)) == seen, post
        assert set(everything.listed_for(by, whole=True)) == set(everything.seen_whole_by(by)), post
        assert set(items.listed_for(by)) == set(items.visible_to(by)), post

    def of(name: str, place: Any) -> set[str]:
        return set(
            Membership.objects.filter(pk__in=viewers[name], organisation_id=place.pk).values_list("role", flat=True)
        )

    assert of("NOTIFIED", town.firm) == {"ENTERPRISE_STAFF", "ENTERPRISE_SECRETARY"}
    assert of("NOTIFIED", town.neighbour) == of("NOTIFIED", town.office) == set()
    assert of("COLLECTING", town.far_firm) != set()  # a meeting of the city calls everybody
    assert of("of the banner", town.far_firm) == set()
    assert of("of the banner", town.firm) != set()
    assert (
        of("cancelled before anybody was told", town.energy)
        == of("cancelled before anybody was told", town.far_firm)
        == set()
    )
    assert of("of the banner, called off", town.firm) != set()
    assert of("of the banner, called off", town.neighbour) == set()
    assert of("with an item of others", town.far_department) != set()
    assert of("signed by somebody from elsewhere", town.far_department) == {"DEPARTMENT_HEAD"}  # in person


def test_those_who_speak_for_the_invited_the_host_and_the_desk_are_told(
    town: Town, django_assert_num_queries: Any
) -> None:
    meeting = meeting_in("NOTIFIED", town=town)
    energy, staff, leader = town.energy, town.staff, town.at(town.leaders, Role.LEADER)
    moves.answer_invitation(meeting.pk, by=actor(staff), answer="COMES", people=[("李经理", "")])
    row = Attendee.objects.filter(meeting=meeting)  # firm and host: the host is not asked what it signs
    row.update(presence="PRESENT", signed_at=NOW, signed_by="HAND")
    second = member(town.leaders, Role.LEADER_OFFICE)
    with django_assert_num_queries(3):
        reached = audiences.people(meeting.pk, audiences.AUDIENCES, NOW)
    assert reached is not None
    assert reached.address == f"/symposia/{meeting.public_id}/"
    told = {name: {(post.organisation_id, post.role) for post in posts} for name, posts in reached.people.items()}
    firm = {(town.firm.pk, "ENTERPRISE_STAFF"), (town.firm.pk, "ENTERPRISE_SECRETARY")}
    bureaus = {
        (place.pk, role) for place in (energy, town.housing) for role in ("DEPARTMENT_LIAISON", "DEPARTMENT_HEAD")
    }
    assert told["invited"] == firm | bureaus
    assert told["waiting"] == bureaus
    assert told["present"] == firm
    assert told["host"] == {(town.leaders.pk, "LEADER"), (town.leaders.pk, "LEADER_OFFICE")}
    # The turn of the desk is that of whoever opened the meeting, as long as they are there.
    assert [post.pk for post in reached.people["turn"]] == [town.at(town.leaders, Role.LEADER_OFFICE).pk]
    assert {post.pk for post in reached.people["colleagues"]} == {reached.people["turn"][0].pk, second.pk}
    Membership.objects.filter(pk=town.at(town.leaders, Role.LEADER_OFFICE).pk).update(
        valid_to=NOW.date().replace(year=2025)
    )
    reached = audiences.people(meeting.pk, {"organiser"}, NOW)
    assert [post.pk for post in reached.people["organiser"]] == [second.pk]
    Meeting.objects.filter(pk=meeting.pk).update(state="COLLECTING", notified_at=None)
    reached = audiences.people(meeting.pk, {"host", "invited"}, NOW)
    assert leader.pk in {post.pk for post in reached.people["host"]}
    assert audiences.people(0, {"invited"}, NOW) is None


def test_a_page_costs_as_much_with_three_topics_and_guests_as_with_one(town: Town, sign_in: SignIn) -> None:
    desk = actor(town.at(town.leaders, Role.LEADER_OFFICE), later(hours=1))
    one = meeting_in("NOTIFIED", town=town, answered=True)
    three = meeting_in("NOTIFIED", town=town, answered=True)
    for n in range(2):
        moves.propose_topic(three.pk, by=actor(town.staff), title=f"第{n}个", case=case_in("IN_PROGRESS", town=town))
    moves.propose_topic(one.pk, by=actor(town.staff), case=case_in("IN_PROGRESS", town=town))
    for meeting in (one, three):
        for topic in meeting.topics.filter(state="PROPOSED"):
            moves.choose_topic(meeting.pk, by=desk, seen=fresh(meeting).head_seq, topic=topic, reason="多家反映")
    moves.invite(three.pk, by=desk, seen=fresh(three).head_seq, firms=[town.neighbour], reason="同行")
    for meeting, n in ((one, 1), (three, 3)):
        guests = [(f"来宾{k}", "商会", "") for k in range(n)]
        moves.invite_guests(meeting.pk, by=desk, seen=fresh(meeting).head_seq, guests=guests)
    for who, cost in ((town.at(town.leaders, Role.LEADER_OFFICE), 11), (town.staff, 11), (town.housing_liaison, 11)):
        browser = sign_in(who)
        for meeting in (one, three):
            sent = statements(browser, f"/symposia/{meeting.public_id}/")
            assert len(sent) - FRAME == cost, "\n".join(sent)


def test_a_notice_reaches_the_invited_by_day_and_kind_of_the_meeting_and_never_by_its_title(town: Town) -> None:
    meeting = meeting_in("NOTIFIED", town=town)
    for message in OutboxMessage.objects.filter(channel="announce", state="WAITING").order_by("pk"):
        attempt(str(message.public_id), clock=lambda: later(hours=2))
    said = "邀请您单位参加会议，请回复：2026年12月8日 政商座谈会"
    heard = set(Notice.objects.filter(words=said).values_list("membership__organisation__name", flat=True))
    assert heard == {"甲公司", "市能源局", "市住建局"}
    answer_by = meeting.participants.filter(answer="WAITING").values_list("next_due_at", flat=True)
    assert set(Notice.objects.filter(words=said).values_list("due_at", flat=True)) == set(answer_by)
    host = Notice.objects.get(user_id=town.at(town.leaders, Role.LEADER).user_id)
    assert (host.words, host.due_at) == ("有一次会议请您主持：2026年12月8日 政商座谈会", None)
    assert not Notice.objects.filter(words__contains="十二月").exists()
