"""Drafts of a policy: who sees them, how one is written down, and how it becomes a version."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foundation.errors import NotVisible, Refused
from foundation.models import Policy
from parties.models import District
from parties.roles import OFFICE_ROLES
from workflow.actor import Actor
from workflow.models import PolicyDraft
from workflow.policies import adopt, check_date, check_policy, for_administrators, may_adopt, newest_version
from workflow.versions import CLOCK_POLICY

SHOWN = 10  # open drafts on the page of the rules


def visible_drafts(by: Actor) -> QuerySet[PolicyDraft]:
    """Administrators see them all, and so does the platform office of the city; nobody else sees any.

    What a rehearsal found are figures without any demand or firm, so that an administrator may read them.
    """
    if may_adopt(by) or _is_city_office(by):
        return PolicyDraft.objects.select_related("job", "policy")
    return PolicyDraft.objects.none()


def _is_city_office(by: Actor) -> bool:
    return (
        by.role in OFFICE_ROLES
        and by.post is not None
        and District.objects.filter(code=by.post.district_code, level=District.Level.CITY).exists()
    )


def find_draft(public_id: UUID, by: Actor) -> PolicyDraft:
    """The draft with its job, when this actor may see it. Raises NotVisible."""
    found = visible_drafts(by).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return found


def without(draft: PolicyDraft) -> Policy:
    """The version that would be in force on the draft's day, of those its author knew: what it is held against."""
    return Policy.objects.filter(version__lte=draft.seen).in_force(CLOCK_POLICY, draft.effective_from)


def draft_policy(data: Mapping[str, Any], *, effective_from: date, source: str, by: Actor) -> PolicyDraft:
    """A draft of this document, for whom it may concern to look at. Raises NotYours and Refused."""
    for_administrators(by)
    check_date(effective_from, by)
    if faults := check_policy(data):
        raise Refused(*faults[0])
    return PolicyDraft.objects.create(
        data=data,
        effective_from=effective_from,
        source=source,
        seen=newest_version(),
        author_id=by.user_id,
        created_at=by.now,
    )


def adopt_draft(draft: PolicyDraft, *, result_seen: bool, skipped_because: str, by: Actor) -> Policy:
    """The version that this draft becomes; the one it became when it was adopted already.

    Either the result of the rehearsal was looked at, or there is a reason why it was not waited for; both stay with
    the draft. Raises what `adopt` raises, and Refused when neither is true.
    """
    for_administrators(by)
    with transaction.atomic():
        held = PolicyDraft.objects.select_for_update(of=("self",)).select_related("policy").get(pk=draft.pk)
        if held.policy is not None:
            return held.policy
        if result_seen and held.result is None:
            raise Refused("result_seen", _("还没有预演结果"))
        if not result_seen and not skipped_because.strip():
            raise Refused("skipped_because", _("请写明为什么不等预演"))
        policy = adopt(held.data, effective_from=held.effective_from, source=held.source, by=by, seen=held.seen)
        held.policy, held.result_seen, held.skipped_because = policy, result_seen, skipped_because.strip()
        held.save(update_fields=["policy", "result_seen", "skipped_because"])
    return policy
