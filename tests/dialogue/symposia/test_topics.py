"""Topics: who puts them forward, whose they are in the eyes of others, and in which order they are chosen."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from dialogue.symposia import audiences, documents, moves, queries
from dialogue.symposia.enums import TopicSource, TopicState
from dialogue.symposia.forms.topics import ProposeForm
from dialogue.symposia.models import ActionItem, Meeting, Topic
from documents.models import Document
from foundation.errors import NotVisible, NotYours, Refused
from parties.models import Office
from parties.roles import ENTERPRISE_ROLES, Role
from tests.conftest import SignIn
from tests.factories import NOW, Town, actor, case_in, later, member, office
from tests.meetings import STARTS, fresh, meeting_in
from tests.pages import text
from workflow.models import Event, Notice, OutboxMessage
from workflow.outbox import attempt
from workflow.timeline import timeline
from workflow.views.once import random_key


def desk(town: Town, hours: float = 1) -> Any:
    return actor(town.at(town.leaders, Role.LEADER_OFFICE), later(hours=hours))


def choose(meeting: Meeting, town: Town, topic: Topic, position: int | None = None) -> None:
    seen = fresh(meeting).head_seq
    moves.choose_topic(meeting.pk, by=desk(town), seen=seen, topic=topic, reason="多家反映", position=position)


def agenda(meeting: Meeting) -> list[str]:
    return list(meeting.topics.filter(state="CHOSEN").order_by("position").values_list("title", flat=True))


def test_the_agenda_keeps_the_order_in_which_topics_are_chosen_moved_and_declined(town: Town) -> None:
    meeting = meeting_in("COLLECTING", town=town)
    for title in "甲乙丙":
        moves.propose_topic(meeting.pk, by=desk(town), title=title)
    first, second, third = meeting.topics.order_by("pk")
    choose(meeting, town, first)
    choose(meeting, town, second)
    choose(meeting, town, third, position=1)
    assert agenda(meeting) == ["丙", "甲", "乙"]
    choose(meeting, town, second, position=2)
    assert agenda(meeting) == ["丙", "乙", "甲"]
    moves.decline_topic(meeting.pk, by=desk(town), seen=fresh(meeting).head_seq, topic=third, reason="已办结")
    assert list(meeting.topics.order_by("pk").values_list("title", "state", "position", "reason")) == [
        ("甲", "CHOSEN", 2, "多家反映"),
        ("乙", "CHOSEN", 1, "多家反映"),
        ("丙", "DECLINED", None, "已办结"),
    ]
    other = meeting_in("COLLECTING", town=town)
    with pytest.raises(Refused) as refused:
        choose(other, town, first)
    assert refused.value.field == "topic"
    # What waits stands before what was declined; and an agenda has an end, whoever put the topics forward.
    moves.propose_topic(meeting.pk, by=actor(town.staff), title="丁")
    shown = queries.topics_of(fresh(meeting), desk(town))
    assert [topic.title for topic in shown] == ["乙", "甲", "丁", "丙"]
    chosen = {"state": "CHOSEN", "reason": "多家反映", "proposed_at": desk(town).now, "decided_at": desk(town).now}
    Topic.objects.bulk_create(
        Topic(meeting=meeting, source="OFFICE", title=f"第{n}个", position=n, **chosen) for n in range(3, 61)
    )
    with pytest.raises(Refused, match="一次会议最多 60 个议题"):
        choose(meeting, town, shown[2])


def test_firms_and_departments_put_topics_forward_until_the_day_and_each_sees_its_own(town: Town) -> None:
    meeting = meeting_in("COLLECTING", town=town)
    neighbour = town.at(town.neighbour, Role.ENTERPRISE_STAFF)
    moves.propose_topic(meeting.pk, by=actor(town.staff), title="用电增容")
    moves.propose_topic(meeting.pk, by=actor(town.liaison), title="错峰安排", lead=town.energy)
    with pytest.raises(Refused) as refused:
        moves.propose_topic(meeting.pk, by=actor(town.staff), title="  ")
    assert refused.value.field == "title"
    case = case_in("IN_PROGRESS", town=town)
    for n in range(4):
        moves.propose_topic(meeting.pk, by=actor(town.staff), title=f"第{n}个", text="说明", case=None if n else case)
    with pytest.raises(Refused, match="最多有 5 个"):
        moves.propose_topic(meeting.pk, by=actor(town.staff), title="再一个")
    # What nothing is decided of is taken back by those who put it forward, and may come again in other words.
    back, decided, theirs = (meeting.topics.get(title=title) for title in ("第0个", "第1个", "错峰安排"))
    choose(meeting, town, decided)
    for topic, words in ((decided, "已经对这个议题作出决定"), (theirs, "没有找到这个议题")):
        with pytest.raises(Refused, match=words):
            moves.withdraw_topic(meeting.pk, by=actor(town.staff), topic=topic)
    with pytest.raises(NotYours, match="截止"):
        moves.withdraw_topic(meeting.pk, by=actor(town.staff, later(days=3)), topic=back)
    moves.withdraw_topic(meeting.pk, by=actor(town.firm_secretary), topic=back)
    last = Event.objects.filter(subject_kind="meeting", subject_id=meeting.pk).latest("seq")
    kept = json.loads(last.body.text)
    assert (last.action, kept["text"], kept["topic"]) == ("withdraw_topic", "“第0个”（甲公司）", "说明")
    moves.propose_topic(meeting.pk, by=actor(town.staff), title="第0个，改写", case=case)
    with pytest.raises(NotYours, match="截止"):
        moves.propose_topic(meeting.pk, by=actor(neighbour, later(days=3)), title="迟到的")
    moves.propose_topic(meeting.pk, by=desk(town, 72), title="主办单位补充")

    def seen(who: Any) -> set[str]:
        return {topic.title for topic in queries.topics_of(fresh(meeting), actor(who))}

    assert seen(town.liaison) == {"错峰安排"}
    assert seen(neighbour) == set()
    assert len(seen(town.at(town.leaders, Role.LEADER_OFFICE))) == len(seen(town.at(town.leaders, Role.LEADER))) == 7
    sources = dict(meeting.topics.values_list("title", "source"))
    assert (sources["用电增容"], sources["错峰安排"], sources["主办单位补充"]) == ("FIRM", "DEPARTMENT", "OFFICE")


def test_whoever_put_a_topic_forward_is_told_and_reads_what_became_of_it_though_they_are_not_invited(
    town: Town, django_assert_num_queries: Any
) -> None:
    meeting = meeting_in("NOTIFIED", town=town)
    other = meeting_in("COLLECTING", town=town)
    neighbour, handler = town.at(town.neighbour, Role.ENTERPRISE_STAFF), town.at(town.energy, Role.HANDLER)
    moves.propose_topic(other.pk, by=desk(town), title="主办单位自己的")
    choose(other, town, other.topics.get())
    moves.propose_topic(other.pk, by=actor(handler), title="错峰安排")
    moves.propose_topic(other.pk, by=actor(neighbour), title="道路亮化")
    own, offpeak, topic = other.topics.order_by("pk")
    choose(other, town, topic, position=1)
    choose(other, town, topic, position=2)  # it only moves
    with django_assert_num_queries(4):
        reached = audiences.people(other.pk, ["proposer:0", queries.proposer_of(topic)], NOW)
    assert reached is not None
    choose(other, town, offpeak)
    for one in (topic, offpeak, own):
        seen = fresh(other).head_seq
        moves.decline_topic(other.pk, by=desk(town), seen=seen, topic=one, reason="已列入市政计划")
    moves.decline_topic(other.pk, by=desk(town), seen=fresh(other).head_seq, topic=topic, reason="已列入市政计划")
    for message in OutboxMessage.objects.filter(channel="announce", payload__subject_id=other.pk).order_by("pk"):
        attempt(str(message.public_id), clock=lambda: later(hours=2))
    heard: dict[Any, list[str]] = {}
    for notice in Notice.objects.filter(kind__startswith="topic_").select_related("membership").order_by("pk"):
        assert notice.address == f"/symposia/{other.public_id}/"
        assert not {"道路亮化", "错峰安排", "已列入市政计划"} & set(notice.words.split("：")), notice.words
        heard.setdefault((notice.membership.organisation_id, notice.membership.role), []).append(notice.kind)
    fate = ["topic_chosen", "topic_taken_out"]
    firm = {(town.neighbour.pk, role.value): [*fate, "topic_declined"] for role in ENTERPRISE_ROLES}
    speakers = (Role.DEPARTMENT_LIAISON, Role.DEPARTMENT_HEAD, Role.HANDLER)  # and who wrote it; the office knows
    assert heard == firm | {(town.energy.pk, role.value): fate for role in speakers}
    moves.cancel_meeting(other.pk, by=desk(town), seen=fresh(other).head_seq, reason="改期")
    by = actor(neighbour)
    assert list(Meeting.objects.visible_to(by)) == [other]
    assert not queries.sees_whole(other, by)
    assert [one.reason for one in queries.topics_of(fresh(other), by)] == ["已列入市政计划"]
    assert not Topic.objects.visible_to(by).filter(meeting=meeting).exists()


def test_a_topic_of_a_hidden_firm_names_it_to_nobody(town: Town, sign_in: SignIn) -> None:
    case = case_in("IN_PROGRESS", town=town, hidden=True, title="增容等待三个月")
    meeting = meeting_in("NOTIFIED", town=town, answered=True)
    with pytest.raises(Refused) as refused:  # who knows the firm may not name it by mistake
        moves.propose_topic(meeting.pk, by=actor(town.staff), case=case, text="甲公司已经等了三个月")
    assert refused.value.field == "text"
    with pytest.raises(Refused) as refused:  # nobody takes up what they may not open
        moves.propose_topic(meeting.pk, by=actor(town.housing_liaison), case=case)
    assert refused.value.field == "case"
    closed = case_in("CLOSED", town=town)
    with pytest.raises(Refused):
        moves.propose_topic(meeting.pk, by=actor(town.staff), case=closed)

    moves.propose_topic(meeting.pk, by=actor(town.staff), case=case)
    topic = meeting.topics.get(case=case)
    assert (topic.firm_shown, topic.source, topic.lead) == (case.alias, TopicSource.CASE, town.energy)
    with pytest.raises(Refused, match="已经是本次会议的议题"):
        moves.propose_topic(meeting.pk, by=actor(town.liaison), case=case)
    choose(meeting, town, topic)

    # The firm is invited as well, and so in the list; what must not be there is who it is that hides.
    alone = meeting_in("COLLECTING", town=town)
    assert list(queries.firms_of_topics(alone)) == []
    # Who does not know the firm is warned of any name of any firm, and hears of each the same.
    browser, url = sign_in(town.liaison), f"/symposia/{alone.public_id}/act/propose_topic/"
    form = browser.get(url).content.decode()
    assert "named_knowingly" not in form
    assert f"{case.number} {case.title} · {case.alias}" in text(form)
    said = {}
    for firm in (town.firm, town.neighbour):
        typed = {"case": str(case.public_id), "title": f"{firm.name} 二期用电", "text": "增容三个月"}
        answer = browser.post(url, typed | {"seen": "1", "idempotency_key": random_key()})
        said[firm] = text(answer.content.decode()).replace(firm.name, "某公司")
        assert (answer.status_code, "我已核对，里面的企业名称可以写进会议通知和纪要" in said[firm]) == (422, True)
    assert said[town.firm] == said[town.neighbour]
    assert (
        f"某公司（名录里的任何一家都会这样提醒，不说明就是这一家）。这件诉求的企业隐名，请改用“{case.alias}”"
        in (said[town.firm])
    )
    typed |= {"named_knowingly": "on", "title": f"{town.neighbour.name}一带的用电"}
    with transaction.atomic():
        assert browser.post(url, typed | {"seen": "1", "idempotency_key": random_key()}).status_code == 302
        transaction.set_rollback(True)
    free = {"title": f"{town.neighbour.name}也想参加"}
    form = ProposeForm(free, meeting=alone, actor=actor(town.liaison))
    assert form.is_valid(), "of no hidden demand"
    moves.propose_topic(alone.pk, by=actor(town.liaison), case=case)
    assert list(queries.firms_of_topics(alone)) == []
    told = [json.loads(e.body.text) for e in Event.objects.filter(subject_kind="meeting", subject_id=alone.pk)]
    assert "甲公司" not in json.dumps(told, ensure_ascii=False)
    page = text(
        sign_in(town.at(town.leaders, Role.LEADER_OFFICE)).get(f"/symposia/{alone.public_id}/").content.decode()
    )
    assert case.alias in page
    assert "甲公司" not in page
    for who in (town.housing_liaison, town.liaison, town.at(town.leaders, Role.LEADER_OFFICE)):
        row = next(one for one in queries.topics_of(fresh(meeting), actor(who)) if one.pk == topic.pk)
        assert row.firm_shown == case.alias
        acted = {line.who for line in timeline(fresh(meeting), actor(who)) if line.action == "propose_topic"}
        assert not any("甲公司" in words for words in acted)
    # How the agenda came about is nothing for those invited.
    events = {line.action for line in timeline(fresh(meeting), actor(town.housing_liaison))}
    assert events == {"open_meeting", "send_notice", "answer_invitation"}
    guest = member(office("另一领导办公室", of=town.city, kind=Office.OfficeKind.LEADER), Role.LEADER)
    assert {line.action for line in queries.history(fresh(meeting), actor(guest))} == events
    housing = text(sign_in(town.housing_liaison).get(f"/symposia/{meeting.public_id}/").content.decode())
    assert f"在办诉求 · {case.alias}" in housing
    assert "打开诉求" not in housing
    assert "打开诉求" in sign_in(town.staff).get(f"/symposia/{meeting.public_id}/").content.decode()


def test_what_minutes_left_unfinished_opens_the_next_agenda_of_the_kind(town: Town) -> None:
    before = meeting_in("NOTIFIED", town=town, title="十一月政商座谈会")
    topic, rows = before.topics.order_by("pk").first(), []
    for number, state in enumerate(("IN_PROGRESS", "CLOSED", "IN_PROGRESS"), start=1):
        case = case_in(state, town=town, hidden=number == 3)
        rows.append(
            ActionItem.objects.create(
                meeting=before,
                topic=topic,
                number=number,
                position=number,
                words=f"完成第{number}项" * 40,
                lead=town.energy,
                due_on=STARTS.date(),
                case=case,
                removed_in=2 if number == 3 else None,
            )
        )
    after = meeting_in("COLLECTING", town=town)
    carried = after.topics.get()
    assert (carried.carried_from, carried.state, carried.position) == (rows[0], TopicState.CHOSEN, 1)
    assert (carried.source, carried.lead, len(carried.title)) == (TopicSource.CARRIED, town.energy, 100)
    assert meeting_in("COLLECTING", town=town, kind="TALK").topics.count() == 0
    assert meeting_in("COLLECTING", town=town).topics.count() == 0  # it stands on an agenda already
    moves.cancel_meeting(after.pk, by=desk(town), seen=after.head_seq, reason="改期")
    again = meeting_in("COLLECTING", town=town)
    assert again.topics.get().carried_from == rows[0]
    # Open still, it comes until the minutes of a meeting go on with it.
    moves.decline_topic(again.pk, by=desk(town), seen=again.head_seq, topic=again.topics.get(), reason="本次不议")
    later = meeting_in("COLLECTING", town=town)
    goes_on = later.topics.get()
    assert goes_on.carried_from == rows[0]
    issued = {"version": 1, "minutes_number": "纪要〔2026〕第2期", "issued_at": desk(town).now}
    Meeting.objects.filter(pk=later.pk).update(**issued)
    found = [item.number for item in queries.unfinished(before.office_id, before.kind)]
    rows[0].pk, rows[0].public_id, rows[0].meeting, rows[0].topic, rows[0].tied = None, uuid4(), later, goes_on, True
    rows[0]._state.adding = True
    rows[0].save()
    after = [(item.meeting_id, item.number) for item in queries.unfinished(before.office_id, before.kind)]
    assert (found, after) == ([1], [(later.pk, 1)])


def test_each_reads_the_letter_to_them_and_nobody_else_any(town: Town) -> None:
    meeting = meeting_in("NOTIFIED", town=town)

    def read(who: Any) -> set[str]:
        by = actor(who)
        mine = Document.objects.visible_to(by).filter(subject_kind="meeting")
        found = {row.audience for row in mine}
        if Meeting.objects.visible_to(by).filter(pk=meeting.pk).exists():
            assert {row.audience for row in documents.of_meeting(meeting, by)} == found
        return found

    assert read(town.at(town.leaders, Role.LEADER_OFFICE)) == read(town.at(town.leaders, Role.LEADER)) == {"", "FIRMS"}
    assert read(town.staff) == {"FIRMS"}
    assert read(town.housing_liaison) == {""}
    for stranger in (town.at(town.neighbour, Role.ENTERPRISE_STAFF), town.intake, town.at(town.firm, Role.AGENT)):
        assert read(stranger) == set()
        with pytest.raises(NotVisible):
            moves.answer_invitation(meeting.pk, by=actor(stranger), answer="DECLINES", note="不去")
