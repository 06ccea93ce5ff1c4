"""Telling people: an announcement is queued with the event, and becomes notices and mail when it is delivered.

Who is told is found out at delivery: whoever has left or may no longer open the subject by then hears nothing.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import translation

from parties.deputies import standing_in
from parties.models import Membership, User
from workflow import registry, words
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.models import LedgerSubject, Notice, OutboxMessage
from workflow.models.notices import TemplateChannel
from workflow.outbox import queue
from workflow.registry import Reached

ANNOUNCE, MAIL = "announce", "mail"
MESSAGE_LANGUAGE = words.MAIL_LANGUAGE
TURN = "turn"  # the audience of whoever has to act next


def announce(
    obj: LedgerSubject,
    *,
    tells: Mapping[str, str],
    seq: int,
    at: datetime,
    due_at: datetime | None = None,
    about: str = "",
    request_id: str = "",
) -> None:
    """Each of these audiences will be told, in the words of its kind, once; two inserts in the caller's transaction.

    `tells` maps audience to kind of message; who is in two of them hears the first. `seq` is the event it follows from;
    `about` tells apart what is announced more than once on the same event, such as reminders of two clocks. Raises
    KeyError for a kind nobody has registered.
    """
    for kind in tells.values():
        registry.message_kind(kind)
    what = "&".join([*(f"{audience}={kind}" for audience, kind in tells.items()), about])
    queue(
        ANNOUNCE,
        key=f"{obj.ledger_kind}:{obj.pk}:{seq}:{hashlib.sha256(what.encode()).hexdigest()[:16]}",
        payload={
            "subject_kind": obj.ledger_kind,
            "subject_id": obj.pk,
            "number": getattr(obj, "number", None) or "",
            "seq": seq,
            "tells": dict(tells),
            "order": list(tells),
            "turn": [getattr(obj, "turn_org_id", None), getattr(obj, "turn_role", "")],
            "due_at": due_at.isoformat() if due_at else None,
        },
        at=at,
        request_id=request_id,
    )


def deliver_announcement(message: OutboxMessage, now: datetime) -> None:
    """Everybody in the audiences has a notice, and a message of mail on its way if they have an address; once each."""
    facts = message.payload
    order = [name for name in facts["order"] if name != TURN or _still_their_turn(facts)]
    reached = registry.audience(facts["subject_kind"])(facts["subject_id"], order, now) if order else None
    if reached is None:
        return
    people = list(_once_each(reached, order))
    if not people:
        return
    spoken = words.in_force({facts["tells"][audience] for audience, _post in people})
    due_at = datetime.fromisoformat(facts["due_at"]) if facts["due_at"] else None
    told = [
        _Told(message, post, facts["tells"][audience], due_at, reached.address, spoken, now)
        for audience, post in people
    ]
    with transaction.atomic():
        Notice.objects.bulk_create([one.notice() for one in told], ignore_conflicts=True)
        for one, person in [*((one, one.post.user) for one in told), *_stand_ins(told, now)]:
            if person.email:
                queue(
                    MAIL,
                    key=f"{MAIL}:{message.key}:{person.pk}",
                    payload=one.mail(person.pk),
                    at=now,
                    request_id=message.request_id,
                )


def _stand_ins(told: "list[_Told]", now: datetime) -> "list[tuple[_Told, User]]":
    """Who stands in for those who are told, each once, unless they are told themselves; they see the holder's notice.

    One statement, and one more when somebody stands in. Whether they may open the subject is asked when the mail is
    sent, as of everybody.
    """
    chains = standing_in([one.post.pk for one in told], now.astimezone(ZONE).date())
    heard = {one.post.user_id for one in told}
    first: dict[int, _Told] = {}
    for one in told:
        for user in chains.get(one.post.pk, {}):
            if user not in heard:
                first.setdefault(user, one)
    return [(first[person.pk], person) for person in User.objects.filter(pk__in=first)] if first else []


def _still_their_turn(facts: Mapping[str, Any]) -> bool:
    """Whether the turn has not gone on since: nobody is told that it is their turn when it was somebody else's."""
    model = registry.subject_model(facts["subject_kind"])
    now = model._base_manager.filter(pk=facts["subject_id"]).values_list("turn_org_id", "turn_role").first()
    return now is None or list(now) == facts["turn"]


def _once_each(reached: Reached, order: Iterable[str]) -> Iterable[tuple[str, Membership]]:
    seen: set[int] = set()
    for audience in order:
        for post in reached.people.get(audience, ()):
            if post.user_id not in seen:
                seen.add(post.user_id)
                yield audience, post


class _Told:
    """One person who is told one thing, and the words of it."""

    def __init__(
        self,
        message: OutboxMessage,
        post: Membership,
        kind: str,
        due_at: datetime | None,
        address: str,
        spoken: Mapping[tuple[str, str], words.Words],
        now: datetime,
    ) -> None:
        self.message, self.post, self.kind = message, post, kind
        self.due_at = due_at if registry.message_kind(kind).dated else None
        self.address, self.spoken, self.now = address, spoken, now
        self.number = message.payload["number"]

    def _values(self) -> dict[str, str]:
        return words.values(
            number=self.number,
            kind=self.kind,
            due_at=self.due_at,
            address=self.address,
            organisation=self.post.organisation,
            now=self.now,
        )

    def _words(self, channel: str) -> words.Words:
        return self.spoken.get((self.kind, channel)) or words.shipped(self.kind, channel)

    def notice(self) -> Notice:
        with translation.override(self.post.user.language or settings.LANGUAGE_CODE):
            text = words.fill_line(self._words(TemplateChannel.NOTICE).subject, self._values())
        return Notice(
            user_id=self.post.user_id,
            membership_id=self.post.pk,
            key=self.message.key,
            kind=self.kind,
            subject_kind=self.message.payload["subject_kind"],
            subject_id=self.message.payload["subject_id"],
            number=self.number,
            words=text[:200],
            due_at=self.due_at,
            address=self.address,
            created_at=self.message.created_at,  # of what it tells, however late it is delivered
        )

    def mail(self, user_id: int) -> dict[str, Any]:
        """The mail as it will be sent however often: its Message-ID is made here and kept. The address is not in it."""
        with translation.override(MESSAGE_LANGUAGE):
            text, given = self._words(TemplateChannel.MAIL), self._values()
            return {
                "user": user_id,
                "membership": self.post.pk,
                "about": [self.message.payload["subject_kind"], self.message.payload["subject_id"]],
                "number": self.number,
                "message_id": new_message_id(),
                "subject": words.fill_line(text.subject, given),
                "body": words.fill(text.body, given),
            }


def new_message_id() -> str:
    """A name for one mail that nobody else gives: random, under the host of this site."""
    return f"<{secrets.token_hex(16)}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


# --- reading ---


def mark_read(notice_ids: Iterable[int], *, by: Actor) -> int:
    """These notices of the actor are read as of now, as far as they were not; how many were."""
    return Notice.objects.visible_to(by).unread().filter(pk__in=list(notice_ids)).update(read_at=by.now)


def mark_all_read(*, by: Actor, up_to: int) -> int:
    """All notices of the actor are read that are not newer than `up_to`, the newest they saw; how many were not."""
    return Notice.objects.visible_to(by).unread().filter(pk__lte=up_to).update(read_at=by.now)
