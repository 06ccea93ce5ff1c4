"""Sending what nobody should send, and what the answer must be: done, or a refusal with a sentence; no fault."""

import json
import re
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.files import PDF
from tests.hostile.world import Target, World, content

CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
REFUSALS = {400, 401, 403, 404, 405, 409, 413, 415, 422, 429}
# Markup that came in as a text must never go out as markup.
RAW = ("<script>alert(1)", "<img src=x onerror")
Body = dict[str, Any] | bytes


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """Whatever happens inside has not happened, neither to the database nor to who is signed in in this browser."""
    held = deepcopy(client.cookies)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        client.cookies = held


def attempt(world: World, target: Target, body: Body, files: Iterable[str] = (), *, media: str = "") -> str:
    """Send this to the address, undo whatever it did, and say what is wrong with the answer; "" for nothing."""
    client = world.client(target)
    try:
        with undone(client):
            if isinstance(body, bytes):
                answer = client.generic("POST", target.address, body, content_type=media)
            elif target.is_api and not target.files:
                answer = client.post(target.address, json.dumps(body), content_type="application/json")
            else:
                sent = {name: SimpleUploadedFile("合同.pdf", PDF) for name in files}
                answer = client.post(target.address, {**body, **sent})
            whole = content(answer)
    except Exception as error:  # noqa: BLE001 - any at all is what is looked for
        return f"{target}: {_short(body)} → {_where(error)}"
    wrong = wrong_with(answer, whole)
    return f"{target}: {_short(body)} → {wrong}" if wrong else ""


def asked(world: World, target: Target, query: str) -> str:
    """Ask for the address with this query string, and say what is wrong with the answer; "" for nothing."""
    client = world.client(target)
    try:
        with undone(client):
            answer = client.get(target.address.partition("?")[0], QUERY_STRING=query)
            whole = content(answer)
    except Exception as error:  # noqa: BLE001
        return f"GET {target}: ?{query[:200]} → {_where(error)}"
    wrong = wrong_with(answer, whole)
    return f"GET {target}: ?{query[:200]} → {wrong}" if wrong else ""


def wrong_with(answer: HttpResponse, whole: bytes) -> str:
    """What is wrong with an answer to hostile input; "" for nothing."""
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    if answer.status_code in (301, 302):
        return "" if re.match(r"(/(?!/)|\?|$)", answer["Location"]) else f"leads to {answer['Location']!r}"
    if answer.status_code < 400:
        said = whole.decode("utf-8", "replace") if "html" in answer.get("Content-Type", "") else ""
        return next((f"markup of a text goes out: {raw}" for raw in RAW if raw in said), "")
    if answer.status_code not in REFUSALS:
        return f"{answer.status_code} is no refusal of ours"
    said = whole.decode("utf-8", "replace")
    if next((raw for raw in RAW if raw in said), ""):
        return "markup of a text goes out with the refusal"
    if "json" in answer["Content-Type"]:
        body = json.loads(said)
        return "" if body.get("code") and CHINESE.search(body.get("detail", "")) else f"a refusal without words: {said}"
    main = said.partition("<main")[2]
    return "" if answer.status_code == 405 or CHINESE.search(main) else f"{answer.status_code} without a sentence"


def _where(error: Exception) -> str:
    """The fault, and the last line of ours on the way to it."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "/site-packages/" not in frame.filename]
    ours = [frame for frame in ours if "/tests/" not in frame.filename]
    place = f" at {ours[-1].filename.partition('/hostile/')[2] or ours[-1].filename}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}: {str(error)[:300]}{place}"


def _short(body: Body) -> str:
    if isinstance(body, bytes):
        return repr(body[:120])
    return repr({name: f"{str(value)[:40]}…" if len(str(value)) > 40 else value for name, value in body.items()})[:600]
