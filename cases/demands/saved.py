"""Filters under a name and chosen columns: every write of them, each by its owner alone."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.demands.columns import as_text
from cases.demands.filters import Wishes
from cases.demands.models import SavedFilter
from foundation.errors import NotVisible, NotYours, Refused
from workflow.actor import Actor

COUNTED = 12  # saved filters with a counter above the list
MOST_OWN = 30  # filters of one person in one post
MOST_SHARED = 30  # filters shared in one organisation


def views_of(actor: Actor) -> tuple[list[SavedFilter], str]:
    """The saved filters this person has, one's own first, and the columns they chose for the list; one statement."""
    rows = list(SavedFilter.objects.visible_to(actor).order_by("-pinned", "position", "pk"))
    columns = next((row.columns for row in rows if not row.name), "")
    named = [row for row in rows if row.name]
    # Among those that are not one's own nothing is pinned: a colleague's order is not mine.
    return sorted(named, key=lambda row: (row.owner_id != actor.user_id, not row.pinned)), columns


def save_filter(
    *, by: Actor, name: str, wishes: Wishes, columns: Iterable[str] = (), shared: bool = False
) -> SavedFilter:
    """The filter stands above the list of its owner, last of their own. Raises Refused beside `name` or `shared`."""
    name = _name(name)
    if by.post is None:
        raise NotYours(_("您现在没有生效的岗位"))
    if not wishes:
        raise Refused("", _("没有选择任何筛选条件，不用另存"))
    mine = SavedFilter.objects.filter(owner_id=by.user_id, organisation_id=by.organisation_id).exclude(name="")

    def write() -> SavedFilter:
        places = list(mine.values_list("position", flat=True))
        if len(places) >= MOST_OWN:
            raise Refused("name", _("最多存 %(n)s 个筛选，请先删去不用的") % {"n": MOST_OWN})
        if shared:
            _room_to_share(by)
        return SavedFilter.objects.create(
            owner_id=by.user_id,
            organisation_id=by.organisation_id,
            name=name,
            query=wishes.address,
            columns=as_text(columns) if columns else "",
            shared=shared,
            position=max(places, default=0) + 1,
        )

    return _once_named(write)


def change_filter(public_id: UUID, *, by: Actor, name: str, shared: bool, pinned: bool) -> SavedFilter:
    """The filter has this name, and is or is not shared and pinned."""

    def write() -> SavedFilter:
        row = _mine(public_id, by)
        kept = _name(name)
        if shared and not row.shared:
            _room_to_share(by)
        row.name, row.shared, row.pinned = kept, shared, pinned
        row.save(update_fields=["name", "shared", "pinned"])
        return row

    return _once_named(write)


def move_filter(public_id: UUID, *, by: Actor, down: bool) -> None:
    """The filter has changed places with its neighbour in its owner's order; at the end it stays."""
    with transaction.atomic():
        row = _mine(public_id, by)
        own = SavedFilter.objects.filter(owner_id=row.owner_id, organisation_id=row.organisation_id).exclude(name="")
        order = list(own.select_for_update(of=("self",)).order_by("-pinned", "position", "pk"))
        at = next(n for n, other in enumerate(order) if other.pk == row.pk)
        to = at + (1 if down else -1)
        if not 0 <= to < len(order):
            return
        order[at], order[to] = order[to], order[at]
        for place, other in enumerate(order, start=1):
            if other.position != place:
                other.position = place
                other.save(update_fields=["position"])


def delete_filter(public_id: UUID, *, by: Actor) -> None:
    """The filter is gone, for colleagues too."""
    with transaction.atomic():
        _mine(public_id, by).delete()


def choose_columns(*, by: Actor, columns: Iterable[str], saved: UUID | None = None) -> None:
    """The list, or the list under this saved filter, shows these columns in this order to whom it belongs."""
    if by.post is None:
        raise NotYours(_("您现在没有生效的岗位"))
    text = as_text(columns)
    with transaction.atomic():
        if saved is not None:
            row = _mine(saved, by)
            row.columns = text
            row.save(update_fields=["columns"])
            return
        SavedFilter.objects.update_or_create(
            owner_id=by.user_id, organisation_id=by.organisation_id, name="", defaults={"columns": text}
        )


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("name", _("请给这个筛选起个名字"))
    if len(name) > 30:
        raise Refused("name", _("名字太长，最多 %(n)s 个字") % {"n": 30})
    return name


def _mine(public_id: UUID, by: Actor) -> SavedFilter:
    """The filter, locked. Raises NotVisible for what this person cannot see, NotYours for a colleague's."""
    row = (
        SavedFilter.objects.visible_to(by)
        .select_for_update(of=("self",))
        .filter(public_id=public_id)
        .exclude(name="")
        .first()
    )
    if row is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    if row.owner_id != by.user_id:
        raise NotYours(_("这是同事共享的筛选，只有存它的人可以修改"))
    return row


def _room_to_share(by: Actor) -> None:
    if SavedFilter.objects.filter(organisation_id=by.organisation_id, shared=True).count() >= MOST_SHARED:
        raise Refused("shared", _("本单位共享的筛选已有 %(n)s 个，请先取消不用的") % {"n": MOST_SHARED})


def _once_named(write: Callable[[], SavedFilter]) -> SavedFilter:
    """What `write` gives; a name that the owner has already is refused, by whichever of two requests comes second."""
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as error:
        raise Refused("name", _("您已有同名的筛选，请换一个名字")) from error
