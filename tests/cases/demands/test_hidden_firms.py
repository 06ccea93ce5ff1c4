"""Nothing that a department reads depends on which firm hides: two firms, the same demands, byte for byte the same.

Every address of the product is opened by every role of the department in both worlds, whatever will be added to it;
so is every page that can be reached from home, and every move is tried by page and by API.
"""

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cases.demands import moves
from cases.demands.forms import FORMS
from cases.demands.models import Case
from cases.demands.moves.access import share
from cases.demands.why import name_of
from parties.models import Enterprise, Membership, User
from parties.roles import Role
from tests import api
from tests.cases.demands.table import WITH_FILES, perform
from tests.factories import Town, actor, case_in, later
from tests.files import upload
from tests.pages import fields
from tests.test_architecture import addresses
from workflow.models import Clock, Event, Notice, OutboxMessage
from workflow.outbox import attempt

STATES = (
    "DISPATCHED",
    "IN_PROGRESS",
    "WAIT_ENTERPRISE",
    "RESULT_REVIEW",
    "AWAIT_CONFIRM",
    "CLOSED",
    "ARCHIVED",
    "RETURN_REVIEW",
)
SOMETHING = "01234567-89ab-4def-8123-456789abcdef"  # where an address of another kind is asked for
OTHER_THINGS = ("/symposia/", "/api/v1/meetings/", "/directory/", "/api/v1/directory/")  # a demand's id is none there
MOST_PAGES = 400

# What may differ between two worlds whatever is shown: chance.
CHANCE = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<id>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<id>"),
    (re.compile(r"\b2026-\d{6}-\d{7}\b"), "<number>"),
    (re.compile(r'(name="(?:csrfmiddlewaretoken|idempotency_key)" value=")[^"]*"'), r'\1<key>"'),
    (re.compile(r"gAAAA[\w%=-]+"), "<cursor>"),
    (re.compile(r'("content_sha256": ?")[0-9a-f]{64}"'), r'\1<hash>"'),  # over the random code of the paper, too
)


def firms(town: Town) -> tuple[Enterprise, Enterprise]:
    """Two firms of one banner that differ in all that is known of them."""
    town.firm.name, town.firm.short_name = "鄂尔多斯市云杉智造科技有限公司", "云杉智造"
    town.neighbour.name, town.neighbour.short_name = "内蒙古远泉化工股份有限公司", "远泉"
    for firm in (town.firm, town.neighbour):
        firm.save()
    return town.firm, town.neighbour


def world(town: Town, firm: Enterprise, *, hidden: bool = True) -> list[Case]:
    """A demand of this firm in every state in which a department sees it, with words in both directions."""
    staff = town.at(firm, Role.ENTERPRISE_STAFF)
    cases = []
    for n, state in enumerate(STATES):
        asked = 1 if state in ("IN_PROGRESS", "CLOSED") else 0
        traits = {"contacted": True, "planned": state == "IN_PROGRESS", "asked": asked, "completed": n % 2 == 0}
        case = case_in(state, town=town, firm=firm, hidden=hidden, title=f"变压器增容{n}", **traits)
        Case.objects.filter(pk=case.pk).update(alias=f"企业BCD{'FGHJKLMN'[n]}")
        case = Case.objects.get(pk=case.pk)
        if state in ("DISPATCHED", "IN_PROGRESS"):  # a file that betrays the firm, and waits for its release
            files = [upload(f"{firm.name}增容申请.pdf")]
            case = moves.attach_files(
                case.pk, by=actor(staff, later(days=1)), uploads=files, description=firm.short_name
            )
        if hidden and state not in ("CLOSED", "ARCHIVED", "RETURN_REVIEW"):
            by = actor(staff, later(days=1))
            case = perform("relay_to_department", case, by=by, town=town, text="设备月底到场，请尽快。")
        cases.append(case)
    for message in OutboxMessage.objects.filter(channel="announce", state="WAITING").order_by("pk"):
        attempt(str(message.public_id), clock=lambda: later(days=60))
    return cases


def forbidden(town: Town, firm: Enterprise) -> list[str]:
    """Everything by which this firm could be recognised."""
    names = list(User.objects.filter(memberships__organisation_id=firm.pk).values_list("name", flat=True))
    users = list(User.objects.filter(memberships__organisation_id=firm.pk).values_list("username", flat=True))
    words = [firm.name, firm.short_name, firm.credit_code, firm.credit_code[8:17], "李经理", "5550100"]
    assert len(names) == 4
    return [*words, str(firm.public_id), firm.public_id.hex, *names, *users]


# The directory names every firm there is; which of them asks something hidden, and who its people are, it does not say.
DIRECTORY = ("/directory/", "/api/directory/", "/api/v1/directory/")


def personal(town: Town, *firms: Enterprise) -> list[str]:
    """What a department does not learn of a firm although it may look it up: its people, and whom to call."""
    people = User.objects.filter(memberships__organisation_id__in=[firm.pk for firm in firms])
    return ["李经理", "5550100", *people.values_list("name", flat=True), *people.values_list("username", flat=True)]


def bureau(town: Town) -> list[Membership]:
    return [post for post in town.everybody if post.organisation_id == town.energy.pk]


def plain(content: bytes) -> str:
    """A response as it is compared: without what chance made of it, JSON with its characters."""
    text = unescape(content.decode())
    if text[:1] in "{[" and text:
        text = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True)
    for pattern, instead in CHANCE:
        text = pattern.sub(instead, text)
    return text


Read = tuple[str, int, str]  # address, status, what was said


# Here every page of a move is opened and every move tried; in the other states each page is opened once, by turns.
WHOLE = ("DISPATCHED", "IN_PROGRESS", "RESULT_REVIEW")


def moves_opened(case: Case) -> list[str]:
    others = [state for state in STATES if state not in WHOLE]
    return list(FORMS) if case.state in WHOLE else list(FORMS)[others.index(case.state) :: len(others)]


def opened(browser: Client, cases: list[Case]) -> Iterator[Read]:
    """Every address of the product, for every one of these demands and every clock in it, and the pages of moves."""
    rows = Clock.objects.order_by("pk")
    clocks = {case.pk: [name_of(row) for row in rows.filter(subject_id=case.pk)] for case in cases}
    for name, address in sorted(set(addresses())):
        if name in ("logout", "switch_post", "language"):
            continue
        takes_get = True
        of_each = SOMETHING in address and not address.startswith(OTHER_THINGS)
        for case in cases if of_each else cases[:1]:
            if not takes_get:
                break  # the address of a move of the API: it says so before it looks which demand is meant
            if name == "act" and of_each:
                parts = moves_opened(case)
            else:
                parts = clocks[case.pk] if "/clocks/" in address else ["accept"]
            for part in parts:
                here = address.replace(SOMETHING, str(case.public_id)).replace("/accept/", f"/{part}/")
                answer = browser.get(here)
                takes_get = answer.status_code != 405
                yield re.sub(str(case.public_id), case.title, here), answer.status_code, plain(answer.content)


SEARCHES = ["云杉智造", "远泉", "公司", "有限", "企业", "企业BCDF", "91150602", "5550100", "李经理", "变压器"]


def searched(browser: Client) -> Iterator[Read]:
    """The list with every word by which a firm could be looked for, in every filter."""
    lists = reverse("demands:list")
    for words in SEARCHES:
        for state in ("", "ALL", "IN_PROGRESS", "CLOSED"):
            answer = browser.get(lists, {"q": words, "state": state})
            yield f"list {words} {state}", answer.status_code, plain(answer.content)
        answer = browser.get(reverse("search"), {"q": words})
        yield f"search {words} ", answer.status_code, plain(answer.content)
    for more in ({"state": "ALL"}, {"due": "late"}, {"due": "today"}, {"district": "150602", "state": "ALL"}):
        yield f"list {more}", 200, plain(browser.get(lists, more).content)
    for query in ("?state=open", "?state=CLOSED", ""):
        yield f"api {query}", 200, plain(browser.get(f"/api/v1/cases/{query}").content)


def looked_up(browser: Client, town: Town) -> Iterator[Read]:
    """The firms in the directory: lists, searches, and the cards of both, with their demands beside them."""
    firms = reverse("directory:list", args=["enterprises"])
    for query in ("", "?q=云杉智造", "?q=远泉", "?q=增容", "?active=all"):
        yield f"{firms}{query}", 200, plain(browser.get(firms + query).content)
        yield f"/api{firms}{query}", 200, plain(browser.get(f"/api/v1{firms}{query}").content)
    for firm in (town.firm, town.neighbour):
        for page in ("entry", "change", "activate"):
            answer = browser.get(reverse(f"directory:{page}", args=["enterprises", firm.public_id]))
            yield f"{firms}{firm.name} {page}", answer.status_code, plain(answer.content)


def tried(browser: Client, town: Town, cases: list[Case]) -> Iterator[Read]:
    """Every move by page and by API: with what was seen before, with bad inputs, and with good ones."""
    for case in [case for case in cases if case.state in WHOLE]:
        for action in FORMS:
            page = reverse("demands:act", args=[case.public_id, action])
            typed = {"idempotency_key": f"{action}{case.pk} typed"}
            for name, posted in (
                ("stale", typed | {"seen": "1", "text": "已收到材料", "reason": "原因写在这里"}),
                ("bad", {"seen": str(case.head_seq), "idempotency_key": f"{action}{case.pk}"}),
            ):
                with transaction.atomic():
                    answer = browser.post(page, posted)
                    transaction.set_rollback(True)
                yield f"POST {name} {action} {case.title}", answer.status_code, plain(answer.content)
                if answer.status_code == 403:
                    break  # nobody looks at what is sent by whom the move is not for
            for seen in (1, case.head_seq):
                sent = {} if action in WITH_FILES else api.inputs(action, town)  # files are not sent as JSON
                body = json.dumps({**sent, "seen": seen})
                with transaction.atomic():
                    answer = browser.post(
                        f"/api/v1/cases/{case.public_id}/{action}/", body, content_type="application/json"
                    )
                    transaction.set_rollback(True)
                yield f"API {seen == 1} {action} {case.title}", answer.status_code, plain(answer.content)
                if answer.status_code == 403:
                    break


def everything(browser: Client, town: Town, cases: list[Case]) -> list[Read]:
    return [*opened(browser, cases), *searched(browser), *looked_up(browser, town), *tried(browser, town, cases)]


def in_a_world(town: Town, firm: Enterprise, read: Callable[[list[Case]], Any], *, hidden: bool = True) -> Any:
    """What is read where this firm made the demands; afterwards they are gone."""
    with transaction.atomic():
        found = read(world(town, firm, hidden=hidden))
        transaction.set_rollback(True)
    return found


@pytest.fixture
def late(clock: Any) -> None:
    clock.move_to(later(days=60))


def test_no_search_tells_which_firm_hides(town: Town, sign_in: Any, late: None) -> None:
    """What the words of a search find is for the database to say: tried on both."""
    one, other = firms(town)

    def found(cases: list[Case]) -> list[Read]:
        browser = sign_in(town.handler)
        return [*searched(browser), *looked_up(browser, town)]

    assert in_a_world(town, one, found) == in_a_world(town, other, found)


# The two rows of the page “visibility” for departments, and of the first the roles with the most moves.
@pytest.mark.every_page
@pytest.mark.parametrize("role", ["HANDLER", "DEPARTMENT_LIAISON", "DEPARTMENT_SECRETARY"])
def test_whatever_a_department_opens_does_not_depend_on_which_firm_hides(
    town: Town, sign_in: Any, late: None, role: str
) -> None:
    one, other = firms(town)
    who = town.at(town.energy, Role(role))
    # A liaison opens what a handler opens, and has other moves.
    read = everything if role != "DEPARTMENT_LIAISON" else tried
    here = in_a_world(town, one, lambda cases: list(read(sign_in(who), town, cases)))
    there = in_a_world(town, other, lambda cases: list(read(sign_in(who), town, cases)))
    assert len(here) > (400 if read is everything else 200)
    assert {status for _address, status, _said in here} >= {403, 409, 422} | (
        {200, 404} if read is everything else {200}
    )
    for mine, its in zip(here, there, strict=True):
        assert mine == its
    words = [*forbidden(town, one), *forbidden(town, other)]
    # There stands in the box what the reader typed.
    searching = [f"{where} {word} " for word in SEARCHES for where in ("list", "search")]
    for address, _status, said in here:
        if address.startswith(DIRECTORY):
            assert [word for word in personal(town, one, other) if word in said] == [], address
        elif not address.startswith(tuple(searching)):
            assert [word for word in words if word in said] == [], address
    assert sum("企业BCD" in said for _address, _status, said in here) > 60


@pytest.mark.every_page
def test_what_a_co_handler_reads_does_not_depend_on_which_firm_hides(town: Town, sign_in: Any, late: None) -> None:
    one, other = firms(town)
    browser = sign_in(town.at(town.housing, Role.DEPARTMENT_LIAISON))

    def read(firm: Enterprise) -> list[Read]:
        with transaction.atomic():
            case = case_in("IN_PROGRESS", town=town, firm=firm, hidden=True, title="变压器增容", contacted=True)
            Case.objects.filter(pk=case.pk).update(alias="企业BCDF")
            share(case, [town.housing], by=actor(town.dispatcher, later(days=2)))
            link = f"/demands/{case.public_id}/"
            found = [link, f"{link}print/", f"/api/v1/cases/{case.public_id}/", "/demands/", "/"]
            found += [f"{reverse('search')}?q={word}" for word in (one.short_name, other.short_name, "变压器")]
            answers = [("", answer.status_code, plain(answer.content)) for answer in map(browser.get, found)]
            transaction.set_rollback(True)
        return answers

    here, there = read(one), read(other)
    assert here == there
    words = [*forbidden(town, one), *forbidden(town, other)]
    assert [word for word in words for _address, _status, said in here[:3] if word in said] == []
    assert [status for _address, status, _said in here[:3]] == [200, 404, 404]
    assert [("企业BCD" in said, "变压器增容" in said) for _a, _s, said in here] == [(True, True), *[(False, False)] * 7]


def reached(browser: Client, *, but: tuple[str, ...] = ()) -> dict[str, str]:
    """Every page that can be reached by clicking from home, by its address; not below those left out."""
    waiting, pages = ["/"], {}
    while waiting and len(pages) < MOST_PAGES:
        address = waiting.pop()
        if address in pages:
            continue
        answer = browser.get(address)
        html = b"".join(answer.streaming_content) if answer.streaming else answer.content
        pages[address] = unescape(html.decode(errors="replace"))
        found = re.findall(r'(?:href|src|action|formaction)="(/[^"#]*|\?[^"#]*)', pages[address])
        links = [address.split("?")[0] + link if link.startswith("?") else link for link in map(unescape, found)]
        # Of the years of the calendar, which knows no demand, and of the months and years of meetings, of which this
        # town has none, the first page stands for all.
        endless = ("/calendars/?", "/symposia/calendar/?", "/symposia/cadence/?")
        alike = ("/static/", "/logout", "/language", *endless, *but)
        waiting += [link for link in links if not link.startswith(alike)]
    assert len(pages) < MOST_PAGES
    return pages


@pytest.mark.every_page
def test_nothing_by_which_the_firm_is_known_can_be_reached_from_home_by_its_department(
    town: Town, sign_in: Any, late: None
) -> None:
    one, _other = firms(town)
    cases = world(town, one)
    words = forbidden(town, one)
    for post in bureau(town):
        # The directory is the same for all of them, and of its kinds the firms are what could tell.
        but = ("/directory/people/", "/directory/offices/") if post == town.handler else DIRECTORY
        pages = reached(sign_in(post), but=but)
        if post.role in ("HANDLER", "DEPARTMENT_LIAISON"):
            assert any(f"/{case.public_id}/" in address for case in cases for address in pages)
        for address, html in pages.items():
            looked_for = address.startswith(DIRECTORY) or "?q=" in address
            kept = personal(town, one) if looked_for else words
            assert [word for word in kept if word in html] == [], (post.role, address)
            if looked_for:
                assert [case.title for case in cases if case.title in html] == [], (post.role, address)
        assert any("directory/enterprises/" in address for address in pages) is (post == town.handler)


@pytest.mark.parametrize(
    ("hidden", "readers"),
    [
        (
            True,
            {
                "staff": True,
                "firm_secretary": True,
                "intake": True,
                "dispatcher": True,
                "arbitrator": True,
                "handler": False,
            },
        ),
        (False, {"handler": True}),
    ],
)
def test_firm_and_office_read_the_name_as_ever_and_so_does_the_department_of_an_open_one(
    town: Town, sign_in: Any, late: None, hidden: bool, readers: dict[str, bool]
) -> None:
    one, _other = firms(town)
    cases = world(town, one, hidden=hidden)
    for who, sees in readers.items():
        browser = sign_in(getattr(town, who))
        at_home = who in ("staff", "firm_secretary", "arbitrator")  # whose turn one of these demands is
        for case in cases:
            page = browser.get(reverse("demands:case", args=[case.public_id])).content.decode()
            shape = browser.get(f"/api/v1/cases/{case.public_id}/").json()
            for word in (one.name, "李经理", "0477-5550100"):
                assert (word in page) is sees, who
            phone = "0477-5550100" if sees else ""
            assert (shape["enterprise"] == one.name, shape["contact_phone"]) == (sees, phone), who
            assert shape["alias"] == (case.alias if hidden else "")
            assert (case.alias in page) is hidden
        lists = browser.get(reverse("demands:list"), {"state": "ALL", "q": one.short_name}).content.decode()
        assert [case.title in lists for case in cases] == [sees] * len(cases), who
        for address in (reverse("home"), reverse("demands:list") + "?state=ALL"):
            assert (one.name in browser.get(address).content.decode()) is (
                sees and (at_home or address != "/" or not hidden)
            ), (who, address)


def test_no_notice_no_mail_and_no_words_of_the_ledger_name_the_firm(town: Town) -> None:
    one, _other = firms(town)
    User.objects.update(email="zhang@example.org")
    cases = world(town, one)
    notices = [notice.words + notice.address for notice in Notice.objects.all()]
    sent = [json.dumps(message.payload, ensure_ascii=False) for message in OutboxMessage.objects.all()]
    events = list(Event.objects.select_related("body"))
    # Which files came lies in the body of their event, and no timeline shows it.
    bodies = [json.loads(e.body.text)["text"] if e.action == "attach" else e.body.text for e in events]
    assert min(len(notices), len(sent), len(bodies)) > 5 * len(cases)
    for text in (*notices, *sent, *bodies):
        assert [word for word in forbidden(town, one) if word in text] == []


def test_who_was_faster_is_named_by_the_alias(town: Town, sign_in: Any, late: None) -> None:
    one, _other = firms(town)
    case = next(case for case in world(town, one) if case.state == "RESULT_REVIEW")
    browser = sign_in(town.party_secretary)
    page = reverse("demands:act", args=[case.public_id, "sign_off"])
    stale = fields(browser.get(page).content.decode()) | {"verdict": "pass", "seen": str(case.head_seq - 1)}
    answer = browser.post(page, stale)
    said = f"本件刚刚有变动：{case.alias} · 企业经办人 于 11月24日 10:00 办理了“转递消息给承办部门”"
    assert (answer.status_code, said in answer.content.decode()) == (409, True)


def test_a_person_of_office_and_department_reads_as_the_post_they_picked(town: Town, sign_in: Any, late: None) -> None:
    one, _other = firms(town)
    case = world(town, one)[1]
    desk = town.intake
    desk.user.memberships.create(organisation_id=town.energy.pk, role=Role.DEPARTMENT_HEAD, valid_from="2020-01-01")
    head = desk.user.memberships.get(role=Role.DEPARTMENT_HEAD)
    address = reverse("demands:case", args=[case.public_id])
    assert one.name in sign_in(desk).get(address).content.decode()
    assert one.name not in sign_in(head).get(address).content.decode()
