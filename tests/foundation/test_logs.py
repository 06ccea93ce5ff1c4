"""Log lines: one JSON object each, with the id of its request, and not a word about anybody."""

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse
from django_tasks import task

from config import urls
from foundation import logs
from foundation.errors import Refused
from foundation.health import keeper
from parties.models import ApiToken, User
from tests.factories import NOW, PASSWORD, case_in, category
from tests.parties.test_sessions import sign_in_by_password

NAME, PHONE, TEXT, WRONG, MAIL = "张铁柱", "13947712345", "变压器容量不足影响投产", "Wr0ng-guess", "tiezhu@example.cn"
PRIVATE = (NAME, PHONE, TEXT, WRONG, MAIL, PASSWORD)

# --- views that fail, beside the product's own ---


class Unforeseen(Exception):
    pass


def crash(request: HttpRequest, who: str) -> HttpResponse:
    name, phone = request.POST["name"], request.POST["phone"]
    try:
        raise ValueError(f"{name} {phone}")
    except ValueError as error:
        raise Unforeseen(f"{name} 的电话 {phone} 写了 {TEXT}", {"password": WRONG}) from error


def break_a_constraint(request: HttpRequest) -> HttpResponse:
    User.objects.create(username=request.POST["name"], name=NAME, phone=PHONE)
    User.objects.create(username=request.POST["name"], name=NAME, phone=PHONE)
    return HttpResponse()


def speak(request: HttpRequest) -> HttpResponse:
    """A library that logs what it was given, in every way there is."""
    library = logging.getLogger("some.library")
    library.warning("%s rang from %s", NAME, PHONE)
    library.warning("%(who)s wrote", {"who": MAIL})
    library.warning(f"{NAME} wrote from {MAIL} and {PHONE}")
    library.error(Unforeseen(TEXT))
    library.info("done in %d ms, %.1f %%", 12, 99.5, extra={"name_of_person": NAME, "sql": TEXT})
    try:
        raise Unforeseen(WRONG)
    except Unforeseen as error:
        library.exception(f"it said {error}")
        library.warning("again", exc_info=True, stack_info=True)
    return HttpResponse("ok")


@task()
def fails(name: str) -> None:
    logging.getLogger("foundation.tests").info("at work")
    raise Unforeseen(name)


def enqueue(request: HttpRequest) -> HttpResponse:
    fails.enqueue(NAME)
    logging.getLogger("foundation.tests").info("afterwards")
    return HttpResponse("ok")


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refused("name", f"{NAME} 不行")


urlpatterns = [
    *urls.urlpatterns,
    path("crash/<slug:who>/", crash),
    path("constraint/", break_a_constraint),
    path("speak/", speak),
    path("enqueue/", enqueue),
    path("refuse/", refuse),
]

# --- what was logged ---


class Captured:
    """The lines written by the handler of the settings, as they would stand in the journal."""

    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def forget(self) -> None:
        self.stream.seek(0)
        self.stream.truncate()

    def says_nothing_private(self) -> None:
        said = self.text + json.dumps(self.lines, ensure_ascii=False)  # escaped, and as it is read
        escaped = [word.encode("unicode_escape").decode() for word in PRIVATE]
        assert [word for word in (*PRIVATE, *escaped) if word in said] == []


@pytest.fixture
def logged(settings: Any) -> Iterator[Captured]:
    settings.ROOT_URLCONF = __name__
    for name in logs.SPEAK_PLAINLY:  # a worker that another test ran in this process may have silenced its library
        logging.getLogger(name).setLevel(logging.NOTSET)
    console = next(one for one in logging.getLogger().handlers if isinstance(one.formatter, logs.JsonFormatter))
    stream = io.StringIO()
    before = console.setStream(stream)
    try:
        yield Captured(stream)
    finally:
        console.setStream(before)


@pytest.fixture
def person(town: Any, sign_in: Any) -> Client:
    User.objects.filter(pk=town.staff.user_id).update(name=NAME, phone=PHONE)
    town.staff.user.refresh_from_db()
    return sign_in(town.staff, raise_request_exception=False)


def access(logged: Captured) -> dict[str, Any]:
    return next(line for line in logged.lines if line["logger"] == "foundation.access")


def all_of_one(logged: Captured, answer: HttpResponse) -> None:
    assert {line["request_id"] for line in logged.lines} == {answer["X-Request-Id"]}


Ask = Callable[[Client, Any], HttpResponse]
ASKED: dict[str, tuple[Ask, int, str]] = {
    "a page": (lambda browser, town: browser.get("/"), 200, "/"),
    "a list with a query": (lambda browser, town: browser.get(f"/demands/?q={TEXT}"), 200, "/demands/"),
    "a demand": (
        lambda browser, town: browser.get(
            reverse("demands:case", args=[case_in("IN_PROGRESS", town=town, title=TEXT).public_id])
        ),
        200,
        "/demands/<uuid:public_id>/",
    ),
    "an address that is none": (lambda browser, town: browser.get(f"/{NAME}/{PHONE}/?name={NAME}"), 404, None),
    "a wrong password": (lambda browser, town: sign_in_by_password(Client(), NAME, WRONG), 200, "/signin/"),
    "a right password": (
        lambda browser, town: sign_in_by_password(Client(), town.staff.user.username),
        302,
        "/signin/",
    ),
    "a refusal": (lambda browser, town: browser.get("/refuse/"), 400, "/refuse/"),
    "a method that is not allowed": (lambda browser, town: browser.post("/readyz", {"name": NAME}), 405, "/readyz"),
    "an unknown host": (lambda browser, town: browser.get("/", headers={"host": f"{PHONE}.example"}), 400, None),
    "a form without its token": (
        lambda browser, town: Client(enforce_csrf_checks=True).post("/signin/", {"username": NAME}),
        403,
        "/signin/",
    ),
    "a token that is none": (
        lambda browser, town: Client(headers={"authorization": f"Bearer {WRONG}"}).get("/api/v1/cases/"),
        401,
        "/api/v1/cases/",
    ),
    "a crash": (
        lambda browser, town: browser.post(f"/crash/{PHONE}/?name={NAME}", {"name": NAME, "phone": PHONE}),
        500,
        "/crash/<slug:who>/",
    ),
    "a broken constraint": (lambda browser, town: browser.post("/constraint/", {"name": NAME}), 500, "/constraint/"),
    "a talkative library": (lambda browser, town: browser.get("/speak/"), 200, "/speak/"),
}


@pytest.mark.parametrize(("ask", "status", "route"), ASKED.values(), ids=ASKED)
def test_a_request_is_logged_without_a_word_about_anybody(town, person, logged, ask, status, route):
    answer = ask(person, town)
    assert answer.status_code == status
    line = access(logged)
    assert (line["status"], line["route"], line["level"]) == (status, route, "INFO")
    assert line["duration_ms"] > 0
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    all_of_one(logged, answer)
    logged.says_nothing_private()


def test_a_form_with_a_text_and_a_phone_number_leaves_no_trace(town, person, logged):
    address = reverse("demands:questions", args=[category("FINANCE", "融资").code])
    typed = {"title": TEXT, "text": TEXT, "contact_name": NAME, "contact_phone": PHONE, "step": "check"}
    assert TEXT in person.post(address, typed).content.decode()
    assert access(logged)["route"] == "/demands/new/<slug:category>/"
    logged.says_nothing_private()


def test_an_access_line_names_the_user_by_number_only(town, person, logged):
    person.get("/")
    assert access(logged)["user"] == town.staff.user_id
    logged.forget()
    Client().get("/signin/")
    assert access(logged)["user"] is None
    logged.forget()
    token = ApiToken.issue(town.staff, name="ERP", now=NOW, valid=timedelta(days=1))[1]
    assert Client(headers={"authorization": f"Bearer {token}"}).get("/api/v1/me/").status_code == 200
    assert access(logged)["user"] == town.staff.user_id
    assert token not in logged.text


def test_a_crash_is_logged_by_type_and_place(town, person, logged):
    person.post("/crash/x/", {"name": NAME, "phone": PHONE})
    error = next(line for line in logged.lines if "exception" in line)
    assert (error["logger"], error["level"]) == ("django.request", "ERROR")
    assert error["message"] == "Internal Server Error"
    assert error["exception"]["type"] == "tests.foundation.test_logs.Unforeseen"
    assert error["exception"]["because_of"] == ["ValueError"]
    assert re.fullmatch(r"tests/foundation/test_logs\.py:\d+ in crash", error["exception"]["frames"][-1])
    assert error["exception"]["frames"][0].startswith("django/core/handlers/")


def test_what_libraries_say_is_kept_as_far_as_it_is_no_data(town, person, logged):
    person.get("/speak/")
    said = [line["message"] for line in logged.lines if line["logger"] == "some.library"]
    assert said == [
        "… rang from …",
        "… wrote",
        "… wrote from … and …",
        "Unforeseen",
        "done in 12 ms, 99.5 %",
        "it said Unforeseen",
        "again",
    ]


def test_a_database_that_quotes_values_does_not_reach_the_log(town, person, logged):
    person.post("/constraint/", {"name": NAME})
    error = next(line["exception"] for line in logged.lines if "exception" in line)
    assert error["type"] == "django.db.utils.IntegrityError"


def test_statements_are_not_logged_whatever_the_level(town, person, logged, caplog):
    caplog.set_level(logging.DEBUG)
    with CaptureQueriesContext(connection) as captured:
        person.get("/")
    assert len(captured) > 0
    assert [line for line in logged.lines if "SELECT" in line["message"].upper()] == []
    logged.says_nothing_private()


def test_lines_of_a_task_carry_the_id_of_the_task_and_then_the_requests_again(town, person, logged, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    answer = person.get("/enqueue/")
    assert answer.status_code == 200
    ids = {line["message"]: line["request_id"] for line in logged.lines}
    assert ids["afterwards"] == answer["X-Request-Id"] != ids["at work"]
    failed = next(line for line in logged.lines if "exception" in line)
    assert failed["request_id"] == ids["at work"]
    assert ids["at work"] in failed["message"]
    logged.says_nothing_private()


def test_outside_requests_and_tasks_lines_carry_the_id_of_the_run(logged):
    logging.getLogger("foundation.tests").info("one")
    logging.getLogger("foundation.tests").info("two")
    assert {line["request_id"] for line in logged.lines} == {logs.RUN}
    assert logs.RUN.startswith("run-")


def test_good_answers_to_machines_and_static_files_are_not_logged_and_bad_ones_are(db, client, logged):
    client.get("/healthz")
    assert b"".join(client.get("/static/theme.css").streaming_content)
    assert logged.lines == []
    keeper.forget()
    client.get("/readyz")
    assert access(logged)["status"] == 503
    assert [line["message"] for line in logged.lines] == ["not ready: worker, tick", "request"]
    logged.forget()
    client.get(f"/static/{PHONE}.css")
    assert (access(logged)["status"], access(logged)["route"]) == (404, "/static/")
    logged.says_nothing_private()


# --- ids of a proxy ---


@pytest.mark.parametrize(
    ("sent", "trusted", "taken"),
    [
        ("from-the-proxy-1", True, True),
        ("from-the-proxy-1", False, False),
        ("short", True, False),
        ("x" * 64, True, True),
        ("x" * 65, True, False),
        ("name=张铁柱 8888", True, False),
        ('quoted"-and-long', True, False),
    ],
)
def test_an_id_of_the_proxy_is_taken_over_where_it_is_trusted_and_well_formed(
    client, settings, logged, sent, trusted, taken
):
    settings.TRUST_REQUEST_ID = trusted
    answer = client.get("/signin/", headers={"x-request-id": sent.encode("utf-8").decode("latin-1")})
    assert (answer["X-Request-Id"] == sent) is taken
    assert re.fullmatch("[A-Za-z0-9-]{8,64}", answer["X-Request-Id"])
    all_of_one(logged, answer)


def test_every_request_has_its_own_id(client):
    assert len({client.get("/healthz")["X-Request-Id"] for _ in range(20)}) == 20


# --- the other form ---


def test_lines_for_people_say_the_same_and_no_more(settings):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter("line"))
    logger = logging.getLogger("some.library.for.people")
    logger.addHandler(handler)
    try:
        raise Unforeseen(NAME)
    except Unforeseen:
        with logs.carrying("abcdefgh"):
            logger.exception("%s failed", PHONE, extra={"status": 500, "route": "/", "user": None})
    finally:
        logger.removeHandler(handler)
    first, frame, kind = stream.getvalue().splitlines()
    assert re.fullmatch(r"\S+Z ERROR some\.library\.for\.people … failed \[abcdefgh\] route=/ status=500", first)
    assert frame.startswith("  tests/foundation/test_logs.py:")
    assert kind == "  tests.foundation.test_logs.Unforeseen"


def test_a_message_that_does_not_fit_its_arguments_is_shown_without_them():
    record = logging.makeLogRecord({"name": "some.library", "msg": "badly %d formatted", "args": (NAME,)})
    assert logs.fields(record)["message"] == "badly %d formatted"


def test_whatever_is_set_but_line_means_json():
    assert isinstance(logs.formatter("line"), logs.LineFormatter)
    for kind in ("json", "", "Line"):
        assert isinstance(logs.formatter(kind), logs.JsonFormatter)
