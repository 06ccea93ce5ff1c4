"""What an address of the directory names: a kind of entry, and one entry that this reader sees."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from foundation.errors import NotVisible, NotYours
from parties.directory import KINDS, Kind, readable, with_posts
from parties.models import User
from workflow.actor import Actor


def kind_of(slug: str, by: Actor) -> Kind:
    """The kind of this name. Raises NotVisible for none, NotYours when this post reads no entry of it."""
    kind = KINDS.get(slug)
    if kind is None:
        raise nothing_there()
    if kind not in readable(by):
        raise NotYours(_("您的岗位不能查看这部分名录"))
    return kind


def entry_of(kind: Kind, public_id: UUID, by: Actor) -> Any:
    """This entry, with what its kind loads; one statement, two for a person with their posts. Raises NotVisible."""
    rows = kind.model.objects.visible_to(by).select_related(*kind.loads).filter(public_id=public_id)
    entry = (with_posts(rows, by) if kind.model is User else rows).first()
    if entry is None:
        raise nothing_there()
    return entry


def nothing_there() -> NotVisible:
    return NotVisible(_("没有找到，或者您不能查看"))
