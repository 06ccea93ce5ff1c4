"""The chain: how an event is made, how it is hashed, and how a chain is shown to be untouched."""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from django.db import models, transaction
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext_lazy as _

from foundation.canonical import canonical, sha256
from foundation.insertion import insert
from workflow.models.events import Event, EventBody
from workflow.models.subject import LedgerSubject

FORMAT = 1


def utc_text(moment: datetime) -> str:
    """A moment as the digest writes it: UTC, always six digits of microseconds, "2026-11-23T07:56:26.000000Z"."""
    if moment.utcoffset() is None:
        raise ValueError("a moment without a zone cannot enter the ledger")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def payload_digest(body_sha256: str, facts: str) -> str:
    """The hash under which an event holds its facts (canonical text) and the hash of its words (decision 0002)."""
    return sha256(f'{{"body":"{body_sha256}","facts":{facts}}}')


AS_AT = "="


def event_digest(event: "Written") -> str:
    """The digest of an event in format v1: SHA-256 of its canonical JSON.

    The text is put together here in the order canonical() would give it, with the stored text of the actor as it is,
    because verifying must read a hundred thousand events a second. A test holds it against RFC 8785.
    """
    quoted = encode_basestring
    at = quoted(event.at)
    effective_at = at if event.effective_at == AS_AT else quoted(event.effective_at)
    return sha256(
        f'{{"action":{quoted(event.action)},"actor":{event.actor},"at":{at},'
        f'"calendar":{quoted(event.calendar)},"effective_at":{effective_at},'
        f'"from":{quoted(event.from_state)},"payload_sha256":{quoted(event.payload_sha256)},'
        f'"policy":{quoted(event.policy)},"prev":{quoted(event.prev)},"seq":{event.seq:d},'
        f'"subject":{quoted(f"{event.subject_kind}:{event.subject_id}")},"to":{quoted(event.to_state)},"v":{event.v:d}}}'
    )


class Written(NamedTuple):
    """An event as it lies in the tables: times as the digest writes them (utc_text), and what there is of its body.

    `effective_at` may be AS_AT, when it is the very moment of `at`: nearly always, and a text less to make.
    `body_text` is the text of the body, `erased` the hash that a tombstone keeps of it; None when there is none.
    """

    subject_kind: str
    subject_id: int
    seq: int
    v: int
    prev: str
    digest: str
    at: str
    effective_at: str
    action: str
    from_state: str
    to_state: str
    actor: str
    user_id: int | None
    policy: str
    calendar: str
    facts: str
    payload_sha256: str
    body_text: str | None
    erased: str | None = None

    @classmethod
    def of(cls, event: Event, body_text: str | None, erased: str | None = None) -> "Written":
        """The written form of an event that was made or read by the ORM."""
        times = {"at": utc_text(event.at), "effective_at": utc_text(event.effective_at)}
        columns = (times.get(name) or getattr(event, name) for name in cls._fields[:-2])
        return cls._make([*columns, body_text, erased])


def make_event(
    *,
    head_seq: int,
    head_hash: str,
    subject_kind: str,
    subject_id: int,
    action: str,
    from_state: str,
    to_state: str,
    actor: Mapping[str, Any],
    user_id: int | None,
    at: datetime,
    effective_at: datetime,
    policy: str,
    calendar: str,
    facts: Mapping[str, Any],
    body: Mapping[str, Any],
    salt: str | None = None,
) -> tuple[Event, str]:
    """The next event of a chain, not yet written, and the text of its body.

    Pure except for the random salt. `user_id` is put into the actor as well, so that the copy used by the index is
    covered by the digest. Raises ValueError when the actor names another user, the subject is not saved, a time has
    no zone or the body brings its own salt; TypeError when a value has no canonical JSON.
    """
    if subject_id is None:
        raise ValueError("an event needs a saved subject")
    if actor.get("user_id", user_id) != user_id:
        raise ValueError("the actor names another user than user_id")
    if "salt" in body:
        raise ValueError("the salt of a body is not chosen by its author")
    facts_text = canonical(dict(facts))
    body_text = canonical({**body, "salt": secrets.token_hex(16) if salt is None else salt})
    event = Event(
        v=FORMAT,
        subject_kind=subject_kind,
        subject_id=subject_id,
        seq=head_seq + 1,
        prev=head_hash,
        at=at,
        effective_at=effective_at,
        action=action,
        from_state=from_state,
        to_state=to_state,
        actor=canonical({**actor, "user_id": user_id}),
        user_id=user_id,
        policy=policy,
        calendar=calendar,
        facts=facts_text,
        payload_sha256=payload_digest(sha256(body_text), facts_text),
    )
    event.digest = event_digest(Written.of(event, body_text))
    return event, body_text


def append_event(
    subject: LedgerSubject,
    *,
    action: str,
    from_state: str,
    to_state: str,
    actor: Mapping[str, Any],
    user_id: int | None,
    at: datetime,
    effective_at: datetime,
    policy: str,
    calendar: str,
    facts: Mapping[str, Any],
    body: Mapping[str, Any],
) -> Event:
    """Write the next event of a subject and its body (two statements), and move the head in memory.

    The caller holds the lock on the subject's row and saves the three columns of the head in the same transaction; this
    function does not, because a move saves its subject anyway. Outside a transaction it raises
    TransactionManagementError: an event without its new head would look like an attack.
    """
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError("append_event() needs a transaction around the event and its subject")
    event, body_text = make_event(
        head_seq=subject.head_seq,
        head_hash=subject.head_hash,
        subject_kind=subject.ledger_kind,
        subject_id=subject.pk,
        action=action,
        from_state=from_state,
        to_state=to_state,
        actor=actor,
        user_id=user_id,
        at=at,
        effective_at=effective_at,
        policy=policy,
        calendar=calendar,
        facts=facts,
        body=body,
    )
    insert([event])
    insert([EventBody(event=event, text=body_text)])
    subject.head_seq, subject.head_hash, subject.head_at = event.seq, event.digest, event.at
    return event


class Flaw(models.TextChoices):
    """What can be wrong with a chain, in the words printed by verify_ledger."""

    GAP = "gap", _("此前的事件缺失")
    ORDER = "order", _("事件次序错乱")
    PREV = "prev", _("与前一事件不衔接")
    FORMAT = "format", _("事件格式无法识别")
    DIGEST = "digest", _("事件内容与摘要不符")
    USER = "user", _("经办人索引与事件内容不符")
    PAYLOAD = "payload", _("事实或正文与摘要不符")
    NO_BODY = "no_body", _("事件正文缺失")
    TOMBSTONE = "tombstone", _("销毁记录与正文摘要不符")
    NOT_ERASED = "not_erased", _("已登记销毁的正文仍然存在")
    HEAD = "head", _("链头与最后一个事件不符")
    NO_SUBJECT = "no_subject", _("事件所属的事项不存在")


@dataclass(frozen=True)
class Fault:
    """One flaw of one chain: the subject's key, the sequence number where it shows, and what is wrong."""

    subject: str
    seq: int
    what: Flaw


def verify_chain(events: Iterable[Written], *, subject: str, head_seq: int, head_hash: str) -> list[Fault]:
    """Every flaw of one chain; an empty list means that nothing covered by it was changed, removed or moved.

    Pure. `events` are ordered by `seq`; the head is what the subject's row says and shows that the last event is
    still there. A chain whose every hash, head included, was computed anew is not noticed here: only a comparison
    with a hash kept elsewhere shows that (workflow.seals).
    """
    faults: list[Fault] = []
    seq, digest = 0, ""
    for event in events:
        if event.seq > seq + 1:
            faults.append(Fault(subject, event.seq, Flaw.GAP))
        elif event.seq <= seq:
            faults.append(Fault(subject, event.seq, Flaw.ORDER))
        elif event.prev != digest:
            faults.append(Fault(subject, event.seq, Flaw.PREV))
        reader = READERS.get(event.v)
        flaws = [Flaw.FORMAT] if reader is None else reader(event, subject)
        if flaws:
            faults += [Fault(subject, event.seq, flaw) for flaw in flaws]
        seq, digest = event.seq, event.digest
    if (seq, digest) != (head_seq, head_hash):
        faults.append(Fault(subject, head_seq, Flaw.HEAD))
    return faults


def _read_v1(event: Written, subject: str) -> list[Flaw]:
    """What is wrong with one event of format v1 on its own, its neighbours aside."""
    flaws = []
    try:
        whole, user_id = _actor_of(event.actor)
        digest = event_digest(event)
    except (ValueError, TypeError, AttributeError):  # a column that holds no text
        whole, user_id, digest = False, None, ""
    if not whole or digest != event.digest or f"{event.subject_kind}:{event.subject_id}" != subject:
        flaws.append(Flaw.DIGEST)
    elif user_id != event.user_id:
        flaws.append(Flaw.USER)
    if event.body_text is not None:
        body_sha256 = sha256(event.body_text)
        if payload_digest(body_sha256, event.facts) != event.payload_sha256:
            flaws.append(Flaw.PAYLOAD)
        if event.erased is not None:
            flaws.append(Flaw.NOT_ERASED)
    elif event.erased is None:
        flaws.append(Flaw.NO_BODY)
    elif payload_digest(event.erased, event.facts) != event.payload_sha256:
        flaws.append(Flaw.TOMBSTONE)
    return flaws


REQUEST = '"request":"'


def _actor_of(text: str) -> tuple[bool, Any]:
    """Whether a text is one JSON object and nothing else, and the user_id in it.

    An actor that is one object cannot reach into the fields beside it. Events of one post differ in the id of the
    request alone: what is in these quotes, if it is letters and digits, does not change how the rest is read, so the
    rest is read once and remembered.
    """
    head, mark, rest = text.partition(REQUEST)
    request, quote, tail = rest.partition('"')
    if quote and request.isalnum() and request.isascii():
        return _read_actor(f'{head}{mark}"{tail}')
    return _read_actor(text)


@lru_cache(maxsize=10_000)
def _read_actor(text: str) -> tuple[bool, Any]:
    try:
        actor, end = _scan(text, 0)
    except (StopIteration, ValueError, RecursionError):
        return False, None
    whole = type(actor) is dict and end == len(text)
    return whole, actor.get("user_id") if whole else None


_scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # the value at the start of a text, and its end
# How an event of each format version is read; versions are added, never changed. An unknown one is a flaw.
READERS: Mapping[int, Callable[[Written, str], list[Flaw]]] = {1: _read_v1}
