"""Meetings over the API: what it shows, to whom, in how many statements; and a whole life through it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogue.symposia.models import Meeting, Topic
from documents.models import Document
from documents.registry import Progress
from documents.verification import find_by_code
from parties.roles import Role
from tests.api import Program, said
from tests.dialogue.symposia.acts import as_json, json_plan, maker
from tests.factories import Town, actor
from tests.meetings import TEXTS, Walk, fresh, meeting_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LIFE = (
    *("propose_topic", "withdraw_topic"),
    *("propose_topic", "choose_topic", "propose_topic", "choose_topic", "invite", "change_plan", "send_notice"),
    *(
        "invite_guests",
        "uninvite_guest",
        "invite_guests",
        "record_answer",
        "answer_invitation",
        "sign_in",
        "record_attendance",
        "hold_meeting",
        "issue_attendance",
        "start_minutes",
    ),
    *("ask_comments", "comment_minutes", "answer_comment", "submit_minutes", "recall_minutes"),
    *("change_signer", "change_signer"),
    *("submit_minutes", "approve_issue", "issue_minutes"),
    *("report_progress", "begin_correction", "drop_correction"),
)


def of(meeting: Meeting, action: str = "") -> str:
    return f"meetings/{meeting.public_id}/{action}/" if action else f"meetings/{meeting.public_id}/"


def statements(program: Program, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert program.get(address).status_code == 200
    return len(captured)


def test_a_whole_life_through_the_api(town: Town, clock: Any) -> None:
    desk = Program(town.at(town.leaders, Role.LEADER_OFFICE))
    opened = desk.post("meetings/", {"kind": "SYMPOSIUM", **json_plan(town)}, key="once")
    again = desk.post("meetings/", {"kind": "SYMPOSIUM", **json_plan(town)}, key="once")
    assert (opened.status_code, again.json()["id"], again["Idempotency-Replayed"]) == (201, opened.json()["id"], "true")
    meeting = Meeting.objects.get()
    now = meeting.head_at
    for action in LIFE:
        meeting = fresh(meeting)
        now = max(now + timedelta(minutes=7), meeting.starts_at if action == "sign_in" else now)
        clock.move_to(now)
        post = town.housing_liaison if action == "report_progress" else maker(action, town)
        program, body = Program(post), as_json(action, meeting, town, now=now)
        if action == "choose_topic":
            body |= {"topic": str(Topic.objects.filter(meeting=meeting, state="PROPOSED").latest("pk").public_id)}
        if action == "invite":
            body |= {"firms": town.firm.name}
        if action == "report_progress":
            body |= {"item": str(meeting.items.get(number=2).public_id)}
        if action not in ("propose_topic", "withdraw_topic", "answer_invitation", "sign_in", "comment_minutes"):
            body |= {"seen": program.get(of(meeting)).json()["seen"]}
        answer = program.post(of(meeting, action), body)
        assert answer.status_code == 200, (action, answer.json())
        if action == "start_minutes":
            Walk(town, now=now).write(fresh(meeting), TEXTS[2 - 1], TEXTS[2 - 1])
    whole = desk.get(of(meeting)).json()
    assert (whole["state"], whole["version"]) == ("ISSUED", 1)
    assert [line["action"] for line in whole["timeline"]][::-1] == ["open_meeting", *LIFE]
    assert (
        whole["attendance"]["expected"]
        == whole["attendance"]["present"] + whole["attendance"]["absent"] + whole["attendance"]["excused"]
    )
    papers = Document.objects.filter(subject_kind="meeting")
    counts = {paper.kind: found.progress for paper in papers if (found := find_by_code(paper.code))}
    assert counts == {"NOTICE": None, "ATTENDANCE": None, "MINUTES": Progress(0, 2)}  # of what a paper lists
    assert [(item["number"], item["standing"]) for item in whole["items"]] == [(1, "OPEN"), (2, "OPEN")]
    assert desk.get("action-items/", standing="OPEN").json()["results"][0]["minutes_number"] == whole["minutes_number"]
    item = Program(town.housing_liaison).get(f"action-items/{whole['items'][1]['id']}/").json()
    assert [line["text"] for line in item["progress"]] == ["方案已经编制"]


def test_what_the_desk_weighs_is_nothing_for_those_invited_or_called(town: Town) -> None:
    collecting, notified = meeting_in("COLLECTING", town=town), meeting_in("NOTIFIED", town=town, answered=True)
    Walk(town, now=notified.head_at).agenda(collecting)
    desk, firm = Program(town.at(town.leaders, Role.LEADER_OFFICE)), Program(town.staff)
    far = Program(town.at(town.far_firm, "ENTERPRISE_STAFF"))
    call = far.get(of(collecting)).json()
    assert (call["whole"], call["topics"], call["participants"], call["timeline"]) == (False, [], [], [])
    assert (call["recorder"], call["firms_until"]) == ("", None)
    assert [action["name"] for action in call["actions"]] == ["propose_topic", "withdraw_topic"]
    assert said(far.get(of(notified))) == (404, "not_found")
    mine, theirs = firm.get(of(notified)).json(), desk.get(of(notified)).json()
    assert [topic["title"] for topic in mine["topics"]] == [topic["title"] for topic in theirs["topics"]]
    assert [row["reason"] for row in mine["participants"]] == [""] * 4
    assert "与议题直接有关" in [row["reason"] for row in theirs["participants"]]
    assert "当日参加自治区会议" not in json.dumps(mine, ensure_ascii=False)
    assert "当日参加自治区会议" in json.dumps(theirs, ensure_ascii=False)
    assert len(mine["people"]) < len(theirs["people"])
    notified.attendees.filter(participant__organisation=town.firm).update(presence="EXCUSED", reason="住院")
    people = [reader.get(of(notified)).json()["people"] for reader in (firm, desk)]
    assert ["住院" in [row["reason"] for row in rows] for rows in people] == [False, True]
    kept = {"propose_topic", "choose_topic", "invite"}
    assert kept.isdisjoint(line["action"] for line in mine["timeline"])
    assert kept <= {line["action"] for line in theirs["timeline"]}


def test_what_is_refused_is_refused_with_the_code_of_its_kind(town: Town) -> None:
    meeting = meeting_in("NOTIFIED", town=town)
    desk, firm = Program(town.at(town.leaders, Role.LEADER_OFFICE)), Program(town.staff)
    assert said(firm.post(of(meeting, "cancel_meeting"), {"reason": "不开了", "seen": meeting.head_seq}))[0] == 403
    assert said(desk.post(of(meeting, "cancel_meeting"), {"reason": "不开了", "seen": 1}))[0] == 409
    assert said(desk.post(of(meeting, "cancel_meeting"), {"reason": "x", "state": "HELD", "seen": 1})) == (
        409,
        "changed",
    )
    seen = {"seen": meeting.head_seq}
    for body in ({}, {"reason": ["不开了"]}, {"reason": "不开了", "state": "HELD"}):
        assert said(desk.post(of(meeting, "cancel_meeting"), body | seen)) == (400, "bad_input")
    for query in ({"state": "x"}, {"kind": "甲"}):
        assert said(desk.get("meetings/", **query)) == (400, "bad_input")
    assert said(desk.get("action-items/", standing="x")) == (400, "bad_input")
    assert said(Program(town.staff).post("meetings/", {"kind": "TALK", **json_plan(town)}))[0] == 403
    assert fresh(meeting).head_seq == meeting.head_seq


def test_lists_are_paged_filtered_and_cost_the_same_for_one_row_and_for_three(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow.api_view.PAGE", 2)
    first = meeting_in("ISSUED", town=town)
    desk, lead = Program(town.at(town.leaders, Role.LEADER_OFFICE)), Program(town.liaison)
    before = [statements(desk, "meetings/"), statements(lead, "action-items/"), statements(desk, of(first))]
    others = [meeting_in(state, town=town) for state in ("ISSUED", "COLLECTING")]
    after = [statements(desk, "meetings/"), statements(lead, "action-items/"), statements(desk, of(others[0]))]
    assert before == after == [3, 4, 17]
    page = desk.get("meetings/").json()
    rest = desk.get(page["next"]).json()
    ids = [row["id"] for row in (*page["results"], *rest["results"])]
    assert (len(page["results"]), rest["next"]) == (2, None)
    assert sorted(ids) == sorted(str(meeting.public_id) for meeting in (first, *others))
    assert [row["state"] for row in desk.get("meetings/", state="COLLECTING").json()["results"]] == ["COLLECTING"]
    seen = Meeting.objects.visible_to(actor(town.liaison)).count()
    assert len(lead.get("meetings/").json()["results"]) == min(seen, 2)
