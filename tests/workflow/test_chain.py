"""The chain: what is hashed is canonical, and whatever was done to a chain afterwards is found."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from foundation.canonical import LARGEST_INTEGER, canonical
from workflow import chain as chain_module
from workflow.chain import Flaw, Written, make_event, utc_text, verify_chain
from workflow.models import Event

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

text = st.text(st.characters(exclude_categories=["Cs"]))
ascii_text = st.text(st.characters(codec="ascii"))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | text,
    lambda inner: st.lists(inner) | st.dictionaries(ascii_text, inner),
    max_leaves=20,
)


# --- canonical text -------------------------------------------------------------------------------------------------


@given(values)
def test_canonical_text_is_that_of_rfc_8785(value: Any) -> None:
    assert canonical(value).encode() == rfc8785.dumps(value)


@given(values)
def test_canonical_text_gives_the_value_back(value: Any) -> None:
    assert json.loads(canonical(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        {"a": [1, {"b": 2.5}]},
        float("nan"),
        {1: "a"},
        {None: "a"},
        {"键": "a"},
        "\ud800",
        {"a": ["\udfff"]},
        2**53,
        -(2**53),
        Decimal("1"),
        NOON,
        b"a",
        {"a"},
    ],
)
def test_what_has_no_unambiguous_text_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_a_moment_is_written_in_utc_with_six_digits() -> None:
    in_ordos = datetime(2026, 11, 23, 15, 56, 26, tzinfo=timezone(timedelta(hours=8)))
    assert utc_text(in_ordos) == "2026-11-23T07:56:26.000000Z"
    assert utc_text(in_ordos + timedelta(microseconds=7)) == "2026-11-23T07:56:26.000007Z"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        utc_text(NOON.replace(tzinfo=None))


# --- one event ------------------------------------------------------------------------------------------------------


def event(**changes: Any) -> tuple[Event, str]:
    given: dict[str, Any] = {
        "head_seq": 0,
        "head_hash": "",
        "subject_kind": "case",
        "subject_id": 123,
        "action": "accept",
        "from_state": "SUBMITTED",
        "to_state": "ACCEPTED",
        "actor": {"role": "INTAKE", "organisation": "市两新工委办公室"},
        "user_id": 7,
        "at": NOON,
        "effective_at": NOON,
        "policy": "clocks-v1",
        "calendar": "2026",
        "facts": {"lead": None, "district": "150602", "class": "ORDINARY"},
        "body": {"text": "受理“贷款”诉求\n", "changes": {"klass": ["", "ORDINARY"]}},
    }
    return make_event(**{**given, **changes})


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@given(text, text, text, text, text, st.integers(1, 2**31 - 1), st.dictionaries(st.sampled_from("abc"), values))
def test_the_digest_is_sha256_of_the_canonical_event(
    action: str, before: str, after: str, policy: str, calendar: str, head_seq: int, actor: dict[str, Any]
) -> None:
    made, body_text = event(
        action=action,
        from_state=before,
        to_state=after,
        policy=policy,
        calendar=calendar,
        head_seq=head_seq,
        head_hash="ab" * 32,
        actor=actor,
        at=NOON + timedelta(seconds=1),
    )
    payload = {
        "body": sha256(body_text.encode()),
        "facts": {"lead": None, "district": "150602", "class": "ORDINARY"},
    }
    document = {
        "v": 1,
        "prev": "ab" * 32,
        "subject": "case:123",
        "seq": head_seq + 1,
        "at": "2026-11-23T04:00:01.000000Z",
        "effective_at": "2026-11-23T04:00:00.000000Z",
        "action": action,
        "from": before,
        "to": after,
        "actor": {**actor, "user_id": 7},
        "policy": policy,
        "calendar": calendar,
        "payload_sha256": sha256(rfc8785.dumps(payload)),
    }
    assert made.digest == sha256(rfc8785.dumps(document))


def test_the_format_never_changes() -> None:
    made, body_text = event(salt="00" * 16)
    assert body_text == (
        '{"changes":{"klass":["","ORDINARY"]},"salt":"00000000000000000000000000000000","text":"受理“贷款”诉求\\n"}'
    )
    assert made.payload_sha256 == "cd80fece4fb7936af1f8f22c833721f47c9b452feca35cb4e30121f714bbbfd9"
    assert made.digest == "7abad66bdf3eac4d97caa397a25e09421406ee283b4f4c9a6df0377c0c344625"


def test_two_equal_bodies_have_different_hashes() -> None:
    assert event()[0].payload_sha256 != event()[0].payload_sha256


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": {"user_id": 8}},
        {"body": {"salt": "mine"}},
        {"subject_id": None},
        {"at": NOON.replace(tzinfo=None)},
    ],
)
def test_an_event_that_contradicts_itself_is_not_made(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        event(**changes)


# --- one chain ------------------------------------------------------------------------------------------------------


def chain(length: int = 4) -> list[Written]:
    written: list[Written] = []
    for seq in range(length):
        made, body_text = event(
            head_seq=seq,
            head_hash=written[-1].digest if written else "",
            at=NOON + timedelta(hours=seq),
            effective_at=NOON + timedelta(hours=seq),
            action=["submit", "accept", "dispatch", "acknowledge"][seq % 4],
        )
        written.append(Written.of(made, body_text))
    return written


def flaws(events: list[Written], head: Written | None) -> set[tuple[int, Flaw]]:
    """What is found when the subject's row says that `head` is the last event."""
    head_seq, head_hash = (head.seq, head.digest) if head else (0, "")
    found = verify_chain(events, subject="case:123", head_seq=head_seq, head_hash=head_hash)
    assert {fault.subject for fault in found} <= {"case:123"}
    return {(fault.seq, fault.what) for fault in found}


def test_an_untouched_chain_has_no_flaw() -> None:
    events = chain()
    assert flaws(events, events[-1]) == set()
    assert flaws([], None) == set()


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("v", 2, {(2, Flaw.FORMAT)}),
        ("subject_id", 124, {(2, Flaw.DIGEST)}),
        ("subject_kind", "item", {(2, Flaw.DIGEST)}),
        ("prev", "0" * 64, {(2, Flaw.PREV), (2, Flaw.DIGEST)}),
        ("digest", "0" * 64, {(2, Flaw.DIGEST), (3, Flaw.PREV)}),
        ("at", utc_text(NOON + timedelta(hours=1, microseconds=1)), {(2, Flaw.DIGEST)}),
        ("effective_at", utc_text(NOON), {(2, Flaw.DIGEST)}),
        ("action", "decline", {(2, Flaw.DIGEST)}),
        ("from_state", "", {(2, Flaw.DIGEST)}),
        ("to_state", "CLOSED", {(2, Flaw.DIGEST)}),
        ("actor", '{"organisation":"市两新工委办公室","role":"INTAKE","user_id":8}', {(2, Flaw.DIGEST)}),
        ("actor", '{"organisation":"市两新工委办公室","role":"INTAKE","user_id":7} ', {(2, Flaw.DIGEST)}),
        ("actor", "no JSON", {(2, Flaw.DIGEST)}),
        ("actor", "[]", {(2, Flaw.DIGEST)}),
        ("user_id", 8, {(2, Flaw.USER)}),
        ("user_id", None, {(2, Flaw.USER)}),
        ("policy", "clocks-v2", {(2, Flaw.DIGEST)}),
        ("calendar", "2027", {(2, Flaw.DIGEST)}),
        ("facts", '{"class":"HARD","district":"150602","lead":null}', {(2, Flaw.PAYLOAD)}),
        ("facts", '{"class": "ORDINARY","district":"150602","lead":null}', {(2, Flaw.PAYLOAD)}),
        ("payload_sha256", "0" * 64, {(2, Flaw.DIGEST), (2, Flaw.PAYLOAD)}),
        ("body_text", "{}", {(2, Flaw.PAYLOAD)}),
        ("body_text", None, {(2, Flaw.NO_BODY)}),
        ("erased", "0" * 64, {(2, Flaw.NOT_ERASED)}),
    ],
)
def test_a_changed_field_is_found(field: str, value: Any, found: set[tuple[int, Flaw]]) -> None:
    events = chain()
    events[1] = events[1]._replace(**{field: value})
    assert flaws(events, events[-1]) == found


def test_every_field_is_covered() -> None:
    """A field added to the event later must be named here and above, or say why it need not be hashed."""
    tried = {"subject_kind", "subject_id", "seq", "v", "prev", "digest", "at", "effective_at", "action", "from_state"}
    tried |= {"to_state", "actor", "user_id", "policy", "calendar", "facts", "payload_sha256", "body_text"}
    assert set(Written._fields) == tried | {"erased"}
    assert {field.attname for field in Event._meta.concrete_fields} == tried - {"body_text"} | {"id"}


@given(st.data())
def test_a_flipped_byte_is_found(data: st.DataObject) -> None:
    events = chain()
    head = events[-1]
    at = data.draw(st.integers(0, len(events) - 1))
    names = ["prev", "digest", "action", "from_state", "to_state", "actor", "policy", "calendar", "facts"]
    name = data.draw(st.sampled_from([*names, "payload_sha256", "body_text"]))
    content = bytearray(getattr(events[at], name).encode())
    if not content:
        return
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 6))
    changed = content.decode(errors="replace")
    events[at] = events[at]._replace(**{name: changed})
    assert flaws(events, head) != set()


@given(st.permutations(range(5)))
def test_events_in_another_order_are_found(order: list[int]) -> None:
    events = chain(5)
    moved = [events[old]._replace(seq=new + 1) for new, old in enumerate(order)]
    assert (flaws(moved, events[-1]) == set()) == (order == sorted(order))


@pytest.mark.parametrize("gone", [0, 1, 2, 3])
def test_a_deleted_event_is_found(gone: int) -> None:
    events = chain()
    left = [written for written in events if written.seq != gone + 1]
    expected = (4, Flaw.HEAD) if gone == 3 else (gone + 2, Flaw.GAP)
    assert flaws(left, events[-1]) == {expected}


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_deleted_event_is_found_when_the_rest_was_renumbered(gone: int) -> None:
    events = chain()
    left = [written for written in events if written.seq != gone + 1]
    renumbered = [written._replace(seq=seq) for seq, written in enumerate(left, start=1)]
    found = flaws(renumbered, renumbered[-1])
    assert (gone + 1, Flaw.PREV) in found
    assert (gone + 1, Flaw.DIGEST) in found


def test_a_chain_that_vanished_is_found() -> None:
    assert flaws([], chain()[-1]) == {(4, Flaw.HEAD)}


def test_a_last_event_that_was_written_anew_with_right_hashes_is_found() -> None:
    events = chain()
    made, body_text = event(head_seq=3, head_hash=events[2].digest, action="decline")
    assert flaws([*events[:3], Written.of(made, body_text)], events[-1]) == {(4, Flaw.HEAD)}


def test_an_event_given_twice_is_found() -> None:
    events = chain()
    assert (2, Flaw.ORDER) in flaws([*events[:2], *events[1:]], events[-1])


def test_an_event_from_another_chain_is_found() -> None:
    events = chain()
    made, body_text = event(subject_id=124, head_seq=1, head_hash=events[0].digest)
    assert (2, Flaw.DIGEST) in flaws([events[0], Written.of(made, body_text), *events[2:]], events[-1])


# --- the actor ------------------------------------------------------------------------------------------------------

WORDS = ['"request":"', '"request"', '"user_id":7', '"user_id":8', "a1", "中", " ", "\\"]
pieces = st.lists(st.sampled_from([*'"{}[],:', *WORDS]), max_size=12).map("".join)


def as_json_reads_it(text: str) -> tuple[bool, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return False, None
    whole = isinstance(value, dict) and text == text.strip()
    return whole, value.get("user_id") if whole else None


@given(pieces | st.builds(canonical, st.dictionaries(ascii_text, values)))
def test_an_actor_is_read_as_json_reads_it(text: str) -> None:
    """The short cut for the id of a request must not take for an object, or for another user, what is none."""
    assert chain_module._actor_of(text) == as_json_reads_it(text)


@given(
    st.dictionaries(st.sampled_from(["a", "request", "user_id", "z"]), values),
    st.text(st.sampled_from('abc019-_"\\\u0661 \n'), max_size=6),
    st.none() | st.integers(1, 9),
)
def test_whatever_the_id_of_the_request_the_user_is_the_same(
    actor: dict[str, Any], request: str, user_id: int | None
) -> None:
    text = canonical({**actor, "request": request, "user_id": user_id})
    assert chain_module._actor_of(text) == (True, user_id)
    assert chain_module._actor_of(text + "}") == (False, None)
