"""A town with a record for every address, and who may write to it: so that whatever is sent reaches the form.

Addresses without parameters need no line here, nor do forms: the walk over the addresses finds the first, their pages
the second. An address with a parameter needs a record, one that only takes a POST needs a body: a line in `RECORDS`.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urljoin
from uuid import UUID

import time_machine
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from cases.demands.drafting import save_draft
from cases.demands.evidence.tasks import build_pack
from cases.demands.forms import FORMS
from cases.demands.models import BatchRun, Case, EvidencePack, IntakeUpload, SavedFilter
from cases.demands.moves import make_pack
from cases.demands.moves.access import leave
from cases.demands.why import name_of
from documents import registry
from documents.models import Document
from foundation.models import Job, JobState
from parties.models import Membership
from parties.roles import Role
from tests.api import DEMAND, ON_A_FILE, SETTINGS, Program, inputs
from tests.cases.demands.dispatching import adopted as adopted_rules
from tests.cases.demands.dispatching import drafted, rehearsed, rule
from tests.cases.demands.table import ask_for
from tests.cases.demands.test_permissions_matrix import walk
from tests.documents.issued import KIND, AboutFirms, issued, made, previewed, sampled
from tests.factories import Town, actor, case_in, intake_item, later, user
from tests.hostile import meetings
from tests.hostile.markup import Form, Page
from tests.hostile.organisations import LINES, SOMEBODY
from tests.test_architecture import SAMPLES
from tests.workflow.calendar_years import NOTICE_2027
from tests.workflow.test_pages_calendar import typed as typed_notice
from tests.workflow.test_pages_delivery import message as dead_message
from tests.workflow.test_policies import admin
from tests.workflow.test_policies import draft as policy_draft
from workflow.middleware import POST_KEY
from workflow.models import Clock, Notice
from workflow.rehearsal_job import rehearse_draft, start_rehearsal
from workflow.roster import add_shift

NOBODY = "nobody"
MOMENT = later(hours=2)  # when everything in this world happens
TYPED = {
    "title": "变压器增容",
    "text": "申请变压器增容三个月，没有答复。",
    "wanted": "通电",
    "kind": "POWER",
    "capacity": "630千伏安",
    "applied": "NOT_YET",
    "needed_by": "2026-12-20",
    "contact_name": "李经理",
    "contact_phone": "0477-5550100",
}


@dataclass
class Target:
    """One address that takes something, who may send it there, and what they would send if they meant well."""

    name: str
    who: str
    address: str
    good: dict[str, Any] = field(default_factory=dict)
    page: str = ""  # where its form stands, when that is another address
    files: tuple[str, ...] = ()  # boxes for files
    as_drawn: bool = False  # boxes that are drawn empty stay so

    @property
    def route(self) -> str:
        return self.name.partition("#")[0]

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")

    def __str__(self) -> str:
        return f"{self.name} ({self.who})"


class World:
    """The town, its browsers and programs, and the records; everything that is made is made when it is asked for."""

    def __init__(self, town: Town, folder: Path) -> None:
        self.town, self.folder = town, folder
        self.posts: dict[str, Membership] = {}
        for post in town.everybody:
            self.posts.setdefault(post.role, post)
        self._cases: dict[str, Case] = {}
        self._browsers: dict[int, Client] = {}
        self._programs: dict[int, Client] = {}
        self._somebody: dict[str, Client] = {}
        self._kept: dict[str, Any] = {}
        self._pages: dict[tuple[str, str], Page] = {}
        self.targets: list[Target] = []
        self.filled: list[tuple[Target, dict[str, Any], list[str]]] = []

    def prepare(self, wanted: Callable[[str], bool]) -> None:
        """The records, pages and sessions are there before a test begins: what a test makes goes with it."""
        self.targets = list(targets(self, wanted))
        self.filled = [(target, *self._filled(target)) for target in self.targets]
        for target in self.targets:
            self.client(target)

    @property
    def taking(self) -> list[tuple[Target, dict[str, Any], list[str]]]:
        """Every address that takes something, with what people of good will send there, and its boxes for files."""
        return [(target, body, files) for target, body, files in self.filled if body or files]

    # --- who ---

    def post(self, who: str) -> Membership:
        """A person of the town by the name the town has for them, or the first holder of a role."""
        return self.posts[who] if who in self.posts else getattr(self.town, who)

    def browser(self, who: str | Membership) -> Client:
        if who == NOBODY:
            return Client()
        if isinstance(who, str) and who in SOMEBODY:
            if who not in self._somebody:
                self._somebody[who] = SOMEBODY[who](self)
            return self._somebody[who]
        post = self.post(who) if isinstance(who, str) else who
        if post.pk not in self._browsers:
            client = Client()
            client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")
            session = client.session
            session[POST_KEY] = post.pk
            session.save()
            self._browsers[post.pk] = client
        return self._browsers[post.pk]

    def program(self, who: str) -> Client:
        post = self.post(who)
        if post.pk not in self._programs:
            self._programs[post.pk] = Program(post).client
        return self._programs[post.pk]

    def client(self, target: Target) -> Client:
        """Whoever sends; made before a savepoint that goes back, or their session would go with it."""
        return self.program(target.who) if target.is_api else self.browser(target.who)

    # --- records ---

    def kept(self, name: str, make: Callable[[], Any]) -> Any:
        """What was made under this name, at the first time."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def case(self, action: str) -> Case:
        """A demand on which this move can be made now; moves with the same beginning share one."""
        setting = SETTINGS["note_internal" if action in TAKING_FILES else action]
        key = repr((setting.state, sorted(setting.traits.items()), setting.after))
        if key not in self._cases:
            self._cases[key] = setting.case(self.town)
        return self._cases[key]

    def made(self, who: str, address: str, /, **body: Any) -> str:
        """Something that the page of this name made; the address it led to."""
        answer = self.browser(who).post(reverse(address), body)
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"]

    @cached_property
    def dispatched(self) -> Case:
        return case_in("DISPATCHED", town=self.town)

    @cached_property
    def filter(self) -> Any:
        self.made("handler", "demands:filters", name="超期的", query="state=ALL&q=增容")
        return SavedFilter.objects.latest("pk").public_id

    @cached_property
    def run(self) -> Any:
        row, step = _row(case_in("IN_PROGRESS", town=self.town)), {"step": "run", "idempotency_key": "made"}
        self.made("dispatcher", "demands:batch", action="note_internal", row=row, text="备注", **step)
        return BatchRun.objects.latest("pk").public_id

    @cached_property
    def draft(self) -> Any:
        by = actor(self.town.staff, MOMENT)
        first = save_draft(by=by, category_code="ENERGY", version=1, typed=TYPED, window="w")
        two = save_draft(
            by=by, category_code="ENERGY", version=1, typed=TYPED, draft=first.public_id, place=1, seq=first.seq
        )
        return two.public_id

    @cached_property
    def upload(self) -> Any:
        file = SimpleUploadedFile("来件.csv", "编号,内容,标题\nR-1,路灯不亮。,路灯\n".encode())
        self.made("intake", "demands:import", source="12345热线", file=file)
        return IntakeUpload.objects.latest("pk").public_id

    @cached_property
    def failed_upload(self) -> Any:
        file = SimpleUploadedFile("来件二.csv", "编号,内容,标题\nR-1,路灯不亮。,路灯\n".encode())
        self.made("intake", "demands:import", source="信箱", file=file)
        upload = IntakeUpload.objects.latest("pk")
        upload.job = Job.objects.create(
            owner=self.town.intake.user, title="来件二.csv", state=JobState.DONE, created_at=MOMENT
        )
        upload.save()
        default_storage.save(upload.errors, ContentFile("行,原因\n".encode()))
        return upload.public_id

    @cached_property
    def item(self) -> Any:
        return intake_item(self.town.office).public_id

    @cached_property
    def rules(self) -> int:
        """A version of the rules of dispatch, and a rehearsed draft of the next; the number of the draft's revision."""
        adopted_rules(self.town, rule(effect="DISPATCH", matter=self.town.shared.code, lead=self.town.housing.code))
        drafted(self.town, rule(effect="LEAVE", urgent=True))
        return rehearsed(self.town).revision

    @cached_property
    def proposal(self) -> Any:
        by = actor(self.town.liaison, MOMENT)
        return ask_for("send_back", self.dispatched, by=by, town=self.town).public_id

    @cached_property
    def notice(self) -> Any:
        post = self.town.handler
        return Notice.objects.create(
            user=post.user,
            membership=post,
            key="n",
            kind="closed",
            subject_kind="case",
            subject_id=self.dispatched.pk,
            number=self.dispatched.number,
            words="诉求已办结",
            address=reverse("demands:case", args=[self.dispatched.public_id]),
            created_at=MOMENT,
        ).public_id

    @cached_property
    def message(self) -> Any:
        return dead_message("hostile", dead=True).public_id

    @cached_property
    def shift(self) -> Any:
        by, span = actor(self.town.liaison), (later(hours=8), later(hours=22))
        return add_shift(by=by, user=self.town.handler.user, starts_at=span[0], ends_at=span[1]).public_id

    @cached_property
    def policy(self) -> Any:
        return policy_draft(self.town).public_id

    @cached_property
    def rehearsed_policy(self) -> Any:
        made = policy_draft(self.town, source="另一份依据")
        start_rehearsal(made, by=admin(self.town, MOMENT))
        made.refresh_from_db()
        assert made.job is not None
        rehearse_draft.func(str(made.job.public_id))
        return made.public_id

    @cached_property
    def clock_name(self) -> str:
        return name_of(Clock.objects.get(subject_id=self.case("note_internal").pk, kind="RESOLVE"))

    @cached_property
    def left(self) -> Case:
        """A demand that has left the handler's department."""
        case = case_in("IN_PROGRESS", town=self.town)
        leave(case, organisation=self.town.energy, until_seq=case.head_seq, by=actor(self.town.intake, MOMENT))
        other = self.town.at(self.town.housing, Role.HANDLER).user
        Case.objects.filter(pk=case.pk).update(lead=self.town.housing, handler=other, turn_org=self.town.housing)
        return case

    @cached_property
    def pack(self) -> tuple[UUID, UUID]:
        case = case_in("SUBMITTED", town=self.town)  # no rule of dispatch has touched it
        make_pack(case.pk, by=actor(self.town.intake, MOMENT), purpose="移交审计")
        pack = EvidencePack.objects.select_related("job").get(case=case)
        build_pack.func(str(pack.job.public_id))
        return case.public_id, pack.public_id

    @cached_property
    def file(self) -> tuple[Any, Any]:
        case = self.case("withdraw_attachment")
        return case.public_id, case.attachments.latest("pk").public_id

    @cached_property
    def document(self) -> Any:
        return made(issued(self.town)).public_id

    @cached_property
    def sample(self) -> Any:
        return sampled(actor(self.town.intake, MOMENT)).public_id

    @cached_property
    def preview(self) -> Any:
        return previewed(self.town, actor(self.town.intake, MOMENT)).public_id

    @cached_property
    def code(self) -> str:
        return Document.objects.get(public_id=self.document).code

    @cached_property
    def account(self) -> Any:
        """Of somebody who has not signed in yet."""
        return user("新来的", must_change_password=True, initial_password_until=later(hours=99)).public_id

    # --- pages and their forms ---

    def page(self, who: str, address: str) -> Page:
        """The page at this address as this person sees it, asked for once."""
        if (who, address) not in self._pages:
            answer = self.browser(who).get(address)
            whole = content(answer)
            self._pages[who, address] = Page(whole.decode() if "html" in answer.get("Content-Type", "") else "")
        return self._pages[who, address]

    def form(self, target: Target) -> Form | None:
        """The form that leads to this address, as its page draws it; the one with the most boxes."""
        shown = target.page or target.address
        here = target.address.partition("?")[0]
        leading = [
            form
            for form in self.page(target.who, shown).forms
            if form.method == "post" and urljoin(shown, form.action).partition("?")[0] == here
        ]
        return max(leading, key=lambda form: len(form.controls), default=None)

    def _filled(self, target: Target) -> tuple[dict[str, Any], list[str]]:
        """What a person of good will sends: every box filled, what is known of it put in; and the boxes for files."""
        body: dict[str, Any] = {}
        files = list(target.files)
        form = None if target.is_api else self.form(target)
        for name, control in (form.controls if form else {}).items():
            if control.filled is None:
                files.append(name)
            else:
                plain = "" if target.as_drawn else PLAIN_BY_KIND.get(control.kind, "")
                body[name] = control.filled if control.filled.strip() else plain
        body.pop("csrfmiddlewaretoken", None)
        body.pop("idempotency_key", None)
        return {**body, **target.good}, list(dict.fromkeys(files))


PLAIN_BY_KIND = {
    "text": "现场核对过材料，情况属实。",
    "textarea": "现场核对过材料，情况属实。",
    "date": "2026-11-26",
    "datetime-local": "2026-11-23T11:30",
    "number": "3",
}

# --- addresses that name a record, or take a POST alone: who, the parts of the address, what goes into the body ---

Line = tuple[str, Callable[[World], list[Any]], dict[str, Any] | Callable[[World], dict[str, Any]]]


def _none(world: World) -> list[Any]:
    return []


def _row(case: Case) -> str:
    return f"{case.public_id.hex}.{case.head_seq}"


def _seen(world: World) -> dict[str, Any]:
    return {"seen": str(world.rules)}


def _of(action: str) -> Callable[[World], list[Any]]:
    return lambda w: [w.case(action).public_id]


READ = _of("note_internal")
ENERGY: Callable[[World], list[Any]] = lambda w: ["ENERGY"]  # noqa: E731 - a line of the table below
WHY = {"because": "企业看不懂", "0-label": "一句话说清楚"}
FROM_2027 = {"effective_from": "2027-01-01", "source": "依据"}
LAW = {"article": "第二条", "law_url": "https://example.org/law"}
LEAVE = {"effect": "LEAVE", "matters": "", "matter": "", "lead": "", "words": "停电"}
RECORDS: dict[str, Line] = {
    **LINES,
    **meetings.LINES,
    "box": ("handler", lambda w: ["todo"], {}),
    "switch_post": ("handler", _none, lambda w: {"post": str(w.town.handler.public_id)}),
    "large_text": ("handler", _none, {"large": "1", "next": "/"}),
    "language": ("handler", _none, {"language": "zh-hans", "next": "/"}),
    "accounts:passwords": ("SYSTEM_ADMIN", _none, lambda w: {"row": str(w.account)}),
    "accounts:password": ("SYSTEM_ADMIN", lambda w: [w.account], {}),
    "documents:document": ("staff", lambda w: [w.document], {}),
    "documents:file": ("staff", lambda w: [w.document], {}),
    "documents:page": ("staff", lambda w: [w.document, "1"], {}),
    "documents:again": ("staff", lambda w: [w.document], {}),
    "documents:withdraw": ("intake", lambda w: [w.document], {"reason": "发错了单位"}),
    **dict.fromkeys(("documents:preview", "documents:preview_file"), ("intake", lambda w: [w.preview], {})),
    "documents:preview_page": ("intake", lambda w: [w.preview, "1"], {}),
    "documents:make_sample": ("intake", _none, {"kind": "MINUTES"}),
    **dict.fromkeys(("documents:sample", "documents:sample_file"), ("intake", lambda w: [w.sample], {})),
    "documents:sample_page": ("intake", lambda w: [w.sample, "1"], {}),
    "verify": (NOBODY, _none, {}),
    "verify_file": (NOBODY, _none, {}),
    "verified": (NOBODY, lambda w: [w.code], {}),
    "api:document": ("staff", lambda w: [w.document], {}),
    "api:document-file": ("staff", lambda w: [w.document], {}),
    "demands:filters": ("handler", _none, {"name": "另一个", "query": "state=ALL&q=增容", "do": ""}),
    "demands:filter": ("handler", lambda w: [w.filter], {"name": "改名", "do": "change"}),
    "demands:batch": (
        "dispatcher",
        _none,
        lambda w: {
            "action": "note_internal",
            "row": _row(w.case("note_internal")),
            "step": "run",
            "text": "备注",
            "idempotency_key": "sent",
        },
    ),
    "demands:batch_result": ("dispatcher", lambda w: [w.run], {}),
    "demands:questions": ("staff", ENERGY, TYPED),
    "demands:questions#send": ("staff", ENERGY, {**TYPED, "step": "send"}),
    "demands:questions#save": ("staff", ENERGY, {**TYPED, "step": "save"}),
    "demands:questions#add": (
        "staff",
        ENERGY,
        lambda w: {**TYPED, "step": "add", "_draft": str(w.draft), "_seq": "2", "_place": "1"},
    ),
    "demands:save_draft": ("staff", _none, {**TYPED, "_category": "ENERGY", "_place": "0", "_seq": "", "_window": "n"}),
    "demands:delete_draft": ("staff", lambda w: [w.draft], {}),
    "demands:drop_matter": ("staff", lambda w: [w.draft], {"out": "1", "known": "2"}),
    "demands:question_set": ("SYSTEM_ADMIN", ENERGY, {}),
    "demands:question_versions": ("SYSTEM_ADMIN", ENERGY, {}),
    "demands:change_questions": ("SYSTEM_ADMIN", ENERGY, {"step": "preview", **WHY}),
    "demands:change_questions#adopt": ("SYSTEM_ADMIN", ENERGY, {"step": "adopt", **WHY}),
    "demands:job": ("intake", lambda w: [w.upload], {"external_number": "0", "text": "1", "title": "2"}),
    "demands:import_errors": ("intake", lambda w: [w.failed_upload], {}),
    "demands:claim": ("intake", lambda w: [w.item], lambda w: {"enterprise": str(w.town.firm.public_id)}),
    "demands:duty": ("SYSTEM_ADMIN", lambda w: [w.town.shared.public_id], {}),
    "demands:change_duty": ("SYSTEM_ADMIN", lambda w: [w.town.shared.public_id], {**LAW, "seen": "1"}),
    "demands:change_duty#confirmed": (
        "SYSTEM_ADMIN",
        lambda w: [w.town.shared.public_id],
        {**LAW, "seen": "1", "confirmed": "1"},
    ),
    "demands:new_duty": ("SYSTEM_ADMIN", _none, {"code": "NEW-1", "category": "ENERGY", **LAW}),
    "demands:new_duty#confirmed": (
        "SYSTEM_ADMIN",
        _none,
        {"code": "NEW-1", "category": "ENERGY", **LAW, "confirmed": "1"},
    ),
    "demands:retire_duty": ("SYSTEM_ADMIN", lambda w: [w.town.far.public_id], {"seen": "1"}),
    "demands:dispatch_begin": ("SYSTEM_ADMIN", _none, {}),
    "demands:dispatch_version": ("SYSTEM_ADMIN", lambda w: [str(w.rules and 1)], {}),
    "demands:dispatch_change": ("SYSTEM_ADMIN", _none, lambda w: {"what": "up", "position": "2"} | _seen(w)),
    "demands:dispatch_rehearse": ("SYSTEM_ADMIN", _none, _seen),
    "demands:dispatch_figures": ("SYSTEM_ADMIN", lambda w: [w.rules][1:], {}),
    "demands:dispatch_rule": ("SYSTEM_ADMIN", lambda w: ["2"], lambda w: LEAVE | _seen(w)),
    "demands:dispatch_rule#new": (
        "SYSTEM_ADMIN",
        lambda w: ["new"],
        lambda w: {**LEAVE, "effect": "DISPATCH", "lead": w.town.housing.code, "matter": w.town.shared.code} | _seen(w),
    ),
    "demands:dispatch_rule#preview": (
        "SYSTEM_ADMIN",
        lambda w: ["1"],
        lambda w: {**LEAVE, "preview": "1"} | _seen(w),
    ),
    "demands:dispatch_adopt": ("SYSTEM_ADMIN", _none, _seen),
    "demands:proposal": ("DEPARTMENT_HEAD", lambda w: [w.proposal, "consent"], {"reason": "同意"}),
    "demands:proposal#refuse": ("DEPARTMENT_HEAD", lambda w: [w.proposal, "refuse"], {"reason": "不同意"}),
    "demands:proposal#take-back": ("liaison", lambda w: [w.proposal, "take-back"], {}),
    "demands:case": ("handler", READ, {}),
    "demands:submitted": ("staff", READ, {}),
    "demands:receipt": ("staff", READ, {}),
    "demands:readings": ("staff", READ, {}),
    "demands:durations": ("handler", READ, {}),
    "demands:packs": ("intake", lambda w: [w.pack[0]], {}),
    "demands:pack_file": ("intake", lambda w: list(w.pack), {}),
    "demands:pack_again": ("intake", lambda w: list(w.pack), {}),
    "demands:print_case": ("handler", READ, {}),
    "demands:clock": ("handler", lambda w: [*READ(w), w.clock_name], {}),
    "demands:file": ("staff", lambda w: list(w.file), {}),
    "demands:save_form": ("handler", lambda w: [*READ(w), "note_internal"], {"text": "先记下"}),
    "workflow:message": ("SYSTEM_ADMIN", lambda w: ["closed", "mail"], {}),
    "workflow:message#preview": ("SYSTEM_ADMIN", lambda w: ["closed", "notice"], {"preview": "1"}),
    "workflow:reset_message": ("SYSTEM_ADMIN", lambda w: ["closed", "mail"], {}),
    "workflow:open_notice": ("handler", lambda w: [w.notice], {}),
    "workflow:read_all": ("handler", _none, lambda w: {"newest": str(w.notice)}),
    "workflow:roster": ("liaison", _none, {"starts_at": "2026-11-24T18:00", "ends_at": "2026-11-25T08:00"}),
    "workflow:remove_shift": ("liaison", lambda w: [w.shift], {}),
    "workflow:delivery": ("SYSTEM_ADMIN", lambda w: [w.message], {}),
    "workflow:resend": ("SYSTEM_ADMIN", _none, lambda w: {"message": str(w.message)}),
    "workflow:policy_version": ("handler", lambda w: ["1"], {}),
    "workflow:policy_change": (
        "SYSTEM_ADMIN",
        lambda w: ["current"],
        {"effective_from": "2027-01-01", "source": "依据"},
    ),
    "workflow:policy_draft": ("SYSTEM_ADMIN", lambda w: [w.policy], {}),
    "workflow:policy_rehearse": ("SYSTEM_ADMIN", lambda w: [w.policy], {}),
    "workflow:policy_figures": ("SYSTEM_ADMIN", lambda w: [w.rehearsed_policy], {}),
    "workflow:policy_adopt": ("SYSTEM_ADMIN", lambda w: [w.policy], {}),
    "workflow:policy_adopt#rehearsed": ("SYSTEM_ADMIN", lambda w: [w.rehearsed_policy], {}),
    "workflow:calendar_confirm": ("SYSTEM_ADMIN", _none, lambda w: {"notice": NOTICE, "seen": "1", "reason": "依据"}),
    "workflow:calendar_file": ("SYSTEM_ADMIN", _none, {}),
    "workflow:calendar_load": ("SYSTEM_ADMIN", _none, lambda w: typed_notice()),
    "workflow:calendar_load#mend": ("SYSTEM_ADMIN", _none, lambda w: {"notice": NOTICE, "mend": "1"}),
    "login": (NOBODY, _none, {"username": "somebody", "password": "a wrong one", "next": "/"}),
    "api:duty-item": ("intake", lambda w: [w.town.shared.public_id], {}),
    "api:claim": ("intake", lambda w: [w.item], lambda w: {"enterprise": str(w.town.firm.public_id), "title": "停电"}),
    "api:former_case": ("handler", lambda w: [w.left.public_id], {}),
    "api:cases_batch": (
        "dispatcher",
        _none,
        lambda w: {
            "action": "note_internal",
            "rows": [{"id": str(w.case("note_internal").public_id), "seen": w.case("note_internal").head_seq}],
            "inputs": {"text": "备注"},
        },
    ),
    "api:cases": ("staff", _none, DEMAND),
    "api:case": ("handler", READ, {}),
    "api:handlers": ("liaison", READ, {}),
    "api:clock": ("handler", lambda w: [*READ(w), w.clock_name], {}),
    "api:durations": ("handler", READ, {}),
    "api:file": ("staff", lambda w: list(w.file), {}),
    "api:proposal-consent": ("DEPARTMENT_HEAD", lambda w: [w.proposal], {"reason": "同意"}),
    "api:proposal-refuse": ("DEPARTMENT_HEAD", lambda w: [w.proposal], {"reason": "不同意"}),
    "api:proposal-take-back": ("liaison", lambda w: [w.proposal], {}),
    "api:read_notice": ("handler", lambda w: [w.notice], {}),
    "api:enterprises": ("intake", _none, {}),
    "api:intake": ("intake", _none, {}),
}
# Where an address without a line is tried first: whoever it opens its page to is who writes to it.
USUAL = ("SYSTEM_ADMIN", "intake", "staff", "dispatcher", "liaison", "handler", "party_secretary", "LEADER")
# Nobody is signed in any longer after them; and machines ask, and are answered before anything is read.
# And that of signing in has two names.
LEFT_OUT = {"logout", "healthz", "readyz", "api:nowhere", "recovered", "account_login"}
# Forms of many boxes, most of which are rightly left as they are drawn.
AS_DRAWN = {"demands:change_questions", "workflow:policy_change", "workflow:calendar_load"}
# What files are sent to an address whose page has no box for them.
TAKES_FILES = dict.fromkeys(
    ("api:attach", "api:attach_public", "api:attach_internal", "demands:questions#send"), ("uploads",)
)


NOTICE = json.dumps(NOTICE_2027, ensure_ascii=False)


def of_a_record(world: World, name: str) -> Target:
    who, parts, good = RECORDS[name]
    route = name.partition("#")[0]
    body = good(world) if callable(good) else dict(good)
    address = reverse(route, args=parts(world))
    query = "?firm=公司" if route == "demands:claim" else ""
    page = reverse("demands:case", args=[world.dispatched.public_id]) if route == "demands:proposal" else ""
    page = reverse("workflow:calendar_load") if route == "workflow:calendar_file" else page
    page = reverse("verify") if route == "verify_file" else page
    page = reverse("accounts:waiting") if route == "accounts:passwords" else page
    page = reverse("demands:dispatch_draft") if route == "demands:dispatch_change" else page
    return Target(name, who, address + query, body, page, TAKES_FILES.get(name, ()), route in AS_DRAWN)


def of_a_move(world: World, name: str, action: str) -> Target:
    case = world.case(action)
    good = {"description": "合同"} if action in TAKING_FILES else inputs(action, world.town)
    if action in ON_A_FILE:
        good = {"attachment": str(case.attachments.latest("pk").public_id)}
    files = TAKES_FILES.get(name, ())
    if name.startswith("api:"):
        body = good if files else {**good, "seen": case.head_seq}
        return Target(name, MAKES[action], reverse(name, args=[case.public_id]), body, files=files)
    flat = {key: str(value) for key, value in good.items() if not isinstance(value, list | bool)}
    flat |= {key: "on" for key, value in good.items() if value is True}
    if action == "record_contact":
        flat["contacted_at"] = "2026-11-23T11:00"
    if action == "save_plan":
        flat |= {"steps_text_0": "现场勘察", "steps_date_0": "2026-11-26"}
    flat["seen"] = str(case.head_seq)
    return Target(f"demands:act#{action}", MAKES[action], reverse("demands:act", args=[case.public_id, action]), flat)


# The moves that bring files, and who makes them: on a demand of any open state.
TAKING_FILES = {"attach": "staff", "attach_public": "liaison", "attach_internal": "liaison"}
MAKES = {action: setting.who for action, setting in SETTINGS.items()} | TAKING_FILES


def targets(world: World, wanted: Callable[[str], bool]) -> Iterator[Target]:
    """Every address that is wanted, with a record of its own, those to come included. Fails on one it cannot reach."""
    unknown = []
    for name, address in sorted(set(walk())):
        action = name.partition(":")[2]
        if name in LEFT_OUT:
            continue
        if name == "demands:act":
            yield from (of_a_move(world, name, one) for one in FORMS if wanted(f"{name}#{one}"))
        elif name in meetings.OF_MOVES:
            yield from (Target(*meetings.target_of(world, name, one)) for one in meetings.OF_MOVES[name](wanted))
        elif not any(map(wanted, lines := [line for line in RECORDS if line.partition("#")[0] == name] or [name])):
            continue
        elif name.startswith("api:") and action in FORMS:
            yield of_a_move(world, name, action)
        elif lines != [name] or name in RECORDS:
            if name not in RECORDS and not _names_a_record(address):
                yield _by_itself(world, name, address)
            yield from (of_a_record(world, line) for line in lines if wanted(line))
        elif _names_a_record(address):
            unknown.append(name)
        else:
            yield _by_itself(world, name, address)
    assert unknown == [], f"{unknown}: an address that names a record needs a line in tests/hostile/world.py, RECORDS"


def _names_a_record(sample: str) -> bool:
    """Whether something in the address is to be filled in; the samples of `walk` for these."""
    return SAMPLES["uuid"] in sample or f"/{SAMPLES['slug']}/" in sample


def _by_itself(world: World, name: str, address: str) -> Target:
    """An address without parameters, and the first of the usual people for whom it opens."""
    target = Target(name, "intake" if name.startswith("api:") else "", address)
    for who in () if target.who else dict.fromkeys((*USUAL, *world.posts)):
        answer = world.browser(who).get(address)
        content(answer)
        if answer.status_code == 200:
            return Target(name, who, address)
    assert target.who, f"{name} opens for nobody by a GET: it needs a line in tests/hostile/world.py, RECORDS"
    return target


@contextmanager
def world_in(folder: Path) -> Iterator[World]:
    """The world for as long as a module needs it; what is done in it goes back."""
    storage = {**settings.STORAGES["default"]["OPTIONS"], "location": folder / "files"}
    elsewhere = override_settings(
        SEALS_FILE=folder / "seals.jsonl",
        FILES_DIR=folder / "files",
        STORAGES={**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": storage}},
    )
    about = patch.dict(registry._subjects, {KIND: AboutFirms()})
    with elsewhere, about, time_machine.travel(MOMENT, tick=False), transaction.atomic():
        yield World(Town.build(), folder)
        transaction.set_rollback(True)


def content(answer: HttpResponse) -> bytes:
    """All of an answer, its file closed; `close()` would end the request, and with it the module's connection."""
    whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
    for closer in answer._resource_closers:
        closer()
    return whole
