"""Every form and every address, whatever is sent: it is done or refused with a sentence, and never fails."""

import html
import importlib
import json
import pkgutil
from collections.abc import Iterator
from itertools import cycle
from typing import Any
from urllib.parse import quote

import pytest
from django import forms
from django.db import transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from config.wsgi import application
from foundation.content_types import as_can_be_read
from foundation.forms import GENERAL, NAMELESS
from tests.hostile.sending import asked, attempt, undone
from tests.hostile.values import (
    DATES,
    LONG,
    MANY,
    NO_IDS,
    NUMBERS,
    ODD_QUERIES,
    PROFILE,
    STORABLE,
    TEXTS,
    json_values,
)
from tests.hostile.world import MAKES, NOBODY, Target, World
from tests.test_architecture import PRODUCT
from workflow.models import EventBody

TEXTUAL = {"text", "textarea", "search"}  # kinds of boxes that take any text


def texts_of(world: World) -> set[str]:
    """The names of all boxes for text, as pages draw them; the API calls them the same."""
    drawn = [world.form(target) for target in world.targets if not target.is_api]
    controls = [control for form in drawn if form for control in form.controls.values()]
    return {control.name for control in controls if control.kind in TEXTUAL}


# --- every form is met, and none is forgotten ---


def form_classes() -> set[type]:
    """Every form of the product that a page or the API fills, by importing all of it."""
    for name in PRODUCT:
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if ".migrations" not in found.name:
                importlib.import_module(found.name)
    return {made for made in _below(forms.BaseForm) if made.__module__.partition(".")[0] in PRODUCT}


def _below(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def test_odd_texts_are_taken_or_refused_with_a_sentence_and_no_form_is_left_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each address gets an odd text in every box for text, another odd one in each."""
    met: set[type] = set()
    nameless: set[str] = set()
    clean = forms.BaseForm.full_clean

    def noted(self: forms.BaseForm) -> None:
        met.add(type(self))
        clean(self)
        for field in self.visible_fields():  # what is missing is named, whoever made the form
            if field.field.required and str(field.field.error_messages["required"]) in (str(GENERAL), str(NAMELESS)):
                nameless.add(f"{type(self).__name__}.{field.name}")

    monkeypatch.setattr(forms.BaseForm, "full_clean", noted)
    textual, odd, faults = texts_of(world), cycle(STORABLE), []
    for target, body, files in world.taking:
        texts = [name for name, value in body.items() if name in textual and not str(value).startswith("{")]
        faults.append(attempt(world, target, {**body, **dict(zip(texts, odd, strict=False))}, files))
        faults += [attempt(world, target, body, files)] if files else []
    asking = [target for target in world.targets if not target.is_api and _asks(world, target)]
    faults += [asked(world, target, "words=%E7%81%AF&q=%E7%81%AF&start=2026-11-23T10%3A00") for target in asking]
    assert [fault for fault in faults if fault] == []
    bases = {made for made in form_classes() if made.__subclasses__()}
    missed = {f"{made.__module__}.{made.__name__}" for made in form_classes() - bases - met}
    assert nameless == set()
    assert missed == set(), "these forms are reached by no address of tests/hostile/world.py"


def _asks(world: World, target: Target) -> bool:
    """Whether the page has a form that asks for itself again."""
    return any(
        form.method == "get" and form.action in ("", target.address.partition("?")[0])
        for form in world.page(target.who, target.address).forms
    )


def test_a_text_is_kept_as_it_was_written(world: World) -> None:
    case, written = world.case("note_internal"), "备注\n" + "\n".join(STORABLE)
    page = reverse("demands:act", args=[case.public_id, "note_internal"])
    browser = world.browser(MAKES["note_internal"])
    with transaction.atomic():
        answer = browser.post(page, {"text": written, "seen": case.head_seq})
        assert answer.status_code == 302
        kept = json.loads(EventBody.objects.order_by("-event_id")[0].text)["note"]
        assert kept.splitlines() == written.strip().splitlines()
        shown = browser.get(answer["Location"]).content.decode()
        assert all(html.escape(text.strip()).partition("&#x27;")[0] in shown for text in STORABLE)
        transaction.set_rollback(True)


# --- texts nobody keeps, and what is no number, no date, no id ---


@pytest.mark.parametrize("wrong", ["甲\x00乙", "rotating", pytest.param(LONG, id="long", marks=pytest.mark.every_page)])
def test_nonsense_in_every_box_at_once_is_refused_with_a_sentence(world: World, wrong: str) -> None:
    rotating, faults = cycle([*NUMBERS, *DATES, *NO_IDS]), []
    for target, body, files in world.taking:
        if wrong is LONG and not MANY and target.name not in FEW:
            continue  # how long a text may be is asked by the same fields everywhere
        nonsense = {name: next(rotating) if wrong == "rotating" else wrong for name in body if name != "step"}
        faults.append(attempt(world, target, nonsense, files))
    assert [fault for fault in faults if fault] == []


def test_nonsense_in_one_box_beside_good_ones_is_refused_or_harmless(world: World) -> None:
    """One box of each form, by turns; all of them with everything when many are wanted."""
    faults, nasty = [], cycle(["甲\x00乙", "9" * 5000, str(2**63), "\ud800", "99999-01-01", "９", "x", "0000-00-00"])
    for n, (target, body, files) in enumerate(world.taking):
        names = [name for name in body if name != "step"]
        chosen = names if MANY else names[n % max(len(names), 1) :][:1]
        if "seen" in body:
            faults.append(attempt(world, target, {**body, "seen": "9" * 5000}, files))
        for name in chosen:
            wrong = next(nasty)
            wrong = wrong if target.is_api else wrong.encode("utf-8", "replace").decode()
            faults.append(attempt(world, target, {**body, name: wrong}, files))
    assert [fault for fault in faults if fault] == []


@pytest.mark.skipif(not MANY, reason="HOSTILE=100 tries so many for every address")
def test_anything_in_any_box_is_refused_or_harmless(world: World) -> None:
    faults: set[str] = set()
    for target, body, files in world.taking:
        faults |= _faults_with_anything(world, target, body, files)
    assert not faults, "\n\n".join(sorted(faults))


def _faults_with_anything(world: World, target: Target, body: dict[str, Any], files: list[str]) -> set[str]:
    faults: set[str] = set()
    values = json_values() if target.is_api and not target.files else TEXTS
    boxes = st.lists(st.sampled_from(sorted(body) or ["x"]), min_size=1, max_size=3, unique=True)

    @PROFILE
    @given(boxes.flatmap(lambda names: st.fixed_dictionaries(dict.fromkeys(names, values))))
    def answered(sent: dict[str, Any]) -> None:
        faults.add(attempt(world, target, {**body, **sent}, files))

    answered()
    return faults - {""}


# --- wrong types, and bodies that are none ---

FEW = ("demands:act#note_internal", "demands:import", "demands:questions", "demands:act#attach", "login", "api:cases",
       "api:attach", "api:note_internal", "workflow:roster", "demands:batch")  # fmt: skip
FORM, JSON, MULTIPART = "application/x-www-form-urlencoded", "application/json", "multipart/form-data"
BOUNDARY = f"{MULTIPART}; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="text"'
BODIES = [
    *((FORM, body) for body in (b"text=%00&text=%ED%A0%80&seen=%FF", b"\xff\xfe\x00", b"a=1;b=2&&&=&", b"text=" * 400)),
    *((f"{FORM}; charset={charset}", b"text=abc") for charset in ("utf-16", "base64", "idna", "nonsense", "gb18030")),
    *((BOUNDARY, body) for body in (b"", PART, PART + b"\r\n\r\nabc", PART + b"\r\n\r\nabc\r\n--x", b"--x--")),
    (BOUNDARY, PART + b'; filename="a\r\nb.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n'),
    (BOUNDARY, PART + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n"),
    (BOUNDARY, PART.replace(b'"text"', b'"te\xff\x00xt"') + b"\r\n\r\n\xff\xfe\x00\r\n--x--\r\n"),
    (BOUNDARY, PART + b"; filename*=utf-8''%ED%A0%80%00.pdf\r\n\r\n%PDF-1.4\r\n--x--\r\n"),
    (BOUNDARY, PART + b"; filename*=nonsense''x.pdf\r\n\r\n%PDF-1.4\r\n--x--\r\n"),
    *((f"{BOUNDARY}; charset={charset}", PART + b"\r\n\r\nabc\r\n--x--\r\n") for charset in ("base64", "utf-16")),
    (MULTIPART, PART),
    (f"{MULTIPART}; boundary=" + "x" * 300, PART),
    *((JSON, body) for body in (b"", b"{", b"[]", b"null", b'"x"', b"[" * 100_000, b"\xff\xfe{\x00}\x00", b"1" * 5000)),
    *(
        (JSON, body)
        for body in (b'{"text": NaN}', b'{"a":1,"a":2}', b'{"seen": 1e999}', b'{"seen": ' + b"9" * 5000 + b"}")
    ),
    (f"{JSON}; charset=base64", b"{}"),
    *((media, b"<x/>") for media in ("text/plain", "application/xml", "", "x", "a/b/c; d", "\u00e9/x")),
]


@pytest.mark.every_page
def test_a_body_that_is_none_is_refused_with_a_sentence(world: World) -> None:
    there = [target for target in world.targets if MANY or target.name in FEW]
    assert MANY or {target.name for target in there} == set(FEW)
    faults = [attempt(world, target, body, media=media) for target in there for media, body in BODIES]
    assert [fault for fault in faults if fault] == []


@pytest.mark.every_page
def test_lists_objects_repeats_and_files_where_a_text_is_wanted_and_a_text_where_a_file_is(world: World) -> None:
    faults = []
    for target, body, files in world.taking:
        if target.is_api and not target.files:
            kinds: list[Any] = [[], {}, [[]], 1.5, True, None, -1, 2**63, {"$ne": 1}]
            for n, name in enumerate(body if MANY else [*body][:1]):
                faults.append(attempt(world, target, {**body, name: kinds[n % len(kinds)]}))
            continue
        if not MANY and target.name not in FEW:
            continue
        names = [name for name in body if name != "step"]
        faults.append(attempt(world, target, {**body, **{name: [str(body[name]), "x", ""] for name in names}}, files))
        faults.append(attempt(world, target, {name: body[name] for name in body if name not in names}, names))
        faults.append(attempt(world, target, {**body, **dict.fromkeys(files, "text")}))
        faults.append(attempt(world, target, {}))
    assert [fault for fault in faults if fault] == []


# --- addresses ---

ASKED = ("q", "state", "after", "cursor", "which", "all", "firm", "draft", "place", "version", "with", "year", "as",
         "account", "words", "category", "department", "source", "lead", "handler", "district", "due", "sort",
         "submitted_from", "closed_to", "round", "view", "columns", "column", "channel", "demands", "start",
         "proposals", "unread", "outward", "next", "page", "seq", "seen", "kind", "name", "from", "limit",
         "industry", "formation", "active", "verdict", "ending", "of", "code", "error")  # fmt: skip


def test_every_address_answers_an_odd_query_string(world: World) -> None:
    """Every parameter that any address knows, each with another nonsense; and those that a page's own forms ask for."""
    faults, odd = [], cycle([*ODD_QUERIES, *map(quote, [*NUMBERS, *DATES, *NO_IDS, *STORABLE, LONG[:2000]])])
    for target in world.targets:
        own = () if target.is_api else [n for f in world.page(target.who, target.address).forms for n in f.controls]
        names = list(dict.fromkeys([*ASKED, *own]))
        for _round in range(10 if MANY else 1):
            faults.append(asked(world, target, "&".join(f"{name}={next(odd)}" for name in names)))
        faults += [asked(world, target, "&".join(f"{name}=a%00" for name in some)) for some in chosen(names)]
    assert [fault for fault in faults if fault] == []


def chosen(names: list[str]) -> list[list[str]]:
    """All of them at once, or each by itself when many are wanted: the first that is refused hides the others."""
    return [[name] for name in names] if MANY else [names]


HEADERS = [
    {"HTTP_IDEMPOTENCY_KEY": "甲"},
    {"HTTP_IDEMPOTENCY_KEY": "x" * 5000},
    {"HTTP_COOKIE": 'sessionid="\\000\\000\\000\\000\\000\\000\\000\\000abc"'},
    {"HTTP_COOKIE": "sessionid=" + "x" * 5000},
    {"HTTP_COOKIE": 'sessionid="\\377\\376aaaaaaaa"; csrftoken="\\000"; seat="\\000:x:y"; messages="\\000"'},
    {"HTTP_AUTHORIZATION": "Bearer \xff\x00"},
    {"HTTP_AUTHORIZATION": "Bearer"},
    {"HTTP_AUTHORIZATION": "Basic eA=="},
    {"HTTP_ACCEPT": "x"},
    {"HTTP_ACCEPT": "text/html;q=x, */*;q=" + "9" * 400},
    {"HTTP_ACCEPT_LANGUAGE": "\xff;q=1,zh;q=x," + "x" * 500},
    {"HTTP_X_REQUEST_ID": "\x00"},
    {"HTTP_X_FORWARDED_FOR": "\x00, x"},
    {"HTTP_USER_AGENT": "\xff" * 3000},
    {"HTTP_REFERER": "\x00//x"},
    {"HTTP_IF_MODIFIED_SINCE": "99999999999999", "HTTP_RANGE": "bytes=9-1"},
    {"CONTENT_LENGTH": "-1"},
    {"HTTP_HX_REQUEST": "true", "HTTP_SEC_FETCH_DEST": "\xff"},
]


@pytest.mark.every_page
@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: "-".join(headers).lower()[:40])
def test_odd_headers_are_answered(world: World, headers: dict[str, str]) -> None:
    faults = []
    for who, address in (("handler", "/demands/?q=a"), ("staff", "/api/v1/cases/?state=open"), (NOBODY, "/signin/")):
        client = world.program(who) if address.startswith("/api") else world.browser(who)
        for method in (client.get, client.post):
            with undone(client):
                try:
                    answer = method(address, **headers)
                    if answer.status_code >= 500:
                        faults.append(f"{address}: {answer.status_code}")
                except Exception as error:  # noqa: BLE001
                    faults.append(f"{method.__name__} {address}: {error!r}")
    assert faults == []


ODD_ADDRESSES = [
    *("/%00", "/demands/%00/", "/demands/%ED%A0%80/", "/demands/%2e%2e/%2e%2e/etc/passwd", "/%2fevil.example"),
    *("/api/v1/%FF/", "/static/..%2f..%2fetc/passwd", "/static/%00", "/demands/" + "x" * 5000 + "/"),
    *("/box/%E5%BE%85%E5%8A%9E/", "/demands/new/%00/", "/policies/versions/99999999999999999999/"),
]


def test_an_address_that_is_odd_is_no_address(world: World) -> None:
    for who in ("handler", NOBODY):
        for odd in ODD_ADDRESSES:
            answer = world.browser(who).get(odd)
            assert answer.status_code in (302, 400, 401, 404), (odd, answer.status_code)


@pytest.mark.usefixtures("a_request_leaves_the_connection")
@pytest.mark.parametrize(
    "content_type",
    [
        "x; charset=base64",
        f"{FORM}; charset=idna",
        "x; charset=undefined",
        "x; y*=nonsense''z",
        "x; charset=\x00",
        "\xff",
        f"{MULTIPART}; charset=rot13; boundary=x",
    ],
)
def test_a_content_type_that_cannot_be_read_is_met_before_the_request_is_made(world: World, content_type: str) -> None:
    """Through the application as the server calls it: Django reads the header while it makes the request."""
    status: list[str] = []
    for method in ("GET", "POST"):
        environ = world.browser("handler")._base_environ(
            PATH_INFO="/demands/", QUERY_STRING="q=%00%FF", REQUEST_METHOD=method, CONTENT_TYPE=content_type
        )
        b"".join(application(environ, lambda line, headers: status.append(line)))
    assert all(line.startswith(("200", "302", "400", "403")) for line in status), status
    assert len(status) == 2


def test_a_form_in_another_character_set_is_refused_and_not_kept_as_other_words(world: World) -> None:
    target = next(target for target in world.targets if target.name == "demands:act#note_internal")
    for charset, status in (("gb18030", 400), ("nonsense", 400), ("UTF-8", 302), ("utf8", 302)):
        body = "text=备注&seen=1".encode("gb18030" if charset == "gb18030" else "utf-8")
        header = as_can_be_read(f"{FORM}; charset={charset}")
        answer = world.client(target).generic("POST", target.address, body, content_type=header)
        assert answer.status_code == status, charset


def test_what_a_page_sends_along_by_itself_may_be_nonsense_too(world: World) -> None:
    """Names of categories, windows and versions are looked up past any form."""
    there = {target.name: (target, body) for target, body, _files in world.taking}
    faults = [
        attempt(world, target, {**body, f"_{name}": "甲\x00乙"})
        for target, body in (there["demands:save_draft"], there["demands:questions#save"])
        for name in ("category", "window", "version", "draft", "place", "seq")
    ]
    assert [fault for fault in faults if fault] == []
