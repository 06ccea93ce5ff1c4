"""改由他人签发: minutes whose signer holds the post no more are signed by somebody else."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from dialogue.symposia import audiences, documents, moves, queries
from dialogue.symposia.inbox import MeetingInbox
from dialogue.symposia.models import Meeting
from dialogue.symposia.owned import Desks
from documents.models import Document
from foundation.errors import DomainError
from parties.models import Membership
from parties.posts import appoint
from parties.roles import Role
from tests.conftest import SignIn
from tests.dialogue.symposia.test_issuing import walk_to, words_of
from tests.factories import Town, actor, department, member, user
from tests.meetings import STARTS, fresh
from tests.pages import text
from workflow.actor import Actor
from workflow.models import Event
from workflow.views.once import random_key

pytestmark = pytest.mark.django_db
GONE = "纪要的签发人{}已不在任，不能签发：请办理“改由他人签发”。"


def refused(do: Any) -> str:
    with pytest.raises(DomainError) as caught, transaction.atomic():
        do()
    return f"{type(caught.value).__name__} {caught.value}"


def sign(meeting: Meeting, by: Actor) -> Meeting:
    meeting = fresh(meeting)
    sha256 = documents.fingerprint(documents.minutes_of(meeting))
    return moves.approve_issue(meeting.pk, by=by, seen=meeting.head_seq, sha256=sha256)


def sees(meeting: Meeting, who: Actor) -> bool:
    return Meeting.objects.seen_whole_by(who).filter(pk=meeting.pk).exists()


def retire(post: Membership) -> None:
    """The post lasted until the day of the meeting."""
    Membership.objects.filter(pk=post.pk).update(valid_to=STARTS.date() - timedelta(days=1))


def test_a_meeting_of_an_office_without_people_is_named_to_the_administrator_and_goes_on_with_whoever_is_appointed(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    walk, meeting = walk_to("COLLECTING", town)
    clock.move_to(walk.now)
    admin = town.at(town.city_office, Role.SYSTEM_ADMIN)
    browser, page = sign_in(admin), reverse("workflow:posts")
    assert "无人负责" not in text(browser.get(page).content.decode())
    secretary = town.at(town.leaders, Role.LEADER_OFFICE)
    Membership.objects.filter(pk=secretary.pk).update(valid_to=walk.now.date() - timedelta(days=1))
    said = text(browser.get(page).content.decode())
    assert f"无人负责 {Desks.remedy} {meeting.number} · 市领导办公室 14 天内" in said
    assert meeting.title not in said
    assert "无人负责" not in text(sign_in(town.liaison).get(page).content.decode())
    # Nothing is moved: whoever is appointed finds it among what is to be done.
    post = appoint(
        by=actor(admin, walk.now),
        user=user("接任秘书"),
        organisation=town.leaders,
        role=Role.LEADER_OFFICE,
        valid_from=walk.now.date(),
    )
    new = actor(post, walk.now)
    assert "无人负责" not in text(browser.get(page).content.decode())
    assert list(MeetingInbox().box(new, "todo") or ()) == [meeting]
    called_off = moves.cancel_meeting(meeting.pk, by=new, seen=meeting.head_seq, reason="原定人员离任")
    assert called_off.state == "CANCELLED"


def test_minutes_whose_host_has_retired_are_signed_by_somebody_else_and_so_are_their_corrections(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    walk, meeting = walk_to("IN_APPROVAL", town)
    transport = department("市交通局", of=town.city)
    new, aide = (member(transport, role) for role in (Role.DEPARTMENT_SECRETARY, Role.DEPARTMENT_LIAISON))
    old, desk = town.at(town.leaders, Role.LEADER), town.at(town.leaders, Role.LEADER_OFFICE)
    clock.move_to(walk.now)
    browser, page = sign_in(desk), reverse("symposia:meeting", args=[meeting.public_id])
    sentence = GONE.format(old.user.name)
    assert sentence not in text(browser.get(page).content.decode())
    retire(old)
    assert sentence in text(browser.get(page).content.decode())
    assert sentence not in text(sign_in(town.staff).get(page).content.decode())

    address = reverse("symposia:act", args=[meeting.public_id, "change_signer"])
    form = text(browser.get(address).content.decode())
    assert (f"{new.user.name} · 市交通局 · 党组书记" in form, f"{old.user.name} · " in form) == (True, False)
    data = {"signer": str(new.public_id), "signer_post": "市交通局党组书记", "seen": str(meeting.head_seq)}
    data |= {"idempotency_key": random_key()}
    assert browser.post(address, data).status_code == 422  # without a reason
    assert not sees(meeting, actor(new, walk.now))
    assert browser.post(address, data | {"reason": "主持人已退休"}).status_code == 302

    meeting = fresh(meeting)
    event = Event.objects.get(subject_kind="meeting", subject_id=meeting.pk, action="change_signer")
    body, said = json.loads(event.body.text), documents.minutes_of(meeting)
    assert body["text"] == f"纪要签发人由{old.user.name}（副市长）改为{new.user.name}（市交通局党组书记）"
    assert (body["note"], json.loads(event.facts)["text"]) == ("主持人已退休", documents.fingerprint(said))
    assert (meeting.state, meeting.turn_org_id, meeting.turn_role) == (
        "IN_APPROVAL",
        transport.pk,
        "DEPARTMENT_SECRETARY",
    )
    assert [sees(meeting, actor(post, walk.now)) for post in (new, aide)] == [True, False]
    assert set(queries.viewers_of(meeting, now=walk.now).filter(organisation=transport)) == {new}
    reached = audiences.people(meeting.pk, {"turn", "signer"}, walk.now)
    assert reached is not None
    assert reached.people == {"turn": [new], "signer": [new]}
    assert list(MeetingInbox().box(actor(new, walk.now), "todo") or ()) == [meeting]
    assert sentence not in text(browser.get(page).content.decode())

    assert refused(lambda: sign(meeting, actor(old, walk.now))).startswith("NotVisible")
    read = text(sign_in(new).get(reverse("symposia:act", args=[meeting.public_id, "approve_issue"])).content.decode())
    assert f"主持：{old.user.name}（副市长） · 签发：{new.user.name}（市交通局党组书记）" in read
    meeting = walk.issue(sign(meeting, actor(new, walk.now)))
    issued = documents.words_of(Document.objects.get(subject_kind="meeting", kind="MINUTES"))
    assert (issued.host.name, issued.signer and issued.signer.name) == (old.user.name, new.user.name)

    meeting = moves.begin_correction(meeting.pk, by=walk.organiser(), seen=meeting.head_seq, reason="笔误更正")
    meeting = walk.ask(walk.write(meeting, walk.texts[0].replace("赵喆", "钱喆")))
    meeting = walk.submit(meeting)
    assert f"送签发人{new.user.name}签发第2版" in words_of(meeting, "submit_minutes")
    assert walk.issue(sign(meeting, actor(new, walk.now))).version == 2


def test_a_signer_is_somebody_else_who_may_host_and_signed_minutes_are_taken_back_once_nobody_can_return_them(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    walk, meeting = walk_to("COMMENTING", town)
    old, by, colleague = town.at(town.leaders, Role.LEADER), walk.organiser(), member(town.leaders, Role.LEADER)

    def change(signer: Membership, reason: str = "工作变动") -> Meeting:
        seen = fresh(meeting).head_seq
        return moves.change_signer(meeting.pk, by=by, seen=seen, signer=signer, signer_post="", reason=reason)

    only = "Refused 签发人应是本地或者上级的领导、部门党组书记或者主要负责人"
    assert refused(lambda: change(old)) == "Refused 现在的签发人就是这一位"
    assert refused(lambda: change(town.deputy)) == only
    assert refused(lambda: change(town.at(town.far_department, Role.DEPARTMENT_HEAD))) == only
    assert refused(lambda: change(town.party_secretary, " ")).startswith("Refused")
    assert change(colleague).turn_role == "ORGANISER"
    meeting, host = walk.submit(fresh(meeting)), actor(old, walk.now)
    assert refused(lambda: sign(meeting, host)) == "NotYours 纪要由签发人本人签发"
    assert (sees(meeting, host), list(MeetingInbox().box(host, "todo") or ())) == (True, [])
    change(old)  # and back: nobody signs instead
    assert (fresh(meeting).signer, documents.minutes_of(fresh(meeting)).signer) == (None, None)
    signed = sign(meeting, host)
    page = reverse("symposia:meeting", args=[meeting.public_id])
    clock.move_to(walk.now)
    browser, button = sign_in(town.at(town.leaders, Role.LEADER_OFFICE)), "/act/recall_minutes/"
    assert refused(lambda: change(town.party_secretary)).startswith("WrongMoment")

    def recall() -> Meeting:
        at = walk.organiser()
        return moves.recall_minutes(signed.pk, by=at, seen=fresh(signed).head_seq, reason="部门更名")

    assert refused(recall) == "WrongMoment 纪要已经签发，签发人还在任，由签发人“退回修改”"
    assert button not in browser.get(page).content.decode()
    retire(old)
    assert button in browser.get(page).content.decode()
    recalled = recall()
    assert (recalled.state, recalled.approved_sha256, recalled.approved_at) == ("DRAFTING", "", None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(signer_org=town.leaders)
