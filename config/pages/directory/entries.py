"""The page of one entry: what it is, how it is reached, what belongs to it, and what was changed of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from config.pages.directory import cases, words
from config.pages.directory.finding import entry_of, kind_of
from parties import rights
from parties.changes import covers_own_firm
from parties.directory import KINDS, posts_of_today
from parties.history import Change, changes_of
from parties.initial_passwords import SETTERS, refusal
from parties.models import (
    Alliance,
    AllianceMember,
    Department,
    Enterprise,
    IndustryCommittee,
    Office,
    PartyCoverage,
    PartyOrganisation,
    User,
)
from parties.models.visibility import is_official, sees_contact
from parties.roles import ADMIN_ROLES, ENTERPRISE_ROLES, Role
from parties.staff import GIVES
from workflow.actor import Actor
from workflow.calendar import ZONE

SHOWN = 50  # of what belongs to an entry
SLUGS = {kind.model: kind.slug for kind in KINDS.values()}


def entry_page(request: HttpRequest, kind: str, public_id: UUID) -> HttpResponse:
    """One entry as this reader may see it."""
    by = request.actor
    shown = kind_of(kind, by)
    entry = entry_of(shown, public_id, by)
    own = isinstance(entry, PartyOrganisation) and covers_own_firm(entry, by)
    editable = rights.editable(entry, by, own=own) if entry.pk else frozenset()
    parts = parts_of(entry, by, own=own)
    return render(
        request,
        "directory/entry.html",
        {
            "kind": shown,
            "entry": entry,
            "standing": words.standing(entry),
            "facts": words.facts(entry, by),
            "contact": words.contact(entry, by),
            "parts": parts,
            "demands": cases.demands(entry, by) if isinstance(entry, Enterprise) else None,
            "history": history(entry, by, parts, personal=bool(editable)),
            "may_change": bool(editable),
            "may_keep": shown.activate is not None and rights.has_charge(entry, by),
            "gives_posts": isinstance(entry, User) and by.role in ADMIN_ROLES & GIVES,
            "sets_password": isinstance(entry, User) and by.role in SETTERS and refusal(entry, by) is None,
            "may_count": isinstance(entry, PartyOrganisation) and (own or rights.has_charge(entry, by)),
        },
    )


def history(entry: Any, by: Actor, parts: dict[str, Any], *, personal: bool) -> list[Change]:
    """变更记录, for officials and for the firm or party organisation itself; of people, for who changes them."""
    if isinstance(entry, User):
        return changes_of(entry, personal=True, people=True) if personal else []
    if not (personal or is_official(by)):
        return []
    people = is_official(by) and not (isinstance(entry, Enterprise) and not sees_contact(entry, by))
    rows = [span.row for name in ("coverage", "members") for span in parts.get(name, ())]
    return changes_of(entry, personal=personal, people=people, parts=[*rows, *parts.get("mass", ())])


def parts_of(entry: Any, by: Actor, *, own: bool) -> dict[str, Any]:
    """What belongs to the entry, by the name of its panel; a fixed number of statements for each kind."""
    if isinstance(entry, Enterprise):
        return _of_a_firm(entry, by)
    if isinstance(entry, PartyOrganisation):
        return _of_a_party_organisation(entry, by, own=own)
    if isinstance(entry, Alliance):
        return {"members": _spans(AllianceMember.objects.filter(alliance=entry), "enterprise", by)}
    if isinstance(entry, IndustryCommittee):
        return {"led": list(entry.party_organisations.filter(active=True).order_by("name", "id")[:SHOWN])}
    if isinstance(entry, Department | Office) and is_official(by):
        return {"people": people_at(entry.pk, by)}
    return {"posts": entry.shown_posts} if isinstance(entry, User) else {}


def _of_a_firm(firm: Enterprise, by: Actor) -> dict[str, Any]:
    """Party organisations and alliances, today's first; people for whoever learns how the firm is reached."""
    parts: dict[str, Any] = {}
    if is_official(by) or by.role in ENTERPRISE_ROLES:
        parts["covered"] = _spans(PartyCoverage.objects.filter(enterprise=firm), "party_organisation", by)
        parts["allied"] = _spans(AllianceMember.objects.filter(enterprise=firm), "alliance", by)
    if sees_contact(firm, by):
        parts["people"] = people_at(firm.pk, by)
    return parts


def _of_a_party_organisation(entry: PartyOrganisation, by: Actor, *, own: bool) -> dict[str, Any]:
    """The firms it covers and its mass organisations; who leads them for those who keep or belong to it."""
    secretary = User.objects.visible_to(by).filter(pk=entry.secretary_id).first() if entry.secretary_id else None
    coverage = PartyCoverage.objects.filter(party_organisation=entry)
    if not is_official(by):  # a firm does not learn which others share its party organisation
        coverage = coverage.filter(enterprise_id=by.organisation_id)
    return {
        "secretary": secretary,
        "coverage": _spans(coverage, "enterprise", by),
        "mass": list(entry.mass_organisations.order_by("kind")),
        "heads": own or rights.has_charge(entry, by),
    }


@dataclass(frozen=True)
class Span:
    """From when to when something belonged to the entry: its name, and its page where this reader sees one."""

    row: Any
    name: str
    public_id: UUID
    url: str
    current: bool


def _spans(rows: Any, to: str, by: Actor) -> list[Span]:
    """Rows with dates, the latest first, with what they lead to; one statement."""
    found = rows.select_related(to).order_by("-valid_from", "-pk")[:SHOWN]
    return sorted((_span(row, getattr(row, to), by) for row in found), key=lambda span: not span.current)


def _span(row: Any, other: Any, by: Actor) -> Span:
    day = by.now.astimezone(ZONE).date()
    current = row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)
    seen = is_official(by) or other.pk == by.organisation_id or (isinstance(other, PartyOrganisation) and current)
    url = reverse("directory:entry", args=[SLUGS[type(other)], other.public_id]) if seen else ""
    return Span(row, other.name, other.public_id, url, current)


def people_at(organisation_id: int, by: Actor) -> list[dict[str, Any]]:
    """Who holds which post in this organisation today, as far as this reader sees; one statement."""
    posts = posts_of_today(by).filter(organisation_id=organisation_id).select_related("user")
    return [
        {"person": post.user, "role": Role(post.role).label, "since": post.valid_from}
        for post in posts.order_by("pk")[:SHOWN]
    ]
