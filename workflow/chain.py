"""The chain: how an event is made, how it is hashed, and how a chain is shown to be untouched."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import models, router, transaction
from django.db.models import F, Q
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext_lazy as _

from workflow.models.events import Event, EventBody
from workflow.models.subject import LedgerSubject

FORMAT = 1
LARGEST_INTEGER = 2**53 - 1  # RFC 8785 numbers are IEEE 754 doubles: beyond this two integers could be written alike


def canonical(obj: Any) -> str:
    """The one JSON text of a value (RFC 8785), so that equal values always have equal hashes.

    Deliberately narrower than the RFC: keys must be ASCII (then sorting by code point equals its sorting by UTF-16
    unit) and floats are refused, because no fact of ours needs one and their text is where implementations differ.
    Raises TypeError on a float, a key that is no ASCII string, a lone surrogate, an integer beyond 2**53 - 1 and any
    type JSON does not have.
    """
    _refuse_what_is_ambiguous(obj)
    text = json.dumps(obj, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise TypeError("a lone surrogate has no canonical JSON") from error
    return text


def _refuse_what_is_ambiguous(obj: Any) -> None:
    if obj is None or isinstance(obj, str | bool):
        return
    if isinstance(obj, int):
        if abs(obj) > LARGEST_INTEGER:
            raise TypeError(f"integer {obj} is too large for canonical JSON; write it as text")
    elif isinstance(obj, dict):
        for key, value in obj.items():
            if not isinstance(key, str) or not key.isascii():
                raise TypeError(f"key {key!r} is not an ASCII string")
            _refuse_what_is_ambiguous(value)
    elif isinstance(obj, list | tuple):
        for value in obj:
            _refuse_what_is_ambiguous(value)
    else:
        raise TypeError(f"{type(obj).__name__} has no canonical JSON; write it as text or as an integer")


def utc_text(moment: datetime) -> str:
    """A moment as the digest writes it: UTC, always six digits of microseconds, "2026-11-23T07:56:26.000000Z"."""
    if moment.utcoffset() is None:
        raise ValueError("a moment without a zone cannot enter the ledger")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def payload_digest(body_sha256: str, facts: str) -> str:
    """The hash under which an event holds its facts (canonical text) and the hash of its words (decision 0002)."""
    return sha256(f'{{"body":"{body_sha256}","facts":{facts}}}')


def event_digest(event: "Event | Written") -> str:
    """The digest of an event in format v1: SHA-256 of its canonical JSON.

    The text is put together here in the order canonical() would give it, with the stored text of the actor as it is,
    because verifying must read a hundred thousand events a second. A test holds it against RFC 8785.
    """
    quoted = encode_basestring
    at = utc_text(event.at)
    effective_at = at if event.effective_at == event.at else utc_text(event.effective_at)
    return sha256(
        f'{{"action":{quoted(event.action)},"actor":{event.actor},"at":"{at}","calendar":{quoted(event.calendar)},'
        f'"effective_at":"{effective_at}","from":{quoted(event.from_state)},'
        f'"payload_sha256":{quoted(event.payload_sha256)},"policy":{quoted(event.policy)},"prev":{quoted(event.prev)},'
        f'"seq":{event.seq:d},"subject":{quoted(f"{event.subject_kind}:{event.subject_id}")},'
        f'"to":{quoted(event.to_state)},"v":{event.v:d}}}'
    )


class Written(NamedTuple):
    """An event as it lies in the tables, with the text of its body (None when there is none)."""

    subject_kind: str
    subject_id: int
    seq: int
    v: int
    prev: str
    digest: str
    at: datetime
    effective_at: datetime
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

    @classmethod
    def of(cls, event: Event, body_text: str | None) -> "Written":
        """The written form of an event that was just made."""
        return cls._make([*(getattr(event, name) for name in cls._fields[:-1]), body_text])


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
    event.digest = event_digest(event)
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
    using = subject._state.db or router.db_for_write(Event)
    if not transaction.get_connection(using).in_atomic_block:
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
    event.save(using=using)
    EventBody(event=event, text=body_text).save(using=using)
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
    with a hash kept elsewhere shows that.
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
        faults += [Fault(subject, event.seq, flaw) for flaw in _flaws_of(event, subject)]
        seq, digest = event.seq, event.digest
    if (seq, digest) != (head_seq, head_hash):
        faults.append(Fault(subject, head_seq, Flaw.HEAD))
    return faults


def _flaws_of(event: Written, subject: str) -> Iterator[Flaw]:
    """What is wrong with one event on its own, its neighbours aside."""
    if event.v != FORMAT:
        yield Flaw.FORMAT
        return
    actor = _parsed(event.actor)
    if actor is None or f"{event.subject_kind}:{event.subject_id}" != subject or event_digest(event) != event.digest:
        yield Flaw.DIGEST
    elif actor.get("user_id") != event.user_id:
        yield Flaw.USER
    if event.body_text is None:
        yield Flaw.NO_BODY
    elif payload_digest(sha256(event.body_text), event.facts) != event.payload_sha256:
        yield Flaw.PAYLOAD


def _parsed(text: str) -> dict[str, Any] | None:
    """The object a stored text holds, or None. An object by itself cannot reach into the fields beside it."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


@dataclass(frozen=True)
class Checked:
    """What one step of verify_all() has been through."""

    subjects: int
    events: int
    faults: list[Fault]


def verify_all(subject_models: Iterable[type[LedgerSubject]], *, batch: int = 500) -> Iterator[Checked]:
    """Every chain of these kinds, `batch` subjects a step and in constant memory; at last the events of no known kind.

    Moves may go on meanwhile: what looks wrong is read a second time with its subject locked, for an event may have
    been written between the reading of the head and the reading of the chain.
    """
    kinds = []
    for model in subject_models:
        kinds.append(model.ledger_kind)
        after: int | None = -(2**63)
        while after is not None:
            after, checked = _verify_batch(model, after, batch)
            yield checked
    for kind, pk in Event.objects.exclude(subject_kind__in=kinds).values_list("subject_kind", "subject_id").distinct():
        yield Checked(0, 0, [Fault(f"{kind}:{pk}", 0, Flaw.NO_SUBJECT)])


def _verify_batch(model: type[LedgerSubject], after: int, batch: int) -> tuple[int | None, Checked]:
    """Check the next subjects by key and every event of that stretch of keys, those without a subject too.

    Returns the last key of the batch, None when it was the last batch, and what was found.
    """
    rows = model._base_manager.filter(pk__gt=after).order_by("pk").values_list("pk", "head_seq", "head_hash")[:batch]
    heads = {pk: (head_seq, head_hash) for pk, head_seq, head_hash in rows}
    last = max(heads) if len(heads) == batch else None
    stretch = Q(subject_id__gt=after) if last is None else Q(subject_id__gt=after, subject_id__lte=last)
    unseen = {pk for pk, (head_seq, _hash) in heads.items() if head_seq}
    suspects = []
    count = 0
    for pk, chain in groupby(_written(model.ledger_kind, stretch), key=attrgetter("subject_id")):
        unseen.discard(pk)
        head_seq, head_hash = heads.get(pk, (0, ""))
        events = list(chain)
        count += len(events)
        if verify_chain(events, subject=f"{model.ledger_kind}:{pk}", head_seq=head_seq, head_hash=head_hash):
            suspects.append(pk)
    faults = [fault for pk in [*suspects, *sorted(unseen)] for fault in _verify_locked(model, pk)]
    return last, Checked(len(heads), count, faults)


def _verify_locked(model: type[LedgerSubject], pk: int) -> list[Fault]:
    """The flaws of one chain while nobody can add to it."""
    subject = f"{model.ledger_kind}:{pk}"
    with transaction.atomic():
        rows = model._base_manager.select_for_update().filter(pk=pk).values_list("head_seq", "head_hash")
        head = rows.first()
        events = _written(model.ledger_kind, Q(subject_id=pk))
        if head is None:
            return [Fault(subject, 0, Flaw.NO_SUBJECT)] if any(True for _event in events) else []
        return verify_chain(events, subject=subject, head_seq=head[0], head_hash=head[1])


def _written(kind: str, which: Q) -> Iterator[Written]:
    """Events of one kind with their bodies, subject by subject in their order, a chunk at a time."""
    events = Event.objects.filter(which, subject_kind=kind).order_by("subject_id", "seq")
    rows = events.annotate(body_text=F("body__text")).values_list(*Written._fields)
    return map(Written._make, rows.iterator())
