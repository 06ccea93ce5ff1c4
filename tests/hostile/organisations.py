"""Records for the addresses of people and organisations: the directory, posts, deputies, tables, exports, signing in.

`LINES` are lines as in `RECORDS` of tests/hostile/world.py; `SOMEBODY` are people who signed in by the page itself.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from foundation.models import Export, JobState, SheetImport
from parties import changes
from parties.deputies import name_deputy
from parties.directory import KINDS
from parties.exchange.kinds import open_to
from parties.models import Enterprise, Membership
from parties.roles import Role
from tests.factories import NOW, PASSWORD, actor, later
from tests.parties.exchange.tables import FIRM, GOOD_CODES, WRONG_CODES, as_csv, brought
from tests.phone import code_of
from workflow.exports.asking import start_export
from workflow.exports.tasks import make_export
from workflow.leaving import field_of
from workflow.registry import exports

if TYPE_CHECKING:
    from tests.hostile.world import Line, World

TODAY = NOW.date()
SPAN = {"valid_from": TODAY.isoformat(), "valid_to": (TODAY + timedelta(days=9)).isoformat()}
MOMENT = later(hours=2)

# --- records ---


def admin(world: "World") -> Membership:
    return world.town.at(world.town.city_office, Role.SYSTEM_ADMIN)


def entry(world: "World", kind: str) -> Any:
    """An entry of this kind of which the system administrator may change everything."""
    town, by = world.town, actor(admin(world), MOMENT)
    there: dict[str, Callable[[], Any]] = {
        "enterprises": lambda: town.firm,
        "departments": lambda: town.energy,
        "offices": lambda: town.office,
        "people": lambda: town.handler.user,
        "industry-committees": lambda: changes.add_industry_committee(
            by=by, name="市能源行业党委", district=town.city, industry="电力", lead_department=town.energy
        ),
        "alliances": lambda: _alliance(world),
        "party-organisations": lambda: _branch(world),
    }
    return world.kept(f"entry {kind}", there[kind])


def _branch(world: "World") -> Any:
    town, by = world.town, actor(admin(world), MOMENT)
    made = changes.add_party_organisation(
        by=by, name="天骄联合支部", kind="JOINT_BRANCH", formation="JOINT", district=town.banner
    )
    changes.cover_firm(made, by=by, enterprise=town.firm, valid_from=date(2024, 1, 1))
    changes.set_mass_organisation(made, by=by, kind="UNION", head="赵六", members=80)
    return made


def _alliance(world: "World") -> Any:
    town, by = world.town, actor(admin(world), MOMENT)
    made = changes.add_alliance(by=by, name="氢能联盟", district=town.banner)
    changes.admit_member(made, by=by, enterprise=town.firm, valid_from=date(2024, 1, 1))
    return made


def deputy(world: "World") -> UUID:
    post, head = world.town.party_secretary, world.town.at(world.town.energy, Role.DEPARTMENT_HEAD)
    days = {"valid_from": TODAY, "valid_to": TODAY + timedelta(days=9), "reason": "出差"}
    made = world.kept("deputy", lambda: name_deputy(post, by=actor(post, MOMENT), deputy=head.user, **days))
    return made.public_id


def sheet(world: "World") -> UUID:
    """A table with a row that could be written and one in error, checked."""
    rows = ((WRONG_CODES[0], "坏公司", "东胜区"), (GOOD_CODES[0], "好公司", "东胜区"))
    made: SheetImport = world.kept("sheet", lambda: brought(as_csv(FIRM, *rows), world.town.intake))
    return made.public_id


def export(world: "World", *, failed: bool = False) -> UUID:
    """A list that was taken out, or could not be."""

    def make() -> Export:
        listed, by = exports()["demands"], actor(world.town.handler, MOMENT)
        columns = [column.name for column in listed.columns]
        made = start_export(by=by, name="demands", query=QueryDict(""), columns=columns, kind="csv")
        if failed:
            made.job.state, made.job.finished_at = JobState.FAILED, MOMENT
            made.job.save()
        else:
            make_export.func(str(made.job.public_id))
        return made

    return world.kept(f"export {failed}", make).public_id


def colleague(world: "World") -> Membership:
    return world.town.second_handler


# --- people who came by the page of signing in: who has proved who they are, and who has a phone ---


def by_password(who: Membership) -> Client:
    browser = Client()
    browser.post(reverse("login"), {"username": who.user.username, "password": PASSWORD})
    return browser


def proven(world: "World") -> Client:
    """Has just typed the password, and is signed in at another place too."""
    who = world.town.at(world.town.housing, Role.HANDLER)
    by_password(who)
    SocialAccount.objects.get_or_create(user=who.user, provider="oidc", uid="known there")
    browser = by_password(who)
    browser.get(reverse("enrol"))
    return browser


def phoned(world: "World") -> Client:
    """Has set up a phone just now: the recovery codes are still shown."""
    browser = by_password(_with_phone(world))
    page = browser.get(reverse("enrol")).content.decode()
    key = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)
    assert key
    answer = browser.post(reverse("enrol"), {"code": code_of(key[1])})
    assert answer["Location"] == reverse("recovery_codes")
    return browser


def halfway(world: "World") -> Client:
    """Has typed the password, and is asked for the code."""
    world.browser("phoned")
    browser = by_password(_with_phone(world))
    assert browser.get(reverse("mfa_authenticate")).status_code == 200
    return browser


def _with_phone(world: "World") -> Membership:
    return world.town.at(world.town.housing, Role.DEPARTMENT_LIAISON)


SOMEBODY: dict[str, Callable[["World"], Client]] = {"proven": proven, "phoned": phoned, "halfway": halfway}

# --- addresses ---

PHONE = {"contact_phone": "0477-8580000"}
NAMES = {"name": "新来的", "short_name": "新"}
ADDED: dict[str, dict[str, str]] = {
    "enterprises": {
        **NAMES,
        "district": "150602",
        "credit_code": "91150602MA0MYT3E8G",
        "contact_phone": "0477-8580000",
    },
    "departments": {**NAMES, "district": "150600", "code": "NEW", **PHONE},
    "offices": {**NAMES, "district": "150602"},
    "industry-committees": {**NAMES, "district": "150600"},
    "alliances": {**NAMES, "district": "150602"},
    "party-organisations": {**NAMES, "district": "150602", "secretary": "", "full_members": "3"},
    "people": {"username": "newcomer", "name": "新来的", "phone": "13900000000", "email": "new@example.org"},
}
CODE = {"code": "000000"}
LATER = {"valid_from": "2026-11-24", "valid_to": ""}


def _of(kind: str, world: "World") -> list[Any]:
    return [kind, entry(world, kind).public_id]


def _as_it_is(kind: str, world: "World") -> dict[str, Any]:
    return {"seen": changes.seen_of(entry(world, kind))}


def _none(world: "World") -> list[Any]:
    return []


def _heir(world: "World") -> dict[str, Any]:
    return {field_of(world.town.handler): str(colleague(world).user.public_id)}


def _post(world: "World") -> list[Any]:
    return [world.town.handler.public_id]


def _deputy(world: "World") -> dict[str, Any]:
    head = world.town.at(world.town.energy, Role.DEPARTMENT_HEAD)
    return {**SPAN, "post": str(world.town.handler.public_id), "deputy": str(head.user.public_id), "reason": "出差"}


def _of_each_kind() -> dict[str, "Line"]:
    lines: dict[str, Line] = {}
    for kind, model in ((kind, KINDS[kind].model) for kind in KINDS):
        of, seen = partial(_of, kind), partial(_as_it_is, kind)
        lines[f"directory:list#{kind}"] = ("SYSTEM_ADMIN", lambda w, kind=kind: [kind], {})
        lines[f"directory:add#{kind}"] = ("SYSTEM_ADMIN", lambda w, kind=kind: [kind], ADDED[kind])
        lines[f"directory:entry#{kind}"] = ("SYSTEM_ADMIN", of, {})
        lines[f"directory:change#{kind}"] = ("intake" if model is Enterprise else "SYSTEM_ADMIN", of, seen)
        if KINDS[kind].activate is not None:
            lines[f"directory:activate#{kind}"] = ("SYSTEM_ADMIN", of, seen)
    return lines


def _of_members(kind: str) -> dict[str, "Line"]:
    """Firms that belong to a party organisation or an alliance."""
    of = partial(_of, kind)
    neighbour = lambda w: {"enterprise": w.town.neighbour.name, "valid_from": "2026-11-01", "valid_to": ""}  # noqa: E731
    ends = lambda w: [*of(w), w.town.firm.public_id]  # noqa: E731
    return {
        f"directory:add_member#{kind}": ("SYSTEM_ADMIN", of, neighbour),
        f"directory:end_member#{kind}": ("SYSTEM_ADMIN", ends, {"valid_to": "2026-11-22"}),
    }


def tables(world: "World") -> list[str]:
    """The kinds of tables that there are; each is open to the system administrator."""
    return [kind.code for kind in open_to(actor(admin(world), MOMENT))]


LINES: dict[str, "Line"] = {
    **_of_each_kind(),
    **_of_members("party-organisations"),
    **_of_members("alliances"),
    "directory:mass": ("SYSTEM_ADMIN", partial(_of, "party-organisations"), {"kind": "YOUTH", "members": "3"}),
    "directory:mass#remove": (
        "SYSTEM_ADMIN",
        partial(_of, "party-organisations"),
        {"kind": "UNION", "members": "3", "remove": "1"},
    ),
    "api:directory-enterprises": (
        "intake",
        _none,
        {
            **ADDED["enterprises"],
            "code_reason": "",
            "industry": "电力",
            "size": "",
            "address": "",
            "contact_name": "李",
        },
    ),
    "api:directory-enterprise": ("intake", lambda w: _of("enterprises", w)[1:], {}),
    "exchange:upload": ("intake", lambda w: ["enterprises"], {}),
    "exchange:upload#departments": ("SYSTEM_ADMIN", lambda w: ["departments"], {}),
    "exchange:template": ("intake", lambda w: ["enterprises", "xlsx"], {}),
    "exchange:standing": ("intake", lambda w: ["enterprises", "csv"], {}),
    "exchange:sheet": ("intake", lambda w: [sheet(w)], {}),
    "exchange:confirm": ("intake", lambda w: [sheet(w)], {"only_good": "on"}),
    "exchange:recheck": ("intake", lambda w: [sheet(w)], {}),
    "exchange:errors": ("intake", lambda w: [sheet(w), "csv"], {}),
    "workflow:export_list": ("handler", lambda w: ["demands"], {}),
    "workflow:export_list#duties": ("handler", lambda w: ["duties"], {}),
    "workflow:export_file": ("handler", lambda w: [export(w)], {}),
    "workflow:export_again": ("handler", lambda w: [export(w, failed=True)], {}),
    "api:exports": ("handler", _none, {"list": "demands", "query": "state=ALL", "columns": ["number"], "kind": "csv"}),
    "api:export": ("handler", lambda w: [export(w)], {}),
    "api:export_again": ("handler", lambda w: [export(w, failed=True)], {}),
    "api:export_file": ("handler", lambda w: [export(w)], {}),
    "workflow:posts": (
        "SYSTEM_ADMIN",
        _none,
        lambda w: {"account": w.town.staff.user.username, "place": w.town.energy.name, "role": "HANDLER", **LATER},
    ),
    "workflow:posts#liaison": (
        "liaison",
        _none,
        lambda w: {"account": w.town.staff.user.username, "role": "HANDLER", **LATER},
    ),
    "workflow:person_posts": (
        "SYSTEM_ADMIN",
        lambda w: [w.town.handler.user.public_id],
        lambda w: {"place": w.town.housing.name, "role": "HANDLER", **LATER},
    ),
    "workflow:post": ("liaison", _post, {"do": "dates", **LATER}),
    "workflow:post#end": ("liaison", _post, {"do": "end", "on": "2026-11-22"}),
    "workflow:post#deputy": ("SYSTEM_ADMIN", _post, lambda w: {"do": "deputy", **_deputy(w)}),
    "workflow:leave": ("liaison", lambda w: [w.town.handler.user.public_id], lambda w: {**_heir(w), "step": "preview"}),
    "workflow:leave#confirm": (
        "liaison",
        lambda w: [w.town.handler.user.public_id],
        lambda w: {**_heir(w), "step": "confirm"},
    ),
    "workflow:deputies": ("handler", _none, _deputy),
    "workflow:end_deputy": ("party_secretary", lambda w: [deputy(w)], {}),
    "api:deputies": (
        "handler",
        _none,
        lambda w: {name: value for name, value in _deputy(w).items() if name != "post"},
    ),
    "api:end_deputy": ("party_secretary", lambda w: [deputy(w)], {}),
    "password": ("proven", _none, {"password_now": PASSWORD, "password_new": "a-new-long-one-2026"}),
    "account_reauthenticate": ("proven", _none, {"password": PASSWORD}),
    "mfa_authenticate": ("halfway", _none, CODE),
    "begin_again": ("halfway", _none, {}),
    "mfa_reauthenticate": ("phoned", _none, CODE),
    "enrol": ("proven", _none, CODE),
    "factor_picture": ("proven", _none, {}),
    "recovery_codes": ("phoned", _none, {}),
    "recovery_codes_file": ("phoned", _none, {}),
    "codes_are_kept": ("phoned", _none, {}),
    "renew_codes": ("phoned", _none, {}),
    "remove_factor": ("phoned", _none, {}),
    "end_session": ("proven", _none, {"session": "x"}),
    "end_others": ("proven", _none, {}),
    "unlink_provider": ("proven", _none, {}),
    "link_provider": ("proven", _none, {}),
    "sign_in_records": ("SECURITY_ADMIN", _none, {}),
    "reset_factor": (
        "SECURITY_ADMIN",
        _none,
        lambda w: {"account": _with_phone(w).user.username, "reason": "当面核对"},
    ),
    "oidc": ("nobody", _none, {"next": "/"}),
    "oidc_callback": ("nobody", _none, {}),
}
