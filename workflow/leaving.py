"""Somebody leaves: every post has its successor, everything they owned its heir, and the account is closed.

One transaction. Nothing is left unowned: while something has no heir, nothing happens.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from foundation.errors import NotYours, Refused, WrongMoment
from parties.by import today
from parties.models import Membership, User
from parties.post_rules import Place, check_person, refusal_to_staff
from parties.posts import appoint, end_post, posts_of_person
from parties.roles import Role
from workflow import registry
from workflow.actor import Actor
from workflow.registry import Holding, Seat

T = TypeVar("T")
SOURCE = "离任移交"
HEIR = "heir_"  # the field of a post: this and its public id


@dataclass(frozen=True)
class Leaving:
    """What stands before whoever hands over: the posts that are theirs to end, the others, and what is owned."""

    person: User
    posts: list[Membership]
    others: list[Membership]
    holdings: list[Holding]

    def needs_heir(self, post: Membership) -> list[Holding]:
        """What is owned in this post and cannot be without an owner."""
        return [one for one in self.holdings if one.needs_heir and one.seat == seat_of(post)]


def seat_of(post: Membership) -> Seat:
    return post.organisation_id, post.role


def before_leaving(person: User, *, by: Actor, held: list[Membership] | None = None) -> Leaving:
    """The leaving of this person as this actor may enter it. Raises NotYours when none of their posts is theirs to
    end, WrongMoment when the person has left, Refused for oneself."""
    if person.left_on is not None or not person.is_active:
        raise WrongMoment(_("这个人已经办理离任"))
    check_person(by, person.pk)
    if held is None:
        held = list(person.memberships.select_related("organisation", "user").order_by("pk"))
    open_posts = [post for post in held if post.valid_to is None or post.valid_to >= today(by)]
    mine = [post for post in open_posts if refusal_to_staff(by, Place.of(post.organisation), post.role) is None]
    if not mine and (open_posts or by.role != Role.SYSTEM_ADMIN):
        raise NotYours(_("这个人的岗位不由您任免"))
    others = [post for post in open_posts if post not in mine]
    seats = {seat_of(post) for post in mine}
    found = [one for kind in registry.owned() for one in kind.holdings(person.pk, by.now)]
    here = [one for one in found if one.seat in seats or (one.seat is None and not others)]
    return Leaving(person, mine, others, here)


def leave(person: User, *, by: Actor, heirs: Mapping[int, User]) -> User:
    """These posts end today, each with what is owned in it at its heir (by key of the post); when none is left, the
    person has left and the account is closed.

    An heir who does not hold the post yet is appointed to it by this very act. Raises what an appointment raises, and
    Refused beside `heir_<public id>` while something would be without an owner. Of two who enter it at once the
    second meets WrongMoment.
    """
    with posts_of_person(person.pk) as held:
        person = User.objects.get(pk=person.pk)
        leaving = before_leaving(person, by=by, held=held)
        successors: dict[Seat, Membership] = {}
        for post in leaving.posts:
            if heir := heirs.get(post.pk):
                successors[seat_of(post)] = _beside(post, partial(_successor, post, heir, by))
            elif needed := leaving.needs_heir(post):
                raise Refused(field_of(post), _("还有%(what)s没有接手的人，请选择接任人") % {"what": needed[0].label})
        for post in leaving.posts:
            _beside(post, partial(_end, post, by))
        for kind in registry.owned():
            kind.pass_on(person.pk, successors, by)
        if not leaving.others:
            person.left_on, person.is_active = today(by), False
            person.save(update_fields=["left_on", "is_active"])
    return person


def field_of(post: Membership) -> str:
    return f"{HEIR}{post.public_id.hex}"


def _successor(post: Membership, heir: User, by: Actor) -> Membership:
    """The same post in the hands of the heir, from today on."""
    if heir.pk == post.user_id:
        raise Refused("user", _("接任人须是另一个人"))
    day = today(by)
    theirs = Membership.objects.in_force(day).filter(
        user=heir, organisation_id=post.organisation_id, role=post.role, valid_to=None
    )
    if (found := theirs.select_related("user").first()) is not None:
        return found
    return appoint(
        by=by,
        user=heir,
        organisation=post.organisation,
        role=post.role,
        valid_from=day,
        source=SOURCE,
        scope=post.scope,
    )


def _end(post: Membership, by: Actor) -> None:
    """The post ends today; one that has not begun is as if it had never been given."""
    if post.valid_from > today(by):
        post.deputies.all().delete()
        post.delete()
        return
    end_post(post, by=by, on=today(by))


def _beside(post: Membership, do: Callable[[], T]) -> T:
    """Whatever is wrong with a post stands beside its field."""
    try:
        return do()
    except Refused as error:
        raise Refused(field_of(post), error.sentence) from error
