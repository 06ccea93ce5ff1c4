"""Whatever is sent, the API answers with a refusal in JSON or does what was asked; it never fails."""

import json
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.demands.models import Case
from tests.api import DEMAND, ROOT, SETTINGS, Program, inputs, of, said
from tests.factories import Town, case_in, intake_item, later
from workflow.models import Event

pytestmark = pytest.mark.every_page

POSTS = [*SETTINGS, "submit", "claim"]


@pytest.fixture(autouse=True)
def _two_hours_later(clock: Any) -> None:
    clock.move_to(later(hours=2))


def target(name: str, town: Town) -> tuple[Program, str, dict[str, Any]]:
    """Who posts where, and a body that would be accepted."""
    if name == "submit":
        return Program(town.staff), "cases/", DEMAND
    if name == "claim":
        body = {"enterprise": str(town.firm.public_id), "title": "停电"}
        return Program(town.intake), f"intake/{intake_item(town.office).public_id}/claim/", body
    case = SETTINGS[name].case(town)
    return Program(getattr(town, SETTINGS[name].who)), of(case, name), {**inputs(name, town), "seen": case.head_seq}


def is_an_answer(response: HttpResponse) -> bool:
    """A demand, or a refusal with the one body of refusals; and nothing moved when it is a refusal."""
    if response.status_code == 202:
        return response.json()["verdict"] == "PENDING"
    if response.status_code in (200, 201):
        return bool(response.json()["number"])
    return said(response) in {(400, "bad_input"), (409, "changed")}


# --- any JSON ---

CHARACTERS = st.characters(categories=["L", "N", "P", "S", "Z", "C"])  # NUL, controls and lone surrogates among them
NASTY = [
    *("", " ", "\x00", "甲\x00乙", "\ud800", "\udc00乙", "﻿", "\r\n", "null", "NaN", "'; DROP TABLE", "%s", "{{ x }}"),
    *("0", "-1", "1e400", "９９９", "9" * 5000, "x" * 100_000, "甲" * 4001, "00000000-0000-0000-0000-000000000000"),
    *("9999-12-31", "0001-01-01", "2026-02-30", "10000-01-01", "-1-01-01", "２０２６-11-26", "2026年11月26日"),
    *("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59", "0001-01-01T00:00"),
    *("2026-11-23T11:00:00+99:99", "2026-11-23T24:00:00", "2026-11-23T11:00:60", "2026-11-23 11:00"),
]
TEXTS = st.sampled_from(NASTY) | st.text(CHARACTERS, max_size=30)
NUMBERS = st.sampled_from([0, -1, 1.5, -0.0, 2**31, 2**63, 10**400, 1e308, 5e-324]) | st.integers()
LEAVES = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)
ROWS = st.lists(
    st.fixed_dictionaries({}, optional={"text": LEAVES, "due_on": LEAVES, "x": LEAVES}) | LEAVES, max_size=4
)


@st.composite
def changes(draw: Any, body: dict[str, Any]) -> Any:
    """The good body with some of its values replaced or joined by unknown ones; or another value altogether."""
    if draw(st.integers(0, 9)) == 0:
        return draw(VALUES)
    changed = dict(body)
    for name in draw(st.lists(st.sampled_from(sorted(body)), min_size=1, max_size=3, unique=True)):
        value = draw(ROWS if name == "steps" else TEXTS if draw(st.booleans()) else VALUES)
        if name == "answers" and draw(st.booleans()):
            value = {**body[name], draw(st.sampled_from(sorted(body[name]))): value}
        changed[name] = value
    if draw(st.integers(0, 9)) == 0:
        changed[draw(TEXTS)] = draw(VALUES)
    return changed


@pytest.mark.parametrize("name", POSTS)
def test_any_json_is_answered(town: Town, name: str) -> None:
    program, address, body = target(name, town)

    @settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(changes(body))
    def answered(sent: Any) -> None:
        before = Event.objects.count()
        with transaction.atomic():
            response = program.post(address, json.dumps(sent))
            assert is_an_answer(response), (sent, response.content)
            assert (response.status_code < 400) == (Event.objects.count() > before)
            transaction.set_rollback(True)

    answered()


PARTS = [
    ("accept", "category"),
    ("accept", "klass"),
    ("acknowledge", "handler"),
    ("record_contact", "contacted_at"),
    ("record_contact", "person"),
    ("save_plan", "steps"),
    ("submit", "title"),
    ("submit", "answers"),
    ("claim", "title"),
]


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_a_part_of_every_kind_may_hold_any_nasty_text(town: Town, name: str, part: str) -> None:
    program, address, body = target(name, town)
    for nasty in NASTY:
        values: list[Any] = [nasty]
        if part == "steps":
            values = [[{**body[part][0], inner: nasty}] for inner in body[part][0]]
        elif part == "answers":
            values = [{**body[part], inner: nasty} for inner in body[part]]
        for value in values:
            with transaction.atomic():
                assert is_an_answer(program.post(address, {**body, part: value})), value
                transaction.set_rollback(True)


# --- any bytes ---

RAW = {
    "nothing": b"",
    "spaces": b"  ",
    "no JSON": b"{",
    "half of it": b'{"text": "\xe7\x94',
    "a comma too many": b'{"text": "x",}',
    "quotes of Python": b"{'text': 'x'}",
    "two values": b"{} {}",
    "null": b"null",
    "a list": b"[]",
    "a text": '"甲"'.encode(),
    "a number": b"7",
    "true": b"true",
    "not a number": b'{"seen": NaN}',
    "infinity": b'{"seen": -Infinity}',
    "a huge exponent": b'{"seen": 1e999999}',
    "a huge integer": b'{"seen": ' + b"9" * 5000 + b"}",
    "deep lists": b"[" * 100_000,
    "deep lists that end": b"[" * 50_000 + b"]" * 50_000,
    "deep objects": b'{"a":' * 100_000,
    "a deep value": b'{"text":' + b"[" * 900 + b"]" * 900 + b"}",
    "bytes that are no UTF-8": b'{"text": "\xff\xfe"}',
    "a surrogate in UTF-8": b'{"text": "\xed\xa0\x80"}',
    "UTF-16": '{"text": "甲"}'.encode("utf-16"),
    "GBK": '{"text": "甲"}'.encode("gbk"),
    "a byte order mark": b'\xef\xbb\xbf{"text": "x"}',
    "a name that is a surrogate": b'{"\\ud800": 1}',
    "a name that is NUL": b'{"\\u0000": 1}',
    "a very long name": b'{"' + b"x" * 1_000_000 + b'": 1}',
    "very many names": json.dumps({f"n{n}": n for n in range(50_000)}).encode(),
}


@pytest.mark.parametrize("what", RAW)
@pytest.mark.parametrize("name", ["confirm", "submit", "claim"])
def test_any_bytes_are_answered(town: Town, name: str, what: str) -> None:
    program, address, _body = target(name, town)
    refused = program.post(address, RAW[what])
    assert said(refused) == (400, "bad_input")
    assert len(refused.content) < 1000


TYPES = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
    "application/xml",
    "x",
    "",
]
CHARSETS = ["utf-16", "latin-1", "gbk", "utf-7", "ascii", "no-such-charset", ""]


@pytest.mark.parametrize("name", ["confirm", "submit", "claim"])
def test_what_is_not_sent_as_json_is_refused(town: Town, name: str) -> None:
    program, address, body = target(name, town)
    for kind in TYPES:
        refused = program.client.post(ROOT + address, json.dumps(body).encode(), content_type=kind)
        assert said(refused) == (415, "not_json"), kind
    assert said(program.client.post(ROOT + address, body, format="multipart")) == (415, "not_json")
    for kind in TYPES:
        assert said(program.client.post(ROOT + address, b"", content_type=kind))[0] in (400, 415), kind


def test_json_is_read_as_utf_8_whatever_charset_is_named(town: Town) -> None:
    program, address, body = target("confirm", town)
    for charset in CHARSETS:
        kind = f"application/json; charset={charset}"
        listed = program.client.get(ROOT + "cases/?state=x", headers={"Content-Type": kind})
        assert said(listed) == (400, "bad_input"), charset
        raw = json.dumps(body, ensure_ascii=False).encode()
        with transaction.atomic():
            response = program.client.generic("POST", ROOT + address, raw, content_type=kind)
            assert response.status_code == 200, (charset, response.json())
            assert response.json()["timeline"][0]["note"] == "谢谢"
            transaction.set_rollback(True)


def test_a_body_of_six_megabytes_is_too_large(town: Town) -> None:
    for name in ("submit", "reply_public"):
        program, address, body = target(name, town)
        refused = program.post(address, {**body, "text": "x" * 6_000_000})
        assert said(refused) == (413, "too_large")


def test_a_client_that_wants_no_json_is_told_so(town: Town) -> None:
    program, address, body = target("confirm", town)
    for wanted in ("text/html", "application/xml", "x"):
        refused = program.client.post(
            ROOT + address, json.dumps(body), content_type="application/json", headers={"Accept": wanted}
        )
        assert said(refused) == (406, "not_acceptable"), wanted
        assert said(program.client.get(ROOT + "cases/", headers={"Accept": wanted})) == (406, "not_acceptable")
    for wanted in ("*/*", "application/*", "text/html, */*;q=0.1", "application/json"):
        assert program.client.get(ROOT + "cases/", headers={"Accept": wanted}).status_code == 200


# --- any address ---


def test_any_query_is_answered(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    addresses = ["cases/", "intake/", "enterprises/", "me/", "duty-items/", "categories/", of(case)]
    program = Program(town.intake)

    @settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(
        st.sampled_from(addresses),
        st.dictionaries(
            st.sampled_from(["state", "cursor", "q", "page", "after", "format", "limit"]),
            TEXTS.map(lambda text: text.encode("utf-8", "replace").decode()),
            max_size=3,
        ),
    )
    def answered(address: str, query: dict[str, str]) -> None:
        response = program.get(address, **query)
        assert response.status_code == 200 or said(response) in {(400, "bad_input"), (404, "not_found")}

    answered()


@pytest.mark.parametrize(
    "address", ["cases/%00/", "cases/%ff/", "cases/" + "9" * 5000 + "/", "cases/0/accept/", "intake/-1/claim/", "%"]
)
def test_an_id_that_is_none_is_not_found(town: Town, address: str) -> None:
    client: Client = Program(town.intake).client
    assert said(client.get(ROOT + address)) == (404, "not_found")
    assert said(client.post(ROOT + address, "{}", content_type="application/json")) == (404, "not_found")
    assert Case.objects.count() == 0
