"""Role × address × record × verb: what everybody meets at every address of pages and API.

The tables are written by hand, a line an address; an address that stands in none of them fails the test.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from cases.demands.forms import FORMS
from cases.demands.models import Case
from cases.demands.moves import make_pack
from cases.demands.moves.access import deny, grant, leave, share
from cases.demands.why import name_of
from dialogue.symposia.api.forms import MOVES as OF_MEETINGS
from parties.models import Membership, Organisation, User
from parties.roles import Role
from tests.api import Program
from tests.cases.demands.table import BUREAU, DESK, MOVES, OF_THE_SYSTEM, OPENING, SEES, STAFF
from tests.conftest import SignIn
from tests.dialogue.symposia.addresses import named as of_meetings
from tests.factories import Town, actor, case_in, later
from tests.test_architecture import OPEN, sample
from workflow.models import Clock

pytestmark = [pytest.mark.django_db, pytest.mark.every_page]

FIRM, OFFICE, LEAD = STAFF.split(), DESK.split(), BUREAU.split()
NOBODY = "nobody"  # signed in, without any post
SEVERAL = ("ENTERPRISE_STAFF", "HANDLER", "SYSTEM_ADMIN", NOBODY)

# --- who sees which record: “whole”, “former” or nothing, by the group of the reader ---

RELATION: dict[str, dict[str, str]] = {
    "own": {"firm": "whole", "office": "whole", "lead": "whole"},
    "district": {"office": "whole", "lead": "whole"},  # of another firm of the same banner, with the same department
    "another": {},  # of another firm, office and department
    "denied": {"firm": "whole"},  # every official of the matrix keeps out
    "former": {"firm": "whole", "office": "whole", "lead": "former"},
    "granted": {"office": "whole", "lead": "whole"},
}

# --- addresses that name a demand: role → status, per relation; what is not written is 404 ---

# "*" stands for every role that has this relation to the record.
ON_A_CASE: dict[str, dict[str, dict[str, int]]] = {
    "demands:case": {"whole": {"*": 200}, "former": {"*": 200}},
    "demands:submitted": {"whole": {"*": 200}},
    "demands:receipt": {"whole": {"*": 200}},
    "demands:readings": {"whole": {"*": 403} | dict.fromkeys([*FIRM, *OFFICE], 200)},
    "demands:durations": {"whole": {"*": 200}},
    "demands:packs": {"whole": {"*": 403} | dict.fromkeys(OFFICE, 200)},
    "demands:pack_file": {"whole": {"*": 403} | dict.fromkeys(OFFICE, 409)},  # the worker has not made it
    "demands:pack_again": {"whole": {"*": 403} | dict.fromkeys(OFFICE, 302)},
    "demands:print_case": {"whole": {"*": 200}},
    "demands:clock": {"whole": {"*": 200}},
    "demands:file": {"whole": {"*": 200}},  # of the firm, which is not hidden
    "demands:save_form": {"whole": {"*": 200}},
    "api:case": {"whole": {"*": 200}},
    "api:handlers": {"whole": {"*": 200} | dict.fromkeys(FIRM, 404)},
    "api:clock": {"whole": {"*": 200}},
    "api:file": {"whole": {"*": 200}},
    "api:durations": {"whole": {"*": 200}},
    "api:former_case": {"former": {"*": 200}},
    "api:shared_case": {"former": {"*": 200}},  # which an action item names besides
}
POST_ALONE = {"demands:save_form", "demands:pack_again"}  # a GET meets 405, whoever asks
OF_ITS_OFFICE = {"demands:packs", "demands:pack_file", "demands:pack_again"}  # and of none to which it was granted
# --- moves of a demand in progress that energy's first handler has: role → status of the page ---

TAKES_FILES = {"attach", "attach_internal", "attach_public"}  # the API takes no JSON there: 415
SOME = ("note_internal", "recuse", "sign_off")
VERBS = ("get", "post", "api")  # the page opened, its form sent empty, and the same over the API
HERE = 200  # the page opens, and an empty form is refused as such
SENT = 201  # the page opens, and an empty form is enough
LATE = 409  # not in this state, or something must come first
ACT: dict[str, dict[str, int]] = {
    "request_completion": {"INTAKE": LATE},
    "complete": dict.fromkeys(FIRM, LATE),
    "accept": {"INTAKE": LATE},
    "dispatch": {"DISPATCHER": LATE},
    "acknowledge": {"DEPARTMENT_LIAISON": LATE},
    "name_handler": {"DEPARTMENT_LIAISON": HERE, "DEPUTY_HEAD": HERE},
    "ask_firm": {"HANDLER": HERE},
    "answer": dict.fromkeys(FIRM, LATE),
    "record_contact": {"DEPARTMENT_LIAISON": HERE, "HANDLER": HERE},
    "deny_contact": dict.fromkeys(FIRM, LATE),
    "save_plan": {"HANDLER": HERE},
    "note_internal": dict.fromkeys([*OFFICE, *LEAD], HERE),
    "reply_public": dict.fromkeys(LEAD, HERE),
    "submit_result": {"HANDLER": LATE},
    "sign_off": {"DEPARTMENT_SECRETARY": LATE},
    "return_result": {"DEPARTMENT_SECRETARY": LATE},
    "confirm": dict.fromkeys(FIRM, LATE),
    "confirm_by_office": {"INTAKE": LATE, "DISPATCHER": LATE},
    "record_opinion": {},  # of an action item, which none of these demands is, the supervisor alone
    "ask_recusal": dict.fromkeys(FIRM, HERE),
    "make_pack": dict.fromkeys(OFFICE, HERE),
    "recuse": dict.fromkeys([*OFFICE, *(role for role in LEAD if role != "HANDLER")], HERE),
    "lift_recusal": dict.fromkeys(OFFICE, HERE),
    "attach": dict.fromkeys(FIRM, HERE),
    "attach_internal": dict.fromkeys([*OFFICE, "DEPARTMENT_LIAISON", "HANDLER"], HERE),
    "attach_public": dict.fromkeys([*OFFICE, "DEPARTMENT_LIAISON", "HANDLER"], HERE),
    "release_attachment": {"INTAKE": LATE, "DISPATCHER": LATE},
    "withdraw_attachment": dict.fromkeys([*FIRM, *OFFICE, "DEPARTMENT_LIAISON", "HANDLER"], HERE),
    "withdraw_internal": dict.fromkeys([*OFFICE, "DEPARTMENT_LIAISON", "HANDLER"], HERE),
    "decline": {"INTAKE": LATE},
    "reclassify": {"DISPATCHER": HERE},
    "pass_down": {"DISPATCHER": LATE},
    "report_up": {"DISPATCHER": LATE},
    "send_back": {"DEPARTMENT_LIAISON": LATE},
    "uphold_return": {"ARBITRATOR": LATE},
    "reject_return": {"ARBITRATOR": LATE},
    "assign_lead": {"ARBITRATOR": LATE},
    "transfer": {"DEPARTMENT_LIAISON": HERE, "DEPUTY_HEAD": HERE},
    "reassign": {"DISPATCHER": HERE},
    "redo": dict.fromkeys(FIRM, LATE),
    "withdraw": dict.fromkeys(FIRM, HERE),
    "undo_withdrawal": dict.fromkeys(FIRM, LATE),
    "nudge": dict.fromkeys(FIRM, SENT),
    "relay_to_firm": {"DEPARTMENT_LIAISON": LATE, "HANDLER": LATE},
    "relay_to_department": dict.fromkeys(FIRM, LATE),
    "reveal_firm": dict.fromkeys(FIRM, LATE),
    "issue_receipt": dict.fromkeys([*FIRM, *OFFICE], SENT),
    "issue_case_file": dict.fromkeys([*FIRM, *OFFICE, *LEAD], SENT),
}
# --- addresses of no demand: “status” for everybody, then the roles that meet another one ---

PAGES: dict[str, tuple[str, str]] = {  # name: GET, an empty POST
    "healthz": ("200", "405"),
    "readyz": ("503", "405"),  # no worker runs beside a test
    "home": ("200", "200"),
    "box": ("404", "404"),
    "search": ("200", "200"),
    "switch_post": ("405", "403"),
    "login": ("302", "302"),
    "account_login": ("302", "302"),
    "mfa_authenticate": ("302", "302"),
    "begin_again": ("405", "302"),
    "oidc": ("405", "404"),  # no other provider is set up
    "oidc_callback": ("404", "405"),
    "logout": ("405", "302"),
    "security": ("200", "405"),
    "password": ("200", "422"),
    "account_reauthenticate": ("200", "422"),
    "mfa_reauthenticate": ("302", "302"),
    "enrol": ("302", "302"),
    "factor_picture": ("404", "405"),
    "remove_factor": ("405", "302"),
    "recovery_codes": ("404", "405"),
    "recovery_codes_file": ("404", "405"),
    "codes_are_kept": ("405", "302"),
    "renew_codes": ("405", "302"),
    "end_session": ("405", "302"),
    "end_others": ("405", "302"),
    "link_provider": ("405", "302"),
    "unlink_provider": ("405", "302"),
    "sign_in_records": ("403 200:SECURITY_ADMIN,AUDIT_ADMIN", "405"),
    "reset_factor": ("403 200:SECURITY_ADMIN", "403 422:SECURITY_ADMIN"),
    "large_text": ("405", "302"),
    "language": ("405", "400"),
    "demands:list": ("200", "200"),
    "demands:shared": ("200", "200"),
    "demands:submit": ("403 200:FIRM", "403 200:FIRM"),
    "demands:questions": ("403 404:FIRM", "403 404:FIRM"),
    "demands:intake": ("403 200:INTAKE", "403 200:INTAKE"),
    "demands:import": ("403 200:INTAKE", "403 422:INTAKE"),
    "demands:import_template": ("403 200:INTAKE", "403 200:INTAKE"),
    "demands:job": ("403 404:INTAKE", "403 404:INTAKE"),
    "demands:import_errors": ("403 404:INTAKE", "403 404:INTAKE"),
    "demands:withdrawals": ("403 200:SUPERVISOR", "403 200:SUPERVISOR"),
    "demands:proposal": ("405", "404"),
    "api:cases_batch": ("405", "400"),
    "api:duty-item": ("404", "405"),
    "demands:batch": ("405", "422"),
    "demands:batch_result": ("404", "404"),
    "demands:change_duty": ("403 404:SYSTEM_ADMIN", "403 404:SYSTEM_ADMIN"),
    "demands:change_questions": ("403 404:SYSTEM_ADMIN", "403 404:SYSTEM_ADMIN"),
    "demands:columns": ("200", "302 403:nobody"),
    "demands:delete_draft": ("404", "404"),
    "demands:dispatch_adopt": ("403 404:SYSTEM_ADMIN", "403 404:SYSTEM_ADMIN"),
    "demands:dispatch_begin": ("405", "403 302:SYSTEM_ADMIN"),
    "demands:dispatch_change": ("405", "403 400:SYSTEM_ADMIN"),
    "demands:dispatch_draft": ("403 404:SYSTEM_ADMIN", "403 404:SYSTEM_ADMIN"),
    "demands:dispatch_figures": ("403 404:SYSTEM_ADMIN", "403 404:SYSTEM_ADMIN"),
    "demands:dispatch_rehearse": ("405", "403 404:SYSTEM_ADMIN"),
    "demands:dispatch_rule": ("403 404:SYSTEM_ADMIN", "403 404:SYSTEM_ADMIN"),
    "demands:dispatch_rules": ("403 200:DESK,SYSTEM_ADMIN", "403 200:DESK,SYSTEM_ADMIN"),
    "demands:dispatch_version": ("403 404:DESK,SYSTEM_ADMIN", "403 404:DESK,SYSTEM_ADMIN"),
    "demands:dispatch_versions": ("403 200:DESK,SYSTEM_ADMIN", "403 200:DESK,SYSTEM_ADMIN"),
    "demands:drop_matter": ("405", "404"),
    "demands:duties": ("200 403:nobody", "200 403:nobody"),
    "demands:duty": ("404 403:nobody", "404 403:nobody"),
    "demands:filter": ("405", "404"),
    "demands:filters": ("200", "422"),
    "demands:keys": ("200", "200"),
    "demands:new_duty": ("403 200:SYSTEM_ADMIN", "403 422:SYSTEM_ADMIN"),
    "demands:print_list": ("200", "200"),
    "demands:question_set": ("403 404:SYSTEM_ADMIN", "403 404:SYSTEM_ADMIN"),
    "demands:question_sets": ("403 200:SYSTEM_ADMIN", "403 200:SYSTEM_ADMIN"),
    "demands:question_versions": ("403 404:SYSTEM_ADMIN", "403 404:SYSTEM_ADMIN"),
    "demands:retire_duty": ("403 404:SYSTEM_ADMIN", "403 404:SYSTEM_ADMIN"),
    "demands:save_draft": ("405", "404"),
    # An entry of no kind; what each role meets at the kinds there are stands in DIRECTORY.
    "directory:first": ("200 403:nobody", "200 403:nobody"),
    "directory:list": ("404", "404"),
    "directory:add": ("404", "404"),
    "directory:entry": ("404", "404"),
    "directory:change": ("404", "404"),
    "directory:activate": ("404", "404"),
    "directory:add_member": ("404", "404"),
    "directory:end_member": ("404", "404"),
    "directory:mass": ("404", "404"),
    "api:directory-enterprises": ("200 403:nobody", "403 400:INTAKE,DISPATCHER,SYSTEM_ADMIN"),
    "api:directory-enterprise": ("404 403:nobody", "405"),
    "api:directory-departments": ("200 403:BESIDE,nobody", "405"),
    "api:directory-offices": ("200 403:BESIDE,nobody", "405"),
    "api:directory-party-organisations": ("200 403:BESIDE,nobody", "405"),
    "api:directory-people": ("200 403:BESIDE,nobody", "405"),
    "recovered": ("302", "302"),
    "demands:claim": ("403 404:INTAKE", "403 404:INTAKE"),
    "accounts:waiting": ("403 200:SETTERS", "405"),
    "accounts:passwords": ("405", "403 422:SETTERS"),
    "accounts:password": ("403 404:SETTERS", "403 404:SETTERS"),
    "exchange:overview": ("404 200:KEEPERS", "404 200:KEEPERS"),
    "exchange:upload": ("404", "404"),  # of no such kind
    "exchange:template": ("404", "404"),
    "exchange:standing": ("404", "404"),
    "exchange:sheet": ("404", "404"),
    "exchange:confirm": ("404", "404"),
    "exchange:recheck": ("404", "404"),
    "exchange:errors": ("404", "404"),
    "documents:list": ("200", "405"),
    "documents:document": ("404", "405"),
    "documents:file": ("404", "405"),
    "documents:page": ("404", "405"),
    "documents:again": ("405", "404"),
    "documents:withdraw": ("404", "404"),
    "documents:samples": ("403 200:SAMPLES", "405"),
    "documents:make_sample": ("405", "403 400:SAMPLES"),
    "documents:sample": ("403 404:SAMPLES", "405"),
    "documents:sample_file": ("403 404:SAMPLES", "405"),
    "documents:sample_page": ("403 404:SAMPLES", "405"),
    "verify": ("200", "405"),
    "verify_file": ("302", "422"),
    "verified": ("404", "405"),
    "api:documents": ("200", "405"),
    "api:document": ("404", "405"),
    "api:document-file": ("404", "405"),
    "symposia:list": ("200", "200"),
    "symposia:calendar": ("200", "200"),
    "symposia:cadence": ("403 200:HOSTING,LEADER", "403 200:HOSTING,LEADER"),
    "symposia:items": ("200", "200"),
    "symposia:new": ("403 200:HOSTING", "403 422:HOSTING"),
    "symposia:check_in": ("404", "404"),  # a code that no screen has shown
    **dict.fromkeys(("documents:preview", "documents:preview_file", "documents:preview_page"), ("404", "405")),
    "api:meetings": ("200", "403 400:HOSTING"),
    "api:action-items": ("200", "405"),
    "workflow:health": ("403 200:SYSTEM_ADMIN", "403 200:SYSTEM_ADMIN"),
    "workflow:calendar": ("200", "200"),
    "workflow:calendar_load": ("403 200:SYSTEM_ADMIN", "403 422:SYSTEM_ADMIN"),
    "workflow:calendar_file": ("403 302:SYSTEM_ADMIN", "403 422:SYSTEM_ADMIN"),
    "workflow:calendar_confirm": ("403 302:SYSTEM_ADMIN", "403 400:SYSTEM_ADMIN"),
    "workflow:calendar_sample": ("403 200:SYSTEM_ADMIN", "403 200:SYSTEM_ADMIN"),
    "workflow:exports": ("200", "200"),
    "workflow:export_list": ("404", "404"),
    "workflow:export_file": ("404", "404"),
    "workflow:export_again": ("405", "404"),
    "workflow:notices": ("200", "200"),
    "workflow:read_all": ("405", "404"),
    "workflow:open_notice": ("405", "404"),
    "workflow:roster": ("200 403:FIRM,AGENT,RESIDENT_LIAISON,nobody", "403 200:ROSTER"),
    "workflow:remove_shift": ("405", "403 404:ROSTER"),
    "workflow:deliveries": ("403 200:SYSTEM_ADMIN", "403 200:SYSTEM_ADMIN"),
    "workflow:resend": ("405", "403 200:SYSTEM_ADMIN"),
    "workflow:delivery": ("403 404:SYSTEM_ADMIN", "403 404:SYSTEM_ADMIN"),
    "workflow:messages": ("403 200:SYSTEM_ADMIN", "403 200:SYSTEM_ADMIN"),
    "workflow:message": ("403 404:SYSTEM_ADMIN", "403 404:SYSTEM_ADMIN"),
    "workflow:reset_message": ("405", "404"),
    "workflow:policies": ("200", "200"),
    "workflow:policy_versions": ("200", "200"),
    "workflow:policy_version": ("404", "404"),
    "workflow:policy_begin": ("403 200:SYSTEM_ADMIN", "403 200:SYSTEM_ADMIN"),
    "workflow:policy_change": ("403 404:SYSTEM_ADMIN", "403 404:SYSTEM_ADMIN"),
    "workflow:policy_draft": ("404", "404"),
    "workflow:policy_rehearse": ("405", "404"),
    "workflow:policy_figures": ("404", "404"),
    "workflow:policy_adopt": ("403 404:SYSTEM_ADMIN", "403 404:SYSTEM_ADMIN"),
    "workflow:posts": ("403 200:GIVERS", "403 422:GIVERS"),
    "workflow:post": ("403 404:GIVERS", "403 404:GIVERS"),
    "workflow:person_posts": ("403 404:GIVERS", "403 404:GIVERS"),
    "workflow:leave": ("403 404:GIVERS", "403 404:GIVERS"),
    "workflow:deputies": ("200", "422 200:FIRM,AGENT,RESIDENT_LIAISON,ADMINS,nobody"),
    "workflow:end_deputy": ("405", "404"),
    "api:posts": ("200", "405"),
    "api:deputies": ("200", "400"),
    "api:colleagues": ("200", "405"),
    "api:end_deputy": ("405", "404"),
    "api:me": ("200", "405"),
    "api:categories": ("200", "405"),
    "api:duty-items": ("200", "405"),
    "api:intake": ("200", "405"),
    "api:claim": ("405", "404"),
    "api:enterprises": ("403 200:INTAKE", "405"),
    "api:cases": ("200", "403 400:FIRM"),
    "api:granted": ("200", "405"),
    "api:former_cases": ("200", "405"),
    "api:proposals": ("200", "405"),
    "api:proposal-consent": ("405", "404"),
    "api:proposal-refuse": ("405", "404"),
    "api:proposal-take-back": ("405", "404"),
    "api:exports": ("200", "400"),
    "api:export_lists": ("200", "405"),
    "api:export": ("404", "405"),
    "api:export_again": ("405", "404"),
    "api:export_file": ("404", "405"),
    "api:notices": ("200", "405"),
    "api:read_notice": ("405", "404"),
    "api:clock-policies": ("200", "405"),
    "api:schema": ("200", "405"),
    "api:nowhere": ("404", "404"),
}
ADMINS = ["SYSTEM_ADMIN", "SECURITY_ADMIN", "AUDIT_ADMIN"]
GROUPS = {
    "ADMINS": ADMINS,
    "GIVERS": [
        "SYSTEM_ADMIN",
        "SECURITY_ADMIN",
        "INTAKE",
        "DISPATCHER",
        "DEPARTMENT_LIAISON",
        "DEPARTMENT_HEAD",
        "DEPARTMENT_SECRETARY",
    ],
    "FIRM": FIRM,
    "HOSTING": [*OFFICE, "SUPERVISOR", "LEADER_OFFICE"],
    "DESK": OFFICE,
    "ROSTER": ["INTAKE", "DISPATCHER", "SYSTEM_ADMIN", "DEPARTMENT_LIAISON"],
    "BESIDE": ["AGENT", "RESIDENT_LIAISON"],
    "SETTERS": ["INTAKE", "DISPATCHER", "SYSTEM_ADMIN", "SECURITY_ADMIN"],
    "SAMPLES": [*OFFICE, "SYSTEM_ADMIN"],
    "KEEPERS": ["INTAKE", "DISPATCHER", "SYSTEM_ADMIN"],
}
# --- the directory: kind, page → GET, for the entry of the readers' own firm, office or department ---

DIRECTORY: dict[tuple[str, str], str] = {
    ("enterprises", "entry"): "200 403:nobody",
    ("enterprises", "add"): "403 200:KEEPERS",
    ("enterprises", "change"): "403 200:KEEPERS,FIRM",
    ("enterprises", "activate"): "403 200:KEEPERS",
    ("party-organisations", "add"): "403 200:KEEPERS",
    ("alliances", "list"): "200 403:FIRM,BESIDE,nobody",
    ("departments", "entry"): "200 403:BESIDE,nobody",
    ("departments", "change"): "403 200:SYSTEM_ADMIN,DEPARTMENT_LIAISON",
    ("offices", "change"): "403 200:SYSTEM_ADMIN",
    ("people", "entry"): "200 403:BESIDE,nobody 404:FIRM",
    ("people", "add"): "403 200:SYSTEM_ADMIN",
}


def walk(resolver: URLResolver | None = None, path: str = "/", space: str = "") -> Iterator[tuple[str, str]]:
    """Every address: its full name, and a sample of it that leads to nothing that exists."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = path + "".join(sample(pattern))
        if isinstance(pattern, URLResolver):
            yield from walk(pattern, here, space + (f"{pattern.namespace}:" if pattern.namespace else ""))
        else:
            yield f"{space}{pattern.name}", here


def expected(rule: str, role: str) -> int:
    """The status of a line such as “403 200:FIRM,INTAKE” for this role."""
    usual, *others = rule.split()
    for other in others:
        status, _colon, names = other.partition(":")
        if role in [one for name in names.split(",") for one in GROUPS.get(name, [name])]:
            return int(status)
    return int(usual)


def group_of(role: str) -> str:
    return next((group for group, roles in SEES.items() if role in roles.split()), "")


@pytest.fixture
def readers(town: Town) -> dict[str, Membership]:
    """One post of each role: of the firm, its office and its department where the role belongs to one of them."""
    first = {"office": town.office.pk, "lead": town.energy.pk, "firm": town.firm.pk}
    posts = sorted(town.everybody, key=lambda post: post.organisation_id != first.get(group_of(post.role)))
    found: dict[str, Membership] = {}
    for post in posts:
        found.setdefault(post.role, post)
    assert sorted(found) == sorted(role.value for role in Role)
    return found


Say = Callable[..., HttpResponse]


@pytest.fixture
def ways(readers: dict[str, Membership], sign_in: SignIn, clock: Any) -> dict[str, tuple[Say, Say]]:
    """How each role, and a person without any post, speaks to pages and to the API: (verb, address, body)."""

    def page(browser: Client) -> Say:
        return lambda verb, address, **body: getattr(browser, verb)(address, body)

    def api(client: Client) -> Say:
        def say(verb: str, address: str, **body: Any) -> HttpResponse:
            if verb == "get":
                return client.get(address)
            return client.post(address, json.dumps(body), content_type="application/json")

        return say

    found = {role: (page(sign_in(post)), api(Program(post).client)) for role, post in readers.items()}
    newcomer = Client()
    backend = "django.contrib.auth.backends.ModelBackend"
    newcomer.force_login(User.objects.create(username="new", name="新人"), backend=backend)
    return {**found, NOBODY: (page(newcomer), api(newcomer))}


def record(kind: str, town: Town, readers: dict[str, Membership]) -> Case:
    """A demand in progress that stands in this relation to the readers."""
    firm = {"district": town.neighbour, "another": town.far_firm, "granted": town.far_firm}.get(kind, town.firm)
    case = case_in("IN_PROGRESS", town=town, firm=firm, attached="attach")
    make_pack(case.pk, by=actor(town.at(case.office, Role.DISPATCHER), later(hours=1)), purpose="移交审计")
    case.refresh_from_db(fields=["head_seq"])
    by = actor(town.second_intake, later(hours=2))
    if kind == "denied":
        for post in readers.values():
            if post.role not in FIRM:
                deny(case, user=post.user, by=by)
    if kind == "granted":
        grant(case, organisation=town.energy, source="MANUAL", by=by)
        grant(case, organisation=Organisation.objects.get(pk=town.office.pk), source="MANUAL", by=by)
    if kind == "former":
        leave(case, organisation=town.energy, until_seq=case.head_seq, by=by)
        other = town.at(town.housing, Role.HANDLER).user
        Case.objects.filter(pk=case.pk).update(lead=town.housing, handler=other, turn_org=town.housing)
        share(case, [town.energy], by=by, reason="纪要〔2026〕3号")
    return Case.objects.get(pk=case.pk)


def address_of(name: str, case: Case) -> str:
    clock = Clock.objects.get(subject_id=case.pk, kind="RESOLVE")
    packs = [pack.public_id for pack in case.packs.all()]
    extra = {
        "clock": [name_of(clock)],
        "file": [case.attachments.get().public_id],
        "save_form": ["note_internal"],
        "pack_file": packs,
        "pack_again": packs,
    }
    return reverse(name, args=[case.public_id, *extra.get(name.partition(":")[2], [])])


def takes_turns(role: str, number: int, among: list[str]) -> bool:
    """Whether of these roles it is this one's turn to try what has this number: somebody's it is each time."""
    return number % len(among) == among.index(role)


def status(answer: Any) -> int:
    """Its status; a file is read to its end, which closes it."""
    if answer.streaming:
        b"".join(answer.streaming_content)
    return int(answer.status_code)


def is_tried(kind: str, action: str, *, near: bool, meets: int, turn: bool) -> bool:
    """Whether a role that stands so to the demand, and meets this status there, tries the move.

    Of “own” everybody tries every move. Strangers meet 404 alike whichever record it is; to its office and department a
    demand of the district is what “own” is. On the other records whoever has a move tries it, and of those who are
    refused one of each group.
    """
    if kind == "own" or action in SOME:
        return True
    return near and kind != "district" and (turn or meets not in (403, 404))


@pytest.mark.parametrize("kind", RELATION)
def test_everybody_meets_the_answer_of_the_table_at_every_address_of_a_demand(
    town: Town, readers: dict[str, Membership], ways: dict[str, tuple[Say, Say]], clock: Any, kind: str
) -> None:
    case = record(kind, town, readers)
    clock.move_to(later(hours=3))
    found, wanted = {}, {}
    groups = {role: [other for other in ways if group_of(other) == group_of(role)] for role in ways}
    for role, (page, api) in ways.items():
        relation = RELATION[kind].get(group_of(role), "")
        for number, (name, rules) in enumerate(ON_A_CASE.items()):
            rule = rules.get(relation, {})
            if rule and kind == "granted" and name in OF_ITS_OFFICE:
                rule = {"*": 403}
            say, address = (api if name.startswith("api:") else page), address_of(name, case)
            # Where a page is only read, a form sent to it meets what a reader does: somebody of each group tries.
            sends = say is page and (name in POST_ALONE or takes_turns(role, number, groups[role]))
            for verb in ("get", "post") if sends else ("get",):
                found[role, name, verb] = status(say(verb, address))
                late = verb == "get" and name in POST_ALONE
                wanted[role, name, verb] = 405 if late else rule.get(role, rule.get("*", 404))
        for number, (action, rule) in enumerate(ACT.items()):
            meets = 404 if relation != "whole" else rule.get(role, 403) if kind != "granted" else 403
            near = bool(relation or (kind == "denied" and group_of(role)))
            if not is_tried(kind, action, near=near, meets=meets, turn=takes_turns(role, number, groups[role])):
                continue
            address = reverse("demands:act", args=[case.public_id, action])
            found[role, action, "get"] = page("get", address).status_code
            with transaction.atomic():
                found[role, action, "post"] = page("post", address, seen=case.head_seq).status_code
                transaction.set_rollback(True)
            with transaction.atomic():
                answer = api("post", reverse(f"api:{action}", args=[case.public_id]), seen=case.head_seq)
                found[role, action, "api"] = answer.status_code
                transaction.set_rollback(True)
            for verb, others in (
                ("get", {SENT: 200}),
                ("post", {HERE: 422, SENT: 302}),
                ("api", {HERE: 400, SENT: 200}),
            ):
                wanted[role, action, verb] = others.get(meets, meets)
            if action in TAKES_FILES:
                wanted[role, action, "api"] = 415
    assert {cell: status for cell, status in found.items() if status != wanted[cell]} == {}
    assert len(found) == len(wanted) >= 20 * (len(ON_A_CASE) + 3 * len(SOME))
    met = {(group_of(role), action, verb) for role, action, verb in found if action in ACT}
    if kind in ("own", "denied", "former", "granted"):  # somebody of every group that has to do with it, every move
        concerned = {group for group in SEES if kind != "granted" or RELATION[kind].get(group)}
        assert met >= {(group, action, verb) for group in concerned for action in ACT for verb in VERBS}
    posted = {(group_of(role), name) for role, name, verb in found if verb == "post" and name in ON_A_CASE}
    assert posted == {(group, n) for group in ("", *SEES) for n in ON_A_CASE if not n.startswith("api:")}


def test_everybody_meets_the_answer_of_the_table_at_every_other_address(
    ways: dict[str, tuple[Say, Say]], clock: Any
) -> None:
    found, wanted = {}, {}
    others = [role for role in ways if role not in SEVERAL]
    for number, (name, address) in enumerate(ADDRESSES):
        if name not in PAGES:
            continue
        for role, (page, api) in ways.items():
            say = api if name.startswith("api:") else page
            for verb, rule in zip(("get", "post"), PAGES[name], strict=True):
                if name == "logout" and verb == "post":
                    continue  # there is nobody left to ask the next address; tests of signing in have it
                if rule == "405" and role not in SEVERAL:
                    continue  # a verb that an address does not take is refused before anybody looks who asks
                if verb == "post" and " " not in rule and role not in SEVERAL and not takes_turns(role, number, others):
                    continue  # where nobody is told from anybody else, several send a form, and one more by turns
                with transaction.atomic():
                    found[role, name, verb] = say(verb, address).status_code
                    transaction.set_rollback(True)
                wanted[role, name, verb] = expected(rule, role)
    assert {cell: status for cell, status in found.items() if status != wanted[cell]} == {}
    rules = [rule for both in PAGES.values() for rule in both]
    refused = rules.count("405")
    alike = sum(rule != "405" and " " not in rule for _get, rule in PAGES.values()) - 1  # but for signing out
    told_apart = len(rules) - 1 - refused - alike
    assert len(found) == 20 * told_apart + len(SEVERAL) * refused + (len(SEVERAL) + 1) * alike
    assert {role for role, _name, verb in found if verb == "post"} == set(ways)


def test_everybody_meets_the_answer_of_the_table_in_the_directory(
    town: Town, ways: dict[str, tuple[Say, Say]], clock: Any
) -> None:
    entries = {
        "enterprises": town.firm,
        "departments": town.energy,
        "offices": town.office,
        "people": town.handler.user,
    }
    found, wanted = {}, {}
    for (kind, page), rule in DIRECTORY.items():
        args = [kind] if page in ("list", "add") else [kind, entries[kind].public_id]
        for role, (say, _api) in ways.items():
            found[role, kind, page] = say("get", reverse(f"directory:{page}", args=args)).status_code
            wanted[role, kind, page] = expected(rule, role)
    assert {cell: status for cell, status in found.items() if status != wanted[cell]} == {}


def test_a_read_address_of_the_api_takes_no_post_and_a_move_no_get(
    town: Town, ways: dict[str, tuple[Say, Say]]
) -> None:
    case = case_in("IN_PROGRESS", town=town, attached="attach")
    _page, api = ways["INTAKE"]
    reads = [address_of(name, case) for name in ON_A_CASE if name.startswith("api:")]
    assert {api("post", address).status_code for address in reads} == {405}
    assert {api("get", reverse(f"api:{action}", args=[case.public_id])).status_code for action in ACT} == {405}


def test_every_address_stands_in_exactly_one_table() -> None:
    """A new address, or a new move, must be given its line."""
    moves = {f"api:{action}" for action in (*ACT, *OF_MEETINGS)}
    tables = [set(ON_A_CASE), set(PAGES), moves, {"demands:act"}, of_meetings()]
    assert sum(map(len, tables)) == len(set().union(*tables))
    assert set().union(*tables) == {name for name, _address in ADDRESSES}
    assert set(ACT) == set(FORMS) == {a for a in MOVES if a not in OPENING and a not in OF_THE_SYSTEM}


def test_who_is_not_signed_in_is_told_nothing_but_that(client: Client) -> None:
    for name, address in ADDRESSES:
        if name in OPEN or name == "logout":
            continue
        for verb in ("get", "post"):
            answer = getattr(client, verb)(address)
            assert answer.status_code == (401 if name.startswith("api:") else 302), name


ADDRESSES = sorted(set(walk()))
