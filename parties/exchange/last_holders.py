"""Whether a table ends the post of somebody without whom an organisation cannot go on: said before it is written."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Q

from parties.models import Membership
from parties.post_rules import Place
from parties.posts import DAY, last_holder, needed_groups
from parties.roles import ADMIN_ROLES


class Holders:
    """Who holds posts beside those that rows of a table end, as `parties.posts.keep_in_office` will find it."""

    def __init__(self, ended: Collection[Membership]) -> None:
        """One statement, none when no row ends a post sooner."""
        places = {post.organisation_id for post in ended}
        admins = ADMIN_ROLES & {post.role for post in ended}
        rows = Membership.objects.filter(user__is_active=True, organisation__active=True)
        found = rows.filter(Q(organisation_id__in=places) | Q(role__in=admins)) if ended else ()
        self._standing = {post.pk: post for post in found}

    def refuse_last(self, post: Membership, place: Place, *, after: date, rows: Mapping[int, Membership]) -> None:
        """Raise Refused when nobody holds what is needed on the day after, the posts of earlier `rows` written."""
        beside = [other for key, other in {**self._standing, **rows}.items() if key != post.pk]
        for group in needed_groups(post, place):
            if not any(_holds(other, post, group, after + DAY) for other in beside):
                raise last_holder(group)


def ends_sooner(post: Membership, valid_to: date | None) -> bool:
    """Whether the post ends before the day on which it would have."""
    return valid_to is not None and (post.valid_to is None or valid_to < post.valid_to)


def _holds(other: Membership, post: Membership, group: frozenset[str], day: date) -> bool:
    here = post.role in ADMIN_ROLES or other.organisation_id == post.organisation_id
    return (
        here and other.role in group and other.valid_from <= day and (other.valid_to is None or other.valid_to >= day)
    )
